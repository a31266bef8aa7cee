// Command helptic is the help desk bot of TI-PR-001: it takes requests for technical
// support in the chats that are configured, walks them through the procedure and
// keeps the record. This package reads the configuration and wires the others.
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // America/Bogota must be there on machines and images without a zone database
)

// builtinCatalog is the catalogue that holds where CATALOG names no other.
//
//go:embed catalog.json
var builtinCatalog []byte

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(dispatch(ctx, os.Args[1:], os.LookupEnv, "", os.Stdout, os.Stderr))
}

// dispatch runs the command that args ask for and returns the exit code: 2 for a
// command line that cannot be understood, 1 for every other failure.
func dispatch(ctx context.Context, args []string, env lookup, dir string, stdout, stderr io.Writer) int {
	asked, err := parse(args, env, dir, stdout)
	switch {
	case errors.Is(err, errHelped):
		return 0
	case err == nil:
		err = asked.run(ctx, stdout, stderr)
	}
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "helptic:", err)
	var usage *usageError
	if errors.As(err, &usage) {
		return 2
	}
	return 1
}

// run does what was asked for.
func (a *asked) run(ctx context.Context, stdout, stderr io.Writer) error {
	log := newLogger(a.config, stderr)
	switch a.command {
	case "ticket":
		return showTicket(ctx, a.config, log, a.number, a.json, stdout)
	case "suggest":
		return showSuggestions(ctx, a.config, log, a.suggest, stdout)
	case "slack-manifest":
		return showSlackManifest(a.url, stdout)
	case "calendar":
		return showCalendar(a.config, a.year, a.json, stdout)
	case "promise":
		return showPromise(a.config, a.promise, stdout)
	}
	if a.command == "check" {
		return check(ctx, a.config, log, stdout)
	}
	return serve(ctx, a.config, log, stdout)
}

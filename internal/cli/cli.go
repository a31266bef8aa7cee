// Package cli holds the commands of helptic.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"helptic/internal/app"
	"helptic/internal/config"
)

// Program is what a command runs with.
type Program struct {
	Catalog []byte        // in use where the configuration names no catalogue
	Env     config.Lookup // variables of the environment
	Dir     string        // .env is read and relative paths start here; empty: the working directory
	Stdout  io.Writer
	Stderr  io.Writer
}

// Run runs the command that args name and returns the exit code: 2 for a command line
// that is not valid, 1 for every other failure.
func (p Program) Run(ctx context.Context, args []string) int {
	inv, err := parse(args, p.Env, p.Dir, p.Stdout)
	switch {
	case errors.Is(err, errHelpShown):
		return 0
	case err == nil:
		err = p.run(ctx, inv)
	}
	if err == nil {
		return 0
	}
	fmt.Fprintln(p.Stderr, "helptic:", err)
	var usage *usageError
	if errors.As(err, &usage) {
		return 2
	}
	return 1
}

func (p Program) run(ctx context.Context, inv *invocation) error {
	c := inv.config
	log := c.NewLogger(p.Stderr)
	switch inv.command {
	case "serve":
		return app.Serve(ctx, c, p.Catalog, log, p.Stdout)
	case "check":
		return check(ctx, c, p.Catalog, log, p.Stdout)
	case "slack-manifest":
		return showSlackManifest(inv.url, p.Stdout)
	}
	cat, err := app.LoadCatalog(c, p.Catalog)
	if err != nil {
		return err
	}
	switch inv.command {
	case "ticket":
		return showTicket(ctx, c, cat, inv.number, inv.json, p.Stdout)
	case "suggest":
		return showSuggestions(ctx, c, cat, log, inv.suggest, p.Stdout)
	case "calendar":
		return showCalendar(cat, inv.year, inv.json, p.Stdout)
	case "promise":
		return showPromise(cat, inv.promise, p.Stdout)
	}
	return fmt.Errorf("command %q is in the grammar and not in run", inv.command)
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

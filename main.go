// Command helptic is the help desk bot of TI-PR-001. It receives requests for technical
// support in the chats that are configured, carries each one through the procedure and
// keeps its record.
package main

import (
	"context"
	_ "embed"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // machines and images without a zone database need America/Bogota too

	"helptic/internal/cli"
)

// builtinCatalog is the catalogue in use where CATALOG names no file.
//
//go:embed catalog.json
var builtinCatalog []byte

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	program := cli.Program{Catalog: builtinCatalog, Env: os.LookupEnv, Stdout: os.Stdout, Stderr: os.Stderr}
	os.Exit(program.Run(ctx, os.Args[1:]))
}

package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"helptic/flows"
	"helptic/internal/config"
	"helptic/storage"
	"helptic/storage/mongodb"
	"helptic/storage/sqlite"
	"helptic/ticket"
)

// OpenStore opens the database that is configured. The error says in Spanish what to do.
func OpenStore(ctx context.Context, c config.Config) (storage.Store, error) {
	if c.MongoDBURI != "" {
		store, err := mongodb.Open(ctx, string(c.MongoDBURI), c.MongoDBDatabase, c.MaxFileMiB.Bytes())
		if err != nil {
			return nil, fmt.Errorf("MongoDB no responde en %s: revise MONGODB_URI y que el servidor esté encendido (%w)", c.MongoServers(), err)
		}
		return store, nil
	}
	store, err := sqlite.Open(ctx, c.DataDir, c.MaxFileMiB.Bytes())
	switch {
	case err == nil:
		return store, nil
	case errors.Is(err, storage.ErrInUse):
		return nil, fmt.Errorf("otro proceso de helptic ya usa la carpeta %s: ciérrelo o elija otra con DATA_DIR%w", c.DataDir, quiet{err})
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("no hay permiso para escribir en la carpeta %s: cámbielo o elija otra con DATA_DIR", c.DataDir)
	}
	return nil, fmt.Errorf("no se puede usar la carpeta %s para la base de datos: elija otra con DATA_DIR (%w)", c.DataDir, err)
}

// quiet is an error that errors.Is finds and that adds no text.
type quiet struct{ error }

func (quiet) Error() string   { return "" }
func (q quiet) Unwrap() error { return q.error }

// Reader is what the commands that only read need of a database.
type Reader interface {
	flows.Lister
	Ticket(ctx context.Context, number int64) (*ticket.Ticket, error)
	Close() error
}

// OpenReader opens the database to read it, also while the bot runs.
func OpenReader(ctx context.Context, c config.Config) (Reader, error) {
	if c.MongoDBURI != "" {
		return OpenStore(ctx, c)
	}
	store, err := sqlite.OpenReadOnly(ctx, c.DataDir)
	if err != nil {
		return nil, fmt.Errorf("no hay una base de datos que leer en %s: revise DATA_DIR", c.DataDir)
	}
	return store, nil
}

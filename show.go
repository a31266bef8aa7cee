package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rs/zerolog"

	"helptic/adapters/googlechat"
	"helptic/adapters/mail"
	"helptic/adapters/slack"
	"helptic/flows"
	"helptic/flows/card"
	"helptic/storage"
	"helptic/storage/sqlite"
	"helptic/ticket"
)

// check tells, a line each, what of the configuration works and what to do about the rest.
func check(ctx context.Context, c config, log zerolog.Logger, stdout io.Writer) error {
	failed := false
	say := func(what string, err error, fine string) {
		if err != nil {
			failed = true
			fmt.Fprintf(stdout, "✗ %s: %v\n", what, err)
			return
		}
		fmt.Fprintf(stdout, "✓ %s: %s\n", what, fine)
	}
	say("configuración", nil, "sin fallas")
	cat, err := loadCatalog(c)
	if err == nil {
		n := 0
		for range cat.Entries() {
			n++
		}
		say("catálogo", nil, fmt.Sprintf("%d categorías, %d subcategorías", len(cat.Categories), n))
	} else {
		say("catálogo", err, "")
	}
	where := "incorporada, en " + c.DataDir
	if c.MongoDBURI != "" {
		where = "MongoDB, en " + c.mongoServers()
	}
	store, err := openStore(ctx, c)
	switch {
	case err == nil:
		defer store.Close()
		err = store.Ping(ctx)
	case errors.Is(err, storage.ErrInUse):
		where, err = where+"; la usa el bot que está en marcha", nil
	}
	say("base de datos", err, where)
	if c.webChat() {
		say("chat web", nil, "http://"+c.HTTPAddr)
	}
	if store == nil {
		store = unreachable{}
	}
	if c.slackChat() {
		chat, err := newSlack(c, store, time.Now, log)
		if err != nil {
			return err
		}
		for _, f := range chat.Check(ctx) {
			var wrong error
			if !f.OK {
				wrong = errors.New(f.Text)
			}
			say("Slack", wrong, f.Text)
		}
	}
	if c.googleChat() {
		var found []googlechat.Finding
		chat, err := newGoogleChat(ctx, c, store, time.Now, log)
		if err == nil {
			found = chat.Check(ctx)
		} else {
			found = []googlechat.Finding{{Text: err.Error()}}
		}
		for _, f := range found {
			var wrong error
			if !f.OK {
				wrong = errors.New(f.Text)
			}
			say("Google Chat", wrong, f.Text)
		}
	}
	if c.SMTPURL != "" {
		chat, err := mail.New(mail.Config{URL: string(c.SMTPURL), From: c.MailFrom})
		if err == nil {
			err = chat.Check(ctx)
		}
		say("correo", err, "el servidor recibe lo que se le entregue, de parte de "+c.MailFrom)
	}
	if failed {
		return errors.New("hay algo por corregir")
	}
	return nil
}

// unreachable stands for a database that is in use or away, of which the checks of a chat need nothing.
type unreachable struct{ storage.Store }

// showSlackManifest prints what an app of Slack is made from.
func showSlackManifest(url string, stdout io.Writer) error {
	text, err := slack.Manifest(url)
	if err != nil {
		return err
	}
	_, err = stdout.Write(append(bytes.TrimSpace(text), '\n'))
	return err
}

// showTicket prints the "hoja de vida" of a ticket.
func showTicket(ctx context.Context, c config, _ zerolog.Logger, number int64, asJSON bool, stdout io.Writer) error {
	cat, err := loadCatalog(c)
	if err != nil {
		return err
	}
	store, err := openReader(ctx, c)
	if err != nil {
		return err
	}
	t, err := store.Ticket(ctx, number)
	if err = errors.Join(err, store.Close()); err != nil {
		if errors.Is(err, storage.ErrNotFound) {
			return fmt.Errorf("no existe la solicitud N.º %d", number)
		}
		return err
	}
	if !asJSON {
		_, err := io.WriteString(stdout, card.View{Catalog: cat}.Record(t))
		return err
	}
	t.Outbox = nil
	e := json.NewEncoder(stdout)
	e.SetIndent("", "  ")
	return e.Encode(t)
}

// reader is what showing a ticket needs of a store.
type reader interface {
	flows.Lister
	Ticket(ctx context.Context, number int64) (*ticket.Ticket, error)
	Close() error
}

// openReader opens the database beside a bot that may be running.
func openReader(ctx context.Context, c config) (reader, error) {
	if c.MongoDBURI != "" {
		return openStore(ctx, c)
	}
	store, err := sqlite.OpenReadOnly(ctx, c.DataDir)
	if err != nil {
		return nil, fmt.Errorf("no hay una base de datos que leer en %s: revise DATA_DIR", c.DataDir)
	}
	return store, nil
}

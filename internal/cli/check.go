package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rs/zerolog"

	"helptic/internal/app"
	"helptic/internal/config"
	"helptic/storage"
)

// checklist is the output of "helptic check": one line for each finding.
type checklist struct {
	out    io.Writer
	failed bool
}

// add writes a line: what is wrong where err is not nil, else what is right.
func (l *checklist) add(subject string, err error, right string) {
	if err != nil {
		l.failed = true
		fmt.Fprintf(l.out, "✗ %s: %v\n", subject, err)
		return
	}
	fmt.Fprintf(l.out, "✓ %s: %s\n", subject, right)
}

// addFinding writes a finding of an adapter, which is one text either way.
func (l *checklist) addFinding(subject string, ok bool, text string) {
	var err error
	if !ok {
		err = errors.New(text)
	}
	l.add(subject, err, text)
}

// check writes which parts of the configuration work, and what to do about the others.
func check(ctx context.Context, c config.Config, builtin []byte, log zerolog.Logger, stdout io.Writer) error {
	list := &checklist{out: stdout}
	list.add("configuración", nil, "sin fallas")
	list.checkCatalog(c, builtin)
	store := list.checkDatabase(ctx, c)
	if store == nil {
		store = noStore{}
	} else {
		defer store.Close()
	}
	if c.WebChatOn() {
		list.add("chat web", nil, "http://"+c.HTTPAddr)
	}
	if c.SlackOn() {
		chat, err := app.NewSlack(c, store, time.Now, log)
		if err != nil {
			return err
		}
		for _, f := range chat.Check(ctx) {
			list.addFinding("Slack", f.OK, f.Text)
		}
	}
	if c.GoogleChatOn() {
		if chat, err := app.NewGoogleChat(ctx, c, store, time.Now, log); err != nil {
			list.add("Google Chat", err, "")
		} else {
			for _, f := range chat.Check(ctx) {
				list.addFinding("Google Chat", f.OK, f.Text)
			}
		}
	}
	if c.MailOn() {
		chat, err := app.NewMail(c, store, log)
		if err == nil {
			err = chat.Check(ctx)
		}
		list.add("correo", err, "el servidor recibe lo que se le entregue, de parte de "+c.MailFrom)
	}
	if list.failed {
		return errors.New("hay algo por corregir")
	}
	return nil
}

func (l *checklist) checkCatalog(c config.Config, builtin []byte) {
	cat, err := app.LoadCatalog(c, builtin)
	if err != nil {
		l.add("catálogo", err, "")
		return
	}
	n := 0
	for range cat.Entries() {
		n++
	}
	l.add("catálogo", nil, fmt.Sprintf("%d categorías, %d subcategorías", len(cat.Categories), n))
}

// checkDatabase returns the open database, or nil where it cannot be opened now.
func (l *checklist) checkDatabase(ctx context.Context, c config.Config) storage.Store {
	location := "incorporada, en " + c.DataDir
	if c.MongoDBURI != "" {
		location = "MongoDB, en " + c.MongoServers()
	}
	store, err := app.OpenStore(ctx, c)
	switch {
	case err == nil:
		err = store.Ping(ctx)
	case errors.Is(err, storage.ErrInUse):
		location, err = location+"; la usa el bot que está en marcha", nil
	}
	l.add("base de datos", err, location)
	return store
}

// noStore stands for a database that is in use or not available. The checks of the chats
// call none of its methods.
type noStore struct{ storage.Store }

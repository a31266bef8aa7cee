package mail_test

import (
	"bytes"
	"fmt"
	netmail "net/mail"
	"regexp"
	"sync"
	"testing"
	"time"

	"helptic/adapters/mail"
)

// All processes over one database give a mail the same Message-ID. Another database gives another
// one, so ticket 12 of a test installation and of the real desk are two threads.
func TestMessageIDsBelongToTheDatabase(t *testing.T) {
	r, elsewhere := newRig(t, behaviour{}, plainURL), newRig(t, behaviour{}, plainURL)
	again, err := mail.New(mail.Config{URL: plainURL(r.server.addr), From: "Mesa de ayuda <mesa@entidad.gov.co>", Files: r.store, AppendLog: r.store})
	if err != nil {
		t.Fatal(err)
	}
	send := func(a *mail.Adapter, key string) string {
		id, err := a.Send(t.Context(), out(key, solved))
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	one := send(r.mail, "ticket/12/mail/r5")
	if id := send(again, "ticket/12/mail/r5"); id != one {
		t.Errorf("another process: %s, was %s", id, one)
	}
	if id := send(elsewhere.mail, "ticket/12/mail/r5"); id == one {
		t.Errorf("another database: %s too", id)
	}
	if id := send(r.mail, "ticket/12/mail/r6"); id == one {
		t.Errorf("another mail: %s too", id)
	}
	var roots []string
	for _, raw := range append(r.server.mails(), elsewhere.server.mails()...) {
		m, err := netmail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		roots = append(roots, m.Header.Get("References"))
	}
	if roots[0] == "" || roots[0] != roots[1] || roots[0] != roots[2] || roots[0] == roots[3] {
		t.Errorf("threads %q", roots)
	}
}

// However many mails are sent at once, the server sees few connections.
func TestConnectionsAreLimited(t *testing.T) {
	r := newRig(t, behaviour{}, plainURL)
	held := make(chan struct{})
	r.server.set(func(s *mailServer) { s.stall = held })
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			if _, err := r.mail.Send(t.Context(), out(fmt.Sprintf("ticket/%d/mail/r1", n), solved)); err != nil {
				t.Error(err)
			}
		})
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for n := 0; len(r.server.mails()) < 4 && n < 500; n++ {
		<-tick.C
	}
	close(held)
	all.Wait()
	r.server.set(func(s *mailServer) {
		if len(s.received) != 20 || s.maximum != 4 {
			t.Errorf("%d mails, %d at a time", len(s.received), s.maximum)
		}
	})
}

// The seed that an earlier version stored still makes the same Message-IDs.
func TestStoredSeedKeepsItsShape(t *testing.T) {
	r := newRig(t, behaviour{}, plainURL)
	const stream, key, seed = "mail/seed", "seed", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	if _, err := r.store.Append(t.Context(), stream, key, []byte(seed)); err != nil {
		t.Fatal(err)
	}
	id, err := r.mail.Send(t.Context(), out("ticket/12/mail/r5", solved))
	if err != nil {
		t.Fatal(err)
	}
	header, _ := read(t, r.server.mails()[0])
	golden(t, "thread.txt", fmt.Sprintf("Message-ID: %s\nReferences: %s\n", id, header.Get("References")))
	entries, err := r.store.Read(t.Context(), stream, 0, 10)
	if err != nil || len(entries) != 1 || entries[0].Key != key || string(entries[0].Body) != seed {
		t.Errorf("the log holds %+v, %v", entries, err)
	}
}

// The first mail of a new database stores the seed as one word under its key.
func TestNewSeedHasTheStoredShape(t *testing.T) {
	r := newRig(t, behaviour{}, plainURL)
	if _, err := r.mail.Send(t.Context(), out("ticket/12/mail/r5", solved)); err != nil {
		t.Fatal(err)
	}
	entries, err := r.store.Read(t.Context(), "mail/seed", 0, 10)
	if err != nil || len(entries) != 1 || entries[0].Key != "seed" || !regexp.MustCompile(`^[A-Z2-7]{26}$`).Match(entries[0].Body) {
		t.Errorf("the log holds %+v, %v", entries, err)
	}
}

package sqlite_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"helptic/bot"
	"helptic/storage"
	"helptic/storage/sqlite"
	"helptic/storage/storagetest"
	"helptic/ticket"
)

func open(tb testing.TB, dir string) *sqlite.Store {
	tb.Helper()
	s, err := sqlite.Open(tb.Context(), dir, storagetest.MaxFile)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storage.Store { return open(t, t.TempDir()) })
}

// What was written is there after closing and opening, also in a folder with a name
// that means something in an address.
func TestReopen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "50% de ñ? #1 &a=b")
	s := open(t, dir)
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	made := &ticket.Ticket{Draft: "a", State: ticket.New, Description: "No imprime"}
	_, err := s.CreateTicket(t.Context(), made, func(*ticket.Ticket) {})
	_, err2 := s.Accept(t.Context(), bot.StoredEvent{Key: "e", OrderingKey: "l", Body: []byte("{}"), At: now, Until: now})
	_, err3 := s.Append(t.Context(), "stream", "k", []byte("x"))
	f, err4 := s.SaveFile(t.Context(), "a", "", strings.NewReader("abc"))
	err = errors.Join(err, err2, err3, err4, s.SaveMessageID(t.Context(), "r", "k", "m"), s.SaveConversation(t.Context(), &storage.Conversation{Person: "web:1"}), s.Close())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("a closed store answers")
	}

	s = open(t, dir)
	if got, err := s.Ticket(t.Context(), 1); err != nil || got.Description != "No imprime" {
		t.Errorf("ticket %v, %v", got, err)
	}
	if got, err := s.LeaseEvents(t.Context(), now.Add(1e9), now.Add(2e9), 9); err != nil || len(got) != 1 {
		t.Errorf("events %v, %v", got, err)
	}
	if got, err := s.Read(t.Context(), "stream", 0, 9); err != nil || len(got) != 1 {
		t.Errorf("memory %v, %v", got, err)
	}
	if got, err := s.MessageID(t.Context(), "r", "k"); err != nil || got != "m" {
		t.Errorf("posted %v, %v", got, err)
	}
	if _, err := s.Conversation(t.Context(), "web:1"); err != nil {
		t.Errorf("conversation: %v", err)
	}
	if got, r, err := s.OpenFile(t.Context(), f.ID); err != nil || got != f {
		t.Errorf("file %v, %v", got, err)
	} else if err := r.Close(); err != nil {
		t.Error(err)
	}
	second := &ticket.Ticket{Draft: "b", State: ticket.New}
	if _, err := s.CreateTicket(t.Context(), second, func(*ticket.Ticket) {}); err != nil || second.Number != 2 {
		t.Errorf("number %d, %v", second.Number, err)
	}
}

func TestOpenTwice(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if _, err := sqlite.Open(t.Context(), dir, 1); !errors.Is(err, storage.ErrInUse) {
		t.Errorf("got %v, want ErrInUse", err)
	}
	reader, err := sqlite.OpenReadOnly(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateTicket(t.Context(), &ticket.Ticket{Draft: "a"}, func(*ticket.Ticket) {}); err != nil {
		t.Fatal(err)
	}
	if got, err := reader.Tickets(t.Context(), storage.Query{}); err != nil || len(got) != 1 {
		t.Errorf("read beside the writer: %v, %v", got, err)
	}
	if err := reader.SaveMessageID(t.Context(), "r", "k", "m"); err == nil {
		t.Error("a store to read from was written to")
	}
	if err := errors.Join(reader.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	open(t, dir) // free again
}

func TestOpenRefuses(t *testing.T) {
	newer := t.TempDir()
	if err := open(t, newer).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(newer, "helptic.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec("PRAGMA user_version = 999")
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	garbage := t.TempDir()
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.WriteFile(filepath.Join(garbage, "helptic.db"), []byte(strings.Repeat("no database ", 99)), 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ dir, want string }{
		{newer, "newer version"},
		{file, "not a directory"},
		{filepath.Join(file, "below"), "not a directory"},
		{garbage, "not a database"},
	} {
		for range 2 { // a refused folder is not left locked
			if s, err := sqlite.Open(t.Context(), test.dir, 1); err == nil {
				t.Errorf("%s was opened", test.want)
				_ = s.Close()
			} else if !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q, want %q", err, test.want)
			}
		}
	}
}

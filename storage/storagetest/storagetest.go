// Package storagetest holds every store to the behaviour that package storage promises:
// what is written comes back as it was, numbers have no gaps, and of many who want the
// same thing at the same time exactly one gets it.
package storagetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"helptic/storage"
)

// MaxFile is the limit of attachments that the stores under test are opened with.
const MaxFile = 300 << 10

// noon is the time of the tests; its nanoseconds must not come back.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 123456789, time.FixedZone("", -5*60*60))

// stored is a time as a store gives it back.
func stored(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Run tests what open gives, an empty store each time; open closes it after the test.
func Run(t *testing.T, open func(t *testing.T) storage.Store) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, storage.Store)
	}{
		{"Ticket", roundTrip},
		{"CreateTicket", createTicket},
		{"SameDraft", sameDraft},
		{"UpdateTicket", updateTicket},
		{"TakeTicket", takeTicket},
		{"Tickets", queries},
		{"Owing", owing},
		{"Due", due},
		{"Conversation", conversation},
		{"Idle", idle},
		{"Accept", accept},
		{"Pending", pending},
		{"PendingRace", pendingRace},
		{"Posted", posted},
		{"Memory", memory},
		{"MemoryRace", memoryRace},
		{"Files", files},
		{"FilesRace", filesRace},
		{"Cancelled", cancelled},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

// together runs n calls at the same time and waits for them.
func together(n int, call func(i int)) {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-start
			call(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func want[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func wantError(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got error %v, want %v", what, got, want)
	}
}

// A call whose context has ended fails with the context's error, and the store goes on.
func cancelled(t *testing.T, s storage.Store) {
	must(t, s.Ping(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.CreateTicket(ctx, newTicket("a"), fillNothing)
	wantError(t, "CreateTicket", err, context.Canceled)
	_, err = s.Ticket(ctx, 1)
	wantError(t, "Ticket", err, context.Canceled)
	_, err = s.Accept(ctx, event("a", noon))
	wantError(t, "Accept", err, context.Canceled)
	_, err = s.LeaseEvents(ctx, noon, noon, 1)
	wantError(t, "Pending", err, context.Canceled)
	_, err = s.Append(ctx, "a", "", nil)
	wantError(t, "Append", err, context.Canceled)
	wantError(t, "SaveConversation", s.SaveConversation(ctx, &storage.Conversation{Person: "web:a"}), context.Canceled)
	must(t, s.Ping(t.Context()))
	fresh, err := s.CreateTicket(t.Context(), newTicket("b"), fillNothing)
	must(t, err)
	want(t, "fresh after a cancelled one", fresh, true)
}

package storagetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"helptic/storage"
	"helptic/ticket"
)

func newTicket(draft string) *ticket.Ticket {
	return &ticket.Ticket{Draft: draft, State: ticket.New, Requester: ticket.Person{ID: "web:1", Name: "Usuario 1"}, Description: "No imprime", RegisteredAt: stored(noon)}
}

func fillNothing(*ticket.Ticket) {}

func create(t *testing.T, s storage.Store, made *ticket.Ticket) *ticket.Ticket {
	t.Helper()
	fresh, err := s.CreateTicket(t.Context(), made, fillNothing)
	must(t, err)
	if !fresh {
		t.Fatalf("a ticket with draft %s is there already", made.Draft)
	}
	return made
}

// full is a ticket with every field set. Its times have a zone and nanoseconds.
func full() *ticket.Ticket {
	tick := 0
	at := func() time.Time { tick++; return noon.Add(time.Duration(tick) * time.Hour) }
	person := func(n int) ticket.Person {
		return ticket.Person{ID: fmt.Sprintf("slack:U%d", n), Name: fmt.Sprintf("Agente %d 👩🏽‍💻", n), Email: fmt.Sprintf("agente%d@example.com", n)}
	}
	file := ticket.File{ID: "F1", Name: "captura «1».png", Type: "image/png", Size: 1 << 40, SHA256: "00ff"}
	assignee := person(3)
	t := &ticket.Ticket{
		Draft: "draft-1", Card: "card-1", State: ticket.OnHold, EntryID: "impresora", Type: ticket.Incident,
		Category: "Hardware", Subcategory: "Impresoras", Impact: "alto", Security: true,
		Requester: person(1), OpenedBy: person(2), Details: []ticket.Detail{{Question: "place", Label: "Oficina", Value: "Piso 3"}}, Description: "La impresora 🖨️ dice «שלום»\nمرحبا\t\"\\\u2028", Files: []ticket.File{file},
		Assignee: &assignee, Hold: &ticket.Hold{For: ticket.ForProvider, Reason: "repuesto", Expected: at(), Since: at()},
		Escalation: &ticket.Escalation{Official: person(4), By: person(3), Justification: "garantía", At: at(), ReceivedAt: at(), EndedAt: at()},
		Solution:   &ticket.Solution{Text: "Se cambió", By: person(3), At: at(), Files: []ticket.File{file}, ValidatedAt: at()},
		Survey:     &ticket.Survey{Rating: 5, Answers: map[string]int{"trato.general": 4, "$costo": 3, "%2E": 2, "a%24b.c$": 1}, Comment: "gracias 🙏", At: at(), ChangedAt: at()},
		Ending:     ticket.EndedByUser, Reopened: 2,
		FirstMessageAt: at(), RegisteredAt: at(), StartAt: at(), DueAt: at(), AssignedAt: at(), ClosedAt: at(),
		Pauses:   []ticket.Pause{{From: at(), To: at(), Why: "provider"}},
		Reminded: []ticket.Reminder{{Kind: "promise_75", About: at(), At: at(), Late: true}},
		History: []ticket.Record{{N: 1, At: at(), By: person(2), Role: "agent", Action: ticket.Register, From: ticket.New, To: ticket.OnHold, Event: "slack:E1",
			Fields: map[string]string{"reason": "😀", "a.b": "1", "$c": "2", "100%": "3"}, Files: []ticket.File{file}, Activities: []int{1, 2},
			Controls: []ticket.Answer{{Control: ticket.C1, Answer: "escalate"}}}},
		Outbox: []ticket.Notification{{Key: "k", To: ticket.ToAgents, Kind: "new", Record: 1, Version: 1, After: at(), Attempts: 3,
			Reminder: &ticket.Reminder{Kind: "overdue_1", About: at(), At: at()}}},
		NotifyAt: at(), LeaseUntil: at(), WakeAt: at(),
	}
	return t
}

// cut is a copy of a ticket with its times as a store gives them back.
func cut(v reflect.Value) reflect.Value {
	if at, ok := v.Interface().(time.Time); ok {
		if at.IsZero() {
			return v
		}
		return reflect.ValueOf(stored(at))
	}
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(cut(v.Elem()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(cut(v.Field(i)))
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = reflect.Append(out, cut(v.Index(i)))
		}
	default:
		out.Set(v)
	}
	return out
}

// Everything that a ticket holds comes back, from every call that gives tickets.
func roundTrip(t *testing.T, s storage.Store) {
	made := full()
	if field := emptyField(reflect.ValueOf(*made)); field != "Number" && field != "" {
		t.Fatalf("the test fills everything but %s", field)
	}
	create(t, s, made)
	want(t, "number", made.Number, 1)
	want(t, "version", made.Version, 1)
	same := func(what string, got *ticket.Ticket, err error) {
		t.Helper()
		must(t, err)
		expected := full()
		expected.Number, expected.Version = 1, got.Version
		expected = cut(reflect.ValueOf(expected)).Interface().(*ticket.Ticket)
		if expected.LeaseUntil = got.LeaseUntil; !reflect.DeepEqual(got, expected) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", what, got, expected)
		}
	}
	same("CreateTicket", made, nil)
	got, err := s.Ticket(t.Context(), 1)
	same("Ticket", got, err)
	want(t, "lease", got.LeaseUntil, stored(full().LeaseUntil))
	got, err = s.UpdateTicket(t.Context(), 1, func(found *ticket.Ticket) error {
		number, version := found.Number, found.Version
		*found = *full() // once more with zones and nanoseconds
		found.Number, found.Version = number, version
		return nil
	})
	same("UpdateTicket", got, err)
	want(t, "version after a change", got.Version, 2)
	got, err = s.Ticket(t.Context(), 1)
	same("Ticket after a change", got, err)
	list, err := s.Tickets(t.Context(), storage.Query{})
	must(t, err)
	same("Tickets", list[0], nil)
	list, err = s.LeaseNotifications(t.Context(), noon.AddDate(1, 0, 0), noon.AddDate(1, 0, 1), 1)
	must(t, err)
	same("Owing", list[0], nil)
	want(t, "lease", list[0].LeaseUntil, stored(noon.AddDate(1, 0, 1)))

	empty := create(t, s, &ticket.Ticket{Draft: "draft-2", State: ticket.New})
	got, err = s.Ticket(t.Context(), empty.Number)
	must(t, err)
	if !got.DueAt.IsZero() || got.Assignee != nil || got.Survey != nil || len(got.History) != 0 {
		t.Errorf("an empty ticket came back as %+v", got)
	}
}

// emptyField names the first field that a struct has not set.
func emptyField(v reflect.Value) string {
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; v.Field(i).IsZero() && name != "Number" && name != "Version" {
			return name
		}
	}
	return ""
}

// Numbers are given without gaps to all who register at the same time.
func createTicket(t *testing.T, s storage.Store) {
	const n = 64
	numbers := make([]int64, n)
	together(n, func(i int) {
		made := newTicket(fmt.Sprint("draft-", i))
		fresh, err := s.CreateTicket(t.Context(), made, func(t *ticket.Ticket) { t.Description = fmt.Sprint("n.º ", t.Number) })
		if err != nil || !fresh {
			t.Errorf("registering %d: %t, %v", i, fresh, err)
		}
		want(t, "what fill completed", made.Description, fmt.Sprint("n.º ", made.Number))
		numbers[i] = made.Number
	})
	slices.Sort(numbers)
	for i, number := range numbers {
		if number != int64(i+1) {
			t.Fatalf("numbers %v", numbers)
		}
	}
	got, err := s.Ticket(t.Context(), 7)
	must(t, err)
	want(t, "what fill completed", got.Description, "n.º 7")
	_, err = s.Ticket(t.Context(), n+1)
	wantError(t, "a number that nobody has", err, storage.ErrNotFound)
}

// Registering the same draft at the same time makes one ticket, which all are given.
func sameDraft(t *testing.T, s storage.Store) {
	create(t, s, newTicket("other"))
	var fresh atomic.Int64
	together(8, func(i int) {
		made := newTicket("same")
		made.Description = fmt.Sprint(i)
		is, err := s.CreateTicket(t.Context(), made, fillNothing)
		if err != nil || made.Number != 2 {
			t.Errorf("number %d, %v", made.Number, err)
		}
		if is {
			fresh.Add(1)
			return
		}
		kept, err := s.Ticket(t.Context(), 2)
		if err != nil || kept.Description != made.Description {
			t.Errorf("was given %q, %v", made.Description, err)
		}
	})
	want(t, "fresh", fresh.Load(), 1)
	want(t, "the number after them", create(t, s, newTicket("next")).Number, 3)
}

func updateTicket(t *testing.T, s storage.Store) {
	create(t, s, newTicket("a"))
	_, err := s.UpdateTicket(t.Context(), 9, func(*ticket.Ticket) error { return nil })
	wantError(t, "a number that nobody has", err, storage.ErrNotFound)

	refused := errors.New("refused")
	got, err := s.UpdateTicket(t.Context(), 1, func(t *ticket.Ticket) error { t.Description = "no"; return refused })
	if !errors.Is(err, refused) || got != nil {
		t.Errorf("got %v, %v; want the error of change as it is", got, err)
	}
	got, err = s.UpdateTicket(t.Context(), 1, func(t *ticket.Ticket) error { t.Description = "no"; return storage.ErrUnchanged })
	must(t, err)
	want(t, "unchanged description", got.Description, "No imprime")
	want(t, "unchanged version", got.Version, 1)

	got, err = s.UpdateTicket(t.Context(), 1, func(found *ticket.Ticket) error {
		want(t, "version in change", found.Version, 2)
		found.Description, found.State = "sí", ticket.Closed
		return nil
	})
	must(t, err)
	want(t, "description", got.Description, "sí")
	got, err = s.Ticket(t.Context(), 1)
	must(t, err)
	want(t, "stored description", got.Description, "sí")
	want(t, "stored version", got.Version, 2)

	together(16, func(int) { // nobody's change is lost
		_, err := s.UpdateTicket(t.Context(), 1, func(t *ticket.Ticket) error { t.Reopened++; return nil })
		if err != nil {
			t.Error(err)
		}
	})
	got, err = s.Ticket(t.Context(), 1)
	must(t, err)
	want(t, "changes", got.Reopened, 16)
	want(t, "version", got.Version, 18)
}

// Of all who take a ticket at the same time exactly one has it.
func takeTicket(t *testing.T, s storage.Store) {
	create(t, s, newTicket("a"))
	taken := errors.New("taken")
	var mu sync.Mutex
	var winners []string
	together(32, func(i int) {
		me := fmt.Sprint("slack:U", i)
		_, err := s.UpdateTicket(t.Context(), 1, func(t *ticket.Ticket) error {
			if t.Assignee != nil {
				return taken
			}
			t.Assignee = &ticket.Person{ID: me}
			return nil
		})
		if err == nil {
			mu.Lock()
			winners = append(winners, me)
			mu.Unlock()
		} else if !errors.Is(err, taken) {
			t.Error(err)
		}
	})
	got, err := s.Ticket(t.Context(), 1)
	must(t, err)
	if len(winners) != 1 || got.Assignee == nil || got.Assignee.ID != winners[0] {
		t.Errorf("winners %v, assignee %v", winners, got.Assignee)
	}
}

package ticket_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"helptic/ticket"
)

// pass lets time go by in small steps, as the ticks of the program do, and returns what is
// reminded of, as "kind at day hour".
func pass(t *testing.T, cat *ticket.Catalog, tk *ticket.Ticket, from, to time.Time, step time.Duration) []string {
	t.Helper()
	var said []string
	for now := from; !now.After(to); now = now.Add(step) {
		if tk.WakeAt.IsZero() || tk.WakeAt.After(now) {
			continue
		}
		for _, r := range tk.Remind(cat, now) {
			if !cat.Calendar.Open(now).Equal(now) {
				t.Errorf("%s at %v, outside working time", r.Kind, now)
			}
			s := r.Kind + " " + now.In(cat.Calendar.Location()).Format("01-02 15:04")
			if r.Late {
				s += " late"
			}
			said = append(said, s)
		}
		if !tk.WakeAt.IsZero() && !tk.WakeAt.After(now) {
			t.Fatalf("at %v it asks to be woken at %v", now, tk.WakeAt)
		}
	}
	return said
}

func equal(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", what, strings.Join(got, ", "), strings.Join(want, ", "))
	}
}

// incident is registered on Tuesday 17 November at 8:00 with 4 hours.
func incident(t *testing.T, cat *ticket.Catalog) *ticket.Ticket {
	t.Helper()
	entry, ok := cat.Entry("impresoras.atasco-de-papel")
	if !ok {
		t.Fatal("no such entry")
	}
	who := ticket.Person{ID: "web:usuario-1", Name: "Usuario 1"}
	at := bogota(t, "2026-11-17 08:00")
	return ticket.Open(cat, ticket.Request{Draft: "d", Entry: entry, Impact: "mediana", Requester: who, OpenedBy: who, Role: ticket.Requester, FirstMessageAt: at, At: at, Event: "e"})
}

func TestRemindersOfThePromise(t *testing.T) {
	cat := shipped(t)
	end := bogota(t, "2026-12-01 18:00")
	tk := incident(t, cat)
	equal(t, "nobody takes it", pass(t, cat, tk, tk.RegisteredAt, end, time.Minute),
		"promise_50 11-17 10:00", "promise_75 11-17 11:00", "promise_100 11-17 12:00", "overdue_1 11-18 12:00", "overdue_2 11-19 12:00")

	tk = incident(t, cat)
	must(t, cat, tk, full(t, cat, ticket.AssignSelf, ticket.Agent, bogota(t, "2026-11-17 09:00")))
	equal(t, "taken, not solved", pass(t, cat, tk, bogota(t, "2026-11-17 09:00"), end, time.Minute),
		"promise_75 11-17 11:00", "promise_100 11-17 12:00", "overdue_1 11-18 12:00", "overdue_2 11-19 12:00", "overdue_3 11-20 12:00")

	tk = incident(t, cat)
	must(t, cat, tk, full(t, cat, ticket.Resolve, ticket.Agent, bogota(t, "2026-11-17 09:30")))
	equal(t, "resolved in time", pass(t, cat, tk, bogota(t, "2026-11-17 09:30"), bogota(t, "2026-11-19 18:00"), time.Minute))
}

// A pause moves what is left of the promise, and its reminders with it.
func TestRemindersAfterAPause(t *testing.T) {
	cat := shipped(t)
	tk := incident(t, cat)
	must(t, cat, tk, full(t, cat, ticket.AssignSelf, ticket.Agent, bogota(t, "2026-11-17 09:00")))
	hold := full(t, cat, ticket.PutOnHold, ticket.Agent, bogota(t, "2026-11-17 10:00"))
	hold.For, hold.Expected = ticket.ForProvider, time.Time{}
	must(t, cat, tk, hold)
	equal(t, "on hold", pass(t, cat, tk, bogota(t, "2026-11-17 10:00"), bogota(t, "2026-11-24 10:00"), time.Minute),
		"news_1 11-19 10:00", "news_2 11-23 10:00")
	must(t, cat, tk, full(t, cat, ticket.Resume, ticket.Agent, bogota(t, "2026-11-24 11:00")))
	equal(t, "resumed", pass(t, cat, tk, bogota(t, "2026-11-24 11:00"), bogota(t, "2026-11-24 18:00"), time.Minute),
		"promise_75 11-24 12:00", "promise_100 11-24 13:00")
	must(t, cat, tk, full(t, cat, ticket.Resolve, ticket.Agent, bogota(t, "2026-11-24 17:00")))
	reject := full(t, cat, ticket.Reject, ticket.Requester, bogota(t, "2026-11-25 09:00"))
	must(t, cat, tk, reject)
	equal(t, "it goes on: the promise is another", pass(t, cat, tk, bogota(t, "2026-11-25 09:00"), bogota(t, "2026-11-25 17:00"), time.Minute), "promise_100 11-25 09:00", "overdue_1 11-25 14:00")
}

// While the answer that is awaited has a date, nobody asks for news before it.
func TestNewsAfterTheExpectedDay(t *testing.T) {
	cat := shipped(t)
	tk := incident(t, cat)
	must(t, cat, tk, full(t, cat, ticket.AssignSelf, ticket.Agent, bogota(t, "2026-11-17 09:00")))
	hold := full(t, cat, ticket.PutOnHold, ticket.Agent, bogota(t, "2026-11-17 10:00"))
	hold.For, hold.Expected = ticket.ForOther, bogota(t, "2026-11-25 00:00")
	must(t, cat, tk, hold)
	equal(t, "on hold", pass(t, cat, tk, bogota(t, "2026-11-17 10:00"), bogota(t, "2026-11-30 10:00"), time.Minute), "news_3 11-25 10:00", "news_4 11-27 10:00")
}

func TestRemindersOfAnEscalation(t *testing.T) {
	cat := shipped(t)
	tk := incident(t, cat)
	must(t, cat, tk, full(t, cat, ticket.Escalate, ticket.Agent, bogota(t, "2026-11-17 08:30")))
	equal(t, "not received", pass(t, cat, tk, bogota(t, "2026-11-17 08:30"), bogota(t, "2026-11-18 13:00"), time.Minute),
		"promise_75 11-17 11:00", "promise_100 11-17 12:00", "receive_1 11-17 12:30", "overdue_1 11-18 12:00", "receive_2 11-18 12:30")
	must(t, cat, tk, full(t, cat, ticket.Receive, ticket.Official, bogota(t, "2026-11-18 13:00")))
	equal(t, "received", pass(t, cat, tk, bogota(t, "2026-11-18 13:00"), bogota(t, "2026-11-18 18:00"), time.Minute))
}

func TestRemindersOfTheSurvey(t *testing.T) {
	cat := shipped(t)
	solved := func() *ticket.Ticket {
		tk := incident(t, cat)
		must(t, cat, tk, full(t, cat, ticket.Resolve, ticket.Agent, bogota(t, "2026-11-17 09:00")))
		must(t, cat, tk, full(t, cat, ticket.Validate, ticket.Requester, bogota(t, "2026-11-17 10:00")))
		return tk
	}
	tk := solved()
	equal(t, "not answered", pass(t, cat, tk, bogota(t, "2026-11-17 10:00"), bogota(t, "2026-11-20 09:59"), time.Minute), "survey 11-18 10:00")
	must(t, cat, tk, full(t, cat, ticket.Close, ticket.System, bogota(t, "2026-11-20 10:00")))
	equal(t, "closed", pass(t, cat, tk, bogota(t, "2026-11-20 10:00"), bogota(t, "2026-11-27 10:00"), time.Minute),
		"refresh_survey 11-20 10:01", "refresh_closed 11-25 10:01")
	if !tk.WakeAt.IsZero() {
		t.Errorf("it never rests: %v", tk.WakeAt)
	}
	tk = solved()
	must(t, cat, tk, full(t, cat, ticket.Rate, ticket.Requester, bogota(t, "2026-11-17 11:00")))
	equal(t, "answered", pass(t, cat, tk, bogota(t, "2026-11-17 11:00"), bogota(t, "2026-11-19 10:00"), time.Minute), "refresh_rated 11-18 08:00")
}

// After an outage the last reminder alone is said, and marked as late; one that fell due by
// what somebody did a moment ago is not.
func TestLateReminders(t *testing.T) {
	cat := shipped(t)
	tk := incident(t, cat)
	equal(t, "after an outage", pass(t, cat, tk, bogota(t, "2026-11-18 15:00"), bogota(t, "2026-11-19 18:00"), time.Minute), "overdue_1 11-18 15:00 late", "overdue_2 11-19 12:00")
	tk = incident(t, cat)
	equal(t, "at the end of the day", pass(t, cat, tk, bogota(t, "2026-11-17 12:15"), bogota(t, "2026-11-17 12:15"), time.Minute), "promise_100 11-17 12:15")
	tk = incident(t, cat)
	must(t, cat, tk, full(t, cat, ticket.AssignSelf, ticket.Agent, bogota(t, "2026-11-17 08:10")))
	must(t, cat, tk, func() ticket.Change {
		c := full(t, cat, ticket.Reclassify, ticket.Agent, bogota(t, "2026-11-17 10:30"))
		c.Impact = "muy_urgente"
		c.Entry, _ = cat.Entry("impresoras.atasco-de-papel")
		return c
	}())
	equal(t, "reclassified to a promise that is broken", pass(t, cat, tk, bogota(t, "2026-11-17 10:30"), bogota(t, "2026-11-17 11:00"), time.Minute), "promise_100 11-17 10:30")
}

// However long a ticket stays open, it is reminded of once for each kind and cause, and the
// document does not grow with it.
func TestRemindersAreBounded(t *testing.T) {
	cat := shipped(t)
	tk := incident(t, cat)
	must(t, cat, tk, full(t, cat, ticket.AssignSelf, ticket.Agent, bogota(t, "2026-11-17 09:00")))
	hold := full(t, cat, ticket.PutOnHold, ticket.Agent, bogota(t, "2026-11-17 10:00"))
	hold.For, hold.Expected = ticket.ForProvider, time.Time{}
	must(t, cat, tk, hold)
	said := pass(t, cat, tk, bogota(t, "2026-11-17 10:00"), bogota(t, "2027-12-30 10:00"), time.Hour)
	if len(said) != 60 || len(tk.Reminded) > 100 || !tk.WakeAt.IsZero() {
		t.Errorf("%d reminders, %d kept, wakes at %v", len(said), len(tk.Reminded), tk.WakeAt)
	}
	seen := map[string]bool{}
	for _, r := range tk.Reminded {
		key := fmt.Sprint(r.Kind, r.About)
		if seen[key] {
			t.Errorf("%s twice", r.Kind)
		}
		seen[key] = true
	}
}

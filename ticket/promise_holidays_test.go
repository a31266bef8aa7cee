package ticket_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"helptic/ticket"
)

func TestPromisesOverHolidays(t *testing.T) {
	cat := shipped(t)
	for _, c := range []struct{ name, entry, impact, at, start, due string }{
		{"Holy Week, hours", anIncident, "alta", "2026-04-01 16:00", "2026-04-01 16:00", "2026-04-06 09:00"},
		{"Holy Week, a day", aDemand, "alta", "2026-04-01 10:15", "2026-04-01 10:15", "2026-04-06 10:15"},
		{"San José and Holy Week in one week", aDemand, "muy_baja", "2027-03-19 11:00", "2027-03-19 11:00", "2027-03-30 11:00"},
		{"a Monday holiday", anIncident, "baja", "2026-11-13 16:00", "2026-11-13 16:00", "2026-11-17 15:00"},
		{"on a holiday", anIncident, "alta", "2026-11-16 10:00", "2026-11-17 08:00", "2026-11-17 10:00"},
		{"two holidays on a Monday", anIncident, "alta", "2025-06-27 16:00", "2025-06-27 16:00", "2025-07-01 09:00"},
		{"Chiquinquirá", anIncident, "alta", "2026-07-10 16:30", "2026-07-10 16:30", "2026-07-14 09:30"},
		{"before Chiquinquirá", anIncident, "alta", "2025-07-11 16:30", "2025-07-11 16:30", "2025-07-14 09:30"},
		{"the year's end", anIncident, "baja", "2026-12-31 16:00", "2026-12-31 16:00", "2027-01-04 15:00"},
		{"the year's end, days", aDemand, "baja", "2026-12-31 16:00", "2026-12-31 16:00", "2027-01-06 16:00"},
		{"Christmas Eve", anIncident, "muy_baja", "2026-12-24 08:00", "2026-12-24 08:00", "2026-12-28 11:00"},
		{"Reyes", anIncident, "alta", "2027-01-08 16:30", "2027-01-08 16:30", "2027-01-12 09:30"},
		{"to a leap day", aDemand, "alta", "2028-02-28 10:00", "2028-02-28 10:00", "2028-02-29 10:00"},
		{"from a leap day", anIncident, "alta", "2028-02-29 16:00", "2028-02-29 16:00", "2028-03-01 09:00"},
		{"a year without one", anIncident, "alta", "2100-02-26 16:00", "2100-02-26 16:00", "2100-03-01 09:00"},
		{"out of the last year", anIncident, "alta", "2100-12-31 16:00", "2100-12-31 16:00", "2101-01-03 09:00"},
		{"web page before Holy Week", aWebPage, "alta", "2026-03-31 16:01", "2026-04-01 08:00", "2026-04-06 08:00"},
		{"web page as Holy Week begins", aWebPage, "alta", "2026-04-01 16:01", "2026-04-06 08:00", "2026-04-07 08:00"},
		{"web page on a holiday", aWebPage, "alta", "2026-11-16 10:00", "2026-11-17 08:00", "2026-11-18 08:00"},
	} {
		p := cat.Promise(entry(t, cat, c.entry), c.impact, bogota(t, c.at))
		same(t, c.name+" starts", p.Start, bogota(t, c.start))
		same(t, c.name+" is due", p.Due, bogota(t, c.due))
	}
}

// The time in Resuelta is given back when the user says that the problem goes on, holidays
// and nights not.
func TestReopenedOverAHoliday(t *testing.T) {
	cat := shipped(t)
	tk := registered(t, cat, bogota(t, "2026-11-13 15:00"))
	step(t, cat, tk, ticket.Resolve, "2026-11-13 16:00")
	step(t, cat, tk, ticket.Reject, "2026-11-17 09:00")
	same(t, "due", tk.DueAt, bogota(t, "2026-11-17 12:00"))
	w, ok := tk.Walk(cat)
	if want := 2 * time.Hour; !ok || w.Credited != want {
		t.Errorf("%v credited, want %v; %v", w.Credited, want, ok)
	}
	if got := kinds(w.Segments); got != "working 1h0m0s, pause (resolved) 2h0m0s back, working 3h0m0s" {
		t.Errorf("walked %s", got)
	}
}

func kinds(all []ticket.Segment) string {
	var out []string
	for _, s := range all {
		text := string(s.Kind)
		if s.Name != "" {
			text += " (" + s.Name + ")"
		}
		if s.Counted > 0 {
			text += " " + s.Counted.String()
		}
		if s.Credited > 0 {
			text += " " + s.Credited.String() + " back"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestWalkNamesWhatItSkips(t *testing.T) {
	cat := shipped(t)
	cat.Calendar.Closures = []ticket.Closure{{Date: ticket.Day{Time: time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC)}, Name: "Jornada interna"}}
	w := cat.Walk(entry(t, cat, anIncident), "alta", bogota(t, "2026-04-01 16:00"))
	if got, want := kinds(w.Segments), "working 1h0m0s, off, holiday (Jueves Santo), holiday (Viernes Santo), off, closure (Jornada interna), off, working 1h0m0s"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	// A holiday on a Saturday takes nothing: 1 May 2027.
	w = cat.Walk(entry(t, cat, anIncident), "alta", bogota(t, "2027-04-30 16:00"))
	if got, want := kinds(w.Segments), "working 1h0m0s, off, working 1h0m0s"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	w = cat.Walk(entry(t, cat, aWebPage), "muy_urgente", bogota(t, "2026-11-17 16:30"))
	if got, want := kinds(w.Segments), "cutoff, off, working 8h0m0s"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestATicketWhoseRulesChanged(t *testing.T) {
	cat := shipped(t)
	tk := registered(t, cat, bogota(t, "2026-11-17 15:00"))
	if w, ok := tk.Walk(cat); !ok || !w.Due.Equal(tk.DueAt) || !w.Stopped.IsZero() {
		t.Errorf("as it is: %v, due %v", ok, w.Due)
	}
	step(t, cat, tk, ticket.AssignSelf, "2026-11-17 15:10")
	step(t, cat, tk, ticket.PutOnHold, "2026-11-17 15:20")
	if w, ok := tk.Walk(cat); !ok || !w.Stopped.Equal(bogota(t, "2026-11-17 15:20")) {
		t.Errorf("while it waits: %v, stopped since %v", ok, w.Stopped)
	}
	closed := shipped(t)
	closed.Calendar.Closures = []ticket.Closure{{Date: ticket.Day{Time: time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC)}, Name: "Cierre"}}
	if _, ok := tk.Walk(closed); ok {
		t.Error("a closure since then, and it is explained")
	}
	tk.EntryID = "gone"
	if _, ok := tk.Walk(cat); ok {
		t.Error("an entry that the catalogue lost, and it is explained")
	}
}

func BenchmarkPromise(b *testing.B) {
	cat := shipped(b)
	for _, c := range []struct{ name, entry, impact, at string }{
		{"hours within a day", anIncident, "alta", "2026-11-17 09:00"},
		{"hours over Holy Week", anIncident, "muy_baja", "2026-04-01 16:00"},
		{"four days", aDemand, "muy_baja", "2027-03-19 11:00"},
	} {
		e, at := entry(b, cat, c.entry), bogota(b, c.at)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				cat.Promise(e, c.impact, at)
			}
		})
	}
	pauses := make([]ticket.Pause, 20)
	for n := range pauses {
		from := bogota(b, "2026-03-24 10:00").AddDate(0, 0, n)
		pauses[n] = ticket.Pause{From: from, To: from.Add(30 * time.Hour), Why: "user"}
	}
	e, at := entry(b, cat, anIncident), bogota(b, "2026-03-24 09:00")
	b.Run(fmt.Sprintf("%d pauses", len(pauses)), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			cat.Promise(e, "baja", at, pauses...)
		}
	})
}

func BenchmarkWalk(b *testing.B) {
	cat := shipped(b)
	e, at := entry(b, cat, aDemand), bogota(b, "2027-03-19 11:00")
	b.ReportAllocs()
	for b.Loop() {
		cat.Walk(e, "muy_baja", at)
	}
}

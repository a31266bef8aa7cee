package flows_test

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"helptic/storage"
	"helptic/ticket"
)

// reminded is what the chat showed of a reminder.
type reminded struct {
	said
	number int64
	kind   string
	about  time.Time
}

// reminders reads them from the keys of what was said.
func (s *simulation) reminders() []reminded {
	var all []reminded
	for _, m := range s.said {
		parts := strings.Split(m.Key, "/")
		if len(parts) != 5 || parts[2] != "remind" {
			continue
		}
		number, err := strconv.ParseInt(parts[1], 10, 64)
		s.must(err)
		about, err := strconv.ParseInt(parts[4], 10, 64)
		s.must(err)
		all = append(all, reminded{m, number, parts[3], time.Unix(about, 0)})
	}
	return all
}

// stateAt is the state that a ticket had.
func stateAt(t *ticket.Ticket, at time.Time) ticket.State {
	var state ticket.State
	for _, r := range t.History {
		if !r.At.After(at) {
			state = r.To
		}
	}
	return state
}

// check compares what was said with what happened.
func (s *simulation) check() {
	t, cal := s.t, &s.desks[0].Catalog.Calendar
	tickets := map[int64]*ticket.Ticket{}
	for before := int64(0); ; {
		page, err := s.store.Tickets(t.Context(), storage.Query{Limit: 500, Before: before})
		s.must(err)
		for _, tk := range page {
			tickets[tk.Number] = tk
		}
		if len(page) < 500 {
			break
		}
		before = page[len(page)-1].Number
	}
	if len(tickets) != *simulateTickets {
		t.Errorf("%d tickets of %d", len(tickets), *simulateTickets)
	}
	if n := s.chat.Repeated(); n > 0 {
		t.Errorf("%d messages were sent twice", n)
	}

	times, perPromise, late := map[string]int{}, map[string]int{}, map[string]bool{}
	for _, m := range s.said {
		if strings.HasPrefix(m.Key, "late/") {
			late[m.Room.String()+m.at.Format(time.DateOnly)] = true
			if cal.Open(m.at).After(m.at) {
				t.Errorf("%s at %v, outside working time", m.Key, m.at)
			}
		}
		if strings.HasPrefix(m.Key, "digest/") && m.new {
			times[m.Key]++
		}
	}
	all := s.reminders()
	for _, r := range all {
		what := fmt.Sprintf("ticket %d: %s of %v to %s", r.number, r.kind, r.about, r.Room)
		if r.new {
			times[what]++
		}
		if cal.Open(r.at).After(r.at) {
			t.Errorf("%s at %v, outside working time", what, r.at)
		}
		state := stateAt(tickets[r.number], r.at)
		switch {
		case strings.HasPrefix(r.kind, ticket.RemindSurvey):
		case state == ticket.Resolved || state == ticket.Closed:
			t.Errorf("%s at %v, when it was %s", what, r.at, state)
		case strings.HasPrefix(r.kind, ticket.RemindPromise), strings.HasPrefix(r.kind, ticket.RemindOverdue):
			if r.new {
				perPromise[fmt.Sprint(r.number, r.about, r.Room)]++
			}
		}
	}
	for what, n := range times {
		if n != 1 {
			t.Errorf("%s: %d times", what, n)
		}
	}
	for what, n := range perPromise {
		if n > s.desks[0].Catalog.Reminders.Most {
			t.Errorf("%s: %d reminders of one promise", what, n)
		}
	}
	s.checkNoneLost(tickets, all, late)
	s.checkDigests(times)
	t.Logf("%d tickets, %d events, %d messages, %d reminders, %d days with late ones", len(tickets), s.events, len(s.said), len(all), len(late))
}

// checkNoneLost asks of every ticket that is overdue at the end, and was left alone for a
// working day during which a process was up: somebody was told that its promise broke.
func (s *simulation) checkNoneLost(tickets map[int64]*ticket.Ticket, all []reminded, late map[string]bool) {
	told := map[string]bool{}
	for _, r := range all {
		if r.kind == "promise_100" || strings.HasPrefix(r.kind, ticket.RemindOverdue) {
			told[fmt.Sprint(r.number, r.about.Unix())] = true
		}
	}
	cal, overdue := &s.desks[0].Catalog.Calendar, 0
	for _, tk := range tickets {
		running := tk.State != ticket.Resolved && tk.State != ticket.Closed && !tk.Paused()
		since := tk.DueAt
		if at := tk.Last().At; at.After(since) {
			since = at
		}
		if !running || cal.Between(since, s.now) < 9*time.Hour || !s.upFor(s.now.Add(-3*time.Hour), s.now) {
			continue
		}
		overdue++
		if told[fmt.Sprint(tk.Number, tk.DueAt.Unix())] {
			continue
		}
		room := "chat:mesa"
		if tk.Assignee != nil {
			room = tk.Assignee.ID
		}
		wasLate := false
		for day := tk.DueAt; !day.After(s.now); day = day.AddDate(0, 0, 1) {
			wasLate = wasLate || late[room+day.Format(time.DateOnly)] || late["chat:mesa"+day.Format(time.DateOnly)]
		}
		if !wasLate {
			s.t.Errorf("ticket %d is overdue since %v, and nobody was told", tk.Number, tk.DueAt)
		}
	}
	s.t.Logf("%d tickets overdue at the end", overdue)
}

// upFor tells whether a process was up all that time.
func (s *simulation) upFor(from, to time.Time) bool {
	for h := from; !h.After(to); h = h.Add(time.Hour) {
		if up, known := s.up[h.Format("2006-01-02T15")]; known && !up {
			return false
		}
	}
	return true
}

// checkDigests asks for one on every working day in whose first hour a process was up.
func (s *simulation) checkDigests(times map[string]int) {
	cal := &s.desks[0].Catalog.Calendar
	days := 0
	for n := range *simulateDays - 1 {
		day := s.now.AddDate(0, 0, -n-1).In(cal.Location())
		opening := cal.Open(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, cal.Location()))
		if opening.In(cal.Location()).Day() != day.Day() || !s.upFor(opening, opening.Add(time.Hour)) {
			continue
		}
		days++
		if key := "digest/" + day.Format(time.DateOnly); times[key] != 1 {
			s.t.Errorf("%s: %d times", key, times[key])
		}
	}
	s.t.Logf("%d mornings with a digest", days)
}

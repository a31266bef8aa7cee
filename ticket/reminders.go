package ticket

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Reminder is something that time asks to be said about a ticket. It is said once for each
// Kind and About, whatever restarts and however many processes there are.
type Reminder struct {
	Kind string `json:"kind" bson:"kind"`
	// About is the instant that it is about: the promise, the start of the wait, the
	// escalation, the confirmation of the solution.
	About time.Time `json:"about" bson:"about"`
	// At is when it fell due.
	At time.Time `json:"at" bson:"at"`
	// Late is set where that was so long ago that nobody can have been there to say it.
	Late bool `json:"late,omitempty" bson:"late,omitempty"`
}

// The kinds of reminder. That of a share of the promise has the share after it
// ("promise_75"), a repeated one its number ("overdue_2").
const (
	RemindPromise  = "promise" // a share of the promised time is over; 100: all of it
	RemindOverdue  = "overdue" // another working day after the promise
	RemindNews     = "news"    // still on hold
	RemindReceive  = "receive" // the official has not received the escalation
	RemindSurvey   = "survey"  // the survey is not answered
	RemindRefresh  = "refresh" // nothing is said: what the cards offer has changed with time
	remembered     = 100       // reminders that a ticket keeps
	mostRepetition = 60        // of what is repeated for as long as it lasts
)

// Is tells whether the reminder is of a kind.
func (r Reminder) Is(kind string) bool {
	return r.Kind == kind || strings.HasPrefix(r.Kind, kind+"_")
}

// Breach tells whether the promise is broken.
func (r Reminder) Breach() bool { return r.Kind == "promise_100" || r.Is(RemindOverdue) }

// lateAfter is how much working time ago a reminder fell due that was missed rather than delayed.
const lateAfter = 20 * time.Minute

// reminders are those that the ticket as it is leads to, said or not, the soonest first of
// each kind. Of what is repeated for as long as it lasts, they are the last that fell due
// and the next.
func (t *Ticket) reminders(cat *Catalog, now time.Time) []Reminder {
	var all []Reminder
	add := func(kind string, about, at time.Time) {
		all = append(all, Reminder{Kind: kind, About: about, At: at})
	}
	cal, r := &cat.Calendar, cat.Reminders
	running := t.State != Resolved && t.State != Closed && !t.Paused()
	if e, ok := cat.Entry(t.EntryID); running && ok {
		shares := r.Assigned
		if t.Assignee == nil {
			shares = r.Unassigned
		}
		p := cat.Promise(e, t.Impact, t.RegisteredAt, t.Pauses...)
		total := cal.Between(p.Start, p.Unpaused)
		for _, share := range shares {
			at := p.Due
			if share < 1 {
				at = cal.Add(p.Start, time.Duration(share*float64(total))+p.Credited)
			}
			add(fmt.Sprintf("%s_%.0f", RemindPromise, 100*share), p.Due, at)
		}
		for day := 1; day < r.Most; day++ {
			add(fmt.Sprintf("%s_%d", RemindOverdue, day), p.Due, cal.AddDays(p.Due, day))
		}
	}
	if t.State == OnHold && t.Hold != nil && r.OnHoldDays > 0 {
		var last Reminder
		for n := 1; n <= mostRepetition; n++ {
			next := Reminder{Kind: fmt.Sprintf("%s_%d", RemindNews, n), About: t.Hold.Since, At: cal.AddDays(t.Hold.Since, n*r.OnHoldDays)}
			if next.At.Before(t.Hold.Expected) {
				continue // until then there can be no news
			}
			if next.At.After(now) {
				all = append(all, next)
				break
			}
			last = next
		}
		if last.Kind != "" {
			all = append(all, last)
		}
	}
	if t.Escalated() && t.Escalation.ReceivedAt.IsZero() {
		first := cal.after(t.Escalation.At, r.ReceiveAfter)
		for day := range r.Most {
			add(fmt.Sprintf("%s_%d", RemindReceive, day+1), t.Escalation.At, cal.AddDays(first, day))
		}
	}
	if t.Validated() && t.SurveyWanted() && t.Survey == nil {
		add(RemindSurvey, t.Solution.ValidatedAt, cal.AddDays(t.Solution.ValidatedAt, cat.Survey.RemindAfter.Days))
		add(RemindRefresh+"_survey", t.Solution.ValidatedAt, t.SurveyUntil(cat).Add(time.Millisecond))
	}
	if t.Survey != nil {
		add(RemindRefresh+"_rated", t.Survey.At, t.SurveyEditableUntil(cat).Add(time.Millisecond))
	}
	if t.State == Closed {
		add(RemindRefresh+"_closed", t.ClosedAt, t.ReopenUntil(cat).Add(time.Millisecond))
	}
	return all
}

// reminded tells whether a reminder was given, or was passed over.
func (t *Ticket) reminded(r Reminder) bool {
	return slices.ContainsFunc(t.Reminded, func(given Reminder) bool { return given.Kind == r.Kind && given.About.Equal(r.About) })
}

// spent is how many reminders of the promise were given.
func (t *Ticket) remindersOf(promise time.Time) int {
	n := 0
	for _, r := range t.Reminded {
		if (r.Is(RemindPromise) || r.Is(RemindOverdue)) && r.About.Equal(promise) {
			n++
		}
	}
	return n
}

// wake is when time next asks for something: a reminder, or the end.
func (t *Ticket) wake(cat *Catalog, now time.Time) time.Time {
	var next time.Time
	sooner := func(at time.Time) {
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	if t.State == Resolved {
		sooner(t.CloseAt(cat))
	}
	for _, r := range t.reminders(cat, now) {
		if !t.reminded(r) && (!r.Is(RemindOverdue) || t.remindersOf(r.About) < cat.Reminders.Most) {
			sooner(r.At)
		}
	}
	return next
}

// Remind returns what is to be said at now, writes down that it was, and sets when to ask
// again. Of several reminders of one kind that fell due since, only the last is
// said. Outside working time nothing is said until it begins.
func (t *Ticket) Remind(cat *Catalog, now time.Time) []Reminder {
	now = now.UTC().Truncate(time.Millisecond)
	if opening := cat.Calendar.Open(now); opening.After(now) {
		t.WakeAt = opening
		if t.State == Resolved && t.CloseAt(cat).Before(opening) {
			t.WakeAt = t.CloseAt(cat)
		}
		return nil
	}
	said := map[string]Reminder{}
	var order []string
	for _, r := range t.reminders(cat, now) {
		if r.At.After(now) || t.reminded(r) {
			continue
		}
		group, _, _ := strings.Cut(r.Kind, "_")
		if group == RemindOverdue {
			if t.remindersOf(r.About) >= cat.Reminders.Most {
				continue
			}
			group = RemindPromise
		}
		since := r.At
		if changed := t.Last().At; changed.After(since) {
			since = changed // it fell due by what somebody did
		}
		r.Late = cat.Calendar.Between(since, now) > lateAfter
		t.Reminded = append(t.Reminded, r)
		if _, ok := said[group]; !ok {
			order = append(order, group)
		}
		said[group] = r
	}
	t.Reminded = t.Reminded[max(0, len(t.Reminded)-remembered):]
	t.WakeAt = t.wake(cat, now)
	var out []Reminder
	for _, group := range order {
		out = append(out, said[group])
	}
	return out
}

// Unremind takes a reminder back that could not be said while there was working time: it
// falls due again at an instant.
func (t *Ticket) RescheduleReminder(r Reminder, until time.Time) {
	t.Reminded = slices.DeleteFunc(t.Reminded, func(given Reminder) bool { return given.Kind == r.Kind && given.About.Equal(r.About) })
	if t.WakeAt.IsZero() || until.Before(t.WakeAt) {
		t.WakeAt = until
	}
}

// Stands tells whether a reminder that was to be said still is: not of what was done meanwhile.
func (t *Ticket) Applies(r Reminder) bool {
	switch {
	case r.Is(RemindPromise), r.Is(RemindOverdue):
		return t.State != Resolved && t.State != Closed && !t.Paused() && t.DueAt.Equal(r.About)
	case r.Is(RemindNews):
		return t.State == OnHold && t.Hold.Since.Equal(r.About)
	case r.Is(RemindReceive):
		return t.Escalated() && t.Escalation.ReceivedAt.IsZero() && t.Escalation.At.Equal(r.About)
	case r.Is(RemindSurvey):
		return t.Validated() && t.Survey == nil && t.Solution.ValidatedAt.Equal(r.About)
	}
	return true
}

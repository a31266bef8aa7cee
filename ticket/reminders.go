package ticket

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Reminder is a message that time asks for. It is given once for each Kind and About, whatever
// restarts and however many processes there are.
type Reminder struct {
	Kind string `json:"kind" bson:"kind"`
	// About is the instant that it is about: the promise, the start of the wait, the
	// escalation, the confirmation of the solution.
	About time.Time `json:"about" bson:"about"`
	// At is when it fell due.
	At time.Time `json:"at" bson:"at"`
	// Late is set where that was so long ago that no process can have been running then.
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
	RemindRefresh  = "refresh" // no message: what the cards offer has changed with time
	mostReminded   = 100       // given reminders that a ticket keeps
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

// reminders are those that the ticket as it is leads to, given or not, the soonest first of
// each kind. Of what is repeated for as long as it lasts, they are the last that fell due
// and the next.
func (t *Ticket) reminders(cat *Catalog, now time.Time) []Reminder {
	return slices.Concat(t.promiseReminders(cat), t.newsReminders(cat, now), t.receiveReminders(cat), t.afterReminders(cat))
}

// promiseReminders are those of the promise, while its clock runs.
func (t *Ticket) promiseReminders(cat *Catalog) (all []Reminder) {
	e, ok := cat.Entry(t.EntryID)
	if !ok || t.State == Resolved || t.State == Closed || t.Paused() {
		return nil
	}
	cal := &cat.Calendar
	shares := cat.Reminders.Assigned
	if t.Assignee == nil {
		shares = cat.Reminders.Unassigned
	}
	p := cat.Promise(e, t.Impact, t.RegisteredAt, t.Pauses...)
	total := cal.Between(p.Start, p.Unpaused)
	for _, share := range shares {
		at := p.Due
		if share < 1 {
			at = cal.Add(p.Start, time.Duration(share*float64(total))+p.Credited)
		}
		all = append(all, Reminder{Kind: fmt.Sprintf("%s_%.0f", RemindPromise, 100*share), About: p.Due, At: at})
	}
	for day := 1; day < cat.Reminders.Most; day++ {
		all = append(all, Reminder{Kind: fmt.Sprintf("%s_%d", RemindOverdue, day), About: p.Due, At: cal.AddDays(p.Due, day)})
	}
	return all
}

// newsReminders are those of a ticket on hold.
func (t *Ticket) newsReminders(cat *Catalog, now time.Time) []Reminder {
	days := cat.Reminders.OnHoldDays
	if t.State != OnHold || t.Hold == nil || days == 0 {
		return nil
	}
	var last []Reminder // at most one
	for n := 1; n <= mostRepetition; n++ {
		next := Reminder{Kind: fmt.Sprintf("%s_%d", RemindNews, n), About: t.Hold.Since, At: cat.Calendar.AddDays(t.Hold.Since, n*days)}
		if next.At.Before(t.Hold.Expected) {
			continue // until then there can be no news
		}
		if next.At.After(now) {
			return append([]Reminder{next}, last...)
		}
		last = []Reminder{next}
	}
	return last
}

// receiveReminders are those of an escalation that was not received.
func (t *Ticket) receiveReminders(cat *Catalog) (all []Reminder) {
	if !t.Escalated() || !t.Escalation.ReceivedAt.IsZero() {
		return nil
	}
	first := cat.Calendar.after(t.Escalation.At, cat.Reminders.ReceiveAfter)
	for day := range cat.Reminders.Most {
		all = append(all, Reminder{Kind: fmt.Sprintf("%s_%d", RemindReceive, day+1), About: t.Escalation.At, At: cat.Calendar.AddDays(first, day)})
	}
	return all
}

// afterReminders are those of the survey, and of cards that offer less as time goes by.
func (t *Ticket) afterReminders(cat *Catalog) (all []Reminder) {
	add := func(kind string, about, at time.Time) {
		all = append(all, Reminder{Kind: kind, About: about, At: at})
	}
	if t.Validated() && t.SurveyWanted() && t.Survey == nil {
		add(RemindSurvey, t.Solution.ValidatedAt, cat.Calendar.AddDays(t.Solution.ValidatedAt, cat.Survey.RemindAfter.Days))
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

// promiseReminded is how many reminders of a promise were given.
func (t *Ticket) promiseReminded(promise time.Time) int {
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
		if !t.reminded(r) && (!r.Is(RemindOverdue) || t.promiseReminded(r.About) < cat.Reminders.Most) {
			sooner(r.At)
		}
	}
	return next
}

// Remind returns the reminders to give at now, marks them as given, and sets when to ask again.
// Of several of one kind that fell due since, only the last is given. Outside working time none
// is given until it begins.
func (t *Ticket) Remind(cat *Catalog, now time.Time) []Reminder {
	now = now.UTC().Truncate(time.Millisecond)
	if opening := cat.Calendar.Open(now); opening.After(now) {
		t.WakeAt = opening
		if t.State == Resolved && t.CloseAt(cat).Before(opening) {
			t.WakeAt = t.CloseAt(cat)
		}
		return nil
	}
	var given []Reminder // one of each group
	var groups []string
	for _, r := range t.reminders(cat, now) {
		if r.At.After(now) || t.reminded(r) {
			continue
		}
		group, _, _ := strings.Cut(r.Kind, "_")
		if group == RemindOverdue {
			if t.promiseReminded(r.About) >= cat.Reminders.Most {
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
		if i := slices.Index(groups, group); i >= 0 {
			given[i] = r
		} else {
			groups, given = append(groups, group), append(given, r)
		}
	}
	t.Reminded = t.Reminded[max(0, len(t.Reminded)-mostReminded):]
	t.WakeAt = t.wake(cat, now)
	return given
}

// RescheduleReminder takes back that a reminder was given, which could not be sent in working
// time: it falls due again at an instant.
func (t *Ticket) RescheduleReminder(r Reminder, until time.Time) {
	t.Reminded = slices.DeleteFunc(t.Reminded, func(given Reminder) bool { return given.Kind == r.Kind && given.About.Equal(r.About) })
	if t.WakeAt.IsZero() || until.Before(t.WakeAt) {
		t.WakeAt = until
	}
}

// Applies tells whether a reminder is still to be given: not where what it asks for was done meanwhile.
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

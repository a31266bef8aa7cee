package ticket

import "time"

// clock keeps what follows from state and time: the pause that lasts, the promise, and
// when time itself will change the ticket next.
func (t *Ticket) clock(cat *Catalog, now time.Time) {
	why := t.stopped(cat)
	if n := len(t.Pauses); n > 0 && t.Pauses[n-1].To.IsZero() && t.Pauses[n-1].Why != why {
		t.Pauses[n-1].To = now
	}
	if why != "" && !t.Paused() {
		t.Pauses = append(t.Pauses, Pause{From: now, Why: why})
	}
	t.promise(cat)
	t.WakeAt = t.wake(cat, now)
}

// stopped says why the clock of the promise stands still now, "" when it runs.
func (t *Ticket) stopped(cat *Catalog) string {
	switch {
	case t.State == OnHold && cat.Stops(string(t.Hold.For)):
		return string(t.Hold.For)
	case t.State == Resolved && cat.Stops("resolved"), t.State == Closed:
		return "resolved"
	}
	return ""
}

// promise computes what is due from the registration and the pauses alone, so that
// reclassifying there and back restores it.
func (t *Ticket) promise(cat *Catalog) {
	e, ok := cat.Entry(t.EntryID)
	if !ok {
		return // the catalogue lost the entry: what was promised stands
	}
	p := cat.Promise(e, t.Impact, t.RegisteredAt, t.Pauses...)
	t.StartAt, t.DueAt = p.Start, p.Due
}

// Walk explains the promise of a ticket. It is not ok where the rules have changed
// since it was made: what was promised stands, and this would explain another.
func (t *Ticket) Walk(cat *Catalog) (w Walk, ok bool) {
	e, ok := cat.Entry(t.EntryID)
	if !ok {
		return Walk{}, false
	}
	w = cat.Walk(e, t.Impact, t.RegisteredAt, t.Pauses...)
	return w, w.Due.Equal(t.DueAt)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// classify sets what the catalogue says of an entry.
func (t *Ticket) classify(e Entry, impact string) {
	t.EntryID, t.Type, t.Impact = e.ID, e.Type, impact
	t.Category, t.Subcategory = e.Category.Name, e.Name
	t.Security = e.Security
}

// CloseAt is when time closes a solution: one that nobody answers, administratively, and
// one that the user confirmed and no agent closed.
func (t *Ticket) CloseAt(cat *Catalog) time.Time {
	since := t.Solution.At
	if t.Validated() {
		since = t.Solution.ValidatedAt
	}
	return cat.Calendar.AddDays(since, cat.Closing.AdministrativeAfter.Days)
}

// ReopenUntil is the end of the time to reopen a closed ticket.
func (t *Ticket) ReopenUntil(cat *Catalog) time.Time {
	return cat.Calendar.AddDays(t.ClosedAt, cat.Closing.ReopenWithin.Days)
}

// SurveyWanted tells whether the user is asked to rate: not somebody who solved
// their own request.
func (t *Ticket) SurveyWanted() bool {
	return t.Solution != nil && t.Solution.By.ID != t.Requester.ID &&
		(t.Assignee == nil || t.Assignee.ID != t.Requester.ID)
}

// SurveyUntil is the end of the time to answer the survey.
func (t *Ticket) SurveyUntil(cat *Catalog) time.Time {
	return cat.Calendar.AddDays(t.Solution.ValidatedAt, cat.Survey.VoidAfter.Days)
}

// SurveyEditableUntil is the end of the time to change its answers.
func (t *Ticket) SurveyEditableUntil(cat *Catalog) time.Time {
	return t.Survey.At.Add(cat.Survey.Editable.Hours)
}

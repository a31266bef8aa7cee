package ticket

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// What each row of the table does to the ticket besides moving it. They run after
// state, role and required fields were found good, and either do all or return an error
// before they touched anything.

func assignSelf(t *Ticket, c *Change) error {
	if t.Assignee != nil && t.Assignee.ID == c.By.ID {
		return ErrSame
	}
	if t.Assignee != nil && t.Assignee.ID != c.Assignee {
		return &AlreadyAssignedError{*t.Assignee, t.assignedSince()}
	}
	c.setPreviousAssignee(t)
	t.setAssignee(c.By, c.At)
	t.start()
	return nil
}

func assign(t *Ticket, c *Change) error {
	if c.Person == nil {
		return &MissingError{"person"}
	}
	if t.Assignee != nil && t.Assignee.ID == c.Person.ID {
		return ErrSame
	}
	c.setField("person", c.Person.Name)
	c.setPreviousAssignee(t)
	t.setAssignee(*c.Person, c.At)
	t.start()
	return nil
}

// give makes somebody responsible.
func (t *Ticket) setAssignee(p Person, at time.Time) {
	t.Assignee = &p
	if t.AssignedAt.IsZero() {
		t.AssignedAt = at
	}
}

// begin puts a new ticket in progress; one on hold stays there.
func (t *Ticket) start() {
	if t.State == New {
		t.State = InProgress
	}
}

// assignedSince is when the present assignee got the ticket.
func (t *Ticket) assignedSince() time.Time {
	for i := len(t.History) - 1; i >= 0; i-- {
		switch r := t.History[i]; {
		case r.Action == AssignSelf, r.Action == Assign:
			return r.At
		case (r.Action == Escalate || r.Action == Resolve) && r.From == New:
			return r.At
		}
	}
	return t.AssignedAt
}

func hold(t *Ticket, c *Change) error {
	switch c.For {
	case ForProvider, ForUser, ForOther:
	default:
		return &MissingError{"for"}
	}
	c.setField("for", string(c.For))
	t.Hold = &Hold{For: c.For, Reason: c.Fields["reason"], Expected: c.Expected, Since: c.At}
	if !c.Expected.IsZero() {
		c.setField("expected", c.Expected.Format(time.DateOnly))
	}
	return nil
}

func resume(t *Ticket, c *Change) error {
	t.endEscalation(c.At)
	t.Hold = nil
	if t.Assignee == nil && c.By.ID != "" {
		t.setAssignee(c.By, c.At)
	}
	return nil
}

func escalate(t *Ticket, c *Change) error {
	if c.Person == nil {
		return &MissingError{"person"}
	}
	c.setField("person", c.Person.Name)
	c.answer(C1, "escalate")
	if t.Assignee == nil {
		t.setAssignee(c.By, c.At)
	}
	t.Escalation = &Escalation{Official: *c.Person, By: c.By, Justification: c.Fields["justification"], At: c.At}
	t.Hold = &Hold{For: ForOfficial, Reason: c.Fields["justification"], Since: c.At}
	return nil
}

func receive(t *Ticket, c *Change) error {
	if !t.Escalation.ReceivedAt.IsZero() {
		return ErrSame
	}
	t.Escalation.ReceivedAt = c.At
	return nil
}

func askProvider(t *Ticket, c *Change) error {
	c.answer(C3, "yes")
	t.Hold = &Hold{For: ForProvider, Reason: c.Fields["message"], Expected: c.Expected, Since: c.At}
	if !c.Expected.IsZero() {
		c.setField("expected", c.Expected.Format(time.DateOnly))
	}
	return nil
}

func confirmSolution(t *Ticket, c *Change) error {
	answer := "no"
	for _, r := range t.since(Escalate) {
		if r.Action == AskProvider {
			answer = "yes"
		}
	}
	c.answer(C3, answer)
	t.endEscalation(c.At)
	t.Hold = nil
	return nil
}

func resolve(t *Ticket, c *Change) error {
	if !t.answered(C1) {
		c.answer(C1, "resolve")
	}
	c.answer(C2, c.Fields["adequate"])
	if t.Assignee == nil {
		t.setAssignee(c.By, c.At)
	}
	t.endEscalation(c.At)
	t.Hold = nil
	t.Solution = &Solution{Text: c.Fields["solution"], By: c.By, At: c.At, Files: c.Files}
	return nil
}

func validate(t *Ticket, c *Change) error {
	if t.Validated() {
		return ErrSame
	}
	c.answer(C2, "yes")
	t.Solution.ValidatedAt = c.At
	return nil
}

func reject(t *Ticket, c *Change) error {
	c.answer(C2, "no")
	t.withdrawSolution()
	return nil
}

func rate(t *Ticket, c *Change) error {
	if c.Rating < 1 || c.Rating > 5 {
		return &MissingError{"rating"}
	}
	if !t.Validated() {
		return ErrNotValidated
	}
	if !t.SurveyWanted() {
		return ErrNoSurvey
	}
	if c.Rating <= c.catalog.Survey.CommentRequiredAtMost && strings.TrimSpace(c.Fields["comment"]) == "" { // with the form, never the button alone
		return &MissingError{"comment"}
	}
	if t.Survey == nil && c.At.After(t.SurveyUntil(c.catalog)) || t.Survey != nil && c.At.After(t.SurveyEditableUntil(c.catalog)) {
		return ErrTooLate
	}
	s := Survey{Rating: c.Rating, Answers: c.Answers, Comment: c.Fields["comment"], At: c.At}
	if before := t.Survey; before != nil {
		s.At, s.ChangedAt = before.At, c.At
		if c.Answers == nil { // the rating alone was changed
			s.Answers, s.Comment = before.Answers, before.Comment
		}
	}
	t.Survey = &s
	return nil
}

func reopen(t *Ticket, c *Change) error {
	if t.State == Closed && c.At.After(t.ReopenUntil(c.catalog)) {
		return ErrTooLate
	}
	t.withdrawSolution()
	t.Ending, t.ClosedAt = "", time.Time{}
	if t.Assignee == nil && c.role == Agent {
		t.setAssignee(c.By, c.At)
	}
	if t.Assignee == nil {
		t.State = New // withdrawn before anybody had it: it waits for an agent again
	}
	return nil
}

// withdrawSolution takes the solution back: it stays in the history, and no survey is asked about it.
func (t *Ticket) withdrawSolution() {
	t.Solution = nil
	t.Survey = nil
	t.Reopened++
}

func closeTicket(t *Ticket, c *Change) error {
	t.Ending, t.ClosedAt = EndedByAgent, c.At
	if c.role == System {
		t.Ending = EndedByTime
		if t.Validated() {
			t.Ending = EndedValidated
		}
	}
	return nil
}

func withdraw(t *Ticket, c *Change) error {
	t.endEscalation(c.At)
	t.Hold = nil
	t.Ending, t.ClosedAt = EndedByUser, c.At
	return nil
}

func reclassify(t *Ticket, c *Change) error {
	if c.Entry.Subcategory == nil {
		return &MissingError{"entry"}
	}
	if _, ok := c.catalog.Impact(c.Impact); !ok {
		return &MissingError{"impact"}
	}
	if c.Entry.ID == t.EntryID && c.Impact == t.Impact {
		return ErrSame
	}
	before, _ := c.catalog.Impact(t.Impact)
	after, _ := c.catalog.Impact(c.Impact)
	c.setField("from", t.Category+" / "+t.Subcategory+" / "+before.Name)
	c.setField("to", c.Entry.Category.Name+" / "+c.Entry.Name+" / "+after.Name)
	t.classify(c.Entry, c.Impact)
	return nil
}

// addText adds to the history and changes nothing else.
func addText(t *Ticket, _ *Change) error {
	if len(t.History) >= MostRecords {
		return ErrFull
	}
	return nil
}

// retract says that a comment or note was meant for elsewhere. The record stays in the history;
// a wait that it ended goes on, where nothing else has happened since.
func retract(t *Ticket, c *Change) error {
	if c.Record < 1 || c.Record > len(t.History) {
		return &MissingError{"record"}
	}
	r := t.History[c.Record-1]
	switch {
	case r.By.ID != c.By.ID, r.Action != Comment && r.Action != Note:
		return &MissingError{"record"}
	case slices.ContainsFunc(t.History, func(o Record) bool { return o.Action == Retract && o.Fields["record"] == strconv.Itoa(c.Record) }):
		return ErrSame
	}
	c.setField("record", strconv.Itoa(c.Record))
	resumed := len(t.History) == c.Record+1 && t.Last().Action == Resume && t.Last().Role == System
	for i := c.Record - 1; resumed && i > 0; i-- {
		held := t.History[i-1]
		if held.Action != PutOnHold {
			continue
		}
		t.Hold = &Hold{For: HoldFor(held.Fields["for"]), Reason: held.Fields["reason"], Since: held.At}
		if day, err := time.ParseInLocation(time.DateOnly, held.Fields["expected"], c.catalog.Calendar.Location()); err == nil {
			t.Hold.Expected = day.UTC()
		}
		t.State = OnHold
		break
	}
	return nil
}

func noChange(*Ticket, *Change) error { return nil }

func (t *Ticket) endEscalation(at time.Time) {
	if t.Escalated() {
		t.Escalation.EndedAt = at
	}
}

// since returns the records after the last one of an action.
func (t *Ticket) since(a Action) []Record {
	for i := len(t.History) - 1; i >= 0; i-- {
		if t.History[i].Action == a {
			return t.History[i+1:]
		}
	}
	return t.History
}

// answered tells whether a control point was answered since the ticket was last opened.
func (t *Ticket) answered(p Control) bool {
	for _, r := range t.since(Reopen) {
		for _, a := range r.Controls {
			if a.Control == p {
				return true
			}
		}
	}
	return false
}

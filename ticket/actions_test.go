package ticket_test

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"helptic/ticket"
)

func TestTwoAgentsTakeAtOnce(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-17 09:00")
	tk := registered(t, cat, at)
	take := func(by ticket.Person, minutes int) error {
		return tk.Apply(cat, ticket.Change{Action: ticket.AssignSelf, By: by, Roles: []ticket.Role{ticket.Agent}, At: at.Add(time.Duration(minutes) * time.Minute)})
	}
	if err := take(agent1, 1); err != nil {
		t.Fatal(err)
	}
	var taken *ticket.AlreadyAssignedError
	if err := take(agent2, 2); !errors.As(err, &taken) || taken.By != agent1 || !taken.Since.Equal(at.Add(time.Minute)) {
		t.Errorf("the slower agent is told %v", err)
	}
	if err := take(agent1, 3); !errors.Is(err, ticket.ErrSame) {
		t.Errorf("taking twice: %v, want ErrSame", err)
	}
	if len(tk.History) != 2 || *tk.Assignee != agent1 {
		t.Errorf("the ticket is %+v's after %d records", tk.Assignee, len(tk.History))
	}
	// Who was offered the ticket of agent 1 takes it over; the first assignment stays.
	over := ticket.Change{Action: ticket.AssignSelf, By: agent2, Roles: []ticket.Role{ticket.Agent}, At: at.Add(4 * time.Minute), Assignee: agent1.ID}
	must(t, cat, tk, over)
	if *tk.Assignee != agent2 || !tk.AssignedAt.Equal(at.Add(time.Minute)) {
		t.Errorf("assignee %+v, first assigned %v", tk.Assignee, tk.AssignedAt)
	}
	over.By, over.At = agent3, at.Add(5*time.Minute)
	if err := tk.Apply(cat, over); !errors.As(err, &taken) || taken.By != agent2 || !taken.Since.Equal(at.Add(4*time.Minute)) {
		t.Errorf("an offer that has passed: %v", err)
	}
}

func TestAssign(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-17 10:00")
	tk := inSituation(t, cat, "in_progress")
	c := full(t, cat, ticket.Assign, ticket.Agent, at)
	must(t, cat, tk, c)
	if *tk.Assignee != agent3 || tk.Last().Fields["person"] != agent3.Name {
		t.Errorf("assigned to %+v, recorded %v", tk.Assignee, tk.Last().Fields)
	}
	if err := tk.Apply(cat, c); !errors.Is(err, ticket.ErrSame) {
		t.Errorf("the same person again: %v", err)
	}
}

func TestWhatIsNotAWordIsAskedForToo(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-17 11:00")
	for _, c := range []struct {
		situation, field string
		action           ticket.Action
		role             ticket.Role
		without          func(*ticket.Change)
	}{
		{"new", "person", ticket.Assign, ticket.Agent, func(c *ticket.Change) { c.Person = nil }},
		{"new", "person", ticket.Escalate, ticket.Agent, func(c *ticket.Change) { c.Person = nil }},
		{"in_progress", "for", ticket.PutOnHold, ticket.Agent, func(c *ticket.Change) { c.For = "" }},
		{"in_progress", "for", ticket.PutOnHold, ticket.Agent, func(c *ticket.Change) { c.For = ticket.ForOfficial }},
		{"new", "entry", ticket.Reclassify, ticket.Agent, func(c *ticket.Change) { c.Entry = ticket.Entry{} }},
		{"new", "impact", ticket.Reclassify, ticket.Agent, func(c *ticket.Change) { c.Impact = "enorme" }},
		{"validated", "rating", ticket.Rate, ticket.Requester, func(c *ticket.Change) { c.Rating = 0 }},
		{"validated", "rating", ticket.Rate, ticket.Requester, func(c *ticket.Change) { c.Rating = 6 }},
		{"validated", "comment", ticket.Rate, ticket.Requester, func(c *ticket.Change) { c.Rating = 2 }},
		{"validated", "comment", ticket.Rate, ticket.Requester, func(c *ticket.Change) { c.Rating, c.Fields["comment"] = 1, "  " }},
	} {
		tk := inSituation(t, cat, c.situation)
		before := document(t, tk)
		change := full(t, cat, c.action, c.role, at)
		c.without(&change)
		var missing *ticket.MissingError
		if err := tk.Apply(cat, change); !errors.As(err, &missing) || missing.Field != c.field {
			t.Errorf("%s without %s: %v", c.action, c.field, err)
		}
		if !bytes.Equal(before, document(t, tk)) {
			t.Errorf("%s without %s changed the ticket", c.action, c.field)
		}
	}
	if err := registered(t, cat, at).Apply(cat, ticket.Change{Action: "erase", Roles: []ticket.Role{ticket.Agent}}); err == nil {
		t.Error("an unknown action is applied")
	}
}

func TestAnEventChangesATicketOnce(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-17 11:00")
	tk := inSituation(t, cat, "in_progress")
	c := full(t, cat, ticket.Note, ticket.Agent, at)
	c.Event = "press-7"
	must(t, cat, tk, c)
	before := document(t, tk)
	if err := tk.Apply(cat, c); !errors.Is(err, ticket.ErrApplied) {
		t.Errorf("the event again: %v", err)
	}
	// The registration is an event as well, and ErrDone comes before every other reason.
	if err := tk.Apply(cat, ticket.Change{Action: ticket.Close, Event: "e0", At: at}); !errors.Is(err, ticket.ErrApplied) {
		t.Errorf("the event of the registration: %v", err)
	}
	if !bytes.Equal(before, document(t, tk)) {
		t.Error("an event that was applied changed the ticket again")
	}
	if r, done := tk.Applied("press-7"); !done || r.Action != ticket.Note {
		t.Errorf("Done = %+v, %v", r, done)
	}
	c.Event = ""
	must(t, cat, tk, c)
	must(t, cat, tk, c) // what has no key is never the same
}

func TestTheAwaitedUserAnswers(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-17 11:00")
	for _, awaited := range []ticket.HoldFor{ticket.ForUser, ticket.ForProvider, ticket.ForOther} {
		tk := inSituation(t, cat, "in_progress")
		c := full(t, cat, ticket.PutOnHold, ticket.Agent, at)
		c.For, c.Expected = awaited, bogota(t, "2026-11-18 00:00")
		must(t, cat, tk, c)
		if w := tk.Last().Fields; w["for"] != string(awaited) || w["expected"] != "2026-11-18" || tk.Hold.Reason != c.Fields["reason"] {
			t.Errorf("recorded %v, hold %+v", w, tk.Hold)
		}
		n := len(tk.History)
		must(t, cat, tk, full(t, cat, ticket.Comment, ticket.Requester, at.Add(time.Hour)))
		if awaited != ticket.ForUser {
			if tk.State != ticket.OnHold || len(tk.History) != n+1 {
				t.Errorf("waiting for %s: the user's words made it %s", awaited, tk.State)
			}
			continue
		}
		if tk.State != ticket.InProgress || tk.Hold != nil || tk.Paused() || len(tk.History) != n+2 {
			t.Fatalf("%s after %d records", tk.State, len(tk.History)-n)
		}
		if r := tk.Last(); r.Action != ticket.Resume || r.Role != ticket.System || r.By.ID != "" || *tk.Assignee != agent1 {
			t.Errorf("resumed by %+v", r)
		}
	}
}

func TestReopenWithinThreeWorkingDays(t *testing.T) {
	cat := shipped(t)
	for _, c := range []struct {
		closed, at string
		want       error
	}{
		{"2026-11-17 10:00", "2026-11-20 10:00", nil},
		{"2026-11-17 10:00", "2026-11-20 10:01", ticket.ErrTooLate},
		{"2026-11-20 10:00", "2026-11-25 10:00", nil}, // a weekend between
		{"2026-11-20 10:00", "2026-11-25 10:01", ticket.ErrTooLate},
	} {
		for _, role := range []ticket.Role{ticket.Requester, ticket.Agent} {
			tk := inSituation(t, cat, "resolved")
			must(t, cat, tk, full(t, cat, ticket.Close, ticket.Agent, bogota(t, c.closed)))
			before := document(t, tk)
			err := tk.Apply(cat, full(t, cat, ticket.Reopen, role, bogota(t, c.at)))
			if !errors.Is(err, c.want) {
				t.Errorf("closed %s, reopened %s by %s: %v", c.closed, c.at, role, err)
			}
			if err != nil && !bytes.Equal(before, document(t, tk)) {
				t.Error("refused, yet the ticket changed")
			}
			if err == nil && (tk.State != ticket.InProgress || tk.Ending != "" || !tk.ClosedAt.IsZero() || tk.Reopened != 1 || *tk.Assignee != agent1) {
				t.Errorf("reopened: %+v", tk)
			}
		}
	}
}

func TestReopenOfWhatNobodyHad(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-17 10:00")
	for _, c := range []struct {
		by    ticket.Role
		state ticket.State
	}{{ticket.Requester, ticket.New}, {ticket.Agent, ticket.InProgress}} {
		tk := registered(t, cat, at)
		must(t, cat, tk, full(t, cat, ticket.Withdraw, ticket.Requester, at.Add(time.Minute)))
		if tk.Ending != ticket.EndedByUser || !tk.ClosedAt.Equal(at.Add(time.Minute)) {
			t.Errorf("withdrawn: %s at %v", tk.Ending, tk.ClosedAt)
		}
		must(t, cat, tk, full(t, cat, ticket.Reopen, c.by, at.Add(time.Hour)))
		if tk.State != c.state || (tk.Assignee == nil) != (c.state == ticket.New) {
			t.Errorf("reopened by %s: %s, assignee %v", c.by, tk.State, tk.Assignee)
		}
	}
}

func TestRejectAndReopenDropSolutionAndSurvey(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-17 11:00")
	for _, action := range []ticket.Action{ticket.Reject, ticket.Reopen} {
		tk := inSituation(t, cat, "validated")
		must(t, cat, tk, full(t, cat, ticket.Rate, ticket.Requester, at))
		if tk.Survey == nil || tk.Solution == nil || tk.WakeAt.IsZero() {
			t.Fatalf("solved and rated: %+v", tk)
		}
		must(t, cat, tk, full(t, cat, action, ticket.Requester, at.Add(time.Minute)))
		if tk.Solution != nil || tk.Survey != nil || tk.Validated() || tk.Reopened != 1 {
			t.Errorf("%s: solution %v, survey %v, wakes %v", action, tk.Solution, tk.Survey, tk.WakeAt)
		}
		if !slices.ContainsFunc(tk.History, func(r ticket.Record) bool { return r.Fields["solution"] == "Se reinstaló" }) {
			t.Error("the history lost the solution")
		}
	}
}

func TestResolveFromNewAssignsToo(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-17 11:00")
	tk := inSituation(t, cat, "new")
	c := full(t, cat, ticket.Resolve, ticket.Agent, at)
	c.Files = []ticket.File{{ID: "f1", Name: "evidencia.png"}}
	must(t, cat, tk, c)
	if tk.Assignee == nil || *tk.Assignee != agent2 || !tk.AssignedAt.Equal(at) {
		t.Errorf("assignee %+v at %v", tk.Assignee, tk.AssignedAt)
	}
	if s := tk.Solution; s.Text != "Se reinstaló" || s.By != agent2 || !s.At.Equal(at) || len(s.Files) != 1 {
		t.Errorf("solution %+v", s)
	}
}

func TestEscalation(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-17 11:00")
	tk := inSituation(t, cat, "escalated")
	if !tk.Escalated() || tk.Escalation.Official != official || tk.Paused() {
		t.Fatalf("escalation %+v, paused %v: inside the entity the clock runs", tk.Escalation, tk.Paused())
	}
	must(t, cat, tk, full(t, cat, ticket.Receive, ticket.Official, at))
	if err := tk.Apply(cat, full(t, cat, ticket.Receive, ticket.Official, at)); !errors.Is(err, ticket.ErrSame) {
		t.Errorf("received twice: %v", err)
	}
	must(t, cat, tk, full(t, cat, ticket.AskProvider, ticket.Official, at.Add(time.Minute)))
	if !tk.Escalated() || !tk.Paused() || tk.Hold.For != ticket.ForProvider {
		t.Errorf("with the provider: hold %+v, paused %v", tk.Hold, tk.Paused())
	}
	must(t, cat, tk, full(t, cat, ticket.ConfirmSolution, ticket.Official, at.Add(time.Hour)))
	if want := []ticket.Answer{{Control: ticket.C3, Answer: "yes"}}; !slices.Equal(tk.Last().Controls, want) {
		t.Errorf("C3 = %v after a provider helped", tk.Last().Controls)
	}
	if tk.Escalated() || !tk.Escalation.EndedAt.Equal(at.Add(time.Hour)) {
		t.Errorf("the escalation lasts: %+v", tk.Escalation)
	}
	// Whatever else ends the wait ends the escalation.
	for _, a := range []ticket.Action{ticket.Resume, ticket.Resolve, ticket.Withdraw} {
		tk := inSituation(t, cat, "escalated")
		rule, _ := ticket.RuleOf(a)
		must(t, cat, tk, full(t, cat, a, rule.Who[0], at))
		if tk.Escalated() {
			t.Errorf("%s leaves it escalated", a)
		}
	}
}

func TestClosing(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-20 15:00")
	for role, want := range map[ticket.Role]ticket.Ending{ticket.Agent: ticket.EndedByAgent, ticket.System: ticket.EndedByTime} {
		tk := inSituation(t, cat, "in_progress")
		must(t, cat, tk, full(t, cat, ticket.Resolve, ticket.Agent, at))
		if due := bogota(t, "2026-11-25 15:00"); !tk.WakeAt.Equal(due) {
			t.Errorf("wakes at %v, want %v", tk.WakeAt, due)
		}
		must(t, cat, tk, full(t, cat, ticket.Close, role, tk.WakeAt))
		if tk.Ending != want || !tk.WakeAt.After(tk.ReopenUntil(cat)) { // when it cannot be reopened any more
			t.Errorf("closed by %s: %s, wakes at %v", role, tk.Ending, tk.WakeAt)
		}
	}
}

func TestSurvey(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-17 10:00")
	rate := func(tk *ticket.Ticket, rating int, answers map[string]int, comment string, at time.Time) error {
		c := full(t, cat, ticket.Rate, ticket.Requester, at)
		c.Rating, c.Answers, c.Fields["comment"] = rating, answers, comment
		return tk.Apply(cat, c)
	}
	solved := inSituation(t, cat, "resolved")
	must(t, cat, solved, full(t, cat, ticket.Validate, ticket.Requester, at))
	if err := rate(solved, 5, nil, "", bogota(t, "2026-11-20 10:01")); !errors.Is(err, ticket.ErrTooLate) {
		t.Errorf("after three working days: %v", err)
	}
	if err := rate(solved, 2, map[string]int{"time": 1}, "Tardó", at.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := rate(solved, 4, nil, "", at.Add(13*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if s := solved.Survey; s.Rating != 4 || s.Answers["time"] != 1 || s.Comment != "Tardó" || !s.At.Equal(at.Add(time.Hour)) || !s.ChangedAt.Equal(at.Add(13*time.Hour)) {
		t.Errorf("edited: %+v", s)
	}
	if err := rate(solved, 5, nil, "", at.Add(13*time.Hour+time.Minute)); !errors.Is(err, ticket.ErrTooLate) {
		t.Errorf("twelve hours after the first answer: %v", err)
	}
	if !solved.SurveyWanted() {
		t.Error("no survey for somebody whose request an agent solved")
	}
	solved.Solution.By = user
	if solved.SurveyWanted() {
		t.Error("a survey for who solved their own request")
	}
}

func TestChangeOfTheCallerIsLeftAlone(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-17 11:00")
	for _, r := range table {
		for situation := range r.to {
			c := full(t, cat, r.action, r.who[0], at)
			words := maps.Clone(c.Fields)
			tk := inSituation(t, cat, situation)
			if r.written {
				writes(cat, tk, c.By, r.who[0], at)
				c.Record = len(tk.History)
			}
			must(t, cat, tk, c)
			if !maps.Equal(c.Fields, words) {
				t.Errorf("%s wrote %v into the caller's words", r.action, c.Fields)
			}
			c.Fields["later"] = "x"
			if tk.Last().Fields["later"] != "" {
				t.Errorf("%s keeps the caller's map", r.action)
			}
		}
	}
}

// A comment that was meant for elsewhere leaves the wait as it was, where nothing happened since.
func TestRetractingAComment(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-17 11:00")
	expected := bogota(t, "2026-11-20 00:00").UTC()
	held := func() *ticket.Ticket {
		tk := inSituation(t, cat, "in_progress")
		c := full(t, cat, ticket.PutOnHold, ticket.Agent, at)
		c.For, c.Expected = ticket.ForUser, expected.In(cat.Calendar.Location())
		must(t, cat, tk, c)
		must(t, cat, tk, full(t, cat, ticket.Comment, ticket.Requester, at.Add(time.Hour)))
		if tk.State != ticket.InProgress {
			t.Fatalf("answered, it is %s", tk.State)
		}
		return tk
	}
	retract := func(tk *ticket.Ticket, record int, by ticket.Person) error {
		return tk.Apply(cat, ticket.Change{Action: ticket.Retract, By: by, Roles: []ticket.Role{ticket.Requester}, At: at.Add(2 * time.Hour), Record: record})
	}
	tk := held()
	comment := len(tk.History) - 1 // the last is the resumption
	if err := retract(tk, comment, user); err != nil {
		t.Fatal(err)
	}
	if tk.State != ticket.OnHold || tk.Hold.For != ticket.ForUser || !tk.Hold.Since.Equal(at) || !tk.Hold.Expected.Equal(expected) || !tk.Paused() {
		t.Errorf("it does not wait as before: %s %+v", tk.State, tk.Hold)
	}
	if err := retract(tk, comment, user); !errors.Is(err, ticket.ErrSame) {
		t.Errorf("retracted twice: %v", err)
	}
	moved := held()
	must(t, cat, moved, full(t, cat, ticket.Reply, ticket.Agent, at.Add(90*time.Minute)))
	if err := retract(moved, comment, user); err != nil || moved.State != ticket.InProgress {
		t.Errorf("an agent went on, and it is %s, %v", moved.State, err)
	}
	for what, record := range map[string]int{"no record": 0, "a record that is not there": 99, "what is no comment": 1} {
		if err := retract(held(), record, user); err == nil {
			t.Errorf("%s was retracted", what)
		}
	}
	if err := retract(held(), comment, agent1); err == nil {
		t.Error("somebody else's comment was retracted")
	}
}

func TestAHistoryFullOfWords(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-17 11:00")
	tk := inSituation(t, cat, "in_progress")
	for len(tk.History) < ticket.MostRecords {
		must(t, cat, tk, full(t, cat, ticket.Comment, ticket.Requester, at))
	}
	for action, role := range map[ticket.Action]ticket.Role{ticket.Comment: ticket.Requester, ticket.Note: ticket.Agent, ticket.Reply: ticket.Agent} {
		if err := tk.Apply(cat, full(t, cat, action, role, at)); !errors.Is(err, ticket.ErrFull) || len(tk.History) != ticket.MostRecords {
			t.Errorf("%s: %v, %d records", action, err, len(tk.History))
		}
	}
	must(t, cat, tk, full(t, cat, ticket.Resolve, ticket.Agent, at)) // what moves the ticket has room
	must(t, cat, tk, full(t, cat, ticket.Close, ticket.System, at))
}

// TestSinceWhen tells the slower agent since when the faster one has the ticket, however
// they got it.
func TestSinceWhen(t *testing.T) {
	cat, at := shipped(t), bogota(t, "2026-11-17 11:00")
	for _, c := range []struct {
		got   ticket.Action
		after []ticket.Action
	}{
		{ticket.AssignSelf, nil},
		{ticket.Assign, nil},
		{ticket.Escalate, nil},
		{ticket.Resolve, []ticket.Action{ticket.Reject}},
	} {
		tk := registered(t, cat, at)
		must(t, cat, tk, full(t, cat, c.got, ticket.Agent, at.Add(time.Minute)))
		for _, a := range c.after {
			rule, _ := ticket.RuleOf(a)
			must(t, cat, tk, full(t, cat, a, rule.Who[0], at.Add(2*time.Minute)))
		}
		has := *tk.Assignee
		err := tk.Apply(cat, ticket.Change{Action: ticket.AssignSelf, By: agent1, Roles: []ticket.Role{ticket.Agent}, At: at.Add(time.Hour)})
		var taken *ticket.AlreadyAssignedError
		if !errors.As(err, &taken) || taken.By != has || !taken.Since.Equal(at.Add(time.Minute)) {
			t.Errorf("after %s: %v", c.got, err)
		}
	}
}

package ticket_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"helptic/ticket"
)

func every(to ticket.State, situations ...string) map[string]ticket.State {
	m := map[string]ticket.State{}
	for _, s := range situations {
		m[s] = to
	}
	return m
}

func merged(ms ...map[string]ticket.State) map[string]ticket.State {
	out := map[string]ticket.State{}
	for _, m := range ms {
		maps.Copy(out, m)
	}
	return out
}

// row is a row of the life-cycle table of the procedure, written down a second time.
type row struct {
	action     ticket.Action
	to         map[string]ticket.State // by situation; what is not here is refused
	who        []ticket.Role
	needs      []string
	controls   map[string][]ticket.Answer // by situation; "" for all others
	activities []int
	written    bool // it is about what the same person wrote before
}

var (
	stays = merged(every(ticket.New, "new"), every(ticket.InProgress, "in_progress"), every(ticket.OnHold, "on_hold", "escalated"))
	begun = merged(every(ticket.InProgress, "new", "in_progress"), every(ticket.OnHold, "on_hold", "escalated"))
	live  = merged(stays, every(ticket.Resolved, "resolved", "validated"))

	agents = []ticket.Role{ticket.Agent}
	users  = []ticket.Role{ticket.Requester}
)

func answers(c ticket.Control, what string) map[string][]ticket.Answer {
	return map[string][]ticket.Answer{"": {{Control: c, Answer: what}}}
}

var table = []row{
	{action: ticket.AssignSelf, to: begun, who: agents, activities: []int{2}},
	{action: ticket.Assign, to: begun, who: agents, activities: []int{2}},
	{action: ticket.PutOnHold, to: every(ticket.OnHold, "in_progress"), who: agents, needs: []string{"reason"}, activities: []int{4}},
	{action: ticket.Resume, to: every(ticket.InProgress, "on_hold", "escalated"), who: []ticket.Role{ticket.Agent, ticket.System}},
	{action: ticket.Escalate, to: every(ticket.OnHold, "new", "in_progress"), who: agents, needs: []string{"justification"},
		controls: answers(ticket.C1, "escalate"), activities: []int{4, 5}},
	{action: ticket.Receive, to: every(ticket.OnHold, "escalated"), who: []ticket.Role{ticket.Official}, activities: []int{6}},
	{action: ticket.AskProvider, to: every(ticket.OnHold, "in_progress", "escalated"), who: []ticket.Role{ticket.Agent, ticket.Official},
		needs: []string{"provider", "email", "message"}, controls: answers(ticket.C3, "yes"), activities: []int{7, 8}},
	{action: ticket.ConfirmSolution, to: every(ticket.InProgress, "escalated"), who: []ticket.Role{ticket.Official},
		needs: []string{"causes", "solution"}, controls: answers(ticket.C3, "no"), activities: []int{6, 7, 8}},
	{action: ticket.Resolve, to: every(ticket.Resolved, "new", "in_progress", "on_hold", "escalated"), who: []ticket.Role{ticket.Agent, ticket.Official},
		needs: []string{"solution", "adequate"}, activities: []int{3, 9}, controls: map[string][]ticket.Answer{
			"":          {{Control: ticket.C1, Answer: "resolve"}, {Control: ticket.C2, Answer: "yes"}},
			"escalated": {{Control: ticket.C2, Answer: "yes"}}, // C1 was answered by escalating
		}},
	{action: ticket.Validate, to: every(ticket.Resolved, "resolved"), who: users, controls: answers(ticket.C2, "yes"), activities: []int{10}},
	{action: ticket.Reject, to: every(ticket.InProgress, "resolved", "validated"), who: users, needs: []string{"reason"}, controls: answers(ticket.C2, "no")},
	{action: ticket.Rate, to: every(ticket.Resolved, "validated"), who: users, activities: []int{10}},
	{action: ticket.Reopen, to: every(ticket.InProgress, "resolved", "validated", "closed"), who: []ticket.Role{ticket.Requester, ticket.Agent}, needs: []string{"reason"}},
	{action: ticket.Close, to: every(ticket.Closed, "resolved", "validated"), who: []ticket.Role{ticket.Agent, ticket.System}, activities: []int{11}},
	{action: ticket.Withdraw, to: every(ticket.Closed, "new", "in_progress", "on_hold", "escalated"), who: users, needs: []string{"reason"}},
	{action: ticket.Reclassify, to: live, who: agents, needs: []string{"justification"}, activities: []int{2}},
	{action: ticket.Reply, to: live, who: []ticket.Role{ticket.Agent, ticket.Official}, needs: []string{"text"}},
	{action: ticket.Note, to: live, who: []ticket.Role{ticket.Agent, ticket.Official}},
	{action: ticket.Comment, to: live, who: users},
	{action: ticket.Retract, to: live, who: []ticket.Role{ticket.Requester, ticket.Agent, ticket.Official}, written: true},
	{action: ticket.Undeliverable, to: merged(live, every(ticket.Closed, "closed")), who: []ticket.Role{ticket.System}},
	{action: ticket.Mailed, to: merged(live, every(ticket.Closed, "closed")), who: []ticket.Role{ticket.System}},
}

func TestTheTableIsWhole(t *testing.T) {
	var told, built []ticket.Action
	for _, r := range table {
		told = append(told, r.action)
	}
	for _, r := range ticket.Rules {
		built = append(built, r.Action)
	}
	if !slices.Equal(told, built) {
		t.Errorf("rows of the test: %v\nrows of Rules: %v", told, built)
	}
	if want := []ticket.State{"new", "in_progress", "on_hold", "resolved", "closed"}; !slices.Equal(ticket.States, want) {
		t.Errorf("States = %v", ticket.States)
	}
}

// writes adds what a person writes, where the situation lets them.
func writes(cat *ticket.Catalog, tk *ticket.Ticket, by ticket.Person, role ticket.Role, at time.Time) {
	action := ticket.Note
	if role == ticket.Requester {
		action = ticket.Comment
	}
	_ = tk.Apply(cat, ticket.Change{Action: action, By: by, Roles: []ticket.Role{role}, At: at, Fields: map[string]string{"text": "Es otra cosa."}}) // refused where nobody may write
}

func TestEachRowOfTheTable(t *testing.T) {
	cat := shipped(t)
	at := bogota(t, "2026-11-17 11:00")
	for _, r := range table {
		t.Run(string(r.action), func(t *testing.T) {
			for _, situation := range situations {
				for role := range acting {
					tk := inSituation(t, cat, situation)
					if r.written {
						writes(cat, tk, acting[role], role, at)
					}
					before := document(t, tk)
					from := tk.State
					c := full(t, cat, r.action, role, at)
					c.Event, c.Record = "e1", len(tk.History)
					err := tk.Apply(cat, c)
					to, possible := r.to[situation]
					switch {
					case !slices.Contains(r.who, role):
						var refused *ticket.RoleError
						if !errors.As(err, &refused) || !slices.Equal(refused.Who, r.who) {
							t.Errorf("%s by %s: %v, want a RoleError for %v", situation, role, err, r.who)
						}
					case !possible:
						refusedForState(t, situation, r, err)
					case err != nil:
						t.Errorf("%s by %s: %v", situation, role, err)
						continue
					default:
						checkRecord(t, tk, r, situation, role, from, to)
						if !bytes.HasPrefix(historyOf(t, tk), bytes.TrimSuffix(historyOf(t, inSituation(t, cat, situation)), []byte("]"))) {
							t.Errorf("%s by %s: the history was rewritten", situation, role)
						}
						continue
					}
					if !bytes.Equal(before, document(t, tk)) {
						t.Errorf("%s by %s: refused, yet the ticket changed", situation, role)
					}
				}
			}
			for _, need := range r.needs {
				for _, blank := range []string{"", " \n\t"} {
					for situation := range r.to {
						tk := inSituation(t, cat, situation)
						before := document(t, tk)
						c := full(t, cat, r.action, r.who[0], at)
						c.Fields[need] = blank
						var missing *ticket.MissingError
						if err := tk.Apply(cat, c); !errors.As(err, &missing) || missing.Field != need {
							t.Errorf("%s with %s %q: %v, want a MissingError", situation, need, blank, err)
						}
						if !bytes.Equal(before, document(t, tk)) {
							t.Errorf("%s without %s: refused, yet the ticket changed", situation, need)
						}
					}
				}
			}
		})
	}
}

func historyOf(t testing.TB, tk *ticket.Ticket) []byte {
	t.Helper()
	b, err := json.Marshal(tk.History)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// refusedForState checks the reason of a refusal: the state, or what the state lacks.
func refusedForState(t *testing.T, situation string, r row, err error) {
	t.Helper()
	var state *ticket.StateError
	switch {
	case situation == "on_hold" && (r.action == ticket.Receive || r.action == ticket.ConfirmSolution):
		if !errors.Is(err, ticket.ErrNoEscalation) {
			t.Errorf("%s: %v, want ErrNoEscalation", situation, err)
		}
	case r.action == ticket.Validate && situation == "validated":
		if !errors.Is(err, ticket.ErrSame) {
			t.Errorf("%s: %v, want ErrSame", situation, err)
		}
	case r.action == ticket.Rate && (situation == "resolved" || situation == "closed"):
		if !errors.Is(err, ticket.ErrNotValidated) {
			t.Errorf("%s: %v, want ErrNotValidated", situation, err)
		}
	case !errors.As(err, &state) || state.Action != r.action || string(state.State) != stateOf(situation):
		t.Errorf("%s: %v, want a StateError", situation, err)
	}
}

func stateOf(situation string) string {
	switch situation {
	case "escalated":
		return "on_hold"
	case "validated":
		return "resolved"
	}
	return situation
}

func checkRecord(t *testing.T, tk *ticket.Ticket, r row, situation string, role ticket.Role, from, to ticket.State) {
	t.Helper()
	if tk.State != to {
		t.Errorf("%s by %s: now %s, want %s", situation, role, tk.State, to)
	}
	got := tk.Last()
	if got.N != len(tk.History) || got.Action != r.action || got.From != from || got.To != to || got.By != acting[role] || got.Role != role || got.Event != "e1" {
		t.Errorf("%s by %s: recorded %+v", situation, role, got)
	}
	if !slices.Equal(got.Activities, r.activities) {
		t.Errorf("%s: activities %v, want %v", situation, got.Activities, r.activities)
	}
	want, own := r.controls[situation]
	if !own {
		want = r.controls[""]
	}
	if !reflect.DeepEqual(got.Controls, want) {
		t.Errorf("%s: control points %v, want %v", situation, got.Controls, want)
	}
	for _, need := range r.needs {
		if got.Fields[need] == "" {
			t.Errorf("%s: the record lacks the word %s", situation, need)
		}
	}
	if (tk.Hold != nil) != (to == ticket.OnHold) {
		t.Errorf("%s: hold %v in %s", situation, tk.Hold, to)
	}
}

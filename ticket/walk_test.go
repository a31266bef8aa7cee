package ticket_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"helptic/ticket"
)

// TestRandomWalks does anything in any order: the ticket stays one that makes sense.
func TestRandomWalks(t *testing.T) {
	cat := shipped(t)
	var entries []ticket.Entry
	for e := range cat.Entries() {
		entries = append(entries, e)
	}
	roles := []ticket.Role{ticket.Requester, ticket.Agent, ticket.Official, ticket.System}
	agentsOf := []ticket.Person{agent1, agent2, agent3}
	reached := map[ticket.Action]int{}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 42))
		at := bogota(t, "2026-11-17 09:00").Add(time.Duration(r.IntN(7*24*60)) * time.Minute)
		tk := ticket.Open(cat, ticket.Request{Draft: "d", Entry: entries[r.IntN(len(entries))], Impact: cat.Impacts[r.IntN(5)].ID,
			Requester: user, OpenedBy: user, Role: ticket.Requester, FirstMessageAt: at, At: at, Event: "e"})
		for range 60 {
			at = at.Add(time.Duration(r.IntN(600)) * time.Minute)
			role := roles[r.IntN(len(roles))]
			c := full(t, cat, ticket.Rules[r.IntN(len(ticket.Rules))].Action, role, at)
			if role == ticket.Agent {
				c.By = agentsOf[r.IntN(3)]
			}
			if c.Assignee = ""; tk.Assignee != nil && r.IntN(2) == 0 {
				c.Assignee = tk.Assignee.ID
			}
			if c.Action == ticket.PutOnHold {
				c.For = []ticket.HoldFor{ticket.ForUser, ticket.ForProvider, ticket.ForOther}[r.IntN(3)]
			}
			if c.Action == ticket.Reclassify {
				c.Entry, c.Impact = entries[r.IntN(len(entries))], cat.Impacts[r.IntN(5)].ID
			}
			c.Record = 1 + r.IntN(len(tk.History))
			for field := range c.Fields {
				if r.IntN(12) == 0 {
					c.Fields[field] = ""
				}
			}
			before, past := document(t, tk), historyOf(t, tk)
			may, n := tk.Permits(c.Action, c.Roles...), len(tk.History)
			err := tk.Apply(cat, c)
			switch {
			case err != nil && !bytes.Equal(before, document(t, tk)):
				t.Fatalf("seed %d: %s failed with %v and changed the ticket", seed, c.Action, err)
			case err == nil && (len(tk.History) <= n || !may):
				t.Fatalf("seed %d: %s succeeded with %d records more, though Holds said %v", seed, c.Action, len(tk.History)-n, may)
			case !bytes.HasPrefix(historyOf(t, tk), bytes.TrimSuffix(past, []byte("]"))):
				t.Fatalf("seed %d: %s rewrote the history", seed, c.Action)
			}
			if err == nil {
				reached[c.Action]++
			}
			if why := senseless(tk); why != "" {
				t.Fatalf("seed %d: after %s (%v): %s\n%s", seed, c.Action, err, why, document(t, tk))
			}
		}
	}
	for _, r := range ticket.Rules {
		if reached[r.Action] == 0 {
			t.Errorf("no walk ever did %s", r.Action)
		}
	}
}

// senseless names what can never be true of a ticket.
func senseless(tk *ticket.Ticket) string {
	for i, r := range tk.History {
		if r.N != i+1 || i > 0 && r.From != tk.History[i-1].To {
			return "the history has a gap"
		}
	}
	for i, p := range tk.Pauses {
		if p.To.IsZero() && i != len(tk.Pauses)-1 || !p.To.IsZero() && p.To.Before(p.From) {
			return "a pause that cannot be"
		}
	}
	switch {
	case !slices.Contains(ticket.States, tk.State):
		return "no such state"
	case tk.Last().To != tk.State:
		return "the history ends elsewhere"
	case (tk.Hold != nil) != (tk.State == ticket.OnHold):
		return "hold and state disagree"
	case tk.Escalated() && tk.State != ticket.OnHold:
		return "escalated, yet not on hold"
	case tk.State != ticket.Closed && (tk.Solution != nil) != (tk.State == ticket.Resolved):
		return "solution and state disagree"
	case (tk.Ending != "") != (tk.State == ticket.Closed) || tk.ClosedAt.IsZero() == (tk.State == ticket.Closed):
		return "ending and state disagree"
	case tk.Assignee == nil && tk.State != ticket.New && tk.State != ticket.Closed, tk.Assignee != nil && tk.State == ticket.New:
		return "assignee and state disagree"
	case (tk.Assignee == nil) != tk.AssignedAt.IsZero():
		return "assignee and first assignment disagree"
	case tk.DueAt.Before(tk.StartAt) || tk.StartAt.Before(tk.RegisteredAt):
		return "due before it starts"
	case tk.WakeAt.IsZero() && tk.State == ticket.Resolved, tk.WakeAt.After(time.Time{}) && tk.WakeAt.Before(tk.RegisteredAt):
		return "wakes at the wrong time"
	case tk.Survey != nil && !tk.Validated():
		return "rated, yet not validated"
	}
	return ""
}

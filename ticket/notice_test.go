package ticket_test

import (
	"slices"
	"testing"
	"time"

	"helptic/ticket"
)

func keys(tk *ticket.Ticket) (out []string) {
	for _, n := range tk.Owed {
		out = append(out, n.To+"/"+n.Key)
	}
	return out
}

func TestNotices(t *testing.T) {
	now := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	tk := &ticket.Ticket{Version: 1}
	tk.Owe(ticket.Notice{Key: "card", To: ticket.ToAgents, Kind: "card", Record: 1}, now)
	tk.Owe(ticket.Notice{Key: "card", To: user.ID, Kind: "card", Record: 1}, now.Add(time.Second))
	if want := []string{"agents/card", user.ID + "/card"}; !slices.Equal(keys(tk), want) || !tk.OwedAt.Equal(now) {
		t.Fatalf("owed %v at %v", keys(tk), tk.OwedAt)
	}
	sent := tk.Owed[0]
	if sent.Version != 1 || !sent.After.Equal(now) {
		t.Errorf("owed as %+v", sent)
	}

	// Owed anew while the first is on its way: paying the first leaves the second.
	tk.Version = 2
	tk.Owe(ticket.Notice{Key: "card", To: ticket.ToAgents, Kind: "card", Record: 2}, now.Add(time.Minute))
	tk.Paid(sent)
	if len(tk.Owed) != 2 || tk.Owed[0].Record != 2 || tk.Owed[0].Version != 2 {
		t.Fatalf("the newer notice was lost: %+v", tk.Owed)
	}
	if !tk.Owed[0].After.Equal(now) {
		t.Errorf("renewing put it off until %v", tk.Owed[0].After)
	}

	// A failure puts off; renewing does not forget it.
	later := now.Add(time.Hour)
	tk.Failed(tk.Owed[0], later)
	tk.Failed(tk.Owed[0], later)
	if n := tk.Owed[0]; n.Tries != 2 || !n.After.Equal(later) || !tk.OwedAt.Equal(now.Add(time.Second)) {
		t.Errorf("failed: %+v, next at %v", n, tk.OwedAt)
	}
	tk.Version = 3
	tk.Owe(ticket.Notice{Key: "card", To: ticket.ToAgents, Kind: "card", Record: 3}, now)
	if n := tk.Owed[0]; n.Tries != 2 || !n.After.Equal(later) || n.Record != 3 {
		t.Errorf("renewed after failures: %+v", n)
	}

	tk.Paid(tk.Owed[1])
	if !slices.Equal(keys(tk), []string{"agents/card"}) || !tk.OwedAt.Equal(later) {
		t.Errorf("owed %v at %v", keys(tk), tk.OwedAt)
	}
	last := tk.Owed[0]
	tk.Paid(last)
	tk.Paid(last) // twice is once
	tk.Failed(last, later)
	if len(tk.Owed) != 0 || !tk.OwedAt.IsZero() {
		t.Errorf("owed %v at %v after all was paid", keys(tk), tk.OwedAt)
	}
}

// TestNoticesKeepTheirOrder: what comes after a notice that failed waits with it, and
// other places do not.
func TestNoticesKeepTheirOrder(t *testing.T) {
	now := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	tk := &ticket.Ticket{Version: 1}
	tk.Owe(ticket.Notice{Key: "card", To: ticket.ToAgents}, now)
	tk.Owe(ticket.Notice{Key: "line", To: ticket.ToAgents}, now)
	tk.Failed(tk.Owed[0], now.Add(time.Hour))
	if !tk.OwedAt.Equal(now.Add(time.Hour)) {
		t.Errorf("wakes at %v for what has to wait", tk.OwedAt)
	}
	tk.Owe(ticket.Notice{Key: "card", To: user.ID}, now.Add(time.Minute))
	if !tk.OwedAt.Equal(now.Add(time.Minute)) {
		t.Errorf("wakes at %v, the user's notice may go before", tk.OwedAt)
	}
}

func TestPayingLeavesTheCallersListAlone(t *testing.T) {
	now := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	tk := &ticket.Ticket{}
	for _, k := range []string{"a", "b", "c"} {
		tk.Owe(ticket.Notice{Key: k, To: ticket.ToAgents}, now)
	}
	read := tk.Owed
	for _, n := range read {
		tk.Paid(n)
	}
	if len(tk.Owed) != 0 || read[0].Key != "a" || read[1].Key != "b" || read[2].Key != "c" {
		t.Errorf("left %v, read %v", tk.Owed, read)
	}
}

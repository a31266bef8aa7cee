package ticket_test

import (
	"slices"
	"testing"
	"time"

	"helptic/ticket"
)

func keys(tk *ticket.Ticket) (out []string) {
	for _, n := range tk.Outbox {
		out = append(out, n.To+"/"+n.Key)
	}
	return out
}

func TestNotices(t *testing.T) {
	now := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	tk := &ticket.Ticket{Version: 1}
	tk.Enqueue(ticket.Notification{Key: "card", To: ticket.ToAgents, Kind: "card", Record: 1}, now)
	tk.Enqueue(ticket.Notification{Key: "card", To: user.ID, Kind: "card", Record: 1}, now.Add(time.Second))
	if want := []string{"agents/card", user.ID + "/card"}; !slices.Equal(keys(tk), want) || !tk.NotifyAt.Equal(now) {
		t.Fatalf("owed %v at %v", keys(tk), tk.NotifyAt)
	}
	sent := tk.Outbox[0]
	if sent.Version != 1 || !sent.After.Equal(now) {
		t.Errorf("owed as %+v", sent)
	}

	// Owed anew while the first is on its way: paying the first leaves the second.
	tk.Version = 2
	tk.Enqueue(ticket.Notification{Key: "card", To: ticket.ToAgents, Kind: "card", Record: 2}, now.Add(time.Minute))
	tk.Acknowledge(sent)
	if len(tk.Outbox) != 2 || tk.Outbox[0].Record != 2 || tk.Outbox[0].Version != 2 {
		t.Fatalf("the newer notice was lost: %+v", tk.Outbox)
	}
	if !tk.Outbox[0].After.Equal(now) {
		t.Errorf("renewing put it off until %v", tk.Outbox[0].After)
	}

	// A failure puts off; renewing does not forget it.
	later := now.Add(time.Hour)
	tk.Postpone(tk.Outbox[0], later)
	tk.Postpone(tk.Outbox[0], later)
	if n := tk.Outbox[0]; n.Attempts != 2 || !n.After.Equal(later) || !tk.NotifyAt.Equal(now.Add(time.Second)) {
		t.Errorf("failed: %+v, next at %v", n, tk.NotifyAt)
	}
	tk.Version = 3
	tk.Enqueue(ticket.Notification{Key: "card", To: ticket.ToAgents, Kind: "card", Record: 3}, now)
	if n := tk.Outbox[0]; n.Attempts != 2 || !n.After.Equal(later) || n.Record != 3 {
		t.Errorf("renewed after failures: %+v", n)
	}

	tk.Acknowledge(tk.Outbox[1])
	if !slices.Equal(keys(tk), []string{"agents/card"}) || !tk.NotifyAt.Equal(later) {
		t.Errorf("owed %v at %v", keys(tk), tk.NotifyAt)
	}
	last := tk.Outbox[0]
	tk.Acknowledge(last)
	tk.Acknowledge(last) // twice is once
	tk.Postpone(last, later)
	if len(tk.Outbox) != 0 || !tk.NotifyAt.IsZero() {
		t.Errorf("owed %v at %v after all was paid", keys(tk), tk.NotifyAt)
	}
}

// TestNoticesKeepTheirOrder: what comes after a notice that failed waits with it, and
// other places do not.
func TestNoticesKeepTheirOrder(t *testing.T) {
	now := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	tk := &ticket.Ticket{Version: 1}
	tk.Enqueue(ticket.Notification{Key: "card", To: ticket.ToAgents}, now)
	tk.Enqueue(ticket.Notification{Key: "line", To: ticket.ToAgents}, now)
	tk.Postpone(tk.Outbox[0], now.Add(time.Hour))
	if !tk.NotifyAt.Equal(now.Add(time.Hour)) {
		t.Errorf("wakes at %v for what has to wait", tk.NotifyAt)
	}
	tk.Enqueue(ticket.Notification{Key: "card", To: user.ID}, now.Add(time.Minute))
	if !tk.NotifyAt.Equal(now.Add(time.Minute)) {
		t.Errorf("wakes at %v, the user's notice may go before", tk.NotifyAt)
	}
}

func TestPayingLeavesTheCallersListAlone(t *testing.T) {
	now := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	tk := &ticket.Ticket{}
	for _, k := range []string{"a", "b", "c"} {
		tk.Enqueue(ticket.Notification{Key: k, To: ticket.ToAgents}, now)
	}
	read := tk.Outbox
	for _, n := range read {
		tk.Acknowledge(n)
	}
	if len(tk.Outbox) != 0 || read[0].Key != "a" || read[1].Key != "b" || read[2].Key != "c" {
		t.Errorf("left %v, read %v", tk.Outbox, read)
	}
}

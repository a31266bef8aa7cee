package ticket

import (
	"slices"
	"time"
)

// Notice is something that a ticket owes to somebody. What it says is written when it
// is sent, from the ticket as it is then and the record that caused it, so nobody
// reads stale news and nothing is stored twice.
type Notification struct {
	// Key is what the chat's message stands under: the same key is the same message,
	// edited in place.
	Key string `json:"key" bson:"key"`
	// To is "agents", "security", or the address of a person.
	To     string `json:"to" bson:"to"`
	Kind   string `json:"kind" bson:"kind"`     // which text; flows knows them
	Record int    `json:"record" bson:"record"` // N of the record that caused it
	// Version of the ticket when it was last owed: sending an older one does not pay it.
	Version  int64     `json:"version" bson:"version"`
	After    time.Time `json:"after" bson:"after"` // not before; moved by failures
	Attempts int       `json:"tries,omitempty" bson:"tries,omitempty"`
	// Reminder is what is reminded of, where time caused the notice.
	Reminder *Reminder `json:"reminder,omitempty" bson:"reminder,omitempty"`
}

// The addresses of a notice that are not a person's.
const (
	ToAgents   = "agents"
	ToSecurity = "security"
)

// Owe adds a notice, or renews the one that is owed to the same place under the same key.
func (t *Ticket) Enqueue(n Notification, now time.Time) {
	n.Version, n.After = t.Version, now
	for i, o := range t.Outbox {
		if o.Key == n.Key && o.To == n.To {
			// It keeps its place in the order and its failures.
			n.After, n.Attempts = o.After, o.Attempts
			t.Outbox[i] = n
			t.schedule()
			return
		}
	}
	t.Outbox = append(t.Outbox, n)
	t.schedule()
}

// Paid takes a notice away, unless it was owed anew since it was read.
func (t *Ticket) Acknowledge(sent Notification) {
	for i, o := range t.Outbox {
		if o.Key == sent.Key && o.To == sent.To && o.Version == sent.Version {
			t.Outbox = append(t.Outbox[:i:i], t.Outbox[i+1:]...)
			break
		}
	}
	t.schedule()
}

// Failed puts a notice off.
func (t *Ticket) Postpone(sent Notification, until time.Time) {
	for i, o := range t.Outbox {
		if o.Key == sent.Key && o.To == sent.To {
			t.Outbox[i].Attempts++
			t.Outbox[i].After = until
		}
	}
	t.schedule()
}

// settle keeps OwedAt what it says it is. A notice waits for the ones before it to the
// same place, so only the first of each place counts.
func (t *Ticket) schedule() {
	t.NotifyAt = time.Time{}
	for i, o := range t.Outbox {
		first := !slices.ContainsFunc(t.Outbox[:i], func(n Notification) bool { return n.To == o.To })
		if first && (t.NotifyAt.IsZero() || o.After.Before(t.NotifyAt)) {
			t.NotifyAt = o.After
		}
	}
}

package ticket

import (
	"slices"
	"time"
)

// Notification is a message about a ticket that somebody is to get. What it says is written when
// it is sent, from the ticket as it is then and the record that caused it, so nobody reads stale
// news and nothing is stored twice.
type Notification struct {
	// Key is what the chat's message stands under: the same key is the same message,
	// edited in place.
	Key string `json:"key" bson:"key"`
	// To is "agents", "security", or the address of a person.
	To     string `json:"to" bson:"to"`
	Kind   string `json:"kind" bson:"kind"`     // which text; flows knows them
	Record int    `json:"record" bson:"record"` // N of the record that caused it
	// Version of the ticket when it was last enqueued: sending an older one does not acknowledge it.
	Version  int64     `json:"version" bson:"version"`
	After    time.Time `json:"after" bson:"after"` // not before; failures postpone it
	Attempts int       `json:"tries,omitempty" bson:"tries,omitempty"`
	// Reminder is the one that time asked for, where time caused the notification.
	Reminder *Reminder `json:"reminder,omitempty" bson:"reminder,omitempty"`
}

// The addressees of a notification that are not a person.
const (
	ToAgents   = "agents"
	ToSecurity = "security"
)

// Enqueue adds a notification, or renews the one that waits for the same addressee under the
// same key: that one keeps its position and its failures.
func (t *Ticket) Enqueue(n Notification, now time.Time) {
	n.Version, n.After = t.Version, now
	if i := t.enqueued(n); i >= 0 {
		n.After, n.Attempts = t.Outbox[i].After, t.Outbox[i].Attempts
		t.Outbox[i] = n
	} else {
		t.Outbox = append(t.Outbox, n)
	}
	t.schedule()
}

// Acknowledge removes a notification that was sent, unless it was enqueued again since it was
// leased.
func (t *Ticket) Acknowledge(sent Notification) {
	if i := t.enqueued(sent); i >= 0 && t.Outbox[i].Version == sent.Version {
		t.Outbox = append(t.Outbox[:i:i], t.Outbox[i+1:]...)
	}
	t.schedule()
}

// Postpone counts a failed attempt and sets when the next may be made.
func (t *Ticket) Postpone(failed Notification, until time.Time) {
	if i := t.enqueued(failed); i >= 0 {
		t.Outbox[i].Attempts++
		t.Outbox[i].After = until
	}
	t.schedule()
}

// enqueued is the index of the notification with the same key and addressee, -1 for none.
func (t *Ticket) enqueued(n Notification) int {
	return slices.IndexFunc(t.Outbox, func(o Notification) bool { return o.Key == n.Key && o.To == n.To })
}

// schedule keeps NotifyAt what it says it is. A notification waits for the ones before it to the
// same addressee, so only the first of each addressee counts.
func (t *Ticket) schedule() {
	t.NotifyAt = time.Time{}
	for i, o := range t.Outbox {
		first := !slices.ContainsFunc(t.Outbox[:i], func(n Notification) bool { return n.To == o.To })
		if first && (t.NotifyAt.IsZero() || o.After.Before(t.NotifyAt)) {
			t.NotifyAt = o.After
		}
	}
}

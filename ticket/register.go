package ticket

import "time"

// Request is what a user registers (activity 1).
type Request struct {
	Draft          string // unique; the conversation it comes from
	Card           string // key of the message in which it was put together
	Entry          Entry
	Impact         string
	Description    string
	Files          []File
	Requester      Person
	OpenedBy       Person // the requester, or an agent for them
	Role           Role   // of OpenedBy
	FirstMessageAt time.Time
	At             time.Time
	Event          string
}

// Open makes the ticket of a request. Its number is given by the storage.
func Open(cat *Catalog, r Request) *Ticket {
	at := r.At.UTC().Truncate(time.Millisecond)
	t := &Ticket{
		Draft: r.Draft, Card: r.Card, Version: 1, State: New,
		Requester: r.Requester, OpenedBy: r.OpenedBy,
		Description: r.Description, Files: r.Files,
		FirstMessageAt: r.FirstMessageAt.UTC().Truncate(time.Millisecond), RegisteredAt: at,
	}
	t.classify(r.Entry, r.Impact)
	t.append(Record{At: at, By: r.OpenedBy, Role: r.Role, Action: Register, To: New, Event: r.Event, Files: r.Files, Activities: []int{1}})
	t.clock(cat, at)
	return t
}

package ticket

import "time"

// Draft is a request that is being put together. Only the answers are kept, by question;
// which question comes next follows from them.
type Draft struct {
	// ID becomes the Draft of the ticket. It is empty where no request is being put together.
	ID      string            `json:"id" bson:"id"`
	Answers map[string]string `json:"answers" bson:"answers"`
	Files   []File            `json:"files,omitempty" bson:"files,omitempty"`
	// For is the requester where somebody else puts the request together.
	For       *Person   `json:"for,omitempty" bson:"for,omitempty"`
	StartedAt time.Time `json:"started_at" bson:"started_at"`
	// Card counts the cards shown for it; the newest one is edited in place.
	Card int `json:"card" bson:"card"`
}

// Detail is an answer of the requester that no field of the ticket has.
type Detail struct {
	Question string `json:"question" bson:"question"` // its name in the intake
	Label    string `json:"label" bson:"label"`       // as people read them, and as they were
	Value    string `json:"value" bson:"value"`
}

// Request is what a user registers (activity 1).
type Request struct {
	Draft          string // unique; the conversation it comes from
	Card           string // key of the message in which it was put together
	Entry          Entry
	Impact         string
	Description    string
	Details        []Detail
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
		Description: r.Description, Details: r.Details, Files: r.Files,
		FirstMessageAt: r.FirstMessageAt.UTC().Truncate(time.Millisecond), RegisteredAt: at,
	}
	t.classify(r.Entry, r.Impact)
	t.append(Record{At: at, By: r.OpenedBy, Role: r.Role, Action: Register, To: New, Event: r.Event, Files: r.Files, Activities: []int{1}})
	t.clock(cat, at)
	return t
}

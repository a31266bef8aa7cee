// Package ticket is the help desk itself, as procedure TI-PR-001 v03 of USPEC
// describes it: the catalogue of Anexo 1, the ticket and its life cycle, the
// working calendar and the time that is promised. It does no I/O and reads no
// clock: times are given, and the notifications that a change causes are enqueued in
// the ticket for others to send.
//
// A ticket is one document: its state, its whole history and its outbox are written
// together or not at all.
package ticket

import "time"

// State is where a ticket is in its life (TI-PR-001, section 5).
type State string

// The five states, as stored.
const (
	New        State = "new"         // Nueva
	InProgress State = "in_progress" // En curso (asignada)
	OnHold     State = "on_hold"     // En espera
	Resolved   State = "resolved"    // Resuelta
	Closed     State = "closed"      // Cerrada
)

// States lists them in the order of the procedure.
var States = []State{New, InProgress, OnHold, Resolved, Closed}

// Person is somebody as the ticket keeps them: the name is the one they had then.
type Person struct {
	ID    string `json:"id" bson:"id"` // address: "slack:U024BE7LH"; "" for the system itself
	Name  string `json:"name" bson:"name"`
	Email string `json:"email,omitempty" bson:"email,omitempty"`
}

// File is an attachment. The bytes are stored under ID.
type File struct {
	ID     string `json:"id" bson:"id"`
	Name   string `json:"name" bson:"name"`
	Type   string `json:"type" bson:"type"`
	Size   int64  `json:"size" bson:"size"`
	SHA256 string `json:"sha256" bson:"sha256"`
}

// Ticket is one request for support ("solicitud") from its registration on.
type Ticket struct {
	// Number is consecutive, without gaps, never reused ("número consecutivo que
	// permite asignar el orden de atención").
	Number int64 `json:"number" bson:"_id"`
	// Draft is the conversation it was registered from; unique, so that registering
	// twice finds the ticket that is there.
	Draft string `json:"draft" bson:"draft"`
	// Card is the key of the requester's message that became the ticket's card, "" where
	// the request was not put together in a conversation.
	Card    string `json:"card,omitempty" bson:"card,omitempty"`
	Version int64  `json:"version" bson:"version"`

	State State `json:"state" bson:"state"`
	// EntryID is the subcategory of the catalogue; Type and the names are kept as they
	// were, since a catalogue may change.
	EntryID     string `json:"entry" bson:"entry"`
	Type        Type   `json:"type" bson:"type"`
	Category    string `json:"category" bson:"category"`       // as Anexo 1 writes it
	Subcategory string `json:"subcategory" bson:"subcategory"` // as Anexo 1 writes it
	Impact      string `json:"impact" bson:"impact"`
	Security    bool   `json:"security,omitempty" bson:"security,omitempty"` // handled under TI-PR-004

	Requester   Person   `json:"requester" bson:"requester"`
	OpenedBy    Person   `json:"opened_by" bson:"opened_by"` // the requester, or an agent for them
	Description string   `json:"description" bson:"description"`
	Details     []Detail `json:"details,omitempty" bson:"details,omitempty"`
	Files       []File   `json:"files,omitempty" bson:"files,omitempty"`

	Assignee   *Person     `json:"assignee,omitempty" bson:"assignee,omitempty"`
	Hold       *Hold       `json:"hold,omitempty" bson:"hold,omitempty"`             // while OnHold
	Escalation *Escalation `json:"escalation,omitempty" bson:"escalation,omitempty"` // the last one
	Solution   *Solution   `json:"solution,omitempty" bson:"solution,omitempty"`     // the last one
	Survey     *Survey     `json:"survey,omitempty" bson:"survey,omitempty"`
	Ending     Ending      `json:"ending,omitempty" bson:"ending,omitempty"` // how it was closed
	Reopened   int         `json:"reopened,omitempty" bson:"reopened,omitempty"`

	FirstMessageAt time.Time `json:"first_word_at" bson:"first_word_at"` // the conversation began
	RegisteredAt   time.Time `json:"registered_at" bson:"registered_at"`
	StartAt        time.Time `json:"start_at" bson:"start_at"`       // the clock of the promise starts
	DueAt          time.Time `json:"due_at" bson:"due_at"`           // promised, pauses that ended included
	AssignedAt     time.Time `json:"assigned_at" bson:"assigned_at"` // first assignment; zero before
	ClosedAt       time.Time `json:"closed_at" bson:"closed_at"`     // zero before
	Pauses         []Pause   `json:"pauses,omitempty" bson:"pauses,omitempty"`

	History []Record `json:"history" bson:"history"`
	// Reminded are the last reminders that were given.
	Reminded []Reminder `json:"reminded,omitempty" bson:"reminded,omitempty"`

	Outbox []Notification `json:"owed,omitempty" bson:"owed,omitempty"`
	// NotifyAt is when the first notification may be sent, zero when there is none; LeaseUntil
	// is set while one process sends them. WakeAt is when time itself next changes the
	// ticket. All three are indexed by the storage.
	NotifyAt   time.Time `json:"owed_at" bson:"owed_at"`
	LeaseUntil time.Time `json:"lease_until" bson:"lease_until"`
	WakeAt     time.Time `json:"wake_at" bson:"wake_at"`
}

// HoldFor is whom a ticket on hold waits for.
type HoldFor string

// What a ticket waits for. ForOfficial is an escalation inside the entity.
const (
	ForProvider HoldFor = "provider"
	ForUser     HoldFor = "user"
	ForOther    HoldFor = "other" // another dependency of the entity
	ForOfficial HoldFor = "official"
)

// Hold says what a ticket waits for (activity 4).
type Hold struct {
	For      HoldFor   `json:"for" bson:"for"`
	Reason   string    `json:"reason" bson:"reason"`
	Expected time.Time `json:"expected" bson:"expected"` // zero: not given
	Since    time.Time `json:"since" bson:"since"`
}

// Escalation is the hand-over to a named official of the Oficina de Tecnología (activities 5 to 8).
type Escalation struct {
	Official      Person    `json:"official" bson:"official"`
	By            Person    `json:"by" bson:"by"`
	Justification string    `json:"justification" bson:"justification"`
	At            time.Time `json:"at" bson:"at"`
	ReceivedAt    time.Time `json:"received_at" bson:"received_at"`
	EndedAt       time.Time `json:"ended_at" bson:"ended_at"` // confirmed, resolved, or resumed
}

// Solution is what solved the request (activities 3 and 9).
type Solution struct {
	Text        string    `json:"text" bson:"text"`
	By          Person    `json:"by" bson:"by"`
	At          time.Time `json:"at" bson:"at"`
	Files       []File    `json:"files,omitempty" bson:"files,omitempty"`
	ValidatedAt time.Time `json:"validated_at" bson:"validated_at"` // when the user confirmed it
}

// Survey is the user's evaluation of the service (activity 10).
type Survey struct {
	Rating    int            `json:"rating" bson:"rating"`                       // 1 to 5
	Answers   map[string]int `json:"answers,omitempty" bson:"answers,omitempty"` // by question of the catalogue
	Comment   string         `json:"comment,omitempty" bson:"comment,omitempty"`
	At        time.Time      `json:"at" bson:"at"`                 // first answered
	ChangedAt time.Time      `json:"changed_at" bson:"changed_at"` // last edited; zero: never
}

// Ending is how a ticket came to be closed.
type Ending string

// The endings.
const (
	EndedByAgent   Ending = "agent"          // activity 11
	EndedByTime    Ending = "administrative" // no answer in time: "cierre administrativo"
	EndedValidated Ending = "validated"      // by time too, after the user confirmed the solution
	EndedByUser    Ending = "withdrawn"
)

// Pause is a span in which the clock of the promise stood still.
type Pause struct {
	From time.Time `json:"from" bson:"from"`
	To   time.Time `json:"to" bson:"to"`   // zero while it lasts
	Why  string    `json:"why" bson:"why"` // a HoldFor, or "resolved"
}

// Record is one entry of the history. Records are only ever appended.
type Record struct {
	N      int       `json:"n" bson:"n"` // from 1
	At     time.Time `json:"at" bson:"at"`
	By     Person    `json:"by" bson:"by"`
	Role   Role      `json:"role" bson:"role"`
	Action Action    `json:"action" bson:"action"`
	From   State     `json:"from,omitempty" bson:"from,omitempty"`
	To     State     `json:"to" bson:"to"`
	// Event is the key of what the person did; the same event is recorded once.
	Event string `json:"event,omitempty" bson:"event,omitempty"`
	// Words are what the action asked for, by field: "reason", "solution", "official"…
	Fields map[string]string `json:"words,omitempty" bson:"words,omitempty"`
	Files  []File            `json:"files,omitempty" bson:"files,omitempty"`
	// Activities of TI-PR-001 that this fulfils, and the control points it answers.
	Activities []int    `json:"activities,omitempty" bson:"activities,omitempty"`
	Controls   []Answer `json:"controls,omitempty" bson:"controls,omitempty"`
}

// Answer is what was decided at a control point; the justification is in the record's fields.
type Answer struct {
	Control Control `json:"control" bson:"control"`
	Answer  string  `json:"answer" bson:"answer"` // stored value: "escalate", "resolve", "yes"…
}

// Control is a control point of TI-PR-001, section 7.
type Control string

// The control points and what they ask.
const (
	C1 Control = "C1" // ¿se escala o se resuelve con los recursos disponibles?
	C2 Control = "C2" // ¿se dio solución adecuada?
	C3 Control = "C3" // ¿se requiere apoyo adicional?
)

// Escalated tells whether an official has the ticket now.
func (t *Ticket) Escalated() bool { return t.Escalation != nil && t.Escalation.EndedAt.IsZero() }

// Validated tells whether the user confirmed the solution that stands.
func (t *Ticket) Validated() bool { return t.Solution != nil && !t.Solution.ValidatedAt.IsZero() }

// Paused tells whether the clock of the promise stands still now.
func (t *Ticket) Paused() bool {
	return len(t.Pauses) > 0 && t.Pauses[len(t.Pauses)-1].To.IsZero()
}

// Last is the newest record of the history.
func (t *Ticket) Last() Record { return t.History[len(t.History)-1] }

// LastOf is the newest record of an action.
func (t *Ticket) LastOf(a Action) (r Record, ok bool) {
	for i := len(t.History) - 1; i >= 0; i-- {
		if t.History[i].Action == a {
			return t.History[i], true
		}
	}
	return Record{}, false
}

// Applied finds the record that an event has left already.
func (t *Ticket) Applied(event string) (Record, bool) {
	for i := len(t.History) - 1; i >= 0 && event != ""; i-- {
		if t.History[i].Event == event {
			return t.History[i], true
		}
	}
	return Record{}, false
}

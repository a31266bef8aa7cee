// Package storage says what the help desk keeps and what every store guarantees;
// storage/sqlite (embedded, the default) and storage/mongodb keep it, and
// storage/storagetest holds both to the same behaviour.
//
// Guarantees: what a method returned without error survives the death of the process
// and of the machine. One ticket is one document and one atomic write. Times come
// back in UTC with milliseconds. Errors that a caller must tell apart are the ones
// below; everything else means that the store could not do it now.
package storage

import (
	"context"
	"errors"
	"time"

	"helptic/bot"
	"helptic/ticket"
)

// ErrNotFound is the answer to a number or a person that has nothing.
var ErrNotFound = errors.New("not found")

// ErrConflict says that somebody else changed the same thing meanwhile, for longer
// than the store was ready to try again.
var ErrConflict = errors.New("changed by somebody else")

// ErrInUse says that another process has the embedded database.
var ErrInUse = errors.New("in use by another process")

// Attempts is how often a store tries a write that somebody else's came before.
const Attempts = 200

// Store keeps the help desk, and what the bot and the chats need across restarts.
type Store interface {
	// CreateTicket allocates the next number, without gaps and for good, and stores the
	// ticket under it. Where a ticket with the same draft exists, t becomes that one
	// and fresh is false. fill is called with the number each time one is tried,
	// to complete what depends on it.
	CreateTicket(ctx context.Context, t *ticket.Ticket, fill func(*ticket.Ticket)) (fresh bool, err error)
	// Ticket reads one; ErrNotFound.
	Ticket(ctx context.Context, number int64) (*ticket.Ticket, error)
	// UpdateTicket reads a ticket, lets change alter it and writes it where nobody else
	// wrote meanwhile; else it reads and tries again, so change has no effects but on
	// its argument. Version grows by one, before change is called. An error of change is
	// returned as it is and nothing is written; ErrUnchanged too, but UpdateTicket
	// then returns the ticket as read and no error.
	UpdateTicket(ctx context.Context, number int64, change func(*ticket.Ticket) error) (*ticket.Ticket, error)
	// Tickets finds tickets, newest first.
	Tickets(ctx context.Context, q Query) ([]*ticket.Ticket, error)
	// LeaseNotifications leases at most limit tickets with a notification to send at now that
	// nobody has leased, until the given time, those that wait longest first.
	LeaseNotifications(ctx context.Context, now, until time.Time, limit int) ([]*ticket.Ticket, error)
	// Due returns at most limit numbers of tickets whose WakeAt has come, oldest first.
	Due(ctx context.Context, now time.Time, limit int) ([]int64, error)

	// Conversation is the one that a person is in; ErrNotFound.
	Conversation(ctx context.Context, person string) (*Conversation, error)
	// SaveConversation writes it where the stored version is still c.Version (0: there is
	// none), and adds one to c.Version; ErrConflict.
	SaveConversation(ctx context.Context, c *Conversation) error
	// Idle returns at most limit conversations with an id that nobody touched since a
	// time, oldest first.
	Idle(ctx context.Context, since time.Time, limit int) ([]*Conversation, error)

	bot.Journal
	bot.Files
	bot.AppendLog

	// Ping tells whether the store answers and can be written to.
	Ping(ctx context.Context) error
	Close() error
}

// ErrUnchanged is returned by the change of UpdateTicket when there is nothing to write.
var ErrUnchanged = errors.New("unchanged")

// Query asks for tickets; fields left empty do not narrow it.
type Query struct {
	Requester string // address
	Assignee  string // address
	Official  string // address of the official of the last escalation
	Draft     string // id of the draft that the ticket was registered from
	States    []ticket.State
	Before    int64 // a lower number; 0: any
	Limit     int   // 0: 100
}

// Conversation is the draft that a person is putting together, and the last events that led
// there.
type Conversation struct {
	Person       string `json:"person" bson:"_id"`
	Version      int64  `json:"version" bson:"version"`
	ticket.Draft `bson:",inline"`
	TouchedAt    time.Time `json:"touched_at" bson:"touched_at"`
	// Events are the last ones that changed it, so that handling one again does not, and
	// Answer is what the last of them was answered with, as JSON.
	Events []string `json:"events,omitempty" bson:"events,omitempty"`
	Answer []byte   `json:"answer,omitempty" bson:"answer,omitempty"`
}

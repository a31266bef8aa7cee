package bot

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Adapter connects one chat: it turns what people do there into events, and renders
// posts. What a chat lacks, its adapter makes up for; flows never ask which chat it is.
type Adapter interface {
	// Name is the part before the colon in the chat's addresses.
	Name() string
	// Run gives events to the inbox until the context ends.
	Run(context.Context, *Inbox) error
	// Ready reports whether events can arrive now.
	Ready() bool
	// Send posts a new message and returns the chat's id for it. A repeated Key means
	// that the answer to an earlier call was lost: the adapter then looks for that
	// message before it posts another, as far as its chat allows it.
	Send(context.Context, Outgoing) (id string, err error)
	// Edit replaces the message with that id.
	Edit(ctx context.Context, id string, o Outgoing) error
	// Person looks up a person by address.
	Person(ctx context.Context, address string) (Person, error)
	// Member reports whether a person is in a channel now.
	Member(ctx context.Context, channel, person string) (bool, error)
	// Pace is the least time between two messages in one room.
	Pace() time.Duration
}

// Enricher is an Adapter whose chat sends only part of an event. The rest is fetched when
// the event is handled: Accept must be quick, and may not fail because the chat does.
type Enricher interface {
	// Enrich fills in the event. It may be called again for the same event; after an
	// error it is. The note is a sentence for the person about what could not be
	// fetched, "" if everything was.
	Enrich(context.Context, *Event) (note string, err error)
}

// Outgoing is a post as an adapter sends it: its thread is the chat's own id.
type Outgoing struct {
	Room         Room
	Key          string
	Message      Message
	Thread       string
	EphemeralFor string
}

// RetryError is a failure that may pass. Every other error of an adapter is final.
type RetryError struct {
	After time.Duration // the chat's Retry-After: no attempt before it; 0: the retry policy decides
	Err   error
}

func (e *RetryError) Error() string { return e.Err.Error() }
func (e *RetryError) Unwrap() error { return e.Err }

// ErrGone is returned by Edit when the message no longer exists. The outbox then posts it again.
var ErrGone = errors.New("message is gone")

// UserError is shown to the person who caused it. Its text says what to do next.
// Field is the name of the form's field that it is about, "" for none.
type UserError struct {
	Field string
	Text  string
}

func (e *UserError) Error() string { return e.Text }

// UserErrorf returns a UserError about no field.
func UserErrorf(format string, args ...any) error {
	return &UserError{Text: fmt.Sprintf(format, args...)}
}

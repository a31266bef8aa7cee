package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Adapter is a chat: it turns what people do there into events and shows posts. What
// a chat lacks it makes up for itself; flows never ask which chat they are in.
type Adapter interface {
	// Name is the part before the colon in its addresses.
	Name() string
	// Run gives events to the inbox until the context ends.
	Run(context.Context, *Inbox) error
	// Ready tells whether events can arrive now.
	Ready() bool
	// Send shows a new message and returns the chat's id for it. A repeated Key
	// means that the answer to the first call was lost: the adapter finds that
	// message instead of posting it twice, as far as its chat lets it.
	Send(context.Context, Outgoing) (id string, err error)
	// Edit replaces the message with that id.
	Edit(ctx context.Context, id string, o Outgoing) error
	// Person looks somebody up by their address.
	Person(ctx context.Context, address string) (Person, error)
	// Member tells whether a person is in a channel now.
	Member(ctx context.Context, channel, person string) (bool, error)
	// Pace is the least time between two messages in one room.
	Pace() time.Duration
}

// Completer is an adapter whose chat does not send all of an event: the rest is asked for
// when the event is handled, since until then Accept has to be quick and may not fail
// because of the chat.
type Enricher interface {
	// Complete fills in the event, and may be called again for the same one. An error
	// means that it is tried again. The note is a sentence for the person: what could
	// not be had, "" for nothing.
	Enrich(context.Context, *Event) (note string, err error)
}

// Outgoing is a post on its way: its thread is the chat's own id by now.
type Outgoing struct {
	Room         Room
	Key          string
	Message      Message
	Thread       string
	EphemeralFor string
}

// RetryError says that sending may work later; every other error of an adapter is final.
type RetryError struct {
	After time.Duration // at the earliest; 0: the delivery's own backoff
	Err   error
}

func (e *RetryError) Error() string { return e.Err.Error() }
func (e *RetryError) Unwrap() error { return e.Err }

// ErrGone is what Edit answers when the message is not there any more: it is posted anew.
var ErrGone = errors.New("message is gone")

// UserError is a sentence for the person who caused it, which says what to do next.
// Field names the form's field that it is about, where there is one.
type UserError struct {
	Field string
	Text  string
}

func (e *UserError) Error() string { return e.Text }

// Sorry is a UserError.
func UserErrorf(format string, args ...any) error {
	return &UserError{Text: fmt.Sprintf(format, args...)}
}

// Files keeps attachments, whole and for ever.
type Files interface {
	// SaveFile stores the bytes and returns the file with id, size and hash filled in. A
	// reader longer than the limit of the store is refused with ErrTooLarge.
	SaveFile(ctx context.Context, name, mediaType string, r io.Reader) (File, error)
	// StatFile describes a stored file without reading its bytes; ErrNoFile where there is none.
	StatFile(ctx context.Context, id string) (File, error)
	// OpenFile returns a stored file; ErrNoFile where there is none. The caller closes it.
	OpenFile(ctx context.Context, id string) (File, io.ReadCloser, error)
}

// Errors of Files.
var (
	ErrTooLarge = errors.New("file is too large")
	ErrNoFile   = errors.New("no such file")
)

// Memory is what an adapter must remember across restarts and share among replicas,
// as streams of entries that are only appended to.
type AppendLog interface {
	// Append adds an entry and returns its position in the stream, from 1 without
	// gaps. A key that the stream has already changes nothing and returns the
	// position it has; an empty key is never the same as another.
	Append(ctx context.Context, stream, key string, body []byte) (int64, error)
	// Read returns at most limit entries after a position, in order.
	Read(ctx context.Context, stream string, after int64, limit int) ([]Entry, error)
}

// Entry is one entry of a stream of Memory.
type Entry struct {
	Position int64
	Key      string
	Body     []byte
}

// Journal makes events and posts survive: it is the part of the storage that the
// inbox and the delivery need.
type Journal interface {
	// Accept stores an event for good before the chat is told that it arrived.
	// It tells whether the key is new; a known key changes nothing.
	Accept(ctx context.Context, e StoredEvent) (fresh bool, err error)
	// Pending leases at most limit events that are not done and whose lease ran
	// out before now, oldest first, until the given time.
	LeaseEvents(ctx context.Context, now, until time.Time, limit int) ([]StoredEvent, error)
	// Renew leases events that are not done for longer, while they are being handled.
	RenewEvents(ctx context.Context, keys []string, until time.Time) error
	// Handled says that the effects of an event stand, and keeps what it must still be
	// answered with: from now on only the answer is repeated, never the effects.
	MarkHandled(ctx context.Context, key string, answer []byte) error
	// Done forgets the event's body and answer; its key is remembered.
	MarkDone(ctx context.Context, key string) error

	// Posted returns the chat's id of what was posted in a room under a key, "" for nothing.
	MessageID(ctx context.Context, room, key string) (id string, err error)
	// SetPosted remembers it, and the way back.
	SaveMessageID(ctx context.Context, room, key, id string) error
	// PostedKey is the way back: the key under which the message with the id was posted, "" for none.
	PostKey(ctx context.Context, room, id string) (key string, err error)
}

// Stored is an event as the journal keeps it.
type StoredEvent struct {
	Key         string
	OrderingKey string // events of one lane are handled one after the other
	Body        []byte // the event, as JSON
	// Answer is nil until the event is handled.
	Answer []byte
	At     time.Time // when it was accepted
	Until  time.Time // leased until; an event is accepted under a lease of whoever accepts it
}

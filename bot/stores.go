package bot

import (
	"context"
	"errors"
	"io"
	"time"
)

// Files stores attachments. They are never changed or deleted.
type Files interface {
	// SaveFile stores the bytes and returns the file with its id, size and hash. It
	// returns ErrTooLarge if the reader holds more than the store's limit.
	SaveFile(ctx context.Context, name, mediaType string, r io.Reader) (File, error)
	// StatFile describes a stored file without reading its bytes; ErrNoFile where there is none.
	StatFile(ctx context.Context, id string) (File, error)
	// OpenFile returns a stored file, which the caller closes, or ErrNoFile.
	OpenFile(ctx context.Context, id string) (File, io.ReadCloser, error)
}

// Errors of Files.
var (
	ErrTooLarge = errors.New("file is too large")
	ErrNoFile   = errors.New("no such file")
)

// AppendLog is what an adapter keeps across restarts and shares among replicas: streams
// of entries that are only appended to.
type AppendLog interface {
	// Append adds an entry and returns its position in the stream. Positions start at
	// 1 and have no gaps. If the stream already has the key, Append changes nothing
	// and returns the position of that entry. Empty keys are never equal.
	Append(ctx context.Context, stream, key string, body []byte) (int64, error)
	// Read returns at most limit entries after a position, in order.
	Read(ctx context.Context, stream string, after int64, limit int) ([]Entry, error)
}

// Entry is one entry of a stream of AppendLog.
type Entry struct {
	Position int64
	Key      string
	Body     []byte
}

// Journal keeps events and message ids across restarts: the part of the storage that the
// inbox and the outbox use.
type Journal interface {
	// Accept stores an event durably. It returns false if the key is a duplicate, and
	// then changes nothing.
	Accept(ctx context.Context, e StoredEvent) (fresh bool, err error)
	// LeaseEvents leases at most limit events until the given time and returns them,
	// oldest first: those that are not done and whose lease ended before now.
	LeaseEvents(ctx context.Context, now, until time.Time, limit int) ([]StoredEvent, error)
	// RenewEvents extends the leases of those of the events that are not done.
	RenewEvents(ctx context.Context, keys []string, until time.Time) error
	// MarkHandled records that the effects of an event are stored, together with the
	// posts that still answer it. After that a retry repeats the posts, never the effects.
	MarkHandled(ctx context.Context, key string, answer []byte) error
	// MarkDone deletes the event's body and answer. The key stays, to detect duplicates.
	MarkDone(ctx context.Context, key string) error

	// MessageID returns the chat's id of the message posted in a room under a key, "" if there is none.
	MessageID(ctx context.Context, room, key string) (id string, err error)
	// SaveMessageID stores the id of the message posted in a room under a key.
	SaveMessageID(ctx context.Context, room, key, id string) error
	// PostKey returns the key of the message with the id, "" if there is none.
	PostKey(ctx context.Context, room, id string) (key string, err error)
}

// StoredEvent is an event as the journal keeps it.
type StoredEvent struct {
	Key         string
	OrderingKey string // events with the same ordering key are handled one after the other
	Body        []byte // the Event, as JSON
	// Answer is the JSON of the posts that answer the event; nil until it is handled.
	Answer []byte
	At     time.Time // when it was accepted
	Until  time.Time // the end of its lease; the process that accepts an event leases it
}

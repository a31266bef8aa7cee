package bot

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
)

// Limits of the outbox.
const (
	sendTime      = 30 * time.Second // for one post, from the reading of the journal to the writing
	maxBacklog    = 20 * time.Second // a room with a longer queue refuses more posts for now
	maxInTurnWait = 3 * time.Second  // a post waits this long for its room at the head of the queue
	messageIDWait = 5 * time.Second  // for the id of a message that somebody replies to while it is sent
)

// Outbox sends posts to the chats, in order and at the pace of each room. Every room has
// its own queue and backoff, so a room that fails or is slow delays no other.
type Outbox struct {
	// Meter counts the calls to the chats. It is set before the first post.
	Meter Meter

	journal   Journal
	adapters  map[string]Adapter
	now       func() time.Time
	log       zerolog.Logger
	rooms     keyedQueue
	pacer     *pacer
	coalescer coalescer
	wake      chan struct{}
}

// NewOutbox returns an outbox over the given chats.
func NewOutbox(j Journal, adapters []Adapter, now func() time.Time, log zerolog.Logger) *Outbox {
	o := &Outbox{Meter: noMeter{}, journal: j, adapters: map[string]Adapter{}, now: now, log: log,
		pacer: newPacer(now), wake: make(chan struct{}, 1)}
	for _, a := range adapters {
		o.adapters[a.Name()] = a
	}
	return o
}

// Send makes a room show the post: it edits the message that was posted there under the
// post's key, or posts a new one. It returns when that is done, a *RetryError if the post
// has to be sent again later, and any other error if it never can be sent. If the context
// ends while the post is queued, Send returns a *RetryError at once and the post is not sent.
func (o *Outbox) Send(ctx context.Context, p Post) error {
	adapter, ok := o.adapters[p.Room.Chat()]
	if !ok {
		return fmt.Errorf("chat %q is not configured", p.Room.Chat())
	}
	if p.sequence == 0 {
		one := []Post{p}
		o.coalescer.register(one, o.coalescer.nextSequence())
		defer o.coalescer.release(one...)
		p = one[0]
	}
	room := p.Room.String()
	if wait := time.Duration(o.coalescer.backlog(room)) * adapter.Pace(); wait > maxBacklog {
		return &RetryError{After: wait, Err: errors.New("queue of the room is full")}
	}
	o.coalescer.enqueue(p)
	defer o.coalescer.dequeue(p)

	var claimed atomic.Bool // by the queue, which sends the post, or by the caller, who gives up
	result := make(chan error, 1)
	o.rooms.add(room, func() {
		if claimed.CompareAndSwap(false, true) {
			result <- o.sendInTurn(ctx, adapter, p)
		}
	})
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
	}
	if claimed.CompareAndSwap(false, true) {
		return &RetryError{Err: ctx.Err()}
	}
	return <-result // the post is being sent; that ends with the context too
}

// awaitIdle waits until the posts that are queued in a room now are sent and their ids stored.
func (o *Outbox) awaitIdle(ctx context.Context, room string) {
	if o.rooms.len(room) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, messageIDWait)
	defer cancel()
	idle := make(chan struct{})
	o.rooms.add(room, func() { close(idle) })
	select {
	case <-idle:
	case <-ctx.Done():
	}
}

// sendInTurn sends the post at the head of its room's queue. It repeats attempts that fail
// for a short time, so that the order of the room is kept.
func (o *Outbox) sendInTurn(ctx context.Context, adapter Adapter, p Post) error {
	for {
		attempt, cancel := context.WithTimeout(ctx, sendTime)
		err := o.upsert(attempt, adapter, p)
		cancel()
		var retry *RetryError
		if !errors.As(err, &retry) {
			return err
		}
		if errors.Is(ctx.Err(), context.Canceled) {
			return retry // the caller gave up, which says nothing about the room
		}
		after := retry.After
		if !errors.Is(err, errNotReady) {
			after = o.pacer.failed(p.Room.String(), err)
		}
		if after > maxInTurnWait || ctx.Err() != nil {
			return &RetryError{After: after, Err: retry.Err}
		}
	}
}

// errNotReady says that a room may not be written to yet, because of its pace or backoff.
var errNotReady = errors.New("room may not be written to yet")

// awaitPace waits for a room that may be written to soon, and refuses one that may not.
func (o *Outbox) awaitPace(ctx context.Context, room string) error {
	wait := o.pacer.wait(room)
	switch {
	case wait == 0:
		return nil
	case wait > maxInTurnWait:
		return &RetryError{After: wait, Err: errNotReady}
	}
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return &RetryError{Err: fmt.Errorf("%w: %w", errNotReady, ctx.Err())}
	}
}

// upsert edits the message that stands under the post's key, or posts it.
func (o *Outbox) upsert(ctx context.Context, adapter Adapter, p Post) error {
	room := p.Room.String()
	id, err := o.journal.MessageID(ctx, room, p.Key)
	if err != nil {
		return &RetryError{Err: err}
	}
	if o.redundant(p, id) {
		return nil // nothing is sent, so the room's pace does not start again
	}
	if err := o.awaitPace(ctx, room); err != nil {
		return err
	}
	if o.redundant(p, id) {
		return nil // superseded while it waited for the pace
	}
	out := Outgoing{Room: p.Room, Key: p.Key, Message: p.Message, EphemeralFor: p.EphemeralFor}
	if id != "" {
		err := o.call(adapter, room, func() error { return adapter.Edit(ctx, id, out) })
		if !errors.Is(err, ErrGone) {
			return err
		}
	}
	if p.Thread != "" {
		if out.Thread, err = o.journal.MessageID(ctx, room, p.Thread); err != nil {
			return &RetryError{Err: err}
		}
	}
	err = o.call(adapter, room, func() (err error) {
		id, err = adapter.Send(ctx, out)
		return err
	})
	if err != nil {
		return err
	}
	// The chat has the message: its id is stored even if the caller gives up now.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTime)
	defer cancel()
	if err := o.journal.SaveMessageID(ctx, room, p.Key, id); err != nil {
		return &RetryError{Err: err}
	}
	return nil
}

// redundant reports whether a post needs no call to the chat. The id is that of the
// message under its key, "" if there is none.
func (o *Outbox) redundant(p Post, id string) bool {
	if id == "" {
		return p.EditOnly
	}
	return p.EphemeralFor != "" || o.coalescer.superseded(p) // an ephemeral message is sent once
}

// call makes one call to a chat. If the chat took the message or refused it for good, the
// room's pace starts and its backoff ends.
func (o *Outbox) call(adapter Adapter, room string, f func() error) error {
	began := time.Now()
	err := f()
	o.Meter.Sent(adapter.Name(), time.Since(began), err)
	var retry *RetryError
	if !errors.As(err, &retry) {
		o.pacer.succeeded(room, adapter.Pace())
	}
	return err
}

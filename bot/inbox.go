package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// Handler answers an event. After a crash it may be called again for the same event, so
// its effects must be idempotent. A *UserError is shown to the person; every other error
// means that the event is to be tried again.
type Handler func(context.Context, Event) (Reply, error)

// Finder returns the options of a list that match what a person types, best first.
type Finder func(ctx context.Context, list, text string, limit int) ([]Option, error)

// Limits of the inbox.
const (
	eventLease  = 15 * time.Second // after it, an event of a dead process is handled by another; Run renews it
	attemptTime = 20 * time.Second // for one attempt
)

// Inbox handles each event once. An event is stored before the chat is told that it
// arrived; the events of one person are handled in order; and the posts that answer an
// event are stored together with the mark that its effects are. An event that a dead
// process left is resumed where it was.
type Inbox struct {
	// Find serves the fields of kind Search, in chats that ask for the options while a
	// person types. It changes nothing, so it needs no event.
	Find Finder
	// Meter counts the events. It is set before the first event.
	Meter Meter

	journal Journal
	handler Handler
	outbox  *Outbox
	texts   Texts
	now     func() time.Time
	log     zerolog.Logger

	handling  keyedQueue // by ordering key
	answering keyedQueue // by ordering key
	mu        sync.Mutex
	inFlight  map[string]*Answer // by event key
	closed    bool
}

// NewInbox returns an inbox that gives events to the handler and the posts of its replies
// to the outbox.
func NewInbox(j Journal, h Handler, o *Outbox, texts Texts, now func() time.Time, log zerolog.Logger) *Inbox {
	return &Inbox{Meter: noMeter{}, journal: j, handler: h, outbox: o, texts: texts, now: now, log: log, inFlight: map[string]*Answer{}}
}

// Accept stores an event. If it returns no error, the event will be handled, even if this
// process dies: only then may the chat be told that it arrived. For an event with Do the
// adapter calls Wait on the answer.
func (in *Inbox) Accept(ctx context.Context, e Event) (*Answer, error) {
	if e.Key == "" || e.From.ID == "" {
		return nil, errors.New("event without key or person")
	}
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	state := awaited
	if e.Do == "" {
		state = abandoned
	}
	// The caller's context ends with its request; Close ends this one.
	handling, cancel := context.WithCancel(context.WithoutCancel(ctx))
	a := newAnswer(state, cancel)
	if first := in.track(e.Key, a); first != a {
		cancel()
		return first.awaitStored(ctx)
	}

	now := in.now()
	stored := StoredEvent{Key: e.Key, OrderingKey: e.From.ID, Body: body, At: now, Until: now.Add(eventLease)}
	fresh, err := in.store(ctx, stored)
	if err != nil || !fresh {
		in.untrack(e.Key)
		if err != nil {
			a.err = fmt.Errorf("accept: %w", err)
		}
		a.resolve(Reply{}) // for those who share the answer: nothing happened
	} else {
		a.owned = true
		in.enqueue(handling, stored, e, a)
	}
	close(a.stored)
	return a.awaitStored(ctx)
}

// store writes an event to the journal. It does so even if the caller hangs up, so that
// the event is either stored or not.
func (in *Inbox) store(ctx context.Context, s StoredEvent) (fresh bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), attemptTime)
	defer cancel()
	began := time.Now()
	fresh, err = in.journal.Accept(ctx, s)
	in.Meter.Accepted(Chat(s.OrderingKey), time.Since(began), err)
	return fresh, err
}

// Close ends the retries and waits for the attempts that are running. The events that are
// not done stay in the journal.
func (in *Inbox) Close() {
	in.mu.Lock()
	in.closed = true
	for _, a := range in.inFlight {
		a.cancel()
	}
	in.mu.Unlock()
	in.Wait()
}

// Wait returns when no event that this process accepted or resumed is left to handle or answer.
func (in *Inbox) Wait() {
	in.handling.wait()
	in.answering.wait()
}

// track registers an event that this process works on. It returns the answer of the event
// that is registered under the key: a, or the one before it.
func (in *Inbox) track(key string, a *Answer) *Answer {
	in.mu.Lock()
	defer in.mu.Unlock()
	if earlier, ok := in.inFlight[key]; ok {
		return earlier
	}
	in.inFlight[key] = a
	if in.closed {
		a.cancel()
	}
	return a
}

func (in *Inbox) untrack(key string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.inFlight[key].cancel()
	delete(in.inFlight, key)
}

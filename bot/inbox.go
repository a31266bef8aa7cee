package bot

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// Handler is what people can do: it answers an event. After a crash it may be called
// again for the same event, so its effects must be idempotent. A *UserError is
// said to the person; every other error means that it could not be done now.
type Handler func(context.Context, Event) (Reply, error)

// How the inbox is patient.
const (
	lease      = 15 * time.Second // an event of a dead process is taken up after it; Run renews what is in hand
	handleTime = 20 * time.Second // one attempt
	panicTries = 3                // an event that breaks the handler is given up after them
	firstRetry = 200 * time.Millisecond
	lastRetry  = 30 * time.Second
)

// Inbox makes each event happen once: it is stored before the chat is told that it
// arrived, its effects are applied in the order of the person's acts, and what it is
// answered with is stored with the mark that they stand. Whatever dies in
// between is taken up where it was.
type Inbox struct {
	// Find serves the fields of kind Search in chats that ask for the options while one
	// types. It changes nothing, so nothing is stored.
	Find Finder
	// Meter counts, once it is set before the first event.
	Meter Meter

	journal Journal
	handle  Handler
	outbox  *Outbox
	now     func() time.Time
	log     zerolog.Logger

	handling  lanes
	answering lanes
	mu        sync.Mutex
	inFlight  map[string]*Answer
	stop      context.CancelFunc
	ctx       context.Context
}

// NewInbox returns an inbox whose events go to handle and whose answers go to delivery.
func NewInbox(j Journal, handle Handler, d *Outbox, now func() time.Time, log zerolog.Logger) *Inbox {
	in := &Inbox{Meter: silent{}, journal: j, handle: handle, outbox: d, now: now, log: log, inFlight: map[string]*Answer{}}
	in.ctx, in.stop = context.WithCancel(context.Background())
	return in
}

// Finder looks up the options of a list by what a person types, best first.
type Finder func(ctx context.Context, list, text string, limit int) ([]Option, error)

// Accept stores the event; when it returns nil the event will be handled, whatever
// dies. Only then may the chat be told that it arrived. For an event with Do the
// adapter calls Wait.
func (in *Inbox) Accept(ctx context.Context, e Event) (*Answer, error) {
	if e.Key == "" || e.From.ID == "" {
		return nil, errors.New("event without key or person")
	}
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	a := newAnswer()
	if e.Do == "" {
		a.state = nobody
	}
	in.mu.Lock()
	same, ok := in.inFlight[e.Key]
	if !ok {
		in.inFlight[e.Key] = a
	}
	in.mu.Unlock()
	if ok {
		return same.whenStored(ctx)
	}

	// Whoever delivers may hang up: the event is stored or not, never left in between.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handleTime)
	defer cancel()
	now := in.now()
	stored := StoredEvent{Key: e.Key, OrderingKey: e.From.ID, Body: body, At: now, Until: now.Add(lease)}
	began := time.Now()
	fresh, err := in.journal.Accept(ctx, stored)
	in.Meter.Accepted(Chat(e.From.ID), time.Since(began), err)
	if err != nil || !fresh {
		in.forget(e.Key)
		if err != nil {
			a.err = fmt.Errorf("accept: %w", err)
		}
		a.give(Reply{}) // whoever shares it: nothing new happened
	} else {
		a.taken = true
		in.take(stored, e, a)
	}
	close(a.stored)
	return a.whenStored(ctx)
}

// Close stops trying again and waits for what is being handled; what is left is in the journal.
func (in *Inbox) Close() {
	in.stop()
	in.Wait()
}

// Wait returns when nothing that was accepted here is left to handle or answer.
func (in *Inbox) Wait() {
	in.handling.wait()
	in.answering.wait()
}

// take puts an accepted event in its lane.
func (in *Inbox) take(s StoredEvent, e Event, a *Answer) {
	in.handling.run(s.OrderingKey, func() {
		posts := in.effects(s, e, a)
		if posts == nil {
			in.forget(s.Key) // given up at shutdown, or done
			return
		}
		in.answering.run(s.OrderingKey, func() {
			defer in.forget(s.Key)
			if in.answer(posts) {
				in.until("done", s.Key, func(ctx context.Context) error { return in.journal.MarkDone(ctx, s.Key) })
			}
		})
	})
}

// effects handles an event until it is handled and that is stored. It returns the
// posts to answer with; nil when there are none or the process ends.
func (in *Inbox) effects(s StoredEvent, e Event, a *Answer) []Post {
	var posts []Post
	if s.Answer != nil {
		if err := json.Unmarshal(s.Answer, &posts); err != nil {
			in.log.Error().Str("event", s.Key).Err(err).Msg("inbox: stored answer cannot be read")
		}
		in.outbox.newest.wait(posts, oldest)
		return posts
	}
	began := time.Now()
	var reply Reply
	note := ""
	if c, ok := in.outbox.adapters[Chat(e.From.ID)].(Enricher); ok && !in.until("complete", s.Key, func(ctx context.Context) (err error) {
		note, err = c.Enrich(ctx, &e)
		return err
	}) {
		return nil
	}
	panics := 0
	if !in.until("handle", s.Key, func(ctx context.Context) error {
		var err error
		reply, err = in.attempt(ctx, e)
		var broken *brokenError
		if errors.As(err, &broken) {
			if panics++; panics < panicTries {
				return err
			}
			ref := reference()
			in.log.Error().Str("event", s.Key).Str("ref", ref).Str("stack", broken.stack).Msg("inbox: event given up")
			reply, err = Reply{Notice: "Algo falló de nuestro lado y no pudimos atender su mensaje. Inténtelo de nuevo; si sigue fallando, dé a la Mesa de ayuda la referencia " + ref + "."}, nil
		}
		return err
	}) {
		return nil
	}
	took := time.Since(began)
	in.Meter.Handled(Chat(e.From.ID), took)
	in.log.Debug().Str("event", s.Key).Dur("took", took).Msg("inbox: handled")
	if note != "" {
		reply.Notice = strings.TrimSpace(note + " " + reply.Notice)
	}
	place := in.outbox.newest.next()
	in.outbox.newest.wait(reply.Posts, place)
	if !a.give(reply) {
		late := unheard(e, reply)
		in.outbox.newest.wait(late, place)
		reply.Posts = append(reply.Posts, late...)
	}
	stored, err := json.Marshal(reply.Posts)
	if err != nil {
		in.log.Error().Str("event", s.Key).Err(err).Msg("inbox: answer cannot be stored")
	}
	if len(reply.Posts) == 0 {
		in.until("done", s.Key, func(ctx context.Context) error { return in.journal.MarkDone(ctx, s.Key) })
		return nil
	}
	if !in.until("handled", s.Key, func(ctx context.Context) error { return in.journal.MarkHandled(ctx, s.Key, stored) }) {
		return nil
	}
	return reply.Posts
}

// attempt calls the handler once.
func (in *Inbox) attempt(ctx context.Context, e Event) (reply Reply, err error) {
	defer func() {
		if p := recover(); p != nil {
			// The value may hold words of people: only its type and the stack are kept.
			err = &brokenError{kind: fmt.Sprintf("%T", p), stack: string(debug.Stack())}
		}
	}()
	for id, key := range map[string]*string{e.Thread: &e.ThreadKey, e.Message: &e.MessageKey} {
		if id == "" {
			continue
		}
		if *key, err = in.journal.PostKey(ctx, e.Room.String(), id); *key == "" && err == nil {
			// People see a message before the chat has told us its id.
			in.outbox.awaitIdle(ctx, e.Room.String())
			*key, err = in.journal.PostKey(ctx, e.Room.String(), id)
		}
		if err != nil {
			return Reply{}, err
		}
	}
	reply, err = in.handle(ctx, e)
	var said *UserError
	switch {
	case err == nil || !errors.As(err, &said):
	case e.Form && said.Field != "":
		reply, err = Reply{Reject: map[string]string{said.Field: said.Text}}, nil
	default:
		reply.Notice, err = said.Text, nil
	}
	return reply, err
}

type brokenError struct{ kind, stack string }

func (e *brokenError) Error() string { return "handler broke: " + e.kind }

// answer shows the posts until they are shown or refused for good; false when the
// process ends first.
func (in *Inbox) answer(posts []Post) bool {
	defer in.outbox.newest.done(posts...)
	for _, p := range posts {
		if !in.until("answer", p.Key, func(ctx context.Context) error {
			err := in.outbox.Send(ctx, p)
			var again *RetryError
			if err != nil && !errors.As(err, &again) {
				in.log.Warn().Str("post", p.Key).Str("chat", p.Room.Chat()).Err(err).Msg("inbox: answer refused")
				return nil
			}
			return err
		}) {
			return false
		}
	}
	return true
}

// until tries again, ever more slowly, until it works (true) or the inbox is closed.
func (in *Inbox) until(what, key string, try func(context.Context) error) bool {
	wait := firstRetry
	for {
		ctx, cancel := context.WithTimeout(in.ctx, handleTime)
		err := try(ctx)
		cancel()
		if err == nil {
			return true
		}
		if in.ctx.Err() != nil {
			return false
		}
		in.log.Warn().Str("key", key).Str("step", what).Dur("again", wait).Err(err).Msg("inbox: not now")
		after := wait
		var again *RetryError
		if errors.As(err, &again) && again.After > after {
			after = again.After
		}
		select {
		case <-in.ctx.Done():
			return false
		case <-time.After(after):
		}
		wait = min(2*wait, lastRetry)
	}
}

func (in *Inbox) forget(key string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	delete(in.inFlight, key)
}

// reference is what a person can tell us to find the log line.
func reference() string { return rand.Text()[:6] }

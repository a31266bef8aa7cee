package bot

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"
)

// maxPanics is after how many panics of the handler an event is given up.
const maxPanics = 3

// enqueue handles and answers an event after the earlier ones with its ordering key. The
// next event is handled while this one is answered.
func (in *Inbox) enqueue(ctx context.Context, s StoredEvent, e Event, a *Answer) {
	in.handling.add(s.OrderingKey, func() {
		posts := in.process(ctx, s, e, a)
		if posts == nil {
			in.untrack(s.Key)
			return
		}
		in.answering.add(s.OrderingKey, func() {
			defer in.untrack(s.Key)
			if in.sendAnswer(ctx, s.Key, posts) {
				in.markDone(ctx, s.Key)
			}
		})
	})
}

// process handles an event and stores that it is handled. It returns the posts that answer
// it; nil if there are none, or if the context ended first.
func (in *Inbox) process(ctx context.Context, s StoredEvent, e Event, a *Answer) []Post {
	if s.Answer != nil {
		return in.storedAnswer(s)
	}
	began := time.Now()
	note, ok := in.enrich(ctx, s.Key, &e)
	if !ok {
		return nil
	}
	reply, ok := in.handle(ctx, s.Key, e)
	if !ok {
		return nil
	}
	took := time.Since(began)
	in.Meter.Handled(Chat(e.From.ID), took)
	in.log.Debug().Str("event", s.Key).Dur("took", took).Msg("event handled")
	if note != "" {
		reply.Notice = strings.TrimSpace(note + " " + reply.Notice)
	}
	posts := in.resolve(e, reply, a)
	if len(posts) == 0 {
		in.markDone(ctx, s.Key)
		return nil
	}
	answer, err := json.Marshal(posts)
	if err != nil {
		in.log.Error().Str("event", s.Key).Err(err).Msg("answer cannot be encoded, a restart loses it")
	}
	if !in.retry(ctx, "mark handled", s.Key, func(ctx context.Context) error { return in.journal.MarkHandled(ctx, s.Key, answer) }) {
		in.outbox.coalescer.release(posts...)
		return nil
	}
	return posts
}

// storedAnswer returns the posts of an event that an earlier process handled.
func (in *Inbox) storedAnswer(s StoredEvent) []Post {
	var posts []Post
	if err := json.Unmarshal(s.Answer, &posts); err != nil {
		in.log.Error().Str("event", s.Key).Err(err).Msg("stored answer cannot be decoded, retrying when the lease ends")
	}
	in.outbox.coalescer.register(posts, recoveredSequence)
	return posts
}

// enrich fetches what the chat did not send with the event.
func (in *Inbox) enrich(ctx context.Context, key string, e *Event) (note string, ok bool) {
	enricher, is := in.outbox.adapters[Chat(e.From.ID)].(Enricher)
	if !is {
		return "", true
	}
	ok = in.retry(ctx, "enrich", key, func(ctx context.Context) (err error) {
		note, err = enricher.Enrich(ctx, e)
		return err
	})
	return note, ok
}

// handle calls the handler until it succeeds; false if the context ended first.
func (in *Inbox) handle(ctx context.Context, key string, e Event) (reply Reply, ok bool) {
	panics := 0
	ok = in.retry(ctx, "handle", key, func(ctx context.Context) (err error) {
		reply, err = in.attempt(ctx, e)
		var panicked *panicError
		if errors.As(err, &panicked) {
			if panics++; panics == maxPanics {
				reply, err = in.giveUp(key, panicked), nil
			}
		}
		return err
	})
	return reply, ok
}

// giveUp logs the cause under a reference, and returns the reply that tells the person.
func (in *Inbox) giveUp(key string, cause *panicError) Reply {
	reference := rand.Text()[:6]
	in.log.Error().Str("event", key).Str("ref", reference).Str("stack", cause.stack).Msg("event handler panicked repeatedly, giving the event up")
	return Reply{Notice: in.texts.eventFailed(reference)}
}

// attempt calls the handler once.
func (in *Inbox) attempt(ctx context.Context, e Event) (reply Reply, err error) {
	defer recoverPanic(&err)
	if e.ThreadKey, err = in.postKey(ctx, e.Room, e.Thread); err != nil {
		return Reply{}, err
	}
	if e.MessageKey, err = in.postKey(ctx, e.Room, e.Message); err != nil {
		return Reply{}, err
	}
	reply, err = in.handler(ctx, e)
	var user *UserError
	switch {
	case !errors.As(err, &user):
	case e.Form && user.Field != "":
		reply, err = Reply{Reject: map[string]string{user.Field: user.Text}}, nil
	default:
		reply.Notice, err = user.Text, nil
	}
	return reply, err
}

// postKey returns the key of the bot's message with that id, "" if there is none.
func (in *Inbox) postKey(ctx context.Context, room Room, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	key, err := in.journal.PostKey(ctx, room.String(), id)
	if key != "" || err != nil {
		return key, err
	}
	// People can reply to a message before the chat has returned its id to us.
	in.outbox.awaitIdle(ctx, room.String())
	return in.journal.PostKey(ctx, room.String(), id)
}

// panicError is a panic that was recovered. The value may hold what people wrote: only its
// type and the stack are kept.
type panicError struct{ kind, stack string }

func (e *panicError) Error() string { return "panic: " + e.kind }

// recoverPanic turns a panic of the function that defers it into its error.
func recoverPanic(err *error) {
	if p := recover(); p != nil {
		*err = &panicError{kind: fmt.Sprintf("%T", p), stack: string(debug.Stack())}
	}
}

// resolve gives the reply to the adapter that waits for it, and returns the posts to send.
func (in *Inbox) resolve(e Event, reply Reply, a *Answer) []Post {
	posts := reply.Posts
	sequence := in.outbox.coalescer.nextSequence()
	in.outbox.coalescer.register(posts, sequence)
	if !a.resolve(reply) {
		late := latePosts(e, reply, in.texts)
		in.outbox.coalescer.register(late, sequence)
		posts = append(posts, late...)
	}
	return posts
}

// sendAnswer sends posts until each of them is sent or refused for good; false if the
// context ended first.
func (in *Inbox) sendAnswer(ctx context.Context, key string, posts []Post) bool {
	defer in.outbox.coalescer.release(posts...)
	for _, p := range posts {
		if !in.retry(ctx, "answer", key, func(ctx context.Context) error { return in.sendPost(ctx, key, p) }) {
			return false
		}
	}
	return true
}

// sendPost sends one post of an answer. It returns only errors that may pass.
func (in *Inbox) sendPost(ctx context.Context, key string, p Post) error {
	err := in.outbox.Send(ctx, p)
	var retry *RetryError
	if err == nil || errors.As(err, &retry) {
		return err
	}
	in.log.Warn().Str("event", key).Str("post", p.Key).Str("chat", p.Room.Chat()).Err(err).Msg("chat refused an answer, giving it up")
	return nil
}

func (in *Inbox) markDone(ctx context.Context, key string) {
	in.retry(ctx, "mark done", key, func(ctx context.Context) error { return in.journal.MarkDone(ctx, key) })
}

// retry repeats one step of an event until it succeeds; false if the context ended first.
func (in *Inbox) retry(ctx context.Context, step, key string, attempt func(context.Context) error) bool {
	if ctx.Err() != nil {
		return false
	}
	err := eventRetries.do(ctx, func() error {
		ctx, cancel := context.WithTimeout(ctx, attemptTime)
		defer cancel()
		return attempt(ctx)
	}, func(err error, wait time.Duration) {
		in.log.Warn().Str("event", key).Str("step", step).Dur("retry_in", wait).Err(err).Msg("event attempt failed, retrying")
	})
	return err == nil
}

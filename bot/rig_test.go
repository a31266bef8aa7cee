package bot_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"helptic/bot"
	"helptic/bot/bottest"
	"helptic/storage/sqlite"
)

var texts = bot.Texts{EventFailed: "Eso falló. Dé la referencia {reference}.", FormLate: "Ya es tarde. Pulse el botón otra vez."}

// rig is an inbox and an outbox over a chat and a database.
type rig struct {
	store  *sqlite.Store
	chat   *bottest.Chat
	outbox *bot.Outbox
	inbox  *bot.Inbox
	log    *strings.Builder
}

func newRig(t *testing.T, handle bot.Handler) *rig {
	chat := &bottest.Chat{}
	return newRigOf(t, chat, chat, handle)
}

// newRigOf returns a rig whose adapter wraps the chat.
func newRigOf(t *testing.T, chat *bottest.Chat, adapter bot.Adapter, handle bot.Handler) *rig {
	t.Helper()
	store, err := sqlite.Open(t.Context(), t.TempDir(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{store: store, chat: chat, log: &strings.Builder{}}
	r.outbox = bot.NewOutbox(store, []bot.Adapter{adapter}, time.Now, r.logger())
	r.inbox = r.newInbox(store, handle)
	t.Cleanup(func() {
		r.inbox.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *rig) logger() zerolog.Logger { return zerolog.New(zerolog.SyncWriter(r.log)) }

// newInbox returns another inbox over the rig's outbox.
func (r *rig) newInbox(j bot.Journal, handle bot.Handler) *bot.Inbox {
	return bot.NewInbox(j, handle, r.outbox, texts, time.Now, r.logger())
}

// accept gives an event to the inbox.
func (r *rig) accept(t *testing.T, e bot.Event) *bot.Answer {
	t.Helper()
	a, err := r.inbox.Accept(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// leaveEvent stores an event as a process that dies leaves it, leased until the given time.
func (r *rig) leaveEvent(t *testing.T, e bot.Event, until time.Time) {
	t.Helper()
	_, err := r.store.Accept(t.Context(), bot.StoredEvent{Key: e.Key, OrderingKey: e.From.ID, Body: encode(t, e), At: time.Now(), Until: until})
	if err != nil {
		t.Fatal(err)
	}
}

// send sends a post, which must succeed.
func (r *rig) send(t *testing.T, p bot.Post) {
	t.Helper()
	if err := r.outbox.Send(t.Context(), p); err != nil {
		t.Error(err)
	}
}

// changes returns the texts that were posted or edited since the last call.
func (r *rig) changes() (texts []string) {
	for _, c := range r.chat.Changes() {
		texts = append(texts, c.Message.Text)
	}
	return texts
}

// shown returns the texts of the direct messages with a person.
func (r *rig) shown(person string) (texts []string) {
	for _, m := range r.chat.Room("chat:" + person) {
		texts = append(texts, m.Message.Text)
	}
	return texts
}

// block makes the next call to the chat last until release is called.
func (r *rig) block() (release func()) {
	released := make(chan struct{})
	first := true
	r.chat.Fail(func(bot.Outgoing) error {
		if first {
			first = false
			<-released
		}
		return nil
	})
	return func() { close(released) }
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func event(key, person, text string) bot.Event {
	return bot.Event{Key: key, From: bot.Person{ID: "chat:" + person}, Room: bot.Direct("chat:" + person), Text: text}
}

func post(person, key, text string) bot.Post {
	return bot.Post{Room: bot.Direct("chat:" + person), Key: key, Message: bot.Message{Text: text}}
}

// reply answers an event with one post.
func reply(e bot.Event, text string) bot.Reply {
	return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "answer/" + e.Key, Message: bot.Message{Text: text}}}}
}

// ignore is a handler that does nothing.
func ignore(context.Context, bot.Event) (bot.Reply, error) { return bot.Reply{}, nil }

// paced is a chat that takes one message a second in each room.
type paced struct{ *bottest.Chat }

func (paced) Pace() time.Duration { return time.Second }

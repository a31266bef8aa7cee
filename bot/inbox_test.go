package bot_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"helptic/bot"
	"helptic/bot/bottest"
	"helptic/storage/sqlite"
)

// rig is an inbox with a chat and a database.
type rig struct {
	store    *sqlite.Store
	chat     *bottest.Chat
	delivery *bot.Outbox
	inbox    *bot.Inbox
	log      *strings.Builder
}

func newRig(t *testing.T, handle bot.Handler) *rig {
	t.Helper()
	store, err := sqlite.Open(t.Context(), t.TempDir(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{store: store, chat: &bottest.Chat{}, log: &strings.Builder{}}
	log := zerolog.New(zerolog.SyncWriter(r.log))
	r.delivery = bot.NewOutbox(store, []bot.Adapter{r.chat}, time.Now, log)
	r.inbox = bot.NewInbox(store, handle, r.delivery, texts, time.Now, log)
	t.Cleanup(func() {
		r.inbox.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func event(key, person, text string) bot.Event {
	return bot.Event{Key: key, From: bot.Person{ID: "chat:" + person}, Room: bot.Direct("chat:" + person), Text: text}
}

func say(e bot.Event, text string) bot.Reply {
	return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "answer/" + e.Key, Message: bot.Message{Text: text}}}}
}

func TestSameEventIsHandledOnce(t *testing.T) {
	var handled atomic.Int64
	r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
		handled.Add(1)
		return say(e, "hola"), nil
	})
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			if _, err := r.inbox.Accept(t.Context(), event("e1", "usuario", "hola")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	r.inbox.Wait()
	if _, err := r.inbox.Accept(t.Context(), event("e1", "usuario", "hola")); err != nil {
		t.Fatal(err)
	}
	r.inbox.Wait()
	if n := handled.Load(); n != 1 {
		t.Errorf("handled %d times", n)
	}
	if n := len(r.chat.Room("chat:usuario")); n != 1 {
		t.Errorf("%d answers", n)
	}
}

func TestEventsOfOnePersonAreHandledInOrder(t *testing.T) {
	var mu sync.Mutex
	order := map[string][]string{}
	r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
		mu.Lock()
		defer mu.Unlock()
		order[e.From.ID] = append(order[e.From.ID], e.Text)
		return bot.Reply{}, nil
	})
	for i := range 50 {
		for _, who := range []string{"usuario", "agente"} {
			if _, err := r.inbox.Accept(t.Context(), event(fmt.Sprint(who, i), who, fmt.Sprint(i))); err != nil {
				t.Fatal(err)
			}
		}
	}
	r.inbox.Wait()
	for who, texts := range order {
		for i, text := range texts {
			if text != fmt.Sprint(i) {
				t.Fatalf("%s: %v", who, texts)
			}
		}
	}
}

// What a dead process left is taken up where it was: an event without effects is
// handled, one whose effects stand is only answered.
func TestRecovery(t *testing.T) {
	var handled []string
	r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
		handled = append(handled, e.Key)
		return say(e, "respuesta a "+e.Key), nil
	})
	long := time.Now().Add(-time.Hour)
	for _, key := range []string{"accepted", "handled", "done"} {
		body, err := json.Marshal(event(key, "usuario", key))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.store.Accept(t.Context(), bot.StoredEvent{Key: key, OrderingKey: "chat:usuario", Body: body, At: long, Until: long}); err != nil {
			t.Fatal(err)
		}
	}
	answer, err := json.Marshal(say(event("handled", "usuario", ""), "lo que se iba a decir").Posts)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.store.MarkHandled(t.Context(), "handled", answer), r.store.MarkDone(t.Context(), "done")); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second finds nothing
		if err := r.inbox.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.inbox.Wait()
	}
	if fmt.Sprint(handled) != "[accepted]" {
		t.Errorf("handled %v", handled)
	}
	var said []string
	for _, m := range r.chat.Room("chat:usuario") {
		said = append(said, m.Message.Text)
	}
	if want := "[respuesta a accepted lo que se iba a decir]"; fmt.Sprint(said) != want {
		t.Errorf("said %v, want %v", said, want)
	}
}

// held is a journal that keeps one delivery waiting.
type held struct {
	*sqlite.Store
	hold chan struct{}
}

func (h held) Accept(ctx context.Context, e bot.StoredEvent) (bool, error) {
	<-h.hold
	return h.Store.Accept(ctx, e)
}

// A process starts and takes up what a dead one left while the chat delivers it again.
func TestTakenUpWhileDeliveredAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handled := 0
		r := newRig(t, nil)
		e := event("e1", "usuario", "hola")
		body, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.store.Accept(t.Context(), bot.StoredEvent{Key: e.Key, OrderingKey: e.From.ID, Body: body, At: time.Now(), Until: time.Now().Add(-time.Second)}); err != nil {
			t.Fatal(err)
		}
		journal := held{r.store, make(chan struct{})}
		inbox := bot.NewInbox(journal, func(context.Context, bot.Event) (bot.Reply, error) {
			handled++
			return bot.Reply{}, nil
		}, r.delivery, texts, time.Now, zerolog.Nop())
		defer inbox.Close()
		var both sync.WaitGroup
		both.Go(func() {
			if _, err := inbox.Accept(t.Context(), e); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		both.Go(func() {
			if err := inbox.Recover(t.Context()); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		close(journal.hold)
		both.Wait()
		inbox.Wait()
		if handled != 1 {
			t.Errorf("handled %d times", handled)
		}
	})
}

// A failure is tried again until it works, and the person's later events wait for it.
func TestFailureIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		var order []string
		r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
			if e.Key == "first" {
				if tries++; tries < 5 {
					return bot.Reply{}, errors.New("database is away")
				}
			}
			order = append(order, e.Key)
			return bot.Reply{}, nil
		})
		for _, key := range []string{"first", "second"} {
			if _, err := r.inbox.Accept(t.Context(), event(key, "usuario", "hola")); err != nil {
				t.Fatal(err)
			}
		}
		r.inbox.Wait()
		if tries != 5 || fmt.Sprint(order) != "[first second]" {
			t.Errorf("%d tries, order %v", tries, order)
		}
	})
}

// An event that breaks the handler is given up with a reference, and no word of it is logged.
func TestBrokenHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) { panic("secreto: " + e.Text) })
		if _, err := r.inbox.Accept(t.Context(), event("e1", "usuario", "mi clave es 123")); err != nil {
			t.Fatal(err)
		}
		r.inbox.Wait()
		said := r.chat.Room("chat:usuario")
		if len(said) != 1 || !strings.Contains(said[0].Message.Text, "referencia") {
			t.Fatalf("said %+v", said)
		}
		words := strings.Fields(said[0].Message.Text)
		ref := strings.Trim(words[len(words)-1], ".")
		if !strings.Contains(r.log.String(), ref) || strings.Contains(r.log.String(), "clave") || strings.Contains(r.log.String(), "secreto") {
			t.Errorf("log: %s", r.log)
		}
	})
}

func TestErrorsOfPeople(t *testing.T) {
	r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
		return bot.Reply{}, &bot.UserError{Field: "reason", Text: "Falta el motivo."}
	})
	pressed := event("pressed", "usuario", "")
	pressed.Do = "close 1"
	form := event("form", "usuario", "")
	form.Do, form.Form = "close 1", true
	for _, e := range []bot.Event{pressed, form} {
		a, err := r.inbox.Accept(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		reply, ok := a.Wait(t.Context())
		if !ok || e.Form != (reply.Reject["reason"] != "") || e.Form == (reply.Notice != "") {
			t.Errorf("%s: %v %+v", e.Key, ok, reply)
		}
	}
	r.inbox.Wait()
	if said := r.chat.Room("chat:usuario"); len(said) != 0 {
		t.Errorf("what was answered inside the request was said again: %+v", said)
	}
}

// A form that can no longer be opened inside the request is spoken of, to that person alone.
func TestNobodyWaits(t *testing.T) {
	release := make(chan struct{})
	r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
		<-release
		return bot.Reply{Open: &bot.Form{Title: "Cerrar", Do: e.Do}}, nil
	})
	e := event("e1", "usuario", "")
	e.Room, e.Do = bot.Channel("chat:mesa"), "close 1"
	a, err := r.inbox.Accept(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	late, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok := a.Wait(late); ok {
		t.Fatal("there was an answer")
	}
	close(release)
	r.inbox.Wait()
	said := r.chat.Room("chat:mesa")
	if len(said) != 1 || said[0].EphemeralFor != "chat:usuario" || !strings.Contains(said[0].Message.Text, "otra vez") {
		t.Errorf("said %+v", said)
	}
}

func TestAcceptRefuses(t *testing.T) {
	r := newRig(t, func(context.Context, bot.Event) (bot.Reply, error) { return bot.Reply{}, nil })
	for _, e := range []bot.Event{{}, event("", "usuario", "x"), {Key: "x"}} {
		if _, err := r.inbox.Accept(t.Context(), e); err == nil {
			t.Errorf("%+v was accepted", e)
		}
	}
	if err := r.store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.inbox.Accept(t.Context(), event("e1", "usuario", "x")); err == nil {
		t.Error("an event was accepted that could not be stored")
	}
}

var texts = bot.Texts{EventFailed: "Eso falló. Dé la referencia {reference}.", FormLate: "Ya es tarde. Pulse el botón otra vez."}

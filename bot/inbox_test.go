package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"helptic/bot"
)

func TestDuplicateEventIsHandledOnce(t *testing.T) {
	var handled atomic.Int64
	r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
		handled.Add(1)
		return reply(e, "hola"), nil
	})
	var deliveries sync.WaitGroup
	for range 32 {
		deliveries.Go(func() {
			if _, err := r.inbox.Accept(t.Context(), event("e1", "usuario", "hola")); err != nil {
				t.Error(err)
			}
		})
	}
	deliveries.Wait()
	r.inbox.Wait()
	if a := r.accept(t, event("e1", "usuario", "hola")); !a.Duplicate() {
		t.Error("an event that is done is no duplicate")
	}
	r.inbox.Wait()
	if n := handled.Load(); n != 1 {
		t.Errorf("handled %d times", n)
	}
	if got := r.shown("usuario"); !slices.Equal(got, []string{"hola"}) {
		t.Errorf("shown %q", got)
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
		for _, person := range []string{"usuario", "agente"} {
			r.accept(t, event(fmt.Sprint(person, i), person, fmt.Sprint(i)))
		}
	}
	r.inbox.Wait()
	for person, texts := range order {
		for i, text := range texts {
			if text != fmt.Sprint(i) {
				t.Fatalf("%s: %v", person, texts)
			}
		}
	}
}

func TestFailedEventIsRetriedBeforeTheNextOfThePerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		var order []string
		r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
			if e.Key == "first" {
				if attempts++; attempts < 5 {
					return bot.Reply{}, errors.New("database is away")
				}
			}
			order = append(order, e.Key)
			return bot.Reply{}, nil
		})
		for _, key := range []string{"first", "second"} {
			r.accept(t, event(key, "usuario", "hola"))
		}
		r.inbox.Wait()
		if attempts != 5 || !slices.Equal(order, []string{"first", "second"}) {
			t.Errorf("%d attempts, order %v", attempts, order)
		}
		if n := strings.Count(r.log.String(), `"step":"handle","retry_in"`); n != 4 || !strings.Contains(r.log.String(), "event attempt failed, retrying") {
			t.Errorf("%d of 4 failures logged: %s", n, r.log)
		}
	})
}

func TestEventThatPanicsIsGivenUpWithAReference(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) { panic("secreto: " + e.Text) })
		r.accept(t, event("e1", "usuario", "mi clave es 123"))
		r.inbox.Wait()
		shown := r.shown("usuario")
		if len(shown) != 1 || !strings.HasPrefix(shown[0], "Eso falló. Dé la referencia ") {
			t.Fatalf("shown %q", shown)
		}
		fields := strings.Fields(shown[0])
		reference := strings.Trim(fields[len(fields)-1], ".")
		if log := r.log.String(); !strings.Contains(log, reference) {
			t.Errorf("the reference %q is not in the log: %s", reference, log)
		}
		if log := r.log.String(); strings.Contains(log, "clave") || strings.Contains(log, "secreto") {
			t.Errorf("the log holds what the person wrote: %s", log)
		}
	})
}

func TestUserErrorIsANoticeOrRejectsTheForm(t *testing.T) {
	r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
		return bot.Reply{}, &bot.UserError{Field: "reason", Text: "Falta el motivo."}
	})
	pressed := event("pressed", "usuario", "")
	pressed.Do = "close 1"
	form := event("form", "usuario", "")
	form.Do, form.Form = "close 1", true
	for _, e := range []bot.Event{pressed, form} {
		reply, ok := r.accept(t, e).Wait(t.Context())
		if !ok || e.Form != (reply.Reject["reason"] != "") || e.Form == (reply.Notice != "") {
			t.Errorf("%s: %v %+v", e.Key, ok, reply)
		}
	}
	r.inbox.Wait()
	if shown := r.shown("usuario"); len(shown) != 0 {
		t.Errorf("what the request was answered with was posted too: %q", shown)
	}
}

func TestFormThatNobodyWaitsForBecomesAnEphemeralPost(t *testing.T) {
	release := make(chan struct{})
	r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
		<-release
		return bot.Reply{Open: &bot.Form{Title: "Cerrar", Do: e.Do}}, nil
	})
	e := event("e1", "usuario", "")
	e.Room, e.Do = bot.Channel("chat:mesa"), "close 1"
	a := r.accept(t, e)
	late, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok := a.Wait(late); ok {
		t.Fatal("there was a reply")
	}
	close(release)
	r.inbox.Wait()
	shown := r.chat.Room("chat:mesa")
	if len(shown) != 1 || shown[0].EphemeralFor != "chat:usuario" || shown[0].Message.Text != texts.FormLate {
		t.Errorf("shown %+v", shown)
	}
}

func TestEventThatCannotBeStoredIsNotAccepted(t *testing.T) {
	r := newRig(t, ignore)
	for _, e := range []bot.Event{{}, event("", "usuario", "x"), {Key: "x"}} {
		if _, err := r.inbox.Accept(t.Context(), e); err == nil {
			t.Errorf("accepted %+v", e)
		}
	}
	if err := r.store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.inbox.Accept(t.Context(), event("e1", "usuario", "x")); err == nil {
		t.Error("accepted without a database")
	}
}

// The request in which a chat delivers an event ends long before the event is done.
func TestEventIsHandledAfterItsRequestEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan struct{})
		var err error
		r := newRig(t, func(ctx context.Context, e bot.Event) (bot.Reply, error) {
			<-ended
			err = ctx.Err()
			return reply(e, "hola"), nil
		})
		request, end := context.WithCancel(t.Context())
		if _, err := r.inbox.Accept(request, event("e1", "usuario", "hola")); err != nil {
			t.Fatal(err)
		}
		end()
		close(ended)
		r.inbox.Wait()
		if shown := r.shown("usuario"); err != nil || len(shown) != 1 {
			t.Errorf("handled with %v, shown %q", err, shown)
		}
	})
}

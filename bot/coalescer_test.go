package bot_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"helptic/bot"
)

// held is a chat whose first edit takes until it is released.
func (r *rig) held() (release func()) {
	until := make(chan struct{})
	first := true
	r.chat.Fail(func(bot.Outgoing) error {
		if first {
			first = false
			<-until
		}
		return nil
	})
	return func() { close(until) }
}

// changes are the texts that a room has shown since the last time.
func (r *rig) changes() (texts []string) {
	for _, c := range r.chat.Changes() {
		texts = append(texts, c.Message.Text)
	}
	return texts
}

// Ten changes of one message that wait for their turn are one edit, to the last of them.
func TestEditsThatWaitAreOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nothing)
		show := func(text string) {
			if err := r.delivery.Send(t.Context(), post("usuario", "card", text)); err != nil {
				t.Error(err)
			}
		}
		show("nueva")
		release := r.held()
		for n := range 10 {
			go show(fmt.Sprint("cambio ", n))
			synctest.Wait()
		}
		go func() { // another message is none of its business
			if err := r.delivery.Send(t.Context(), post("usuario", "otro", "otro")); err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		release()
		synctest.Wait()
		if said := r.changes(); !slices.Equal(said, []string{"nueva", "cambio 0", "cambio 9", "otro"}) {
			t.Errorf("said %q", said)
		}
	})
}

// Somebody who answers faster than the room may be written to: what they are owed in the end
// comes before the answers to what they said on the way, and stays.
func TestCardDoesNotFallBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
			return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "card", Message: bot.Message{Text: "paso " + e.Text}}}}, nil
		})
		says := func(text string) {
			a, err := r.inbox.Accept(t.Context(), event(text, "usuario", text))
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := a.Wait(t.Context()); !ok {
				t.Fatal("not handled")
			}
		}
		says("1")
		r.inbox.Wait()
		release := r.held()
		for _, text := range []string{"2", "3", "4"} {
			says(text)
		}
		var d debts
		d.owe(post("usuario", "card", "registrada"))
		go func() {
			if _, err := r.delivery.Drain(t.Context(), &d); err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		release()
		r.inbox.Wait()
		synctest.Wait()
		if said := r.changes(); said[len(said)-1] != "registrada" || len(said) > 3 {
			t.Errorf("said %q", said)
		}
	})
}

// What another process meant to show of a card, when it died, is shown by the one that showed it before.
func TestCardOfADeadProcessGoesOn(t *testing.T) {
	r := newRig(t, nothing)
	e := event("k", "usuario", "")
	for _, text := range []string{"paso 1", "paso 2"} {
		if err := r.delivery.Send(t.Context(), post("usuario", "card", text)); err != nil {
			t.Fatal(err)
		}
	}
	body, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := json.Marshal([]bot.Post{post("usuario", "card", "paso 3")})
	if err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-time.Hour)
	if _, err := r.store.Accept(t.Context(), bot.StoredEvent{Key: e.Key, OrderingKey: e.From.ID, Body: body, At: long, Until: long}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.store.MarkHandled(t.Context(), e.Key, answer), r.inbox.Recover(t.Context())); err != nil {
		t.Fatal(err)
	}
	r.inbox.Wait()
	if said := r.chat.Room("chat:usuario"); len(said) != 1 || said[0].Message.Text != "paso 3" {
		t.Errorf("said %+v", said)
	}
}

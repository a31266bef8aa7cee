package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"helptic/bot"
	"helptic/bot/bottest"
)

func TestEditsThatWaitAreSentAsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, ignore)
		r.send(t, post("usuario", "card", "nueva"))
		release := r.block()
		for n := range 10 {
			go r.send(t, post("usuario", "card", fmt.Sprint("cambio ", n)))
			synctest.Wait()
		}
		go r.send(t, post("usuario", "otro", "otro")) // another message is not coalesced with them
		synctest.Wait()
		release()
		synctest.Wait()
		if got := r.changes(); !slices.Equal(got, []string{"nueva", "cambio 0", "cambio 9", "otro"}) {
			t.Errorf("sent %q", got)
		}
	})
}

func TestSupersededEditsCostTheRoomNoPace(t *testing.T) {
	for _, edits := range []int{1, 2, 5, 15, 30} {
		synctest.Test(t, func(t *testing.T) {
			chat := &bottest.Chat{}
			r := newRigOf(t, chat, paced{chat}, ignore)
			r.send(t, post("usuario", "card", "pregunta 0"))
			<-time.After(5 * time.Second)
			r.changes()
			began := time.Now()
			var all sync.WaitGroup
			for n := range edits {
				all.Go(func() { r.send(t, post("usuario", "card", fmt.Sprint("pregunta ", n+1))) })
				synctest.Wait()
			}
			all.Wait()
			want := []string{"pregunta 1", fmt.Sprint("pregunta ", edits)}[:min(edits, 2)]
			if took := time.Since(began); took > time.Second || !slices.Equal(r.changes(), want) {
				t.Errorf("%d edits took %s", edits, took)
			}
		})
	}
}

// A person answers faster than the room may be written to, and in the end a notification
// changes the card.
func TestCardDoesNotGoBackToAnEarlierState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(_ context.Context, e bot.Event) (bot.Reply, error) {
			return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "card", Message: bot.Message{Text: "paso " + e.Text}}}}, nil
		})
		write := func(text string) {
			if _, ok := r.accept(t, event(text, "usuario", text)).Wait(t.Context()); !ok {
				t.Fatal("not handled")
			}
		}
		write("1")
		r.inbox.Wait()
		release := r.block()
		for _, text := range []string{"2", "3", "4"} {
			write(text)
		}
		q := newNotifications(t)
		q.enqueue(post("usuario", "card", "registrada"))
		go func() {
			if _, err := r.outbox.Drain(t.Context(), q); err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		release()
		r.inbox.Wait()
		synctest.Wait()
		if got := r.changes(); got[len(got)-1] != "registrada" || len(got) > 3 {
			t.Errorf("sent %q", got)
		}
	})
}

// Posts of a dead process are older than what this process writes, but newer than what the
// room shows.
func TestAnswerOfADeadProcessEditsTheCard(t *testing.T) {
	r := newRig(t, ignore)
	e := event("k", "usuario", "")
	for _, text := range []string{"paso 1", "paso 2"} {
		r.send(t, post("usuario", "card", text))
	}
	r.leaveEvent(t, e, time.Now().Add(-time.Hour))
	answer := encode(t, []bot.Post{post("usuario", "card", "paso 3")})
	if err := errors.Join(r.store.MarkHandled(t.Context(), e.Key, answer), r.inbox.Recover(t.Context())); err != nil {
		t.Fatal(err)
	}
	r.inbox.Wait()
	if shown := r.shown("usuario"); !slices.Equal(shown, []string{"paso 3"}) {
		t.Errorf("shown %q", shown)
	}
}

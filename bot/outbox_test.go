package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"helptic/bot"
	"helptic/bot/bottest"
)

func TestPostSentAgainReplacesItsMessage(t *testing.T) {
	r := newRig(t, ignore)
	for _, text := range []string{"uno", "uno", "dos"} {
		r.send(t, post("usuario", "k", text))
	}
	shown := r.chat.Room("chat:usuario")
	if len(shown) != 1 || shown[0].Message.Text != "dos" {
		t.Errorf("shown %+v", shown)
	}
	key, err := r.store.PostKey(t.Context(), "chat:usuario", shown[0].ID)
	if err != nil || key != "k" {
		t.Errorf("the key of the message is %q, %v", key, err)
	}
}

func TestPostToEditOnlyIsNotPosted(t *testing.T) {
	r := newRig(t, ignore)
	p := post("usuario", "k", "nada")
	p.EditOnly = true
	r.send(t, p)
	if shown := r.shown("usuario"); len(shown) != 0 {
		t.Errorf("shown %q", shown)
	}
}

func TestEphemeralPostIsSentOnce(t *testing.T) {
	r := newRig(t, ignore)
	p := bot.Post{Room: bot.Channel("chat:mesa"), Key: "k", EphemeralFor: "chat:usuario", Message: bot.Message{Text: "hola"}}
	r.send(t, p)
	r.send(t, p)
	if got := r.changes(); !slices.Equal(got, []string{"hola"}) {
		t.Errorf("sent %q", got)
	}
}

func TestPostInAThread(t *testing.T) {
	r := newRig(t, ignore)
	r.send(t, post("usuario", "card", "arriba"))
	under := post("usuario", "line", "abajo")
	under.Thread = "card"
	r.send(t, under)
	if shown := r.chat.Room("chat:usuario"); shown[1].Thread != shown[0].ID {
		t.Errorf("shown %+v", shown)
	}
}

func TestPostToAChatThatIsNotConfiguredIsRefusedForGood(t *testing.T) {
	r := newRig(t, ignore)
	p := post("usuario", "k", "x")
	p.Room.Direct = "otro:usuario"
	var retry *bot.RetryError
	if err := r.outbox.Send(t.Context(), p); err == nil || errors.As(err, &retry) {
		t.Errorf("%v", err)
	}
}

func TestRoomThatFailsIsNotCalledDuringItsBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, ignore)
		calls := 0
		r.chat.Fail(func(bot.Outgoing) error {
			if calls++; calls == 1 {
				return &bot.RetryError{After: time.Hour, Err: errors.New("429")}
			}
			return nil
		})
		var retry *bot.RetryError
		if err := r.outbox.Send(t.Context(), post("usuario", "1", "a")); !errors.As(err, &retry) || retry.After != time.Hour {
			t.Errorf("first call: %v", err)
		}
		<-time.After(time.Hour - time.Minute)
		if err := r.outbox.Send(t.Context(), post("usuario", "1", "a")); !errors.As(err, &retry) || retry.After != time.Minute || calls != 1 {
			t.Errorf("during the backoff: %v, %d calls", err, calls)
		}
		<-time.After(time.Minute)
		r.send(t, post("usuario", "1", "a"))
	})
}

func TestRoomWithALongQueueRefusesMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &bottest.Chat{}
		r := newRigOf(t, chat, paced{chat}, ignore)
		results := make(chan error, 30)
		for n := range 30 {
			go func() { results <- r.outbox.Send(t.Context(), post("usuario", fmt.Sprint(n), "x")) }()
			synctest.Wait()
		}
		refused := 0
		for range 30 {
			var retry *bot.RetryError
			if err := <-results; errors.As(err, &retry) && retry.After > 20*time.Second {
				refused++
			} else if err != nil {
				t.Error(err)
			}
		}
		if shown := r.shown("usuario"); refused != 8 || len(shown) != 22 {
			t.Errorf("%d refused, %d sent", refused, len(shown))
		}
		r.send(t, post("usuario", "later", "x"))
	})
}

// The post is neither lost nor sent twice: it is not sent, and the caller is told so.
func TestCancelledCallerReturnsWhileItsPostIsQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, ignore)
		release := r.block()
		go r.send(t, post("usuario", "first", "uno"))
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error, 1)
		go func() { result <- r.outbox.Send(ctx, post("usuario", "second", "dos")) }()
		synctest.Wait()
		cancel()
		synctest.Wait()
		select {
		case err := <-result:
			var retry *bot.RetryError
			if !errors.As(err, &retry) || !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		default:
			t.Error("the cancelled caller still waits")
		}
		release()
		synctest.Wait()
		if shown := r.shown("usuario"); !slices.Equal(shown, []string{"uno"}) {
			t.Errorf("shown %q before the retry", shown)
		}
		r.send(t, post("usuario", "second", "dos"))
		if shown := r.shown("usuario"); !slices.Equal(shown, []string{"uno", "dos"}) || r.chat.Repeated() != 0 {
			t.Errorf("shown %q, %d repeated", shown, r.chat.Repeated())
		}
	})
}

func TestCallerThatIsCancelledDuringTheCallGetsItsResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, ignore)
		ctx, cancel := context.WithCancel(t.Context())
		release := r.block()
		result := make(chan error, 1)
		go func() { result <- r.outbox.Send(ctx, post("usuario", "k", "uno")) }()
		synctest.Wait()
		cancel()
		synctest.Wait()
		release()
		if err := <-result; err != nil {
			t.Error(err)
		}
		id, err := r.store.MessageID(t.Context(), "chat:usuario", "k")
		if err != nil || id == "" {
			t.Errorf("the id of the message that was sent is not stored: %v", err)
		}
	})
}

func TestCallersThatGiveUpDoNotPutARoomIntoBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chat := &sparse{Chat: &bottest.Chat{}}
		r := newRigOf(t, chat.Chat, chat, ignore)
		for range 8 {
			ctx, cancel := context.WithCancel(t.Context())
			chat.Fail(func(bot.Outgoing) error { // the chat's client ends with the context
				cancel()
				return &bot.RetryError{Err: ctx.Err()}
			})
			if err := r.outbox.Send(ctx, post("usuario", "gone", "x")); err == nil {
				t.Error("sent")
			}
		}
		chat.Fail(nil)
		r.send(t, post("usuario", "k", "hola"))
	})
}

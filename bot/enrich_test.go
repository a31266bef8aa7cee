package bot_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"helptic/bot"
	"helptic/bot/bottest"
	"helptic/storage/sqlite"
)

// terse is a chat that sends ids only.
type terse struct {
	bottest.Chat
	complete func(*bot.Event) (string, error)
	send     func() // before a message's id is told
}

func (c *terse) Enrich(_ context.Context, e *bot.Event) (string, error) { return c.complete(e) }

func (c *terse) Send(ctx context.Context, o bot.Outgoing) (string, error) {
	id, err := c.Chat.Send(ctx, o)
	if c.send != nil {
		c.send()
	}
	return id, err
}

func newTerseRig(t *testing.T, chat *terse, handle bot.Handler) (*bot.Inbox, *bot.Outbox) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), t.TempDir(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	delivery := bot.NewOutbox(store, []bot.Adapter{chat}, time.Now, zerolog.Nop())
	inbox := bot.NewInbox(store, handle, delivery, texts, time.Now, zerolog.Nop())
	t.Cleanup(func() {
		inbox.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return inbox, delivery
}

func TestEventIsCompletedBeforeItIsHandled(t *testing.T) {
	tries := 0
	chat := &terse{complete: func(e *bot.Event) (string, error) {
		if tries++; tries == 1 {
			return "", errors.New("the chat is down")
		}
		e.From.Name = "Usuario 1"
		return "Un archivo no se recibió.", nil
	}}
	var who string
	inbox, _ := newTerseRig(t, chat, func(_ context.Context, e bot.Event) (bot.Reply, error) {
		who = e.From.Name
		return bot.Reply{}, nil
	})
	if _, err := inbox.Accept(t.Context(), event("e1", "usuario", "hola")); err != nil {
		t.Fatal(err)
	}
	inbox.Wait()
	said := chat.Room("chat:usuario")
	if who != "Usuario 1" || tries != 2 || len(said) != 1 || said[0].Message.Text != "Un archivo no se recibió." {
		t.Errorf("%q after %d tries, told %v", who, tries, said)
	}
}

// Somebody answers a message that they see before the chat has told us its id.
func TestWordsUnderAMessageThatIsBeingSent(t *testing.T) {
	accepted := make(chan struct{})
	var under string
	chat := &terse{complete: func(*bot.Event) (string, error) { return "", nil }}
	inbox, delivery := newTerseRig(t, chat, func(_ context.Context, e bot.Event) (bot.Reply, error) {
		under = e.ThreadKey
		return bot.Reply{}, nil
	})
	chat.send = func() {
		e := event("e1", "usuario", "ya")
		e.Thread = "m1"
		if _, err := inbox.Accept(t.Context(), e); err != nil {
			t.Error(err)
		}
		close(accepted)
	}
	if err := delivery.Send(t.Context(), post("usuario", "card/1", "¿Qué pasa?")); err != nil {
		t.Fatal(err)
	}
	<-accepted
	inbox.Wait()
	if under != "card/1" {
		t.Errorf("under %q", under)
	}
}

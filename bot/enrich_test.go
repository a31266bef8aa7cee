package bot_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"helptic/bot"
	"helptic/bot/bottest"
)

// sparse is a chat whose events have to be enriched.
type sparse struct {
	*bottest.Chat
	enrich func(*bot.Event) (string, error)
	sent   func() // called before the id of a new message is returned
}

func (c *sparse) Enrich(_ context.Context, e *bot.Event) (string, error) { return c.enrich(e) }

func (c *sparse) Send(ctx context.Context, o bot.Outgoing) (string, error) {
	id, err := c.Chat.Send(ctx, o)
	if c.sent != nil {
		c.sent()
	}
	return id, err
}

func TestEventIsEnrichedBeforeItIsHandled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		chat := &sparse{Chat: &bottest.Chat{}, enrich: func(e *bot.Event) (string, error) {
			if attempts++; attempts == 1 {
				return "", errors.New("the chat is down")
			}
			e.From.Name = "Usuario 1"
			return "Un archivo no se recibió.", nil
		}}
		var name string
		r := newRigOf(t, chat.Chat, chat, func(_ context.Context, e bot.Event) (bot.Reply, error) {
			name = e.From.Name
			return bot.Reply{}, nil
		})
		r.accept(t, event("e1", "usuario", "hola"))
		r.inbox.Wait()
		if shown := r.shown("usuario"); name != "Usuario 1" || attempts != 2 || !slices.Equal(shown, []string{"Un archivo no se recibió."}) {
			t.Errorf("name %q after %d attempts, shown %q", name, attempts, shown)
		}
	})
}

// A person can reply to a message before the chat has returned its id.
func TestReplyToAMessageThatIsBeingSent(t *testing.T) {
	accepted := make(chan struct{})
	var threadKey string
	chat := &sparse{Chat: &bottest.Chat{}, enrich: func(*bot.Event) (string, error) { return "", nil }}
	r := newRigOf(t, chat.Chat, chat, func(_ context.Context, e bot.Event) (bot.Reply, error) {
		threadKey = e.ThreadKey
		return bot.Reply{}, nil
	})
	chat.sent = func() {
		e := event("e1", "usuario", "ya")
		e.Thread = "m1"
		if _, err := r.inbox.Accept(t.Context(), e); err != nil {
			t.Error(err)
		}
		close(accepted)
	}
	r.send(t, post("usuario", "card/1", "¿Qué pasa?"))
	<-accepted
	r.inbox.Wait()
	if threadKey != "card/1" {
		t.Errorf("thread key %q", threadKey)
	}
}

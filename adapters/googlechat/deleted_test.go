package googlechat_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
)

// noReply is a desk that does not reply.
func noReply(context.Context, bot.Event) (bot.Reply, error) { return bot.Reply{}, nil }

// textPost is a post without a card.
func textPost(room bot.Room, key, text string) bot.Post {
	return bot.Post{Room: room, Key: key, Message: bot.Message{Text: text}}
}

// A message that is deleted after its response was lost is posted again under another id.
func TestMessageDeletedBeforeItsNameIsKnown(t *testing.T) {
	t.Parallel()
	d := newDesk(t, setup{handle: noReply})
	room := bot.Channel(d.agents.Address())
	d.ws.Fault("messages.create", googlechattest.Fault{Lose: true})
	o := bot.Outgoing{Room: room, Key: "ticket/1", Message: bot.Message{Text: "Nueva"}}
	if _, err := d.adapter.Send(t.Context(), o); err == nil {
		t.Fatal("the answer was not lost")
	}
	d.agents.Messages()[0].Delete()
	if err := d.send(textPost(room, "ticket/1", "En curso")); err != nil {
		t.Fatal(err)
	}
	if got := d.agentTexts(); !slices.Equal(got, []string{"En curso"}) {
		t.Errorf("posted: %q", got)
	}
}

// A deleted card is posted again in its thread, each time it is deleted, and replies in the
// thread still belong to it.
func TestDeletedMessageIsPostedInItsThread(t *testing.T) {
	t.Parallel()
	handled := make(chan bot.Event, 10)
	d := newDesk(t, setup{handle: func(_ context.Context, e bot.Event) (bot.Reply, error) {
		handled <- e
		return bot.Reply{}, nil
	}})
	agent := d.user("Agente 1")
	d.agents.Join(agent)
	room := bot.Channel(d.agents.Address())
	under := func(key, text string) bot.Post {
		p := textPost(room, key, text)
		p.Thread = "ticket/1"
		return p
	}
	for _, p := range []bot.Post{textPost(room, "ticket/1", "Nueva"), under("line/1", "Llegó")} {
		if err := d.send(p); err != nil {
			t.Fatal(err)
		}
	}
	thread := d.agents.Messages()[0].Thread
	ids := map[string]bool{}
	for n := range 3 {
		ids[d.agents.Messages()[0].Name] = true
		for _, m := range d.agents.Messages() {
			if strings.HasPrefix(m.Plain(), "Nueva") || strings.HasPrefix(m.Plain(), "Cambio") {
				ids[m.Name] = true
				m.Delete()
			}
		}
		text := fmt.Sprintf("Cambio %d", n+1)
		if err := d.send(textPost(room, "ticket/1", text)); err != nil {
			t.Fatal(err)
		}
		if err := d.send(under(fmt.Sprintf("line/%d", n+2), "Cambió")); err != nil {
			t.Fatal(err)
		}
		card := agent.AwaitMessage(d.agents, text)
		if ids[card.Name] {
			t.Errorf("%s was deleted", card.Name)
		}
		agent.MentionsUnder(card, "ya voy")
		select {
		case e := <-handled:
			if e.ThreadKey != "ticket/1" || e.Text != "ya voy" {
				t.Errorf("under %q: %q", e.ThreadKey, e.Text)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("no event was handled")
		}
	}
	for _, m := range d.agents.Messages() {
		if m.Thread != thread {
			t.Errorf("%q is in another thread", m.Plain())
		}
	}
	// A deleted line of the timeline is posted again in the thread, too, when it is edited.
	for _, m := range d.agents.Messages() {
		if m.Plain() == "Llegó" {
			m.Delete()
		}
	}
	if err := d.send(under("line/1", "Llegó ayer")); err != nil {
		t.Fatal(err)
	}
	if m := agent.AwaitMessage(d.agents, "Llegó ayer"); m.Thread != thread {
		t.Error("the line is in another thread")
	}
}

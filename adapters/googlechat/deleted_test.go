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

// silence is a desk that says nothing by itself.
func silence(context.Context, bot.Event) (bot.Reply, error) { return bot.Reply{}, nil }

// words is a post without a card.
func words(room bot.Room, key, text string) bot.Post {
	return bot.Post{Room: room, Key: key, Message: bot.Message{Text: text}}
}

// Posted, the answer lost, deleted, and only then looked for: it is posted under another id.
func TestMessageIsDeletedBeforeItIsKnown(t *testing.T) {
	t.Parallel()
	d := newDesk(t, setup{handle: silence})
	room := bot.Channel(d.agents.Address())
	d.ws.Fault("messages.create", googlechattest.Fault{Lose: true})
	o := bot.Outgoing{Room: room, Key: "ticket/1", Message: bot.Message{Text: "Nueva"}}
	if _, err := d.adapter.Send(t.Context(), o); err == nil {
		t.Fatal("the answer was not lost")
	}
	d.agents.Messages()[0].Delete()
	if err := d.shows(words(room, "ticket/1", "En curso")); err != nil {
		t.Fatal(err)
	}
	if got := d.texts(); !slices.Equal(got, []string{"En curso"}) {
		t.Errorf("stands there: %q", got)
	}
}

// A card that somebody deleted stands again in its thread, as often as that happens, and what is
// written there is still written under it.
func TestMessageIsDeleted(t *testing.T) {
	t.Parallel()
	heard := make(chan bot.Event, 10)
	d := newDesk(t, setup{handle: func(_ context.Context, e bot.Event) (bot.Reply, error) {
		heard <- e
		return bot.Reply{}, nil
	}})
	agent := d.user("Agente 1")
	d.agents.Join(agent)
	room := bot.Channel(d.agents.Address())
	under := func(key, text string) bot.Post {
		p := words(room, key, text)
		p.Thread = "ticket/1"
		return p
	}
	for _, p := range []bot.Post{words(room, "ticket/1", "Nueva"), under("line/1", "Llegó")} {
		if err := d.shows(p); err != nil {
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
		if err := d.shows(words(room, "ticket/1", text)); err != nil {
			t.Fatal(err)
		}
		if err := d.shows(under(fmt.Sprintf("line/%d", n+2), "Cambió")); err != nil {
			t.Fatal(err)
		}
		card := agent.AwaitMessage(d.agents, text)
		if ids[card.Name] {
			t.Errorf("%s was deleted", card.Name)
		}
		agent.MentionsUnder(card, "ya voy")
		select {
		case e := <-heard:
			if e.ThreadKey != "ticket/1" || e.Text != "ya voy" {
				t.Errorf("under %q: %q", e.ThreadKey, e.Text)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("nothing was heard")
		}
	}
	for _, m := range d.agents.Messages() {
		if m.Thread != thread {
			t.Errorf("%q stands in another thread", m.Plain())
		}
	}
	// A line of the timeline that is changed after it was deleted stands in the thread again, too.
	for _, m := range d.agents.Messages() {
		if m.Plain() == "Llegó" {
			m.Delete()
		}
	}
	if err := d.shows(under("line/1", "Llegó ayer")); err != nil {
		t.Fatal(err)
	}
	if m := agent.AwaitMessage(d.agents, "Llegó ayer"); m.Thread != thread {
		t.Error("stands in another thread")
	}
}

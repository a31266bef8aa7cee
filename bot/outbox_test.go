package bot_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"helptic/bot"
)

func post(room, key, text string) bot.Post {
	return bot.Post{Room: bot.Direct("chat:" + room), Key: key, Message: bot.Message{Text: text}}
}

func nothing(context.Context, bot.Event) (bot.Reply, error) { return bot.Reply{}, nil }

func TestShowingTwiceChangesNothing(t *testing.T) {
	r := newRig(t, nothing)
	for _, text := range []string{"uno", "uno", "dos"} {
		if err := r.delivery.Send(t.Context(), post("usuario", "k", text)); err != nil {
			t.Fatal(err)
		}
	}
	said := r.chat.Room("chat:usuario")
	if len(said) != 1 || said[0].Message.Text != "dos" {
		t.Errorf("said %+v", said)
	}
	key, err := r.store.PostKey(t.Context(), "chat:usuario", said[0].ID)
	if err != nil || key != "k" {
		t.Errorf("the way back is %q, %v", key, err)
	}
	only := post("usuario", "otra", "nada")
	only.EditOnly = true
	if err := r.delivery.Send(t.Context(), only); err != nil || len(r.chat.Room("chat:usuario")) != 1 {
		t.Error("a post to edit only was posted")
	}
}

func TestThread(t *testing.T) {
	r := newRig(t, nothing)
	under := post("usuario", "line", "abajo")
	under.Thread = "card"
	for _, p := range []bot.Post{post("usuario", "card", "arriba"), under} {
		if err := r.delivery.Send(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	if said := r.chat.Room("chat:usuario"); said[1].Thread != said[0].ID {
		t.Errorf("said %+v", said)
	}
}

// debts is what is owed in a test, and what became of it.
type debts struct {
	owed   []bot.Leased
	became [][]error
}

func (d *debts) owe(posts ...bot.Post) {
	n := len(d.became)
	d.became = append(d.became, nil)
	d.owed = append(d.owed, bot.Leased{Posts: posts, Acknowledge: func(_ context.Context, became []error) error {
		d.became[n] = became
		return nil
	}})
}

func (d *debts) Lease(context.Context, time.Time, time.Time, int) ([]bot.Leased, error) {
	owed := d.owed
	d.owed = nil
	return owed, nil
}

// A room that fails holds up what comes after it there, and nothing else.
func TestRoomThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nothing)
		r.chat.Fail(func(o bot.Outgoing) error {
			switch o.Room.Direct {
			case "chat:lenta":
				return &bot.RetryError{After: time.Hour, Err: errors.New("429")}
			case "chat:nadie":
				return errors.New("account_inactive")
			}
			return nil
		})
		var d debts
		d.owe(post("lenta", "1", "a"), post("usuario", "1", "a"), post("lenta", "2", "b"), post("nadie", "1", "a"), post("usuario", "2", "b"))
		if _, err := r.delivery.Drain(t.Context(), &d); err != nil {
			t.Fatal(err)
		}
		b := d.became[0]
		var again *bot.RetryError
		if !errors.As(b[0], &again) || again.After < time.Hour {
			t.Errorf("the slow room: %v", b[0])
		}
		if b[1] != nil || b[4] != nil || len(r.chat.Room("chat:usuario")) != 2 {
			t.Errorf("the other room: %v %v", b[1], b[4])
		}
		if !errors.Is(b[2], bot.ErrBlocked) {
			t.Errorf("behind the failure: %v", b[2])
		}
		if b[3] == nil || errors.As(b[3], &again) {
			t.Errorf("refused for good: %v", b[3])
		}
		// While it rests nobody asks it; then it works again.
		r.chat.Fail(nil)
		if err := r.delivery.Send(t.Context(), post("lenta", "1", "a")); !errors.As(err, &again) {
			t.Errorf("a resting room was asked: %v", err)
		}
		<-time.After(2 * time.Hour)
		if err := r.delivery.Send(t.Context(), post("lenta", "1", "a")); err != nil {
			t.Error(err)
		}
	})
}

// A short failure is waited for in the room's turn, so the order is kept.
func TestShortFailureKeepsTheOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nothing)
		fails := 2
		r.chat.Fail(func(bot.Outgoing) error {
			if fails--; fails >= 0 {
				return &bot.RetryError{Err: errors.New("503")}
			}
			return nil
		})
		var d debts
		d.owe(post("usuario", "1", "uno"), post("usuario", "2", "dos"))
		if _, err := r.delivery.Drain(t.Context(), &d); err != nil {
			t.Fatal(err)
		}
		said := r.chat.Room("chat:usuario")
		if len(said) != 2 || said[0].Message.Text != "uno" {
			t.Errorf("said %v, became %v", said, d.became)
		}
	})
}

func TestUnknownChat(t *testing.T) {
	r := newRig(t, nothing)
	p := post("usuario", "k", "x")
	p.Room.Direct = "otro:usuario"
	var again *bot.RetryError
	if err := r.delivery.Send(t.Context(), p); err == nil || errors.As(err, &again) {
		t.Errorf("%v", err)
	}
}

func TestDirectory(t *testing.T) {
	r := newRig(t, nothing)
	now := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	d := bot.NewDirectory([]bot.Adapter{r.chat}, func() time.Time { return now })
	r.chat.People = map[string]bot.Person{"chat:usuario": {ID: "chat:usuario", Name: "Usuario"}}
	r.chat.Members = map[string][]string{"chat:mesa": {"chat:usuario"}}
	member := func(who string) string {
		yes, err := d.Member(t.Context(), "chat:mesa", who)
		return fmt.Sprint(yes, err)
	}
	if got := member("chat:usuario") + member("chat:agente") + member("otro:usuario"); got != "true <nil>false <nil>false <nil>" {
		t.Error(got)
	}
	r.chat.Members["chat:mesa"] = nil
	if got := member("chat:usuario"); got != "true <nil>" {
		t.Error("asked again within minutes:", got)
	}
	now = now.Add(5 * time.Minute)
	if got := member("chat:usuario"); got != "false <nil>" {
		t.Error("believed for longer than five minutes:", got)
	}
	if _, err := d.Person(t.Context(), "chat:nadie"); err == nil {
		t.Error("nobody was found")
	}
}

package googlechat_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
)

// send sends a post through the outbox until it is sent or refused for good.
func (d *desk) send(p bot.Post) error {
	d.t.Helper()
	var err error
	d.ws.Await("a post to be shown", func() bool {
		var again *bot.RetryError
		err = d.outbox.Send(d.t.Context(), p)
		return !errors.As(err, &again)
	})
	return err
}

func (d *desk) agentPost(key, text string) bot.Post {
	return bot.Post{Room: bot.Channel(d.agents.Address()), Key: key, Message: bot.Message{Text: text, Card: &bot.Card{Title: text}}}
}

// agentTexts are the messages in the agents' space.
func (d *desk) agentTexts() (all []string) {
	for _, m := range d.agents.Messages() {
		all = append(all, m.Plain())
	}
	return all
}

// Whatever happens to a call, there is one message, with the last content.
func TestSendIsRetried(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]googlechattest.Fault{
		"too many":                       {Status: http.StatusTooManyRequests},
		"too many, and when to come":     {Status: http.StatusTooManyRequests, RetryAfter: time.Second},
		"broken":                         {Status: http.StatusInternalServerError},
		"bad gateway":                    {Status: http.StatusBadGateway},
		"unavailable":                    {Status: http.StatusServiceUnavailable},
		"out of time":                    {Status: http.StatusGatewayTimeout},
		"cut before anything is done":    {Cut: true},
		"cut after it is done":           {Cut: true, Lose: true},
		"done, and the answer is lost":   {Lose: true},
		"three times, one after another": {Status: http.StatusServiceUnavailable, Times: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, _ := newRecordingDesk(t, setup{})
			d.ws.Fault("messages.create", fault)
			d.ws.Fault("messages.patch", fault)
			began := time.Now()
			for _, text := range []string{"Nueva", "En curso"} {
				if err := d.send(d.agentPost("card", text)); err != nil {
					t.Fatal(err)
				}
			}
			if posted := d.agentTexts(); !slices.Equal(posted, []string{"En curso"}) {
				t.Errorf("posted: %q", posted)
			}
			if took := time.Since(began); took < fault.RetryAfter {
				t.Errorf("asked again after %s, before %s", took, fault.RetryAfter)
			}
			if d.logText(); strings.Contains(d.logText(), "En curso") {
				t.Error("the log has the text of a message")
			}
		})
	}
}

// A post that Google refuses for good is not retried, and delays no other.
func TestRefusedSendIsFinal(t *testing.T) {
	t.Parallel()
	d, _ := newRecordingDesk(t, setup{})
	for _, status := range []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound} {
		d.ws.Fault("messages.create", googlechattest.Fault{Status: status})
		before := d.ws.Count("messages.create")
		if err := d.send(d.agentPost(fmt.Sprint("card", status), "Nueva")); err == nil || strings.Contains(err.Error(), "Nueva") || strings.Contains(err.Error(), "http") {
			t.Errorf("%d: %v", status, err)
		}
		if n := d.ws.Count("messages.create") - before; n != 1 {
			t.Errorf("%d: tried %d times", status, n)
		}
	}
	if err := d.send(d.agentPost("other", "Otra")); err != nil {
		t.Error(err)
	}
}

// A process that died after Google created a message and before its name was stored posts it again:
// Google answers that the id is taken, and the message is patched.
func TestTakenMessageIDIsPatched(t *testing.T) {
	t.Parallel()
	d, _ := newRecordingDesk(t, setup{})
	room := bot.Channel(d.agents.Address())
	first, err := d.adapter.Send(t.Context(), bot.Outgoing{Room: room, Key: "card", Message: bot.Message{Text: "Nueva"}})
	if err != nil {
		t.Fatal(err)
	}
	var again *bot.RetryError
	var second string
	d.ws.Await("the message to be found", func() bool {
		second, err = d.adapter.Send(t.Context(), bot.Outgoing{Room: room, Key: "card", Message: bot.Message{Text: "En curso"}})
		return !errors.As(err, &again)
	})
	if err != nil || second != first {
		t.Errorf("%s, %v, first %s", second, err, first)
	}
	if posted := d.agentTexts(); !slices.Equal(posted, []string{"En curso"}) {
		t.Errorf("posted: %q", posted)
	}
}

// A card that was deleted, or expired in a space without history, is posted again under another
// id, and later lines are in the thread of the new one.
func TestDeletedCardIsPostedAgain(t *testing.T) {
	t.Parallel()
	d, _ := newRecordingDesk(t, setup{})
	for range 3 {
		if err := d.send(d.agentPost("card", "Nueva")); err != nil {
			t.Fatal(err)
		}
		last := d.agents.Messages()
		last[len(last)-1].Delete()
	}
	if err := d.send(d.agentPost("card", "Resuelta")); err != nil {
		t.Fatal(err)
	}
	line := bot.Post{Room: bot.Channel(d.agents.Address()), Key: "line", Thread: "card", Message: bot.Message{Text: "Agente 1 la resolvió"}}
	if err := d.send(line); err != nil {
		t.Fatal(err)
	}
	posted := d.agents.Messages()
	if len(posted) != 2 || posted[0].Plain() != "Resuelta" || posted[1].Thread != posted[0].Thread {
		t.Errorf("posted:\n%s", d.ws.Transcript())
	}
}

// Many edits of a card at once are few writes, at the pace of the space, and the last one stays.
func TestEditsOfACardAreCoalesced(t *testing.T) {
	t.Parallel()
	d, _ := newRecordingDesk(t, setup{})
	if err := d.send(d.agentPost("card", "Nueva")); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for n := range 30 {
		all.Go(func() {
			if err := d.send(d.agentPost("card", fmt.Sprint("Cambio ", n))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := d.send(d.agentPost("card", "El último")); err != nil {
		t.Fatal(err)
	}
	if posted := d.agentTexts(); !slices.Equal(posted, []string{"El último"}) {
		t.Errorf("posted: %q", posted)
	}
	for _, c := range append(d.ws.Calls("messages.patch"), d.ws.Calls("messages.create")...) {
		if c.Status == http.StatusTooManyRequests {
			t.Error("the space was written to more often than it may be")
		}
	}
	if n := d.ws.Count("messages.patch"); n > 10 {
		t.Errorf("%d writes for 31 changes", n)
	}
}

// A space that fails for a while delays no other.
func TestFailingSpaceDelaysNoOther(t *testing.T) {
	t.Parallel()
	d, _ := newRecordingDesk(t, setup{})
	person := d.user("Usuario 1")
	person.Opens()
	person.AwaitMessage(person.Direct(), "Usted escribió: hola")
	hang := make(chan struct{})
	d.ws.Fault("messages.create", googlechattest.Fault{Hang: hang})
	stuck := make(chan error, 1)
	go func() { stuck <- d.outbox.Send(t.Context(), d.agentPost("card", "Nueva")) }()
	d.ws.Await("the space's call to hang", func() bool { return d.ws.Faults("messages.create") == 0 })
	person.Says(person.Direct(), "¿sigue ahí?")
	person.AwaitMessage(person.Direct(), "Usted escribió: ¿sigue ahí?")
	close(hang)
	if err := <-stuck; err != nil {
		t.Error(err)
	}
}

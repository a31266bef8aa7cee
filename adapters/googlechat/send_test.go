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

// shows shows a message through the delivery until it stands there or is refused for good.
func (d *desk) shows(p bot.Post) error {
	d.t.Helper()
	var err error
	d.ws.Await("a post to be shown", func() bool {
		var again *bot.RetryError
		err = d.delivery.Send(d.t.Context(), p)
		return !errors.As(err, &again)
	})
	return err
}

func (d *desk) inSpace(key, text string) bot.Post {
	return bot.Post{Room: bot.Channel(d.agents.Address()), Key: key, Message: bot.Message{Text: text, Card: &bot.Card{Title: text}}}
}

// texts are what stands in the agents' space.
func (d *desk) texts() (all []string) {
	for _, m := range d.agents.Messages() {
		all = append(all, m.Plain())
	}
	return all
}

// Whatever happens to a call, the message stands there once, as it was meant last.
func TestSendingIsTriedAgain(t *testing.T) {
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
			d, _ := small(t, setup{})
			d.ws.Fault("messages.create", fault)
			d.ws.Fault("messages.patch", fault)
			began := time.Now()
			for _, text := range []string{"Nueva", "En curso"} {
				if err := d.shows(d.inSpace("card", text)); err != nil {
					t.Fatal(err)
				}
			}
			if said := d.texts(); !slices.Equal(said, []string{"En curso"}) {
				t.Errorf("stands there: %q", said)
			}
			if took := time.Since(began); took < fault.RetryAfter {
				t.Errorf("asked again after %s, before %s", took, fault.RetryAfter)
			}
			if d.logged(); strings.Contains(d.logged(), "En curso") {
				t.Error("the log has what was said")
			}
		})
	}
}

// What Google refuses for good is not tried again, and holds up nothing.
func TestSendingIsRefused(t *testing.T) {
	t.Parallel()
	d, _ := small(t, setup{})
	for _, status := range []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound} {
		d.ws.Fault("messages.create", googlechattest.Fault{Status: status})
		before := d.ws.Count("messages.create")
		if err := d.shows(d.inSpace(fmt.Sprint("card", status), "Nueva")); err == nil || strings.Contains(err.Error(), "Nueva") || strings.Contains(err.Error(), "http") {
			t.Errorf("%d: %v", status, err)
		}
		if n := d.ws.Count("messages.create") - before; n != 1 {
			t.Errorf("%d: tried %d times", status, n)
		}
	}
	if err := d.shows(d.inSpace("other", "Otra")); err != nil {
		t.Error(err)
	}
}

// A process that died after Google took a message and before it was written down posts it again:
// Google says that the id is taken, and the message is brought up to date.
func TestTakenIDIsAdopted(t *testing.T) {
	t.Parallel()
	d, _ := small(t, setup{})
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
	if said := d.texts(); !slices.Equal(said, []string{"En curso"}) {
		t.Errorf("stands there: %q", said)
	}
}

// A card that somebody deleted, or that its space forgot overnight, is posted anew under another
// id, and lines that come after it stand under the new one.
func TestDeletedCardIsPostedAnew(t *testing.T) {
	t.Parallel()
	d, _ := small(t, setup{})
	for range 3 {
		if err := d.shows(d.inSpace("card", "Nueva")); err != nil {
			t.Fatal(err)
		}
		last := d.agents.Messages()
		last[len(last)-1].Delete()
	}
	if err := d.shows(d.inSpace("card", "Resuelta")); err != nil {
		t.Fatal(err)
	}
	line := bot.Post{Room: bot.Channel(d.agents.Address()), Key: "line", Thread: "card", Message: bot.Message{Text: "Agente 1 la resolvió"}}
	if err := d.shows(line); err != nil {
		t.Fatal(err)
	}
	said := d.agents.Messages()
	if len(said) != 2 || said[0].Plain() != "Resuelta" || said[1].Thread != said[0].Thread {
		t.Errorf("stands there:\n%s", d.ws.Transcript())
	}
}

// Many changes of a card at once are few writes, a second apart, and the last one stays.
func TestChangesOfACardAreFew(t *testing.T) {
	t.Parallel()
	d, _ := small(t, setup{})
	if err := d.shows(d.inSpace("card", "Nueva")); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for n := range 30 {
		all.Go(func() {
			if err := d.shows(d.inSpace("card", fmt.Sprint("Cambio ", n))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := d.shows(d.inSpace("card", "El último")); err != nil {
		t.Fatal(err)
	}
	if said := d.texts(); !slices.Equal(said, []string{"El último"}) {
		t.Errorf("stands there: %q", said)
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

// A space that refuses for a while holds up no other.
func TestSpacesAreApart(t *testing.T) {
	t.Parallel()
	d, _ := small(t, setup{})
	person := d.user("Usuario 1")
	person.Opens()
	person.AwaitMessage(person.Direct(), "Usted escribió: hola")
	hang := make(chan struct{})
	d.ws.Fault("messages.create", googlechattest.Fault{Hang: hang})
	stuck := make(chan error, 1)
	go func() { stuck <- d.delivery.Send(t.Context(), d.inSpace("card", "Nueva")) }()
	d.ws.Await("the space's call to hang", func() bool { return d.ws.Faults("messages.create") == 0 })
	person.Says(person.Direct(), "¿sigue ahí?")
	person.AwaitMessage(person.Direct(), "Usted escribió: ¿sigue ahí?")
	close(hang)
	if err := <-stuck; err != nil {
		t.Error(err)
	}
}

package googlechat_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
)

// newClickCounter starts a desk whose card counts the clicks of its button.
func newClickCounter(t *testing.T, s setup) (*desk, googlechattest.Message, *googlechattest.User) {
	t.Helper()
	n := 0
	s.handle = func(_ context.Context, e bot.Event) (bot.Reply, error) {
		if e.Do != "" {
			n++ // the events of one person are handled in order
		}
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "card", Message: bot.Message{Text: "Cuenta", Card: &bot.Card{Title: fmt.Sprintf("Van %d.", n), Buttons: []bot.Button{{Label: "Otra", Do: "more"}}}}}}}, nil
	}
	d := newDesk(t, s)
	person := d.user("Usuario 1")
	person.Says(person.Direct(), "hola")
	return d, person.AwaitMessage(person.Direct(), "Van 0."), person
}

// An update that a response has made is not sent again: it would cost a write, and a person who
// clicks fast would see an earlier card.
func TestUpdateInTheResponseIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, card, person := newClickCounter(t, s)
			for n := range 5 {
				person.Presses(card.Now(), "Otra")
				if now := card.Now().Plain(); !strings.Contains(now, fmt.Sprintf("Van %d.", n+1)) {
					t.Errorf("after %d presses:\n%s", n+1, now)
				}
			}
			d.inbox.Wait()
			if now := card.Now().Plain(); !strings.Contains(now, "Van 5.") {
				t.Errorf("in the end:\n%s", now)
			}
			if n := len(d.ws.Calls("messages.patch")); n > 1 {
				t.Errorf("%d writes for what was shown already", n)
			}
		})
	}
}

// A person who registers faster than the pace of the space keeps the registered card.
func TestFastClicksKeepTheLastCard(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, s)
			person := d.user("Usuario 1")
			direct := person.Direct()
			person.Says(direct, "se me atascó el papel en la impresora del piso 3")
			card := person.AwaitMessage(direct, "¿Se trata de algo de esto?")
			person.Presses(card, "Impresoras > Atasco de papel")
			person.Chooses(card.Now(), "Impacto", "Mediana")
			person.Presses(card.Now(), "Usar lo que escribí")
			person.Presses(card.Now(), "Continuar")
			person.Presses(card.Now(), "Registrar solicitud")
			person.AwaitMessage(direct, "Quedó registrada")
			d.inbox.Wait()
			if now := card.Now().Plain(); !strings.Contains(now, "Quedó registrada") {
				t.Errorf("the card fell back:\n%s", now)
			}
		})
	}
}

// The update of a response that is lost is made by a call.
func TestLostResponseIsReplacedByACall(t *testing.T) {
	t.Parallel()
	d, card, person := newClickCounter(t, setup{wrap: func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Cut") != "" {
				w = brokenWriter{w}
			}
			h.ServeHTTP(w, r)
		})
	}})
	person.Presses(card, "Otra")
	person.AwaitMessage(person.Direct(), "Van 1.")
	before := len(d.ws.Calls("messages.patch"))
	body := d.repeat(d.lastDelivery(), func(*forged) {})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.endpoint, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.ws.Token(d.ws.Header(), d.ws.Claims()))
	r.Header.Set("X-Cut", "1")
	if response, err := http.DefaultClient.Do(r); err == nil {
		response.Body.Close()
	}
	d.ws.Await("the card to be changed by a call", func() bool {
		return strings.Contains(card.Now().Plain(), "Van 2.") && len(d.ws.Calls("messages.patch")) > before
	})
}

// brokenWriter is a connection that is closed before the response.
type brokenWriter struct{ http.ResponseWriter }

func (brokenWriter) Write([]byte) (int, error) { return 0, http.ErrAbortHandler }

package googlechattest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
)

// bot is an app that answers what the test says, and keeps the events.
type bot struct {
	mu     sync.Mutex
	answer any
	events []o
	heads  []http.Header
}

// serve points the workspace at an app, which answers {} until it is told otherwise.
func serve(t testing.TB, ws *googlechattest.Workspace, handle http.HandlerFunc) *bot {
	t.Helper()
	b := &bot{answer: o{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if handle != nil {
			handle(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		var event o
		if err := json.Unmarshal(body, &event); err != nil {
			t.Error(err)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.events, b.heads = append(b.events, event), append(b.heads, r.Header)
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(b.answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	ws.PointAt(server.URL)
	return b
}

func (b *bot) answers(v any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = v
}

func (b *bot) last() o {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.events) == 0 {
		return nil
	}
	return b.events[len(b.events)-1]
}

// scene is a room where the app has posted a card with a button of each kind.
type scene struct {
	app
	bot    *bot
	person *googlechattest.User
	room   *googlechattest.Space
	card   googlechattest.Message
}

func newScene(t *testing.T, d googlechattest.Dialect) scene {
	t.Helper()
	a := newApp(t, googlechattest.Config{Dialect: d})
	s := scene{app: a, bot: serve(t, a.ws, nil), person: a.ws.User("Usuario 1")}
	s.room = a.ws.Space("Mesa", s.person)
	find := o{"selectionInput": o{"name": "find", "label": "Buscar", "type": "MULTI_SELECT", "externalDataSource": action(nil)}}
	c := card(find, buttons(button(nil), with(button(o{"interaction": "OPEN_DIALOG"}), "text", "Escalar")))
	if status, answer := a.call("POST", "/v1/"+s.room.Name+"/messages?"+ids("1"), carded(c)); status != http.StatusOK {
		t.Fatal(answer)
	}
	s.card = s.person.AwaitMessage(s.room, "Asignarme")
	return s
}

package flows_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"helptic/adapters/web"
	"helptic/bot"
	"helptic/flows"
	"helptic/flows/card"
	"helptic/storage"
	"helptic/ticket"
)

// The page shows what the stream of the first version says, and what stands there can be pressed and sent.
func TestWebChatOfV1(t *testing.T) {
	for _, kind := range []string{"sqlite", "mongodb"} {
		t.Run(kind, func(t *testing.T) {
			p := startPageV1(t, openV1(t, "web", kind))
			var left struct {
				Pages map[string]json.RawMessage
				Token string
				File  string // uploaded, and in no message yet
			}
			if err := json.Unmarshal(unzippedV1(t, "web."+kind+".pages.json.gz"), &left); err != nil {
				t.Fatal(err)
			}
			for _, person := range pageReadersV1 {
				compareV1(t, left.Pages[person], p.get(t, person))
			}
			before := len(p.messages(t, "web:usuario-1"))
			status, answer := p.post(t, "forms", map[string]any{"person": "web:agente-1", "once": p.once(), "token": left.Token,
				"values": map[string]string{"reason": "¿Qué marca es?", "for": "user", "expected": "2026-11-23"}})
			if status != http.StatusOK || answer["reject"] != nil || answer["notice"] != nil {
				t.Errorf("the form that was open: %d %v", status, answer)
			}
			p.press(t, "web:usuario-2", "Ver todas las categorías")
			p.settle(t)
			for person, words := range map[string]string{"web:agente-1": "¿Qué marca es?", "web:usuario-1": "Necesitamos su respuesta", "web:usuario-2": "¿En qué le podemos ayudar?"} {
				if page := string(p.get(t, person)); !strings.Contains(page, words) {
					t.Errorf("%s does not read %q", person, words)
				}
			}
			if n := len(p.messages(t, "web:usuario-1")) - before; n != 1 {
				t.Errorf("%d messages more, want the question: what the journal knows was handled again", n)
			}
			for name, file := range map[string]string{"foto.png": p.files(t, "web:usuario-1")[0], "otra.png": left.File} {
				if body := p.fetch(t, "/web/files/"+file+"?person="+url.QueryEscape("web:usuario-1")); string(body) != "contenido de "+name {
					t.Errorf("%s is %q", name, body)
				}
			}
		})
	}
}

// pageReadersV1 are whose pages are kept.
var pageReadersV1 = []string{"web:usuario-1", "web:usuario-2", "web:agente-1", "web:supervisor-1", "web:persona-nueva"}

// pageV1 is the web chat with the desk behind it.
type pageV1 struct {
	url      string
	n        int
	desk     *flows.Desk
	inbox    *bot.Inbox
	delivery *bot.Outbox
}

func startPageV1(t *testing.T, store storage.Store) *pageV1 {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC) }
	data, err := os.ReadFile("../catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := ticket.LoadCatalog(data)
	if err != nil {
		t.Fatal(err)
	}
	chat, err := web.New(web.Config{AppendLog: store, Files: store, SecurityChannel: "web:seguridad", Now: now, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	chats := []bot.Adapter{chat}
	p := &pageV1{n: 1000, delivery: bot.NewOutbox(store, chats, now, zerolog.Nop())}
	p.desk = &flows.Desk{Store: store, Catalog: catalog, Directory: bot.NewDirectory(chats, now), Now: now, Log: zerolog.Nop(),
		WakeOutbox: func() {}, Send: p.delivery.Send, AgentChannel: "web:mesa-de-ayuda", SecurityChannel: "web:seguridad"}
	p.inbox = bot.NewInbox(store, p.desk.Handle, p.delivery, card.InboxTexts, now, zerolog.Nop())
	server := httptest.NewServer(chat.Handler())
	p.url = server.URL
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- chat.Run(ctx, p.inbox) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		server.Close()
		p.inbox.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	ready := time.NewTicker(time.Millisecond)
	defer ready.Stop()
	for !chat.Ready() {
		select {
		case <-ready.C:
		case <-t.Context().Done():
			t.Fatal("never ready")
		}
	}
	return p
}

func (p *pageV1) once() string {
	p.n++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", p.n)
}

func (p *pageV1) fetch(t *testing.T, path string) []byte {
	t.Helper()
	r, err := http.Get(p.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s %v", path, r.StatusCode, body, err)
	}
	return body
}

// get is the page of a person, without what differs from one build to the next.
func (p *pageV1) get(t *testing.T, person string) []byte {
	t.Helper()
	var state map[string]any
	if err := json.Unmarshal(p.fetch(t, "/web/state?person="+url.QueryEscape(person)), &state); err != nil {
		t.Fatal(err)
	}
	delete(state, "version")
	delete(state, "maxBytes")
	body, err := json.MarshalIndent(state, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func (p *pageV1) post(t *testing.T, what string, body any) (int, map[string]any) {
	t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.Post(p.url+"/web/"+what, "application/json", bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, answer
}

// settle lets everything be shown.
func (p *pageV1) settle(t *testing.T) {
	t.Helper()
	for {
		p.inbox.Wait()
		if n, err := p.delivery.Drain(t.Context(), p.desk); err != nil {
			t.Fatal(err)
		} else if n == 0 {
			return
		}
	}
}

// messages are those that a person sees, oldest first.
func (p *pageV1) messages(t *testing.T, person string) []pageMessageV1 {
	t.Helper()
	var state struct {
		Rooms []struct{ Messages []pageMessageV1 }
	}
	if err := json.Unmarshal(p.get(t, person), &state); err != nil {
		t.Fatal(err)
	}
	var all []pageMessageV1
	for _, r := range state.Rooms {
		all = append(all, r.Messages...)
	}
	return all
}

type pageMessageV1 struct {
	ID    string
	Files []struct{ ID string }
	Card  struct {
		Title   string
		Buttons []struct{ Label, Do string }
	}
}

func (p *pageV1) files(t *testing.T, person string) (all []string) {
	t.Helper()
	for _, m := range p.messages(t, person) {
		for _, f := range m.Files {
			all = append(all, f.ID)
		}
	}
	if len(all) == 0 {
		t.Fatal("no files")
	}
	return all
}

// press presses the newest button with that label that the page shows.
func (p *pageV1) press(t *testing.T, person, label string) map[string]any {
	t.Helper()
	message, do := "", ""
	for _, m := range p.messages(t, person) {
		for _, b := range m.Card.Buttons {
			if b.Label == label {
				message, do = m.ID, b.Do
			}
		}
	}
	status, answer := p.post(t, "presses", map[string]any{"person": person, "once": p.once(), "message": message, "do": do})
	if status != http.StatusOK {
		t.Fatalf("%s presses %q of %q: %d %v", person, label, message, status, answer)
	}
	p.settle(t)
	return answer
}

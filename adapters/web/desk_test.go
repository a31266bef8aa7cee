package web

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"helptic/bot"
)

const securityChannel = "web:seguridad"

var startTime = time.Date(2026, 11, 23, 21, 5, 0, 0, time.UTC) // 4:05 p. m. in Bogotá

// desk is a chat with a real inbox and outbox behind it.
type desk struct {
	t       testing.TB
	db      *database
	adapter *Adapter
	inbox   *bot.Inbox
	outbox  *bot.Outbox
	server  *httptest.Server
	stop    func()

	mu     sync.Mutex
	events []bot.Event
	answer bot.Handler
}

// newDesk starts a process over a database. answer handles the events; nil replies nothing.
func newDesk(t testing.TB, db *database, answer bot.Handler, configure ...func(*Config)) *desk {
	t.Helper()
	d := &desk{t: t, db: db, answer: answer}
	c := Config{AppendLog: db, Files: db, SecurityChannel: securityChannel, Now: func() time.Time { return startTime }, Log: zerolog.Nop()}
	for _, f := range configure {
		f(&c)
	}
	var err error
	if d.adapter, err = New(c); err != nil {
		t.Fatal(err)
	}
	d.outbox = bot.NewOutbox(db, []bot.Adapter{d.adapter}, c.Now, zerolog.Nop())
	d.inbox = bot.NewInbox(db, d.handle, d.outbox, bot.Texts{}, c.Now, zerolog.Nop())
	d.server = httptest.NewServer(d.adapter.Handler())
	if err := d.adapter.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.adapter.Run(ctx, d.inbox) }()
	d.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		d.server.Close()
		d.inbox.Close()
	})
	t.Cleanup(d.stop)
	eventually(t, func() bool { return d.adapter.running.Load() != nil })
	return d
}

func (d *desk) handle(ctx context.Context, e bot.Event) (bot.Reply, error) {
	d.mu.Lock()
	d.events = append(d.events, e)
	d.mu.Unlock()
	if d.answer == nil {
		return bot.Reply{}, nil
	}
	return d.answer(ctx, e)
}

// handled waits for n events and returns them.
func (d *desk) handled(n int) []bot.Event {
	d.t.Helper()
	var events []bot.Event
	eventually(d.t, func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		events = append([]bot.Event(nil), d.events...)
		return len(events) >= n
	})
	if len(events) != n {
		d.t.Fatalf("%d events were handled, want %d", len(events), n)
	}
	return events
}

// eventually waits until a condition holds.
func eventually(t testing.TB, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); !holds(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("did not come to hold in ten seconds")
		}
	}
}

// send sends a message of the bot and returns its id.
func (d *desk) send(room bot.Room, key string, m bot.Message, change ...func(*bot.Outgoing)) string {
	d.t.Helper()
	o := bot.Outgoing{Room: room, Key: key, Message: m}
	for _, f := range change {
		f(&o)
	}
	id, err := d.adapter.Send(d.t.Context(), o)
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

// request sends a request of the page; change alters it first.
func (d *desk) request(method, path string, body any, change ...func(*http.Request)) (int, map[string]any, http.Header) {
	d.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			d.t.Fatal(err)
		}
		reader = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(d.t.Context(), method, d.server.URL+path, reader)
	if err != nil {
		d.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, f := range change {
		f(r)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	var decoded map[string]any
	if err := json.Unmarshal(text, &decoded); err != nil {
		decoded = map[string]any{"text": string(text)}
	}
	return response.StatusCode, decoded, response.Header
}

func (d *desk) post(path string, body any) (int, map[string]any) {
	d.t.Helper()
	status, answer, _ := d.request(http.MethodPost, path, body)
	return status, answer
}

// uuid is the n-th idempotency key of a test.
func uuid(n int) string {
	const digits = "0123456789abcdef"
	return "00000000-0000-4000-8000-0000000000" + string([]byte{digits[n/16%16], digits[n%16]})
}

func messageBody(n int, person, room, text string) map[string]any {
	return map[string]any{"person": person, "once": uuid(n), "room": room, "thread": "", "text": text, "files": []string{}}
}

// state is the state that the page of a person requests.
func (d *desk) state(person string) state {
	d.t.Helper()
	response, err := http.Get(d.server.URL + "/web/state?person=" + person)
	if err != nil {
		d.t.Fatal(err)
	}
	defer response.Body.Close()
	var s state
	if err := json.NewDecoder(response.Body).Decode(&s); err != nil {
		d.t.Fatal(err)
	}
	return s
}

// texts are the texts of the messages of a room that a person may read.
func (d *desk) texts(person, room string) string {
	d.t.Helper()
	for _, r := range d.state(person).Rooms {
		if r.ID == room {
			var all []string
			for _, m := range r.Messages {
				all = append(all, m.Text)
			}
			return strings.Join(all, " | ")
		}
	}
	return "no such room"
}

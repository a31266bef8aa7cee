package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gorilla/websocket"

	"helptic/adapters/slack/slacktest"
	"helptic/bot"
)

// sockets is Slack's side of Socket Mode.
type sockets struct {
	b      *bench
	opened atomic.Int64
	conns  chan *websocket.Conn // a new connection each
	acks   chan map[string]any
	mu     sync.Mutex
	all    []*websocket.Conn
}

// newSockets is a bench in Socket Mode, running.
func newSockets(t *testing.T) (*sockets, *bench, context.CancelFunc, chan error) {
	t.Helper()
	b := newBench(t, func(c *Config) { c.AppToken = "xapp-test" })
	s := &sockets{b: b, conns: make(chan *websocket.Conn, 20), acks: make(chan map[string]any, 100)}
	b.api.on("apps.connections.open", func(c call, w http.ResponseWriter) {
		if c.token != "xapp-test" {
			t.Errorf("opened with token %q", c.token)
		}
		s.opened.Add(1)
		fmt.Fprintf(w, `{"ok":true,"url":%q}`, "ws"+strings.TrimPrefix(b.api.URL, "http")+"/link")
	})
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	api := b.api.Config.Handler
	b.api.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/link" {
			api.ServeHTTP(w, r)
			return
		}
		conn, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.all = append(s.all, conn)
		s.mu.Unlock()
		_ = conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"hello","num_connections":1,"connection_info":{"app_id":"A1"}}`))
		s.conns <- conn
		for {
			var m map[string]any
			if conn.ReadJSON(&m) != nil {
				return
			}
			s.acks <- m
		}
	})
	t.Cleanup(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, c := range s.all {
			c.Close()
		}
	})
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	over := make(chan error, 1)
	go func() { over <- b.adapter.Run(ctx, b.inbox) }()
	return s, b, stop, over
}

func (s *sockets) conn(t *testing.T) *websocket.Conn {
	t.Helper()
	select {
	case c := <-s.conns:
		return c
	case <-t.Context().Done():
		t.Fatal("no connection")
		return nil
	}
}

func (s *sockets) ack(t *testing.T) map[string]any {
	t.Helper()
	select {
	case m := <-s.acks:
		return m
	case <-t.Context().Done():
		t.Fatal("nothing acknowledged")
		return nil
	}
}

func envelopeOf(kind, id, payload string) []byte {
	return fmt.Appendf(nil, `{"type":%q,"envelope_id":%q,"accepts_response_payload":true,"payload":%s}`, kind, id, payload)
}

func callback(event string) string {
	return fmt.Sprintf(`{"type":"event_callback","team_id":%q,"event_id":"Ev1","event":%s}`, testTeam, event)
}

func TestSocketModeReceivesAndAcknowledges(t *testing.T) {
	s, b, stop, over := newSockets(t)
	b.answers(func(e bot.Event) (bot.Reply, error) {
		if e.Form {
			return bot.Reply{Reject: map[string]string{"solution": "Escriba qué se hizo."}}, nil
		}
		return bot.Reply{}, nil
	})
	one, two := s.conn(t), s.conn(t)
	write := func(c *websocket.Conn, text []byte) {
		t.Helper()
		if err := c.WriteMessage(websocket.TextMessage, text); err != nil {
			t.Fatal(err)
		}
	}
	write(one, envelopeOf("events_api", "e1", callback(directMessage("hola", 1))))
	if m := s.ack(t); m["envelope_id"] != "e1" || m["payload"] != nil {
		t.Errorf("%v", m)
	}
	if e := b.event(); e.Text != "hola" || e.From.ID != "slack:"+testUser {
		t.Errorf("%+v", e)
	}
	if !b.adapter.Ready() {
		t.Error("not ready with connections")
	}
	// The same message through the other connection is acknowledged but is no second event.
	write(two, envelopeOf("events_api", "e2", callback(directMessage("hola", 1))))
	if m := s.ack(t); m["envelope_id"] != "e2" {
		t.Errorf("%v", m)
	}
	write(two, envelopeOf("interactive", "e3", submitted(viewMetadata{Do: "act resolve 12"}, "T", `{"solution":{"ask":{"type":"plain_text_input","value":null}}}`)))
	m := s.ack(t)
	if text, _ := json.Marshal(m["payload"]); m["envelope_id"] != "e3" || string(text) != `{"errors":{"solution":"Escriba qué se hizo."},"response_action":"errors"}` {
		t.Errorf("%v", m)
	}
	write(one, envelopeOf("slash_commands", "e4", fmt.Sprintf(`{"team_id":%q,"user_id":%q,"channel_id":"C1","command":"/helptic","text":"mis","trigger_id":"7"}`, testTeam, testUser)))
	m = s.ack(t)
	if text, _ := json.Marshal(m["payload"]); !strings.Contains(string(text), textAnsweredInDM) {
		t.Errorf("%v", m)
	}
	// What the client cannot read is acknowledged, or Slack would deliver it for ever.
	for i, event := range []string{`{"type":"cosa_nueva"}`, `{"type":"message","channel":"C1","blocks":[{"type":"actions","elements":[{"type":"thing_of_tomorrow"}]}],"user":"U2","ts":"1.2"}`} {
		write(one, envelopeOf("events_api", fmt.Sprint("odd", i), callback(event)))
		if m := s.ack(t); m["envelope_id"] != fmt.Sprint("odd", i) {
			t.Errorf("%v", m)
		}
	}
	// An envelope that could not be stored is not acknowledged.
	b.breakJournal(true)
	write(one, envelopeOf("events_api", "lost", callback(directMessage("otra", 2))))
	select {
	case <-b.denied:
	case <-t.Context().Done():
		t.Fatal("nothing came to the journal")
	}
	write(one, envelopeOf("events_api", "after", callback(`{"type":"cosa_nueva"}`)))
	if m := s.ack(t); m["envelope_id"] != "after" {
		t.Errorf("%v", m)
	}
	b.breakJournal(false)
	write(two, envelopeOf("events_api", "again", callback(directMessage("otra", 2))))
	if m := s.ack(t); m["envelope_id"] != "again" {
		t.Errorf("%v", m)
	}
	// Slack renews a connection: another is opened.
	before := s.opened.Load()
	write(one, []byte(`{"type":"disconnect","reason":"refresh_requested","debug_info":{"host":"x"}}`))
	three := s.conn(t)
	if s.opened.Load() != before+1 {
		t.Errorf("%d opened after %d", s.opened.Load(), before)
	}
	write(three, envelopeOf("events_api", "e9", callback(directMessage("tercera", 3))))
	if m := s.ack(t); m["envelope_id"] != "e9" {
		t.Errorf("%v", m)
	}
	stop()
	select {
	case err := <-over:
		if err != nil {
			t.Error(err)
		}
	case <-t.Context().Done():
		t.Fatal("does not end")
	}
	if b.adapter.Ready() {
		t.Error("ready after the end")
	}
	var texts []string
	for _, e := range b.handledEvents() {
		if !e.Form {
			texts = append(texts, e.Text)
		}
	}
	if got := strings.Join(texts, " "); strings.Count(got, "hola") != 1 || strings.Count(got, "otra") != 1 || !strings.Contains(got, "mis") || !strings.Contains(got, "tercera") {
		t.Errorf("events: %s", got)
	}
}

// An envelope in progress is stored and acknowledged before the connection closes.
func TestSocketModeDrainsBeforeItCloses(t *testing.T) {
	s, b, stop, over := newSockets(t)
	entered, leave := make(chan struct{}), make(chan struct{})
	b.answers(func(bot.Event) (bot.Reply, error) {
		close(entered)
		<-leave
		return bot.Reply{Reject: map[string]string{"solution": "No."}}, nil
	})
	c := s.conn(t)
	if err := c.WriteMessage(websocket.TextMessage, envelopeOf("interactive", "last", submitted(viewMetadata{Do: "act x"}, "T", `{"solution":{"ask":{"value":"x"}}}`))); err != nil {
		t.Fatal(err)
	}
	<-entered
	stop()
	close(leave)
	if m := s.ack(t); m["envelope_id"] != "last" || m["payload"] == nil {
		t.Errorf("%v", m)
	}
	if err := <-over; err != nil {
		t.Error(err)
	}
}

// Every envelope is acknowledged, whatever is in it.
func TestSocketModeAcknowledgesEveryEnvelope(t *testing.T) {
	s, b, _, _ := newSockets(t)
	c := s.conn(t)
	for _, p := range slacktest.Payloads(t, "socketmode") {
		var e struct {
			ID string `json:"envelope_id"`
		}
		if err := json.Unmarshal(p.Body, &e); err != nil {
			t.Fatal(err)
		}
		if e.ID == "" {
			continue // hello and disconnect wait for no answer
		}
		if p.Sample {
			b.belong(t, p.Body)
		} else {
			b.adapter.self.Store(&entity)
		}
		if err := c.WriteMessage(websocket.TextMessage, p.Body); err != nil {
			t.Fatal(err)
		}
		if m := s.ack(t); m["envelope_id"] != e.ID {
			t.Errorf("%s: %v", p.Name, m)
		}
	}
}

func TestSocketModeWithAWrongTokenIsNotReady(t *testing.T) {
	b := newBench(t, func(c *Config) { c.AppToken = "xapp-wrong" })
	b.api.on("apps.connections.open", answerText(`{"ok":false,"error":"invalid_auth"}`))
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- b.adapter.Run(ctx, b.inbox) }()
	b.api.wait(t, "apps.connections.open")
	if b.adapter.Ready() {
		t.Error("ready without a connection")
	}
	stop()
	if err := <-over; err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if log := b.log.String(); strings.Contains(log, "xapp-wrong") {
		t.Errorf("log has the token: %s", log)
	}
}

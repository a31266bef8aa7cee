package slacktest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// link is Socket Mode.
type link struct {
	on      bool
	tickets map[string]bool // of connections opened and not yet made
	sockets []*socket
	made    int                  // connections so far
	next    int                  // whose turn it is
	pending map[string]*envelope // not yet acknowledged
}

// socket is one connection of the app.
type socket struct {
	conn  *websocket.Conn
	write sync.Mutex
	down  chan struct{}
}

// envelope was sent and waits for its acknowledgement.
type envelope struct {
	id     string
	over   *socket
	parcel *parcel     // an event; nil for what people do
	acked  chan []byte // the payload of the acknowledgement, nil without one; closed when none will come
	stop   func()
}

// pingEvery keeps the app from thinking that the connection is dead.
const pingEvery = 5 * time.Second

func openLink(ws *Workspace, _ args) (map[string]any, *refusal) {
	if !ws.link.on {
		return nil, refuse("not_allowed") // Socket Mode is off in the app's settings
	}
	ticket := ws.number("ticket")
	ws.link.tickets[ticket] = true
	return map[string]any{"url": strings.Replace(ws.server.URL, "http", "ws", 1) + "/link?ticket=" + ticket + "&app_id=" + ws.config.AppID}, nil
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

func (ws *Workspace) serveLink(w http.ResponseWriter, r *http.Request) {
	ws.mu.Lock()
	ticket := r.URL.Query().Get("ticket")
	valid := ws.link.tickets[ticket]
	delete(ws.link.tickets, ticket)
	ws.mu.Unlock()
	if !valid {
		http.Error(w, "expired or used connection", http.StatusForbidden)
		return
	}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	s := &socket{conn: conn, down: make(chan struct{})}
	ws.mu.Lock()
	full := len(ws.link.sockets) >= maxSockets
	count := len(ws.link.sockets) + 1
	ws.mu.Unlock()
	if full {
		_ = s.send(disconnect("too_many_websockets"))
		s.cut()
		return
	}
	if s.send(map[string]any{
		"type": "hello", "num_connections": count, "connection_info": map[string]any{"app_id": ws.config.AppID},
		"debug_info": map[string]any{"host": "applink-slacktest", "build_number": 1, "approximate_connection_time": 18060},
	}) != nil {
		s.cut()
		return
	}
	ws.mu.Lock()
	ws.link.sockets = append(ws.link.sockets, s)
	ws.link.made++
	waiting := ws.delivery.waiting
	ws.delivery.waiting = nil
	for _, p := range waiting {
		ws.enqueue(p)
	}
	ws.touch()
	ws.mu.Unlock()
	go s.ping()
	ws.listen(s)
	ws.lost(s)
}

func disconnect(reason string) map[string]any {
	return map[string]any{"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "applink-slacktest"}}
}

func (s *socket) send(x any) error {
	s.write.Lock()
	defer s.write.Unlock()
	_ = s.conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	return s.conn.WriteMessage(websocket.TextMessage, encode(x))
}

func (s *socket) ping() {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-s.down:
			return
		case <-ticker.C:
			s.write.Lock()
			err := s.conn.WriteControl(websocket.PingMessage, []byte("Ping from applink-slacktest"), time.Now().Add(time.Second))
			s.write.Unlock()
			if err != nil {
				return
			}
		}
	}
}

func (s *socket) cut() { _ = s.conn.Close() }

// listen takes acknowledgements until the connection ends.
func (ws *Workspace) listen(s *socket) {
	for {
		_, raw, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		var ack struct {
			EnvelopeID string          `json:"envelope_id"`
			Payload    json.RawMessage `json:"payload"`
		}
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.DisallowUnknownFields()
		problem := ""
		switch err := decoder.Decode(&ack); {
		case err != nil:
			problem = "a frame that is no acknowledgement: " + err.Error()
		case len(raw) >= maxSocketAnswer:
			problem = "an acknowledgement of 20 KB or more, which Slack drops"
		}
		ws.mu.Lock()
		if problem != "" {
			ws.complain("Slack", problem)
		} else if e := ws.link.pending[ack.EnvelopeID]; e != nil {
			delete(ws.link.pending, e.id)
			e.stop()
			if e.parcel != nil {
				ws.delivery.log = append(ws.delivery.log, e.parcel.log(""))
			} else {
				e.acked <- ack.Payload
			}
		}
		ws.touch()
		ws.mu.Unlock()
	}
}

// lost forgets a connection. Its events go to another one; what people did there is lost.
func (ws *Workspace) lost(s *socket) {
	s.cut()
	close(s.down)
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.link.sockets = slices.DeleteFunc(ws.link.sockets, func(o *socket) bool { return o == s })
	for _, e := range ws.link.pending {
		if e.over == s {
			ws.unanswered(e, true)
		}
	}
	ws.touch()
}

// unanswered gives up an envelope. An event is sent again: at once where the connection went
// down, else when its turn comes. The lock is held.
func (ws *Workspace) unanswered(e *envelope, lost bool) {
	if ws.link.pending[e.id] != e {
		return
	}
	delete(ws.link.pending, e.id)
	e.stop()
	if e.parcel == nil {
		close(e.acked)
		ws.touch()
		return
	}
	ws.delivery.log = append(ws.delivery.log, e.parcel.log("timeout"))
	if lost && ws.ctx.Err() == nil {
		next := *e.parcel
		next.attempt, next.reason = e.parcel.attempt+1, "timeout"
		ws.enqueue(&next)
	} else {
		ws.again(e.parcel, "timeout")
	}
	ws.touch()
}

// enclose sends a payload over the connection whose turn it is; nil when there is none.
func (ws *Workspace) enclose(kind string, payload []byte, answers bool, p *parcel) *envelope {
	ws.mu.Lock()
	if len(ws.link.sockets) == 0 {
		ws.mu.Unlock()
		return nil
	}
	ws.link.next++
	s := ws.link.sockets[ws.link.next%len(ws.link.sockets)]
	e := &envelope{id: ws.number("00000000-0000-4000-9000-"), over: s, parcel: p, acked: make(chan []byte, 1)}
	ws.link.pending[e.id] = e
	e.stop = ws.clock.AfterFunc(answerTime, func() {
		ws.mu.Lock()
		defer ws.mu.Unlock()
		ws.unanswered(e, false)
	})
	ws.mu.Unlock()
	frame := map[string]any{"envelope_id": e.id, "payload": json.RawMessage(payload), "type": kind, "accepts_response_payload": answers}
	if p != nil {
		frame["retry_attempt"], frame["retry_reason"] = p.attempt, p.reason
	}
	if s.send(frame) != nil {
		s.cut() // listen notices, and lost takes care of the envelope
	}
	return e
}

// sendEnvelope sends an event over Socket Mode.
func (ws *Workspace) sendEnvelope(p *parcel) {
	if ws.enclose("events_api", p.body, false, p) == nil {
		ws.mu.Lock()
		defer ws.mu.Unlock()
		if ws.absent() {
			ws.delivery.waiting = append(ws.delivery.waiting, p)
		} else {
			ws.again(p, "timeout") // a connection came between the two looks
		}
	}
}

func (p *parcel) log(reason string) Delivery {
	return Delivery{Kind: p.kind, EventID: p.id, Attempt: p.attempt, Reason: reason, Body: p.body}
}

// Sockets is how many connections the app has.
func (ws *Workspace) Sockets() int {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return len(ws.link.sockets)
}

// Connections is how many connections the app has made so far, those that are gone included.
func (ws *Workspace) Connections() int {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return ws.link.made
}

// AwaitSockets waits until the app has that many connections.
func (ws *Workspace) AwaitSockets(n int) {
	ws.tb.Helper()
	ws.Await("connections of the app", func() bool { return ws.Sockets() == n })
}

// Disconnect sends a disconnect frame over every connection: "warning", "refresh_requested", "link_disabled" or
// "too_many_websockets". After "refresh_requested" and "link_disabled" Slack also closes.
func (ws *Workspace) Disconnect(reason string) {
	ws.mu.Lock()
	sockets := slices.Clone(ws.link.sockets)
	if reason == "link_disabled" {
		ws.link.on = false
	}
	ws.mu.Unlock()
	for _, s := range sockets {
		_ = s.send(disconnect(reason))
		if reason != "warning" {
			s.write.Lock()
			_ = s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
			s.write.Unlock()
		}
	}
}

// CutSockets breaks every connection without a word.
func (ws *Workspace) CutSockets() {
	ws.mu.Lock()
	sockets := slices.Clone(ws.link.sockets)
	ws.mu.Unlock()
	for _, s := range sockets {
		s.cut()
	}
}

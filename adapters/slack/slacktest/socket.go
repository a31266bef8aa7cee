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

// socketMode is the state of Socket Mode.
type socketMode struct {
	on      bool
	tickets map[string]bool // of connections that are not open yet
	sockets []*socket
	made    int                  // connections so far
	next    int                  // the next connection
	pending map[string]*envelope // not yet acknowledged
}

// socket is one connection of the app.
type socket struct {
	conn  *websocket.Conn
	write sync.Mutex
	down  chan struct{}
}

// envelope is an envelope that is not acknowledged yet.
type envelope struct {
	id          string
	over        *socket
	queuedEvent *queuedEvent // nil for interactions and commands
	acked       chan []byte  // receives the payload of the acknowledgement; closed if there is none
	stop        func()
}

// pingInterval is shorter than the time after which clients reconnect.
const pingInterval = 5 * time.Second

func openConnection(ws *Workspace, _ args) (map[string]any, *refusal) {
	if !ws.socketMode.on {
		return nil, refuse("not_allowed") // Socket Mode is off in the app's settings
	}
	ticket := ws.newID("ticket")
	ws.socketMode.tickets[ticket] = true
	return map[string]any{"url": strings.Replace(ws.server.URL, "http", "ws", 1) + "/link?ticket=" + ticket + "&app_id=" + ws.config.AppID}, nil
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

func (ws *Workspace) serveSocket(w http.ResponseWriter, r *http.Request) {
	ws.mu.Lock()
	ticket := r.URL.Query().Get("ticket")
	valid := ws.socketMode.tickets[ticket]
	delete(ws.socketMode.tickets, ticket)
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
	full := len(ws.socketMode.sockets) >= maxSockets
	count := len(ws.socketMode.sockets) + 1
	ws.mu.Unlock()
	if full {
		_ = s.send(disconnect("too_many_websockets"))
		s.close()
		return
	}
	if s.send(map[string]any{
		"type": "hello", "num_connections": count, "connection_info": map[string]any{"app_id": ws.config.AppID},
		"debug_info": map[string]any{"host": "applink-slacktest", "build_number": 1, "approximate_connection_time": 18060},
	}) != nil {
		s.close()
		return
	}
	ws.mu.Lock()
	ws.socketMode.sockets = append(ws.socketMode.sockets, s)
	ws.socketMode.made++
	waiting := ws.delivery.waiting
	ws.delivery.waiting = nil
	for _, p := range waiting {
		ws.enqueue(p)
	}
	ws.notifyWaiters()
	ws.mu.Unlock()
	go s.ping()
	ws.readAcks(s)
	ws.connectionLost(s)
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
	ticker := time.NewTicker(pingInterval)
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

func (s *socket) close() { _ = s.conn.Close() }

// readAcks reads acknowledgements until the connection ends.
func (ws *Workspace) readAcks(s *socket) {
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
			ws.addTrouble("Slack", problem)
		} else if e := ws.socketMode.pending[ack.EnvelopeID]; e != nil {
			delete(ws.socketMode.pending, e.id)
			e.stop()
			if e.queuedEvent != nil {
				ws.delivery.log = append(ws.delivery.log, e.queuedEvent.log(""))
			} else {
				e.acked <- ack.Payload
			}
		}
		ws.notifyWaiters()
		ws.mu.Unlock()
	}
}

// connectionLost removes a connection. Its events are delivered again; its interactions are lost.
func (ws *Workspace) connectionLost(s *socket) {
	s.close()
	close(s.down)
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.socketMode.sockets = slices.DeleteFunc(ws.socketMode.sockets, func(o *socket) bool { return o == s })
	for _, e := range ws.socketMode.pending {
		if e.over == s {
			ws.expireEnvelope(e, true)
		}
	}
	ws.notifyWaiters()
}

// expireEnvelope removes an envelope. An event is delivered again: at once if the connection was
// lost, else after the wait of a retry. The lock is held.
func (ws *Workspace) expireEnvelope(e *envelope, lost bool) {
	if ws.socketMode.pending[e.id] != e {
		return
	}
	delete(ws.socketMode.pending, e.id)
	e.stop()
	if e.queuedEvent == nil {
		close(e.acked)
		ws.notifyWaiters()
		return
	}
	ws.delivery.log = append(ws.delivery.log, e.queuedEvent.log("timeout"))
	if lost && ws.ctx.Err() == nil {
		next := *e.queuedEvent
		next.attempt, next.reason = e.queuedEvent.attempt+1, "timeout"
		ws.enqueue(&next)
	} else {
		ws.retry(e.queuedEvent, "timeout")
	}
	ws.notifyWaiters()
}

// sendEnvelope sends a payload over the next connection; it returns nil if there is none.
func (ws *Workspace) sendEnvelope(kind string, payload []byte, answers bool, p *queuedEvent) *envelope {
	ws.mu.Lock()
	if len(ws.socketMode.sockets) == 0 {
		ws.mu.Unlock()
		return nil
	}
	ws.socketMode.next++
	s := ws.socketMode.sockets[ws.socketMode.next%len(ws.socketMode.sockets)]
	e := &envelope{id: ws.newID("00000000-0000-4000-9000-"), over: s, queuedEvent: p, acked: make(chan []byte, 1)}
	ws.socketMode.pending[e.id] = e
	e.stop = ws.clock.AfterFunc(answerTimeout, func() {
		ws.mu.Lock()
		defer ws.mu.Unlock()
		ws.expireEnvelope(e, false)
	})
	ws.mu.Unlock()
	frame := map[string]any{"envelope_id": e.id, "payload": json.RawMessage(payload), "type": kind, "accepts_response_payload": answers}
	if p != nil {
		frame["retry_attempt"], frame["retry_reason"] = p.attempt, p.reason
	}
	if s.send(frame) != nil {
		s.close() // readAcks ends, and connectionLost handles the envelope
	}
	return e
}

// sendEventEnvelope sends an event over Socket Mode.
func (ws *Workspace) sendEventEnvelope(p *queuedEvent) {
	if ws.sendEnvelope("events_api", p.body, false, p) == nil {
		ws.mu.Lock()
		defer ws.mu.Unlock()
		if ws.noReceiver() {
			ws.delivery.waiting = append(ws.delivery.waiting, p)
		} else {
			ws.retry(p, "timeout") // a connection was opened in the meantime
		}
	}
}

func (p *queuedEvent) log(reason string) Delivery {
	return Delivery{Kind: p.kind, EventID: p.id, Attempt: p.attempt, Reason: reason, Body: p.body}
}

// Sockets is how many connections the app has.
func (ws *Workspace) Sockets() int {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return len(ws.socketMode.sockets)
}

// Connections is how many connections the app has opened so far.
func (ws *Workspace) Connections() int {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return ws.socketMode.made
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
	sockets := slices.Clone(ws.socketMode.sockets)
	if reason == "link_disabled" {
		ws.socketMode.on = false
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

// CutSockets breaks every connection without a disconnect frame.
func (ws *Workspace) CutSockets() {
	ws.mu.Lock()
	sockets := slices.Clone(ws.socketMode.sockets)
	ws.mu.Unlock()
	for _, s := range sockets {
		s.close()
	}
}

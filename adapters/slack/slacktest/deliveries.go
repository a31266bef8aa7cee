package slacktest

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// retryAfter are the waits before the retries of an event.
var retryAfter = []time.Duration{0, time.Minute, 5 * time.Minute}

// queuedEvent is an event to deliver.
type queuedEvent struct {
	kind    string
	lane    string
	id      string // event_id
	body    []byte
	attempt int
	reason  string // why it is retried
}

// Delivery is one attempt to deliver an event.
type Delivery struct {
	Kind    string // as in the manifest: "message.im"
	EventID string
	Attempt int
	Status  int    // over HTTP; 0: no answer
	Reason  string // why it failed: "http_timeout", "http_error", "connection_failed"; empty: it succeeded
	Body    []byte
	Took    time.Duration // until the answer over HTTP, in real time
}

type deliveries struct {
	lanes      map[string][]*queuedEvent
	waiting    []*queuedEvent // until an app is connected
	holding    bool
	held       []*queuedEvent
	duplicates int
	log        []Delivery
}

// PointAt sets the request URL of the app, and verifies it as Slack does. Several replicas take turns; one that does
// not listen is skipped. Earlier events are delivered now.
func (ws *Workspace) PointAt(appURLs ...string) {
	ws.tb.Helper()
	challenge := "slacktest-challenge"
	body := encode(map[string]any{"token": "slacktest-verification", "challenge": challenge, "type": "url_verification"})
	for _, one := range appURLs {
		got := ws.sendTo(one, "/slack/events", "application/json", body, nil)
		var response struct{ Challenge string }
		if got.reason != "" || (string(got.body) != challenge && (json.Unmarshal(got.body, &response) != nil || response.Challenge != challenge)) {
			ws.tb.Fatalf("slacktest: the app did not repeat the challenge: status %d %s", got.status, got.reason)
		}
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.apps = appURLs
	waiting := ws.delivery.waiting
	ws.delivery.waiting = nil
	for _, p := range waiting {
		ws.enqueue(p)
	}
}

// DuplicateEvents delivers each of the next n events twice at the same time, as after a lost answer.
func (ws *Workspace) DuplicateEvents(n int) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.delivery.duplicates = n
}

// HoldEvents holds events back until ReleaseEvents.
func (ws *Workspace) HoldEvents() {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.delivery.holding = true
}

// ReleaseEvents delivers the held events one after the other, in their order or reversed.
func (ws *Workspace) ReleaseEvents(reversed bool) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	held := ws.delivery.held
	ws.delivery.holding, ws.delivery.held = false, nil
	if reversed {
		slices.Reverse(held)
	}
	for _, p := range held {
		p.lane = "released"
		ws.enqueue(p)
	}
}

// dispatch holds or enqueues a new event. The lock is held, here and in enqueue.
func (ws *Workspace) dispatch(p *queuedEvent) {
	all := []*queuedEvent{p}
	if ws.delivery.duplicates > 0 {
		ws.delivery.duplicates--
		duplicate := *p
		duplicate.lane, duplicate.attempt, duplicate.reason = p.lane+" duplicate", 1, "http_timeout"
		all = append(all, &duplicate)
	}
	for _, one := range all {
		if ws.delivery.holding {
			ws.delivery.held = append(ws.delivery.held, one)
		} else {
			ws.enqueue(one)
		}
	}
}

func (ws *Workspace) enqueue(p *queuedEvent) {
	if ws.noReceiver() {
		ws.delivery.waiting = append(ws.delivery.waiting, p)
		return
	}
	queue := append(ws.delivery.lanes[p.lane], p)
	ws.delivery.lanes[p.lane] = queue
	if len(queue) == 1 {
		go ws.runLane(p.lane)
	}
}

// noReceiver reports whether no app is connected.
func (ws *Workspace) noReceiver() bool {
	if ws.socketMode.on {
		return len(ws.socketMode.sockets) == 0
	}
	return len(ws.apps) == 0
}

// runLane delivers the events of a lane until there are none.
func (ws *Workspace) runLane(lane string) {
	for {
		ws.mu.Lock()
		p, sockets := ws.delivery.lanes[lane][0], ws.socketMode.on
		ws.mu.Unlock()
		if sockets {
			ws.sendEventEnvelope(p)
		} else {
			ws.deliverHTTP(p)
		}
		ws.mu.Lock()
		rest := ws.delivery.lanes[lane][1:]
		if len(rest) == 0 {
			delete(ws.delivery.lanes, lane)
		} else {
			ws.delivery.lanes[lane] = rest
		}
		ws.notifyWaiters()
		ws.mu.Unlock()
		if len(rest) == 0 {
			return
		}
	}
}

// deliverHTTP makes one attempt over HTTP. If it fails it schedules the next.
func (ws *Workspace) deliverHTTP(p *queuedEvent) {
	headers := map[string]string{}
	if p.attempt > 0 {
		headers["X-Slack-Retry-Num"], headers["X-Slack-Retry-Reason"] = strconv.Itoa(p.attempt), p.reason
	}
	start := time.Now()
	got := ws.send("/slack/events", "application/json", p.body, headers)
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.delivery.log = append(ws.delivery.log, Delivery{
		Kind: p.kind, EventID: p.id, Attempt: p.attempt, Status: got.status, Reason: got.reason, Body: p.body, Took: time.Since(start),
	})
	if got.reason != "" && got.header.Get("X-Slack-No-Retry") != "1" {
		ws.retry(p, got.reason)
	}
}

// retry schedules the next attempt, if one is left.
func (ws *Workspace) retry(p *queuedEvent, reason string) {
	if p.attempt >= len(retryAfter) || ws.ctx.Err() != nil {
		return
	}
	next := *p
	next.attempt, next.reason = p.attempt+1, reason
	if wait := retryAfter[p.attempt]; wait > 0 {
		ws.clock.AfterFunc(wait, func() {
			ws.mu.Lock()
			defer ws.mu.Unlock()
			ws.enqueue(&next)
		})
		return
	}
	ws.enqueue(&next)
}

// Deliveries are the attempts to deliver events so far.
func (ws *Workspace) Deliveries() []Delivery {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return slices.Clone(ws.delivery.log)
}

// CaptureEvents calls cause and returns the bodies of the events that it causes, which are not delivered. A test can
// sign and send them itself (see Request).
func (ws *Workspace) CaptureEvents(cause func()) [][]byte {
	ws.mu.Lock()
	before, held := ws.delivery.holding, ws.delivery.held
	ws.delivery.holding, ws.delivery.held = true, nil
	ws.mu.Unlock()
	cause()
	ws.mu.Lock()
	defer ws.mu.Unlock()
	var bodies [][]byte
	for _, p := range ws.delivery.held {
		bodies = append(bodies, p.body)
	}
	ws.delivery.holding, ws.delivery.held = before, held
	return bodies
}

// Redeliver delivers an event again, as Slack does after a lost answer.
func (ws *Workspace) Redeliver(d Delivery) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.enqueue(&queuedEvent{kind: d.Kind, lane: "redelivered " + d.EventID, id: d.EventID, body: d.Body, attempt: max(1, d.Attempt), reason: "http_timeout"})
}

// Settle waits until the app has answered every event that was sent.
func (ws *Workspace) Settle() {
	ws.tb.Helper()
	ws.Await("the app to answer all events", func() bool {
		ws.mu.Lock()
		defer ws.mu.Unlock()
		return len(ws.delivery.lanes) == 0 && len(ws.socketMode.pending) == 0 && len(ws.delivery.waiting) == 0
	})
}

package slacktest

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// retryAfter is when an event that was not answered well is sent again.
var retryAfter = []time.Duration{0, time.Minute, 5 * time.Minute}

// parcel is an event on its way.
type parcel struct {
	kind    string
	lane    string
	id      string // event_id
	body    []byte
	attempt int
	reason  string // why it is sent again
}

// Delivery is one attempt to bring an event to the app.
type Delivery struct {
	Kind    string // by the manifest's names: "message.im"
	EventID string
	Attempt int
	Status  int    // over HTTP; 0 when there was no answer
	Reason  string // why it failed: "http_timeout", "http_error", "connection_failed"; empty: it did not
	Body    []byte
	Took    time.Duration // until the answer over HTTP, in real time
}

type deliveries struct {
	lanes   map[string][]*parcel
	waiting []*parcel // for an app to be there
	holding bool
	held    []*parcel
	double  int
	log     []Delivery
}

// PointAt says where the app listens, as one types the request URLs into its settings, and lets Slack verify it.
// Several replicas take turns, and one that does not listen is passed over. What happened before is delivered now.
func (ws *Workspace) PointAt(appURLs ...string) {
	ws.tb.Helper()
	challenge := "slacktest-challenge"
	body := encode(map[string]any{"token": "slacktest-verification", "challenge": challenge, "type": "url_verification"})
	for _, one := range appURLs {
		got := ws.sendTo(one, "/slack/events", "application/json", body, nil)
		var said struct{ Challenge string }
		if got.reason != "" || (string(got.body) != challenge && (json.Unmarshal(got.body, &said) != nil || said.Challenge != challenge)) {
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

// DuplicateEvents lets the next n events arrive twice at the same time, as after an answer that got lost.
func (ws *Workspace) DuplicateEvents(n int) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.delivery.double = n
}

// HoldEvents keeps events back until ReleaseEvents.
func (ws *Workspace) HoldEvents() {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.delivery.holding = true
}

// ReleaseEvents delivers what was held back, one after the other, in order or the other way round.
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

// dispatch takes a new event. The lock is held, here and in enqueue.
func (ws *Workspace) dispatch(p *parcel) {
	all := []*parcel{p}
	if ws.delivery.double > 0 {
		ws.delivery.double--
		again := *p
		again.lane, again.attempt, again.reason = p.lane+" again", 1, "http_timeout"
		all = append(all, &again)
	}
	for _, one := range all {
		if ws.delivery.holding {
			ws.delivery.held = append(ws.delivery.held, one)
		} else {
			ws.enqueue(one)
		}
	}
}

func (ws *Workspace) enqueue(p *parcel) {
	if ws.absent() {
		ws.delivery.waiting = append(ws.delivery.waiting, p)
		return
	}
	queue := append(ws.delivery.lanes[p.lane], p)
	ws.delivery.lanes[p.lane] = queue
	if len(queue) == 1 {
		go ws.run(p.lane)
	}
}

// absent tells whether nobody is there to take events.
func (ws *Workspace) absent() bool {
	if ws.link.on {
		return len(ws.link.sockets) == 0
	}
	return len(ws.apps) == 0
}

// run delivers the parcels of a lane until there are none.
func (ws *Workspace) run(lane string) {
	for {
		ws.mu.Lock()
		p, sockets := ws.delivery.lanes[lane][0], ws.link.on
		ws.mu.Unlock()
		if sockets {
			ws.sendEnvelope(p)
		} else {
			ws.bring(p)
		}
		ws.mu.Lock()
		rest := ws.delivery.lanes[lane][1:]
		if len(rest) == 0 {
			delete(ws.delivery.lanes, lane)
		} else {
			ws.delivery.lanes[lane] = rest
		}
		ws.touch()
		ws.mu.Unlock()
		if len(rest) == 0 {
			return
		}
	}
}

// bring makes one attempt over HTTP and plans the next where it failed.
func (ws *Workspace) bring(p *parcel) {
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
		ws.again(p, got.reason)
	}
}

// again plans the next attempt, if there is one left.
func (ws *Workspace) again(p *parcel, reason string) {
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

// Withheld does what causes events and returns their bodies instead of delivering them, for a test that
// signs and sends them itself (see Request).
func (ws *Workspace) Withheld(do func()) [][]byte {
	ws.mu.Lock()
	before, held := ws.delivery.holding, ws.delivery.held
	ws.delivery.holding, ws.delivery.held = true, nil
	ws.mu.Unlock()
	do()
	ws.mu.Lock()
	defer ws.mu.Unlock()
	var bodies [][]byte
	for _, p := range ws.delivery.held {
		bodies = append(bodies, p.body)
	}
	ws.delivery.holding, ws.delivery.held = before, held
	return bodies
}

// Redeliver sends an event once more, as Slack does when an answer got lost.
func (ws *Workspace) Redeliver(d Delivery) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.enqueue(&parcel{kind: d.Kind, lane: "again " + d.EventID, id: d.EventID, body: d.Body, attempt: max(1, d.Attempt), reason: "http_timeout"})
}

// Settle waits until the app has answered every event that was sent.
func (ws *Workspace) Settle() {
	ws.tb.Helper()
	ws.Await("the app to answer all events", func() bool {
		ws.mu.Lock()
		defer ws.mu.Unlock()
		return len(ws.delivery.lanes) == 0 && len(ws.link.pending) == 0 && len(ws.delivery.waiting) == 0
	})
}

package slacktest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// answerTime is how long an app has to answer.
const answerTime = 3 * time.Second

// retryAfter is when an event that was not answered well is sent again.
var retryAfter = []time.Duration{0, time.Minute, 5 * time.Minute}

var errRedirects = errors.New("too many redirects")

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
}

type deliveries struct {
	lanes   map[string][]*parcel
	waiting []*parcel // for an app to be there
	holding bool
	held    []*parcel
	double  int
	log     []Delivery
}

// Sign is how Slack signs a request: the values of X-Slack-Request-Timestamp and X-Slack-Signature.
func Sign(secret string, at time.Time, body []byte) (timestamp, signature string) {
	timestamp = strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + timestamp + ":"))
	mac.Write(body)
	return timestamp, "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// Request is a signed request to the app, for tests that send it late, twice or spoilt.
func (ws *Workspace) Request(path, contentType string, body []byte) *http.Request {
	ws.tb.Helper()
	ws.mu.Lock()
	base := ws.app
	ws.mu.Unlock()
	r, err := http.NewRequestWithContext(ws.ctx, http.MethodPost, base+path, bytes.NewReader(body))
	if err != nil {
		ws.tb.Fatalf("slacktest: %v", err)
	}
	ws.sign(r, contentType, body)
	return r
}

func (ws *Workspace) sign(r *http.Request, contentType string, body []byte) {
	timestamp, signature := Sign(ws.config.SigningSecret, ws.config.SignedAt(), body)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	r.Header.Set("X-Slack-Request-Timestamp", timestamp)
	r.Header.Set("X-Slack-Signature", signature)
}

// PointAt says where the app listens, as one types the request URLs into its settings, and lets
// Slack verify it. What happened before is delivered now.
func (ws *Workspace) PointAt(appURL string) {
	ws.tb.Helper()
	ws.mu.Lock()
	ws.app = appURL
	ws.mu.Unlock()
	challenge := "slacktest-challenge"
	body := encode(map[string]any{"token": "slacktest-verification", "challenge": challenge, "type": "url_verification"})
	got := ws.send("/slack/events", "application/json", body, nil)
	var said struct{ Challenge string }
	if got.reason != "" || (string(got.body) != challenge && (json.Unmarshal(got.body, &said) != nil || said.Challenge != challenge)) {
		ws.tb.Fatalf("slacktest: the app did not repeat the challenge: status %d %s", got.status, got.reason)
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
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
	return ws.app == ""
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
	got := ws.send("/slack/events", "application/json", p.body, headers)
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.delivery.log = append(ws.delivery.log, Delivery{p.kind, p.id, p.attempt, got.status, got.reason, p.body})
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

// reply is what the app answered.
type reply struct {
	status int
	body   []byte
	header http.Header
	reason string // why it is no good answer
}

// send posts to the app and waits for its answer, three seconds on the clock at most.
func (ws *Workspace) send(path, contentType string, body []byte, headers map[string]string) reply {
	ctx, cancel := context.WithTimeout(ws.ctx, ws.config.Patience)
	defer cancel()
	defer ws.clock.AfterFunc(answerTime, cancel)()
	ws.mu.Lock()
	base := ws.app
	ws.mu.Unlock()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+path, bytes.NewReader(body))
	if err != nil {
		return reply{reason: "connection_failed"}
	}
	ws.sign(r, contentType, body)
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	response, err := ws.client.Do(r)
	if err != nil {
		return reply{reason: whyNot(ctx, err)}
	}
	defer func() { _ = response.Body.Close() }()
	got, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return reply{status: response.StatusCode, header: response.Header, reason: whyNot(ctx, err)}
	}
	answer := reply{status: response.StatusCode, body: got, header: response.Header}
	if response.StatusCode/100 != 2 {
		answer.reason = "http_error"
	}
	return answer
}

func whyNot(ctx context.Context, err error) string {
	var failed *url.Error
	switch {
	case errors.Is(err, errRedirects):
		return "too_many_redirects"
	case ctx.Err() != nil, errors.As(err, &failed) && failed.Timeout():
		return "http_timeout"
	}
	return "connection_failed"
}

// Deliveries are the attempts to deliver events so far.
func (ws *Workspace) Deliveries() []Delivery {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return slices.Clone(ws.delivery.log)
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

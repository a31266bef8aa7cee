package googlechattest

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
)

// couriers are how events travel to the app.
type couriers struct {
	held   []func()
	holds  bool
	again  int // times that each event is delivered once more
	losses int // answers still to be lost
	cuts   int // connections still to be cut
}

// Duplicate delivers each event so many times more from now on, as Chat does where it doubts; every
// answer to the same event must be the same.
func (ws *Workspace) Duplicate(times int) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.couriers.again = times
}

// LoseAnswers loses the answers to the next events on the way, which Chat then delivers again.
func (ws *Workspace) LoseAnswers(n int) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.couriers.losses = n
}

// HangUp closes the connection under the next events as soon as the app has them; Chat then delivers them again.
func (ws *Workspace) HangUp(n int) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.couriers.cuts = n
}

// Hold keeps events back until they are released.
func (ws *Workspace) Hold() {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.couriers.holds = true
}

// Release delivers the events that were held, in their order or the reverse of it.
func (ws *Workspace) Release(reversed bool) {
	ws.t.Helper()
	ws.mu.Lock()
	held := ws.couriers.held
	ws.couriers.held, ws.couriers.holds = nil, false
	ws.mu.Unlock()
	if reversed {
		slices.Reverse(held)
	}
	for _, deliver := range held {
		deliver()
	}
}

// deliver gives an event to the app and does what it answers.
func (ws *Workspace) deliver(u *User, s *Space, h *happened, event map[string]any) {
	ws.t.Helper()
	if h == nil {
		h = &happened{kind: "said"}
	}
	h.user, h.space = u, s
	body := ws.wire(event)
	ws.mu.Lock()
	if ws.couriers.holds {
		ws.couriers.held = append(ws.couriers.held, func() { ws.bring(h, body) })
		ws.mu.Unlock()
		return
	}
	ws.mu.Unlock()
	ws.bring(h, body)
}

// tries is how often Chat delivers an event that is not answered 2xx.
const tries = 4

func (ws *Workspace) bring(h *happened, body []byte) {
	ws.t.Helper()
	ws.mu.Lock()
	again, lost, cut := ws.couriers.again, ws.couriers.losses > 0, ws.couriers.cuts > 0
	if lost {
		ws.couriers.losses--
	}
	if cut {
		ws.couriers.cuts--
	}
	ws.mu.Unlock()
	if ws.config.Publish != nil {
		if ws.config.Dialect == Addon && (h.kind == "pressed" || h.kind == "typing") {
			ws.mu.Lock()
			defer ws.mu.Unlock()
			ws.fault("a press", []string{"an add-on over Pub/Sub cannot be pressed: the person reads that the request cannot be processed"})
			return
		}
		for range again + 1 {
			ws.config.Publish(body)
		}
		return
	}
	if cut {
		ctx, cancel := context.WithCancel(ws.t.Context())
		ws.requestIn(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { cancel() }}), body, ws.authorization())
		cancel()
	}
	if lost {
		ws.request(body, ws.authorization())
	}
	var d Delivery
	for range tries {
		if d = ws.request(body, ws.authorization()); d.Status/100 == 2 {
			break
		}
	}
	for range again {
		if more := ws.request(body, ws.authorization()); !bytes.Equal(more.Answer, d.Answer) {
			ws.mu.Lock()
			ws.fault("an event that came again", []string{fmt.Sprintf("was answered %q, and first %q", more.Answer, d.Answer)})
			ws.mu.Unlock()
		}
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.delivered = append(ws.delivered, d)
	defer ws.touch()
	switch {
	case d.Late:
		ws.fault("an answer", []string{"came after Chat had stopped waiting: the person reads that the app does not respond"})
	case d.Status != http.StatusOK:
		ws.fault("an event", []string{fmt.Sprintf("was answered %d: the person reads that the app does not respond", d.Status)})
	case !strings.HasPrefix(d.Type, "application/json"):
		ws.fault("an answer", []string{fmt.Sprintf("is %q and no JSON", d.Type)})
	default:
		ws.answered(h, d.Answer)
	}
}

func (ws *Workspace) authorization() string { return "Bearer " + ws.Token(ws.Header(), ws.Claims()) }

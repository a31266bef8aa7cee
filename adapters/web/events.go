package web

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	maxStreams     = 256
	maxWatched     = 6   // people of one page
	eventsAtOnce   = 100 // read under one lock
	heartbeat      = 15 * time.Second
	reconnectAfter = time.Second
)

// event is a change as the page reads it: a message as it stands now, for those of the
// page's people who may see it; or somebody new.
type event struct {
	position int64
	For      []seenBy `json:"for,omitempty"`
	Message  *view    `json:"message,omitempty"`
	Person   *person  `json:"person,omitempty"`
}

// seenBy is one of the page's people, and how much they may see of the thread that the
// message begins or stands in.
type seenBy struct {
	Person  string `json:"person"`
	Replies int    `json:"replies,omitempty"`
}

// serveEvents tells what changes, from a position on. Nothing is kept for a client: it
// is told from the stream at its own speed, and one that takes nothing for a while
// is cut and comes back with the position that it has. One stream serves all the people of
// a page, for browsers allow a site six connections.
func (a *Adapter) serveEvents(c *connection, w http.ResponseWriter, r *http.Request) {
	addresses := r.URL.Query()["person"]
	if len(addresses) == 0 || len(addresses) > maxWatched {
		refuse(w, http.StatusBadRequest, "La petición no se entiende. Recargue la página.")
		return
	}
	people := make([]person, len(addresses))
	for i, address := range addresses {
		p, ok := a.asked(w, r, address)
		if !ok {
			return
		}
		people[i] = p
	}
	after, ok := position(r)
	if !ok {
		refuse(w, http.StatusBadRequest, "La petición no se entiende. Recargue la página.")
		return
	}
	if a.streams.Add(1) > maxStreams {
		a.streams.Add(-1)
		w.Header().Set("Retry-After", "10")
		refuse(w, http.StatusServiceUnavailable, "Hay demasiadas páginas abiertas. Cierre alguna.")
		return
	}
	defer a.streams.Add(-1)

	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no")
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // the server's limits are for requests that end
	write := func(text string) bool {
		_ = control.SetWriteDeadline(time.Now().Add(a.patience.write))
		_, err := io.WriteString(w, text)
		return err == nil && control.Flush() == nil
	}
	if !write(fmt.Sprintf("retry: %d\nevent: hello\ndata: {\"version\":%q}\n\n", reconnectAfter.Milliseconds(), a.version())) {
		return
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		events, at, changed := a.fold.since(people, after)
		for _, e := range events {
			body, err := json.Marshal(e)
			if err != nil {
				a.log.Error().Err(err).Msg("a change of the chat cannot be encoded")
				return
			}
			if !write(fmt.Sprintf("id: %d\ndata: %s\n\n", e.position, body)) {
				return
			}
		}
		after = at
		if changed == nil { // there is more
			continue
		}
		select {
		case <-r.Context().Done():
			return
		case <-c.done:
			return
		case <-changed:
		case <-beat.C:
			if !write(fmt.Sprintf("id: %d\n: .\n\n", after)) {
				return
			}
		}
	}
}

// position is where a client is: what its browser repeats, or what the page knows.
func position(r *http.Request) (int64, bool) {
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = r.FormValue("after")
	}
	if text == "" {
		return 0, true
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= 0
}

// since is what changed after a position, each message once and as it stands now. The
// channel is closed at the next change; it is nil where not all fitted.
func (f *fold) since(people []person, after int64) (events []event, at int64, changed <-chan struct{}) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	at = min(after, f.position)
	told := map[int64]int{} // message to its place in events
	for at < f.position && len(events) < eventsAtOnce {
		t := f.touched[at]
		at++
		if t.person != "" {
			p := f.people[t.person]
			events = append(events, event{position: at, Person: &p})
		}
		m, ok := f.messages[t.message]
		if !ok {
			continue
		}
		if _, again := told[m.id]; again {
			continue
		}
		var e event
		for _, p := range people {
			if f.sees(p, m) {
				v := f.view(p, m)
				e.Message = &v
				if root, ok := f.messages[m.thread]; ok {
					v.Replies = f.replies(p, root)
				}
				e.For = append(e.For, seenBy{Person: p.ID, Replies: v.Replies})
			}
		}
		if e.Message != nil {
			e.Message.Replies = 0
			e.position = at
			told[m.id] = len(events)
			events = append(events, e)
		}
	}
	if at < f.position {
		return events, at, nil
	}
	return events, at, f.changed
}

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
	maxStreams         = 256
	maxPeoplePerStream = 6   // people of one page
	eventBatch         = 100 // events that are collected under one lock
	heartbeatInterval  = 15 * time.Second
	reconnectionTime   = time.Second // of the browser
)

// event is one server-sent event: the current version of a message, with the people of the page
// who may read it; or a new person.
type event struct {
	position   int64
	Recipients []recipient  `json:"for,omitempty"`
	Message    *messageView `json:"message,omitempty"`
	Person     *person      `json:"person,omitempty"`
}

// recipient is one of the people of the page, with the number of replies that this person may
// read in the thread of the message.
type recipient struct {
	Person  string `json:"person"`
	Replies int    `json:"replies,omitempty"`
}

// serveEvents streams the changes after a position as server-sent events. The server keeps
// nothing for a client: events are made from the projection at the speed of the client. A client
// that reads too slowly is disconnected and reconnects with its position. One stream serves all
// people of a page, because a browser allows a site few connections.
func (a *Adapter) serveEvents(c *connection, w http.ResponseWriter, r *http.Request) {
	people, ok := a.streamPeople(w, r)
	if !ok {
		return
	}
	after, ok := requestedPosition(r)
	if !ok {
		writeError(w, http.StatusBadRequest, textMalformedRequest)
		return
	}
	if a.streams.Add(1) > maxStreams {
		a.streams.Add(-1)
		w.Header().Set("Retry-After", "10")
		writeError(w, http.StatusServiceUnavailable, textTooManyPages)
		return
	}
	defer a.streams.Add(-1)

	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no")
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // the server's limit is for requests that end
	write := func(text string) bool {
		_ = control.SetWriteDeadline(time.Now().Add(a.timeouts.write))
		_, err := io.WriteString(w, text)
		return err == nil && control.Flush() == nil
	}
	if !write(fmt.Sprintf("retry: %d\nevent: hello\ndata: {\"version\":%q}\n\n", reconnectionTime.Milliseconds(), a.version())) {
		return
	}
	a.writeEvents(c, r, people, after, write)
}

// streamPeople are the people for whom the page asks. Where one is wrong, it answers the request.
func (a *Adapter) streamPeople(w http.ResponseWriter, r *http.Request) ([]person, bool) {
	addresses := r.URL.Query()["person"]
	if len(addresses) == 0 || len(addresses) > maxPeoplePerStream {
		writeError(w, http.StatusBadRequest, textMalformedRequest)
		return nil, false
	}
	people := make([]person, len(addresses))
	for i, address := range addresses {
		p, ok := a.actor(w, r, address)
		if !ok {
			return nil, false
		}
		people[i] = p
	}
	return people, true
}

// writeEvents writes events until the client is gone or Run ends.
func (a *Adapter) writeEvents(c *connection, r *http.Request, people []person, after int64, write func(string) bool) {
	heartbeat := time.NewTicker(heartbeatInterval)
	defer heartbeat.Stop()
	for {
		events, position, updated := a.projection.eventsAfter(people, after)
		for _, e := range events {
			body, err := json.Marshal(e)
			if err != nil {
				a.log.Error().Err(err).Msg("server-sent event not encoded, closing the stream")
				return
			}
			if !write(fmt.Sprintf("id: %d\ndata: %s\n\n", e.position, body)) {
				return
			}
		}
		after = position
		if updated == nil { // there are more
			continue
		}
		select {
		case <-r.Context().Done():
			return
		case <-c.done:
			return
		case <-updated:
		case <-heartbeat.C:
			if !write(fmt.Sprintf("id: %d\n: .\n\n", after)) {
				return
			}
		}
	}
}

// requestedPosition is where the client continues. The browser sends it when it reconnects by
// itself, the page when it opens a stream.
func requestedPosition(r *http.Request) (int64, bool) {
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

// eventsAfter are the changes after a position that the people may read. Each message comes
// once, in its current version. updated is closed at the next change; it is nil where the batch
// is full.
func (s *projection) eventsAfter(people []person, after int64) (events []event, position int64, updated <-chan struct{}) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	position = min(after, s.position)
	sent := map[int64]bool{}
	for position < s.position && len(events) < eventBatch {
		c := s.changes[position]
		position++
		if c.person != "" {
			p := s.people[c.person]
			events = append(events, event{position: position, Person: &p})
		}
		m, ok := s.messages[c.message]
		if !ok || sent[m.id] {
			continue
		}
		if e := s.messageEvent(people, m); e.Message != nil {
			e.position = position
			sent[m.id] = true
			events = append(events, e)
		}
	}
	if position < s.position {
		return events, position, nil
	}
	return events, position, s.updated
}

// messageEvent is the event of a message. It has no message where none of the people may read
// it. The caller holds the lock.
func (s *projection) messageEvent(people []person, m *message) event {
	var e event
	for _, p := range people {
		if !s.mayRead(p, m) {
			continue
		}
		thread := m
		if root, ok := s.messages[m.thread]; ok {
			thread = root
		}
		v := m.view()
		e.Message = &v
		e.Recipients = append(e.Recipients, recipient{Person: p.ID, Replies: s.replies(p, thread)})
	}
	return e
}

package web

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"helptic/bot"
)

func TestEarlierMessagesComeInPages(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	var first string
	for i := range pageMessages + 30 {
		id := d.send(bot.Direct(user1), fmt.Sprint(i), bot.Message{Text: fmt.Sprint(i)})
		if i == 30 {
			first = id
		}
	}
	r := d.state(user1).Rooms[0]
	if len(r.Messages) != pageMessages || !r.Earlier || r.Messages[0].ID != first {
		t.Fatalf("%d messages from %s, earlier %v", len(r.Messages), r.Messages[0].ID, r.Earlier)
	}
	query := func(person, room, before, thread string) string {
		return "/web/messages?" + url.Values{"person": {person}, "room": {room}, "before": {before}, "thread": {thread}}.Encode()
	}
	_, page, _ := d.request("GET", query(user1, user1, first, ""), nil)
	if got := page["messages"].([]any); len(got) != 30 || page["earlier"] != false {
		t.Fatalf("%d earlier ones, more: %v", len(got), page["earlier"])
	}
	for name, c := range map[string]struct {
		path string
		want int
	}{
		"somebody else's": {query(user2, user1, first, ""), 403},
		"a channel":       {query(user1, defaultAgentChannel, first, ""), 403},
		"no position":     {query(user1, user1, "", ""), 400},
		"no thread":       {query(user1, user1, first, "x"), 400},
	} {
		if status, answer, _ := d.request("GET", c.path, nil); status != c.want {
			t.Errorf("%s: %d %v", name, status, answer)
		}
	}
	for i := range pageReplies + 5 {
		d.send(bot.Direct(user1), fmt.Sprint("r", i), bot.Message{Text: fmt.Sprint("r", i)}, func(o *bot.Outgoing) { o.Thread = first })
	}
	r = d.state(user1).Rooms[0]
	if r.Messages[0].Replies != pageReplies+5 || r.Messages[1].Text != "r5" {
		t.Fatalf("a long thread comes as %+v", r.Messages[:2])
	}
	_, page, _ = d.request("GET", query(user1, user1, r.Messages[1].ID, first), nil)
	if got := page["messages"].([]any); len(got) != 5 {
		t.Fatalf("%d earlier replies", len(got))
	}
}

// reader reads the server-sent events of a page.
type reader struct {
	lines *bufio.Scanner
	close func()
}

func (d *desk) subscribe(query string, last string) *reader {
	d.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, "GET", d.server.URL+"/web/events?"+query, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	if response.StatusCode != 200 || response.Header.Get("X-Accel-Buffering") != "no" {
		d.t.Fatalf("%d %v", response.StatusCode, response.Header)
	}
	close := func() {
		cancel()
		response.Body.Close()
	}
	d.t.Cleanup(close)
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	return &reader{lines, close}
}

// next is the next event: its id, and "recipients: text" or "+new person".
func (r *reader) next(t *testing.T) (id, summary string) {
	t.Helper()
	named := false
	for r.lines.Scan() {
		line := r.lines.Text()
		switch {
		case strings.HasPrefix(line, "event: "):
			named = true
		case line == "":
			named = false
		case strings.HasPrefix(line, "id: "):
			id = line[len("id: "):]
		case strings.HasPrefix(line, "data: ") && !named:
			var e event
			if err := json.Unmarshal([]byte(line[len("data: "):]), &e); err != nil {
				t.Fatal(err)
			}
			if e.Person != nil {
				return id, "+" + e.Person.Name
			}
			var recipients []string
			for _, to := range e.Recipients {
				recipients = append(recipients, strings.TrimPrefix(to.Person, "web:"))
			}
			return id, strings.Join(recipients, ",") + ": " + e.Message.Text
		}
	}
	return id, "end"
}

func TestEventsGoToThoseWhoMayRead(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	after := d.state(user1).Position
	r := d.subscribe(fmt.Sprintf("person=%s&person=%s&after=%d", user1, agent1, after), "")
	channel := bot.Channel(defaultAgentChannel)
	expect := func(want string) string {
		t.Helper()
		id, got := r.next(t)
		if got != want {
			t.Fatalf("event %q, want %q", got, want)
		}
		return id
	}
	id := d.send(bot.Direct(user1), "a", bot.Message{Text: "para usuario 1"})
	expect("usuario-1: para usuario 1")
	d.send(bot.Direct(user2), "a", bot.Message{Text: "para usuario 2"})
	d.send(channel, "o", bot.Message{Text: "solo agente 2"}, func(o *bot.Outgoing) { o.EphemeralFor = agent2 })
	d.send(channel, "c", bot.Message{Text: "canal"})
	last := expect("agente-1: canal")
	if err := d.adapter.Edit(t.Context(), id, bot.Outgoing{Room: bot.Direct(user1), Message: bot.Message{Text: "editado"}}); err != nil {
		t.Fatal(err)
	}
	expect("usuario-1: editado")
	d.post("/web/people", map[string]any{"once": uuid(9), "name": "Nueva", "role": "user"})
	expect("+Nueva")
	r.close()

	d.send(channel, "d", bot.Message{Text: "mientras tanto"})
	r = d.subscribe(fmt.Sprintf("person=%s&person=%s&after=0", user1, agent1), last) // the browser's header wins
	expect("usuario-1: editado")
	expect("+Nueva")
	expect("agente-1: mientras tanto")

	d.stop() // the end of Run ends the streams, so that the server can be shut down
	expect("end")
}

func TestEventsSendAMessageOnceInItsCurrentVersion(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	after := d.state(user1).Position
	id := d.send(bot.Direct(user1), "a", bot.Message{Text: "0"})
	for i := range 20 {
		if err := d.adapter.Edit(t.Context(), id, bot.Outgoing{Room: bot.Direct(user1), Message: bot.Message{Text: fmt.Sprint(i + 1)}}); err != nil {
			t.Fatal(err)
		}
	}
	p, _ := d.adapter.projection.person(user1)
	events, at, _ := d.adapter.projection.eventsAfter([]person{p}, after)
	if len(events) != 1 || events[0].Message.Text != "20" || at != d.adapter.projection.current() {
		t.Fatalf("%d events up to %d", len(events), at)
	}
	for i := range eventBatch + 1 {
		d.send(bot.Direct(user1), fmt.Sprint("n", i), bot.Message{Text: "x"})
	}
	if events, _, changed := d.adapter.projection.eventsAfter([]person{p}, after); len(events) != eventBatch || changed != nil {
		t.Fatalf("%d events at once", len(events))
	}
}

func TestEventStreamsAreBounded(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	for path, want := range map[string]int{
		"/web/events":                                   400,
		"/web/events?person=web:nadie":                  404,
		"/web/events?after=x&person=" + user1:           400,
		"/web/events?after=-1&person=" + user1:          400,
		"/web/events?" + strings.Repeat("person=x&", 7): 400,
	} {
		if status, answer, _ := d.request("GET", path, nil); status != want {
			t.Errorf("%s: %d %v", path, status, answer)
		}
	}
	d.adapter.streams.Store(maxStreams)
	if status, _, _ := d.request("GET", "/web/events?person="+user1, nil); status != 503 {
		t.Errorf("one stream too many: %d", status)
	}
	if d.adapter.streams.Load() != maxStreams {
		t.Error("a refused stream was counted")
	}
}

func TestPageThatReadsNothingIsDisconnected(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	d.adapter.timeouts.write = 20 * time.Millisecond
	after := d.state(user1).Position
	d.subscribe(fmt.Sprintf("person=%s&after=%d", user1, after), "") // and reads nothing of it
	eventually(t, func() bool { return d.adapter.streams.Load() == 1 })
	long := strings.Repeat("x", 200<<10)
	for i := range 100 {
		d.send(bot.Direct(user1), fmt.Sprint(i), bot.Message{Text: long})
	}
	eventually(t, func() bool { return d.adapter.streams.Load() == 0 })
}

func FuzzProjection(f *testing.F) {
	f.Add([]byte(`{"kind":"post","room":"web:usuario-1","message":{"text":"x"}}`), []byte(`{"kind":"edit","edits":1,"room":"web:usuario-1","message":{"text":"y"}}`))
	f.Add([]byte(`{"kind":"person","person":{"id":"web:x","role":"agent"}}`), []byte(`{"kind":"say","thread":1,"room":"web:usuario-1"}`))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		s := newProjection([]channel{{Address: defaultAgentChannel}})
		s.apply(1, entry{Kind: kindPerson, Person: &person{ID: user1, Role: Agent}})
		for i, body := range [][]byte{first, second, first} {
			var e entry
			_ = json.Unmarshal(body, &e)
			s.apply(int64(i+2), e)
		}
		p, _ := s.person(user1)
		if _, at, _ := s.eventsAfter([]person{p}, 0); at != 4 {
			t.Fatalf("read up to %d", at)
		}
		s.page(p, user1, 0, 0)
	})
}

func BenchmarkProjection(b *testing.B) {
	const messages = 10_000
	db := newDatabase(b)
	body, err := json.Marshal(entry{Kind: kindBotMessage, Room: user1, Content: newContent(galleryCard("Nueva", bot.Info))})
	if err != nil {
		b.Fatal(err)
	}
	for range messages {
		if _, err := db.Append(b.Context(), stream, "", body); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		a, err := New(Config{AppendLog: db, Files: db, Now: time.Now})
		if err != nil {
			b.Fatal(err)
		}
		if err := a.sync(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/messages, "ns/message")
}

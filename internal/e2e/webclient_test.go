package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// person sends to the web chat what a browser sends, and repeats a request until it is
// answered.
type person struct {
	vs   *victims
	name string
	once *int
	lost *int // presses that were sent more than once
}

type shownMessage struct {
	ID, Text, Thread, From string
	Card                   *struct {
		Title, Subtitle string
		Buttons         []struct{ Label, Do string }
	}
}

type answered struct {
	Open *struct {
		Token  string
		Fields []struct{ Name, Value string }
	}
	Reject map[string]string
	Notice string
}

type shownState struct {
	Position int64
	Rooms    []struct {
		ID       string
		Earlier  bool
		Messages []shownMessage
	}
}

func (p person) ask(method, path string, body any, into any) bool {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			p.vs.t.Fatal(err)
		}
	}
	v := p.vs.next()
	r, err := http.NewRequestWithContext(p.vs.t.Context(), method, "http://"+v.addr+path, bytes.NewReader(text))
	if err != nil {
		p.vs.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if method == http.MethodPost {
		p.vs.sending(v, p.name+" "+path)
	}
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 500 {
		return false
	}
	if answer.StatusCode >= 400 {
		p.vs.t.Fatalf("%s was answered %d %s", path, answer.StatusCode, all)
	}
	return into == nil || json.Unmarshal(all, into) == nil
}

func (p person) until(what string, try func() bool) {
	p.vs.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 6000 { // a minute: a lease of a dead process and more
		if p.vs.t.Failed() {
			p.vs.t.FailNow()
		}
		if try() {
			return
		}
		<-tick.C
	}
	p.vs.t.Fatalf("%s: never %s", p.name, what)
}

func (p person) uuid() string {
	*p.once++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", *p.once)
}

// room reads what stands in one of the person's rooms.
func (p person) room(id string) (all []shownMessage, ok bool) {
	var s shownState
	if !p.ask(http.MethodGet, "/web/state?person=web:"+p.name, nil, &s) {
		return nil, false
	}
	for _, r := range s.Rooms {
		if r.ID == id {
			return r.Messages, true
		}
	}
	return nil, true
}

func (p person) says(text string) {
	body := map[string]any{"person": "web:" + p.name, "once": p.uuid(), "room": "web:" + p.name, "thread": "", "text": text, "files": []string{}}
	p.until("said", func() bool { return p.ask(http.MethodPost, "/web/messages", body, nil) })
}

// presses the newest button with a label on a card about something once it is there, and
// fills in the form it opens. A form that was lost with the process is opened again.
func (p person) presses(room, about, label string, values map[string]string) {
	p.vs.t.Helper()
	p.until("pressed "+label, func() bool {
		message, do := p.find(room, about, label)
		if do == "" {
			return false
		}
		body := map[string]any{"person": "web:" + p.name, "once": p.uuid(), "message": message, "do": do}
		var a answered
		tries := 0
		p.until("answered", func() bool { tries++; return p.ask(http.MethodPost, "/web/presses", body, &a) })
		if tries > 1 {
			*p.lost++
		}
		if a.Notice != "" {
			p.vs.t.Fatalf("%s pressed %s and was told %q", p.name, label, a.Notice)
		}
		if values == nil {
			return true
		}
		if a.Open == nil {
			return false
		}
		sent := map[string]string{}
		for _, f := range a.Open.Fields {
			sent[f.Name] = f.Value
			if v, ok := values[f.Name]; ok {
				sent[f.Name] = v
			}
		}
		form := map[string]any{"person": "web:" + p.name, "once": p.uuid(), "token": a.Open.Token, "values": sent}
		var done answered
		p.until("sent", func() bool { return p.ask(http.MethodPost, "/web/forms", form, &done) })
		if done.Notice != "" || len(done.Reject) > 0 {
			p.vs.t.Fatalf("the form of %s was answered %q %v", label, done.Notice, done.Reject)
		}
		return true
	})
}

func (p person) find(room, about, label string) (message, do string) {
	all, _ := p.room(room)
	return button(all, about, label)
}

func button(all []shownMessage, about, label string) (message, do string) {
	for _, m := range slices.Backward(all) {
		if m.Card == nil || !strings.Contains(m.Card.Title+" ", about) {
			continue
		}
		for _, b := range m.Card.Buttons {
			if b.Label == label {
				return m.ID, b.Do
			}
		}
	}
	return "", ""
}

// isRidOf waits until a button is not offered any more: what it did has been done.
func (p person) isRidOf(room, about, label string) {
	p.vs.t.Helper()
	p.until("rid of "+label, func() bool {
		all, ok := p.room(room)
		_, do := button(all, about, label)
		return ok && do == ""
	})
}

func (p person) sees(room, text string) {
	p.vs.t.Helper()
	p.until("saw "+text, func() bool {
		all, _ := p.room(room)
		return slices.ContainsFunc(all, func(m shownMessage) bool {
			return strings.Contains(m.Text, text) || m.Card != nil && strings.Contains(m.Card.Title+" · "+m.Card.Subtitle, text)
		})
	})
}

// settled is the state after a time without changes that is longer than a round of the outbox.
func (p person) settled() shownState {
	p.vs.t.Helper()
	var s shownState
	since := time.Now()
	p.until("quiet", func() bool {
		before := s.Position
		s = shownState{}
		if p.ask(http.MethodGet, "/web/state?person=web:"+p.name, nil, &s) && s.Position == before {
			return time.Since(since) > p.vs.quiet
		}
		since = time.Now()
		return false
	})
	p.vs.quiet = min(p.vs.quiet, 1500*time.Millisecond)
	return s
}

package slack

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

const secretText = "palabras de alguien"

func TestInvalidRequestsAreRefused(t *testing.T) {
	event := fmt.Appendf(nil, `{"type":"event_callback","team_id":%q,"event_id":"Ev9","event":%s}`, testTeam, directMessage(secretText, 1))
	press := []byte(url.Values{"payload": {fmt.Sprintf(`{"type":"block_actions","team":{"id":%q},"user":{"id":%q},"container":{"type":"message","message_ts":"1.2","channel_id":"C1"},
		"actions":[{"type":"button","action_id":"do:0","value":"act %s","action_ts":"3.4"}]}`, testTeam, testUser, secretText)}}.Encode())
	command := []byte(url.Values{"text": {secretText}, "user_id": {testUser}, "team_id": {testTeam}, "channel_id": {"C1"}, "trigger_id": {"1.2"}}.Encode())
	suggestion := []byte(url.Values{"payload": {fmt.Sprintf(`{"type":"block_suggestion","team":{"id":%q},"user":{"id":%q},"action_id":"find:entries","value":%q}`, testTeam, testUser, secretText)}}.Encode())
	bodies := map[string][]byte{"/slack/events": event, "/slack/interactions": press, "/slack/commands": command, "/slack/options": suggestion}
	otherTeam := func(body []byte) []byte { return []byte(strings.ReplaceAll(string(body), testTeam, "T999")) }

	tests := []struct {
		name   string
		status int
		make   func(path string, body []byte, now time.Time) *http.Request
	}{
		{"no signature", 401, func(path string, body []byte, now time.Time) *http.Request {
			r := signed(path, body, now)
			r.Header.Del("X-Slack-Signature")
			return r
		}},
		{"no timestamp", 401, func(path string, body []byte, now time.Time) *http.Request {
			r := signed(path, body, now)
			r.Header.Del("X-Slack-Request-Timestamp")
			return r
		}},
		{"forged signature", 401, func(path string, body []byte, now time.Time) *http.Request {
			r := signed(path, body, now)
			r.Header.Set("X-Slack-Signature", "v0="+strings.Repeat("ab", 32))
			return r
		}},
		{"signature of another version", 401, func(path string, body []byte, now time.Time) *http.Request {
			r := signed(path, body, now)
			r.Header.Set("X-Slack-Signature", strings.Replace(r.Header.Get("X-Slack-Signature"), "v0=", "v1=", 1))
			return r
		}},
		{"signature of another body", 401, func(path string, body []byte, now time.Time) *http.Request {
			r := signed(path, append(body, ' '), now)
			r.Body = signed(path, body, now).Body
			return r
		}},
		{"signature cut short", 401, func(path string, body []byte, now time.Time) *http.Request {
			r := signed(path, body, now)
			r.Header.Set("X-Slack-Signature", r.Header.Get("X-Slack-Signature")[:20])
			return r
		}},
		{"replayed after five minutes", 401, func(path string, body []byte, now time.Time) *http.Request {
			return signed(path, body, now.Add(-maxClockSkew-2*time.Second))
		}},
		{"ahead of time", 401, func(path string, body []byte, now time.Time) *http.Request {
			return signed(path, body, now.Add(maxClockSkew+2*time.Second))
		}},
		{"timestamp that is no number", 401, func(path string, body []byte, now time.Time) *http.Request {
			r := signed(path, body, now)
			r.Header.Set("X-Slack-Request-Timestamp", "ayer")
			return r
		}},
		{"oversized", 413, func(path string, body []byte, now time.Time) *http.Request {
			return signed(path, append(body, make([]byte, maxBody)...), now)
		}},
		{"another workspace", 403, func(path string, body []byte, now time.Time) *http.Request {
			return signed(path, otherTeam(body), now)
		}},
		{"truncated", 400, func(path string, body []byte, now time.Time) *http.Request {
			cut := body[:len(body)-20]
			if path == "/slack/commands" {
				cut = append(cut, "&%zz"...)
			}
			return signed(path, cut, now)
		}},
		{"empty", 400, func(path string, _ []byte, now time.Time) *http.Request {
			if path == "/slack/commands" {
				return signed(path, []byte("team_id="+testTeam), now)
			}
			return signed(path, nil, now)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			for path, body := range bodies {
				if w := b.do(test.make(path, append([]byte(nil), body...), b.now())); w.Code != test.status || w.Body.Len() != 0 {
					t.Errorf("%s: %d %q, want %d and nothing", path, w.Code, w.Body, test.status)
				}
			}
			if events := b.handledEvents(); len(events) != 0 {
				t.Errorf("%d events were accepted", len(events))
			}
			pending, err := b.store.LeaseEvents(t.Context(), b.now().Add(time.Hour), b.now().Add(2*time.Hour), 10)
			if err != nil || len(pending) != 0 {
				t.Errorf("stored: %v, %v", pending, err)
			}
			log := b.log.String()
			if strings.Count(log, "request refused") != len(bodies) {
				t.Errorf("log: %s", log)
			}
			for _, secret := range []string{secretText, testUser, "xoxb", testSecret} {
				if strings.Contains(log, secret) {
					t.Errorf("log has %q: %s", secret, log)
				}
			}
		})
	}
}

func TestRequestIsAnsweredOnlyOnceStored(t *testing.T) {
	b := newBench(t)
	b.breakJournal(true)
	for path, body := range map[string][]byte{
		"/slack/events":   fmt.Appendf(nil, `{"type":"event_callback","team_id":%q,"event":%s}`, testTeam, directMessage("hola", 1)),
		"/slack/commands": []byte(url.Values{"text": {"mis"}, "user_id": {testUser}, "team_id": {testTeam}, "channel_id": {"C1"}, "trigger_id": {"1.2"}}.Encode()),
		"/slack/interactions": []byte(url.Values{"payload": {fmt.Sprintf(`{"type":"block_actions","team":{"id":%q},"user":{"id":%q},"container":{"type":"message","message_ts":"1.2","channel_id":"C1"},
			"actions":[{"type":"button","action_id":"do:0","value":"x","action_ts":"3.4"}]}`, testTeam, testUser)}}.Encode()),
	} {
		if w := b.post(path, body); w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: %d while nothing can be stored", path, w.Code)
		}
	}
	b.breakJournal(false)
	for try := range 3 { // Slack's retries are one event
		r := signed("/slack/events", fmt.Appendf(nil, `{"type":"event_callback","team_id":%q,"event_id":"Ev%d","event":%s}`, testTeam, try, directMessage("hola", 1)), b.now())
		r.Header.Set("X-Slack-Retry-Num", "1")
		r.Header.Set("X-Slack-Retry-Reason", "http_timeout")
		if w := b.do(r); w.Code != http.StatusOK {
			t.Errorf("retry %d: %d", try, w.Code)
		}
	}
	if events := b.handledEvents(); len(events) != 1 || events[0].Text != "hola" || events[0].From.Name != "Usuario 1" {
		t.Errorf("events: %+v", events)
	}
}

func TestRequestsBeforeRunAreNotAccepted(t *testing.T) {
	b := newBench(t)
	b.adapter.inbox.Store(nil)
	if b.adapter.Ready() {
		t.Error("ready before it runs")
	}
	if w := b.deliver(directMessage("hola", 1)); w.Code != http.StatusServiceUnavailable {
		t.Errorf("%d before it runs", w.Code)
	}
	if w := b.post("/slack/events", []byte(`{"type":"url_verification","challenge":"3eZbrw1a"}`)); w.Code != 200 || w.Body.String() != "3eZbrw1a" {
		t.Errorf("challenge: %d %q", w.Code, w.Body)
	}
	if w := b.post("/slack/commands", []byte("ssl_check=1&token=x")); w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("probe: %d %q", w.Code, w.Body)
	}
}

func TestOnlyPostIsServedAndNothingInSocketMode(t *testing.T) {
	b := newBench(t)
	w := httptest.NewRecorder()
	b.mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/slack/events", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", w.Code)
	}
	s := newBench(t, func(c *Config) { c.AppToken = "xapp-test" })
	if n := len(s.adapter.Handlers()); n != 0 {
		t.Errorf("%d endpoints in Socket Mode", n)
	}
}

func TestEventsThatAreNotForTheBot(t *testing.T) {
	for name, event := range map[string]string{
		"unknown":              `{"type":"cosa_nueva","channel":{"id":"C1"}}`,
		"own message":          `{"type":"message","channel":"D1","channel_type":"im","user":"` + testBot + `","text":"hola","ts":"1.2"}`,
		"of a bot":             `{"type":"message","channel":"D1","channel_type":"im","user":"U2","bot_id":"B2","text":"hola","ts":"1.2"}`,
		"changed":              `{"type":"message","subtype":"message_changed","channel":"D1","ts":"1.2","message":{"user":"U2","text":"hola"}}`,
		"message in a channel": `{"type":"message","channel":"C1","channel_type":"channel","user":"U2","text":"hola","ts":"1.2"}`,
		"in others' thread":    `{"type":"message","channel":"C1","channel_type":"channel","user":"U2","text":"hola","ts":"1.3","thread_ts":"1.2","parent_user_id":"U3"}`,
		"reaction to another":  `{"type":"reaction_added","user":"U2","reaction":"eyes","item_user":"U3","item":{"type":"message","channel":"C1","ts":"1.2"},"event_ts":"1.4"}`,
		"reaction of no use":   `{"type":"reaction_added","user":"U2","reaction":"tada","item_user":"` + testBot + `","item":{"type":"message","channel":"C1","ts":"1.2"},"event_ts":"1.4"}`,
		"messages tab":         `{"type":"app_home_opened","user":"U2","tab":"messages","event_ts":"1.4"}`,
		"of odd shape":         `{"type":"message","channel":{"id":"C1"},"ts":7}`,
		"archived":             `{"type":"channel_archive","channel":"C1","user":"U2"}`,
	} {
		b := newBench(t)
		if w := b.deliver(event); w.Code != 200 {
			t.Errorf("%s: %d", name, w.Code)
		}
		if events := b.handledEvents(); len(events) != 0 {
			t.Errorf("%s: was accepted as %+v", name, events[0])
		}
	}
}

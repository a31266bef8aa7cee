package slack

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"helptic/adapters/slack/slacktest"
	"helptic/bot"
)

// seed gives a fuzz target the payloads of a folder, ours as if they were of the bench's workspace.
func seed(f *testing.F, folder string, add func([]byte)) {
	for _, p := range slacktest.Payloads(f, folder) {
		add(bytes.ReplaceAll(p.Body, []byte(entity.Team), []byte(testTeam)))
	}
}

// checkEvents checks that the inbox may have these events.
func checkEvents(t *testing.T, events []bot.Event) {
	t.Helper()
	for _, e := range events {
		rooms := 0
		for _, r := range []string{e.Room.Channel, e.Room.Direct, e.Room.Home} {
			if r != "" {
				rooms++
			}
		}
		if !strings.HasPrefix(e.Key, "slack/") || !strings.HasPrefix(e.From.ID, "slack:") || rooms != 1 || e.At.IsZero() || !utf8.ValidString(e.Text) {
			t.Errorf("%+v", e)
		}
	}
}

func fuzzEndpoint(f *testing.F, path string) {
	b := newBench(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		w := b.post(path, body)
		switch w.Code {
		case 200, 400, 403, 413:
		default:
			t.Errorf("%d", w.Code)
		}
		checkEvents(t, b.handledEvents())
		b.mu.Lock()
		b.events = nil
		b.mu.Unlock()
	})
}

func FuzzEvents(f *testing.F) {
	for _, event := range []string{directMessage("hola :fire: <@U1>", 1), `{"type":"app_home_opened","user":"U1","tab":"home","event_ts":"1.1"}`,
		`{"type":"reaction_added","user":"U1","reaction":"eyes","item_user":"` + testBot + `","item":{"type":"message","channel":"C1","ts":"1.2"},"event_ts":"1.3"}`} {
		f.Add(fmt.Appendf(nil, `{"type":"event_callback","team_id":%q,"event_id":"Ev1","event":%s}`, testTeam, event))
	}
	seed(f, "events", func(text []byte) { f.Add(text) })
	seed(f, "events-inner", func(text []byte) {
		f.Add(fmt.Appendf(nil, `{"type":"event_callback","team_id":%q,"event_id":"Ev1","event":%s}`, testTeam, text))
	})
	fuzzEndpoint(f, "/slack/events")
}

func FuzzInteractions(f *testing.F) {
	form := func(text string) []byte { return []byte(url.Values{"payload": {text}}.Encode()) }
	f.Add(form(pressed("C1", "act take 12", "1.1", "")))
	f.Add(form(submitted(viewMetadata{Do: "act note 12", Channel: "C1"}, "T", `{"text":{"ask":{"type":"plain_text_input","value":"x"}}}`)))
	seed(f, "interactive", func(text []byte) { f.Add(form(string(text))) })
	fuzzEndpoint(f, "/slack/interactions")
}

func FuzzOptions(f *testing.F) {
	f.Add([]byte(url.Values{"payload": {fmt.Sprintf(`{"type":"block_suggestion","team":{"id":%q},"user":{"id":"U1"},"action_id":"find:entries","value":"papel"}`, testTeam)}}.Encode()))
	seed(f, "interactive", func(text []byte) { f.Add([]byte(url.Values{"payload": {string(text)}}.Encode())) })
	fuzzEndpoint(f, "/slack/options")
}

func FuzzCommands(f *testing.F) {
	f.Add([]byte(url.Values{"text": {"123 <@U1|x>"}, "user_id": {"U1"}, "team_id": {testTeam}, "channel_id": {"C1"}, "trigger_id": {"1.2"}}.Encode()))
	f.Add([]byte("ssl_check=1"))
	seed(f, "slash", func(text []byte) { f.Add([]byte(fieldsOf(f, text).Encode())) })
	fuzzEndpoint(f, "/slack/commands")
}

// Any text fits into its limit, is complete in its chunks, and is cut between characters.
func FuzzText(f *testing.F) {
	f.Add("Palabras de a ocho. 👩🏽\u200d🔧 & < > \x00\u202e\u05d0\u05d1\u202c", 20)
	f.Add(strings.Repeat("👩🏽\u200d🔧", 50), 10)
	f.Add("", 5)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = 8 + (limit%3000+3000)%3000
		text = clean(text)
		if !utf8.ValidString(text) {
			t.Fatal("not UTF-8")
		}
		all := chunks(text, limit)
		if strings.Join(all, "") != text {
			t.Error("chunks do not add up to the text")
		}
		for _, chunk := range all {
			if length(chunk) > limit {
				t.Errorf("chunk of %d, limit %d", length(chunk), limit)
			}
		}
		if short := truncate(text, limit); length(short) > limit || !utf8.ValidString(short) {
			t.Errorf("cut to %d, limit %d", length(short), limit)
		}
		if o := plainText(text, limit); o.Text == "" || length(o.Text) > limit {
			t.Errorf("text object of %d, limit %d", length(o.Text), limit)
		}
		if back := fromMrkdwn(escape(text)); back != text {
			t.Errorf("%q came back as %q", text, back)
		}
	})
}

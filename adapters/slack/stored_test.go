package slack

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"helptic/bot"
)

// goldenText compares a text with a file that an earlier version wrote.
func goldenText(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "stored", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s was\n%s\nand is now\n%s", name, want, got)
	}
}

// Later versions read the append-only log: names, keys and JSON may not change.
func TestStreamsKeepNamesKeysAndJSON(t *testing.T) {
	b := newBench(t)
	now := time.Date(2026, 11, 23, 15, 4, 5, 678_000_000, time.UTC)
	b.now = func() time.Time { return now }
	if err := b.adapter.identify(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.api.on("auth.test", answerText(`{"ok":true,"team_id":"T111","user_id":"U2","enterprise_id":"E1"}`))
	c := b.adapter.config
	c.BotToken = "xoxb-another"
	other, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.identify(t.Context()); err != nil {
		t.Fatal(err)
	}
	card := outgoing(agents, "Solicitud N.º 12")
	card.Message.Card = &bot.Card{Title: "Solicitud N.º 12", Selects: []bot.Select{{Label: "Entrada", Do: "entry", Options: []bot.Option{{Label: "Correo", Value: strings.Repeat("valor ", 20)}}}}}
	if _, err := b.adapter.Send(t.Context(), card); err != nil {
		t.Fatal(err)
	}
	for i, room := range []string{"D" + testUser, "C1"} {
		b.serveFile(b.fileInfo(5, b.api.URL+"/files/foto.jpg"), "12345")
		b.deliver(fmt.Sprintf(`{"type":"message","subtype":"file_share","channel":%q,"user":%q,"text":"<@%s> mire","ts":"1600000000.00000%d","files":[{"id":"F1","name":"foto.jpg","mimetype":"image/jpeg","size":5}]}`, room, testUser, testBot, i))
		b.handledEvents()
	}
	var out strings.Builder
	for _, name := range []string{"slack/self", "slack/words", "slack/sends", "slack/files"} {
		entries, err := b.store.Read(t.Context(), name, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if name == "slack/files" {
				e.Key = "…" // the id that the store gave the file
			}
			fmt.Fprintf(&out, "%s %d %s %s\n", name, e.Position, e.Key, random.ReplaceAll(e.Body, []byte(`"once":"…"`)))
		}
	}
	fmt.Fprintf(&out, "metadata of the message %s\n", b.api.of("chat.postMessage")[0].form.Get("metadata"))
	goldenText(t, "streams.txt", out.String())
}

var random = regexp.MustCompile(`"once":"[A-Z2-7]{26}"`)

// The key of an event is its idempotency key in the journal: a payload that is delivered
// again after an update must have the key that it had before.
func TestEventsKeepTheirKeys(t *testing.T) {
	b := newBench(t)
	b.now = func() time.Time { return time.Date(2026, 11, 23, 15, 4, 5, 0, time.UTC) }
	b.deliver(directMessage("hola", 1))
	b.deliver(fmt.Sprintf(`{"type":"app_mention","channel":"C1","user":%q,"text":"<@%s> hola","ts":"1600000000.000002"}`, testUser, testBot))
	b.deliver(fmt.Sprintf(`{"type":"app_home_opened","user":%q,"tab":"home","event_ts":"1600000000.000003"}`, testUser))
	b.deliver(fmt.Sprintf(`{"type":"app_home_opened","user":%q,"tab":"home"}`, testUser))
	b.deliver(fmt.Sprintf(`{"type":"reaction_added","user":%q,"reaction":"eyes","item_user":%q,"item":{"type":"message","channel":"C1","ts":"1600000000.000004"},"event_ts":"1600000000.000005"}`, testUser, testBot))
	b.interact("/slack/interactions", pressed("C1", "act take 12", "1600000000.000006", ""))
	b.interact("/slack/interactions", strings.ReplaceAll(pressed("C1", "act take 12", "", ""), `"action_ts":""`, `"action_ts":null`))
	b.interact("/slack/interactions", fmt.Sprintf(`{"type":"block_actions","team":{"id":%q},"user":{"id":%q},"trigger_id":"T.7","container":{"type":"message","message_ts":"1600000000.000007","channel_id":"C1","thread_ts":"1600000000.000001"},
		"actions":[{"type":"static_select","action_id":"pick:entry","selected_option":{"value":"correo"},"action_ts":"1600000000.000008"}]}`, testTeam, testUser))
	b.interact("/slack/interactions", fmt.Sprintf(`{"type":"block_actions","team":{"id":%q},"user":{"id":%q},"trigger_id":"T.8","container":{"type":"view","view_id":"V1"},"view":{"id":"V1","type":"home"},
		"actions":[{"type":"button","action_id":"do:0","value":"start","action_ts":"1600000000.000009"}]}`, testTeam, testUser))
	values := `{"solution":{"ask":{"type":"plain_text_input","value":"Se cambió el rodillo"}}}`
	b.interact("/slack/interactions", submitted(viewMetadata{Do: "act resolve 12"}, "T.9", values))
	b.interact("/slack/interactions", submitted(viewMetadata{Do: "act resolve 12"}, "", values))
	b.interact("/slack/interactions", fmt.Sprintf(`{"type":"message_action","callback_id":"adopt","team":{"id":%q},"user":{"id":%q},"channel":{"id":"C1"},"trigger_id":"T.10","action_ts":"1600000000.000010","message":{"user":"U2","text":"x","ts":"1600000000.000011"}}`, testTeam, testUser))
	for _, trigger := range []string{"T.11", ""} {
		b.post("/slack/commands", []byte(url.Values{"text": {"mis"}, "user_id": {testUser}, "team_id": {testTeam}, "channel_id": {"C1"}, "trigger_id": {trigger}}.Encode()))
	}
	var out strings.Builder
	for _, e := range b.handledEvents() {
		fmt.Fprintf(&out, "%s\n\troom %s, thread %q, message %q, do %q, text %q, form %t, values %v\n", e.Key, e.Room, e.Thread, e.Message, e.Do, e.Text, e.Form, e.Values)
	}
	goldenText(t, "events.txt", out.String())
}

// An open modal may have been rendered by an earlier version. Its private_metadata, block ids
// and action ids are still read.
func TestModalOfAnEarlierVersionIsRead(t *testing.T) {
	b := newBench(t)
	long := strings.Repeat("valor ", 20)
	if _, err := b.store.Append(t.Context(), "slack/words", "any key", []byte(long)); err != nil {
		t.Fatal(err)
	}
	b.interact("/slack/interactions", fmt.Sprintf(`{"type":"view_submission","team":{"id":%q},"user":{"id":%q},"trigger_id":"T.1","view":{"id":"V1","type":"modal","callback_id":"form",
		"private_metadata":"{\"do\":\"act resolve 12\",\"channel\":\"C1\",\"thread\":\"1600000000.000001\",\"message\":\"1600000000.000002\"}",
		"state":{"values":{
			"text":{"ask":{"type":"plain_text_input","value":"Se cambió el rodillo"}},
			"none":{"ask":{"type":"plain_text_input","value":null}},
			"radio":{"ask":{"type":"radio_buttons","selected_option":{"value":"si"}}},
			"list":{"ask":{"type":"static_select","selected_option":{"value":"~1"}}},
			"open":{"ask":{"type":"static_select","selected_option":null}},
			"found":{"find:entries":{"type":"external_select","selected_option":{"value":"correo"}}},
			"who":{"ask":{"type":"users_select","selected_user":"U5"}},
			"day":{"ask":{"type":"datepicker","selected_date":"2026-11-24"}}}}}}`, testTeam, testUser))
	events := b.handledEvents()
	if len(events) != 1 {
		t.Fatalf("%d events", len(events))
	}
	e := events[0]
	if e.Do != "act resolve 12" || e.Room != bot.Channel("slack:C1") || e.Thread != "1600000000.000001" || e.Message != "1600000000.000002" || !e.Form {
		t.Errorf("event %+v", e)
	}
	want := map[string]string{"text": "Se cambió el rodillo", "none": "", "radio": "si", "list": long, "open": "", "found": "correo", "who": "slack:U5", "day": "2026-11-24"}
	if fmt.Sprint(e.Values) != fmt.Sprint(want) {
		t.Errorf("values %v, want %v", e.Values, want)
	}
}

// A message that an earlier version may have posted is looked for by the metadata of that
// version.
func TestSendOfAnEarlierVersionIsContinued(t *testing.T) {
	b := newBench(t)
	const digestOfKey = "60be65c3af0a060b62b668b88bd3f252"
	if _, err := b.store.Append(t.Context(), "slack/sends", digestOfKey, []byte(`{"at":"2026-11-23T15:04:05.678Z","once":"AAAAAAAAAAAAAAAAAAAAAAAAAA"}`)); err != nil {
		t.Fatal(err)
	}
	b.api.on("conversations.history", func(c call, w http.ResponseWriter) {
		if got := c.form.Get("oldest"); got != "1795446185" { // a minute before
			t.Errorf("looked for from %s on", got)
		}
		fmt.Fprintf(w, `{"ok":true,"messages":[{"ts":"1600000001.000002","metadata":{"event_type":"helptic_post","event_payload":{"key":%q}}}]}`, digestOfKey)
	})
	if id, err := b.adapter.Send(t.Context(), outgoing(agents, "Hola")); err != nil || id != "1600000001.000002" {
		t.Errorf("%q, %v", id, err)
	}
	if n := len(b.api.of("chat.postMessage")); n != 0 {
		t.Errorf("posted %d times", n)
	}
}

// A file that an earlier version downloaded from a channel is not uploaded there again.
func TestFileOfAnEarlierVersionIsNotUploadedAgain(t *testing.T) {
	b := newBench(t)
	file := b.save(t, "foto.jpg", "12345")
	if _, err := b.store.Append(t.Context(), "slack/files", file.ID, []byte(`{"user":"U9","channel":"C1"}`)); err != nil {
		t.Fatal(err)
	}
	o := outgoing(agents, "Hola")
	o.Message.Files = []bot.File{file}
	if _, err := b.adapter.Send(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if n := len(b.api.of("files.getUploadURLExternal")); n != 0 {
		t.Errorf("uploaded %d times", n)
	}
}

// The identity that an earlier version stored is used until Slack answers.
func TestIdentityOfAnEarlierVersionIsLoaded(t *testing.T) {
	b := newBench(t)
	b.adapter.self.Store(nil)
	for key, body := range map[string]string{"a631eea58183c259b2666de1e8216bdf": `{"team":"T9","enterprise":"E9","user":"U9","bot":"B9"}`, "of another token": `{"team":"T8","user":"U8"}`} {
		if _, err := b.store.Append(t.Context(), "slack/self", key, []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	b.adapter.loadIdentity(t.Context())
	if self := b.adapter.self.Load(); self == nil || *self != (identity{Team: "T9", Enterprise: "E9", User: "U9", Bot: "B9"}) {
		t.Errorf("%+v", self)
	}
}

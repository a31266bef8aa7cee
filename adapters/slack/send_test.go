package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"helptic/bot"
)

func outgoing(room bot.Room, text string) bot.Outgoing {
	return bot.Outgoing{Room: room, Key: "ticket/12", Message: bot.Message{Text: text}}
}

var (
	agents = bot.Channel("slack:C1")
	user   = bot.Direct("slack:" + testUser)
)

func TestSendAndEdit(t *testing.T) {
	b := newBench(t)
	card := outgoing(agents, "Solicitud N.º 12 <!channel>")
	card.Message.Card = &bot.Card{Title: "Solicitud N.º 12", Subtitle: "Nueva", Tone: bot.Info, Text: "No imprime"}
	id, err := b.adapter.Send(t.Context(), card)
	if err != nil {
		t.Fatal(err)
	}
	c := b.api.of("chat.postMessage")[0]
	for field, want := range map[string]string{"channel": "C1", "text": "Solicitud N.º 12 &lt;!channel&gt;", "unfurl_links": "false", "unfurl_media": "false", "parse": "none", "mrkdwn": "false", "token": "xoxb-test"} {
		if c.form.Get(field) != want {
			t.Errorf("%s is %q, want %q", field, c.form.Get(field), want)
		}
	}
	if m := c.form.Get("metadata"); !strings.Contains(m, metadataType) || strings.Contains(m, "ticket/12") {
		t.Errorf("metadata %s", m)
	}
	if a := c.form.Get("attachments"); !strings.Contains(a, toneColours[bot.Info]) || !strings.Contains(a, "No imprime") {
		t.Errorf("attachments %s", a)
	}
	if err := b.adapter.Edit(t.Context(), id, outgoing(agents, "Cerrada")); err != nil {
		t.Fatal(err)
	}
	c = b.api.of("chat.update")[0]
	if c.form.Get("ts") != id || c.form.Get("channel") != "C1" || c.form.Get("attachments") != "[]" || c.form.Has("metadata") || !strings.Contains(c.form.Get("blocks"), "Cerrada") {
		t.Errorf("update %v", c.form)
	}
	for range 2 { // a direct message goes to the channel of the two, which is asked for once
		o := outgoing(user, "Hola")
		o.Key = fmt.Sprint("hola", len(b.api.of("chat.postMessage")))
		if _, err := b.adapter.Send(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(b.api.of("conversations.open")); n != 1 {
		t.Errorf("conversations.open called %d times", n)
	}
}

// After an answer that was lost the message is looked for: in the channel or the thread,
// by the digest of its key; also by a process that knows nothing of the first.
func TestLostAnswer(t *testing.T) {
	for _, thread := range []string{"", "1600000000.000001"} {
		t.Run("thread "+thread, func(t *testing.T) {
			b := newBench(t)
			o := outgoing(agents, "Hola")
			o.Thread = thread
			var posted string
			b.api.on("chat.postMessage", func(c call, w http.ResponseWriter) {
				posted = c.form.Get("metadata")
				w.WriteHeader(http.StatusBadGateway)
			})
			var again *bot.RetryError
			if _, err := b.adapter.Send(t.Context(), o); !errors.As(err, &again) {
				t.Fatalf("lost answer: %v", err)
			}
			method := "conversations.history"
			if thread != "" {
				method = "conversations.replies"
			}
			b.api.on(method, func(c call, w http.ResponseWriter) {
				if c.form.Get("include_all_metadata") != "1" && c.form.Get("include_all_metadata") != "true" {
					t.Errorf("metadata not asked for: %v", c.form)
				}
				if c.form.Get("cursor") == "" {
					fmt.Fprint(w, `{"ok":true,"has_more":true,"messages":[{"ts":"9.9"}],"response_metadata":{"next_cursor":"two"}}`)
					return
				}
				fmt.Fprintf(w, `{"ok":true,"messages":[{"ts":"1.1","metadata":{"event_type":"other","event_payload":{"key":"x"}}},{"ts":"1600000001.000002","metadata":%s}]}`, posted)
			})
			other, err := New(b.adapter.config)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range []*Adapter{b.adapter, other} {
				if id, err := a.Send(t.Context(), o); err != nil || id != "1600000001.000002" {
					t.Errorf("second try: %q, %v", id, err)
				}
			}
			if n := len(b.api.of("chat.postMessage")); n != 1 {
				t.Errorf("posted %d times", n)
			}
			if n := len(b.api.of(method)); n != 4 {
				t.Errorf("looked %d pages, want 2 for each process", n)
			}
		})
	}
}

func TestLostAnswerOfAMessageThatWasNotPosted(t *testing.T) {
	b := newBench(t)
	b.api.on("chat.postMessage", func(_ call, w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) })
	if _, err := b.adapter.Send(t.Context(), outgoing(agents, "Hola")); err == nil {
		t.Fatal("sent")
	}
	b.api.on("chat.postMessage", nil)
	if id, err := b.adapter.Send(t.Context(), outgoing(agents, "Hola")); err != nil || id == "" {
		t.Errorf("second try: %q, %v", id, err)
	}
	if n := len(b.api.of("conversations.history")); n != 1 {
		t.Errorf("looked %d times", n)
	}
}

func TestPaceOfAMethod(t *testing.T) {
	b := newBench(t)
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	b.now = func() time.Time { return now }
	b.api.on("chat.postMessage", func(_ call, w http.ResponseWriter) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	wait := func() time.Duration {
		t.Helper()
		_, err := b.adapter.Send(t.Context(), outgoing(agents, "Hola"))
		var again *bot.RetryError
		if !errors.As(err, &again) {
			t.Fatalf("%v", err)
		}
		return again.After
	}
	if d := wait(); d != 7*time.Second {
		t.Errorf("wait %s", d)
	}
	now = now.Add(3 * time.Second)
	if d := wait(); d != 4*time.Second {
		t.Errorf("later wait %s", d)
	}
	if n := len(b.api.of("chat.postMessage")); n != 1 {
		t.Errorf("called %d times during the pause", n)
	}
	if err := b.adapter.Edit(t.Context(), "1.2", outgoing(agents, "x")); err != nil {
		t.Errorf("another method rests too: %v", err)
	}
	now = now.Add(4 * time.Second)
	b.api.on("chat.postMessage", nil)
	if _, err := b.adapter.Send(t.Context(), outgoing(agents, "Hola")); err != nil {
		t.Errorf("after the pause: %v", err)
	}
	if n := len(b.api.of("conversations.history")); n != 0 {
		t.Errorf("looked %d times for what Slack had refused", n)
	}
}

func TestWhatSlackRefuses(t *testing.T) {
	for code, want := range map[string]string{
		"channel_not_found": "final", "not_in_channel": "final", "is_archived": "final", "account_inactive": "final", "restricted_action": "final", "user_not_found": "final",
		"internal_error": "later", "fatal_error": "later", "service_unavailable": "later", "ratelimited": "later", "token_revoked": "later", "invalid_auth": "later", "missing_scope": "later",
	} {
		b := newBench(t)
		b.api.on("chat.postMessage", says(`{"ok":false,"error":"`+code+`"}`))
		_, err := b.adapter.Send(t.Context(), outgoing(agents, "Hola"))
		var again *bot.RetryError
		if err == nil || errors.As(err, &again) != (want == "later") {
			t.Errorf("%s: %v", code, err)
		}
		if codeOf(err) != code {
			t.Errorf("%s is told as %q", code, codeOf(err))
		}
	}
	for code, gone := range map[string]bool{"message_not_found": true, "cant_update_message": true, "edit_window_closed": true, "channel_not_found": false} {
		b := newBench(t)
		b.api.on("chat.update", says(`{"ok":false,"error":"`+code+`"}`))
		if err := b.adapter.Edit(t.Context(), "1.2", outgoing(agents, "x")); errors.Is(err, bot.ErrGone) != gone || err == nil {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestSecondBest(t *testing.T) {
	t.Run("blocks that Slack does not take leave the words", func(t *testing.T) {
		b := newBench(t)
		refuse := func(method string) {
			b.api.on(method, func(c call, w http.ResponseWriter) {
				if c.form.Get("blocks") != "" && c.form.Get("blocks") != "[]" {
					fmt.Fprint(w, `{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] must be less than 3001 characters [json-pointer:/blocks/2/text/text]"]}}`)
					return
				}
				fmt.Fprint(w, `{"ok":true,"channel":"C1","ts":"3.3"}`)
			})
		}
		refuse("chat.postMessage")
		refuse("chat.update")
		if id, err := b.adapter.Send(t.Context(), outgoing(agents, "Hola")); err != nil || id != "3.3" {
			t.Errorf("%q, %v", id, err)
		}
		if err := b.adapter.Edit(t.Context(), "3.3", outgoing(agents, "Hola")); err != nil {
			t.Error(err)
		}
		if log := b.log.String(); !strings.Contains(log, "json-pointer") || strings.Contains(log, "Hola") {
			t.Errorf("log %s", log)
		}
	})
	t.Run("a thread that is gone leaves the channel", func(t *testing.T) {
		b := newBench(t)
		b.api.on("chat.postMessage", func(c call, w http.ResponseWriter) {
			if c.form.Get("thread_ts") != "" {
				fmt.Fprint(w, `{"ok":false,"error":"thread_not_found"}`)
				return
			}
			fmt.Fprint(w, `{"ok":true,"channel":"C1","ts":"3.3"}`)
		})
		o := outgoing(agents, "Hola")
		o.Thread = "1.1"
		if id, err := b.adapter.Send(t.Context(), o); err != nil || id != "3.3" {
			t.Errorf("%q, %v", id, err)
		}
	})
	t.Run("for one person only, or by direct message where they are not there", func(t *testing.T) {
		b := newBench(t)
		o := outgoing(agents, "Solo para usted")
		o.EphemeralFor, o.Thread = "slack:"+testUser, "1.1"
		if id, err := b.adapter.Send(t.Context(), o); err != nil || id == "" {
			t.Errorf("%q, %v", id, err)
		}
		if c := b.api.of("chat.postEphemeral")[0]; c.form.Get("user") != testUser || c.form.Get("thread_ts") != "1.1" {
			t.Errorf("%v", c.form)
		}
		b.api.on("chat.postEphemeral", says(`{"ok":false,"error":"user_not_in_channel"}`))
		o.Key = "other"
		if _, err := b.adapter.Send(t.Context(), o); err != nil {
			t.Error(err)
		}
		if c := b.api.of("chat.postMessage"); len(c) != 1 || c[0].form.Get("channel") != "D"+testUser {
			t.Errorf("%v", c)
		}
	})
	t.Run("rooms of other chats", func(t *testing.T) {
		b := newBench(t)
		for _, r := range []bot.Room{bot.Channel("web:mesa"), bot.Direct("web:usuario"), bot.Home("web:usuario")} {
			if _, err := b.adapter.Send(t.Context(), outgoing(r, "x")); err == nil {
				t.Errorf("sent to %s", r)
			}
		}
	})
}

func TestIdentityIsRemembered(t *testing.T) {
	b := newBench(t)
	if err := b.adapter.identify(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.api.on("auth.test", func(_ call, w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) })
	next, err := New(b.adapter.config)
	if err != nil {
		t.Fatal(err)
	}
	next.loadIdentity(t.Context())
	if self := next.self.Load(); self == nil || self.Team != testTeam || self.User != testBot {
		t.Errorf("%+v", self)
	}
	c := b.adapter.config
	c.BotToken = "xoxb-another"
	other, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if other.loadIdentity(t.Context()); other.self.Load() != nil {
		t.Error("another token has the same identity")
	}
}

func TestPeople(t *testing.T) {
	b := newBench(t)
	for name, test := range map[string]struct {
		user  string
		guest bool
		found bool
	}{
		"colleague":        {`{"id":"U1","team_id":"T111","real_name":"Usuario 1","profile":{"email":"u1@example.org"}}`, false, true},
		"restricted":       {`{"id":"U1","team_id":"T111","is_restricted":true,"real_name":"x"}`, true, true},
		"ultra restricted": {`{"id":"U1","team_id":"T111","is_ultra_restricted":true,"real_name":"x"}`, true, true},
		"stranger":         {`{"id":"U1","team_id":"T111","is_stranger":true,"real_name":"x"}`, true, true},
		"other workspace":  {`{"id":"U1","team_id":"T999","real_name":"x"}`, true, true},
		"bot":              {`{"id":"U1","team_id":"T111","is_bot":true,"real_name":"x"}`, true, true},
		"deactivated":      {`{"id":"U1","team_id":"T111","deleted":true,"real_name":"x"}`, false, false},
	} {
		b.api.on("users.info", says(`{"ok":true,"user":`+test.user+`}`))
		p, err := b.adapter.Person(t.Context(), "slack:U1")
		if (err == nil) != test.found || p.Guest != test.guest {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	b.api.on("users.info", says(`{"ok":false,"error":"user_not_found"}`))
	var again *bot.RetryError
	if _, err := b.adapter.Person(t.Context(), "slack:U9"); err == nil || errors.As(err, &again) {
		t.Errorf("unknown: %v", err)
	}
	for _, address := range []string{"slack:B1", "web:usuario", "slack:", "nada"} {
		if _, err := b.adapter.Person(t.Context(), address); err == nil {
			t.Errorf("%s is somebody", address)
		}
	}
	if p, err := b.adapter.sender(t.Context(), "slack:U9"); err != nil || !p.Guest || p.Name != "U9" {
		t.Errorf("whom Slack does not know: %+v, %v", p, err)
	}
}

func TestWhoWroteIsAskedAgain(t *testing.T) {
	b := newBench(t)
	n := 0
	b.api.on("users.info", func(c call, w http.ResponseWriter) {
		if n++; n == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintf(w, `{"ok":true,"user":{"id":%q,"team_id":%q,"real_name":"Usuario 1"}}`, c.form.Get("user"), testTeam)
	})
	b.deliver(direct("hola", 1))
	if e := b.settled()[0]; e.From.ID != "slack:"+testUser || e.From.Name != "Usuario 1" || e.From.Guest {
		t.Errorf("%+v", e.From)
	}
}

func TestSenderIsLookedUpOnceInFiveMinutes(t *testing.T) {
	b := newBench(t)
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	b.now = func() time.Time { return now }
	for n := range 20 {
		b.deliver(direct(fmt.Sprintf("mire esto @%s", testUser), n))
	}
	for _, e := range b.settled() {
		if e.From.Name != "Usuario 1" || e.Text != "mire esto @Usuario 1" {
			t.Errorf("%+v", e)
		}
	}
	if n := len(b.api.of("users.info")); n != 1 {
		t.Errorf("users.info called %d times", n)
	}
	now = now.Add(5*time.Minute + time.Second)
	b.deliver(direct("hola", 100))
	b.settled()
	if n := len(b.api.of("users.info")); n != 2 {
		t.Errorf("users.info called %d times after five minutes", n)
	}
}

func TestMembers(t *testing.T) {
	b := newBench(t)
	b.api.on("conversations.members", func(c call, w http.ResponseWriter) {
		switch {
		case c.form.Get("channel") == "C404":
			fmt.Fprint(w, `{"ok":false,"error":"channel_not_found"}`)
		case c.form.Get("cursor") == "":
			fmt.Fprint(w, `{"ok":true,"members":["U1","U2"],"response_metadata":{"next_cursor":"p2"}}`)
		default:
			fmt.Fprint(w, `{"ok":true,"members":["U3"],"response_metadata":{"next_cursor":""}}`)
		}
	})
	for person, want := range map[string]bool{"slack:U1": true, "slack:U3": true, "slack:U4": false, "web:U1": false} {
		if got, err := b.adapter.Member(t.Context(), "slack:C1", person); err != nil || got != want {
			t.Errorf("%s: %t, %v", person, got, err)
		}
	}
	if got, err := b.adapter.Member(t.Context(), "slack:C404", "slack:U1"); err == nil || got {
		t.Errorf("a channel that the bot does not see: %t, %v", got, err)
	}
}

func TestLongWordsComeBackWhole(t *testing.T) {
	b := newBench(t)
	for _, text := range []string{"act take 12", "~7", strings.Repeat("ñ", 300), strings.Repeat("& ", 100)} {
		short, err := b.adapter.shorten(t.Context(), text, 75)
		if err != nil || length(short) > 75 {
			t.Errorf("%q became %q, %v", text, short, err)
		}
		if whole, err := b.adapter.expand(t.Context(), short); err != nil || whole != text {
			t.Errorf("%q came back as %q, %v", text, whole, err)
		}
	}
	for _, text := range []string{"~", "~x", "~0", "~-1", "~99"} {
		if whole, err := b.adapter.expand(t.Context(), text); err != nil || whole != "" {
			t.Errorf("%q stands for %q, %v", text, whole, err)
		}
	}
}

func TestCheck(t *testing.T) {
	text := func(found []Finding) string {
		out, err := json.Marshal(found)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	b := newBench(t, func(c *Config) { c.AgentChannel, c.SecurityChannel = "slack:C1", "web:otro" })
	b.api.on("auth.test", func(_ call, w http.ResponseWriter) {
		w.Header().Set("X-OAuth-Scopes", strings.Join(scopes[1:], ","))
		fmt.Fprintf(w, `{"ok":true,"team":"Equipo","user":"helptic","team_id":%q,"user_id":%q}`, testTeam, testBot)
	})
	for answer, want := range map[string]string{
		`{"ok":true,"channel":{"id":"C1","name":"mesa","is_member":true}}`:   `el bot está en #mesa`,
		`{"ok":true,"channel":{"id":"C1","name":"mesa","is_archived":true}}`: `archivado`,
		`{"ok":true,"channel":{"id":"C1","name":"mesa"}}`:                    `/invite @helptic`,
		`{"ok":false,"error":"channel_not_found"}`:                           `no existe, o es privado`,
	} {
		b.api.on("conversations.info", says(answer))
		found := b.adapter.Check(t.Context())
		if got := text(found); len(found) != 4 || !strings.Contains(got, want) || !strings.Contains(got, "faltan permisos: app_mentions:read.") || found[3].OK != strings.Contains(answer, "is_member") {
			t.Errorf("%s: %s", answer, got)
		}
	}
	b.api.on("auth.test", says(`{"ok":false,"error":"invalid_auth"}`))
	if found := b.adapter.Check(t.Context()); len(found) != 1 || found[0].OK || !strings.Contains(found[0].Text, "SLACK_BOT_TOKEN no sirve (invalid_auth)") {
		t.Errorf("%s", text(found))
	}
	b.api.Close()
	if found := b.adapter.Check(t.Context()); len(found) != 1 || found[0].OK || !strings.Contains(found[0].Text, "Slack no responde") {
		t.Errorf("%s", text(found))
	}
}

package slack

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

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
	for range 2 { // the channel of direct messages is opened once
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

// If the answer was lost the message is looked for by its metadata, in the channel or the
// thread, by another process too.
func TestMessageIsFoundAfterALostAnswer(t *testing.T) {
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
			var retry *bot.RetryError
			if _, err := b.adapter.Send(t.Context(), o); !errors.As(err, &retry) {
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

func TestMessageThatIsNotFoundIsPosted(t *testing.T) {
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

func TestSendFallsBack(t *testing.T) {
	t.Run("refused blocks leave the text", func(t *testing.T) {
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
	t.Run("without its thread it is posted in the channel", func(t *testing.T) {
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
	t.Run("ephemeral, or a direct message if they are not in the channel", func(t *testing.T) {
		b := newBench(t)
		o := outgoing(agents, "Solo para usted")
		o.EphemeralFor, o.Thread = "slack:"+testUser, "1.1"
		if id, err := b.adapter.Send(t.Context(), o); err != nil || id == "" {
			t.Errorf("%q, %v", id, err)
		}
		if c := b.api.of("chat.postEphemeral")[0]; c.form.Get("user") != testUser || c.form.Get("thread_ts") != "1.1" {
			t.Errorf("%v", c.form)
		}
		b.api.on("chat.postEphemeral", answerText(`{"ok":false,"error":"user_not_in_channel"}`))
		o.Key = "other"
		if _, err := b.adapter.Send(t.Context(), o); err != nil {
			t.Error(err)
		}
		if c := b.api.of("chat.postMessage"); len(c) != 1 || c[0].form.Get("channel") != "D"+testUser {
			t.Errorf("%v", c)
		}
	})
	t.Run("rooms of other chats are refused", func(t *testing.T) {
		b := newBench(t)
		for _, r := range []bot.Room{bot.Channel("web:mesa"), bot.Direct("web:usuario"), bot.Home("web:usuario")} {
			if _, err := b.adapter.Send(t.Context(), outgoing(r, "x")); err == nil {
				t.Errorf("sent to %s", r)
			}
		}
	})
}

package slacktest_test

import (
	"slices"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"helptic/adapters/slack/slacktest"
)

func TestResponseURLHasFiveUsesInHalfAnHour(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	one := ws.User("U1", "Usuario 1", "")
	a := &app{}
	var address string
	a.onSlash = func(c slack.SlashCommand) any {
		address = c.ResponseURL
		return nil
	}
	a.start(t, ws)
	one.Slash("/helptic", "")
	reply := func(m slack.WebhookMessage) error {
		return slack.PostWebhookContext(t.Context(), address, &m)
	}
	for n := range 5 {
		if err := reply(slack.WebhookMessage{Text: "sola", ReplaceOriginal: false}); err != nil {
			t.Fatal(n, err)
		}
	}
	if err := reply(slack.WebhookMessage{Text: "una más"}); err == nil {
		t.Error("a sixth answer was accepted")
	}
	if got := one.Ephemerals(); len(got) != 5 {
		t.Errorf("%d ephemeral messages", len(got))
	}
	one.Slash("/helptic", "")
	ws.Advance(31 * time.Minute)
	if err := reply(slack.WebhookMessage{Text: "tarde"}); err == nil {
		t.Error("a late answer was accepted")
	}
}

// Users can press buttons in attachments and in ephemeral messages.
func TestAttachmentsAndEphemerals(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	one := ws.User("U1", "Usuario 1", "")
	desk := ws.Channel("C1", slacktest.Public, one)
	var got slack.InteractionCallback
	a := &app{onAct: func(c slack.InteractionCallback) any {
		got = c
		return nil
	}}
	a.start(t, ws)
	if _, _, err := a.api.PostMessageContext(t.Context(), desk, slack.MsgOptionText("N.º 1", false), slack.MsgOptionAttachments(
		slack.Attachment{Color: "#2eb67d", Fallback: "N.º 1", Text: "vieja"},
		slack.Attachment{Color: "#2eb67d", Blocks: slack.Blocks{BlockSet: []slack.Block{buttons("Ver")}}},
	)); err != nil {
		t.Fatal(err)
	}
	m := ws.AwaitMessage(desk, "[Ver]")
	if want := "N.º 1\nvieja\n[Ver]"; m.Plain() != want {
		t.Errorf("got %q, want %q", m.Plain(), want)
	}
	if got := m.Colors(); !slices.Equal(got, []string{"#2eb67d", "#2eb67d"}) {
		t.Errorf("colours: %q", got)
	}
	one.Presses(m, "Ver")
	if got.Container.Type != "message_attachment" || got.Container.MessageTs != m.TS || got.Message.Timestamp != m.TS {
		t.Errorf("container: %+v", got.Container)
	}
	if _, err := a.api.PostEphemeralContext(t.Context(), desk, "U1", slack.MsgOptionText("solo usted", false), slack.MsgOptionBlocks(buttons("Leído"))); err != nil {
		t.Fatal(err)
	}
	e := one.AwaitEphemeral("Leído")
	one.Presses(e, "Leído")
	if !got.Container.IsEphemeral || got.ResponseURL == "" {
		t.Fatalf("container: %+v", got.Container)
	}
	if err := slack.PostWebhookContext(t.Context(), got.ResponseURL, &slack.WebhookMessage{Text: "gracias", ReplaceOriginal: true}); err != nil {
		t.Fatal(err)
	}
	if now, ok := e.Now(); !ok || now.Plain() != "gracias" {
		t.Errorf("after the answer: %q", now.Plain())
	}
	if err := slack.PostWebhookContext(t.Context(), got.ResponseURL, &slack.WebhookMessage{DeleteOriginal: true}); err != nil {
		t.Fatal(err)
	}
	if _, ok := e.Now(); ok {
		t.Error("the ephemeral message is still there")
	}
}

func TestUnescapedMentionsAndLinksAreReported(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	one := ws.User("U1", "Usuario 1", "")
	api := client(ws)
	post := func(options ...slack.MsgOption) slacktest.Message {
		t.Helper()
		if _, _, err := api.PostMessageContext(t.Context(), one.DM(), options...); err != nil {
			t.Fatal(err)
		}
		all := ws.Messages(one.DM())
		return all[len(all)-1]
	}
	bad := "<!channel> <@U1> @here <https://example.com|oferta> https://example.org/a"
	m := post(slack.MsgOptionText(bad, false))
	if got := m.Mentions(); !slices.Equal(got, []string{"!channel", "!here", "@U1"}) {
		t.Errorf("mentions: %q", got)
	}
	if got := m.Links(); !slices.Equal(got, []string{"https://example.com", "https://example.org/a"}) {
		t.Errorf("links: %q", got)
	}
	if !m.Previews {
		t.Error("previews are on by default")
	}
	m = post(slack.MsgOptionText("resumen", false), slack.MsgOptionBlocks(slack.NewSectionBlock(slack.NewTextBlockObject("plain_text", bad, false, false), nil, nil)),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	if len(m.Mentions()) != 0 || len(m.Links()) != 0 || m.Previews {
		t.Errorf("plain text mentions %q, links %q, previews %v", m.Mentions(), m.Links(), m.Previews)
	}
	m = post(slack.MsgOptionText("&lt;!channel&gt; &lt;@U1&gt;", false))
	if len(m.Mentions()) != 0 || m.Plain() != "<!channel> <@U1>" {
		t.Errorf("escaped: %q %q", m.Mentions(), m.Plain())
	}
}

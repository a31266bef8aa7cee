package slacktest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"helptic/adapters/slack/slacktest"
)

func input(block, label string, element slack.BlockElement) *slack.InputBlock {
	return slack.NewInputBlock(block, plain(label), nil, element)
}

func choices(labels ...string) []*slack.OptionBlockObject {
	var all []*slack.OptionBlockObject
	for _, label := range labels {
		all = append(all, slack.NewOptionBlockObject(strings.ToLower(label), plain(label), nil))
	}
	return all
}

func modal(title string, blocks ...slack.Block) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: plain(title), Submit: plain("Guardar"), CallbackID: "form", PrivateMetadata: "7",
		Blocks: slack.Blocks{BlockSet: blocks}, NotifyOnClose: true,
	}
}

// A whole conversation, driven by what people see: words, a card, a button with a
// confirmation, selects of all kinds, a form with complaints, a command, a shortcut, the home.
func TestStory(t *testing.T) {
	both(t, func(t *testing.T, ws *slacktest.Workspace) {
		ctx := t.Context()
		one := ws.User("U1", "Usuario 1", "usuario1@example.com")
		agent := ws.User("U2", "Agente 2", "agente2@example.com")
		desk := ws.Channel("C1", slacktest.Private, agent, one)
		a := &app{}
		a.onEvent = func(e slackevents.EventsAPIInnerEvent) {
			switch e := e.Data.(type) {
			case *slackevents.MessageEvent:
				if e.BotID != "" || e.SubType != "" || e.ChannelType != "im" {
					return
				}
				confirmed := slack.NewButtonBlockElement("close", "7", plain("Cerrar"))
				confirmed.Confirm = slack.NewConfirmationBlockObject(plain("¿Cerrar la solicitud?"), plain("No se puede deshacer."), plain("Sí"), plain("No"))
				least := 0
				list := slack.NewOptionsSelectBlockElement("external_select", plain("Categoría"), "category")
				list.MinQueryLength = &least
				if _, _, err := a.api.PostMessageContext(ctx, desk, slack.MsgOptionText("Nueva: "+e.Text, false), slack.MsgOptionBlocks(
					section("Nueva: "+e.Text), buttons("Asignarme", "Resolver"), slack.NewActionBlock("more", confirmed,
						slack.NewOptionsSelectBlockElement("users_select", plain("Asignar a…"), "assign"),
						slack.NewOptionsSelectBlockElement("static_select", plain("Impacto"), "impact", choices("Alta", "Baja")...), list),
				)); err != nil {
					t.Error(err)
				}
			case *slackevents.AppHomeOpenedEvent:
				view := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{
					section("N.º 1"), buttons("Ver"), section("N.º 2"), buttons("Ver"),
				}}}
				if _, err := a.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: e.User, View: view}); err != nil {
					t.Error(err)
				}
			}
		}
		say := func(where, words string) {
			if _, _, err := a.api.PostMessageContext(ctx, where, slack.MsgOptionText(words, true)); err != nil {
				t.Error(err)
			}
		}
		a.onAct = func(c slack.InteractionCallback) any {
			switch c.Type {
			case slack.InteractionTypeBlockSuggestion:
				return slack.OptionsResponse{Options: choices("Correo "+c.Value, "Red")}
			case slack.InteractionTypeMessageAction:
				say(desk, "adoptada: "+c.Message.Text)
			case slack.InteractionTypeViewClosed:
				say(desk, "cerró el formulario")
			case slack.InteractionTypeViewSubmission:
				if words := c.View.State.Values["cause"]["words"].Value; len(words) < 5 {
					return slack.NewErrorsViewSubmissionResponse(map[string]string{"cause": "Escriba la causa completa."})
				}
				say(desk, "resuelta: "+c.View.State.Values["cause"]["words"].Value+" "+c.View.State.Values["kind"]["kind"].SelectedOption.Value)
			case slack.InteractionTypeBlockActions:
				pressed := c.ActionCallback.BlockActions[0]
				switch pressed.ActionID {
				case "press:Resolver":
					form := modal("Resolver", input("cause", "Causa", slack.NewPlainTextInputBlockElement(plain("Qué pasó"), "words")),
						input("kind", "Tipo", slack.NewOptionsSelectBlockElement("static_select", plain("Elija"), "kind", choices("Uno", "Dos")...)))
					if _, err := a.api.OpenViewContext(ctx, c.TriggerID, form); err != nil {
						t.Error(err)
					}
				case "press:Ver":
					say(c.User.ID, "ver en "+string(c.View.Type))
				case "assign":
					say(desk, "asignada a "+pressed.SelectedUser)
				case "impact", "category":
					say(desk, pressed.ActionID+" "+pressed.SelectedOption.Value)
				default:
					say(desk, c.User.ID+" "+pressed.ActionID+" "+pressed.Value)
				}
			}
			return nil
		}
		a.onSlash = func(c slack.SlashCommand) any {
			return map[string]string{"text": "sus solicitudes: " + c.Text}
		}
		a.start(t, ws)

		one.Says(one.DM(), "no hay red & <internet>")
		card := ws.AwaitMessage(desk, "Nueva")
		want := "Nueva: no hay red & <internet>\n[Asignarme] [Resolver]\n[Cerrar] [Asignar a… ▾] [Impacto ▾] [Categoría ▾]"
		if card.Plain() != want {
			t.Errorf("the card reads\n%s\nwant\n%s", card.Plain(), want)
		}
		if len(card.Mentions()) != 0 || len(card.Links()) != 0 {
			t.Errorf("mentions %v, links %v", card.Mentions(), card.Links())
		}
		if got := card.Buttons(); !slices.Equal(got, []string{"Asignarme", "Resolver", "Cerrar"}) {
			t.Errorf("buttons: %q", got)
		}
		if got := agent.Offers(card, "Impacto"); !slices.Equal(got, []string{"Alta", "Baja"}) {
			t.Errorf("offers: %q", got)
		}
		agent.Presses(card, "Asignarme")
		ws.AwaitMessage(desk, "U2 press:Asignarme 7")
		if confirm := agent.Declines(card, "Cerrar"); confirm != "¿Cerrar la solicitud?\nNo se puede deshacer." {
			t.Errorf("confirmation: %q", confirm)
		}
		agent.Presses(card, "Cerrar")
		ws.AwaitMessage(desk, "U2 close 7")
		agent.Chooses(card, "Asignar a…", "Usuario 1")
		ws.AwaitMessage(desk, "asignada a U1")
		agent.Chooses(card, "Impacto", "Alta")
		ws.AwaitMessage(desk, "impact alta")
		if got := agent.Types(card, "Categoría", "el"); !slices.Equal(got, []string{"Correo el", "Red"}) {
			t.Errorf("offered %q", got)
		}
		agent.Chooses(card, "Categoría", "Red")
		ws.AwaitMessage(desk, "category red")

		agent.Presses(card, "Resolver")
		form := agent.AwaitView("Resolver")
		if got, want := form.Plain(), "Resolver\nCausa: []\nTipo: [Elija ▾]\n[Guardar]"; got != want {
			t.Errorf("the form reads\n%s\nwant\n%s", got, want)
		}
		if got := form.Fields(); !slices.Equal(got, []string{"Causa", "Tipo"}) {
			t.Errorf("fields: %q", got)
		}
		calls := len(ws.Calls())
		if got := agent.Submits(form, nil); len(got) != 2 || len(ws.Calls()) != calls {
			t.Errorf("an empty form: %v", got)
		}
		if got := agent.Submits(form, slacktest.Answers{"Causa": "luz", "Tipo": "Dos"}); !maps.Equal(got, map[string]string{"Causa": "Escriba la causa completa."}) {
			t.Errorf("complaints: %v", got)
		}
		if form, _ = ws.View(agent); !strings.Contains(form.Plain(), "Causa: [luz]\n! Escriba la causa completa.\nTipo: [Dos ▾]") {
			t.Errorf("the form lost what was typed:\n%s", form.Plain())
		}
		if got := agent.Submits(form, slacktest.Answers{"Causa": "se fue la luz"}); len(got) != 0 {
			t.Errorf("complaints: %v", got)
		}
		ws.AwaitMessage(desk, "resuelta: se fue la luz dos")
		agent.AwaitNoView()
		agent.Presses(card, "Resolver")
		agent.Closes(agent.AwaitView("Resolver"))
		ws.AwaitMessage(desk, "cerró el formulario")

		said := one.Says(desk, "se cayó el correo")
		agent.Shortcut("adopt", said)
		ws.AwaitMessage(desk, "adoptada: se cayó el correo")
		one.Slash("/helptic", "mis")
		one.AwaitEphemeral("sus solicitudes: mis")
		one.OpensHome()
		home := one.AwaitHome("N.º 2")
		one.Presses(home, "Ver", "N.º 2")
		ws.AwaitMessage(one.DM(), "ver en home")
		ws.Settle()
	})
}

func TestEventsThatPeopleCause(t *testing.T) {
	both(t, func(t *testing.T, ws *slacktest.Workspace) {
		one := ws.User("U1", "Usuario 1", "")
		two := ws.User("U2", "Usuario 2", "")
		desk := ws.Channel("C1", slacktest.Public, one)
		other := ws.Channel("C2", slacktest.Private, one)
		a := &app{}
		a.start(t, ws)
		ws.RemoveBot(other)
		ws.Settle()
		one.Says(other, "aquí no está el bot")
		m := one.Mentions(desk, "ayuda")
		one.Reacts(m, "eyes")
		one.Edits(m, "ayuda, por favor")
		one.Says(desk, "", slacktest.File{Name: "a.txt", Content: []byte("a")})
		one.Deletes(m)
		ws.Join(desk, two)
		ws.Archive(desk, true)
		ws.Deactivate(two)
		ws.Settle()
		want := []string{
			"app_mention", "channel_archive", "file_shared", "member_joined_channel", "member_left_channel",
			"message", "message", "message", "message", "reaction_added", "user_change",
		}
		if got := slices.Sorted(slices.Values(a.kinds())); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// An app that answers nobody: people see it, and the test that asks is not failed.
func TestTroubles(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	one := ws.User("U1", "Usuario 1", "")
	a := &app{onStatus: func(path string) int {
		if path == "/slack/events" {
			return 0
		}
		return 503
	}}
	a.start(t, ws)
	if _, _, err := a.api.PostMessageContext(t.Context(), one.DM(), slack.MsgOptionText("hola", false), slack.MsgOptionBlocks(buttons("Ver"))); err != nil {
		t.Fatal(err)
	}
	one.Presses(ws.AwaitMessage(one.DM(), "Ver"), "Ver")
	one.Slash("/helptic", "mis")
	got := ws.Troubles()
	if len(got) != 2 || !strings.Contains(got[0].What, "503") || !strings.Contains(got[1].What, "dispatch_failed") {
		t.Errorf("%+v", got)
	}
}

func TestResponseURL(t *testing.T) {
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
		t.Error("a sixth answer was taken")
	}
	if got := one.Ephemerals(); len(got) != 5 {
		t.Errorf("%d ephemeral messages", len(got))
	}
	one.Slash("/helptic", "")
	ws.Advance(31 * time.Minute)
	if err := reply(slack.WebhookMessage{Text: "tarde"}); err == nil {
		t.Error("a late answer was taken")
	}
}

// What people can do with a message whose card is inside an attachment, for the colour, and with one that only they see.
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
		t.Error("the private message is still there")
	}
}

// What gets through unescaped is seen.
func TestMentionsAndLinks(t *testing.T) {
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

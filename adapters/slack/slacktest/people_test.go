package slacktest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

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

// A conversation of users who act on what they see: a message, a card, a button with a
// confirmation, selects of all kinds, a form with errors, a command, a shortcut, the home tab.
func TestConversationOverBothTransports(t *testing.T) {
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
		post := func(where, text string) {
			if _, _, err := a.api.PostMessageContext(ctx, where, slack.MsgOptionText(text, true)); err != nil {
				t.Error(err)
			}
		}
		a.onAct = func(c slack.InteractionCallback) any {
			switch c.Type {
			case slack.InteractionTypeBlockSuggestion:
				return slack.OptionsResponse{Options: choices("Correo "+c.Value, "Red")}
			case slack.InteractionTypeMessageAction:
				post(desk, "adoptada: "+c.Message.Text)
			case slack.InteractionTypeViewClosed:
				post(desk, "cerró el formulario")
			case slack.InteractionTypeViewSubmission:
				if cause := c.View.State.Values["cause"]["words"].Value; len(cause) < 5 {
					return slack.NewErrorsViewSubmissionResponse(map[string]string{"cause": "Escriba la causa completa."})
				}
				post(desk, "resuelta: "+c.View.State.Values["cause"]["words"].Value+" "+c.View.State.Values["kind"]["kind"].SelectedOption.Value)
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
					post(c.User.ID, "ver en "+string(c.View.Type))
				case "assign":
					post(desk, "asignada a "+pressed.SelectedUser)
				case "impact", "category":
					post(desk, pressed.ActionID+" "+pressed.SelectedOption.Value)
				default:
					post(desk, c.User.ID+" "+pressed.ActionID+" "+pressed.Value)
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
			t.Errorf("the card is\n%s\nwant\n%s", card.Plain(), want)
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
			t.Errorf("the form is\n%s\nwant\n%s", got, want)
		}
		if got := form.Fields(); !slices.Equal(got, []string{"Causa", "Tipo"}) {
			t.Errorf("fields: %q", got)
		}
		calls := len(ws.Calls())
		if got := agent.Submits(form, nil); len(got) != 2 || len(ws.Calls()) != calls {
			t.Errorf("an empty form: %v", got)
		}
		if got := agent.Submits(form, slacktest.Answers{"Causa": "luz", "Tipo": "Dos"}); !maps.Equal(got, map[string]string{"Causa": "Escriba la causa completa."}) {
			t.Errorf("errors: %v", got)
		}
		if form, _ = ws.View(agent); !strings.Contains(form.Plain(), "Causa: [luz]\n! Escriba la causa completa.\nTipo: [Dos ▾]") {
			t.Errorf("the form lost its values:\n%s", form.Plain())
		}
		if got := agent.Submits(form, slacktest.Answers{"Causa": "se fue la luz"}); len(got) != 0 {
			t.Errorf("errors: %v", got)
		}
		ws.AwaitMessage(desk, "resuelta: se fue la luz dos")
		agent.AwaitNoView()
		agent.Presses(card, "Resolver")
		agent.Closes(agent.AwaitView("Resolver"))
		ws.AwaitMessage(desk, "cerró el formulario")

		message := one.Says(desk, "se cayó el correo")
		agent.Shortcut("adopt", message)
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

func TestEventsOfUserActions(t *testing.T) {
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

// A test that reads the troubles does not fail for them.
func TestFailuresOfTheAppAreTroubles(t *testing.T) {
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

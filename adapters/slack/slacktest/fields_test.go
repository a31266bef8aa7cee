package slacktest_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"helptic/adapters/slack/slacktest"
)

// slack-go reads every kind of field as the user filled it.
func TestEveryKindOfFieldIsFilledAndRead(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	user := ws.User("U1", "Usuario 1", "")
	ws.User("U2", "Agente 2", "")
	groups := o{"type": "static_select", "action_id": "v", "placeholder": pt("Elija"), "option_groups": l{
		o{"label": pt("Correo"), "options": l{opt("Buzón lleno")}}, o{"label": pt("Red"), "options": l{opt("Sin red")}},
	}}
	element := func(kind string, more o) o {
		all := o{"type": kind, "action_id": "v"}
		maps.Copy(all, more)
		return all
	}
	fields := []struct {
		label   string
		element o
		answer  any
		shown   string
		value   func(slack.BlockAction) string
	}{
		{"Asunto", element("plain_text_input", nil), "sin red & sin luz", "[sin red & sin luz]", func(a slack.BlockAction) string { return a.Value }},
		{"Detalle", element("plain_text_input", o{"multiline": true}), "una\ndos", "[una\ndos]", func(a slack.BlockAction) string { return a.Value }},
		{"Correo", element("email_text_input", nil), "a@example.com", "[a@example.com]", func(a slack.BlockAction) string { return a.Value }},
		{"Cuántos", element("number_input", o{"is_decimal_allowed": false}), "3", "[3]", func(a slack.BlockAction) string { return a.Value }},
		{"Categoría", groups, "Sin red", "[Sin red ▾]", func(a slack.BlockAction) string { return a.SelectedOption.Value }},
		{"Varias", element("multi_static_select", o{"options": opts(3)}), []string{"o0", "o2"}, "[o0\no2 ▾]", func(a slack.BlockAction) string { return a.SelectedOptions[1].Value }},
		{"Responsable", element("users_select", nil), "Agente 2", "[Agente 2 ▾]", func(a slack.BlockAction) string { return a.SelectedUser }},
		{"Avisar a", element("multi_users_select", nil), []string{"Usuario 1", "U2"}, "[Usuario 1\nAgente 2 ▾]", func(a slack.BlockAction) string { return strings.Join(a.SelectedUsers, " ") }},
		{"Impacto", element("radio_buttons", o{"options": opts(2)}), "o1", "( ) o0 (•) o1", func(a slack.BlockAction) string { return a.SelectedOption.Value }},
		{"Equipos", element("checkboxes", o{"options": opts(3)}), []string{"o0", "o1"}, "(•) o0 (•) o1 ( ) o2", func(a slack.BlockAction) string { return a.SelectedOptions[0].Value }},
		{"Día", element("datepicker", nil), "2026-11-20", "[2026-11-20 ▾]", func(a slack.BlockAction) string { return a.SelectedDate }},
		{"Hora", element("timepicker", nil), "16:00", "[16:00 ▾]", func(a slack.BlockAction) string { return a.SelectedTime }},
		{"Adjuntos", element("file_input", o{"max_files": 2}), slacktest.File{Name: "a.txt", Content: []byte("a")}, "[a.txt]", func(a slack.BlockAction) string { return a.Files[0].Name }},
	}
	wants := []string{"sin red & sin luz", "una\ndos", "a@example.com", "3", "Sin red", "o2", "U2", "U1 U2", "o1", "o0", "2026-11-20", "16:00", "a.txt"}
	blocks, answers := l{}, slacktest.Answers{}
	for _, f := range fields {
		blocks = append(blocks, o{"type": "input", "block_id": f.label, "label": pt(f.label), "element": f.element})
		answers[f.label] = f.answer
	}
	var sent slack.InteractionCallback
	a := &app{onAct: func(c slack.InteractionCallback) any {
		sent = c
		return slack.NewClearViewSubmissionResponse()
	}}
	a.onSlash = func(c slack.SlashCommand) any {
		if code, answer := call(t, ws, "views.open", ws.Config().BotToken, o{"trigger_id": c.TriggerID, "view": modalOf(blocks)}); code != "ok" {
			t.Error(answer)
		}
		return nil
	}
	a.start(t, ws)
	user.Slash("/helptic", "")
	form := user.AwaitView("Título")
	if missing := user.Submits(form, nil); len(missing) != len(fields) {
		t.Errorf("missing: %v", missing)
	}
	user.Fills(form, answers)
	form, _ = ws.View(user)
	for _, f := range fields {
		if !strings.Contains(form.Plain(), f.label+": "+f.shown+"\n") {
			t.Errorf("%s is not shown as %q:\n%s", f.label, f.shown, form.Plain())
		}
	}
	if errors := user.Submits(form, nil); len(errors) != 0 {
		t.Errorf("errors: %v", errors)
	}
	for i, f := range fields {
		if got := f.value(sent.View.State.Values[f.label]["v"]); got != wants[i] {
			t.Errorf("%s: the app read %q, want %q", f.label, got, wants[i])
		}
	}
	user.AwaitNoView()
}

func TestPressOnAnOutdatedMessage(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	one, two := ws.User("U1", "Agente 1", ""), ws.User("U2", "Agente 2", "")
	desk := ws.Channel("C1", slacktest.Private, one, two)
	var pressed []string
	a := &app{}
	a.onAct = func(c slack.InteractionCallback) any {
		pressed = append(pressed, c.User.ID)
		if _, _, _, err := a.api.UpdateMessageContext(t.Context(), desk, c.Container.MessageTs, slack.MsgOptionText("N.º 1 de Agente 1", false), slack.MsgOptionBlocks()); err != nil {
			t.Error(err)
		}
		return nil
	}
	a.start(t, ws)
	if _, _, err := a.api.PostMessageContext(t.Context(), desk, slack.MsgOptionText("N.º 1", false), slack.MsgOptionBlocks(buttons("Asignarme"))); err != nil {
		t.Fatal(err)
	}
	card := ws.AwaitMessage(desk, "Asignarme")
	one.Presses(card, "Asignarme")
	if now, _ := card.Now(); len(now.Buttons()) != 0 {
		t.Errorf("buttons: %q", now.Buttons())
	}
	two.PressesStale(card, "Asignarme")
	if !slices.Equal(pressed, []string{"U1", "U2"}) {
		t.Errorf("pressed by %q", pressed)
	}
}

// Threads, reactions and lists of channels, as slack-go reads them.
func TestThreadsReactionsAndLists(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{Scopes: append(slacktest.DefaultScopes(), "channels:join", "team:read")})
	ctx := t.Context()
	user := ws.User("U1", "Usuario 1", "")
	desk, other := ws.Channel("C1", slacktest.Public, user), ws.Channel("C2", slacktest.Public, user)
	ws.RemoveBot(other)
	a := &app{}
	var threads []string
	a.onEvent = func(e slackevents.EventsAPIInnerEvent) {
		if m, ok := e.Data.(*slackevents.MessageEvent); ok && m.ThreadTimeStamp != "" {
			threads = append(threads, m.ThreadTimeStamp)
		}
	}
	a.start(t, ws)
	m := user.Writes(desk, "mire <https://example.com|esto>, <@U1>")
	if m.Plain() != "mire esto, @Usuario 1" {
		t.Errorf("reads %q", m.Plain())
	}
	user.SaysInThread(m, "más")
	ws.Settle()
	if !slices.Equal(threads, []string{m.TS}) || len(ws.Thread(m)) != 1 || len(ws.Messages(desk)) != 1 {
		t.Errorf("threads %q", threads)
	}
	item := slack.NewRefToMessage(desk, m.TS)
	if err := a.api.AddReactionContext(ctx, "eyes", item); err != nil {
		t.Fatal(err)
	}
	user.Reacts(m, "eyes")
	got, err := a.api.GetReactionsContext(ctx, item, slack.NewGetReactionsParameters())
	if err != nil || len(got.Reactions) != 1 || got.Reactions[0].Count != 2 {
		t.Errorf("%+v %v", got, err)
	}
	if err := a.api.RemoveReactionContext(ctx, "eyes", item); err != nil {
		t.Fatal(err)
	}
	if now, _ := m.Now(); !slices.Equal(now.Reactions["eyes"], []string{"U1"}) {
		t.Errorf("reactions: %v", now.Reactions)
	}
	if _, _, _, err := a.api.JoinConversationContext(ctx, other); err != nil {
		t.Fatal(err)
	}
	all, _, err := a.api.GetConversationsContext(ctx, &slack.GetConversationsParameters{Types: []string{"public_channel"}})
	if err != nil || len(all) != 2 || !all[1].IsMember {
		t.Errorf("%+v %v", all, err)
	}
	if team, err := a.api.GetTeamInfoContext(ctx); err != nil || team.ID != ws.Config().TeamID {
		t.Errorf("%+v %v", team, err)
	}
	found, err := a.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: desk, Oldest: m.TS, Latest: m.TS, Inclusive: true})
	if err != nil || len(found.Messages) != 1 {
		t.Errorf("%+v %v", found, err)
	}
	ws.Settle()
}

func TestRequestCanBeForged(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	a := &app{}
	a.start(t, ws)
	body := []byte(`{"type":"url_verification","challenge":"x"}`)
	tests := []struct {
		name  string
		forge func(*http.Request)
		want  int
	}{
		{"untouched", func(*http.Request) {}, 200},
		{"other body", func(r *http.Request) { r.Body = io.NopCloser(bytes.NewReader(body[1:])); r.ContentLength-- }, 401},
		{"unsigned", func(r *http.Request) { r.Header.Del("X-Slack-Signature") }, 401},
		{"old", func(r *http.Request) {
			at, signature := slacktest.Sign(ws.Config().SigningSecret, time.Now().Add(-6*time.Minute), body)
			r.Header.Set("X-Slack-Request-Timestamp", at)
			r.Header.Set("X-Slack-Signature", signature)
		}, 401},
	}
	for _, test := range tests {
		r := ws.Request("/slack/events", "application/json", body)
		test.forge(r)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != test.want {
			t.Errorf("%s: %d, want %d", test.name, response.StatusCode, test.want)
		}
	}
}

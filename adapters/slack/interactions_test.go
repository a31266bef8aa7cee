package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"helptic/bot"
)

// pressed is a press in a message; extra are more fields of the payload.
func pressed(channel, do, ts, extra string) string {
	return fmt.Sprintf(`{"type":"block_actions","team":{"id":%q},"user":{"id":%q},"trigger_id":"T.%s","container":{"type":"message","message_ts":"1600000000.000001","channel_id":%q},
		"actions":[{"type":"button","action_id":"do:0","value":%q,"action_ts":%q}]%s}`, testTeam, testUser, ts, channel, do, ts, extra)
}

func submitted(metadata viewMetadata, trigger, values string) string {
	m, _ := json.Marshal(metadata)
	return fmt.Sprintf(`{"type":"view_submission","team":{"id":%q},"user":{"id":%q},"trigger_id":%q,"view":{"id":"V1","type":"modal","callback_id":"form","private_metadata":%q,"state":{"values":%s}}}`,
		testTeam, testUser, trigger, m, values)
}

var askSolution = bot.Form{Title: "Resolver · N.º 12", Do: "act resolve 12", Submit: "Enviar", Fields: []bot.Field{{Name: "solution", Label: "Solución", Kind: bot.Long}}}

func TestPressOpensAModalThatIsSubmitted(t *testing.T) {
	b := newBench(t)
	b.answers(func(e bot.Event) (bot.Reply, error) {
		switch {
		case !e.Form:
			return bot.Reply{Open: &askSolution}, nil
		case e.Values["solution"] == "":
			return bot.Reply{}, &bot.UserError{Field: "solution", Text: "Escriba qué se hizo."}
		}
		return bot.Reply{Notice: "Quedó resuelta."}, nil
	})
	if w := b.interact("/slack/interactions", pressed("C1", "act resolve 12", "1.1", "")); w.Code != 200 || w.Body.Len() != 0 {
		t.Fatalf("press: %d %q", w.Code, w.Body)
	}
	open := b.api.wait(t, "views.open")
	if open.form.Get("trigger_id") != "T.1.1" {
		t.Errorf("opened with trigger %q", open.form.Get("trigger_id"))
	}
	var view struct {
		Metadata string `json:"private_metadata"`
		Callback string `json:"callback_id"`
	}
	if err := json.Unmarshal([]byte(open.form.Get("view")), &view); err != nil || view.Callback != "form" {
		t.Fatalf("view %q: %v", open.form.Get("view"), err)
	}
	var o viewMetadata
	if err := json.Unmarshal([]byte(view.Metadata), &o); err != nil || o != (viewMetadata{Do: "act resolve 12", Channel: "C1", Message: "1600000000.000001"}) {
		t.Fatalf("origin %+v: %v", o, err)
	}
	// Submitted empty: the error is shown under its field.
	w := b.interact("/slack/interactions", submitted(o, "T.2", `{"solution":{"ask":{"type":"plain_text_input","value":null}}}`))
	if got := strings.TrimSpace(w.Body.String()); got != `{"response_action":"errors","errors":{"solution":"Escriba qué se hizo."}}` {
		t.Errorf("field error: %d %s", w.Code, got)
	}
	// Submitted complete: the modal closes and the notice is an ephemeral message in the channel.
	w = b.interact("/slack/interactions", submitted(o, "T.3", `{"solution":{"ask":{"type":"plain_text_input","value":"Se cambió el rodillo & ya"}}}`))
	if w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("sent: %d %q", w.Code, w.Body)
	}
	if c := b.api.wait(t, "chat.postEphemeral"); c.form.Get("channel") != "C1" || c.form.Get("user") != testUser || c.form.Get("text") != "Quedó resuelta." {
		t.Errorf("notice: %v", c.form)
	}
	events := b.handledEvents()
	last := events[len(events)-1]
	if len(events) != 3 || last.Values["solution"] != "Se cambió el rodillo & ya" || last.Room != bot.Channel("slack:C1") || last.Message != "1600000000.000001" || !last.Form {
		t.Errorf("events: %+v", events)
	}
}

func TestPressDeliveredTwiceIsOneEvent(t *testing.T) {
	b := newBench(t)
	for range 2 {
		b.interact("/slack/interactions", pressed("C1", "act take 12", "1.1", ""))
		b.handledEvents()
	}
	b.interact("/slack/interactions", pressed("C1", "act take 12", "1.2", ""))
	if n := len(b.handledEvents()); n != 2 {
		t.Errorf("%d events of a press delivered twice and another", n)
	}
}

func TestNoticeIsShownWhereThePersonActed(t *testing.T) {
	notice := func(bot.Event) (bot.Reply, error) { return bot.Reply{Notice: "La tiene <otra> persona."}, nil }
	t.Run("in direct messages it is a message", func(t *testing.T) {
		b := newBench(t)
		b.answers(notice)
		b.interact("/slack/interactions", pressed("D9", "x", "1", ""))
		if c := b.api.wait(t, "chat.postMessage"); c.form.Get("channel") != "D9" || c.form.Get("text") != "La tiene &lt;otra&gt; persona." {
			t.Errorf("%v", c.form)
		}
	})
	t.Run("if they are not in the channel it uses the response URL", func(t *testing.T) {
		b := newBench(t)
		b.answers(notice)
		b.api.on("chat.postEphemeral", answerText(`{"ok":false,"error":"user_not_in_channel"}`))
		b.interact("/slack/interactions", pressed("C1", "x", "1", fmt.Sprintf(`,"response_url":%q`, b.api.URL+"/respond")))
		c := b.api.wait(t, "respond")
		if c.token != "" || c.form.Get("response_type") != "ephemeral" || c.form.Get("replace_original") != "false" || c.form.Get("text") != "La tiene &lt;otra&gt; persona." {
			t.Errorf("%+v", c)
		}
	})
	t.Run("a modal that opens too late is replaced by a notice", func(t *testing.T) {
		b := newBench(t)
		b.answers(func(bot.Event) (bot.Reply, error) { return bot.Reply{Open: &askSolution}, nil })
		b.api.on("views.open", answerText(`{"ok":false,"error":"expired_trigger_id"}`))
		b.interact("/slack/interactions", pressed("C1", "x", "1", ""))
		if c := b.api.wait(t, "chat.postEphemeral"); c.form.Get("text") != textViewNotOpened {
			t.Errorf("%v", c.form)
		}
	})
	t.Run("in a thread it is shown there", func(t *testing.T) {
		b := newBench(t)
		b.answers(notice)
		p := strings.Replace(pressed("C1", "x", "1", ""), `"channel_id"`, `"thread_ts":"1500000000.000009","channel_id"`, 1)
		b.interact("/slack/interactions", p)
		if c := b.api.wait(t, "chat.postEphemeral"); c.form.Get("thread_ts") != "1500000000.000009" {
			t.Errorf("%v", c.form)
		}
		if e := b.handledEvents()[0]; e.Thread != "1500000000.000009" {
			t.Errorf("thread %q", e.Thread)
		}
	})
}

func TestHomeTabIsPublishedAndPressed(t *testing.T) {
	b := newBench(t)
	page := bot.Message{Text: "Mesa de ayuda", Card: &bot.Card{Title: "Mesa de ayuda", Subtitle: "En espera", Tone: bot.Waiting, Buttons: []bot.Button{{Label: "Nueva solicitud", Do: "start"}}}}
	b.answers(func(e bot.Event) (bot.Reply, error) {
		if e.Do == bot.DoHome {
			return bot.Reply{Posts: []bot.Post{{Room: bot.Home(e.From.ID), Key: "home", Message: page}}}, nil
		}
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "card", Message: bot.Message{Text: "¿En qué le podemos ayudar?"}}}}, nil
	})
	for n := range 2 { // each opening once, though delivered twice
		for range 2 {
			b.deliver(fmt.Sprintf(`{"type":"app_home_opened","user":%q,"tab":"home","channel":"D1","event_ts":"1.%d"}`, testUser, n))
			b.handledEvents()
		}
	}
	published := b.api.of("views.publish")
	if len(published) != 2 {
		t.Fatalf("published %d times", len(published))
	}
	if v := published[0].form.Get("view"); !strings.Contains(v, `"type":"home"`) || !strings.Contains(v, "🟣 En espera") || !strings.Contains(v, "Nueva solicitud") {
		t.Errorf("page %s", v)
	}
	b.interact("/slack/interactions", fmt.Sprintf(`{"type":"block_actions","team":{"id":%q},"user":{"id":%q},"trigger_id":"T.7","container":{"type":"view","view_id":"V9"},"view":{"id":"V9","type":"home"},
		"actions":[{"type":"button","action_id":"do:0","value":"start","action_ts":"9.1"}]}`, testTeam, testUser))
	if c := b.api.wait(t, "views.open"); !strings.Contains(c.form.Get("view"), textSeeMessagesTab) {
		t.Errorf("the notice of a press on the home tab was %s", c.form.Get("view"))
	}
	events := b.handledEvents()
	if e := events[len(events)-1]; e.Room != bot.Direct("slack:"+testUser) || e.Do != "start" || e.Message != "" {
		t.Errorf("press on the home tab: %+v", e)
	}
}

func TestCommandIsAnsweredInDirectMessages(t *testing.T) {
	send := func(b *bench, channel, text, trigger string) string {
		w := b.post("/slack/commands", []byte(url.Values{"command": {"/helptic"}, "text": {text}, "user_id": {testUser}, "team_id": {testTeam}, "channel_id": {channel}, "trigger_id": {trigger},
			"response_url": {b.api.URL + "/respond"}}.Encode()))
		if w.Code != http.StatusOK {
			t.Fatalf("%d", w.Code)
		}
		return w.Body.String()
	}
	b := newBench(t)
	if got := send(b, "C1", " ", "1"); !strings.Contains(got, `"response_type":"ephemeral"`) || !strings.Contains(got, textAnsweredInDM) {
		t.Errorf("in a channel: %s", got)
	}
	if got := send(b, "D"+testUser, "mis", "2"); got != "" {
		t.Errorf("in their direct messages: %s", got)
	}
	b.handledEvents()
	if n := len(b.api.of("respond")); n != 0 {
		t.Errorf("linked %d times to the direct messages that they are in", n)
	}
	send(b, "DOTHER", "123 &lt;x&gt;", "3")
	b.api.wait(t, "respond")
	events := b.handledEvents()
	for i, want := range []string{"hola", "mis", "123 <x>"} {
		if e := events[i]; e.Text != want || e.Room != bot.Direct("slack:"+testUser) || e.Do != "" {
			t.Errorf("%q became %+v", want, e)
		}
	}
}

func TestMessageShortcut(t *testing.T) {
	b := newBench(t)
	b.api.on("files.info", func(c call, w http.ResponseWriter) {
		fmt.Fprintf(w, `{"ok":true,"file":{"id":%q,"name":"a.txt","mimetype":"text/plain","size":4,"url_private_download":%q}}`, c.form.Get("file"), b.api.URL+"/files/a.txt")
	})
	b.api.on("files/a.txt", answerText("abcd"))
	b.answers(func(bot.Event) (bot.Reply, error) { return bot.Reply{Notice: "Le escribí."}, nil })
	b.interact("/slack/interactions", fmt.Sprintf(`{"type":"message_action","callback_id":"adopt","team":{"id":%q},"user":{"id":%q},"channel":{"id":"C7"},"trigger_id":"T","action_ts":"5.5","response_url":%q,
		"message":{"type":"message","user":"U00000002","text":"no imprime &amp; huele :fire:","ts":"4.4","files":[{"id":"F1","name":"a.txt","mimetype":"text/plain","size":4}],
		"blocks":[{"type":"rich_text","elements":[{"type":"emoji","name":"fire","unicode":"1f525"}]}]}}`, testTeam, testUser, b.api.URL+"/respond"))
	b.api.wait(t, "respond")
	e := b.handledEvents()[0]
	if e.Do != bot.DoFromMessage || e.Values["author"] != "slack:U00000002" || e.Text != "no imprime & huele 🔥" || e.Room != bot.Channel("slack:C7") || len(e.Files) != 1 || bot.Chat(e.Files[0].ID) == chat {
		t.Errorf("%+v", e)
	}
}

func TestReactionToTheBotsMessage(t *testing.T) {
	b := newBench(t)
	for reaction, sign := range map[string]string{"eyes": "👀", "white_check_mark": "✅"} {
		b.deliver(fmt.Sprintf(`{"type":"reaction_added","user":%q,"reaction":%q,"item_user":%q,"item":{"type":"message","channel":"C1","ts":"1.2"},"event_ts":"1.4"}`, testUser, reaction, testBot))
		if e := b.event(); e.Do != bot.DoReaction || e.Value() != sign || e.Message != "1.2" || e.Room != bot.Channel("slack:C1") {
			t.Errorf("%s became %+v", reaction, e)
		}
	}
}

func TestMentionDeliveredAsTwoEventsIsOne(t *testing.T) {
	b := newBench(t)
	for _, kind := range []string{"app_mention", "message"} {
		b.deliver(fmt.Sprintf(`{"type":%q,"channel":"C1","user":%q,"text":"<@%s> ayuda con <@U00000002|ana> en <#C2|redes> &amp; <https://example.org|esto>","ts":"1.2"}`, kind, testUser, testBot))
		b.handledEvents()
	}
	events := b.handledEvents()
	if len(events) != 1 || !events[0].Mention || events[0].Text != "ayuda con @ana en #redes & esto (https://example.org)" {
		t.Errorf("%+v", events)
	}
}

func TestExternalSelectFindsOptions(t *testing.T) {
	b := newBench(t)
	ask := func(id, typed string) string {
		w := b.interact("/slack/options", fmt.Sprintf(`{"type":"block_suggestion","team":{"id":%q},"user":{"id":%q},"action_id":%q,"block_id":"entry","value":%q}`, testTeam, testUser, id, typed))
		return strings.TrimSpace(w.Body.String())
	}
	if got := ask("find:entries", "x"); got != `{"options":[]}` {
		t.Errorf("without a finder: %s", got)
	}
	b.inbox.Find = func(_ context.Context, list, text string, limit int) ([]bot.Option, error) {
		if list != "entries" || limit != 100 {
			return nil, errors.New("no such list")
		}
		out := []bot.Option{{Label: "Atasco de papel", Value: strings.Repeat("v", 200), Group: "Impresoras"}, {Label: "Correo", Value: "c", Group: "Red"}}
		return out, nil
	}
	if got := ask("find:entries", "papel"); got != `{"options":[{"text":{"type":"plain_text","text":"Atasco de papel","emoji":true},"value":"~1","description":{"type":"plain_text","text":"Impresoras","emoji":true}},{"text":{"type":"plain_text","text":"Correo","emoji":true},"value":"c","description":{"type":"plain_text","text":"Red","emoji":true}}]}` {
		t.Errorf("typed: %s", got)
	}
	if got := ask("find:entries", ""); !strings.Contains(got, `"option_groups":[{"label":{"type":"plain_text","text":"Impresoras"`) {
		t.Errorf("nothing typed: %s", got)
	}
	if got := ask("find:others", "x"); got != `{"options":[]}` {
		t.Errorf("unknown list: %s", got)
	}
	if got := ask("es_a", "x"); got != `{"options":[]}` {
		t.Errorf("list of another app: %s", got)
	}
	// The value of a chosen option is expanded.
	b.interact("/slack/interactions", submitted(viewMetadata{Do: "act x"}, "T", `{"entry":{"find:entries":{"type":"external_select","selected_option":{"value":"~1"}}},"who":{"ask":{"type":"users_select","selected_user":"U5"}},"day":{"ask":{"type":"datepicker","selected_date":"2026-11-24"}}}`))
	if e := b.handledEvents()[0]; e.Values["entry"] != strings.Repeat("v", 200) || e.Values["who"] != "slack:U5" || e.Values["day"] != "2026-11-24" {
		t.Errorf("values %v", e.Values)
	}
}

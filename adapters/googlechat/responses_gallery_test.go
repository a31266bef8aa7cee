package googlechat

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"google.golang.org/api/chat/v1"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
	"helptic/bot/bottest"
)

// The response of every kind of outcome, in both dialects, and within Google's rules.
func TestGalleryResponses(t *testing.T) {
	asked := bottest.Forms()["who_of_few"]
	opened := gallery.formCard(form{Form: asked, id: "7", search: true})
	rejected := gallery.formCard(form{Form: asked, id: "7", search: true, values: map[string]string{}, errors: map[string]string{asked.Fields[0].Name: "Elija a una persona."}})
	card := gallery.message(bot.Message{Text: "Solicitud N.º 1", Card: &bot.Card{Title: "Solicitud N.º 1", Buttons: []bot.Button{{Label: "Asignarme", Do: "assign:1"}}}})
	card.FallbackText = ""
	long := strings.Repeat("Esa solicitud ya la cerró otra persona. ", 8)
	room, direct := space{Name: "spaces/AAAA", SpaceType: "SPACE"}, space{Name: "spaces/DDDD", SpaceType: "DIRECT_MESSAGE"}
	at := func(k eventType, s space, dialog string) interaction {
		return interaction{eventType: k, space: s, user: user{Name: "users/1"}, dialogEvent: dialog}
	}
	dialogs := map[string]struct {
		of   interaction
		does outcome
		// The response contains these, in each dialect.
		classic, addon string
	}{
		"dialog":                  {at(eventCardClicked, room, requestDialog), outcome{dialog: opened}, `"DIALOG"`, `"pushCard"`},
		"dialog_changed":          {at(eventCardClicked, room, submitDialog), outcome{dialog: rejected}, `"DIALOG"`, `"updateCard"`},
		"dialog_done":             {at(eventCardClicked, room, submitDialog), outcome{}, `"statusCode":"OK"`, `"CLOSE_DIALOG"`},
		"dialog_toast":            {at(eventCardClicked, room, submitDialog), outcome{notice: "Ya la tomó Agente 2."}, `"userFacingMessage":"Ya la tomó Agente 2."`, `"notification"`},
		"dialog_long_notice":      {at(eventCardClicked, room, submitDialog), outcome{notice: long}, `"privateMessageViewer"`, `"notification"`},
		"dialog_then_update":      {at(eventCardClicked, room, submitDialog), outcome{update: card}, `"UPDATE_MESSAGE"`, `"CLOSE_DIALOG"`},
		"dialog_left":             {at(eventCardClicked, room, cancelDialog), outcome{}, `{}`, `{}`},
		"message":                 {at(eventAddedToSpace, room, ""), outcome{message: textMessage("En este espacio se publican las solicitudes.")}, `"NEW_MESSAGE"`, `"createMessageAction"`},
		"private_message":         {at(eventCardClicked, room, ""), outcome{notice: "Esto lo hacen los agentes."}, `"privateMessageViewer":{"name":"users/1"}`, `"privateMessageViewer":{"name":"users/1"}`},
		"notice_in_direct":        {at(eventCardClicked, direct, ""), outcome{notice: "Ese botón ya no sirve."}, `"text":"Ese botón ya no sirve."`, `"text":"Ese botón ya no sirve."`},
		"form_in_message":         {at(eventCardClicked, direct, ""), outcome{message: cardMessage(gallery.formCard(form{Form: asked, id: "7", message: "spaces/A/messages/B.B", inline: true}), asked.Title)}, `"NEW_MESSAGE"`, `"createMessageAction"`},
		"update":                  {at(eventCardClicked, room, ""), outcome{update: card}, `"UPDATE_MESSAGE"`, `"updateMessageAction"`},
		"suggestions":             {at(eventWidgetUpdated, direct, ""), outcome{suggestions: &suggestionList{widget: "f1", items: items([]bot.Option{{Label: "Atasco de papel", Value: "7", Group: "Impresoras"}}, "")}}, `"widget":"f1"`, `"widgetId":"f1"`},
		"suggestions_of_nothing":  {at(eventWidgetUpdated, direct, ""), outcome{suggestions: &suggestionList{widget: "f1"}}, `"widget":"f1"`, `"widgetId":"f1"`},
		"nothing":                 {at(eventCardClicked, room, ""), outcome{}, `{}`, `{}`},
		"nothing_said_in_a_space": {at(eventMessage, room, ""), outcome{}, `{}`, `{}`},
	}
	for name, c := range dialogs {
		for dialect, d := range map[string]struct {
			of   dialect
			test googlechattest.Dialect
			has  string
		}{"classic": {classic, googlechattest.Classic, c.classic}, "addon": {addon, googlechattest.Addon, c.addon}} {
			t.Run(name+" "+dialect, func(t *testing.T) {
				i := c.of
				i.dialect = d.of
				body, err := i.encodeResponse(c.does)
				if err != nil {
					t.Fatal(err)
				}
				golden(t, "answer_"+name+"_"+dialect, json.RawMessage(body))
				if !bytes.Contains(body, []byte(d.has)) {
					t.Errorf("no %s in %s", d.has, body)
				}
				for _, fault := range googlechattest.ValidateAnswer(d.test, body) {
					t.Error(fault)
				}
			})
		}
	}
}

// Encoding a response does not change its message.
func TestResponseLeavesItsMessageUnchanged(t *testing.T) {
	m := &chat.Message{Text: "x", MarkupSyntax: markupChat}
	if _, err := (interaction{dialect: classic, eventType: eventCardClicked}).encodeResponse(outcome{update: m}); err != nil || m.ActionResponse != nil {
		t.Errorf("%v %v", m.ActionResponse, err)
	}
}

package googlechat

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"google.golang.org/api/chat/v1"

	"helptic/bot"
)

// Limits of Google Chat.
const (
	maxMessageBytes = 30_000 // of a message; Chat takes 32,000
	maxWidgets      = 100    // of a card: more are dropped without a word
	maxItems        = 100    // of a list
	maxFactWidgets  = 40     // of their own widget; more stand together in one
)

// markupChat is named in every message: an app can have another default.
const markupChat = "MARKUP_SYNTAX_CHAT"

// Parameters of an action, which come back with its event.
const (
	paramDo      = "do"     // the command
	paramSelect  = "select" // the list whose value it is
	paramForm    = "form"   // where the form is kept
	paramCancel  = "cancel" // the form is put away
	paramConfirm = "ask"    // the question to be confirmed first
	paramLabel   = "label"  // the button that asked it
	paramMessage = "on"     // the message that it is about, where that is not the one pressed
	paramList    = "list"   // what to look options up in
	paramWidget  = "widget" // for which
)

// drawer makes Chat's messages and cards of the bot's. Dialogs exist only where Chat waits for an answer.
type renderer struct {
	function string
	dialogs  bool
}

// level is how much of everything is shown: the next one is taken where a message is too large.
type level struct{ text, items int }

var levels = []level{{8000, 300}, {4000, 300}, {2000, 300}, {1000, 200}, {500, 100}, {200, 60}, {60, 30}, {30, 5}, {10, 5}}

// message draws a message. A card that no shortening makes fit leaves its words.
func (d renderer) message(m bot.Message) *chat.Message {
	if m.Card != nil {
		for _, l := range levels {
			out := &chat.Message{
				FallbackText: clip(orDash(label(m.Text)), maxText/4), MarkupSyntax: markupChat,
				CardsV2: []*chat.CardWithId{{CardId: "helptic", Card: d.card(*m.Card, m.Files, l)}},
			}
			if fits(out) {
				return out
			}
		}
	}
	text := orDash(clean(m.Text))
	if len(m.Files) > 0 {
		text += "\n" + fileLines(m.Files)
	}
	for _, limit := range []int{maxText, maxText / 2, maxText / 8} {
		if out := textMessage(clip(text, limit)); fits(out) {
			return out
		}
	}
	return textMessage(clip(text, maxText/20))
}

// plainMessage is a message of words.
func textMessage(text string) *chat.Message {
	return &chat.Message{Text: inert(text), MarkupSyntax: markupChat}
}

func fits(m *chat.Message) bool {
	body, err := json.Marshal(m)
	return err == nil && len(body) <= maxMessageBytes
}

func (d renderer) card(c bot.Card, files []bot.File, l level) *chat.GoogleAppsCardV1Card {
	var w []*chat.GoogleAppsCardV1Widget
	title := oneLine(c.Title)
	if utf8.RuneCountInString(title) > maxTitle {
		w = append(w, paragraph("<b>"+markup(clip(title, l.text))+"</b>"))
	}
	subtitle := oneLine(c.Subtitle)
	if utf8.RuneCountInString(subtitle) > maxTitle {
		w = append(w, paragraph(markup(clip(subtitle, l.text))))
	}
	if !blank(c.Text) {
		w = append(w, paragraph(markup(clip(clean(c.Text), l.text))))
	}
	w = append(w, facts(c.Facts, l)...)
	if all := append(files[:len(files):len(files)], c.Files...); len(all) > 0 {
		w = append(w, paragraph(markup(clip(fileLines(all), l.text))))
	}
	for i, s := range c.Selects {
		w = append(w, d.selects(i, s, l)...)
	}
	w = append(w, d.buttons(c.Buttons, l)...)
	if !blank(c.Note) {
		w = append(w, paragraph(`<font color="#5f6368">`+markup(clip(clean(c.Note), l.text))+"</font>"))
	}
	if len(w) > maxWidgets {
		w = append(w[:maxWidgets-1], paragraph(fmt.Sprintf("Y %d cosas más que no caben aquí.", len(w)-maxWidgets+1)))
	}
	card := &chat.GoogleAppsCardV1Card{Header: &chat.GoogleAppsCardV1CardHeader{Title: toneMark(c.Tone) + clip(orDash(label(title)), maxTitle), Subtitle: clip(label(subtitle), maxTitle)}}
	if len(w) > 0 {
		card.Sections = []*chat.GoogleAppsCardV1Section{{Widgets: w}}
	}
	return card
}

// sign is the tone of a card, which has no colours of its own in Google Chat.
func toneMark(t bot.Tone) string {
	switch t {
	case bot.Info:
		return "🔵 "
	case bot.Working:
		return "🟣 "
	case bot.Waiting:
		return "🟡 "
	case bot.Good:
		return "🟢 "
	case bot.Danger:
		return "🔴 "
	}
	return ""
}

// paragraph shows text that is escaped already.
func paragraph(markup string) *chat.GoogleAppsCardV1Widget {
	return &chat.GoogleAppsCardV1Widget{TextParagraph: &chat.GoogleAppsCardV1TextParagraph{Text: markup}}
}

func facts(list []bot.Fact, l level) []*chat.GoogleAppsCardV1Widget {
	var out []*chat.GoogleAppsCardV1Widget
	for i, f := range list {
		title, value := markup(clip(orDash(oneLine(f.Label)), min(maxLabel, l.text))), markup(clip(orDash(clean(f.Value)), l.text))
		switch {
		case i >= maxFactWidgets:
			rest := make([]string, 0, len(list)-i)
			for _, f := range list[i:] {
				rest = append(rest, "<b>"+markup(clip(orDash(oneLine(f.Label)), min(maxLabel, l.text)))+"</b>: "+markup(clip(orDash(clean(f.Value)), min(maxLabel, l.text))))
			}
			return append(out, paragraph(strings.Join(rest, "<br>")))
		case f.Long:
			out = append(out, paragraph("<b>"+title+"</b><br>"+value))
		default:
			out = append(out, &chat.GoogleAppsCardV1Widget{DecoratedText: &chat.GoogleAppsCardV1DecoratedText{TopLabel: title, Text: value, WrapText: true}})
		}
	}
	return out
}

// selects is a list, or several where it is long.
func (d renderer) selects(n int, s bot.Select, l level) []*chat.GoogleAppsCardV1Widget {
	var out []*chat.GoogleAppsCardV1Widget
	parts, left := chunks(s.Options, l.items)
	for i, part := range parts {
		field := fmt.Sprintf("select%d-%d", n, i)
		out = append(out, &chat.GoogleAppsCardV1Widget{SelectionInput: &chat.GoogleAppsCardV1SelectionInput{
			Name: field, Label: chunkLabel(s.Label, i, parts), Type: "DROPDOWN", Items: items(part, ""),
			OnChangeAction: d.action(map[string]string{paramDo: s.Do, paramSelect: field}),
		}})
	}
	if left > 0 {
		out = append(out, paragraph(fmt.Sprintf("Hay %d opciones más: escriba el nombre de la que busca.", left)))
	}
	return out
}

// chunks are the parts of a list that fit into one each, and how many options do not fit at all.
func chunks(options []bot.Option, most int) (parts [][]bot.Option, left int) {
	if len(options) > most {
		options, left = options[:most], len(options)-most
	}
	for len(options) > maxItems {
		parts, options = append(parts, options[:maxItems]), options[maxItems:]
	}
	return append(parts, options), left
}

// chunkLabel says which part of a long list this is.
func chunkLabel(text string, i int, parts [][]bot.Option) string {
	text = clip(orDash(label(text)), maxLabel)
	if len(parts) == 1 {
		return text
	}
	part := parts[i]
	return fmt.Sprintf("%s (%d de %d: de «%s» a «%s»)", text, i+1, len(parts), clip(label(part[0].Label), 30), clip(label(part[len(part)-1].Label), 30))
}

func items(options []bot.Option, chosen string) []*chat.GoogleAppsCardV1SelectionItem {
	out := make([]*chat.GoogleAppsCardV1SelectionItem, 0, len(options))
	for _, o := range options {
		out = append(out, item(o, chosen != "" && o.Value == chosen))
	}
	return out
}

func item(o bot.Option, selected bool) *chat.GoogleAppsCardV1SelectionItem {
	text := orDash(label(o.Label))
	if o.Group != "" {
		text = label(o.Group) + " › " + text
	}
	if o.Detail != "" {
		text += ": " + label(o.Detail)
	}
	return &chat.GoogleAppsCardV1SelectionItem{Text: clip(text, maxItemText), Value: o.Value, Selected: selected}
}

// buttons stand in one widget. A label that is too long for its button is written
// above it in full.
func (d renderer) buttons(list []bot.Button, l level) []*chat.GoogleAppsCardV1Widget {
	if len(list) == 0 {
		return nil
	}
	var long []string
	row := &chat.GoogleAppsCardV1ButtonList{}
	for i, b := range list {
		text := orDash(label(b.Label))
		if utf8.RuneCountInString(text) > maxButton {
			long = append(long, fmt.Sprintf("%d. %s", i+1, clip(text, l.text)))
			text = fmt.Sprintf("%d. %s", i+1, text)
		}
		params, dialog := map[string]string{paramDo: b.Do}, b.Form
		if b.Confirm != "" {
			params[paramConfirm], params[paramLabel], dialog = clip(clean(b.Confirm), maxText/8), clip(label(b.Label), maxButton), true
		}
		button := d.button(clip(text, maxButton), b.Tone, params)
		if dialog && d.dialogs {
			button.OnClick.Action.Interaction = "OPEN_DIALOG"
		}
		row.Buttons = append(row.Buttons, button)
	}
	out := []*chat.GoogleAppsCardV1Widget{{ButtonList: row}}
	if len(long) > 0 {
		out = append([]*chat.GoogleAppsCardV1Widget{paragraph(markup(strings.Join(long, "\n")))}, out...)
	}
	return out
}

func (d renderer) button(text string, tone bot.Tone, params map[string]string) *chat.GoogleAppsCardV1Button {
	b := &chat.GoogleAppsCardV1Button{Text: text, Type: "OUTLINED", OnClick: &chat.GoogleAppsCardV1OnClick{Action: d.action(params)}}
	switch tone {
	case bot.Good:
		b.Type = "FILLED"
	case bot.Danger:
		b.Type, b.Color = "FILLED", &chat.Color{Red: 0.7, Green: 0.15, Blue: 0.12, Alpha: 1}
	}
	return b
}

// action says what comes back, in an order that does not change.
func (d renderer) action(params map[string]string) *chat.GoogleAppsCardV1Action {
	a := &chat.GoogleAppsCardV1Action{Function: d.function}
	for _, key := range []string{paramDo, paramSelect, paramForm, paramCancel, paramConfirm, paramLabel, paramMessage, paramList, paramWidget} {
		if value := params[key]; value != "" {
			a.Parameters = append(a.Parameters, &chat.GoogleAppsCardV1ActionParameter{Key: key, Value: value})
		}
	}
	return a
}

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
	maxMessageBytes = 30_000 // of a message; Google Chat takes 32,000
	maxWidgets      = 100    // of a card: Google Chat drops the rest silently
	maxItems        = 100    // of a list
	maxFactWidgets  = 40     // facts with a widget each; the rest share one
)

const (
	// markupChat is set in every message: the default of an app can be another one.
	markupChat = "MARKUP_SYNTAX_CHAT"
	cardID     = "helptic"
	openDialog = "OPEN_DIALOG"
	dropdown   = "DROPDOWN"
)

// renderer makes messages and cards of Google Chat from those of the bot.
type renderer struct {
	function string // of the actions
	dialogs  bool   // false with Pub/Sub: a dialog opens only in the response to a request
}

// level limits the length of each text, in runes, and the number of options of a list.
type level struct{ text, items int }

// levels are tried in order until a message fits.
var levels = []level{{8000, 300}, {4000, 300}, {2000, 300}, {1000, 200}, {500, 100}, {200, 60}, {60, 30}, {30, 5}, {10, 5}}

// message renders a message. A card that fits at no level is replaced by its text.
func (d renderer) message(m bot.Message) *chat.Message {
	if m.Card != nil {
		for _, l := range levels {
			out := cardMessage(d.card(*m.Card, m.Files, l), clip(orDash(label(m.Text)), maxText/4))
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

func textMessage(text string) *chat.Message {
	return &chat.Message{Text: inert(text), MarkupSyntax: markupChat}
}

func cardMessage(card *chat.GoogleAppsCardV1Card, fallback string) *chat.Message {
	return &chat.Message{FallbackText: fallback, MarkupSyntax: markupChat, CardsV2: []*chat.CardWithId{{CardId: cardID, Card: card}}}
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
		w = append(w[:maxWidgets-1], paragraph(fmt.Sprintf(textMoreWidgets, len(w)-maxWidgets+1)))
	}
	card := &chat.GoogleAppsCardV1Card{Header: &chat.GoogleAppsCardV1CardHeader{Title: toneMark(c.Tone) + clip(orDash(label(title)), maxTitle), Subtitle: clip(label(subtitle), maxTitle)}}
	if len(w) > 0 {
		card.Sections = []*chat.GoogleAppsCardV1Section{{Widgets: w}}
	}
	return card
}

// toneMark stands for the tone of a card, which has no colours in Google Chat.
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

// paragraph is a widget of text that is escaped already.
func paragraph(markup string) *chat.GoogleAppsCardV1Widget {
	return &chat.GoogleAppsCardV1Widget{TextParagraph: &chat.GoogleAppsCardV1TextParagraph{Text: markup}}
}

func facts(list []bot.Fact, l level) []*chat.GoogleAppsCardV1Widget {
	var out []*chat.GoogleAppsCardV1Widget
	for i, f := range list {
		if i >= maxFactWidgets {
			return append(out, remainingFacts(list[i:], l))
		}
		title, value := factLabel(f, l), markup(clip(orDash(clean(f.Value)), l.text))
		if f.Long {
			out = append(out, paragraph("<b>"+title+"</b><br>"+value))
			continue
		}
		out = append(out, &chat.GoogleAppsCardV1Widget{DecoratedText: &chat.GoogleAppsCardV1DecoratedText{TopLabel: title, Text: value, WrapText: true}})
	}
	return out
}

// remainingFacts are facts in one widget, with short values.
func remainingFacts(list []bot.Fact, l level) *chat.GoogleAppsCardV1Widget {
	lines := make([]string, len(list))
	for i, f := range list {
		lines[i] = "<b>" + factLabel(f, l) + "</b>: " + markup(clip(orDash(clean(f.Value)), min(maxLabel, l.text)))
	}
	return paragraph(strings.Join(lines, "<br>"))
}

func factLabel(f bot.Fact, l level) string {
	return markup(clip(orDash(oneLine(f.Label)), min(maxLabel, l.text)))
}

// selects renders a list, as several widgets if it is long.
func (d renderer) selects(n int, s bot.Select, l level) []*chat.GoogleAppsCardV1Widget {
	var out []*chat.GoogleAppsCardV1Widget
	parts, left := chunks(s.Options, l.items)
	for i, part := range parts {
		field := fmt.Sprintf("select%d-%d", n, i)
		out = append(out, &chat.GoogleAppsCardV1Widget{SelectionInput: &chat.GoogleAppsCardV1SelectionInput{
			Name: field, Label: chunkLabel(s.Label, i, parts), Type: dropdown, Items: items(part, ""),
			OnChangeAction: d.action(actionParameters{Do: s.Do, Select: field}),
		}})
	}
	if left > 0 {
		out = append(out, paragraph(fmt.Sprintf(textMoreOptions, left)))
	}
	return out
}

// chunks splits options into lists that are not too long. left is the number of options beyond the limit.
func chunks(options []bot.Option, limit int) (parts [][]bot.Option, left int) {
	if len(options) > limit {
		options, left = options[:limit], len(options)-limit
	}
	for len(options) > maxItems {
		parts, options = append(parts, options[:maxItems]), options[maxItems:]
	}
	return append(parts, options), left
}

// chunkLabel says which part of a long list the i-th chunk is.
func chunkLabel(text string, i int, parts [][]bot.Option) string {
	text = clip(orDash(label(text)), maxLabel)
	if len(parts) == 1 {
		return text
	}
	part := parts[i]
	return fmt.Sprintf(textListPart, text, i+1, len(parts), clip(label(part[0].Label), 30), clip(label(part[len(part)-1].Label), 30))
}

func items(options []bot.Option, selected string) []*chat.GoogleAppsCardV1SelectionItem {
	out := make([]*chat.GoogleAppsCardV1SelectionItem, 0, len(options))
	for _, o := range options {
		out = append(out, item(o, selected != "" && o.Value == selected))
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

// buttons renders buttons in one widget. A label that is too long for its button also stands
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
		params, dialog := actionParameters{Do: b.Do}, b.Form
		if b.Confirm != "" {
			params.Confirm, params.Label, dialog = clip(clean(b.Confirm), maxText/8), clip(label(b.Label), maxButton), true
		}
		button := d.button(clip(text, maxButton), b.Tone, params)
		if dialog && d.dialogs {
			button.OnClick.Action.Interaction = openDialog
		}
		row.Buttons = append(row.Buttons, button)
	}
	out := []*chat.GoogleAppsCardV1Widget{{ButtonList: row}}
	if len(long) > 0 {
		out = append([]*chat.GoogleAppsCardV1Widget{paragraph(markup(strings.Join(long, "\n")))}, out...)
	}
	return out
}

func (d renderer) button(text string, tone bot.Tone, params actionParameters) *chat.GoogleAppsCardV1Button {
	b := &chat.GoogleAppsCardV1Button{Text: text, Type: "OUTLINED", OnClick: &chat.GoogleAppsCardV1OnClick{Action: d.action(params)}}
	switch tone {
	case bot.Good:
		b.Type = "FILLED"
	case bot.Danger:
		b.Type, b.Color = "FILLED", &chat.Color{Red: 0.7, Green: 0.15, Blue: 0.12, Alpha: 1}
	}
	return b
}

func (d renderer) action(params actionParameters) *chat.GoogleAppsCardV1Action {
	return &chat.GoogleAppsCardV1Action{Function: d.function, Parameters: params.encode()}
}

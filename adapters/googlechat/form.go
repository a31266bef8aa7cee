package googlechat

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/api/chat/v1"

	"helptic/bot"
)

// form is one on its way to somebody: the same in a dialog and, where there are none, in a card.
type form struct {
	bot.Form
	id      string            // where it is kept, to read it when it is sent
	message string            // the message whose button opened it; empty: the one it stands in
	search  bool              // options can be asked for while one types
	values  map[string]string // by field; nil: as proposed
	errors  map[string]string // complaints, by field
	names   map[string]string // of people typed, by address
	inline  bool
}

const maxField = 4000 // runes, where the form does not say

// formCard draws a form; what was typed and does not fit is shortened, and the card says so.
func (d renderer) formCard(f form) *chat.GoogleAppsCardV1Card {
	var card *chat.GoogleAppsCardV1Card
	for _, l := range levels {
		card = d.formAt(f, l)
		if body, err := json.Marshal(card); err == nil && len(body) <= maxMessageBytes-1000 {
			break
		}
	}
	return card
}

func (d renderer) formAt(f form, l level) *chat.GoogleAppsCardV1Card {
	var w []*chat.GoogleAppsCardV1Widget
	if !blank(f.Text) {
		w = append(w, paragraph(markup(clip(clean(f.Text), l.text))))
	}
	if fault := f.errors[""]; fault != "" {
		w = append(w, fieldError(fault))
	}
	var required []string
	for i, field := range f.Fields {
		if fault := f.errors[field.Name]; fault != "" {
			w = append(w, fieldError(fault))
		}
		value, shortened := field.Value, false
		if f.values != nil {
			value = f.values[field.Name]
		}
		most := min(maxRunes(field), max(l.text, 200))
		if (field.Kind == bot.Line || field.Kind == bot.Long) && utf8.RuneCountInString(value) > most {
			value, shortened = clip(value, most), true
		}
		drawn, needed := d.field(i, field, value, f, l)
		w = append(w, drawn...)
		if shortened {
			w = append(w, fieldError("Este texto no cabía y está cortado. Complételo o adjúntelo en un archivo."))
		}
		if needed != "" && !field.Optional {
			required = append(required, needed)
		}
	}
	for name, fault := range f.errors {
		if name != "" && !f.has(name) {
			w = append(w, fieldError(fault))
		}
	}
	params := map[string]string{paramForm: f.id, paramMessage: f.message}
	send := d.button(clip(orDash(label(f.Submit)), maxButton), bot.Good, params)
	send.OnClick.Action.RequiredWidgets = required
	row := []*chat.GoogleAppsCardV1Button{send}
	if f.inline {
		row = append(row, d.button("Cancelar", bot.Neutral, map[string]string{paramForm: f.id, paramCancel: "1", paramMessage: f.message}))
	}
	w = append(w, &chat.GoogleAppsCardV1Widget{ButtonList: &chat.GoogleAppsCardV1ButtonList{Buttons: row}})
	return &chat.GoogleAppsCardV1Card{
		Header:   &chat.GoogleAppsCardV1CardHeader{Title: clip(orDash(label(f.Title)), maxTitle)},
		Sections: []*chat.GoogleAppsCardV1Section{{Widgets: w}},
	}
}

func (f form) has(field string) bool {
	for _, x := range f.Fields {
		if x.Name == field {
			return true
		}
	}
	return false
}

func fieldError(text string) *chat.GoogleAppsCardV1Widget {
	return paragraph(`<font color="#b3261e"><b>⚠ ` + markup(clip(clean(text), maxText/8)) + "</b></font>")
}

func maxRunes(f bot.Field) int {
	if f.Max > 0 {
		return min(f.Max, maxField)
	}
	return maxField
}

// field draws one question, and names the widget that must not stay empty.
func (d renderer) field(n int, f bot.Field, value string, whole form, l level) (w []*chat.GoogleAppsCardV1Widget, needed string) {
	title := clip(orDash(label(f.Label)), maxLabel)
	if f.Optional {
		title = clip(title, maxLabel-len(" (opcional)")) + " (opcional)"
	}
	hint := clip(label(f.Hint), maxLabel)
	name := widgetName(n)
	if hint != "" && f.Kind != bot.Line && f.Kind != bot.Long {
		w = append(w, paragraph(markup(hint)))
	}
	list := &chat.GoogleAppsCardV1SelectionInput{Name: name, Label: title, Type: "DROPDOWN"}
	switch {
	case f.Kind == bot.Line || f.Kind == bot.Long:
		kind := "SINGLE_LINE"
		if f.Kind == bot.Long {
			kind = "MULTIPLE_LINE"
		}
		w = append(w, &chat.GoogleAppsCardV1Widget{TextInput: &chat.GoogleAppsCardV1TextInput{
			Name: name, Label: title, HintText: hint, Type: kind, Value: clean(value), Validation: &chat.GoogleAppsCardV1Validation{CharacterLimit: int64(maxRunes(f))}}})
	case f.Kind == bot.DatePicker:
		picker := &chat.GoogleAppsCardV1DateTimePicker{Name: name, Label: title, Type: "DATE_ONLY"}
		if day, err := time.Parse(time.DateOnly, value); err == nil {
			picker.ValueMsEpoch = day.UnixMilli()
		}
		w = append(w, &chat.GoogleAppsCardV1Widget{DateTimePicker: picker})
	case f.Kind == bot.FileUpload:
		return append(w, paragraph("<b>"+markup(title)+"</b><br>Aquí no se pueden adjuntar. Envíelos en un mensaje, debajo del de la solicitud; en un espacio, mencione en él a esta aplicación.")), ""
	case f.Kind == bot.PersonPicker && len(f.Options) == 0:
		list.Type, list.MultiSelectMaxSelectedItems = "MULTI_SELECT", 1
		list.PlatformDataSource = &chat.GoogleAppsCardV1PlatformDataSource{CommonDataSource: "USER"}
		if id := resourceName(value); userName.MatchString(id) {
			list.Items = []*chat.GoogleAppsCardV1SelectionItem{{Text: clip(cmp.Or(label(whole.names[value]), id), maxItemText), Value: id, Selected: true}}
		}
		w = append(w, &chat.GoogleAppsCardV1Widget{SelectionInput: list})
	case f.Kind == bot.Search && f.List != "" && len(f.Options) > maxItems && whole.search:
		list.Type, list.MultiSelectMaxSelectedItems, list.MultiSelectMinQueryLength = "MULTI_SELECT", 1, 1
		list.ExternalDataSource = d.action(map[string]string{paramList: f.List, paramWidget: name})
		for _, o := range f.Options {
			if o.Value == value && value != "" {
				list.Items = append(list.Items, item(o, true))
				break
			}
		}
		w = append(w, &chat.GoogleAppsCardV1Widget{SelectionInput: list})
	default:
		return append(w, d.lists(n, f, title, value, l)...), oneList(f, name)
	}
	return w, name
}

// oneList is the widget of a list that must not stay empty; of several any may be used.
func oneList(f bot.Field, name string) string {
	if len(f.Options) > maxItems {
		return ""
	}
	return name
}

// lists are the options of a field, in several widgets where they are many.
func (d renderer) lists(n int, f bot.Field, title, value string, l level) []*chat.GoogleAppsCardV1Widget {
	var out []*chat.GoogleAppsCardV1Widget
	parts, left := chunks(f.Options, max(l.items, maxItems))
	for i, options := range parts {
		entries := items(options, value)
		if f.Optional && len(entries) < maxItems {
			entries = append([]*chat.GoogleAppsCardV1SelectionItem{{Text: "—", Selected: value == "", ForceSendFields: []string{"Value"}}}, entries...)
		}
		out = append(out, &chat.GoogleAppsCardV1Widget{SelectionInput: &chat.GoogleAppsCardV1SelectionInput{
			Name: widgetPart(n, i), Label: chunkLabel(title, i, parts), Type: "DROPDOWN", Items: entries}})
	}
	if left > 0 {
		out = append(out, paragraph(fmt.Sprintf("Hay %d opciones más que no caben en esta lista.", left)))
	}
	return out
}

// widget is the name of a field's widget: Chat wants names of its own kind, whatever the field is called.
func widgetName(n int) string { return fmt.Sprintf("f%d", n) }

// part is the name of the i-th widget of a field.
func widgetPart(n, i int) string {
	if i == 0 {
		return widgetName(n)
	}
	return fmt.Sprintf("f%d-%d", n, i)
}

// values are the answers to a form, by field.
func formValues(f bot.Form, inputs map[string]input) map[string]string {
	out := map[string]string{}
	for n, field := range f.Fields {
		in := inputs[widgetName(n)]
		value := strings.TrimSpace(firstString(in))
		switch field.Kind {
		case bot.FileUpload:
			continue
		case bot.DatePicker:
			value = dateValue(in)
		case bot.PersonPicker:
			if len(field.Options) == 0 {
				if !userName.MatchString(value) {
					value = ""
				} else {
					value = address(value)
				}
			}
		case bot.Choice, bot.Search:
			value = selectedOption(n, field, inputs)
		}
		out[field.Name] = value
	}
	return out
}

// chosen is the option of a list in several widgets that was chosen now, else the one proposed.
func selectedOption(n int, f bot.Field, inputs map[string]input) string {
	value := ""
	for i := 0; i*maxItems <= len(f.Options); i++ {
		v := firstString(inputs[widgetPart(n, i)])
		if v != "" && (value == "" || value == f.Value) {
			value = v
		}
	}
	return value
}

func firstString(in input) string {
	if len(in.StringInputs.Value) == 0 {
		return ""
	}
	return in.StringInputs.Value[0]
}

// day is a date as the bot writes it: Chat encodes the day as midnight in UTC.
func dateValue(in input) string {
	at := in.DateInput
	if at == nil {
		at = in.DateTimeInput
	}
	if at == nil || at.MsSinceEpoch == 0 {
		return ""
	}
	day := time.UnixMilli(int64(at.MsSinceEpoch)).UTC()
	if day.Year() < 1 || day.Year() > 9999 {
		return "" // no picker shows such a day
	}
	return day.Format(time.DateOnly)
}

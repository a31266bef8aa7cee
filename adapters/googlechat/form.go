package googlechat

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"google.golang.org/api/chat/v1"

	"helptic/bot"
)

// form is a form to be shown: in a dialog, or inline in a message where there are no dialogs.
type form struct {
	bot.Form
	id      string            // of the stored form, to load it when it is submitted
	message string            // message whose button opened it; empty: the one that it stands in
	search  bool              // lists can be searched while the person types
	values  map[string]string // submitted, by field; nil: as proposed
	errors  map[string]string // by field, "" for the whole form
	names   map[string]string // of the people in values, by address
	inline  bool
}

const (
	maxField       = 4000 // runes, if the form has no limit
	minClippedText = 200  // runes of a value that stay at every level
	dialogOverhead = 1000 // bytes of a response around its card
	multiSelect    = "MULTI_SELECT"
)

// formCard renders a form. A submitted value that does not fit is clipped, and the card says so.
func (d renderer) formCard(f form) *chat.GoogleAppsCardV1Card {
	var card *chat.GoogleAppsCardV1Card
	for _, l := range levels {
		card = d.formCardAt(f, l)
		if body, err := json.Marshal(card); err == nil && len(body) <= maxMessageBytes-dialogOverhead {
			break
		}
	}
	return card
}

func (d renderer) formCardAt(f form, l level) *chat.GoogleAppsCardV1Card {
	var w []*chat.GoogleAppsCardV1Widget
	if !blank(f.Text) {
		w = append(w, paragraph(markup(clip(clean(f.Text), l.text))))
	}
	w = append(w, fieldError(f.errors[""])...)
	var required []string
	for i, field := range f.Fields {
		w = append(w, fieldError(f.errors[field.Name])...)
		value, clipped := f.value(field, l)
		rendered, widget := d.field(i, field, value, f, l)
		w = append(w, rendered...)
		if clipped {
			w = append(w, fieldError(textValueClipped)...)
		}
		if widget != "" && !field.Optional {
			required = append(required, widget)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.errors)) {
		if name != "" && !f.has(name) {
			w = append(w, fieldError(f.errors[name])...)
		}
	}
	submit := d.button(clip(orDash(label(f.Submit)), maxButton), bot.Good, actionParameters{Form: f.id, Message: f.message})
	submit.OnClick.Action.RequiredWidgets = required
	row := []*chat.GoogleAppsCardV1Button{submit}
	if f.inline {
		row = append(row, d.button(textSubmitCancel, bot.Neutral, actionParameters{Form: f.id, Cancel: cancelForm, Message: f.message}))
	}
	w = append(w, &chat.GoogleAppsCardV1Widget{ButtonList: &chat.GoogleAppsCardV1ButtonList{Buttons: row}})
	return &chat.GoogleAppsCardV1Card{
		Header:   &chat.GoogleAppsCardV1CardHeader{Title: clip(orDash(label(f.Title)), maxTitle)},
		Sections: []*chat.GoogleAppsCardV1Section{{Widgets: w}},
	}
}

// value returns what a field shows, and whether it is clipped.
func (f form) value(field bot.Field, l level) (value string, clipped bool) {
	value = field.Value
	if f.values != nil {
		value = f.values[field.Name]
	}
	limit := min(maxRunes(field), max(l.text, minClippedText))
	if isText(field) && utf8.RuneCountInString(value) > limit {
		return clip(value, limit), true
	}
	return value, false
}

func isText(f bot.Field) bool { return f.Kind == bot.Line || f.Kind == bot.Long }

func (f form) has(field string) bool {
	return slices.ContainsFunc(f.Fields, func(x bot.Field) bool { return x.Name == field })
}

// fieldError renders an error above its field, "" as nothing.
func fieldError(text string) []*chat.GoogleAppsCardV1Widget {
	if text == "" {
		return nil
	}
	return []*chat.GoogleAppsCardV1Widget{paragraph(`<font color="#b3261e"><b>⚠ ` + markup(clip(clean(text), maxText/8)) + "</b></font>")}
}

func maxRunes(f bot.Field) int {
	if f.Max > 0 {
		return min(f.Max, maxField)
	}
	return maxField
}

// field renders one field. It also returns the widget that must be filled in if the field is
// required, "" for none.
func (d renderer) field(n int, f bot.Field, value string, whole form, l level) (w []*chat.GoogleAppsCardV1Widget, widget string) {
	title := clip(orDash(label(f.Label)), maxLabel)
	if f.Optional {
		title = clip(title, maxLabel-utf8.RuneCountInString(textOptional)) + textOptional
	}
	if hint := fieldHint(f); hint != "" && !isText(f) {
		w = append(w, paragraph(markup(hint)))
	}
	name := widgetName(n)
	switch {
	case isText(f):
		return append(w, textInput(f, name, title, value)), name
	case f.Kind == bot.DatePicker:
		return append(w, datePicker(name, title, value)), name
	case f.Kind == bot.FileUpload:
		return append(w, paragraph("<b>"+markup(title)+"</b><br>"+textNoUploadInForm)), ""
	case f.Kind == bot.PersonPicker && len(f.Options) == 0:
		return append(w, personPicker(name, title, value, whole.names)), name
	case f.Kind == bot.Search && f.List != "" && len(f.Options) > maxItems && whole.search:
		return append(w, d.searchList(f, name, title, value)), name
	}
	w = append(w, dropdowns(n, f, title, value, l)...)
	if len(f.Options) > maxItems {
		return w, "" // one of several widgets is filled in
	}
	return w, name
}

func fieldHint(f bot.Field) string { return clip(label(f.Hint), maxLabel) }

func textInput(f bot.Field, name, title, value string) *chat.GoogleAppsCardV1Widget {
	lines := "SINGLE_LINE"
	if f.Kind == bot.Long {
		lines = "MULTIPLE_LINE"
	}
	return &chat.GoogleAppsCardV1Widget{TextInput: &chat.GoogleAppsCardV1TextInput{
		Name: name, Label: title, HintText: fieldHint(f), Type: lines, Value: clean(value),
		Validation: &chat.GoogleAppsCardV1Validation{CharacterLimit: int64(maxRunes(f))},
	}}
}

func datePicker(name, title, value string) *chat.GoogleAppsCardV1Widget {
	picker := &chat.GoogleAppsCardV1DateTimePicker{Name: name, Label: title, Type: "DATE_ONLY"}
	if date, err := time.Parse(time.DateOnly, value); err == nil {
		picker.ValueMsEpoch = date.UnixMilli()
	}
	return &chat.GoogleAppsCardV1Widget{DateTimePicker: picker}
}

// personPicker is a list of the people of the organization, which Google Chat fills in.
func personPicker(name, title, value string, names map[string]string) *chat.GoogleAppsCardV1Widget {
	list := &chat.GoogleAppsCardV1SelectionInput{
		Name: name, Label: title, Type: multiSelect, MultiSelectMaxSelectedItems: 1,
		PlatformDataSource: &chat.GoogleAppsCardV1PlatformDataSource{CommonDataSource: "USER"},
	}
	if id := resourceName(value); userPattern.MatchString(id) {
		list.Items = []*chat.GoogleAppsCardV1SelectionItem{{Text: clip(cmp.Or(label(names[value]), id), maxItemText), Value: id, Selected: true}}
	}
	return &chat.GoogleAppsCardV1Widget{SelectionInput: list}
}

// searchList is a list whose options Google Chat asks the app for while the person types.
func (d renderer) searchList(f bot.Field, name, title, value string) *chat.GoogleAppsCardV1Widget {
	list := &chat.GoogleAppsCardV1SelectionInput{
		Name: name, Label: title, Type: multiSelect, MultiSelectMaxSelectedItems: 1, MultiSelectMinQueryLength: 1,
		ExternalDataSource: d.action(actionParameters{List: f.List, Widget: name}),
	}
	if i := slices.IndexFunc(f.Options, func(o bot.Option) bool { return value != "" && o.Value == value }); i >= 0 {
		list.Items = append(list.Items, item(f.Options[i], true))
	}
	return &chat.GoogleAppsCardV1Widget{SelectionInput: list}
}

// dropdowns render the options of a field, in several widgets if they are many.
func dropdowns(n int, f bot.Field, title, value string, l level) []*chat.GoogleAppsCardV1Widget {
	var out []*chat.GoogleAppsCardV1Widget
	parts, left := chunks(f.Options, max(l.items, maxItems))
	for i, options := range parts {
		entries := items(options, value)
		if f.Optional && len(entries) < maxItems {
			entries = append([]*chat.GoogleAppsCardV1SelectionItem{{Text: "—", Selected: value == "", ForceSendFields: []string{"Value"}}}, entries...)
		}
		out = append(out, &chat.GoogleAppsCardV1Widget{SelectionInput: &chat.GoogleAppsCardV1SelectionInput{
			Name: widgetPart(n, i), Label: chunkLabel(title, i, parts), Type: dropdown, Items: entries}})
	}
	if left > 0 {
		out = append(out, paragraph(fmt.Sprintf(textMoreFormItems, left)))
	}
	return out
}

package googlechattest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// What Google demands and its discovery document does not say.
const (
	mostBytes   = 32_000
	mostWidgets = 100
	mostItems   = 100
	mostTitle   = 210 // not documented: what people still read
	mostLabel   = 400
	mostButton  = 80
)

var (
	messageIDForm = regexp.MustCompile(`^client-[a-z0-9-]{1,56}$`)
	tags          = regexp.MustCompile(`<[^<>]*>?`)
	allowedTag    = regexp.MustCompile(`^<(/?(b|i|u|s|font|a|time)|br/?|font color="#[0-9a-fA-F]{6}"|a href="https?://[^"<>]*")>$`)
	quoted        = regexp.MustCompile(`(?m)^\s*>`)
	entity        = regexp.MustCompile(`&(#?[0-9A-Za-z]+;)?`)
)

// unions are the members of which a widget has exactly one.
var unions = []string{"buttonList", "carousel", "chipList", "columns", "dateTimePicker", "decoratedText", "divider", "grid", "image", "selectionInput", "textInput", "textParagraph"}

// Validate says what is wrong with the body of a message that an app sends.
func Validate(body []byte) []string {
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		return []string{"not JSON: " + err.Error()}
	}
	faults := Schema("Message", m)
	faults = append(faults, contents(m)...)
	if len(body) > mostBytes {
		faults = append(faults, fmt.Sprintf("%d bytes", len(body)))
	}
	return faults
}

// contents are the rules of what a message shows.
func contents(m map[string]any) []string {
	var faults []string
	text := str(m, "text")
	cards := list(m, "cardsV2")
	if strings.TrimSpace(text) == "" && len(cards) == 0 {
		faults = append(faults, "neither text nor cards")
	}
	if str(m, "markupSyntax") != "MARKUP_SYNTAX_CHAT" {
		faults = append(faults, "markupSyntax is not said: the app's default may be another")
	}
	if strings.Contains(text, "<") || quoted.MatchString(text) {
		faults = append(faults, "text has markup that mentions or links")
	}
	if str(m, "fallbackText") != "" && len(cards) == 0 {
		faults = append(faults, "fallbackText without cards")
	}
	if m["privateMessageViewer"] != nil && m["attachment"] != nil {
		faults = append(faults, "a private message takes no attachments")
	}
	for _, c := range cards {
		card, _ := obj(c, "card").(map[string]any)
		faults = append(faults, Card(card, false)...)
	}
	return faults
}

// Card says what is wrong with a card beyond its schema, in a message or in a dialog.
func Card(card map[string]any, dialog bool) []string {
	r := &rules{dialog: dialog, names: map[string]bool{}}
	if body, err := json.Marshal(card); err != nil || len(body) > mostBytes {
		r.fault("card of %d bytes", len(body))
	}
	if header, ok := card["header"].(map[string]any); ok {
		if title := str(header, "title"); strings.TrimSpace(title) == "" || utf8.RuneCountInString(title) > mostTitle {
			r.fault("header: title of %d characters", utf8.RuneCountInString(title))
		}
	}
	if card["fixedFooter"] != nil && !dialog {
		r.fault("fixedFooter outside a dialog")
	}
	widgets := 0
	for _, s := range list(card, "sections") {
		section, _ := s.(map[string]any)
		all := list(section, "widgets")
		if len(all) == 0 {
			r.fault("section without widgets")
		}
		for _, w := range all {
			widget, _ := w.(map[string]any)
			r.widget(widget)
			widgets++
		}
	}
	if widgets > mostWidgets {
		r.fault("%d widgets", widgets)
	}
	for _, name := range r.required {
		if !r.names[name] {
			r.fault("required widget %q is not there", name)
		}
	}
	return r.faults
}

type rules struct {
	dialog   bool
	names    map[string]bool
	required []string
	faults   []string
}

func (r *rules) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

func (r *rules) widget(w map[string]any) {
	var kinds []string
	for _, u := range unions {
		if _, ok := w[u]; ok {
			kinds = append(kinds, u)
		}
	}
	if len(kinds) != 1 {
		r.fault("widget with %d members of the union: %v", len(kinds), kinds)
		return
	}
	of, _ := w[kinds[0]].(map[string]any)
	switch kinds[0] {
	case "textParagraph":
		r.html("textParagraph", str(of, "text"))
	case "decoratedText":
		r.html("decoratedText", str(of, "text"))
		for _, label := range []string{"topLabel", "bottomLabel"} {
			if of[label] != nil {
				r.html(label, str(of, label))
			}
		}
	case "buttonList":
		if len(list(of, "buttons")) == 0 {
			r.fault("buttonList without buttons")
		}
		for _, b := range list(of, "buttons") {
			button, _ := b.(map[string]any)
			r.button(button)
		}
	case "selectionInput":
		r.selection(of)
	case "textInput":
		r.name(of)
		if str(of, "label") == "" && str(of, "hintText") == "" {
			r.fault("textInput without label or hint")
		}
		if validation, ok := of["validation"].(map[string]any); ok {
			if limit, ok := validation["characterLimit"].(float64); ok && utf8.RuneCountInString(str(of, "value")) > int(limit) {
				r.fault("textInput with more than its limit")
			}
		}
	case "dateTimePicker":
		r.name(of)
	}
}

func (r *rules) name(of map[string]any) {
	name := str(of, "name")
	if name == "" || r.names[name] {
		r.fault("widget named %q, which is empty or taken", name)
	}
	r.names[name] = true
	if label := str(of, "label"); utf8.RuneCountInString(label) > mostLabel {
		r.fault("label of %d characters", utf8.RuneCountInString(label))
	}
}

func (r *rules) selection(of map[string]any) {
	r.name(of)
	kind, items := str(of, "type"), list(of, "items")
	external := of["externalDataSource"] != nil || of["platformDataSource"] != nil
	if kind == "" || external && kind != "MULTI_SELECT" {
		r.fault("selectionInput of type %q", kind)
	}
	if len(items) > mostItems || len(items) == 0 && !external {
		r.fault("selectionInput with %d items", len(items))
	}
	selected := 0
	for _, i := range items {
		item, _ := i.(map[string]any)
		if strings.TrimSpace(str(item, "text")) == "" || item["value"] == nil {
			r.fault("item without text or value")
		}
		if item["selected"] == true {
			selected++
		}
	}
	if selected > 1 {
		r.fault("%d items selected", selected)
	}
	for _, action := range []string{"onChangeAction", "externalDataSource"} {
		if a, ok := of[action].(map[string]any); ok {
			r.action(a)
		}
	}
}

func (r *rules) button(b map[string]any) {
	text := str(b, "text")
	if strings.TrimSpace(text) == "" || utf8.RuneCountInString(text) > mostButton {
		r.fault("button with a text of %d characters", utf8.RuneCountInString(text))
	}
	onClick, _ := b["onClick"].(map[string]any)
	if len(onClick) != 1 {
		r.fault("button %q does %d things", text, len(onClick))
		return
	}
	if action, ok := onClick["action"].(map[string]any); ok {
		r.action(action)
	}
}

func (r *rules) action(a map[string]any) {
	if str(a, "function") == "" {
		r.fault("action without function")
	}
	if str(a, "interaction") == "OPEN_DIALOG" && r.dialog {
		r.fault("OPEN_DIALOG inside a dialog")
	}
	seen := map[string]bool{}
	for _, p := range list(a, "parameters") {
		param, _ := p.(map[string]any)
		key := str(param, "key")
		if key == "" || seen[key] {
			r.fault("parameter %q empty or twice", key)
		}
		seen[key] = true
	}
	for _, name := range list(a, "requiredWidgets") {
		text, _ := name.(string)
		r.required = append(r.required, text)
	}
}

// html holds a text to the tags that cards know.
func (r *rules) html(where, text string) {
	if strings.TrimSpace(text) == "" {
		r.fault("%s is empty", where)
	}
	for _, tag := range tags.FindAllString(text, -1) {
		if !allowedTag.MatchString(tag) {
			r.fault("%s has %q", where, tag)
		}
	}
	for _, e := range entity.FindAllString(text, -1) {
		if e == "&" {
			r.fault("%s has a bare &", where)
		}
	}
}

// MessageID says what is wrong with an id that an app gives a message.
func MessageID(id string) []string {
	if len(id) > 63 || !messageIDForm.MatchString(id) {
		return []string{fmt.Sprintf("messageId %q", id)}
	}
	return nil
}

// masks are the fields that a patch may replace.
var masks = []string{"text", "attachment", "cards", "cards_v2", "cardsV2", "accessory_widgets", "accessoryWidgets", "quoted_message_metadata"}

func maskFaults(mask string) []string {
	if mask == "" {
		return []string{"no updateMask"}
	}
	var faults []string
	for field := range strings.SplitSeq(mask, ",") {
		if !slices.Contains(masks, field) {
			faults = append(faults, fmt.Sprintf("updateMask %q", field))
		}
	}
	return faults
}

func str(m map[string]any, key string) string {
	text, _ := m[key].(string)
	return text
}

func list(m map[string]any, key string) []any {
	l, _ := m[key].([]any)
	return l
}

func obj(v any, keys ...string) any {
	for _, key := range keys {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[key]
	}
	return v
}

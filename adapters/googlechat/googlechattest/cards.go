package googlechattest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"
)

// What Google demands of cards and its discovery document says in words, if at all.
const (
	mostWidgets = 100
	mostItems   = 100
	mostColumns = 2
	mostActions = 10
	mostTitle   = 210 // not documented: what people still read
	mostLabel   = 400
	mostButton  = 80
)

var (
	tags       = regexp.MustCompile(`<[^<>]*>?`)
	allowedTag = regexp.MustCompile(`^<(/?(b|i|u|s|font|a|time)|br/?|font color="#[0-9a-fA-F]{6}"|a href="https?://[^"<>]*")>$`)
	entity     = regexp.MustCompile(`&(#?[0-9A-Za-z]+;)?`)
)

// Card says what is wrong with a card beyond its schema, in a message or in a dialog.
func Card(card map[string]any, dialog bool) []string {
	r := &rules{dialog: dialog, names: map[string]bool{}}
	if body, err := json.Marshal(card); err != nil || len(body) > mostBytes {
		r.fault("card of %d bytes, and one has at most %d", len(body), mostBytes)
	}
	if header, ok := card["header"].(map[string]any); ok {
		r.short("header: title", str(header, "title"), mostTitle)
		r.url("header: imageUrl", header["imageUrl"])
	}
	for _, field := range []string{"expressionData", "displayStyle", "peekCardHeader"} {
		if card[field] != nil {
			r.fault("%s is of other add-ons than Chat's", field)
		}
	}
	if n := len(list(card, "cardActions")); n > mostActions {
		r.fault("%d cardActions", n)
	}
	r.footer(card)
	if len(list(card, "sections")) == 0 && card["header"] == nil {
		r.fault("card without header and sections")
	}
	for _, s := range list(card, "sections") {
		all := list(asMap(s), "widgets")
		if len(all) == 0 {
			r.fault("section without widgets")
		}
		for _, w := range all {
			r.widget(asMap(w), widgetKinds)
		}
	}
	if r.widgets > mostWidgets {
		r.fault("%d widgets: those after %d are dropped", r.widgets, mostWidgets)
	}
	for _, name := range r.required {
		if !r.names[name] {
			r.fault("required widget %q is not there", name)
		}
	}
	return r.faults
}

func (r *rules) footer(card map[string]any) {
	if card["fixedFooter"] == nil {
		return
	}
	footer := asMap(card["fixedFooter"])
	if !r.dialog {
		r.fault("fixedFooter outside a dialog")
	}
	if footer["primaryButton"] == nil {
		r.fault("fixedFooter without primaryButton")
	}
	for _, which := range []string{"primaryButton", "secondaryButton"} {
		if b := asMap(footer[which]); b != nil {
			r.button(b)
		}
	}
}

// rules gather what is wrong with a card.
type rules struct {
	dialog   bool
	widgets  int
	names    map[string]bool // of inputs
	required []string
	faults   []string
}

func (r *rules) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

// short holds a text to a length, and to be there.
func (r *rules) short(where, text string, most int) {
	if n := utf8.RuneCountInString(text); bare(text) || n > most {
		r.fault("%s of %d characters", where, n)
	}
}

var webURL = regexp.MustCompile(`^https?://[^\s/]+`)

// url holds an optional address to https, and a link's to the web.
func (r *rules) url(where string, v any) {
	if v == nil {
		return
	}
	if text, _ := v.(string); len(text) < 9 || text[:8] != "https://" {
		r.fault("%s %q is not https", where, text)
	}
}

// one holds a union to exactly one member, which it returns.
func (r *rules) one(what string, of map[string]any, members []string) string {
	var kinds []string
	for _, m := range members {
		if _, ok := of[m]; ok {
			kinds = append(kinds, m)
		}
	}
	if len(kinds) != 1 {
		r.fault("%s with %d members of the union: %v", what, len(kinds), kinds)
		return ""
	}
	return kinds[0]
}

func (r *rules) onClick(what string, v any) {
	onClick := asMap(v)
	switch kind := r.one(what+": onClick", onClick, []string{"action", "openLink", "overflowMenu", "card", "openDynamicLinkAction"}); kind {
	case "action":
		r.action(asMap(onClick["action"]), true)
	case "openLink":
		if url := str(asMap(onClick["openLink"]), "url"); !webURL.MatchString(url) {
			r.fault("%s: openLink to %q", what, url)
		}
	case "overflowMenu":
		items := list(asMap(onClick["overflowMenu"]), "items")
		if len(items) == 0 {
			r.fault("%s: overflowMenu without items", what)
		}
		for _, i := range items {
			item := asMap(i)
			r.short("overflowMenu: item", str(item, "text"), mostButton)
			if obj(item, "onClick", "overflowMenu") != nil {
				r.fault("overflowMenu inside an overflowMenu")
				continue
			}
			r.onClick("overflowMenu", item["onClick"])
		}
	case "card", "openDynamicLinkAction":
		r.fault("%s: %s is of other add-ons than Chat's", what, kind)
	}
}

func (r *rules) button(b map[string]any) {
	text := str(b, "text")
	if b["icon"] == nil || text != "" {
		r.short("button: text", text, mostButton)
	}
	r.icon(b["icon"])
	r.onClick(fmt.Sprintf("button %q", text), b["onClick"])
}

func (r *rules) icon(v any) {
	if v == nil {
		return
	}
	of := asMap(v)
	r.one("icon", of, []string{"knownIcon", "iconUrl", "materialIcon"})
	r.url("iconUrl", of["iconUrl"])
}

// action holds what is done to its rules. Only a button's click, and no other action, may open a dialog.
func (r *rules) action(a map[string]any, clicked bool) {
	if str(a, "function") == "" {
		r.fault("action without function")
	}
	if str(a, "interaction") == "OPEN_DIALOG" {
		switch {
		case r.dialog:
			r.fault("OPEN_DIALOG inside a dialog")
		case !clicked:
			r.fault("OPEN_DIALOG on something else than a click")
		}
	}
	seen := map[string]bool{}
	for _, p := range list(a, "parameters") {
		key := str(asMap(p), "key")
		if key == "" || seen[key] {
			r.fault("parameter %q empty or twice", key)
		}
		seen[key] = true
	}
	for _, name := range list(a, "requiredWidgets") {
		text, _ := name.(string)
		if slices.Contains(r.required, text) {
			continue
		}
		r.required = append(r.required, text)
	}
}

// html holds a text to the tags that cards know.
func (r *rules) html(where, text string) {
	if bare(text) {
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

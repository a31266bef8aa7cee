package googlechattest

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// What Google demands of messages and its discovery document does not say.
const (
	mostBytes     = 32_000
	mostThreadKey = 4000
	mostMessageID = 63
)

var (
	messageIDForm = regexp.MustCompile(`^client-[a-z0-9-]+$`)
	requestIDForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	quoted        = regexp.MustCompile(`(?m)^\s*>`)
)

// Validate says what is wrong with the body of a message that an app creates or changes.
func Validate(body []byte) []string {
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		return []string{"not JSON: " + err.Error()}
	}
	faults := append(Schema("Message", m), contents(m)...)
	for _, field := range []string{"actionResponse", "createTime", "clientAssignedMessageId"} {
		if m[field] != nil {
			faults = append(faults, field+" is not for requests to the API")
		}
	}
	return append(faults, tooLarge(body)...)
}

func tooLarge(body []byte) []string {
	if len(body) > mostBytes {
		return []string{fmt.Sprintf("%d bytes, and a message has at most %d", len(body), mostBytes)}
	}
	return nil
}

// contents are the rules of what a message shows.
func contents(m map[string]any) []string {
	var faults []string
	text, cards := str(m, "text"), list(m, "cardsV2")
	if bare(text) && len(cards) == 0 {
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
	if m["privateMessageViewer"] != nil && len(list(m, "attachment")) > 0 {
		faults = append(faults, "a private message takes no attachments")
	}
	return append(append(faults, cardFaults(cards)...), accessoryFaults(m)...)
}

func cardFaults(cards []any) []string {
	var faults []string
	ids := map[string]bool{}
	for _, c := range cards {
		of := asMap(c)
		id := str(of, "cardId")
		if len(cards) > 1 && (id == "" || ids[id]) {
			faults = append(faults, fmt.Sprintf("cardId %q, which is empty or taken, among several cards", id))
		}
		ids[id] = true
		if of["card"] == nil {
			faults = append(faults, "cardsV2 without card")
			continue
		}
		faults = append(faults, Card(asMap(of["card"]), false)...)
	}
	return faults
}

// accessoryFaults are those of the buttons under a message, which are no part of a card.
func accessoryFaults(m map[string]any) []string {
	r := &rules{names: map[string]bool{}}
	for _, w := range list(m, "accessoryWidgets") {
		of := asMap(w)
		if len(of) != 1 || of["buttonList"] == nil {
			r.fault("accessory widget that is no buttonList")
			continue
		}
		r.widget(of, widgetKinds)
	}
	return r.faults
}

// MessageID says what is wrong with an id that an app gives a message.
func MessageID(id string) []string {
	if len(id) > mostMessageID || !messageIDForm.MatchString(id) {
		return []string{fmt.Sprintf("messageId %q is not client-, small letters, digits and hyphens, %d at most", id, mostMessageID)}
	}
	return nil
}

// threadFaults are those of where a new message stands.
func threadFaults(s *Space, m map[string]any, option string) []string {
	var faults []string
	thread := asMap(m["thread"])
	name, key := str(thread, "name"), str(thread, "threadKey")
	if s.direct != nil && (option != "" || m["thread"] != nil) {
		faults = append(faults, "threads are of named spaces only")
	}
	if (name != "" || key != "") && option == "" {
		faults = append(faults, "a thread without messageReplyOption is ignored")
	}
	if name != "" && key != "" {
		faults = append(faults, "a thread by name and by key")
	}
	if name != "" && !strings.HasPrefix(name, s.Name+"/threads/") {
		faults = append(faults, "a thread of another space")
	}
	if utf8.RuneCountInString(key) > mostThreadKey {
		faults = append(faults, fmt.Sprintf("threadKey of %d characters", utf8.RuneCountInString(key)))
	}
	return faults
}

// masks are the fields that a patch may replace, by the names that they have in a mask.
var masks = map[string]string{"text": "text", "attachment": "attachment", "cards_v2": "cardsV2", "cardsV2": "cardsV2",
	"accessory_widgets": "accessoryWidgets", "accessoryWidgets": "accessoryWidgets", "quoted_message_metadata": "quotedMessageMetadata", "quotedMessageMetadata": "quotedMessageMetadata"}

// maskFaults are those of what a patch says that it changes.
func maskFaults(mask string, m map[string]any) []string {
	if mask == "" {
		return []string{"no updateMask"}
	}
	var faults []string
	named := map[string]bool{"markupSyntax": true, "name": true} // go with the body, not with the mask
	for field := range strings.SplitSeq(mask, ",") {
		if masks[field] == "" {
			faults = append(faults, fmt.Sprintf("updateMask %q: only %s can be changed", field, strings.Join(slices.Sorted(maps.Keys(masks)), ", ")))
		}
		named[field], named[masks[field]] = true, true
	}
	if named["text"] != named["cardsV2"] {
		faults = append(faults, "updateMask with one of text and cardsV2: the other one stays as it was")
	}
	for field := range m {
		if !named[field] {
			faults = append(faults, field+" is not in the updateMask: it is not changed")
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

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

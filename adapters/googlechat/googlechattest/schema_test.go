package googlechattest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
)

type (
	o = map[string]any
	l = []any
)

// over is a value as it arrives over the wire.
func over(t testing.TB, v any) any {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var back any
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

// says tells whether one of the faults has the words.
func says(faults []string, words string) bool {
	return slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, words) })
}

// hold checks a value that breaks a rule and one that keeps it.
func hold(t *testing.T, faults []string, words string) {
	t.Helper()
	switch {
	case words == "" && len(faults) > 0:
		t.Errorf("refused: %v", faults)
	case words != "" && !says(faults, words):
		t.Errorf("nothing about %q in %q", words, faults)
	case words != "" && len(faults) > 1:
		t.Errorf("more than one thing is wrong: %q", faults)
	}
}

// The walker of Google's discovery document, on values written by hand.
func TestSchema(t *testing.T) {
	for name, c := range map[string]struct {
		schema string
		value  any
		words  string
	}{
		"text":                        {"Message", o{"text": "x"}, ""},
		"unknown field":               {"Message", o{"txt": "x"}, "txt: unknown field"},
		"unknown deep field":          {"Message", o{"cardsV2": l{o{"card": o{"sections": l{o{"widgets": l{o{"buttonList": o{"buttons": l{o{"functionName": "x"}}}}}}}}}}}, "cardsV2[0].card.sections[0].widgets[0].buttonList.buttons[0].functionName: unknown field"},
		"no object":                   {"Message", l{}, "is no object"},
		"null":                        {"Message", o{"cardsV2": nil}, "is no list"},
		"text that is a number":       {"Message", o{"text": 1}, "text: float64 is no string"},
		"text that is null":           {"Message", o{"text": nil}, "text: <nil> is no string"},
		"list that is an object":      {"Message", o{"cardsV2": o{}}, "cardsV2: map[string]interface {} is no list"},
		"boolean that is a text":      {"GoogleAppsCardV1Button", o{"disabled": "true"}, "is no boolean"},
		"boolean":                     {"GoogleAppsCardV1Button", o{"disabled": true}, ""},
		"enumeration":                 {"GoogleAppsCardV1Button", o{"type": "FILLED"}, ""},
		"not of the enumeration":      {"GoogleAppsCardV1Button", o{"type": "BIG"}, `"BIG" is none of`},
		"enumeration in small":        {"Message", o{"markupSyntax": "markup_syntax_chat"}, "is none of"},
		"enumeration, a number":       {"ActionStatus", o{"statusCode": 200}, "statusCode: float64 is no string"},
		"status in digits":            {"ActionStatus", o{"statusCode": "200"}, `"200" is none of`},
		"status":                      {"ActionStatus", o{"statusCode": "OK"}, ""},
		"read only":                   {"Message", o{"sender": o{}}, "sender: only Google writes this"},
		"read only, of an attachment": {"Attachment", o{"contentName": "a"}, "contentName: only Google writes this"},
		"deprecated":                  {"Message", o{"cards": l{}}, "cards: deprecated"},
		"deprecated icon":             {"GoogleAppsCardV1DecoratedText", o{"icon": o{}}, "icon: deprecated"},
		"int64 as text":               {"GoogleAppsCardV1DateTimePicker", o{"valueMsEpoch": "1785369600000"}, ""},
		"int64 as number":             {"GoogleAppsCardV1DateTimePicker", o{"valueMsEpoch": 1785369600000}, ""},
		"int64 that is none":          {"GoogleAppsCardV1DateTimePicker", o{"valueMsEpoch": "mañana"}, "is no integer"},
		"int64 with a part":           {"GoogleAppsCardV1DateTimePicker", o{"valueMsEpoch": 1.5}, "is no string"},
		"int32":                       {"GoogleAppsCardV1SelectionInput", o{"multiSelectMaxSelectedItems": 1}, ""},
		"int32 as text":               {"GoogleAppsCardV1SelectionInput", o{"multiSelectMaxSelectedItems": "1"}, "is no integer"},
		"int32 with a part":           {"GoogleAppsCardV1SelectionInput", o{"multiSelectMaxSelectedItems": 1.5}, "is no integer"},
		"int32 too large":             {"GoogleAppsCardV1SelectionInput", o{"multiSelectMaxSelectedItems": 3e9}, "of 32 bits"},
		"number":                      {"Color", o{"red": 0.7}, ""},
		"number as text":              {"Color", o{"red": "0.7"}, "is no number"},
		"time":                        {"Message", o{"createTime": "2026-11-23T15:00:00Z"}, ""},
		"time that is none":           {"Message", o{"createTime": "hoy"}, "is no time"},
		"duration":                    {"CustomStatus", o{"ttl": "3.5s"}, ""},
		"duration that is none":       {"CustomStatus", o{"ttl": "3 minutes"}, "is no duration"},
		"duration without unit":       {"CustomStatus", o{"ttl": "3"}, "is no duration"},
		"bytes":                       {"CustomEmojiPayload", o{"fileContent": "AAA="}, ""},
		"bytes that are none":         {"CustomEmojiPayload", o{"fileContent": "ñ"}, "is no base64"},
		"divider":                     {"GoogleAppsCardV1Widget", o{"divider": o{}}, ""},
		"column's own union":          {"GoogleAppsCardV1Column", o{"widgets": l{o{"divider": o{}}}}, "widgets[0].divider: unknown field"},
		"no such schema":              {"Nothing", o{}, "no schema Nothing"},
	} {
		t.Run(name, func(t *testing.T) { hold(t, googlechattest.Schema(c.schema, over(t, c.value)), c.words) })
	}
}

// What the walker reads are bytes of the app's: none of them breaks it, and a value with a field that no schema has never passes.
func FuzzValidate(f *testing.F) {
	f.Add([]byte(`{"text":"x","markupSyntax":"MARKUP_SYNTAX_CHAT"}`))
	f.Add([]byte(`{"cardsV2":[{"card":{"sections":[{"widgets":[{"columns":{"columnItems":[null,{"widgets":[1]}]}}]}]}},3]}`))
	f.Add([]byte(`{"accessoryWidgets":[{}],"actionResponse":{"dialogAction":{"dialog":null}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		googlechattest.ValidateAnswer(googlechattest.Addon, body)
		googlechattest.ValidateAnswer(googlechattest.Classic, body)
		faults := googlechattest.Validate(body)
		var m map[string]any
		if json.Unmarshal(body, &m) == nil && m != nil {
			m["fieldOfNobody"] = true
			if more := googlechattest.Schema("Message", m); !says(more, "fieldOfNobody: unknown field") {
				t.Fatal(more)
			}
		} else if m == nil && len(faults) == 0 {
			t.Fatal("taken")
		}
	})
}

package googlechat

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"google.golang.org/api/chat/v1"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
)

// Integers are decoded in any notation, and nothing else is.
func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"42", `"42"`, "42.0", "4.2E1", "-2.88E7", "null", `""`, "0.5", "1e400", `"NaN"`, `"0x1p4"`, "9223372036854775807", "9223372036854775808", `"1_0"`, "true"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var n number
		if json.Unmarshal(body, &n) != nil {
			return
		}
		var v any
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		text := ""
		switch v := v.(type) {
		case nil:
		case string:
			text = v
		case json.Number:
			text = v.String()
		default:
			t.Fatalf("%s is read as %d", body, n)
		}
		if want, err := json.Number(text).Float64(); text != "" && err == nil && math.Abs(want) <= 1<<53 && float64(n) != want {
			t.Errorf("%s is read as %d", body, n)
		}
	})
}

// hostileTexts are texts in which markup, clipping or escaping could go wrong.
var hostileTexts = []string{"<users/all> *a* _b_ `c` ~d~ <https://x|y>\n- a\n> b", "<<users/all>> & </b><script>&lt;", "a > b\r\n> c\u2028> d", "\xff\xfe<users/\u202eall>", strings.Repeat("👩🏽\u200d🔧", 900),
	strings.Repeat("&\"<>", 5000), strings.Repeat("_*", 9000), "\u200d\u200d\u0301", " ", "\x00"}

// Text of people is inert in every context, and is clipped between characters.
func FuzzText(f *testing.F) {
	for _, seed := range hostileTexts {
		f.Add(seed, 20)
	}
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = 1 + (limit%5000+5000)%5000
		for where, out := range map[string]string{"inert": inert(text), "label": label(text), "markup": strings.ReplaceAll(markup(text), "<br>", "\n")} {
			if strings.Contains(out, "<") || !utf8.ValidString(out) || strings.ContainsFunc(out, func(r rune) bool { return r >= 0x202a && r <= 0x202e || r < ' ' && r != '\n' && r != '\t' }) {
				t.Errorf("%s: %q", where, out)
			}
			if where == "markup" && (strings.ContainsAny(out, `>"`) || strings.Count(out, "&") != strings.Count(out, ";")-strings.Count(clean(text), ";")) {
				t.Errorf("%s: %q", where, out)
			}
			if where == "label" && strings.ContainsAny(out, "\n\t") {
				t.Errorf("%s: %q", where, out)
			}
		}
		cleaned := clean(text)
		if short := clip(cleaned, limit); utf8.RuneCountInString(short) > limit || !utf8.ValidString(short) || utf8.RuneCountInString(cleaned) <= limit && short != cleaned {
			t.Errorf("cut to %d: %q", limit, short)
		}
	})
}

// Whatever people type, Google accepts the message, the card and the form that contain it.
func FuzzCards(f *testing.F) {
	for _, seed := range hostileTexts {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := renderer{function: "https://helptic.example/googlechat/events", dialogs: true}
		for _, m := range []*chat.Message{
			d.message(bot.Message{Text: text}),
			d.message(bot.Message{Text: text, Card: &bot.Card{Title: text, Subtitle: text, Text: text, Facts: []bot.Fact{{Label: text, Value: text}, {Label: text, Value: text, Long: true}},
				Buttons: []bot.Button{{Label: text, Do: "x", Confirm: text}}, Selects: []bot.Select{{Label: text, Do: "x", Options: []bot.Option{{Label: text, Value: "v", Group: text, Detail: text}}}}, Note: text}}),
		} {
			body, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			if faults := googlechattest.Validate(body); len(faults) > 0 || len(body) > maxMessageBytes {
				t.Errorf("%d bytes, %v", len(body), faults)
			}
		}
		form := d.formCard(form{Form: bot.Form{Title: text, Text: text, Submit: text, Fields: []bot.Field{{Name: "a", Label: text, Hint: text, Kind: bot.Long}, {Name: "b", Label: text, Hint: text, Kind: bot.Choice, Options: []bot.Option{{Label: text, Value: "v"}}}}},
			values: map[string]string{"a": text}, errors: map[string]string{"a": text, "": text, "z": text}})
		body, err := json.Marshal(form)
		if err != nil {
			t.Fatal(err)
		}
		var card map[string]any
		if err := json.Unmarshal(body, &card); err != nil {
			t.Fatal(err)
		}
		if faults := googlechattest.Card(card, true); len(faults) > 0 {
			t.Errorf("%v", faults)
		}
	})
}

// A date that no date picker offers is no value.
func TestDateValues(t *testing.T) {
	for ms, want := range map[number]string{0: "", 1795392000000: "2026-11-23", -86400000: "1969-12-31", 1 << 53: "", -1 << 53: "", math.MaxInt64: "", math.MinInt64: ""} {
		if got := dateValue(input{DateInput: &instant{MsSinceEpoch: ms}}); got != want {
			t.Errorf("%d: %q, want %q", ms, got, want)
		}
	}
}

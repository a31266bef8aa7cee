package googlechat

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/api/chat/v1"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
	"helptic/bot/bottest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var gallery = renderer{function: googlechattest.Endpoint, dialogs: true}

func golden(t *testing.T, name string, v any) {
	t.Helper()
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	// For readers.
	got := []byte(strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(text)) + "\n")
	path := filepath.Join("testdata", "gallery", name+".json")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with go test ./adapters/googlechat -run Gallery -update)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s has changed: look at the difference after go test ./adapters/googlechat -run Gallery -update", path)
	}
}

// Every kind of message of the desk, rendered, and within Google's rules.
func TestGallery(t *testing.T) {
	for _, piece := range bottest.Gallery(name) {
		if piece.Post.Room.Home != "" {
			continue // there are no home pages
		}
		t.Run(piece.Name, func(t *testing.T) {
			m := gallery.message(piece.Post.Message)
			golden(t, piece.Name, m)
			body, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			if faults := googlechattest.Validate(body); len(faults) > 0 {
				t.Error(strings.Join(faults, "\n"))
			}
			if len(body) > maxMessageBytes {
				t.Errorf("%d bytes", len(body))
			}
		})
	}
}

// Every form, in a dialog and in a message, as proposed and as rejected.
func TestGalleryForms(t *testing.T) {
	forms := bottest.Forms()
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		f := forms[name]
		faults := map[string]string{f.Fields[0].Name: "Escriba esto <b>bien</b>.", "": "Falta algo."}
		typed := map[string]string{}
		for _, field := range f.Fields {
			typed[field.Name] = "Lo que «escribió» <users/all>"
		}
		for variant, form := range map[string]form{
			"dialog":   {Form: f, id: "7", search: true},
			"message":  {Form: f, id: "7", message: "spaces/A/messages/B.B", inline: true},
			"rejected": {Form: f, id: "7", search: true, values: typed, errors: faults},
		} {
			t.Run(name+" "+variant, func(t *testing.T) {
				card := gallery.formCard(form)
				golden(t, "form_"+name+"_"+variant, card)
				checkCard(t, card, !form.inline)
				if form.errors != nil && name != "who_of_few" && !strings.Contains(mustJSON(t, card), "Lo que «escribió»") {
					t.Error("what was typed is not there any more")
				}
			})
		}
	}
}

func checkCard(t *testing.T, card *chat.GoogleAppsCardV1Card, dialog bool) {
	t.Helper()
	var tree map[string]any
	if err := json.Unmarshal([]byte(mustJSON(t, card)), &tree); err != nil {
		t.Fatal(err)
	}
	for _, fault := range append(googlechattest.Schema("GoogleAppsCardV1Card", tree), googlechattest.Card(tree, dialog)...) {
		t.Error(fault)
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// Lists and cards that are too large show how much is omitted.
func TestOmissionsAreShown(t *testing.T) {
	options := make([]bot.Option, 950)
	for i := range options {
		options[i] = bot.Option{Label: strings.Repeat("ñ", 100), Value: fmt.Sprintf("%050d", i)}
	}
	card := &bot.Card{Title: "Mucho", Selects: []bot.Select{{Label: "Lista", Do: "x", Options: options}}}
	for range 120 {
		card.Facts = append(card.Facts, bot.Fact{Label: "Dato", Value: strings.Repeat("<", 900), Long: true})
	}
	m := gallery.message(bot.Message{Text: "Mucho", Card: card})
	text := mustJSON(t, m)
	if len(text) > maxMessageBytes || m.CardsV2 == nil || !strings.Contains(text, "opciones más") {
		t.Errorf("%d bytes, %.300s", len(text), text)
	}
	if faults := googlechattest.Validate([]byte(text)); len(faults) > 0 {
		t.Error(faults)
	}
}

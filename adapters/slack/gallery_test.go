package slack

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/slack-go/slack"

	"helptic/adapters/slack/slacktest"
	"helptic/bot"
	"helptic/bot/bottest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// wire is a message, page or dialog as Slack is told it.
func (b *bench) wire(t *testing.T, piece bottest.Sample) any {
	t.Helper()
	if piece.Post.Room.Home != "" {
		blocks, err := b.adapter.homeBlocks(t.Context(), piece.Post.Message)
		if err != nil {
			t.Fatal(err)
		}
		return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}
	}
	d, err := b.adapter.render(t.Context(), piece.Post.Message)
	if err != nil {
		t.Fatal(err)
	}
	blocks, attachments := d.parts()
	return struct {
		Text        string             `json:"text"`
		Blocks      []slack.Block      `json:"blocks"`
		Attachments []slack.Attachment `json:"attachments,omitempty"`
	}{d.text, blocks, attachments}
}

func (b *bench) forms(t *testing.T) map[string]any {
	t.Helper()
	out := map[string]any{}
	for name, form := range bottest.Forms() {
		modal, err := b.adapter.modalView(t.Context(), form, target{room: agents, message: "1600000000.000001"})
		if err != nil {
			t.Fatal(err)
		}
		out["form_"+name] = modal
	}
	return out
}

func golden(t *testing.T, name string, value any) {
	t.Helper()
	got, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	file := filepath.Join("testdata", "gallery", name+".json")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: write it with -update and read it", err)
	}
	if string(got) != string(want) {
		t.Errorf("%s is not as it was: look at it with -update and git diff", name)
	}
}

func TestGallery(t *testing.T) {
	b := newBench(t)
	for _, piece := range bottest.Gallery(chat) {
		golden(t, piece.Name, b.wire(t, piece))
	}
	for name, form := range b.forms(t) {
		golden(t, name, form)
	}
}

// What Slack takes as blocks: by the rules of slacktest, and by a schema of Block Kit where it is beside the repository.
func TestGalleryIsWhatSlackTakes(t *testing.T) {
	check := func(_ *testing.T, _ string, _ any) {}
	if file := slacktest.Reference(t, "blockkit", "slack-blocks.schema.json"); file != "" {
		compiler, schema := schemas(t, file), map[string]*jsonschema.Schema{}
		for _, name := range []string{"Message", "MessageBlocks", "ModalView", "HomeView"} {
			var err error
			if schema[name], err = compiler.Compile("schema.json#/definitions/" + name); err != nil {
				t.Fatal(err)
			}
		}
		check = func(t *testing.T, definition string, value any) {
			t.Helper()
			if err := schema[definition].Validate(value); err != nil {
				t.Errorf("by the schema: %v", err)
			}
		}
	}
	rules := func(t *testing.T, where slacktest.Surface, value any) {
		t.Helper()
		// The rules want numbers as encoding/json reads them.
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var plain any
		if err := json.Unmarshal(text, &plain); err != nil {
			t.Fatal(err)
		}
		if faults := slacktest.Validate(where, plain); len(faults) > 0 {
			t.Errorf("by the rules: %q", faults)
		}
	}
	b := newBench(t)
	for _, piece := range bottest.Gallery(chat) {
		t.Run(piece.Name, func(t *testing.T) {
			w := generic(t, b.wire(t, piece))
			if piece.Post.Room.Home != "" {
				rules(t, slacktest.HomeSurface, w)
				check(t, "HomeView", w)
				return
			}
			m, ok := w.(map[string]any)
			if !ok {
				t.Fatal("not an object")
			}
			if blocks, _ := m["blocks"].([]any); len(blocks) > 0 {
				rules(t, slacktest.MessageSurface, blocks)
			}
			check(t, "Message", map[string]any{"text": m["text"], "blocks": m["blocks"]})
			list, _ := m["attachments"].([]any)
			for _, one := range list {
				a, ok := one.(map[string]any)
				if !ok {
					t.Fatal("not an object")
				}
				rules(t, slacktest.MessageSurface, a["blocks"])
				check(t, "MessageBlocks", a["blocks"])
			}
		})
	}
	for name, form := range b.forms(t) {
		t.Run(name, func(t *testing.T) {
			w := generic(t, form)
			rules(t, slacktest.ModalSurface, w)
			check(t, "ModalView", w)
		})
	}
}

// generic is what a value is as JSON.
func generic(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The schema does not check unique ids, lengths as Slack may count them, and that a text of
// a person does nothing.
func TestGalleryIsInertAndWithinLimits(t *testing.T) {
	b := newBench(t)
	all := b.forms(t)
	for _, piece := range bottest.Gallery(chat) {
		all[piece.Name] = b.wire(t, piece)
	}
	for name, value := range all {
		walk(generic(t, value), func(node map[string]any) {
			text, _ := node["text"].(string)
			switch node["type"] {
			case "plain_text":
				if n := len(utf16.Encode([]rune(text))); n > 3000 || strings.TrimSpace(text) == "" {
					t.Errorf("%s: text of %d units", name, n)
				}
			case "mrkdwn":
				if node["verbatim"] != true || strings.ContainsAny(strings.Trim(text, "*"), "*_~`<>&") {
					t.Errorf("%s: %q may format", name, text)
				}
			case "actions":
				seen := map[string]bool{}
				elements, _ := node["elements"].([]any)
				for _, e := range elements {
					id := fmt.Sprint(e.(map[string]any)["action_id"])
					if seen[id] {
						t.Errorf("%s: action %s twice in a block", name, id)
					}
					seen[id] = true
				}
			}
			if label, ok := node["text"].(map[string]any); ok && (node["type"] == "button" || node["value"] != nil) {
				if s, _ := label["text"].(string); len(utf16.Encode([]rune(s))) > 75 {
					t.Errorf("%s: label %q", name, s)
				}
			}
			for _, r := range text {
				if r != '\n' && r != '\t' && (r < ' ' || r == 0x7f) {
					t.Errorf("%s: control character %U", name, r)
				}
			}
		})
		if m, ok := generic(t, value).(map[string]any); ok {
			if text, ok := m["text"].(string); ok && (strings.ContainsAny(text, "<>") || len(utf16.Encode([]rune(text))) > 4000) {
				t.Errorf("%s: summary %q", name, text)
			}
		}
	}
}

func walk(node any, f func(map[string]any)) {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			walk(child, f)
		}
	case map[string]any:
		f(n)
		for _, child := range n {
			walk(child, f)
		}
	}
}

// All options, buttons, facts and texts of the longest messages are there.
func TestLongMessagesAreComplete(t *testing.T) {
	b := newBench(t)
	for _, piece := range bottest.Gallery(chat) {
		if piece.Name != "many" && piece.Name != "longest" {
			continue
		}
		text, err := json.Marshal(b.wire(t, piece))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), `"type":"button"`); n != len(piece.Post.Message.Card.Buttons) {
			t.Errorf("%s: %d buttons", piece.Name, n)
		}
		for _, s := range piece.Post.Message.Card.Selects {
			for _, o := range s.Options {
				if !strings.Contains(string(text), fmt.Sprintf(`"text":%q`, o.Label)) {
					t.Errorf("%s: option %q is missing", piece.Name, o.Label)
				}
			}
		}
		for _, button := range piece.Post.Message.Card.Buttons {
			if !strings.Contains(string(text), button.Label) {
				t.Errorf("%s: %q is not complete", piece.Name, button.Label)
			}
		}
		var sum strings.Builder
		var decoded any
		if err := json.Unmarshal(text, &decoded); err != nil {
			t.Fatal(err)
		}
		walk(decoded, func(node map[string]any) {
			if s, ok := node["text"].(string); ok && node["type"] == "plain_text" {
				sum.WriteString(s)
			}
		})
		for _, f := range piece.Post.Message.Card.Facts {
			if strings.Count(sum.String(), f.Value[:1]) < strings.Count(f.Value, f.Value[:1]) {
				t.Errorf("%s: text of %q is missing", piece.Name, f.Label[:10])
			}
		}
	}
	huge := bot.Card{Title: "x"}
	for range 120 {
		huge.Facts = append(huge.Facts, bot.Fact{Label: "Largo", Value: strings.Repeat("w", 2900), Long: true})
	}
	d, err := b.adapter.render(t.Context(), bot.Message{Text: "x", Card: &huge})
	if err != nil {
		t.Fatal(err)
	}
	blocks, attachments := d.parts()
	n := len(blocks)
	for _, a := range attachments {
		n += len(a.Blocks.BlockSet)
		if len(a.Blocks.BlockSet) > maxBlocks {
			t.Errorf("attachment of %d blocks", len(a.Blocks.BlockSet))
		}
	}
	if len(blocks) > maxBlocks || n != 241 {
		t.Errorf("%d blocks in the message, %d in all", len(blocks), n)
	}
	page, err := b.adapter.homeBlocks(t.Context(), bot.Message{Text: "x", Card: &huge})
	if err != nil || len(page) != maxViewBlocks {
		t.Errorf("page of %d blocks, %v", len(page), err)
	}
}

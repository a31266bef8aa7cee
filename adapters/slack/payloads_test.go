package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack/socketmode"

	"helptic/adapters/slack/slacktest"
	"helptic/bot"
)

// deliveries are the folders of payloads that Slack delivers.
var deliveries = []string{"events", "events-inner", "interactive", "slash", "socketmode"}

// entity is the bot in the workspace of the payloads that slacktest holds.
var entity = identity{Team: "T00000001", Enterprise: "E00000001", User: "UBOT00001", Bot: "BBOT00001"}

// Every payload is answered, and those that are words or acts for the bot become the events in testdata/payloads.txt.
func TestPayloadsBecomeEvents(t *testing.T) {
	file := filepath.Join("testdata", "payloads.txt")
	text, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, became, _ := strings.Cut(strings.TrimSpace(line), ": ")
		want[name] = became
	}
	var lines strings.Builder
	for _, folder := range deliveries {
		for _, p := range slacktest.Payloads(t, folder) {
			if p.Sample {
				continue
			}
			t.Run(p.Name, func(t *testing.T) {
				b := newBench(t)
				b.adapter.self.Store(&entity)
				b.hasFiles()
				b.inbox.Find = func(_ context.Context, list, text string, _ int) ([]bot.Option, error) {
					return []bot.Option{{Label: "Red", Value: list + " with " + text}}, nil
				}
				answer, err := b.payload(t, p)
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				got := outcome(t, b.handledEvents(), answer)
				fmt.Fprintf(&lines, "%s: %s\n", p.Name, got)
				if got != want[p.Name] && !*update {
					t.Errorf("became\n%s\nand not, as %s has it,\n%s", got, file, want[p.Name])
				}
			})
			delete(want, p.Name)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(lines.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for name := range want {
		t.Errorf("%s has %s, which is no payload", file, name)
	}
}

// hasFiles lets the bench have whatever file it is asked for.
func (b *bench) hasFiles() {
	b.api.on("files.info", func(c call, w http.ResponseWriter) {
		fmt.Fprintf(w, `{"ok":true,"file":{"id":%q,"name":"pantalla.png","mimetype":"image/png","size":5,"url_private_download":%q}}`, c.form.Get("file"), b.api.URL+"/files/foto.jpg")
	})
	b.api.on("files/foto.jpg", answerText("bytes"))
}

// outcome says in a line what a payload became: the events, and the answer within the request.
func outcome(t *testing.T, events []bot.Event, answer ack) string {
	t.Helper()
	var all []string
	for _, e := range events {
		s := e.From.ID + " in " + e.Room.String()
		for _, part := range []struct {
			name, value string
		}{{"thread", e.Thread}, {"on", e.Message}, {"do", e.Do}} {
			if part.value != "" {
				s += ", " + part.name + " " + part.value
			}
		}
		if e.Mention {
			s += ", mention"
		}
		if e.Form {
			s += ", form"
		}
		if e.Text != "" {
			s += fmt.Sprintf(", %q", e.Text)
		}
		for _, f := range e.Files {
			s += ", file " + f.Name
			for name, value := range e.Values {
				e.Values[name] = strings.ReplaceAll(value, f.ID, f.Name)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(e.Values)) {
			s += fmt.Sprintf(", %s=%q", name, e.Values[name])
		}
		all = append(all, strings.ReplaceAll(s, "slack:", ""))
	}
	if answer.text != "" {
		all = append(all, "answer "+answer.text)
	}
	if answer.json != nil {
		var text strings.Builder
		e := json.NewEncoder(&text)
		e.SetEscapeHTML(false)
		if err := e.Encode(answer.json); err != nil {
			t.Fatal(err)
		}
		all = append(all, "answer "+strings.TrimSpace(text.String()))
	}
	if len(all) == 0 {
		return "nothing"
	}
	return strings.Join(all, "; ")
}

// payload gives the adapter a payload as it arrives in life.
func (b *bench) payload(t *testing.T, p slacktest.Payload) (ack, error) {
	t.Helper()
	ctx, at := t.Context(), time.Now()
	switch path.Base(path.Dir(p.Name)) {
	case "events":
		return b.adapter.receiveEvent(ctx, p.Body, at)
	case "events-inner":
		whole, err := json.Marshal(map[string]any{"type": "event_callback", "team_id": b.adapter.self.Load().Team, "event": json.RawMessage(p.Body)})
		if err != nil {
			t.Fatal(err)
		}
		return b.adapter.receiveEvent(ctx, whole, at)
	case "interactive":
		return b.adapter.receiveInteraction(ctx, p.Body, at)
	case "slash":
		c, _, err := formCommand([]byte(fieldsOf(t, p.Body).Encode()))
		if err != nil {
			t.Fatal(err)
		}
		return b.adapter.receiveCommand(ctx, c, at)
	}
	var r socketmode.Request
	if err := json.Unmarshal(p.Body, &r); err != nil {
		t.Fatal(err)
	}
	return b.adapter.receiveEnvelope(ctx, &r, at)
}

// fieldsOf are the form fields of a slash command, which the payloads hold as JSON.
func fieldsOf(t testing.TB, text []byte) url.Values {
	t.Helper()
	var fields map[string]string
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, value)
	}
	return form
}

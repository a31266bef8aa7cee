package slack

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack/socketmode"

	"helptic/bot"
)

// shared is the folder of references that the repository does not hold.
func shared(t *testing.T, path ...string) string {
	t.Helper()
	folder := filepath.Join(append([]string{"..", "..", "..", "shared", "reference"}, path...)...)
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("%s is not there: put the references beside the repository", folder)
	}
	return folder
}

// Every real payload is answered, and those for the bot become events.
func TestRealPayloads(t *testing.T) {
	folder := shared(t, "samples", "slack")
	// What becomes of each: the text or command of the event; "" for nothing.
	want := map[string]string{
		"events/app_home_opened_with_view.json":           "home",
		"events/app_mention.json":                         "Hi there!",
		"events/app_mention_slack_connect.json":           "hey",
		"events/message_java.json":                        "test",
		"socketmode/envelope_events_api_app_mention.json": "hey",
		"socketmode/envelope_slash_command.json":          "hola",
		"socketmode/envelope_slash_commands.json":         "hola",
		"socketmode/envelope_message_retry1.json":         "",
		"slash/slash_command.json":                        "hello",
		"slash/slash_command_2.json":                      "…",
	}
	decoded := 0
	for _, kind := range []string{"events", "events-inner", "interactive", "slash", "socketmode"} {
		files, err := filepath.Glob(filepath.Join(folder, kind, "*.json"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no samples in %s: %v", kind, err)
		}
		for _, file := range files {
			name := kind + "/" + filepath.Base(file)
			t.Run(name, func(t *testing.T) {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				b := newBench(t)
				b.belong(t, text)
				answer, err := b.sample(t, kind, text)
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				if strings.Contains(name, "url_verification") && answer.text == "" {
					t.Error("no challenge")
				}
				if strings.Contains(name, "block_suggestion") && answer.json == nil {
					t.Error("no options")
				}
				events := b.handledEvents()
				got := ""
				if len(events) > 0 {
					got = events[0].Text + events[0].Do
				}
				if w := want[name]; w != "…" && got != w || w == "…" && got == "" && len(events) == 0 {
					t.Errorf("became %q, want %q", got, w)
				}
				decoded++
			})
		}
	}
	if decoded < 40 {
		t.Errorf("only %d samples", decoded)
	}
}

// belong makes the bench the workspace and the bot of a sample.
func (b *bench) belong(t *testing.T, text []byte) {
	t.Helper()
	var any struct {
		TeamID string          `json:"team_id"`
		Team   json.RawMessage `json:"team"`
		Auth   []struct {
			UserID string `json:"user_id"`
		} `json:"authorizations"`
		Payload json.RawMessage     `json:"payload"`
		Enter   struct{ ID string } `json:"enterprise"`
	}
	if json.Unmarshal(text, &any) != nil {
		return
	}
	if len(any.Payload) > 0 {
		b.belong(t, any.Payload)
		return
	}
	self := identity{Team: any.TeamID, Enterprise: any.Enter.ID, User: "W111"}
	var team struct{ ID string }
	if json.Unmarshal(any.Team, &team) == nil && team.ID != "" {
		self.Team = team.ID
	}
	for _, a := range any.Auth {
		self.User = a.UserID
	}
	if strings.Contains(string(text), "<@U123>") {
		self.User = "U123"
	}
	if self.Team == "" {
		self.Team = testTeam
	}
	b.adapter.self.Store(&self)
}

func (b *bench) sample(t *testing.T, kind string, text []byte) (ack, error) {
	ctx, at := t.Context(), time.Now()
	switch kind {
	case "events":
		return b.adapter.receiveEvent(ctx, text, at)
	case "events-inner":
		whole, err := json.Marshal(map[string]any{"type": "event_callback", "team_id": testTeam, "event": json.RawMessage(text)})
		if err != nil {
			t.Fatal(err)
		}
		b.adapter.self.Store(&identity{Team: testTeam, User: testBot})
		return b.adapter.receiveEvent(ctx, whole, at)
	case "interactive":
		return b.adapter.receiveInteraction(ctx, text, at)
	case "slash":
		var fields map[string]string
		if err := json.Unmarshal(text, &fields); err != nil {
			t.Fatal(err)
		}
		form := url.Values{}
		for name, value := range fields {
			form.Set(name, value)
		}
		c, _, err := formCommand([]byte(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		return b.adapter.receiveCommand(ctx, c, at)
	}
	var r socketmode.Request
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return b.adapter.receiveEnvelope(ctx, &r, at)
}

// The payloads of Slack with the names of ours in them: what a press, a form and a
// shortcut of a real Slack become.
func TestRealPayloadsOfOurs(t *testing.T) {
	folder := shared(t, "samples", "slack")
	read := func(name string, replace ...string) string {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return strings.NewReplacer(replace...).Replace(string(text))
	}
	tests := []struct {
		name, text string
		check      func(bot.Event) bool
	}{
		{"button in an attachment", read("interactive/block_actions_message_button.json", `"WaXA"`, `"do:0"`, `"click_me_123"`, `"act take 12"`),
			func(e bot.Event) bool {
				return e.Do == "act take 12" && e.Room == bot.Channel("slack:CBR2V3XEX") && e.Message == "1548261231.000200" && e.From.ID == "slack:UA8RXUSPL"
			}},
		{"form", read("interactive/view_submission_state_values.json", `"callback_id": "`, `"callback_id": "form", "was": "`, `"private_metadata": "`, `"private_metadata": "{\"do\":\"act resolve 12\",\"channel\":\"C9\",\"message\":\"1.2\"}", "had": "`),
			func(e bot.Event) bool {
				return e.Do == "act resolve 12" && e.Form && e.Room == bot.Channel("slack:C9") && e.Message == "1.2" && e.Values["rating"] != "" && e.Values["date-of-visit"] != ""
			}},
		{"shortcut", read("interactive/message_action_with_files.json", `"test-message-action"`, `"adopt"`),
			func(e bot.Event) bool {
				return e.Do == bot.DoFromMessage && e.Value() == "" && e.Values["author"] == "slack:U111" && e.From.ID == "slack:U111" && strings.HasPrefix(e.Text, "Here is the uploaded file: https://")
			}},
	}
	for _, test := range tests {
		b := newBench(t)
		b.belong(t, []byte(test.text))
		if _, err := b.adapter.receiveInteraction(t.Context(), []byte(test.text), time.Now()); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if events := b.handledEvents(); len(events) != 1 || !test.check(events[0]) {
			t.Errorf("%s became %+v", test.name, events)
		}
	}
}

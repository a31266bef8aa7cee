package slack

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"helptic/adapters/slack/slacktest"
	"helptic/bot"
)

// The samples that may stand beside the repository are of other apps and other workspaces: each is answered, and what
// is said to the bot of its workspace becomes an event.
func TestSamplesAreTaken(t *testing.T) {
	// The text or command of the event; nothing for all others.
	want := map[string]string{
		"samples/events/app_home_opened_with_view":           "home",
		"samples/events/app_mention":                         "Hi there!",
		"samples/events/app_mention_slack_connect":           "hey",
		"samples/events/message_java":                        "test",
		"samples/socketmode/envelope_events_api_app_mention": "hey",
		"samples/socketmode/envelope_slash_command":          "hola",
		"samples/socketmode/envelope_slash_commands":         "hola",
		"samples/socketmode/envelope_message_retry1":         "",
		"samples/slash/slash_command":                        "hello",
		"samples/slash/slash_command_2":                      "title",
	}
	for _, folder := range deliveries {
		for _, p := range slacktest.Payloads(t, folder) {
			if !p.Sample {
				continue
			}
			t.Run(p.Name, func(t *testing.T) {
				b := newBench(t)
				if folder != "events-inner" {
					b.belong(t, p.Body)
				}
				answer, err := b.payload(t, p)
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				if strings.Contains(p.Name, "url_verification") && answer.text == "" {
					t.Error("no challenge")
				}
				if strings.Contains(p.Name, "block_suggestion") && answer.json == nil {
					t.Error("no options")
				}
				got := ""
				if events := b.handledEvents(); len(events) > 0 {
					got = events[0].Text + events[0].Do
				}
				if got != want[p.Name] {
					t.Errorf("became %q, want %q", got, want[p.Name])
				}
			})
		}
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

// Samples with our names in them: what a press, a form and a shortcut of a real Slack become.
func TestSamplesWithOurNamesBecomeEvents(t *testing.T) {
	samples := slacktest.Payloads(t, "interactive")
	for _, test := range []struct {
		name, sample string
		replace      []string
		check        func(bot.Event) bool
	}{
		{"button in an attachment", "block_actions_message_button", []string{`"WaXA"`, `"do:0"`, `"click_me_123"`, `"act take 12"`},
			func(e bot.Event) bool {
				return e.Do == "act take 12" && e.Room == bot.Channel("slack:CBR2V3XEX") && e.Message == "1548261231.000200" && e.From.ID == "slack:UA8RXUSPL"
			}},
		{"form", "view_submission_state_values", []string{`"callback_id": "`, `"callback_id": "form", "was": "`, `"private_metadata": "`, `"private_metadata": "{\"do\":\"act resolve 12\",\"channel\":\"C9\",\"message\":\"1.2\"}", "had": "`},
			func(e bot.Event) bool {
				return e.Do == "act resolve 12" && e.Form && e.Room == bot.Channel("slack:C9") && e.Message == "1.2" && e.Values["rating"] != "" && e.Values["date-of-visit"] != ""
			}},
		{"shortcut", "message_action_with_files", []string{`"test-message-action"`, `"adopt"`},
			func(e bot.Event) bool {
				return e.Do == bot.DoFromMessage && e.Value() == "" && e.Values["author"] == "slack:U111" && e.From.ID == "slack:U111" && strings.HasPrefix(e.Text, "Here is the uploaded file: https://")
			}},
	} {
		i := slices.IndexFunc(samples, func(p slacktest.Payload) bool { return p.Name == "samples/interactive/"+test.sample })
		if i < 0 {
			continue // the samples are not beside the repository
		}
		t.Run(test.name, func(t *testing.T) {
			text := []byte(strings.NewReplacer(test.replace...).Replace(string(samples[i].Body)))
			b := newBench(t)
			b.belong(t, text)
			if _, err := b.adapter.receiveInteraction(t.Context(), text, time.Now()); err != nil {
				t.Error(err)
			}
			if events := b.handledEvents(); len(events) != 1 || !test.check(events[0]) {
				t.Errorf("became %+v", events)
			}
		})
	}
}

package slacktest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"helptic/adapters/slack/slacktest"
)

// A trigger works once, within three seconds; three modals can be stacked; a changed view has
// another hash.
func TestViewsTriggersAndHashes(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	user := ws.User("U1", "Usuario 1", "")
	var trigger string
	a := &app{onSlash: func(c slack.SlashCommand) any {
		trigger = c.TriggerID
		return nil
	}}
	a.start(t, ws)
	token := ws.Config().BotToken
	form := func(title string) o {
		return with(modalOf(l{with(field(o{"type": "plain_text_input", "action_id": "i"}), "block_id", "b")}), "title", pt(title))
	}
	fresh := func() string {
		user.Slash("/helptic", "")
		return trigger
	}
	expect := func(method string, fields o, want string) o {
		t.Helper()
		code, answer := call(t, ws, method, token, fields)
		if code != want {
			t.Errorf("%s: got %v, want %s", method, answer, want)
		}
		v, _ := answer["view"].(o)
		return v
	}
	first := fresh()
	ws.Advance(3 * time.Second)
	v := expect("views.open", o{"trigger_id": first, "view": form("Uno")}, "ok")
	expect("views.open", o{"trigger_id": first, "view": form("Uno")}, "exchanged_trigger_id")
	late := fresh()
	ws.Advance(3*time.Second + time.Millisecond)
	expect("views.push", o{"trigger_id": late, "view": form("Dos")}, "expired_trigger_id")
	expect("views.open", o{"trigger_id": "1.2.abc", "view": form("Uno")}, "invalid_arguments")
	expect("views.open", o{"trigger_id": fresh(), "view": with(form("Uno"), "titel", "a")}, "invalid_arguments")

	user.Fills(user.AwaitView("Uno"), slacktest.Answers{"Campo": "escrito"})
	changed := expect("views.update", o{"view_id": v["id"], "hash": v["hash"], "view": form("Uno otra vez")}, "ok")
	if got := user.AwaitView("Uno otra vez").Plain(); !strings.Contains(got, "Campo: [escrito]") {
		t.Errorf("the value is gone: %s", got)
	}
	expect("views.update", o{"view_id": v["id"], "hash": v["hash"], "view": form("Uno")}, "hash_conflict")
	expect("views.update", o{"view_id": v["id"], "hash": changed["hash"], "view": with(form("Uno"), "external_id", "mine")}, "ok")
	expect("views.update", o{"external_id": "mine", "view": form("Uno")}, "ok")
	expect("views.update", o{"view_id": "V9", "view": form("Uno")}, "not_found")
	expect("views.update", o{"view": form("Uno")}, "invalid_arguments")

	expect("views.push", o{"trigger_id": fresh(), "view": with(form("Dos"), "external_id", "mine")}, "ok")
	expect("views.push", o{"trigger_id": fresh(), "view": with(form("Tres"), "external_id", "mine")}, "duplicate_external_id")
	expect("views.push", o{"trigger_id": fresh(), "view": form("Tres")}, "ok")
	expect("views.push", o{"trigger_id": fresh(), "view": form("Cuatro")}, "push_limit_reached")
	large := many(90, func(int) o { return o{"type": "section", "text": mk(letters(2990))} })
	expect("views.push", o{"trigger_id": fresh(), "view": with(form("Grande"), "blocks", large)}, "view_too_large")
	for _, title := range []string{"Tres", "Dos", "Uno"} {
		user.Closes(user.AwaitView(title))
	}
	user.AwaitNoView()
	expect("views.update", o{"view_id": v["id"], "view": form("Uno")}, "not_found")
	ws.Refusals()
}

func TestInvalidAnswersToAFormAreTroubles(t *testing.T) {
	good := aForm()
	tests := []struct {
		name   string
		answer any
		want   string // of the trouble; empty: it is valid
		open   bool
	}{
		{"nothing", nil, "", false},
		{"clear", o{"response_action": "clear"}, "", false},
		{"errors", o{"response_action": "errors", "errors": o{"b": "Falta."}}, "", true},
		{"errors of no input", o{"response_action": "errors", "errors": o{"x": "Falta."}}, "no input of the view", true},
		{"no errors", o{"response_action": "errors", "errors": o{}}, "errors without any", true},
		{"update", o{"response_action": "update", "view": good}, "", true},
		{"push", o{"response_action": "push", "view": good}, "", true},
		{"update of nonsense", o{"response_action": "update", "view": with(good, "title", pt(letters(25)))}, "must be less than 25 characters", true},
		{"unknown action", o{"response_action": "close"}, "must be one of", true},
		{"unknown field", o{"response_action": "clear", "then": 1}, "no more fields allowed", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			both(t, func(t *testing.T, ws *slacktest.Workspace) {
				user := ws.User("U1", "Usuario 1", "")
				a := &app{onAct: func(slack.InteractionCallback) any { return test.answer }}
				a.onSlash = func(c slack.SlashCommand) any {
					if code, answer := call(t, ws, "views.open", ws.Config().BotToken, o{"trigger_id": c.TriggerID, "view": good}); code != "ok" {
						t.Error(answer)
					}
					return nil
				}
				a.start(t, ws)
				user.Slash("/helptic", "")
				errors := user.Submits(user.AwaitView("Título"), slacktest.Answers{"Campo": "a"})
				if (test.name == "errors") != (errors["Campo"] == "Falta.") {
					t.Errorf("errors: %v", errors)
				}
				if _, open := ws.View(user); open != test.open {
					t.Errorf("open: %v", open)
				}
				troubles := ws.Troubles()
				if (len(troubles) == 0) != (test.want == "") || (test.want != "" && !strings.Contains(troubles[0].What, test.want)) {
					t.Errorf("troubles: %v", troubles)
				}
			})
		})
	}
}

func aForm() o {
	return modalOf(l{with(field(o{"type": "plain_text_input", "action_id": "i"}), "block_id", "b")})
}

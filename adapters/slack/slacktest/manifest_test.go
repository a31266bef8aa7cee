package slacktest_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"helptic/adapters/slack/slacktest"
)

func aManifest() o {
	return o{
		"display_information": o{"name": "Mesa de ayuda"},
		"features": o{
			"app_home": o{"home_tab_enabled": true, "messages_tab_enabled": true, "messages_tab_read_only_enabled": false},
			"bot_user": o{"display_name": "helptic"}, "slash_commands": l{o{"command": "/helptic", "description": "Solicitudes"}},
			"shortcuts": l{o{"name": "Crear solicitud", "type": "message", "callback_id": "adopt", "description": "Crear solicitud"}},
		},
		"oauth_config": o{"scopes": o{"bot": l{"chat:write", "commands", "im:history"}}},
		"settings":     o{"socket_mode_enabled": true, "event_subscriptions": o{"bot_events": l{"message.im"}}, "interactivity": o{"is_enabled": true}},
	}
}

func TestConfigFromManifest(t *testing.T) {
	c, err := slacktest.ConfigFromManifest(mustJSON(t, aManifest()))
	if err != nil || !c.SocketMode || !slices.Equal(c.Events, []string{"message.im"}) || !slices.Equal(c.Commands, []string{"/helptic"}) ||
		!slices.Equal(c.Shortcuts, []string{"adopt"}) || len(c.Scopes) != 3 || c.BotName != "helptic" {
		t.Fatalf("%+v %v", c, err)
	}
	change := func(edit func(m o)) []byte {
		m, _ := decoded(t, aManifest()).(o)
		edit(m)
		return mustJSON(t, m)
	}
	tests := []struct {
		name string
		raw  []byte
		want string
	}{
		{"no JSON", []byte("display_information:"), "invalid character"},
		{"long name", change(func(m o) { m["display_information"] = o{"name": letters(36)} }), "must be less than 36 characters"},
		{"unknown field", change(func(m o) { m["setings"] = o{} }), "no more fields allowed: setings"},
		{"no request URL", change(func(m o) { m["settings"].(o)["socket_mode_enabled"] = false }), "missing required field: request_url"},
		{"command", change(func(m o) { m["features"].(o)["slash_commands"] = l{o{"command": "helptic", "description": "a"}} }), "a slash"},
		{"shortcut", change(func(m o) { m["features"].(o)["shortcuts"].(l)[0].(o)["name"] = "Crear una solicitud nueva" }), "must be less than 25 characters"},
	}
	for _, test := range tests {
		if _, err := slacktest.ConfigFromManifest(test.raw); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// Manifests of every kind: those that are called good set an app up, the others are refused.
func TestManifestFiles(t *testing.T) {
	for _, p := range slacktest.Payloads(t, "manifest") {
		if strings.Contains(p.Name, "schema") {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			var m o
			if err := json.Unmarshal(p.Body, &m); err != nil {
				t.Fatal(err)
			}
			delete(m, "$schema") // which is for editors
			c, err := slacktest.ConfigFromManifest(mustJSON(t, m))
			if good := strings.Contains(p.Name, "good") || strings.HasSuffix(p.Name, ".valid"); good != (err == nil) {
				t.Errorf("%v", err)
			} else if good && (len(c.Scopes) == 0 || len(c.Events) == 0) {
				t.Errorf("%+v", c)
			}
		})
	}
	if file := slacktest.Reference(t, "blockkit", "manifest.example.json"); file != "" {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := slacktest.ConfigFromManifest(raw); err != nil || len(c.Scopes) != 16 || len(c.Events) != 18 {
			t.Errorf("%d scopes, %d events, %v", len(c.Scopes), len(c.Events), err)
		}
	}
}

func TestTabsThatTheManifestLeavesOff(t *testing.T) {
	m := aManifest()
	m["settings"] = o{"socket_mode_enabled": true}
	m["features"] = o{"app_home": o{"messages_tab_enabled": true, "messages_tab_read_only_enabled": true}}
	c, err := slacktest.ConfigFromManifest(mustJSON(t, m))
	if err != nil || !c.NoMessagesTab || !c.NoHomeTab || !c.NoInteractivity {
		t.Fatalf("%+v %v", c, err)
	}
	ws := slacktest.New(t, c)
	ws.User("U1", "Usuario 1", "")
	token := ws.Config().BotToken
	if code, _ := call(t, ws, "chat.postMessage", token, o{"channel": "U1", "text": "a"}); code != "messages_tab_disabled" {
		t.Errorf("posting: %s", code)
	}
	if code, _ := call(t, ws, "views.publish", token, o{"user_id": "U1", "view": homeOf(l{o{"type": "divider"}})}); code != "not_enabled" {
		t.Errorf("publishing: %s", code)
	}
}

func TestOnlySubscribedEventsAreDelivered(t *testing.T) {
	c, err := slacktest.ConfigFromManifest(mustJSON(t, aManifest()))
	if err != nil {
		t.Fatal(err)
	}
	c.SocketMode = false
	ws := slacktest.New(t, c)
	user := ws.User("U1", "Usuario 1", "")
	desk := ws.Channel("C1", slacktest.Public, user)
	a := &app{}
	a.start(t, ws)
	user.Mentions(desk, "hola")
	user.OpensHome()
	user.Says(user.DM(), "hola")
	ws.Settle()
	if got := a.kinds(); !slices.Equal(got, []string{"message"}) {
		t.Errorf("events: %q", got)
	}
	user.Slash("/helptic", "")
	if got := ws.UsedScopes(); !slices.Equal(got, []string{"commands", "im:history"}) {
		t.Errorf("scopes: %q", got)
	}
}

func FuzzManifest(f *testing.F) {
	raw, err := json.Marshal(aManifest())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(raw))
	for _, p := range slacktest.Payloads(f, "manifest") {
		f.Add(string(p.Body))
	}
	f.Fuzz(func(_ *testing.T, raw string) {
		_, _ = slacktest.ConfigFromManifest([]byte(raw))
	})
}

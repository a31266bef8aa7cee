package slacktest_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"testing"

	"helptic/adapters/slack/slacktest"
)

// answers are what the fake answers each method that apps of ours may call.
func answers(t *testing.T) map[string]o {
	t.Helper()
	ws := slacktest.New(t, slacktest.Config{SocketMode: true, Scopes: append(slacktest.DefaultScopes(), "channels:join", "team:read")})
	user := ws.User("U1", "Usuario 1", "usuario1@example.com")
	ws.Group("S1", user)
	desk := ws.Channel("C1", slacktest.Public, user)
	all := map[string]o{}
	do := func(method string, fields o) o {
		t.Helper()
		token := ws.Config().BotToken
		if method == "apps.connections.open" {
			token = ws.Config().AppToken
		}
		code, answer := call(t, ws, method, token, fields)
		if code != "ok" {
			t.Fatalf("%s: %v", method, answer)
		}
		all[method] = answer
		return answer
	}
	do("auth.test", nil)
	do("apps.connections.open", nil)
	do("bots.info", o{"bot": ws.Config().BotID})
	do("team.info", nil)
	do("users.info", o{"user": "U1"})
	do("users.lookupByEmail", o{"email": "usuario1@example.com"})
	do("users.list", nil)
	do("users.conversations", nil)
	do("usergroups.users.list", o{"usergroup": "S1"})
	do("conversations.open", o{"users": "U1"})
	do("conversations.info", o{"channel": desk})
	do("conversations.members", o{"channel": desk})
	do("conversations.join", o{"channel": desk})
	card := l{one(button("b"))}
	ts := do("chat.postMessage", o{"channel": desk, "text": "N.º 12", "blocks": card, "metadata": o{"event_type": "helptic_post", "event_payload": o{"key": "k"}}})["ts"]
	do("chat.update", o{"channel": desk, "ts": ts, "text": "N.º 12", "blocks": card})
	do("chat.postEphemeral", o{"channel": desk, "user": "U1", "text": "hola"})
	do("chat.getPermalink", o{"channel": desk, "message_ts": ts})
	do("reactions.add", o{"channel": desk, "timestamp": ts, "name": "eyes"})
	said := user.Says(desk, "hola", slacktest.File{Name: "a.png", Content: []byte("\x89PNG\r\n\x1a\n")})
	user.SaysInThread(said, "más")
	do("conversations.history", o{"channel": desk, "include_all_metadata": true})
	do("conversations.replies", o{"channel": desk, "ts": said.TS})
	do("files.info", o{"file": said.Files[0].ID})
	up := do("files.getUploadURLExternal", o{"filename": "acta.pdf", "length": 5})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, up["upload_url"].(string), strings.NewReader("bytes"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	do("files.completeUploadExternal", o{"files": l{o{"id": up["file_id"], "title": "acta.pdf"}}, "channel_id": desk})
	do("chat.delete", o{"channel": desk, "ts": ts})
	do("views.publish", o{"user_id": "U1", "view": homeOf(card)})
	maps.Copy(all, dialogs(t))
	return all
}

// dialogs are the answers of the methods that take a trigger, which a command gives.
func dialogs(t *testing.T) map[string]o {
	t.Helper()
	ws := slacktest.New(t, slacktest.Config{})
	user := ws.User("U1", "Usuario 1", "")
	r := &recorder{}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	ws.PointAt(server.URL)
	form := modalOf(l{field(o{"type": "plain_text_input", "action_id": "ask"})})
	all := map[string]o{}
	do := func(method string, fields o) {
		t.Helper()
		code, answer := call(t, ws, method, ws.Config().BotToken, fields)
		if code != "ok" {
			t.Fatalf("%s: %v", method, answer)
		}
		all[method] = answer
	}
	user.Slash("/helptic", "")
	do("views.open", o{"trigger_id": r.trigger(), "view": form})
	do("views.update", o{"view_id": user.AwaitView("Título").ID, "view": form})
	return all
}

// What the fake answers looks like what Slack answers: no field that its answers do not have, none of another type. The
// samples are older than some fields: there only the types count.
func TestAnswersLookLikeThoseOfSlack(t *testing.T) {
	got := answers(t)
	known := map[bool]map[string]shape{false: {}, true: {}}
	for _, p := range slacktest.Payloads(t, "webapi") {
		method, ok := strings.CutSuffix(path.Base(p.Name), ".ok")
		if !ok {
			continue
		}
		var x o
		if err := json.Unmarshal(p.Body, &x); err != nil {
			t.Fatal(p.Name, err)
		}
		s := shape{}
		s.add("", x)
		known[p.Sample][method] = s
	}
	for method, answer := range got {
		t.Run(method, func(t *testing.T) {
			s := shape{}
			s.add("", answer)
			if known[false][method] == nil {
				t.Fatal("there is no payload of it")
			}
			if strange := s.within(known[false][method], nil); len(strange) > 0 {
				t.Errorf("%q", strange)
			}
			for path, types := range known[true][method] {
				for kind := range s[path] {
					if kind != "null" && !types[kind] && !types["null"] {
						t.Errorf("%s is %s, and not %v as in the sample", path, kind, slices.Collect(maps.Keys(types)))
					}
				}
			}
		})
	}
}

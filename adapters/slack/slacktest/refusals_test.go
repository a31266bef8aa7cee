package slacktest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"helptic/adapters/slack/slacktest"
)

// call sends a form, as slack-go does for most methods, and returns the error code: "ok" for none.
func call(t *testing.T, ws *slacktest.Workspace, method, token string, fields o) (string, o) {
	t.Helper()
	values := url.Values{"token": {token}}
	for name, x := range fields {
		s, ok := x.(string)
		if !ok {
			raw, err := json.Marshal(x)
			if err != nil {
				t.Fatal(err)
			}
			s = string(raw)
		}
		values.Set(name, s)
	}
	return send(t, ws, method, "application/x-www-form-urlencoded", values.Encode(), "")
}

func send(t *testing.T, ws *slacktest.Workspace, method, contentType, body, token string) (string, o) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, ws.APIURL()+method, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer o
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatalf("%s: %s", method, raw)
	}
	if answer["ok"] == true {
		return "ok", answer
	}
	code, _ := answer["error"].(string)
	return code, answer
}

// What Slack refuses for reasons other than blocks: a call that works, and the same with one thing wrong.
func TestRefusals(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	user := ws.User("U1", "Usuario 1", "")
	ws.User("U2", "Usuario 2", "", slacktest.Deactivated)
	ws.User("U3", "Robot", "", slacktest.Robot)
	ws.User("U4", "Usuario 4", "")
	gone := ws.User("U5", "Usuario 5", "")
	goneDM := gone.DM()
	ws.Deactivate(gone)
	desk := ws.Channel("C1", slacktest.Public, user)
	ws.Channel("C2", slacktest.Private, user)
	ws.RemoveBot("C2")
	ws.Channel("C3", slacktest.Public, user)
	ws.RemoveBot("C3")
	ws.Channel("C4", slacktest.Public, user)
	ws.Archive("C4", true)
	token := ws.Config().BotToken
	_, posted := call(t, ws, "chat.postMessage", token, o{"channel": desk, "text": "a"})
	ts := posted["ts"]
	said := user.Says(desk, "mía")
	_, whispered := call(t, ws, "chat.postEphemeral", token, o{"channel": desk, "user": "U1", "text": "a"})

	post := o{"channel": desk, "text": "a"}
	update := o{"channel": desk, "ts": ts, "text": "a"}
	whisper := o{"channel": desk, "user": "U1", "text": "a"}
	metadata := func(payload any) o {
		return with(post, "metadata", o{"event_type": "helptic", "event_payload": payload})
	}
	tests := []struct {
		method string
		good   o
		bad    o
		code   string
	}{
		{"chat.postMessage", post, with(post, "chanel", "C1"), "invalid_arg_name"},
		{"chat.postMessage", post, with(post, "channel", "C9"), "channel_not_found"},
		{"chat.postMessage", post, with(post, "channel", "C2"), "channel_not_found"},
		{"chat.postMessage", post, with(post, "channel", "C3"), "not_in_channel"},
		{"chat.postMessage", post, with(post, "channel", "C4"), "is_archived"},
		{"chat.postMessage", post, with(post, "channel", goneDM), "account_inactive"},
		{"chat.postMessage", post, with(post, "channel", "U3"), "cannot_dm_bot"},
		{"chat.postMessage", post, o{"channel": desk}, "no_text"},
		{"chat.postMessage", with(post, "blocks", l{o{"type": "divider"}}), o{"channel": desk, "blocks": l{o{"type": "divider"}}}, "no_text"},
		{"chat.postMessage", with(post, "text", words(40000)), with(post, "text", words(40001)), "msg_too_long"},
		{"chat.postMessage", with(post, "blocks", l{}), with(post, "blocks", l{o{"type": "header"}}), "invalid_blocks"},
		{"chat.postMessage", with(post, "blocks", l{one(o{"type": "users_select", "initial_user": "U1"})}), with(post, "blocks", l{one(o{"type": "users_select", "initial_user": "U9"})}), "invalid_blocks"},
		{"chat.postMessage", post, with(post, "blocks", "[{"), "invalid_arguments"},
		{"chat.postMessage", with(post, "unfurl_links", "false"), with(post, "unfurl_links", "no"), "invalid_arguments"},
		{"chat.postMessage", with(post, "thread_ts", ts), with(post, "thread_ts", "yesterday"), "invalid_arguments"},
		{"chat.postMessage", with(post, "attachments", l{o{"color": "#ff0000", "text": "a"}}), with(post, "attachments", l{o{"color": "rojo", "text": "a"}}), "invalid_attachments"},
		{"chat.postMessage", with(post, "attachments", l{o{"text": "a"}}), with(post, "attachments", l{o{"colour": "#ff0000", "text": "a"}}), "invalid_attachments"},
		{"chat.postMessage", with(post, "attachments", many(20, func(int) o { return o{"text": "a"} })), with(post, "attachments", many(21, func(int) o { return o{"text": "a"} })), "too_many_attachments"},
		{"chat.postMessage", metadata(o{"key": "a", "list": l{1, 2}}), metadata(o{"Key": "a"}), "invalid_metadata_schema"},
		{"chat.postMessage", metadata(o{"key": "a"}), metadata(o{"key": o{"deep": "a"}}), "invalid_metadata_schema"},
		{"chat.postMessage", metadata(o{"key": "a"}), with(post, "metadata", o{"event_type": ""}), "invalid_metadata_format"},
		{"chat.postMessage", metadata(o{"key": words(7000)}), metadata(o{"key": words(8000)}), "metadata_too_large"},
		{"chat.postEphemeral", whisper, with(whisper, "user", "U4"), "user_not_in_channel"},
		{"chat.postEphemeral", whisper, o{"channel": desk, "text": "a"}, "invalid_arguments"},
		{"chat.update", update, with(update, "ts", "1111111111.000000"), "message_not_found"},
		{"chat.update", update, with(update, "ts", whispered["message_ts"]), "message_not_found"},
		{"chat.update", update, with(update, "ts", said.TS), "cant_update_message"},
		{"chat.update", update, with(update, "channel", "U1"), "channel_not_found"},
		{"chat.update", with(update, "text", words(4000)), with(update, "text", words(4001)), "msg_too_long"},
		{"chat.update", update, with(update, "text", ""), "no_text"},
		{"chat.getPermalink", o{"channel": desk, "message_ts": ts}, o{"channel": desk, "message_ts": "1111111111.000000"}, "message_not_found"},
		{"conversations.open", o{"users": "U1"}, o{"users": "U9"}, "user_not_found"},
		{"conversations.open", o{"users": "U1"}, o{"users": "U2"}, "user_disabled"},
		{"conversations.open", o{"users": "U1"}, o{"users": "U3"}, "cannot_dm_bot"},
		{"conversations.open", o{"users": "U1"}, o{}, "users_list_not_supplied"},
		{"conversations.info", o{"channel": desk}, o{"channel": "C2"}, "channel_not_found"},
		{"conversations.members", o{"channel": desk, "limit": 1000}, o{"channel": desk, "limit": 1001}, "invalid_limit"},
		{"conversations.members", o{"channel": desk}, o{"channel": desk, "cursor": "zzz"}, "invalid_cursor"},
		{"conversations.history", o{"channel": desk}, o{"channel": "C3"}, "not_in_channel"},
		{"conversations.replies", o{"channel": desk, "ts": ts}, o{"channel": desk, "ts": "1111111111.000000"}, "thread_not_found"},
		{"users.info", o{"user": "U1"}, o{"user": "U9"}, "user_not_found"},
		{"reactions.add", o{"channel": desk, "timestamp": ts, "name": "eyes"}, o{"channel": desk, "timestamp": ts, "name": "eyes"}, "already_reacted"},
		{"reactions.add", o{"channel": desk, "timestamp": ts, "name": "white_check_mark"}, o{"channel": desk, "timestamp": ts, "name": "✅"}, "invalid_name"},
		{"files.getUploadURLExternal", o{"filename": "a.txt", "length": 1}, o{"filename": "a.txt", "length": 0}, "invalid_arguments"},
		{"views.publish", o{"user_id": "U1", "view": homeOf(l{o{"type": "divider"}})}, o{"user_id": "U2", "view": homeOf(l{o{"type": "divider"}})}, "invalid_arguments"},
		{"views.publish", o{"user_id": "U1", "view": homeOf(l{o{"type": "divider"}})}, o{"user_id": "U1", "view": homeOf(l{o{"type": "line"}})}, "invalid_arguments"},
		{"views.publish", o{"user_id": "U1", "view": homeOf(l{o{"type": "divider"}})}, o{"user_id": "U1", "view": homeOf(l{o{"type": "divider"}}), "hash": "old"}, "hash_conflict"},
		{"chat.delete", o{"channel": desk, "ts": ts}, o{"channel": desk, "ts": ts}, "message_not_found"},
		{"chat.delete", nil, o{"channel": desk, "ts": said.TS}, "cant_delete_message"},
		{"chat.postMesage", nil, post, "unknown_method"},
		{"apps.connections.open", nil, o{}, "not_allowed_token_type"},
	}
	for _, test := range tests {
		if test.good != nil {
			if code, answer := call(t, ws, test.method, token, test.good); code != "ok" {
				t.Errorf("%s: the good one is refused: %v", test.method, answer)
			}
		}
		if code, answer := call(t, ws, test.method, token, test.bad); code != test.code {
			t.Errorf("%s %v: got %v, want %s", test.method, test.bad, answer, test.code)
		}
	}
	if got := len(ws.Refusals()); got != len(tests) {
		t.Errorf("%d refusals on record, want %d", got, len(tests))
	}
}

func TestTokensAndScopes(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{Scopes: []string{"chat:write", "users:read", "channels:read"}})
	user := ws.User("U1", "Usuario 1", "usuario1@example.com")
	desk := ws.Channel("C1", slacktest.Public, user)
	private := ws.Channel("C2", slacktest.Private, user)
	token := ws.Config().BotToken
	tests := []struct {
		method, token string
		fields        o
		code          string
	}{
		{"auth.test", "", nil, "not_authed"},
		{"auth.test", "xoxb-other", nil, "invalid_auth"},
		{"auth.test", ws.Config().AppToken, nil, "not_allowed_token_type"},
		{"auth.test", token, nil, "ok"},
		{"chat.postMessage", token, o{"channel": desk, "text": "a"}, "ok"},
		{"conversations.info", token, o{"channel": desk}, "ok"},
		{"conversations.info", token, o{"channel": private}, "missing_scope"},
		{"conversations.history", token, o{"channel": desk}, "missing_scope"},
		{"conversations.open", token, o{"users": "U1"}, "missing_scope"},
		{"users.lookupByEmail", token, o{"email": "usuario1@example.com"}, "missing_scope"},
		{"files.info", token, o{"file": "F1"}, "missing_scope"},
		{"reactions.add", token, o{"channel": desk}, "missing_scope"},
	}
	for _, test := range tests {
		code, answer := call(t, ws, test.method, test.token, test.fields)
		if code != test.code {
			t.Errorf("%s: got %v, want %s", test.method, answer, test.code)
		}
		if code == "missing_scope" && (answer["needed"] == "" || answer["provided"] != "chat:write,users:read,channels:read") {
			t.Errorf("%s: %v", test.method, answer)
		}
	}
	if _, answer := call(t, ws, "users.info", token, o{"user": "U1"}); strings.Contains(string(mustJSON(t, answer)), "example.com") {
		t.Error("users.info tells the address without users:read.email")
	}
	for _, code := range []string{"token_revoked", "account_inactive", "invalid_auth"} {
		ws.RevokeToken(code)
		if got, _ := call(t, ws, "auth.test", token, nil); got != code {
			t.Errorf("got %s, want %s", got, code)
		}
	}
	ws.RevokeToken("")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, ws.APIURL()+"auth.test", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if got := response.Header.Get("X-OAuth-Scopes"); got != "chat:write,users:read,channels:read" {
		t.Errorf("X-OAuth-Scopes: %q", got)
	}
	ws.Refusals()
}

func mustJSON(t *testing.T, x any) []byte {
	t.Helper()
	raw, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestBodies(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	token := ws.Config().BotToken
	const form, inJSON = "application/x-www-form-urlencoded", "application/json"
	tests := []struct{ contentType, body, code string }{
		{form, "user=" + ws.Config().BotUser, "ok"},
		{inJSON + "; charset=utf-8", `{"user":"` + ws.Config().BotUser + `"}`, "ok"},
		{inJSON, `{"user":7}`, "invalid_arguments"},
		{inJSON, `{"user":`, "invalid_json"},
		{inJSON, `["user"]`, "json_not_object"},
		{inJSON + "; charset=latin1", `{}`, "invalid_charset"},
		{"text/plain", "a", "invalid_post_type"},
		{"", "a", "missing_post_type"},
		{form, "user=%zz", "invalid_form_data"},
		{form, "user=a&user=b", "invalid_array_arg"},
	}
	for _, test := range tests {
		if code, answer := send(t, ws, "users.info", test.contentType, test.body, token); code != test.code {
			t.Errorf("%s %q: got %v, want %s", test.contentType, test.body, answer, test.code)
		}
	}
	ws.Refusals()
}

// Modals: triggers live three seconds and once, the stack has three, a changed view has another hash.
func TestViews(t *testing.T) {
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
		t.Errorf("what was typed is gone: %s", got)
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
	large := many(90, func(int) o { return o{"type": "section", "text": mk(words(2990))} })
	expect("views.push", o{"trigger_id": fresh(), "view": with(form("Grande"), "blocks", large)}, "view_too_large")
	for _, title := range []string{"Tres", "Dos", "Uno"} {
		user.Closes(user.AwaitView(title))
	}
	user.AwaitNoView()
	expect("views.update", o{"view_id": v["id"], "view": form("Uno")}, "not_found")
	ws.Refusals()
}

// Answers to a form that Slack does not take: the person sees that something went wrong.
func TestFormAnswers(t *testing.T) {
	good := aForm()
	tests := []struct {
		name   string
		answer any
		want   string // of the trouble; empty: it is taken
		open   bool
	}{
		{"nothing", nil, "", false},
		{"clear", o{"response_action": "clear"}, "", false},
		{"errors", o{"response_action": "errors", "errors": o{"b": "Falta."}}, "", true},
		{"errors of no input", o{"response_action": "errors", "errors": o{"x": "Falta."}}, "no input of the view", true},
		{"no errors", o{"response_action": "errors", "errors": o{}}, "errors without any", true},
		{"update", o{"response_action": "update", "view": good}, "", true},
		{"push", o{"response_action": "push", "view": good}, "", true},
		{"update of nonsense", o{"response_action": "update", "view": with(good, "title", pt(words(25)))}, "must be less than 25 characters", true},
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
				complaints := user.Submits(user.AwaitView("Título"), slacktest.Answers{"Campo": "a"})
				if (test.name == "errors") != (complaints["Campo"] == "Falta.") {
					t.Errorf("complaints: %v", complaints)
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

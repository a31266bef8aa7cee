package slacktest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

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

// Each pair is a call that is accepted, and the same with one fault that is not about blocks.
func TestCallsAreRefused(t *testing.T) {
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
	message := user.Says(desk, "mía")
	_, ephemeral := call(t, ws, "chat.postEphemeral", token, o{"channel": desk, "user": "U1", "text": "a"})

	post := o{"channel": desk, "text": "a"}
	update := o{"channel": desk, "ts": ts, "text": "a"}
	postEphemeral := o{"channel": desk, "user": "U1", "text": "a"}
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
		{"chat.postMessage", with(post, "text", letters(40000)), with(post, "text", letters(40001)), "msg_too_long"},
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
		{"chat.postMessage", metadata(o{"key": letters(7000)}), metadata(o{"key": letters(8000)}), "metadata_too_large"},
		{"chat.postEphemeral", postEphemeral, with(postEphemeral, "user", "U4"), "user_not_in_channel"},
		{"chat.postEphemeral", postEphemeral, o{"channel": desk, "text": "a"}, "invalid_arguments"},
		{"chat.update", update, with(update, "ts", "1111111111.000000"), "message_not_found"},
		{"chat.update", update, with(update, "ts", ephemeral["message_ts"]), "message_not_found"},
		{"chat.update", update, with(update, "ts", message.TS), "cant_update_message"},
		{"chat.update", update, with(update, "channel", "U1"), "channel_not_found"},
		{"chat.update", with(update, "text", letters(4000)), with(update, "text", letters(4001)), "msg_too_long"},
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
		{"chat.delete", nil, o{"channel": desk, "ts": message.TS}, "cant_delete_message"},
		{"chat.postMesage", nil, post, "unknown_method"},
		{"apps.connections.open", nil, o{}, "not_allowed_token_type"},
	}
	for _, test := range tests {
		if test.good != nil {
			if code, answer := call(t, ws, test.method, token, test.good); code != "ok" {
				t.Errorf("%s: the valid call is refused: %v", test.method, answer)
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
		t.Error("users.info has the address without users:read.email")
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

func TestBodiesOfCalls(t *testing.T) {
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

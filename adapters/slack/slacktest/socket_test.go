package slacktest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"helptic/adapters/slack/slacktest"
)

// connect opens a connection as any client does and reads its first frame.
func connect(t *testing.T, ws *slacktest.Workspace) (*websocket.Conn, o) {
	t.Helper()
	code, answer := call(t, ws, "apps.connections.open", ws.Config().AppToken, nil)
	if code != "ok" {
		t.Fatal(answer)
	}
	address, _ := answer["url"].(string)
	conn, response, err := websocket.DefaultDialer.DialContext(t.Context(), address, http.Header{"Origin": {"https://api.slack.com"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	t.Cleanup(func() { _ = conn.Close() })
	return conn, frame(t, conn)
}

func frame(t *testing.T, conn *websocket.Conn) o {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var x o
	if err := conn.ReadJSON(&x); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestEleventhConnectionIsRefused(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{SocketMode: true})
	for n := range 10 {
		if _, hello := connect(t, ws); hello["type"] != "hello" || hello["num_connections"] != float64(n+1) {
			t.Fatalf("connection %d: %v", n+1, hello)
		}
		ws.AwaitSockets(n + 1)
	}
	if _, last := connect(t, ws); last["type"] != "disconnect" || last["reason"] != "too_many_websockets" {
		t.Errorf("the eleventh: %v", last)
	}
}

func TestDisconnectReasons(t *testing.T) {
	for _, reason := range []string{"warning", "refresh_requested", "link_disabled"} {
		ws := slacktest.New(t, slacktest.Config{SocketMode: true})
		conn, _ := connect(t, ws)
		ws.AwaitSockets(1)
		ws.Disconnect(reason)
		if x := frame(t, conn); x["type"] != "disconnect" || x["reason"] != reason {
			t.Errorf("%s: %v", reason, x)
		}
		if reason == "warning" {
			if ws.Sockets() != 1 {
				t.Error("a warning closed the connection")
			}
			continue
		}
		if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
			t.Errorf("%s: %v", reason, err)
		}
		ws.AwaitSockets(0)
		code, _ := call(t, ws, "apps.connections.open", ws.Config().AppToken, nil)
		if (code == "not_allowed") != (reason == "link_disabled") {
			t.Errorf("after %s: %s", reason, code)
		}
	}
}

func TestInvalidAcknowledgementsAreTroubles(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{SocketMode: true})
	user := ws.User("U1", "Usuario 1", "")
	conn, _ := connect(t, ws)
	user.Says(user.DM(), "hola")
	x := frame(t, conn)
	for _, bad := range []o{
		{"envelope_id": x["envelope_id"], "payload": o{"text": letters(21 * 1024)}},
		{"envelope": x["envelope_id"]},
		{"envelope_id": x["envelope_id"]},
	} {
		if err := conn.WriteJSON(bad); err != nil {
			t.Fatal(err)
		}
	}
	ws.Settle()
	troubles := ws.Troubles()
	if len(troubles) != 2 || !strings.Contains(troubles[0].What, "20 KB") || !strings.Contains(troubles[1].What, "no acknowledgement") {
		t.Errorf("%v", troubles)
	}
}

// Any call is answered.
func FuzzMethods(f *testing.F) {
	for _, seed := range [][3]string{
		{"chat.postMessage", "application/x-www-form-urlencoded", "channel=C1&text=a&blocks=%5B%7B%7D%5D&metadata=%7B%7D"},
		{"chat.postMessage", "application/json", `{"channel":"C1","text":"a","attachments":[{"blocks":null},7]}`},
		{"views.publish", "application/json", `{"user_id":"U1","view":{"type":"home","blocks":[{"type":"divider"}]}}`},
		{"conversations.history", "application/x-www-form-urlencoded", "channel=C1&limit=1&cursor=bmV4dF90czox&oldest=1"},
		{"files.completeUploadExternal", "application/x-www-form-urlencoded", "files=%5B%7B%22id%22%3A%22F1%22%7D%5D"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	ws := slacktest.New(f, slacktest.Config{NoEcho: true})
	ws.Channel("C1", slacktest.Public, ws.User("U1", "Usuario 1", ""))
	f.Fuzz(func(t *testing.T, method, contentType, body string) {
		if strings.ContainsAny(method, "/?#% ") || strings.Trim(method, ".") == "" || strings.ContainsFunc(method+contentType, func(r rune) bool { return r < ' ' || r > '~' }) {
			return
		}
		send(t, ws, method, contentType, body, ws.Config().BotToken)
		ws.Refusals()
	})
}

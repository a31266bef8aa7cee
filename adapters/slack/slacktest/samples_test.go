package slacktest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"helptic/adapters/slack/slacktest"
)

// recorder takes every delivery and keeps its payload.
type recorder struct {
	mu  sync.Mutex
	got []o
}

func (r *recorder) keep(raw []byte) o {
	var x o
	if json.Unmarshal(raw, &x) != nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, x)
	return x
}

// trigger is that of the last command.
func (r *recorder) trigger() any {
	r.mu.Lock()
	defer r.mu.Unlock()
	var last any
	for _, x := range r.got {
		if x["command"] != nil {
			last = x["trigger_id"]
		}
	}
	return last
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	raw, _ := io.ReadAll(req.Body)
	if strings.HasPrefix(req.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		values, _ := url.ParseQuery(string(raw))
		if payload := values.Get("payload"); payload != "" {
			raw = []byte(payload)
		} else {
			fields := o{}
			for name := range values {
				fields[name] = values.Get(name)
			}
			raw, _ = json.Marshal(fields)
		}
	}
	x := r.keep(raw)
	if x["challenge"] != nil {
		_, _ = fmt.Fprint(w, x["challenge"])
	}
	if x["type"] == "block_suggestion" {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(o{"options": l{opt("Red")}})
	}
}

// Everything that the fake delivers looks like a real delivery of that kind: no field that Slack
// does not send, none of another type.
func TestPayloadsLikeReal(t *testing.T) {
	samples := sampleShapes(t)
	ws := slacktest.New(t, slacktest.Config{})
	r := &recorder{}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	ws.PointAt(server.URL)
	playEverything(t, ws, r)
	ws.Settle()

	shared := common(samples)
	kinds := map[string]int{}
	for _, x := range r.got {
		got := map[string]shape{}
		kind := gather(func(kind string) shape {
			if got[kind] == nil {
				got[kind] = shape{}
			}
			return got[kind]
		}, x)
		kinds[kind]++
		known := shape{}
		for path, types := range samples[kind] {
			known[path] = types
		}
		if samples[kind] == nil { // no sample of this kind: at least its surroundings are real
			delete(x["event"].(o), "view")
			for path, types := range samples["event"] {
				known[path] = types
			}
			x["event"] = o{}
			got = map[string]shape{kind: {}}
			got[kind].add("", x)
		} else if x["event"] != nil {
			for path, types := range samples["event"] {
				if !strings.HasPrefix(path, "event.") {
					known[path] = types
				}
			}
		}
		for _, strange := range got[kind].within(known, shared) {
			if !slices.Contains(documented[kind], strange) {
				t.Errorf("%s: %s", kind, strange)
			}
		}
	}
	for _, kind := range []string{
		"message", "app_mention", "app_home_opened", "member_joined_channel", "file_shared", "reaction_added", "channel_archive",
		"block_actions", "block_suggestion", "view_submission", "view_closed", "shortcut", "message_action", "slash", "url_verification",
	} {
		if kinds[kind] == 0 {
			t.Errorf("no %s was delivered", kind)
		}
	}
}

// playEverything lets people do one thing of each kind.
func playEverything(t *testing.T, ws *slacktest.Workspace, r *recorder) {
	t.Helper()
	token := ws.Config().BotToken
	user := ws.User("U1", "Usuario 1", "usuario1@example.com")
	stranger := ws.User("U2", "Usuario 2", "", slacktest.OfTeam("T9"))
	desk := ws.Channel("C1", slacktest.Public, user)
	post := func(fields o) slacktest.Message {
		t.Helper()
		if code, answer := call(t, ws, "chat.postMessage", token, fields); code != "ok" {
			t.Fatal(answer)
		}
		all := ws.Messages(desk)
		return all[len(all)-1]
	}
	selects := actions(l{
		with(button("b"), "value", "7"), o{"type": "external_select", "action_id": "e", "min_query_length": 0, "placeholder": pt("Buscar")},
		o{"type": "static_select", "action_id": "s", "options": opts(2), "placeholder": pt("Elegir")},
		o{"type": "users_select", "action_id": "u", "placeholder": pt("Persona")},
	})
	card := post(o{"channel": desk, "text": "a", "blocks": l{selects}})
	user.Presses(card, "Ver")
	user.Chooses(card, "Buscar", "Red")
	user.Chooses(card, "Elegir", "o1")
	user.Chooses(card, "Persona", "Usuario 1")
	user.Presses(post(o{"channel": desk, "text": "a", "attachments": l{o{"color": "#ff0000", "blocks": l{one(button("b"))}}}}), "Ver")
	said := user.Mentions(desk, "hola <mundo>", slacktest.File{Name: "a.png", Content: []byte("\x89PNG\r\n\x1a\n")})
	user.SaysInThread(said, "más")
	user.Edits(said, "adiós")
	user.Shortcut("adopt", said)
	user.Reacts(said, "eyes")
	user.Deletes(said)
	user.GlobalShortcut("new")
	user.OpensHome()
	home := homeOf(l{one(button("b"))})
	if code, answer := call(t, ws, "views.publish", token, o{"user_id": "U1", "view": home}); code != "ok" {
		t.Fatal(answer)
	}
	user.OpensHome()
	published, _ := ws.Home(user)
	user.Presses(published, "Ver")
	ws.Join(desk, stranger)
	stranger.Says(desk, "hola")

	form := with(modalOf(l{
		field(o{"type": "plain_text_input", "action_id": "i"}),
		with(field(o{"type": "external_select", "action_id": "e", "min_query_length": 0}), "label", pt("Red")),
		with(field(o{"type": "static_select", "action_id": "s", "options": opts(2)}), "label", pt("Tipo")),
		with(field(o{"type": "datepicker", "action_id": "d"}), "label", pt("Día")),
	}), "notify_on_close", true)
	open := func() slacktest.View {
		t.Helper()
		user.Slash("/helptic", "mis")
		if code, answer := call(t, ws, "views.open", token, o{"trigger_id": r.trigger(), "view": form}); code != "ok" {
			t.Fatal(answer)
		}
		return user.AwaitView("Título")
	}
	user.Submits(open(), slacktest.Answers{"Campo": "a", "Red": "Red", "Tipo": "o0", "Día": "2026-11-20"})
	user.Closes(open())
	ws.Archive(desk, true)
}

// The frames of Socket Mode, looked at without a client's help.
func TestFramesLikeReal(t *testing.T) {
	samples := sampleShapes(t)
	ws := slacktest.New(t, slacktest.Config{SocketMode: true})
	user := ws.User("U1", "Usuario 1", "")
	code, answer := call(t, ws, "apps.connections.open", ws.Config().AppToken, nil)
	if code != "ok" {
		t.Fatal(answer)
	}
	address, _ := answer["url"].(string)
	conn, response, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	defer func() { _ = conn.Close() }()
	_, response, err = websocket.DefaultDialer.DialContext(t.Context(), address, nil)
	if err == nil || response.StatusCode != http.StatusForbidden {
		t.Fatal("the address of a connection worked twice")
	}
	_ = response.Body.Close()
	read := func(kind string) o {
		t.Helper()
		var x o
		if err := conn.ReadJSON(&x); err != nil {
			t.Fatal(err)
		}
		payload := x["payload"]
		delete(x, "payload")
		got := shape{}
		got.add("", x)
		if strange := got.within(samples[kind], nil); len(strange) > 0 {
			t.Errorf("%s: %v", kind, strange)
		}
		x["payload"] = payload
		return x
	}
	ack := func(x o) {
		t.Helper()
		if err := conn.WriteJSON(o{"envelope_id": x["envelope_id"]}); err != nil {
			t.Fatal(err)
		}
	}
	read("hello")
	user.Says(user.DM(), "hola")
	ack(read("envelope events_api"))
	done := make(chan struct{})
	go func() {
		defer close(done)
		user.Slash("/helptic", "mis")
		user.GlobalShortcut("new")
	}()
	ack(read("envelope slash_commands"))
	ack(read("envelope interactive"))
	<-done
	ws.Settle()

	user.Says(user.DM(), "sin acuse")
	read("envelope events_api")
	_ = conn.Close()
	ws.AwaitSockets(0)
}

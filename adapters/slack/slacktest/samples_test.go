package slacktest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
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

// Everything that the fake delivers looks like a delivery of Slack's of that kind: no field that Slack does not send,
// none of another type.
func TestDeliveriesLookLikeThoseOfSlack(t *testing.T) {
	ws := slacktest.New(t, slacktest.Config{})
	r := &recorder{}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	ws.PointAt(server.URL)
	playEverything(t, ws, r)
	ws.Settle()
	kinds := map[string]int{}
	for _, x := range r.got {
		kinds[gather(func(string) shape { return shape{} }, x)]++
	}
	for _, kind := range []string{
		"message", "app_mention", "app_home_opened", "member_joined_channel", "file_shared", "reaction_added", "channel_archive",
		"block_actions", "block_suggestion", "view_submission", "view_closed", "shortcut", "message_action", "slash", "url_verification",
	} {
		if kinds[kind] == 0 {
			t.Errorf("no %s was delivered", kind)
		}
	}
	against(t, func(t *testing.T, known map[string]shape, also map[string][]string) {
		for _, x := range r.got {
			for _, strange := range strangeIn(x, known, also) {
				t.Error(strange)
			}
		}
	})
}

// against compares with the payloads in testdata, and with the samples where they are beside the repository, which do
// not have every field that Slack documents.
func against(t *testing.T, compare func(t *testing.T, known map[string]shape, also map[string][]string)) {
	t.Helper()
	t.Run("payloads", func(t *testing.T) { compare(t, shapesOf(t, false), nil) })
	if samples := shapesOf(t, true); len(samples) > 0 {
		t.Run("samples", func(t *testing.T) { compare(t, samples, documented) })
	}
}

// strangeIn tells what in a delivery is not in those that are known of its kind. Of an event of a kind that is not
// known it looks at the surroundings alone.
func strangeIn(x o, known map[string]shape, also map[string][]string) []string {
	kind := gather(func(string) shape { return shape{} }, x)
	all := maps.Clone(known[kind])
	if _, isEvent := x["event"].(o); isEvent {
		if all == nil {
			all = shape{}
			x = with(x, "event", o{})
		}
		for path, types := range known["event"] {
			if !strings.HasPrefix(path, "event.") {
				all[path] = types
			}
		}
	}
	got := shape{}
	got.add("", x)
	var strange []string
	for _, s := range got.within(all, common(known)) {
		if !slices.Contains(also[kind], s) {
			strange = append(strange, kind+": "+s)
		}
	}
	return strange
}

// unsampled are fields that Slack documents and no sample has, with all that is in them.
var unsampled = []string{
	"actions.confirm.", "container.thread_ts", "enterprise", "event.root", "is_enterprise_install", "view.state.values.*.*.files", "view.state.values.*.*.selected_user",
}

// Our payloads have no field that the samples do not have and Slack does not document.
func TestPayloadsLookLikeSamples(t *testing.T) {
	samples := shapesOf(t, true)
	if len(samples) == 0 {
		return // they are not beside the repository
	}
	for _, folder := range deliveries {
		for _, p := range slacktest.Payloads(t, folder) {
			var x o
			if err := json.Unmarshal(p.Body, &x); err != nil {
				t.Fatal(err)
			}
			if folder == "events-inner" {
				x = o{"event": x}
			}
			if payload, ok := x["payload"].(o); ok {
				x = payload
			}
			if p.Sample || x["type"] == "disconnect" { // of which there is no sample
				continue
			}
			for _, strange := range strangeIn(x, samples, documented) {
				_, path, _ := strings.Cut(strange, ": ")
				if !slices.ContainsFunc(unsampled, func(known string) bool { return strings.HasPrefix(path, known) }) {
					t.Errorf("%s: %s", p.Name, strange)
				}
			}
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
func TestFramesLookLikeThoseOfSlack(t *testing.T) {
	frames := map[string]shape{}
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
		if frames[kind] == nil {
			frames[kind] = shape{}
		}
		frames[kind].add("", x)
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
	against(t, func(t *testing.T, known map[string]shape, _ map[string][]string) {
		for kind, frame := range frames {
			if strange := frame.within(known[kind], nil); len(strange) > 0 {
				t.Errorf("%s: %v", kind, strange)
			}
		}
	})
}

package slacktest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"helptic/adapters/slack/slacktest"
)

// shape is what is at each path of some JSON: "event.user" is "string". Items of lists share a path, and so do the
// values of objects whose names are ids.
type shape map[string]map[string]bool

func (s shape) add(path string, x any) {
	kind := "null"
	switch x := x.(type) {
	case map[string]any:
		kind = "object"
		for name, value := range x {
			if strings.HasSuffix(path, "state.values") || strings.HasSuffix(path, "state.values.*") {
				name = "*"
			}
			if name == "initial_option" || name == "metadata" {
				continue
			}
			s.add(strings.TrimPrefix(path+"."+name, "."), value)
		}
	case []any:
		kind = "array"
		for _, item := range x {
			s.add(path, item)
		}
	case string:
		kind = "string"
	case float64:
		kind = "number"
	case bool:
		kind = "boolean"
	}
	if s[path] == nil {
		s[path] = map[string]bool{}
	}
	s[path][kind] = true
}

// A message is one wherever it stands, and so is a view: their fields are looked for in all samples.
var everywhere = []string{"event.previous_message.", "event.message.", "event.view.", "event.", "message.", "view."}

// common gathers those under "*message." and "*view.".
func common(samples map[string]shape) shape {
	all := shape{}
	for kind, s := range samples {
		if kind != "message" && kind != "message_action" && !strings.HasPrefix(kind, "view_") && !strings.HasPrefix(kind, "block_") && kind != "app_mention" && kind != "app_home_opened" {
			continue
		}
		for path, types := range s {
			path = generic(path)
			if strings.HasPrefix(path, "*") {
				if all[path] == nil {
					all[path] = map[string]bool{}
				}
				maps.Copy(all[path], types)
			}
		}
	}
	return all
}

func generic(path string) string {
	for _, prefix := range everywhere {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			if strings.HasSuffix(prefix, "view.") {
				return "*view." + rest
			}
			return "*message." + rest
		}
	}
	return path
}

// within tells which paths of s are not in the samples, or are of another type there. What the app sent itself
// comes back as it was, and is not looked at.
func (s shape) within(samples, shared shape) []string {
	var strange []string
	for _, path := range slices.Sorted(maps.Keys(s)) {
		if slices.ContainsFunc([]string{"blocks", "title", "submit", "close", "text", "placeholder", "attachments"}, func(own string) bool {
			return strings.HasPrefix(path, own+".") || strings.Contains(path, "."+own+".")
		}) {
			continue
		}
		for kind := range s[path] {
			if kind != "null" && !samples[path][kind] && !shared[generic(path)][kind] && !(samples[path]["null"] && len(samples[path]) == 1) {
				strange = append(strange, fmt.Sprintf("%s %s", path, kind))
			}
		}
	}
	return strange
}

// Fields that Slack documents, or that slack-go's types have, though no sample shows them there.
var documented = map[string][]string{
	"block_actions": {
		"actions.selected_user string", "actions.selected_option object", "actions.selected_option.value string",
		"actions.selected_option.text object", "actions.placeholder object", "state.values.*.*.selected_user string",
	},
	"block_suggestion": { // the samples are all of views
		"message object", "channel object", "channel.id string", "channel.name string",
		"container.message_ts string", "container.channel_id string", "container.is_ephemeral boolean",
	},
	"file_shared":           {"event.channel_id string", "event.user_id string", "event.event_ts string"},
	"member_joined_channel": {"event.event_ts string"},
	"channel_archive":       {"event.event_ts string"},
	"app_home_opened":       {"event.event_ts string"},
	"view_closed":           {"is_cleared boolean"},
}

func sampleShapes(t *testing.T) map[string]shape {
	t.Helper()
	folder := reference(t, "samples", "slack")
	all := map[string]shape{}
	into := func(kind string) shape {
		if all[kind] == nil {
			all[kind] = shape{}
		}
		return all[kind]
	}
	for _, pattern := range []string{"events/*.json", "events-inner/*.json", "interactive/*.json", "slash/*.json", "socketmode/*.json"} {
		files, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range files {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var x o
			if err := json.Unmarshal(raw, &x); err != nil {
				t.Fatal(name, err)
			}
			switch {
			case strings.HasPrefix(pattern, "events-inner"):
				kind, _ := x["type"].(string)
				into(kind).add("event", x)
				into("event").add("event", x)
			case x["envelope_id"] != nil:
				kind, _ := x["type"].(string)
				payload, _ := x["payload"].(o)
				gather(into, payload)
				delete(x, "payload")
				into("envelope "+kind).add("", x)
			case x["type"] == "hello":
				into("hello").add("", x)
			default:
				gather(into, x)
			}
		}
	}
	return all
}

// gather adds a payload under what it is.
func gather(into func(string) shape, x o) string {
	kind, _ := x["type"].(string)
	if inner, ok := x["event"].(o); ok {
		kind, _ = inner["type"].(string)
		into("event").add("", x) // what surrounds every event
	}
	if x["command"] != nil {
		kind = "slash"
	}
	into(kind).add("", x)
	return kind
}

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
	if _, again, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil); err == nil || again.StatusCode != http.StatusForbidden {
		t.Error("the address of a connection worked twice")
	}
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

package slacktest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Call is one call of the Web API as it arrived, without the token.
type Call struct {
	Method   string
	Args     map[string]any
	At       time.Time
	Answer   string   // "ok", an error code of Slack's, or what the fault was
	Messages []string // what Slack says about it
}

// mistake tells whether the refusal shows a fault in the app, not the world.
func (c Call) mistake() bool {
	switch c.Answer {
	case "invalid_blocks", "invalid_attachments", "invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset",
		"invalid_form_data", "invalid_post_type", "missing_post_type", "invalid_json", "json_not_object", "unknown_method",
		"no_text", "msg_too_long", "too_many_attachments", "invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large",
		"view_too_large", "push_limit_reached", "exchanged_trigger_id", "duplicate_external_id", "not_allowed_token_type",
		"missing_scope", "invalid_cursor", "invalid_limit", "bad_timestamp":
		return true
	}
	return false
}

// refusal is an ok:false.
type refusal struct {
	code     string
	messages []string
	needed   string
}

func refuse(code string, messages ...string) *refusal {
	return &refusal{code: code, messages: messages}
}

// kind is how an argument is read, whether it came in a form or in JSON.
type kind int

const (
	aString kind = iota
	aBool
	anInt
	aTS
	anObject // JSON, also within a form
	aList    // JSON, also within a form
)

// method is what the fake knows about one method of the Web API.
type method struct {
	scope string // needed always; others depend on the channel
	tier  int
	args  map[string]kind
	app   bool // takes the app's token instead of the bot's
	do    func(ws *Workspace, a args) (map[string]any, *refusal)
}

type args map[string]any

func (a args) text(name string) string {
	s, _ := a[name].(string)
	return s
}

func (a args) yes(name string) bool {
	b, _ := a[name].(bool)
	return b
}

func (a args) list(name string) []any {
	l, _ := a[name].([]any)
	return l
}

func (a args) object(name string) map[string]any {
	o, _ := a[name].(map[string]any)
	return o
}

func (a args) has(name string) bool {
	_, ok := a[name]
	return ok
}

// requires refuses the call where one of these is missing or empty.
func (a args) requires(names ...string) *refusal {
	for _, name := range names {
		if a[name] == nil || a[name] == "" {
			return refuse("invalid_arguments", fmt.Sprintf("[ERROR] missing required field: %s [json-pointer:/%s]", name, name))
		}
	}
	return nil
}

func (ws *Workspace) serveMethod(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	m, known := methods[name]
	raw, err := io.ReadAll(io.LimitReader(r.Body, 8<<20))
	if err != nil {
		http.Error(w, "unreadable body", http.StatusBadRequest)
		return
	}
	w.Header().Set("X-OAuth-Scopes", strings.Join(ws.config.Scopes, ","))
	w.Header().Set("X-Accepted-OAuth-Scopes", m.scope)
	w.Header().Set("X-Slack-Req-Id", "slacktest")
	if !known {
		ws.answer(w, name, nil, nil, refuse("unknown_method"))
		return
	}
	a, bad := m.read(r, raw)
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if inBody, ok := a["token"].(string); ok && token == "" {
		token = inBody
	}
	delete(a, "token")

	ws.mu.Lock()
	f, unlucky := ws.misfortune(name, a.text("channel"))
	ws.mu.Unlock()
	if unlucky && !f.lose && !ws.suffer(w, r, name, a, f) {
		return
	}
	if bad == nil {
		bad = ws.authorize(m, token)
	}
	if bad != nil {
		ws.answer(w, name, a, nil, bad)
		return
	}
	ws.mu.Lock()
	if wait := ws.tooFast(m, name, a.text("channel")); wait > 0 {
		ws.record(name, a, "429", nil)
		ws.mu.Unlock()
		tooMany(w, wait)
		return
	}
	result, bad := m.do(ws, a)
	ws.mu.Unlock()
	if unlucky && f.lose {
		ws.note(name, a, "answer lost")
		hangUp(w)
		return
	}
	ws.answer(w, name, a, result, bad)
}

// suffer plays a fault; it answers true when the call may go on as usual.
func (ws *Workspace) suffer(w http.ResponseWriter, r *http.Request, name string, a args, f Fault) bool {
	switch {
	case f.hang:
		ws.note(name, a, "hanging")
		select {
		case <-f.released:
			return r.Context().Err() == nil
		case <-r.Context().Done():
		case <-ws.ctx.Done():
		}
		return false
	case f.cut:
		ws.note(name, a, "cut")
		hangUp(w)
	case f.limited:
		ws.note(name, a, "429")
		tooMany(w, f.after)
	case f.code != "":
		ws.note(name, a, f.code)
		writeJSON(w, map[string]any{"ok": false, "error": f.code})
	default:
		ws.note(name, a, strconv.Itoa(f.status))
		http.Error(w, http.StatusText(f.status), f.status)
	}
	return false
}

func tooMany(w http.ResponseWriter, after time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int((after+time.Second-1)/time.Second)))
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = io.WriteString(w, `{"ok":false,"error":"ratelimited"}`)
}

func hangUp(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

// authorize checks the token and the scope that the method always needs.
func (ws *Workspace) authorize(m method, token string) *refusal {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	switch {
	case token == "":
		return refuse("not_authed")
	case m.app && token == ws.config.BotToken, !m.app && token == ws.config.AppToken:
		return refuse("not_allowed_token_type")
	case token != ws.config.BotToken && token != ws.config.AppToken:
		return refuse("invalid_auth")
	case ws.revoked != "":
		return refuse(ws.revoked)
	case m.app || m.scope == "":
		return nil
	}
	return ws.scoped(m.scope)
}

// scoped refuses what the token has no scope for. The lock is held.
func (ws *Workspace) scoped(scope string) *refusal {
	if slices.Contains(ws.config.Scopes, scope) {
		return nil
	}
	return &refusal{code: "missing_scope", needed: scope}
}

func (ws *Workspace) answer(w http.ResponseWriter, name string, a args, result map[string]any, bad *refusal) {
	if bad == nil {
		ws.note(name, a, "ok")
		body := map[string]any{"ok": true}
		maps.Copy(body, result)
		writeJSON(w, body)
		return
	}
	ws.mu.Lock()
	ws.refusals = append(ws.refusals, ws.record(name, a, bad.code, bad.messages))
	ws.touch()
	ws.mu.Unlock()
	body := map[string]any{"ok": false, "error": bad.code}
	if len(bad.messages) > 0 {
		body["response_metadata"] = map[string]any{"messages": bad.messages}
		body["errors"] = bad.messages
	}
	if bad.needed != "" {
		body["needed"], body["provided"] = bad.needed, strings.Join(ws.config.Scopes, ",")
	}
	writeJSON(w, body)
}

func (ws *Workspace) note(name string, a args, answer string) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.record(name, a, answer, nil)
	ws.touch()
}

func (ws *Workspace) record(name string, a args, answer string, messages []string) Call {
	c := Call{Method: name, Args: a, At: ws.clock.Now(), Answer: answer, Messages: messages}
	ws.calls = append(ws.calls, c)
	return c
}

func writeJSON(w http.ResponseWriter, x any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(x)
}

// read takes the arguments out of query, form or JSON and holds them to the method's list.
func (m method) read(r *http.Request, raw []byte) (args, *refusal) {
	a := args{}
	if r.Method == http.MethodGet {
		return a, m.form(a, r.URL.Query())
	}
	if len(raw) == 0 {
		return a, nil
	}
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil:
		return a, refuse("missing_post_type")
	case params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8"):
		return a, refuse("invalid_charset")
	case media == "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(string(raw))
		if err != nil {
			return a, refuse("invalid_form_data")
		}
		return a, m.form(a, values)
	case media == "application/json":
		var x any
		if err := json.Unmarshal(raw, &x); err != nil {
			return a, refuse("invalid_json")
		}
		o, ok := x.(map[string]any)
		if !ok {
			return a, refuse("json_not_object")
		}
		for _, name := range slices.Sorted(maps.Keys(o)) {
			if bad := m.take(a, name, o[name]); bad != nil {
				return a, bad
			}
		}
		return a, nil
	}
	return a, refuse("invalid_post_type")
}

func (m method) form(a args, values url.Values) *refusal {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if len(values[name]) != 1 || strings.HasSuffix(name, "[]") {
			return refuse("invalid_array_arg", name)
		}
		if bad := m.take(a, name, values[name][0]); bad != nil {
			return bad
		}
	}
	return nil
}

var tsFormat = regexp.MustCompile(`^\d{10}\.\d{6}$`)

// take reads one argument. In forms everything is a string; an empty one is as if left out.
func (m method) take(a args, name string, x any) *refusal {
	if name == "token" {
		a[name] = x
		return nil
	}
	k, known := m.args[name]
	if !known {
		return refuse("invalid_arg_name", name)
	}
	s, isText := x.(string)
	wrong := func(what string) *refusal {
		return refuse("invalid_arguments", fmt.Sprintf("[ERROR] must be %s [json-pointer:/%s]", what, name))
	}
	if isText && s == "" && k != aString {
		return nil
	}
	switch k {
	case aString:
		if !isText {
			return wrong("a string")
		}
		a[name] = s
	case aTS:
		if !tsFormat.MatchString(s) {
			return wrong("a timestamp")
		}
		a[name] = s
	case aBool:
		b, ok := x.(bool)
		if isText {
			b, ok = s == "true" || s == "1", slices.Contains([]string{"true", "1", "false", "0"}, s)
		}
		if !ok {
			return wrong("a boolean")
		}
		a[name] = b
	case anInt:
		n, ok := x.(float64)
		if isText {
			parsed, err := strconv.Atoi(s)
			n, ok = float64(parsed), err == nil
		}
		if !ok {
			return wrong("an integer")
		}
		a[name] = int(n)
	default:
		if isText {
			if err := json.Unmarshal([]byte(s), &x); err != nil {
				return wrong("JSON")
			}
		}
		_, isObject := x.(map[string]any)
		_, isList := x.([]any)
		if k == anObject && !isObject {
			return wrong("an object")
		}
		if k == aList && !isList {
			return wrong("an array")
		}
		a[name] = x
	}
	return nil
}

// Calls are the calls of the given methods, or of all, in the order in which they were answered.
func (ws *Workspace) Calls(names ...string) []Call {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	var some []Call
	for _, c := range ws.calls {
		if len(names) == 0 || slices.Contains(names, c.Method) {
			some = append(some, c)
		}
	}
	return some
}

// Refusals are the calls that were answered ok:false since the last time it was asked. A test that does not ask
// fails at its end where a refusal shows a mistake of the app.
func (ws *Workspace) Refusals() []Call {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	all := ws.refusals
	ws.refusals = nil
	return all
}

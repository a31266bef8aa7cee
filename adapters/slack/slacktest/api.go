package slacktest

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
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
	Answer   string   // "ok", an error code of Slack's, or the fault
	Messages []string // response_metadata.messages
}

// isMistake reports whether the refusal is a mistake of the app.
func (c Call) isMistake() bool {
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

// refusal is an answer with ok:false.
type refusal struct {
	code     string
	messages []string
	needed   string
}

func refuse(code string, messages ...string) *refusal {
	return &refusal{code: code, messages: messages}
}

// method describes one method of the Web API.
type method struct {
	scope string // always needed; other scopes depend on the channel
	tier  int
	args  map[string]kind
	app   bool // needs the app's token instead of the bot's
	do    func(ws *Workspace, a args) (map[string]any, *refusal)
}

func (ws *Workspace) serveMethod(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	m, ok := methods[name]
	raw, err := io.ReadAll(io.LimitReader(r.Body, 8<<20))
	if err != nil {
		http.Error(w, "unreadable body", http.StatusBadRequest)
		return
	}
	w.Header().Set("X-OAuth-Scopes", strings.Join(ws.config.Scopes, ","))
	w.Header().Set("X-Accepted-OAuth-Scopes", m.scope)
	w.Header().Set("X-Slack-Req-Id", "slacktest")
	if !ok {
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
	f, faulty := ws.nextFault(name, a.text("channel"))
	ws.mu.Unlock()
	if faulty && !f.lose && !ws.applyFault(w, r, name, a, f) {
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
	if wait := ws.rateLimitWait(m, name, a.text("channel")); wait > 0 {
		ws.recordCall(name, a, "429", nil)
		ws.mu.Unlock()
		tooMany(w, wait)
		return
	}
	result, bad := m.do(ws, a)
	ws.mu.Unlock()
	if faulty && f.lose {
		ws.recordAnswer(name, a, "answer lost")
		closeConnection(w)
		return
	}
	ws.answer(w, name, a, result, bad)
}

// applyFault applies a fault. It returns true if the call is then answered as usual.
func (ws *Workspace) applyFault(w http.ResponseWriter, r *http.Request, name string, a args, f Fault) bool {
	switch {
	case f.slow > 0:
		over := make(chan struct{})
		defer ws.clock.AfterFunc(f.slow, func() { close(over) })()
		ws.recordAnswer(name, a, "slow")
		select {
		case <-over:
			return true
		case <-r.Context().Done():
		case <-ws.ctx.Done():
		}
		return false
	case f.hang:
		ws.recordAnswer(name, a, "hanging")
		select {
		case <-f.released:
			return r.Context().Err() == nil
		case <-r.Context().Done():
		case <-ws.ctx.Done():
		}
		return false
	case f.cut:
		ws.recordAnswer(name, a, "cut")
		closeConnection(w)
	case f.limited:
		ws.recordAnswer(name, a, "429")
		tooMany(w, f.after)
	case f.code != "":
		ws.recordAnswer(name, a, f.code)
		writeJSON(w, map[string]any{"ok": false, "error": f.code})
	default:
		ws.recordAnswer(name, a, strconv.Itoa(f.status))
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

func closeConnection(w http.ResponseWriter) {
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

// scoped refuses a call if the token lacks the scope. The lock is held.
func (ws *Workspace) scoped(scope string) *refusal {
	if slices.Contains(ws.config.Scopes, scope) {
		ws.used[scope] = true
		return nil
	}
	return &refusal{code: "missing_scope", needed: scope}
}

func (ws *Workspace) answer(w http.ResponseWriter, name string, a args, result map[string]any, bad *refusal) {
	if bad == nil {
		ws.recordAnswer(name, a, "ok")
		body := map[string]any{"ok": true}
		maps.Copy(body, result)
		writeJSON(w, body)
		return
	}
	ws.mu.Lock()
	ws.refusals = append(ws.refusals, ws.recordCall(name, a, bad.code, bad.messages))
	ws.notifyWaiters()
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

func (ws *Workspace) recordAnswer(name string, a args, answer string) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.recordCall(name, a, answer, nil)
	ws.notifyWaiters()
}

func (ws *Workspace) recordCall(name string, a args, answer string, messages []string) Call {
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

// Calls are the calls of the given methods, or of all, in the order of their answers.
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

// Refusals returns and clears the calls that were answered ok:false. At the end of the test, a refusal that is left
// and is a mistake of the app fails it.
func (ws *Workspace) Refusals() []Call {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	all := ws.refusals
	ws.refusals = nil
	return all
}

package googlechattest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Call is a request of the app's to the API.
type Call struct {
	Method string // "messages.create"
	Space  string
	Body   []byte
	Status int
}

// Calls are those of a method so far.
func (ws *Workspace) Calls(method string) []Call {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	var out []Call
	for _, c := range ws.calls {
		if c.Method == method {
			out = append(out, c)
		}
	}
	return out
}

// method is one of the API.
type method struct {
	name  string
	query []string // parameters that it has
	do    func(*Space, *http.Request, []byte) (int, any)
}

func (ws *Workspace) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /certs", ws.serveCerts)
	mux.HandleFunc("POST /token", ws.serveToken)
	for pattern, m := range map[string]method{
		"POST /v1/spaces/{space}/messages":                  {"messages.create", []string{"messageId", "requestId", "messageReplyOption", "createMessageNotificationOptions.notificationType"}, ws.create},
		"GET /v1/spaces/{space}/messages/{message}":         {"messages.get", nil, ws.message},
		"PATCH /v1/spaces/{space}/messages/{message}":       {"messages.patch", []string{"updateMask"}, ws.patch},
		"GET /v1/spaces/{space}":                            {"spaces.get", nil, ws.getSpace},
		"GET /v1/spaces/{space}/members":                    {"members.list", []string{"pageSize", "pageToken", "filter"}, ws.listMembers},
		"GET /v1/spaces/{space}/members/{member}":           {"members.get", nil, ws.getMember},
		"POST /upload/v1/spaces/{space}/attachments:upload": {"media.upload", []string{"uploadType"}, ws.upload},
		"GET /v1/spaces":                                    {"spaces.list", []string{"pageSize", "pageToken", "filter"}, ws.listSpaces},
		"GET /v1/spaces:findDirectMessage":                  {"spaces.findDirectMessage", []string{"name"}, ws.findDirect},
		"GET /v1/media/{resource...}":                       {"media.download", nil, ws.download},
	} {
		mux.HandleFunc(pattern, ws.call(m))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		ws.mu.Lock()
		defer ws.mu.Unlock()
		what := "is no method that an app without a user may call"
		if strings.HasPrefix(r.URL.Path, neverPath) {
			what = "is for browsers of people: apps have media.download"
		}
		ws.fault(r.Method+" "+r.URL.Path, []string{what})
		status, body := refused(http.StatusNotFound, what)
		answer(w, status, body)
	})
	return mux
}

// neverPath is where the URLs of attachments lead that are not for apps.
const neverPath = "/never"

// common are the parameters that every method has.
var common = []string{"alt", "prettyPrint", "fields", "quotaUser", "key"}

func (m method) unknown(r *http.Request) []string {
	var faults []string
	for name, values := range r.URL.Query() {
		if !slices.Contains(m.query, name) && !slices.Contains(common, name) {
			faults = append(faults, fmt.Sprintf("parameter %q is none of %s", name, m.name))
		}
		if len(values) != 1 {
			faults = append(faults, fmt.Sprintf("parameter %q is there %d times", name, len(values)))
		}
	}
	return faults
}

// codes are Google's names of what went wrong.
var codes = map[int]string{400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ALREADY_EXISTS", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 502: "UNAVAILABLE", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED"}

// refused is an answer of the API that says no.
func refused(status int, text string) (int, any) {
	return status, map[string]any{"error": map[string]any{"code": status, "message": text, "status": codes[status]}}
}

// call is what every method has in common: the token, the limits, the faults, the lock.
func (ws *Workspace) call(m method) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		fault := ws.misfortune(m.name)
		if !fault.pass(r.Context()) {
			return
		}
		ws.mu.Lock()
		defer ws.mu.Unlock()
		name := ""
		if id := r.PathValue("space"); id != "" {
			name = "spaces/" + id
		} else if parts := strings.Split(r.PathValue("resource"), "/"); len(parts) > 1 && parts[0] == "spaces" {
			name = "spaces/" + parts[1]
		}
		if fault.Cut && !fault.Lose {
			ws.calls = append(ws.calls, Call{m.name, name, body, 0})
			ws.touch()
			hangUp(w)
			return
		}
		var status int
		var result any
		space := ws.spaces[name]
		over := ""
		switch {
		case !ws.authorized(r):
			status, result = refused(http.StatusUnauthorized, "no token of the app, or of other scopes")
		case fault.Status != 0:
			retryAfter(w, fault.RetryAfter)
			status, result = refused(fault.Status, "fault of the test")
		case name != "" && space == nil:
			status, result = refused(http.StatusNotFound, "no such space")
		case space != nil && space.removed:
			status, result = refused(http.StatusForbidden, "the app is not in the space")
		case ws.over(m.name, name, &over):
			status, result = refused(http.StatusTooManyRequests, over)
		case ws.fault(m.name, m.unknown(r)):
			status, result = refused(http.StatusBadRequest, "unknown parameters")
		default:
			status, result = m.do(space, r, body)
		}
		ws.calls = append(ws.calls, Call{m.name, name, body, status})
		ws.touch()
		switch {
		case fault.Lose && fault.Cut:
			hangUp(w)
			return
		case fault.Lose:
			status, result = refused(http.StatusBadGateway, "the answer was lost")
		}
		if f, ok := result.(File); ok {
			f.serve(w, status)
			return
		}
		answer(w, status, result)
	}
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

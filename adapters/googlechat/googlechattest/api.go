package googlechattest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
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

func (ws *Workspace) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /certs", ws.serveCerts)
	mux.HandleFunc("POST /token", ws.serveToken)
	for pattern, call := range map[string]struct {
		method string
		write  bool
		do     func(*Space, *http.Request, []byte) (int, any)
	}{
		"POST /v1/spaces/{space}/messages":                  {"messages.create", true, ws.create},
		"GET /v1/spaces/{space}/messages/{message}":         {"messages.get", false, ws.message},
		"PATCH /v1/spaces/{space}/messages/{message}":       {"messages.patch", true, ws.patch},
		"GET /v1/spaces/{space}":                            {"spaces.get", false, ws.getSpace},
		"GET /v1/spaces/{space}/members":                    {"members.list", false, ws.listMembers},
		"GET /v1/spaces/{space}/members/{member}":           {"members.get", false, ws.getMember},
		"POST /upload/v1/spaces/{space}/attachments:upload": {"media.upload", true, ws.upload},
	} {
		mux.HandleFunc(pattern, ws.call(call.method, call.write, call.do))
	}
	mux.HandleFunc("/never", func(w http.ResponseWriter, _ *http.Request) {
		ws.fault("a download", []string{"downloadUri is for browsers"})
		w.WriteHeader(http.StatusForbidden)
	})
	mux.HandleFunc("GET /v1/spaces", ws.call("spaces.list", false, func(*Space, *http.Request, []byte) (int, any) { return http.StatusOK, map[string]any{} }))
	mux.HandleFunc("GET /v1/spaces:findDirectMessage", ws.call("spaces.findDirectMessage", false, ws.findDirect))
	mux.HandleFunc("GET /v1/media/{resource...}", ws.call("media.download", false, ws.download))
	return mux
}

// refused is an answer of the API that says no.
func refused(status int, text string) (int, any) {
	return status, map[string]any{"error": map[string]any{"code": status, "message": text, "status": strings.ToUpper(strings.ReplaceAll(http.StatusText(status), " ", "_"))}}
}

// call is what every method has in common: the token, the limits, the faults, the lock.
func (ws *Workspace) call(method string, write bool, do func(*Space, *http.Request, []byte) (int, any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		fault := ws.misfortune(method)
		if !fault.pass(r.Context()) {
			return
		}
		ws.mu.Lock()
		defer ws.mu.Unlock()
		name := ""
		if id := r.PathValue("space"); id != "" {
			name = "spaces/" + id
		}
		if fault.Cut && !fault.Lose {
			ws.calls = append(ws.calls, Call{method, name, body, 0})
			ws.touch()
			hangUp(w)
			return
		}
		var status int
		var result any
		space := ws.spaces[name]
		switch {
		case !ws.authorized(r):
			status, result = refused(http.StatusUnauthorized, "no token")
		case fault.Status != 0:
			retryAfter(w, fault.RetryAfter)
			status, result = refused(fault.Status, "fault of the test")
		case name != "" && space == nil:
			status, result = refused(http.StatusNotFound, "no such space")
		case space != nil && space.removed:
			status, result = refused(http.StatusForbidden, "the app is not in the space")
		case write && ws.tooSoon(name):
			status, result = refused(http.StatusTooManyRequests, "one write a second")
		default:
			status, result = do(space, r, body)
		}
		ws.calls = append(ws.calls, Call{method, name, body, status})
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

// authorized takes a token that was issued here, or one that the service account signed itself.
func (ws *Workspace) authorized(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && (token == accessToken || strings.Count(token, ".") == 2)
}

func (ws *Workspace) tooSoon(space string) bool {
	now := time.Now()
	if last, ok := ws.wrote[space]; ok && now.Sub(last) < ws.config.Pace {
		return true
	}
	ws.wrote[space] = now
	return false
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (ws *Workspace) create(space *Space, r *http.Request, body []byte) (int, any) {
	q := r.URL.Query()
	id, request := q.Get("messageId"), q.Get("requestId")
	if name, ok := ws.requests[request]; ok && request != "" {
		return http.StatusOK, ws.find(name).resource()
	}
	var m map[string]any
	faults := Validate(body)
	if id != "" {
		faults = append(faults, MessageID(id)...)
	}
	if request == "" || id == "" {
		faults = append(faults, "a message that can be posted twice: requestId and messageId are needed")
	}
	if json.Unmarshal(body, &m) != nil || ws.fault("messages.create in "+space.Name, append(faults, ws.functions(m)...)) {
		return refused(http.StatusBadRequest, "invalid message")
	}
	if old := ws.find(space.Name + "/messages/" + id); id != "" && old != nil {
		return refused(http.StatusConflict, "messageId is taken")
	}
	thread := str(asMap(m["thread"]), "name")
	key := str(asMap(m["thread"]), "threadKey")
	option := q.Get("messageReplyOption")
	if space.direct != nil && (option != "" || m["thread"] != nil) {
		ws.fault("messages.create", []string{"threads are of named spaces only"})
	}
	if (thread != "" || key != "") && option == "" {
		ws.fault("messages.create", []string{"a thread without messageReplyOption is ignored"})
	}
	viewer := str(asMap(m["privateMessageViewer"]), "name")
	if viewer != "" && (space.direct != nil || !space.has(ws.users[viewer])) {
		return refused(http.StatusBadRequest, "privateMessageViewer is not in the space")
	}
	if thread == "" && key != "" {
		thread = ws.threadByKey(space, key)
	}
	if thread != "" && !ws.threadExists(space, thread) {
		thread = ""
	}
	for _, a := range list(m, "attachment") {
		token, _ := obj(a, "attachmentDataRef", "attachmentUploadToken").(string)
		if _, ok := ws.uploads[token]; !ok {
			return refused(http.StatusBadRequest, "no such upload")
		}
	}
	s := ws.post(space, appUser, thread, m)
	s.client, s.viewer, s.threadKey = id, viewer, key
	ws.requests[request] = s.name
	return http.StatusOK, s.resource()
}

func (ws *Workspace) message(space *Space, r *http.Request, _ []byte) (int, any) {
	m := ws.find(space.Name + "/messages/" + r.PathValue("message"))
	if m == nil || m.deleted {
		return refused(http.StatusNotFound, "no such message")
	}
	return http.StatusOK, m.resource()
}

func (ws *Workspace) patch(space *Space, r *http.Request, body []byte) (int, any) {
	s := ws.find(space.Name + "/messages/" + r.PathValue("message"))
	switch {
	case s == nil || s.deleted:
		return refused(http.StatusNotFound, "no such message")
	case s.sender != appUser:
		return refused(http.StatusForbidden, "not the app's message")
	}
	var m map[string]any
	mask := r.URL.Query().Get("updateMask")
	faults := append(Validate(body), maskFaults(mask)...)
	if json.Unmarshal(body, &m) != nil || ws.fault("messages.patch", append(faults, ws.functions(m)...)) {
		return refused(http.StatusBadRequest, "invalid message")
	}
	for field := range strings.SplitSeq(mask, ",") {
		if value, ok := m[field]; ok {
			s.body[field] = value
		} else {
			delete(s.body, field)
		}
	}
	s.edits++
	s.keep(m)
	return http.StatusOK, s.resource()
}

func (ws *Workspace) getSpace(space *Space, _ *http.Request, _ []byte) (int, any) {
	return http.StatusOK, space.resource()
}

func (ws *Workspace) findDirect(_ *Space, r *http.Request, _ []byte) (int, any) {
	u := ws.users[r.URL.Query().Get("name")]
	if u == nil || u.dm == nil {
		return refused(http.StatusNotFound, "no direct messages")
	}
	return http.StatusOK, u.dm.resource()
}

func (ws *Workspace) getMember(space *Space, r *http.Request, _ []byte) (int, any) {
	u := ws.users["users/"+r.PathValue("member")]
	if u == nil || space.members[u] == "" {
		return refused(http.StatusNotFound, "not a member")
	}
	return http.StatusOK, space.membership(u)
}

// listMembers gives two at a time, so that pages are read.
func (ws *Workspace) listMembers(space *Space, r *http.Request, _ []byte) (int, any) {
	all := slices.SortedFunc(maps.Keys(space.members), func(a, b *User) int { return strings.Compare(a.id, b.id) })
	from, _ := strconv.Atoi(r.URL.Query().Get("pageToken"))
	page := map[string]any{}
	var members []any
	for i := from; i < len(all) && i < from+2; i++ {
		members = append(members, space.membership(all[i]))
	}
	if from+2 < len(all) {
		page["nextPageToken"] = strconv.Itoa(from + 2)
	}
	page["memberships"] = members
	return http.StatusOK, page
}

func (ws *Workspace) download(_ *Space, r *http.Request, _ []byte) (int, any) {
	f, ok := ws.media[r.PathValue("resource")]
	switch {
	case r.URL.Query().Get("alt") != "media":
		return refused(http.StatusBadRequest, "alt=media is missing")
	case !ok:
		return refused(http.StatusNotFound, "no such attachment")
	}
	return http.StatusOK, f
}

// serve writes the bytes, and of their number what the test wants said.
func (f File) serve(w http.ResponseWriter, status int) {
	switch {
	case f.Length > 0:
		w.Header().Set("Content-Length", strconv.Itoa(f.Length))
	case f.Length == 0:
		w.Header().Set("Content-Length", strconv.Itoa(len(f.Bytes)))
	}
	w.WriteHeader(status)
	if f.Length < 0 {
		_ = http.NewResponseController(w).Flush()
	}
	_, _ = w.Write(f.Bytes)
}

func (ws *Workspace) upload(_ *Space, r *http.Request, body []byte) (int, any) {
	if ws.config.NoUploads {
		return refused(http.StatusForbidden, "uploads need a user")
	}
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return refused(http.StatusBadRequest, "not multipart")
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	var request struct{ Filename string }
	first, err := parts.NextPart()
	if err != nil || json.NewDecoder(first).Decode(&request) != nil || request.Filename == "" {
		return refused(http.StatusBadRequest, "no filename")
	}
	second, err := parts.NextPart()
	if err != nil {
		return refused(http.StatusBadRequest, "no bytes")
	}
	content, err := io.ReadAll(second)
	if err != nil {
		return refused(http.StatusBadRequest, "no bytes")
	}
	token := fmt.Sprintf("upload-%d", ws.next())
	ws.uploads[token] = File{Name: request.Filename, Type: second.Header.Get("Content-Type"), Bytes: content}
	return http.StatusOK, map[string]any{"attachmentDataRef": map[string]any{"attachmentUploadToken": token, "resourceName": "uploads/" + token}}
}

// functions says which buttons of an add-on call something else than its endpoint.
func (ws *Workspace) functions(v any) []string {
	if ws.config.Dialect != Addon {
		return nil
	}
	var faults []string
	switch n := v.(type) {
	case []any:
		for _, child := range n {
			faults = append(faults, ws.functions(child)...)
		}
	case map[string]any:
		for key, child := range n {
			if key == "function" && child != Endpoint {
				faults = append(faults, fmt.Sprintf("function %v of an add-on is not its endpoint", child))
			}
			faults = append(faults, ws.functions(child)...)
		}
	}
	return faults
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

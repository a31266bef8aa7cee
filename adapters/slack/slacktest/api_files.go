package slacktest

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// File is a file that a user sends or the app uploads.
type File struct {
	ID      string // assigned by the workspace
	Name    string
	Title   string
	Type    string // media type; default: detected from the content
	Content []byte
	// External is the URL of a file in another service. A Gone file was deleted. A Hidden file
	// is described by files.info only, as files of other organizations are.
	External string
	Gone     bool
	Hidden   bool
}

type file struct {
	File
	user     string
	created  int64
	length   int // announced for an upload
	received bool
	shared   []share
}

type share struct{ channel, ts string }

func (ws *Workspace) newFile(f File, user string) *file {
	f.ID = ws.newID("F")
	if f.Type == "" {
		f.Type = http.DetectContentType(f.Content)
	}
	f.Type, _, _ = strings.Cut(f.Type, ";")
	if f.Title == "" {
		f.Title = f.Name
	}
	made := &file{File: f, user: user, created: ws.clock.Now().Unix()}
	ws.files[f.ID] = made
	return made
}

// object is the file as messages and files.info have it.
func (f *file) object(ws *Workspace) map[string]any {
	base := ws.server.URL + "/files-pri/" + f.ID + "/"
	kind := strings.TrimPrefix(path.Ext(f.Name), ".")
	o := map[string]any{
		"id": f.ID, "created": f.created, "timestamp": f.created, "name": f.Name, "title": f.Title, "mimetype": f.Type,
		"filetype": kind, "pretty_type": strings.ToUpper(kind), "user": f.user, "editable": false, "size": len(f.Content),
		"mode": "hosted", "is_external": false, "external_type": "", "is_public": false, "public_url_shared": false,
		"display_as_bot": false, "username": "", "url_private": base + f.Name, "url_private_download": base + "download/" + f.Name,
		"permalink":        "https://" + ws.config.Domain + ".slack.com/files/" + f.user + "/" + f.ID + "/" + f.Name,
		"permalink_public": "https://slack-files.com/" + ws.config.TeamID + "-" + f.ID, "has_rich_preview": false,
		"media_display_type": "unknown",
	}
	switch {
	case f.Gone:
		return map[string]any{"id": f.ID, "mode": "tombstone", "name": f.Name}
	case f.External != "":
		o["mode"], o["is_external"], o["external_type"], o["url_private"] = "external", true, "gdrive", f.External
		delete(o, "url_private_download")
	}
	return o
}

// attached is the file as a message has it.
func (f *file) attached(ws *Workspace) map[string]any {
	if f.Hidden {
		return map[string]any{"id": f.ID, "file_access": "check_file_info"}
	}
	return f.object(ws)
}

func uploadURL(ws *Workspace, a args) (map[string]any, *refusal) {
	if bad := a.requires("filename", "length"); bad != nil {
		return nil, bad
	}
	length, _ := a["length"].(int)
	if length < 1 {
		return nil, refuse("invalid_arguments", "[ERROR] must be greater than 0 [json-pointer:/length]")
	}
	f := ws.newFile(File{Name: a.text("filename")}, ws.config.BotUser)
	f.length = length
	ws.uploads[f.ID] = f
	return map[string]any{"upload_url": ws.server.URL + "/upload/" + f.ID, "file_id": f.ID}, nil
}

// serveUpload receives the bytes, in a multipart form or as the body.
func (ws *Workspace) serveUpload(w http.ResponseWriter, r *http.Request) {
	ws.mu.Lock()
	f := ws.uploads[r.PathValue("id")]
	bad, faulty := ws.nextFault("upload", "")
	ws.mu.Unlock()
	if faulty && !bad.lose && !ws.applyFault(w, r, "upload", nil, bad) {
		return
	}
	if f == nil || r.Method != http.MethodPost {
		http.NotFound(w, r)
		return
	}
	var body io.Reader = http.MaxBytesReader(w, r.Body, 64<<20)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		parts, err := r.MultipartReader()
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		part, err := parts.NextPart()
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		body = part
	}
	content, err := io.ReadAll(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if len(content) != f.length {
		http.Error(w, "the length is not the one announced", http.StatusBadRequest)
		return
	}
	ws.mu.Lock()
	f.Content, f.received = content, true
	f.Type, _, _ = strings.Cut(http.DetectContentType(content), ";")
	ws.mu.Unlock()
	if bad.lose {
		closeConnection(w)
		return
	}
	_, _ = io.WriteString(w, "OK - "+r.PathValue("id"))
}

// completeUpload shares uploaded files: one message in each channel. The answer does not have its ts.
func completeUpload(ws *Workspace, a args) (map[string]any, *refusal) {
	c := newChecker(ws.config.Count, nil)
	list(1, maxFiles, object(map[string]field{"id": must(identifier), "title": may(str(0, maxID)), "highlight_type": may(identifier)}))(c, "/files", toAny(a.list("files")))
	if len(c.faults) > 0 {
		return nil, refuse("invalid_arguments", c.faults...)
	}
	if a.text("initial_comment") != "" && a.has("blocks") {
		return nil, refuse("invalid_arguments", "[ERROR] initial_comment and blocks exclude each other [json-pointer:/blocks]")
	}
	targets, bad := ws.uploadTargets(a)
	if bad != nil {
		return nil, bad
	}
	in := content{text: a.text("initial_comment"), blocks: a.list("blocks")}
	if in.text == "" && len(in.blocks) > 0 {
		in.text = "blocks"
	}
	if in.text != "" {
		if in, bad = ws.checkContent(in, maxText); bad != nil {
			return nil, bad
		}
		in.text = a.text("initial_comment")
	}
	files, bad := ws.completedUploads(a)
	if bad != nil {
		return nil, bad
	}
	for _, t := range targets {
		m := ws.fromBot(t, in, nil)
		m.files, m.subtype = files, "file_share"
		if parent := t.find(a.text("thread_ts")); parent != nil {
			parent.threadTS, m.threadTS = parent.ts, parent.ts
		}
		for _, f := range files {
			f.shared = append(f.shared, share{t.id, m.ts})
		}
		ws.post(m)
	}
	shown := []any{}
	for _, f := range files {
		shown = append(shown, map[string]any{"id": f.ID, "title": f.Title})
	}
	return map[string]any{"files": shown}, nil
}

// uploadTargets are the channels to share files in.
func (ws *Workspace) uploadTargets(a args) ([]*channel, *refusal) {
	var ids []string
	if one := a.text("channel_id"); one != "" {
		ids = append(ids, one)
	}
	if several := a.text("channels"); several != "" {
		ids = append(ids, strings.Split(several, ",")...)
	}
	var targets []*channel
	for _, id := range ids {
		t := ws.channels[id] // a user's id is not accepted
		if t == nil {
			return nil, refuse("channel_not_found")
		}
		if bad := ws.writable(t); bad != nil {
			return nil, bad
		}
		targets = append(targets, t)
	}
	return targets, nil
}

// completedUploads are the files of a call, which must have been uploaded. Each can be shared once.
func (ws *Workspace) completedUploads(a args) ([]*file, *refusal) {
	var files []*file
	for _, o := range objects(a.list("files")) {
		f := ws.uploads[text(o, "id")]
		if f == nil || !f.received {
			return nil, refuse("file_not_found")
		}
		if title := text(o, "title"); title != "" {
			f.Title = title
		}
		files = append(files, f)
	}
	for _, f := range files {
		delete(ws.uploads, f.ID)
	}
	return files, nil
}

func fileInfo(ws *Workspace, a args) (map[string]any, *refusal) {
	f := ws.files[a.text("file")]
	switch {
	case f == nil:
		return nil, refuse("file_not_found")
	case f.Gone:
		return nil, refuse("file_deleted")
	}
	o := maps.Clone(f.object(ws))
	open, closed := map[string]any{}, map[string]any{}
	for _, s := range f.shared {
		c := ws.channels[s.channel]
		one := []any{map[string]any{"ts": s.ts, "channel_name": c.name, "team_id": ws.config.TeamID}}
		if c.kind() == "channel" {
			open[s.channel] = one
		} else {
			closed[s.channel] = one
		}
	}
	o["shares"] = map[string]any{"public": open, "private": closed}
	return map[string]any{"file": o, "comments": []any{}}, nil
}

func deleteFile(ws *Workspace, a args) (map[string]any, *refusal) {
	f := ws.files[a.text("file")]
	switch {
	case f == nil:
		return nil, refuse("file_not_found")
	case f.user != ws.config.BotUser:
		return nil, refuse("cant_delete_file")
	}
	f.Gone = true
	return nil, nil
}

// serveFile serves url_private and url_private_download. Without a token that may read files, Slack redirects
// to a sign-in page, which is HTML with status 200.
func (ws *Workspace) serveFile(w http.ResponseWriter, r *http.Request) {
	ws.mu.Lock()
	f := ws.files[r.PathValue("id")]
	bad, faulty := ws.nextFault("download", "")
	allowed := r.Header.Get("Authorization") == "Bearer "+ws.config.BotToken && ws.revoked == "" && ws.scoped("files:read") == nil
	ws.mu.Unlock()
	if faulty && !bad.lose && !ws.applyFault(w, r, "download", nil, bad) {
		return
	}
	switch {
	case !allowed:
		http.Redirect(w, r, "/signin?redir="+url.QueryEscape(r.URL.Path), http.StatusFound)
	case f == nil || f.Gone || f.External != "":
		http.NotFound(w, r)
	case bad.lose: // half of the file
		w.Header().Set("Content-Type", f.Type)
		w.Header().Set("Content-Length", "1000000")
		_, _ = w.Write(f.Content[:len(f.Content)/2])
	default:
		w.Header().Set("Content-Type", f.Type)
		_, _ = io.Copy(w, bytes.NewReader(f.Content))
	}
}

func signIn(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body></body></html>")
}

package googlechattest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
)

// mostUpload is the size of the largest file in Chat.
const mostUpload = 200 << 20

// uploaded is a file that waits for its message.
type uploaded struct {
	File
	space *Space
	spent bool
}

func (ws *Workspace) download(_ *Space, r *http.Request, _ []byte) (int, any) {
	f, ok := ws.media[r.PathValue("resource")]
	switch {
	case r.URL.Query().Get("alt") != "media":
		ws.fault("media.download", []string{"alt=media is missing: that asks for a description, not for bytes"})
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

func (ws *Workspace) upload(space *Space, r *http.Request, body []byte) (int, any) {
	if ws.config.NoUploads {
		return refused(http.StatusForbidden, "uploads need a user")
	}
	f, faults := parts(r, body)
	if ws.fault("media.upload", faults) {
		return refused(http.StatusBadRequest, "invalid upload")
	}
	token := fmt.Sprintf("upload-%d", ws.next())
	ws.uploads[token] = &uploaded{File: f, space: space}
	return http.StatusOK, map[string]any{"attachmentDataRef": map[string]any{"attachmentUploadToken": token, "resourceName": "uploads/" + token}}
}

// parts reads the two of an upload: its description and its bytes.
func parts(r *http.Request, body []byte) (f File, faults []string) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/related" || r.URL.Query().Get("uploadType") != "multipart" {
		return f, []string{"no multipart/related with uploadType=multipart"}
	}
	all := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	first, err := all.NextPart()
	if err != nil {
		return f, []string{"no description"}
	}
	var about map[string]any
	if kind, _, err := mime.ParseMediaType(first.Header.Get("Content-Type")); err != nil || kind != "application/json" || json.NewDecoder(first).Decode(&about) != nil {
		return f, []string{"the description is no JSON"}
	}
	faults = Schema("UploadAttachmentRequest", about)
	if f.Name = str(about, "filename"); bare(f.Name) {
		faults = append(faults, "no filename")
	}
	second, err := all.NextPart()
	if err != nil {
		return f, append(faults, "no bytes")
	}
	f.Type = second.Header.Get("Content-Type")
	if _, _, err := mime.ParseMediaType(f.Type); err != nil {
		faults = append(faults, fmt.Sprintf("content type %q", f.Type))
	}
	if f.Bytes, err = io.ReadAll(second); err != nil || len(f.Bytes) == 0 || len(f.Bytes) > mostUpload {
		faults = append(faults, fmt.Sprintf("a file of %d bytes", len(f.Bytes)))
	}
	if _, err := all.NextPart(); err == nil {
		faults = append(faults, "more than a description and a file")
	}
	return f, faults
}

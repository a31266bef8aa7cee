package web

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"helptic/bot"
)

const (
	maxNameOfFile  = 120 // runes
	sniffedBytes   = 512
	mediaTypeBytes = "application/octet-stream"
)

// inlineTypes are the media types that a browser may display. All others are only downloaded.
var inlineTypes = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true}

// acceptFile stores the body of the request as it arrives. The required content type is one that
// a page of another site cannot send without a CORS preflight, which this server does not answer.
func (a *Adapter) acceptFile(_ *connection, w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	p, ok := a.actor(w, r, query.Get("person"))
	if !ok {
		return
	}
	if r.Header.Get("Content-Type") != mediaTypeBytes {
		writeError(w, http.StatusUnsupportedMediaType, textForeignRequest)
		return
	}
	limit := a.config.MaxFileBytes
	if r.ContentLength > limit {
		writeError(w, http.StatusRequestEntityTooLarge, fmt.Sprintf(textFileTooLarge, formatSize(limit)))
		return
	}
	body := bufio.NewReaderSize(http.MaxBytesReader(w, r.Body, limit), sniffedBytes)
	head, err := body.Peek(sniffedBytes)
	if len(head) == 0 && errors.Is(err, io.EOF) {
		writeError(w, http.StatusBadRequest, textFileEmpty)
		return
	}
	file, err := a.config.Files.SaveFile(r.Context(), fileName(query.Get("name")), mediaType(query.Get("type"), head), body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, bot.ErrTooLarge) || errors.As(err, &tooLarge):
		writeError(w, http.StatusRequestEntityTooLarge, fmt.Sprintf(textFileTooLarge, formatSize(limit)))
		return
	case err != nil:
		a.writeFailure(w, err, textFileNotStored)
		return
	}
	if _, err := a.append(r.Context(), "", entry{Kind: kindFile, At: a.config.Now().UTC(), From: p.ID, File: &file}); err != nil {
		a.writeFailure(w, err, textFileNotStored)
		return
	}
	writeJSON(w, http.StatusOK, file)
}

// serveFile sends a file to a person who uploaded it or may read a message that carries it.
func (a *Adapter) serveFile(_ *connection, w http.ResponseWriter, r *http.Request) {
	p, ok := a.actor(w, r, r.FormValue("person"))
	if !ok {
		return
	}
	id := r.PathValue("id")
	file, ok := a.projection.readableFile(p, id)
	if !ok {
		writeError(w, http.StatusNotFound, textUnknownFile)
		return
	}
	_, content, err := a.config.Files.OpenFile(r.Context(), id)
	switch {
	case errors.Is(err, bot.ErrNoFile):
		writeError(w, http.StatusNotFound, textFileGone)
		return
	case err != nil:
		a.writeFailure(w, err, textFileNotRead)
		return
	}
	defer content.Close()

	disposition, contentType := "attachment", mediaTypeBytes
	if inlineTypes[file.Type] {
		disposition, contentType = "inline", file.Type
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": fileName(file.Name)}))
	h.Set("Content-Length", strconv.FormatInt(file.Size, 10))
	if _, err := io.Copy(w, content); err != nil && r.Context().Err() == nil {
		a.log.Warn().Err(err).Msg("file not sent completely, the browser may request it again")
	}
}

// fileName is a name without folders and without characters that are invisible or that a file
// system refuses. A name that is too long keeps its extension.
func fileName(name string) string {
	name = path.Base("/" + strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || invisible(r):
			return -1
		case strings.ContainsRune(`"<>|:*?`, r):
			return '_'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	if name == "" || name == "/" {
		return nameUnnamedFile
	}
	if utf8.RuneCountInString(name) <= maxNameOfFile {
		return name
	}
	extension := path.Ext(name)
	if utf8.RuneCountInString(extension) > 10 {
		extension = ""
	}
	stem := []rune(strings.TrimSuffix(name, extension))
	return string(stem[:maxNameOfFile-utf8.RuneCountInString(extension)]) + extension
}

// mediaType is the type that the browser gave, or else the type of the first bytes. A type that
// a browser displays must match the first bytes.
func mediaType(given string, head []byte) string {
	detected, _, _ := strings.Cut(http.DetectContentType(head), ";")
	media, _, err := mime.ParseMediaType(given)
	switch {
	case err != nil || !strings.Contains(media, "/") || len(media) > maxNameOfFile:
		return detected
	case inlineTypes[media] && media != detected:
		return detected
	}
	return media
}

func formatSize(n int64) string {
	if n < 1<<20 {
		return strconv.FormatInt(max(n>>10, 1), 10) + " KB"
	}
	return strconv.FormatInt(n>>20, 10) + " MB"
}

package web

import (
	"bufio"
	"errors"
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
	maxFileName   = 120 // runes
	sniffed       = 512
	anyBytes      = "application/octet-stream"
	errorTooLarge = "El archivo es muy grande: el máximo es de "
)

// shownInline are the types that a browser may show by itself; all others are only saved.
var shownInline = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true}

// acceptFile stores the body of the request, as it comes in. Its content type is one
// that no page of another site can send without being asked.
func (a *Adapter) acceptFile(_ *connection, w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	p, ok := a.asked(w, r, query.Get("person"))
	if !ok {
		return
	}
	if r.Header.Get("Content-Type") != anyBytes {
		refuse(w, http.StatusUnsupportedMediaType, "La petición no viene de esta página. Recárguela.")
		return
	}
	limit := a.config.MaxFileBytes
	if r.ContentLength > limit {
		refuse(w, http.StatusRequestEntityTooLarge, errorTooLarge+megabytes(limit)+".")
		return
	}
	body := bufio.NewReaderSize(http.MaxBytesReader(w, r.Body, limit), sniffed)
	head, err := body.Peek(sniffed)
	if len(head) == 0 && errors.Is(err, io.EOF) {
		refuse(w, http.StatusBadRequest, "El archivo está vacío. Elija otro.")
		return
	}
	file, err := a.config.Files.SaveFile(r.Context(), fileName(query.Get("name")), mediaType(query.Get("type"), head), body)
	var tooLong *http.MaxBytesError
	switch {
	case errors.Is(err, bot.ErrTooLarge) || errors.As(err, &tooLong):
		refuse(w, http.StatusRequestEntityTooLarge, errorTooLarge+megabytes(limit)+".")
		return
	case err != nil:
		a.fail(w, err, "El archivo no se pudo guardar. Intente de nuevo.")
		return
	}
	if _, err := a.append(r.Context(), "", entry{Kind: kindFile, At: a.config.Now().UTC(), From: p.ID, File: &file}); err != nil {
		a.fail(w, err, "El archivo no se pudo guardar. Intente de nuevo.")
		return
	}
	answerJSON(w, http.StatusOK, file)
}

// serveFile sends a file to somebody who uploaded it or sees a message that carries it.
func (a *Adapter) serveFile(_ *connection, w http.ResponseWriter, r *http.Request) {
	p, ok := a.asked(w, r, r.FormValue("person"))
	if !ok {
		return
	}
	id := r.PathValue("id")
	file, ok := a.fold.fileFor(p, id)
	if !ok {
		refuse(w, http.StatusNotFound, "Ese archivo no está en sus conversaciones.")
		return
	}
	_, content, err := a.config.Files.OpenFile(r.Context(), id)
	switch {
	case errors.Is(err, bot.ErrNoFile):
		refuse(w, http.StatusNotFound, "Ese archivo ya no está.")
		return
	case err != nil:
		a.fail(w, err, "El archivo no se puede leer ahora. Intente de nuevo.")
		return
	}
	defer content.Close()

	disposition, contentType := "attachment", anyBytes
	if shownInline[file.Type] {
		disposition, contentType = "inline", file.Type
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": fileName(file.Name)}))
	h.Set("Content-Length", strconv.FormatInt(file.Size, 10))
	if _, err := io.Copy(w, content); err != nil && r.Context().Err() == nil {
		a.log.Warn().Err(err).Msg("a file was not sent whole")
	}
}

// fileName is a name without folders, and without what a person would not see in it.
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
		return "archivo"
	}
	if utf8.RuneCountInString(name) <= maxFileName {
		return name
	}
	extension := path.Ext(name)
	if utf8.RuneCountInString(extension) > 10 {
		extension = ""
	}
	stem := []rune(strings.TrimSuffix(name, extension))
	return string(stem[:maxFileName-utf8.RuneCountInString(extension)]) + extension
}

// mediaType is the one that the browser gave, or else what the first bytes look like. An
// image that a browser would show by itself must look like one.
func mediaType(given string, head []byte) string {
	looks, _, _ := strings.Cut(http.DetectContentType(head), ";")
	media, _, err := mime.ParseMediaType(given)
	switch {
	case err != nil || !strings.Contains(media, "/") || len(media) > maxFileName:
		return looks
	case shownInline[media] && media != looks:
		return looks
	}
	return media
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return strconv.FormatInt(max(n>>10, 1), 10) + " KB"
	}
	return strconv.FormatInt(n>>20, 10) + " MB"
}

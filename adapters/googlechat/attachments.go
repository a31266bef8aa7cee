package googlechat

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"helptic/bot"
)

const (
	maxFiles       = 20               // of one message
	downloadWindow = 10 * time.Minute // for a file, since the person's later events wait for it
	maxFileName    = 120
	maxRef         = 1000 // bytes of a resource name
	octetStream    = "application/octet-stream"
	sourceUploaded = "UPLOADED_CONTENT"
)

// References of files that are not downloaded, in place of a resource name. They are stored in events.
const (
	refDrive     = "drive" // the bytes are in Google Drive
	refOverLimit = "more"  // the message has too many files
)

// attachedFiles are the files of an event before they are stored: downloadFiles replaces their
// ids, which are resource names of Google.
func attachedFiles(attachments []attachment) []bot.File {
	var out []bot.File
	for _, f := range attachments {
		ref := f.AttachmentDataRef.ResourceName
		switch {
		case len(out) >= 5*maxFiles: // no client sends so many
			return out
		case len(out) >= maxFiles:
			ref = refOverLimit
		case f.Source != "" && f.Source != sourceUploaded || !safeRef(ref):
			ref = refDrive
		}
		out = append(out, bot.File{ID: address(ref), Name: clip(oneLine(f.ContentName), maxFileName), Type: f.ContentType})
	}
	return out
}

// safeRef reports whether a resource name cannot change the URL that it becomes a part of.
func safeRef(ref string) bool {
	return ref != "" && len(ref) <= maxRef && !strings.Contains(ref, "..") &&
		!strings.ContainsFunc(ref, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`?#\`, r) })
}

// downloadFiles stores the files of an event and removes those that cannot be downloaded; the note says
// which, and why.
func (a *Adapter) downloadFiles(ctx context.Context, e *bot.Event) (note string, err error) {
	var stored, failed []bot.File
	var notes []string
	for i, f := range e.Files {
		if bot.Chat(f.ID) != name {
			stored = append(stored, f) // by an earlier attempt
			continue
		}
		file, reason, err := a.download(ctx, f)
		switch {
		case err != nil && a.config.Now().Sub(e.At) < downloadWindow:
			e.Files = slices.Concat(stored, failed, e.Files[i:]) // the next attempt continues here
			return "", err
		case err != nil:
			a.log.Warn().Err(err).Msg("file not downloaded in time, event handled without it")
			reason = textFileUnread
		}
		if reason != "" {
			notes = append(notes, fmt.Sprintf(textFile, cmp.Or(f.Name, textFileUnnamed), reason))
			failed = append(failed, f)
			continue
		}
		stored = append(stored, file)
	}
	e.Files = stored
	return strings.Join(notes, " "), nil
}

// download stores one file, or returns the reason for the person. It uses media.download only: the URLs
// of an attachment are for browsers, and could lead anywhere.
func (a *Adapter) download(ctx context.Context, f bot.File) (stored bot.File, reason string, err error) {
	ref := resourceName(f.ID)
	switch ref {
	case refDrive:
		return bot.File{}, textFileInDrive, nil
	case refOverLimit:
		return bot.File{}, fmt.Sprintf(textFileOverMany, maxFiles), nil
	}
	tooLarge := fmt.Sprintf(textFileTooLarge, formatSize(a.config.MaxFileBytes))
	var response *http.Response
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := a.call(context.WithoutCancel(ctx), func(context.Context) (err error) {
		response, err = a.api.Media.Download(ref).Context(ctx).Download() //nolint:bodyclose // closed below, if there is a response
		return err
	}); err != nil {
		if retryable(err) {
			return bot.File{}, "", err
		}
		a.log.Warn().Err(err).Msg("file not downloaded, event handled without it")
		return bot.File{}, textFileUnread, nil
	}
	defer response.Body.Close()
	if response.ContentLength > a.config.MaxFileBytes {
		return bot.File{}, tooLarge, nil
	}
	body := &sizeLimiter{r: response.Body, left: a.config.MaxFileBytes}
	stored, err = a.config.Files.SaveFile(ctx, cmp.Or(f.Name, textFileName), cmp.Or(f.Type, octetStream), body)
	switch {
	case errors.Is(err, bot.ErrTooLarge), body.left < 0:
		return bot.File{}, tooLarge, nil
	case err != nil:
		return bot.File{}, "", &bot.RetryError{Err: err}
	}
	return stored, "", nil
}

// sizeLimiter fails with bot.ErrTooLarge after so many bytes.
type sizeLimiter struct {
	r    io.Reader
	left int64
}

func (l *sizeLimiter) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, bot.ErrTooLarge
	}
	return n, err
}

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
	"sync"
	"time"

	"google.golang.org/api/chat/v1"
	"google.golang.org/api/googleapi"

	"helptic/bot"
)

const (
	maxFiles       = 20               // of one message
	downloadWindow = 10 * time.Minute // with a file: what its owner says next waits for it
	maxUploads     = 10               // with a message: each takes the space a second
	refDrive       = "drive"          // in the place of a resource name: the bytes are somewhere else
	refOverLimit   = "more"
	maxFileName    = 120
	octetStream    = "application/octet-stream"
	uploadPause    = time.Hour // after Google refused one
	maxRef         = 1000
	sourceUploaded = "UPLOADED_CONTENT"
	fileKept       = "está guardado con la solicitud, pero Google Chat no dejó enviarlo aquí"
	cannotRead     = "no se pudo recibir. Adjúntelo de nuevo."
	filesTooLarge  = "pesa más de %s y no se recibió. Envíelo en partes o más pequeño."
)

// pending are the files of an event before they are stored: their ids are Google's
// resources, which fetch replaces.
func attachedFiles(attachments []attachment) []bot.File {
	var out []bot.File
	for _, f := range attachments {
		ref := f.AttachmentDataRef.ResourceName
		switch {
		case len(out) >= 5*maxFiles: // no chat of people
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

// safeRef tells whether a resource name stays where it is put in a URL.
func safeRef(ref string) bool {
	return ref != "" && len(ref) <= maxRef && !strings.Contains(ref, "..") &&
		!strings.ContainsFunc(ref, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`?#\`, r) })
}

// fetch stores the files of an event, which from then on has those that could be had; the
// note says which could not, and why.
func (a *Adapter) downloadFiles(ctx context.Context, e *bot.Event) (note string, err error) {
	var kept, lost []bot.File
	var notes []string
	for i, f := range e.Files {
		if bot.Chat(f.ID) != name {
			kept = append(kept, f) // stored by an earlier try
			continue
		}
		saved, why, err := a.download(ctx, f)
		switch {
		case err != nil && a.config.Now().Sub(e.At) < downloadWindow:
			e.Files = slices.Concat(kept, lost, e.Files[i:]) // the next try goes on from here
			return "", err
		case err != nil:
			a.log.Warn().Err(err).Msg("a file was given up")
			why = cannotRead
		}
		if why != "" {
			notes = append(notes, fmt.Sprintf("El archivo «%s» %s", cmp.Or(f.Name, "sin nombre"), why))
			lost = append(lost, f)
			continue
		}
		kept = append(kept, saved)
	}
	e.Files = kept
	return strings.Join(notes, " "), nil
}

// download stores one file. Why not is for the person. Only media.download is asked: the
// attachment's own URLs are for browsers, and could lead anywhere.
func (a *Adapter) download(ctx context.Context, f bot.File) (saved bot.File, why string, err error) {
	ref := resourceName(f.ID)
	switch ref {
	case refDrive:
		return saved, "está en Google Drive y no se recibió. Descárguelo y adjúntelo.", nil
	case refOverLimit:
		return saved, fmt.Sprintf("no se recibió: caben %d por mensaje. Envíelo en otro.", maxFiles), nil
	}
	tooLarge := fmt.Sprintf(filesTooLarge, formatSize(a.config.MaxFileBytes))
	var answer *http.Response
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := a.call(context.WithoutCancel(ctx), func(context.Context) (err error) {
		answer, err = a.api.Media.Download(ref).Context(ctx).Download() //nolint:bodyclose // closed below, where there is an answer
		return err
	}); err != nil {
		var again *bot.RetryError
		if errors.As(err, &again) {
			return saved, "", err
		}
		a.log.Warn().Err(err).Msg("a file cannot be read")
		return saved, cannotRead, nil
	}
	defer answer.Body.Close()
	if answer.ContentLength > a.config.MaxFileBytes {
		return saved, tooLarge, nil
	}
	body := &sizeLimiter{r: answer.Body, left: a.config.MaxFileBytes}
	saved, err = a.config.Files.SaveFile(ctx, cmp.Or(f.Name, "archivo"), cmp.Or(f.Type, octetStream), body)
	switch {
	case errors.Is(err, bot.ErrTooLarge), body.left < 0:
		return bot.File{}, tooLarge, nil
	case err != nil:
		return bot.File{}, "", &bot.RetryError{Err: err}
	}
	return saved, "", nil
}

// atMost refuses a file that is larger than it may be.
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

// uploads remembers for a while that Google does not let the app send files, which depends on
// how it is set up.
type uploadBreaker struct {
	now   func() time.Time
	mu    sync.Mutex
	until time.Time
}

func (u *uploadBreaker) refused() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.now().Before(u.until)
}

func (u *uploadBreaker) refuse() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.until = u.now().Add(uploadPause)
}

// withFiles draws a message and uploads its files. One that cannot be sent is named in a sentence.
func (a *Adapter) renderWithFiles(ctx context.Context, space string, m bot.Message, viewer string) (*chat.Message, error) {
	files := slices.Clone(m.Files)
	if m.Card != nil {
		files = append(files, m.Card.Files...)
	}
	if len(files) == 0 {
		return a.renderer().message(m), nil
	}
	if viewer != "" || a.uploads.refused() { // a private message takes no files
		return a.renderWithoutFiles(m), nil
	}
	var sent []*chat.Attachment
	var left []bot.File
	for i, f := range files {
		if i >= maxUploads {
			left = append(left, f)
			continue
		}
		uploaded, err := a.upload(ctx, space, f)
		var again *bot.RetryError
		switch {
		case errors.As(err, &again):
			return nil, err
		case err != nil:
			a.log.Warn().Err(err).Msg("a file was not sent")
			if code := statusOf(err); code == http.StatusForbidden || code == http.StatusUnauthorized {
				a.uploads.refuse()
				return a.renderWithoutFiles(m), nil
			}
			left = append(left, f)
		default:
			sent = append(sent, uploaded)
		}
	}
	if m.Card == nil {
		m.Files = nil // they are seen under the words
	}
	out := a.renderer().message(withMissingFiles(m, left))
	out.Attachment = sent
	return out, nil
}

// withoutFiles draws a message whose files cannot be sent.
func (a *Adapter) renderWithoutFiles(m bot.Message) *chat.Message {
	left := slices.Clone(m.Files)
	if m.Card != nil {
		left = append(left, m.Card.Files...)
	} else {
		m.Files = nil // the sentence names them
	}
	return a.renderer().message(withMissingFiles(m, left))
}

// saying adds to a message which of its files are not there.
func withMissingFiles(m bot.Message, left []bot.File) bot.Message {
	if len(left) == 0 {
		return m
	}
	lines := make([]string, len(left))
	for i, f := range left {
		lines[i] = fmt.Sprintf("📎 «%s» (%s) %s.", clip(orDash(oneLine(f.Name)), maxFileName), formatSize(f.Size), fileKept)
	}
	text := strings.Join(lines, "\n")
	if m.Card == nil {
		m.Text += "\n" + text
		return m
	}
	card := *m.Card
	card.Note = strings.TrimSpace(text + "\n" + card.Note)
	m.Card = &card
	return m
}

func (a *Adapter) upload(ctx context.Context, space string, f bot.File) (*chat.Attachment, error) {
	_, content, err := a.config.Files.OpenFile(ctx, f.ID)
	switch {
	case errors.Is(err, bot.ErrNoFile):
		return nil, err
	case err != nil:
		return nil, &bot.RetryError{Err: err}
	}
	defer content.Close()
	var done *chat.UploadAttachmentResponse
	err = a.writeSpace(ctx, space, func(ctx context.Context) (err error) {
		done, err = a.api.Media.Upload(space, &chat.UploadAttachmentRequest{Filename: clip(orDash(oneLine(f.Name)), maxFileName)}).
			Media(content, googleapi.ContentType(cmp.Or(f.Type, octetStream)), googleapi.ChunkSize(0)).Context(ctx).Do()
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case done.AttachmentDataRef == nil:
		return nil, errors.New("google chat: an upload was answered without a reference")
	}
	return &chat.Attachment{AttachmentDataRef: &chat.AttachmentDataRef{AttachmentUploadToken: done.AttachmentDataRef.AttachmentUploadToken}}, nil
}

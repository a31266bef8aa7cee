package googlechat

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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
	maxUploads  = 10        // with one message: each is a write to the space
	uploadPause = time.Hour // after Google refused an upload
)

// uploadBreaker pauses uploads after Google refused one. Whether an app may upload depends on its configuration.
type uploadBreaker struct {
	now   func() time.Time
	mu    sync.Mutex
	until time.Time
}

func (b *uploadBreaker) open() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now().Before(b.until)
}

func (b *uploadBreaker) trip() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.until = b.now().Add(uploadPause)
}

// renderWithFiles renders a message and uploads its files. The message names the files that cannot be sent.
func (a *Adapter) renderWithFiles(ctx context.Context, space string, m bot.Message, viewer string) (*chat.Message, error) {
	files := allFiles(m)
	if len(files) == 0 {
		return a.renderer().message(m), nil
	}
	if viewer != "" || a.uploads.open() { // a private message has no attachments
		return a.renderWithoutFiles(m), nil
	}
	var uploaded []*chat.Attachment
	var missing []bot.File
	for i, f := range files {
		if i >= maxUploads {
			missing = append(missing, f)
			continue
		}
		attachment, err := a.upload(ctx, space, f)
		switch {
		case err != nil && retryable(err):
			return nil, err
		case err != nil:
			a.log.Warn().Err(err).Msg("file not uploaded, message sent without it")
			if code := statusOf(err); code == http.StatusForbidden || code == http.StatusUnauthorized {
				a.uploads.trip()
				return a.renderWithoutFiles(m), nil
			}
			missing = append(missing, f)
		default:
			uploaded = append(uploaded, attachment)
		}
	}
	if m.Card == nil {
		m.Files = nil // attached
	}
	out := a.renderer().message(withMissingFiles(m, missing))
	out.Attachment = uploaded
	return out, nil
}

func allFiles(m bot.Message) []bot.File {
	files := slices.Clone(m.Files)
	if m.Card != nil {
		files = append(files, m.Card.Files...)
	}
	return files
}

// renderWithoutFiles renders a message that names its files.
func (a *Adapter) renderWithoutFiles(m bot.Message) *chat.Message {
	missing := allFiles(m)
	if m.Card == nil {
		m.Files = nil // named as missing
	}
	return a.renderer().message(withMissingFiles(m, missing))
}

// withMissingFiles adds to a message which of its files could not be sent.
func withMissingFiles(m bot.Message, missing []bot.File) bot.Message {
	if len(missing) == 0 {
		return m
	}
	lines := make([]string, len(missing))
	for i, f := range missing {
		lines[i] = fmt.Sprintf(textFileNotSent, fileName(f), formatSize(f.Size))
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

func fileName(f bot.File) string { return clip(orDash(oneLine(f.Name)), maxFileName) }

func (a *Adapter) upload(ctx context.Context, space string, f bot.File) (*chat.Attachment, error) {
	_, content, err := a.config.Files.OpenFile(ctx, f.ID)
	switch {
	case errors.Is(err, bot.ErrNoFile):
		return nil, err
	case err != nil:
		return nil, &bot.RetryError{Err: err}
	}
	defer content.Close()
	var uploaded *chat.UploadAttachmentResponse
	err = a.writeSpace(ctx, space, func(ctx context.Context) (err error) {
		uploaded, err = a.api.Media.Upload(space, &chat.UploadAttachmentRequest{Filename: fileName(f)}).
			Media(content, googleapi.ContentType(cmp.Or(f.Type, octetStream)), googleapi.ChunkSize(0)).Context(ctx).Do()
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case uploaded.AttachmentDataRef == nil:
		return nil, errors.New("google chat: upload response without attachmentDataRef")
	}
	return &chat.Attachment{AttachmentDataRef: &chat.AttachmentDataRef{AttachmentUploadToken: uploaded.AttachmentDataRef.AttachmentUploadToken}}, nil
}

package slack

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// pending are the files of an event before they are stored: their ids are addresses of
// Slack's, which fetch replaces.
func pending(files []sharedFile) []bot.File {
	var out []bot.File
	for _, f := range files {
		if f.ID != "" && len(f.ID) <= 100 && !strings.ContainsAny(f.ID, " \n\t") {
			out = append(out, bot.File{ID: address(f.ID), Name: cmp.Or(f.Name, f.Title), Type: f.Mimetype, Size: f.Size})
		}
	}
	return out
}

// fetch stores the files of an event, which from then on has those that could be had; the
// note says which could not, and why.
func (a *Adapter) fetch(ctx context.Context, e *bot.Event) (note string, err error) {
	var kept []bot.File
	var notes []string
	stored := map[string]string{}
	for _, f := range e.Files {
		if bot.Chat(f.ID) != chat {
			kept = append(kept, f) // stored by an earlier try
			continue
		}
		saved, why, err := a.download(ctx, local(f.ID), f)
		if err != nil {
			return "", err
		}
		if why != "" {
			notes = append(notes, why)
			stored[f.ID] = ""
			continue
		}
		from := source{User: local(e.From.ID)}
		if !e.Form {
			from.Channel = local(e.Room.Channel)
		}
		if _, err := first(ctx, a, streamFiles, saved.ID, from); err != nil {
			return "", err
		}
		stored[f.ID] = saved.ID
		kept = append(kept, saved)
	}
	e.Files = kept
	for field, value := range e.Values {
		ids := strings.Fields(value)
		if len(ids) == 0 || slices.ContainsFunc(ids, func(id string) bool { _, ok := stored[id]; return !ok }) {
			continue
		}
		for i, id := range ids {
			ids[i] = stored[id]
		}
		e.Values[field] = strings.Join(strings.Fields(strings.Join(ids, " ")), " ")
	}
	return strings.Join(notes, " "), nil
}

// download stores one file. Why not is for the person.
func (a *Adapter) download(ctx context.Context, id string, told bot.File) (saved bot.File, why string, err error) {
	name := strings.Join(strings.Fields(clean(told.Name)), " ")
	lost := func(text string) (bot.File, string, error) {
		return bot.File{}, textFile(cut(cmp.Or(name, unknownFileName), 100), text), nil
	}
	tooLarge := textFileTooLarge(size(a.config.MaxFileBytes))
	if told.Size > a.config.MaxFileBytes {
		return lost(tooLarge)
	}
	var f *slack.File
	err = a.call(ctx, "files.info", func(ctx context.Context) (err error) {
		f, _, _, err = a.api.GetFileInfoContext(ctx, id, 0, 0)
		return err
	})
	var again *bot.RetryError
	switch {
	case errors.As(err, &again) && !coded(err, "missing_scope"):
		return bot.File{}, "", err
	case err != nil:
		a.log.Warn().Err(err).Msg("a file cannot be read")
		return lost(textFileUnreadable)
	case f.IsExternal:
		return lost(textFileExternal)
	case f.Mode == "tombstone" || f.Mode == "hidden_by_limit":
		return lost(textFileDeleted)
	case int64(f.Size) > a.config.MaxFileBytes:
		return lost(tooLarge)
	}
	if name == "" {
		name = strings.Join(strings.Fields(clean(cmp.Or(f.Name, f.Title, defaultFileName))), " ")
	}
	saved, err = a.copyFile(ctx, cmp.Or(f.URLPrivateDownload, f.URLPrivate), name, cmp.Or(f.Mimetype, told.Type, "application/octet-stream"))
	switch {
	case errors.Is(err, bot.ErrTooLarge):
		return lost(tooLarge)
	case errors.As(err, &again):
		return bot.File{}, "", err
	case err != nil:
		a.log.Warn().Err(err).Msg("a file cannot be read")
		return lost(textFileNotReceived)
	}
	return saved, "", nil
}

// copyFile moves the bytes from Slack into the store. The client sends the token to
// Slack's own hosts and that of the Web API only.
func (a *Adapter) copyFile(ctx context.Context, url, name, mediaType string) (bot.File, error) {
	if !mayHaveToken(a.config.APIURL, url) {
		return bot.File{}, errors.New("slack: the file is not on a host of Slack's")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	read, write := io.Pipe()
	downloaded := make(chan error, 1)
	go func() {
		err := a.api.GetFileContext(ctx, url, &atMost{w: write, left: a.config.MaxFileBytes})
		write.CloseWithError(err) // nil ends the file
		downloaded <- err
	}()
	saved, err := a.config.Files.SaveFile(ctx, name, mediaType, read)
	read.CloseWithError(io.ErrClosedPipe)
	from := <-downloaded
	switch {
	case errors.Is(err, bot.ErrTooLarge), errors.Is(from, bot.ErrTooLarge):
		return bot.File{}, bot.ErrTooLarge
	case from != nil && !errors.Is(from, io.ErrClosedPipe):
		var status slack.StatusCodeError
		if errors.As(from, &status) && status.Code < 500 && status.Code != 429 {
			return bot.File{}, &apiError{method: "file", code: strconv.Itoa(status.Code)}
		}
		return bot.File{}, &bot.RetryError{Err: withoutURL(from)}
	case err != nil:
		return bot.File{}, &bot.RetryError{Err: err}
	}
	return saved, nil
}

// atMost refuses a file that is larger than it said.
type atMost struct {
	w    io.Writer
	left int64
}

func (l *atMost) Write(p []byte) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		return 0, bot.ErrTooLarge
	}
	return l.w.Write(p)
}

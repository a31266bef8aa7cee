package slack

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// maxFileName bounds a file's name in a notice.
const maxFileName = 100

// remoteFiles are the files of an event before they are downloaded. Their ids are
// addresses of Slack's, which storeFiles replaces.
func remoteFiles(files []sharedFile) []bot.File {
	var out []bot.File
	for _, f := range files {
		if f.ID != "" && len(f.ID) <= 100 && !strings.ContainsAny(f.ID, " \n\t") {
			out = append(out, bot.File{ID: address(f.ID), Name: cmp.Or(f.Name, f.Title), Type: f.Mimetype, Size: f.Size})
		}
	}
	return out
}

// storeFiles downloads and stores the files of an event, and removes from it those that
// cannot be had. The note says which, and why.
func (a *Adapter) storeFiles(ctx context.Context, e *bot.Event) (note string, err error) {
	var files []bot.File
	var notes []string
	storedIDs := map[string]string{} // by address; "" for a file that cannot be had
	for _, f := range e.Files {
		if bot.Chat(f.ID) != chat {
			files = append(files, f) // stored by an earlier attempt
			continue
		}
		stored, reason, err := a.download(ctx, local(f.ID), f)
		if err != nil {
			return "", err
		}
		if reason != "" {
			notes = append(notes, reason)
			storedIDs[f.ID] = ""
			continue
		}
		from := fileSource{User: local(e.From.ID)}
		if !e.Form {
			from.Channel = local(e.Room.Channel)
		}
		if _, err := loadOrStore(ctx, a, streamFiles, stored.ID, from); err != nil {
			return "", err
		}
		storedIDs[f.ID] = stored.ID
		files = append(files, stored)
	}
	e.Files = files
	replaceFileIDs(e.Values, storedIDs)
	return strings.Join(notes, " "), nil
}

// replaceFileIDs replaces addresses in the values of file inputs by the ids of stored files.
func replaceFileIDs(values, storedIDs map[string]string) {
	for field, value := range values {
		ids := strings.Fields(value)
		if len(ids) == 0 || slices.ContainsFunc(ids, func(id string) bool { _, ok := storedIDs[id]; return !ok }) {
			continue
		}
		for i, id := range ids {
			ids[i] = storedIDs[id]
		}
		values[field] = strings.Join(strings.Fields(strings.Join(ids, " ")), " ")
	}
}

// download stores one file, or returns the reason why it cannot be had, for the person.
func (a *Adapter) download(ctx context.Context, id string, announced bot.File) (stored bot.File, reason string, err error) {
	name := oneLine(announced.Name)
	refuse := func(reason string) (bot.File, string, error) {
		return bot.File{}, textFile(bot.Clip(cmp.Or(name, unknownFileName), maxFileName), reason), nil
	}
	tooLarge := textFileTooLarge(formatSize(a.config.MaxFileBytes))
	if announced.Size > a.config.MaxFileBytes {
		return refuse(tooLarge)
	}
	var f *slack.File
	err = a.call(ctx, "files.info", func(ctx context.Context) (err error) {
		f, _, _, err = a.api.GetFileInfoContext(ctx, id, 0, 0)
		return err
	})
	switch {
	case isRetryable(err) && !hasCode(err, "missing_scope"):
		return bot.File{}, "", err
	case err != nil:
		a.log.Warn().Err(err).Msg("files.info failed, telling the sender")
		return refuse(textFileUnreadable)
	case f.IsExternal:
		return refuse(textFileExternal)
	case f.Mode == "tombstone" || f.Mode == "hidden_by_limit":
		return refuse(textFileDeleted)
	case int64(f.Size) > a.config.MaxFileBytes:
		return refuse(tooLarge)
	}
	if name == "" {
		name = oneLine(cmp.Or(f.Name, f.Title, defaultFileName))
	}
	stored, err = a.copyFile(ctx, cmp.Or(f.URLPrivateDownload, f.URLPrivate), name, cmp.Or(f.Mimetype, announced.Type, "application/octet-stream"))
	switch {
	case errors.Is(err, bot.ErrTooLarge):
		return refuse(tooLarge)
	case isRetryable(err):
		return bot.File{}, "", err
	case err != nil:
		a.log.Warn().Err(err).Msg("downloading a file failed, telling the sender")
		return refuse(textFileNotReceived)
	}
	return stored, "", nil
}

// copyFile streams the bytes from Slack into the file store. The token is sent to hosts of
// Slack's and of the Web API only.
func (a *Adapter) copyFile(ctx context.Context, url, name, mediaType string) (bot.File, error) {
	if !mayReceiveToken(a.config.APIURL, url) {
		return bot.File{}, errors.New("slack: the file is not on a host of Slack's")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	read, write := io.Pipe()
	downloaded := make(chan error, 1)
	go func() {
		err := a.api.GetFileContext(ctx, url, &limitedWriter{w: write, left: a.config.MaxFileBytes})
		write.CloseWithError(err) // nil ends the file
		downloaded <- err
	}()
	stored, err := a.config.Files.SaveFile(ctx, name, mediaType, read)
	read.CloseWithError(io.ErrClosedPipe)
	downloadErr := <-downloaded
	switch {
	case errors.Is(err, bot.ErrTooLarge), errors.Is(downloadErr, bot.ErrTooLarge):
		return bot.File{}, bot.ErrTooLarge
	case downloadErr != nil && !errors.Is(downloadErr, io.ErrClosedPipe):
		if status, ok := errors.AsType[slack.StatusCodeError](downloadErr); ok && status.Code < 500 && status.Code != http.StatusTooManyRequests {
			return bot.File{}, &apiError{method: "file", code: strconv.Itoa(status.Code)}
		}
		return bot.File{}, &bot.RetryError{Err: withoutURL(downloadErr)}
	case err != nil:
		return bot.File{}, &bot.RetryError{Err: err}
	}
	return stored, nil
}

// limitedWriter fails when a file is longer than the limit, whatever size was announced.
type limitedWriter struct {
	w    io.Writer
	left int64
}

func (l *limitedWriter) Write(p []byte) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		return 0, bot.ErrTooLarge
	}
	return l.w.Write(p)
}

package slack

import (
	"cmp"
	"context"
	"errors"
	"math"
	"net/url"
	"strings"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// uploadFiles uploads the files of a message; nobody sees them until shareFiles. It leaves
// out the files that were shared in this channel, or by this person, in the first place,
// and those that an earlier attempt shared under the message posted as ts. A file that
// Slack refuses is logged; the message names it all the same.
func (a *Adapter) uploadFiles(ctx context.Context, channel, ts string, o bot.Outgoing) ([]slack.FileSummary, error) {
	files := append([]bot.File(nil), o.Message.Files...)
	if o.Message.Card != nil {
		files = append(files, o.Message.Card.Files...)
	}
	if len(files) == 0 {
		return nil, nil
	}
	shared := map[string]int{}
	if ts != "" {
		var err error
		if shared, err = a.sharedFiles(ctx, channel, fileThread(o, ts), ts); err != nil {
			return nil, err
		}
	}
	var out []slack.FileSummary
	for _, f := range files {
		if shared[f.Name] > 0 {
			shared[f.Name]--
			continue
		}
		from, err := loadOrStore(ctx, a, streamFiles, f.ID, fileSource{})
		if err != nil {
			return nil, err
		}
		if from.Channel != "" && from.Channel == channel || from.User != "" && from.User == local(o.Room.Direct) || f.Size <= 0 {
			continue
		}
		uploaded, err := a.uploadFile(ctx, f)
		switch {
		case err == nil:
			out = append(out, uploaded)
		case isRetryable(err):
			return nil, err
		default:
			a.log.Error().Str("file", f.ID).Err(err).Msg("uploading a file failed, sending the message without it")
		}
	}
	return out, nil
}

// shareFiles shares uploaded files: under their message in a channel, after it in direct
// messages.
func (a *Adapter) shareFiles(ctx context.Context, channel, ts string, o bot.Outgoing, files []slack.FileSummary) error {
	if len(files) == 0 {
		return nil
	}
	err := a.call(ctx, "files.completeUploadExternal", func(ctx context.Context) error {
		_, err := a.api.CompleteUploadExternalContext(ctx, slack.CompleteUploadExternalParameters{Files: files, Channel: channel, ThreadTimestamp: fileThread(o, ts)})
		return err
	})
	if err != nil && !isRetryable(err) { // the message is posted and names them
		a.log.Error().Err(err).Msg("sharing files failed, the message stays without them")
		return nil
	}
	return err
}

// fileThread is the thread_ts for the files of a message.
func fileThread(o bot.Outgoing, ts string) string {
	if o.Thread == "" && o.Room.Direct == "" {
		return ts
	}
	return o.Thread
}

// sharedFiles counts, by name, the files that the bot shared since a message.
func (a *Adapter) sharedFiles(ctx context.Context, channel, thread, since string) (map[string]int, error) {
	shared := map[string]int{}
	self := a.self.Load()
	err := a.history(ctx, channel, thread, since, func(m slack.Message) bool {
		if self != nil && (m.User == self.User || m.BotID == self.Bot) {
			for _, f := range m.Files {
				shared[f.Name]++
			}
		}
		return true
	})
	return shared, err
}

// uploadFile uploads one stored file.
func (a *Adapter) uploadFile(ctx context.Context, f bot.File) (slack.FileSummary, error) {
	var none slack.FileSummary
	if f.Size > math.MaxInt32 {
		return none, &apiError{method: "files.getUploadURLExternal", code: "file_upload_size_restricted"}
	}
	stored, body, err := a.config.Files.OpenFile(ctx, f.ID)
	if errors.Is(err, bot.ErrNoFile) {
		return none, err
	}
	if err != nil {
		return none, &bot.RetryError{Err: err}
	}
	defer body.Close()
	name := cmp.Or(f.Name, stored.Name, defaultFileName)
	var upload *slack.GetUploadURLExternalResponse
	err = a.call(ctx, "files.getUploadURLExternal", func(ctx context.Context) (err error) {
		upload, err = a.api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: name, FileSize: int(stored.Size)})
		return err
	})
	if err != nil {
		return none, err
	}
	if !mayReceiveToken(a.config.APIURL, upload.UploadURL) {
		return none, &apiError{method: "upload", code: "not a host of Slack's"}
	}
	err = a.call(ctx, "upload", func(ctx context.Context) error {
		return a.api.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: upload.UploadURL, Reader: body, Filename: name})
	})
	return slack.FileSummary{ID: upload.FileID, Title: name}, err
}

// mayReceiveToken reports whether a URL is on a host of Slack's or on that of the Web API,
// to which every call sends the token anyway.
func mayReceiveToken(apiURL, address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	if api, err := url.Parse(apiURL); err == nil && u.Scheme == api.Scheme && strings.EqualFold(u.Host, api.Host) {
		return true
	}
	host := strings.ToLower(u.Hostname())
	for _, domain := range []string{"slack.com", "slack-gov.com"} {
		if u.Scheme == "https" && (host == domain || strings.HasSuffix(host, "."+domain)) {
			return true
		}
	}
	return false
}

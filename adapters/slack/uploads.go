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

// codesNoFiles are refusals of one file that no other try changes.
var codesNoFiles = []string{"file_uploads_disabled", "file_upload_size_restricted", "storage_limit_reached", "posting_to_channel_denied", "file_type_not_allowed"}

// attach shares the files of a message with those who see it: under it in a channel, after
// it in direct messages. Those that people there shared themselves stand there already.
// On a repeated try it looks which are there. A file that Slack refuses for good is named
// in the message all the same.
func (a *Adapter) attach(ctx context.Context, channel, ts string, o bot.Outgoing, again bool) error {
	files := append([]bot.File(nil), o.Message.Files...)
	if o.Message.Card != nil {
		files = append(files, o.Message.Card.Files...)
	}
	if len(files) == 0 {
		return nil
	}
	thread := o.Thread
	if thread == "" && o.Room.Direct == "" {
		thread = ts
	}
	there := map[string]int{}
	if again {
		var err error
		if there, err = a.shared(ctx, channel, thread, ts); err != nil {
			return err
		}
	}
	for _, f := range files {
		if there[f.Name] > 0 {
			there[f.Name]--
			continue
		}
		from, err := first(ctx, a, streamFiles, f.ID, source{})
		if err != nil {
			return err
		}
		if from.Channel != "" && from.Channel == channel || from.User != "" && from.User == local(o.Room.Direct) || f.Size <= 0 {
			continue
		}
		err = a.upload(ctx, channel, thread, f)
		var later *bot.RetryError
		switch {
		case err == nil:
		case errors.As(err, &later):
			return err
		case coded(err, codesNoFiles...), errors.Is(err, bot.ErrNoFile):
			a.log.Error().Str("file", f.ID).Err(err).Msg("a file cannot be shared in Slack")
		default:
			a.log.Error().Str("file", f.ID).Err(err).Msg("a file was not shared in Slack")
		}
	}
	return nil
}

// shared counts, by name, the files that the bot shared since a message.
func (a *Adapter) shared(ctx context.Context, channel, thread, since string) (map[string]int, error) {
	there := map[string]int{}
	self := a.self.Load()
	cursor := ""
	for range lookPages {
		page, next, err := a.history(ctx, channel, thread, since, cursor)
		if err != nil {
			return there, err
		}
		for _, m := range page {
			if self == nil || m.User != self.User && m.BotID != self.Bot {
				continue
			}
			for _, f := range m.Files {
				there[f.Name]++
			}
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	return there, nil
}

// upload shares one stored file, in Slack's three steps.
func (a *Adapter) upload(ctx context.Context, channel, thread string, f bot.File) error {
	if f.Size > math.MaxInt32 {
		return &apiError{method: "files.getUploadURLExternal", code: "file_upload_size_restricted"}
	}
	stored, body, err := a.config.Files.OpenFile(ctx, f.ID)
	if errors.Is(err, bot.ErrNoFile) {
		return err
	}
	if err != nil {
		return &bot.RetryError{Err: err}
	}
	defer body.Close()
	name := cmp.Or(f.Name, stored.Name, "archivo")
	var where *slack.GetUploadURLExternalResponse
	err = a.call(ctx, "files.getUploadURLExternal", func(ctx context.Context) (err error) {
		where, err = a.api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: name, FileSize: int(stored.Size)})
		return err
	})
	if err != nil {
		return err
	}
	if !mayHaveToken(a.config.APIURL, where.UploadURL) {
		return &apiError{method: "upload", code: "not a host of Slack's"}
	}
	err = a.call(ctx, "upload", func(ctx context.Context) error {
		return a.api.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: where.UploadURL, Reader: body, Filename: name})
	})
	if err != nil {
		return err
	}
	return a.call(ctx, "files.completeUploadExternal", func(ctx context.Context) error {
		_, err := a.api.CompleteUploadExternalContext(ctx, slack.CompleteUploadExternalParameters{
			Files: []slack.FileSummary{{ID: where.FileID, Title: name}}, Channel: channel, ThreadTimestamp: thread})
		return err
	})
}

// mayHaveToken tells whether an address is one of Slack's own or of the Web API, to which
// every call sends the token anyway.
func mayHaveToken(api, address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	if base, err := url.Parse(api); err == nil && u.Scheme == base.Scheme && strings.EqualFold(u.Host, base.Host) {
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

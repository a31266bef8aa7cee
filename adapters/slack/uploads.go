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

// upload brings the files of a message to Slack, where nobody sees them yet. Those that the
// people of the room shared themselves stand there already; of a message that was posted
// before, it looks which are there. A file that Slack refuses for good is named in the
// message all the same.
func (a *Adapter) upload(ctx context.Context, channel, posted string, o bot.Outgoing) ([]slack.FileSummary, error) {
	files := append([]bot.File(nil), o.Message.Files...)
	if o.Message.Card != nil {
		files = append(files, o.Message.Card.Files...)
	}
	if len(files) == 0 {
		return nil, nil
	}
	there := map[string]int{}
	if posted != "" {
		var err error
		if there, err = a.shared(ctx, channel, threadOf(o, posted), posted); err != nil {
			return nil, err
		}
	}
	var out []slack.FileSummary
	for _, f := range files {
		if there[f.Name] > 0 {
			there[f.Name]--
			continue
		}
		from, err := first(ctx, a, streamFiles, f.ID, source{})
		if err != nil {
			return nil, err
		}
		if from.Channel != "" && from.Channel == channel || from.User != "" && from.User == local(o.Room.Direct) || f.Size <= 0 {
			continue
		}
		up, err := a.bring(ctx, f)
		var later *bot.RetryError
		switch {
		case err == nil:
			out = append(out, up)
		case errors.As(err, &later):
			return nil, err
		default:
			a.log.Error().Str("file", f.ID).Err(err).Msg("a file cannot be shared in Slack")
		}
	}
	return out, nil
}

// share shows files that were brought: under their message in a channel, after it in
// direct messages.
func (a *Adapter) share(ctx context.Context, channel, ts string, o bot.Outgoing, files []slack.FileSummary) error {
	if len(files) == 0 {
		return nil
	}
	err := a.call(ctx, "files.completeUploadExternal", func(ctx context.Context) error {
		_, err := a.api.CompleteUploadExternalContext(ctx, slack.CompleteUploadExternalParameters{Files: files, Channel: channel, ThreadTimestamp: threadOf(o, ts)})
		return err
	})
	var later *bot.RetryError
	if err != nil && !errors.As(err, &later) { // the message stands, and names them
		a.log.Error().Err(err).Msg("files cannot be shared in Slack")
		return nil
	}
	return err
}

// threadOf is where the files of a message stand.
func threadOf(o bot.Outgoing, ts string) string {
	if o.Thread == "" && o.Room.Direct == "" {
		return ts
	}
	return o.Thread
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

// bring uploads one stored file.
func (a *Adapter) bring(ctx context.Context, f bot.File) (slack.FileSummary, error) {
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
	var where *slack.GetUploadURLExternalResponse
	err = a.call(ctx, "files.getUploadURLExternal", func(ctx context.Context) (err error) {
		where, err = a.api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: name, FileSize: int(stored.Size)})
		return err
	})
	if err != nil {
		return none, err
	}
	if !mayHaveToken(a.config.APIURL, where.UploadURL) {
		return none, &apiError{method: "upload", code: "not a host of Slack's"}
	}
	err = a.call(ctx, "upload", func(ctx context.Context) error {
		return a.api.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: where.UploadURL, Reader: body, Filename: name})
	})
	return slack.FileSummary{ID: where.FileID, Title: name}, err
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

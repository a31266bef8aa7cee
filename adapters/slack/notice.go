package slack

import (
	"context"

	"github.com/cenkalti/backoff/v5"
	"github.com/slack-go/slack"

	"helptic/bot"
)

// place is where somebody pressed, for what only they are to see.
type place struct {
	room    bot.Room
	person  string // id
	thread  string
	message string
	url     string // response_url
	trigger string
	home    bool // on the home page: their direct messages are on another tab
	away    bool // the bot need not be in the channel
}

// notice shows a sentence to one person, after the pause that Slack may ask for.
func (a *Adapter) notice(ctx context.Context, where place, text string) error {
	return noticeRetries.do(ctx, func() error {
		err := a.noticeOnce(ctx, where, text)
		if err != nil && !coded(err, "ratelimited") {
			return backoff.Permanent(err)
		}
		return err
	}, nil)
}

// noticeOnce shows it where the person is; whoever cannot be told there is told in their
// direct messages.
func (a *Adapter) noticeOnce(ctx context.Context, where place, text string) error {
	switch {
	case where.home && where.trigger != "":
		if err := a.openNotice(ctx, where, text); err == nil {
			return nil
		}
	case where.room.Direct != "" && !where.away:
	case where.away && where.url != "":
		if err := a.respond(ctx, where.url, where.thread, escape(clean(text))); err == nil {
			return nil
		}
	default:
		channel, err := a.channel(ctx, where.room)
		if err == nil {
			_, err = a.whisper(ctx, channel, where.thread, where.person, a.drawText(text))
		}
		if err == nil {
			return nil
		}
		if where.url != "" && a.respond(ctx, where.url, where.thread, escape(clean(text))) == nil {
			return nil
		}
	}
	channel, err := a.channel(ctx, bot.Direct(address(where.person)))
	if err != nil {
		return err
	}
	_, err = a.post(ctx, channel, "", "", a.drawText(text))
	return err
}

// respond answers through the address that Slack sent with what somebody did. It is a
// secret by itself and gets no token.
func (a *Adapter) respond(ctx context.Context, url, thread, markup string) error {
	off := false
	return a.call(ctx, "response_url", func(ctx context.Context) error {
		return slack.PostWebhookCustomHTTPContext(ctx, url, a.http, &slack.WebhookMessage{
			Text: markup, ResponseType: slack.ResponseTypeEphemeral, ThreadTimestamp: thread, UnfurlLinks: &off, UnfurlMedia: &off,
		})
	})
}

// whisper shows a message to one person of a channel.
func (a *Adapter) whisper(ctx context.Context, channel, thread, user string, d drawn) (ts string, err error) {
	options := d.options()
	if thread != "" {
		options = append(options, slack.MsgOptionTS(thread))
	}
	err = a.call(ctx, "chat.postEphemeral", func(ctx context.Context) (err error) {
		ts, err = a.api.PostEphemeralContext(ctx, channel, user, options...)
		return err
	})
	return ts, err
}

// openNotice shows a sentence over the home page.
func (a *Adapter) openNotice(ctx context.Context, where place, text string) error {
	modal := slack.ModalViewRequest{
		Type: slack.VTModal, Title: words(textNoticeTitle, limitTitle), Close: words(textClose, limitTitle),
		Blocks: slack.Blocks{BlockSet: paragraphs(text)},
	}
	return a.call(ctx, "views.open", func(ctx context.Context) error {
		_, err := a.api.OpenViewContext(ctx, where.trigger, modal)
		return err
	})
}

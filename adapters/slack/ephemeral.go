package slack

import (
	"context"

	"github.com/cenkalti/backoff/v5"
	"github.com/slack-go/slack"

	"helptic/bot"
)

// target is where a person acted: the notice for them is shown there, and the modal opens there.
type target struct {
	room        bot.Room
	user        string
	thread      string // thread_ts
	message     string // ts
	responseURL string
	triggerID   string
	// home is set for the home tab, from which the direct messages are not visible.
	home bool
	// foreign is set if the bot need not be in the channel.
	foreign bool
}

// notice shows a text to one person. It retries while the method is rate limited.
func (a *Adapter) notice(ctx context.Context, to target, text string) error {
	return noticeRetries.do(ctx, func() error {
		err := a.noticeOnce(ctx, to, text)
		if err != nil && !hasCode(err, codeRateLimited) {
			return backoff.Permanent(err)
		}
		return err
	}, nil)
}

// noticeOnce shows the text where the person acted. If that fails it is a direct message.
func (a *Adapter) noticeOnce(ctx context.Context, to target, text string) error {
	switch {
	case to.home && to.triggerID != "":
		if a.openNotice(ctx, to.triggerID, text) == nil {
			return nil
		}
	case to.room.Direct != "" && !to.foreign:
	case to.foreign && to.responseURL != "":
		if a.respond(ctx, to.responseURL, to.thread, escape(clean(text))) == nil {
			return nil
		}
	default:
		channel, err := a.channel(ctx, to.room)
		if err == nil {
			_, err = a.postEphemeral(ctx, channel, to.thread, to.user, renderText(text))
		}
		if err == nil {
			return nil
		}
		if to.responseURL != "" && a.respond(ctx, to.responseURL, to.thread, escape(clean(text))) == nil {
			return nil
		}
	}
	channel, err := a.channel(ctx, bot.Direct(address(to.user)))
	if err != nil {
		return err
	}
	_, err = a.postMessage(ctx, channel, "", nil, renderText(text))
	return err
}

// respond posts an ephemeral message to a response_url. The URL itself is a secret; no
// token is sent to it.
func (a *Adapter) respond(ctx context.Context, url, thread, mrkdwn string) error {
	off := false
	return a.call(ctx, "response_url", func(ctx context.Context) error {
		return slack.PostWebhookCustomHTTPContext(ctx, url, a.http, &slack.WebhookMessage{
			Text: mrkdwn, ResponseType: slack.ResponseTypeEphemeral, ThreadTimestamp: thread, UnfurlLinks: &off, UnfurlMedia: &off,
		})
	})
}

func (a *Adapter) postEphemeral(ctx context.Context, channel, thread, user string, r rendered) (ts string, err error) {
	options := r.options()
	if thread != "" {
		options = append(options, slack.MsgOptionTS(thread))
	}
	err = a.call(ctx, "chat.postEphemeral", func(ctx context.Context) (err error) {
		ts, err = a.api.PostEphemeralContext(ctx, channel, user, options...)
		return err
	})
	return ts, err
}

// openNotice shows a text in a modal, over the home tab.
func (a *Adapter) openNotice(ctx context.Context, triggerID, text string) error {
	return a.openView(ctx, triggerID, slack.ModalViewRequest{
		Type: slack.VTModal, Title: plainText(textNoticeTitle, maxViewTitle), Close: plainText(textClose, maxViewTitle),
		Blocks: slack.Blocks{BlockSet: sections(text)},
	})
}

func (a *Adapter) openView(ctx context.Context, triggerID string, view slack.ModalViewRequest) error {
	return a.call(ctx, "views.open", func(ctx context.Context) error {
		_, err := a.api.OpenViewContext(ctx, triggerID, view)
		return err
	})
}

package slack

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// clockDifference is how much earlier than the first attempt the search for a message begins.
const clockDifference = time.Minute

// Send implements bot.Adapter. An attempt is stored before the message is posted. If there
// was an earlier attempt, the message is looked for in Slack by its metadata, and posted
// only if it is not there.
func (a *Adapter) Send(ctx context.Context, o bot.Outgoing) (string, error) {
	if o.Room.Home != "" {
		return homeMessageID, a.publishHome(ctx, local(o.Room.Home), o.Message)
	}
	r, err := a.render(ctx, o.Message)
	if err != nil {
		return "", err
	}
	channel, err := a.channel(ctx, o.Room)
	if err != nil {
		return "", err
	}
	if o.EphemeralFor != "" && o.Room.Direct == "" {
		return a.sendEphemeral(ctx, channel, o, r)
	}
	key := digest(o.Room.String(), o.Key)
	ts, err := a.findPosted(ctx, channel, o.Thread, key)
	if err != nil {
		return "", err
	}
	// The files are uploaded first, so that the message and its files appear together.
	var files []slack.FileSummary
	if wait := a.rateLimits.wait("chat.postMessage"); ts != "" || wait <= 0 {
		if files, err = a.uploadFiles(ctx, channel, ts, o); err != nil {
			return "", err
		}
	}
	if ts == "" {
		ts, err = a.postMessage(ctx, channel, o.Thread, &messageMetadata{key}, r)
		if err != nil {
			if failed, ok := errors.AsType[*apiError](err); !ok || !failed.uncertain {
				a.notPosted.Add(key, struct{}{})
			}
			return "", err
		}
	}
	return ts, a.shareFiles(ctx, channel, ts, o, files)
}

// findPosted stores an attempt to post a message. If it is not the first one, it looks for
// the message and returns its ts, "" if it was not posted.
func (a *Adapter) findPosted(ctx context.Context, channel, thread, key string) (ts string, err error) {
	attempt := sendAttempt{At: a.config.Now().UTC(), ID: rand.Text()}
	first, err := loadOrStore(ctx, a, streamSends, key, attempt)
	if err != nil || first.ID == attempt.ID || a.notPosted.Remove(key) {
		return "", err
	}
	metadata := messageMetadata{key}
	oldest := strconv.FormatInt(first.At.Add(-clockDifference).Unix(), 10)
	err = a.history(ctx, channel, thread, oldest, func(m slack.Message) bool {
		if metadata.isOf(m) {
			ts = m.Timestamp
		}
		return ts == ""
	})
	if hasCode(err, "thread_not_found") {
		return "", nil
	}
	return ts, err
}

// sendEphemeral shows a message to one person in a channel. If they are not in the channel
// it is a direct message.
func (a *Adapter) sendEphemeral(ctx context.Context, channel string, o bot.Outgoing, r rendered) (string, error) {
	ts, err := a.postEphemeral(ctx, channel, o.Thread, local(o.EphemeralFor), r)
	if hasCode(err, codesInvalidBlocks...) {
		a.logInvalidBlocks(err)
		ts, err = a.postEphemeral(ctx, channel, o.Thread, local(o.EphemeralFor), r.textOnly())
	}
	if !hasCode(err, "user_not_in_channel", "not_in_channel") {
		return ts, err
	}
	if channel, err = a.channel(ctx, bot.Direct(o.EphemeralFor)); err != nil {
		return "", err
	}
	return a.postMessage(ctx, channel, "", nil, r)
}

// postMessage posts a message. If the thread is gone, it is posted in the channel; if
// Slack refuses the blocks, its text is posted without them.
func (a *Adapter) postMessage(ctx context.Context, channel, thread string, metadata *messageMetadata, r rendered) (ts string, err error) {
	post := func(thread string, r rendered) error {
		options := append(r.options(), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(), slack.MsgOptionDisableMarkdown())
		if thread != "" {
			options = append(options, slack.MsgOptionTS(thread))
		}
		if metadata != nil {
			options = append(options, slack.MsgOptionMetadata(metadata.slack()))
		}
		return a.call(ctx, "chat.postMessage", func(ctx context.Context) (err error) {
			_, ts, err = a.api.PostMessageContext(ctx, channel, options...)
			return err
		})
	}
	err = post(thread, r)
	if thread != "" && hasCode(err, "thread_not_found") {
		thread = ""
		err = post(thread, r)
	}
	if hasCode(err, codesInvalidBlocks...) {
		a.logInvalidBlocks(err)
		err = post(thread, r.textOnly())
	}
	return ts, err
}

// Edit implements bot.Adapter.
func (a *Adapter) Edit(ctx context.Context, id string, o bot.Outgoing) error {
	if o.Room.Home != "" {
		return a.publishHome(ctx, local(o.Room.Home), o.Message)
	}
	r, err := a.render(ctx, o.Message)
	if err != nil {
		return err
	}
	channel, err := a.channel(ctx, o.Room)
	if err != nil {
		return err
	}
	err = a.updateMessage(ctx, channel, id, r)
	if hasCode(err, codesInvalidBlocks...) {
		a.logInvalidBlocks(err)
		err = a.updateMessage(ctx, channel, id, r.textOnly())
	}
	if hasCode(err, codesGone...) {
		return bot.ErrGone
	}
	return err
}

func (a *Adapter) updateMessage(ctx context.Context, channel, ts string, r rendered) error {
	blocks, attachments := r.parts()
	if attachments == nil {
		attachments = []slack.Attachment{} // removes those of the earlier version
	}
	options := []slack.MsgOption{
		slack.MsgOptionText(r.text, false), slack.MsgOptionParse(false),
		slack.MsgOptionBlocks(blocks...), slack.MsgOptionAttachments(attachments...),
	}
	return a.call(ctx, "chat.update", func(ctx context.Context) error {
		_, _, _, err := a.api.UpdateMessageContext(ctx, channel, ts, options...)
		return err
	})
}

// logInvalidBlocks logs why Slack refused blocks, which is a fault of the renderer.
func (a *Adapter) logInvalidBlocks(err error) {
	if e, ok := errors.AsType[*apiError](err); ok {
		a.log.Error().Str("method", e.method).Str("code", e.code).Strs("messages", e.messages).Msg("blocks refused, sending the text without them")
	}
}

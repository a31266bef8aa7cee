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

// metadataType is how the bot's messages are known again. Everybody in the workspace can
// read the metadata, so it has no more than a digest of the post's key.
const metadataType = "helptic_post"

// Looking for a message of which the answer was lost.
const (
	lookBack   = time.Minute // clocks differ
	lookPages  = 5
	lookAtOnce = 200
)

// Send implements bot.Adapter. Every post is noted in the memory before it is sent; one
// that was noted before is looked for in Slack, by the digest of its key in the
// message's metadata, and sent only where it is not there.
func (a *Adapter) Send(ctx context.Context, o bot.Outgoing) (string, error) {
	if o.Room.Home != "" {
		return homeID, a.publish(ctx, local(o.Room.Home), o.Message)
	}
	d, err := a.draw(ctx, o.Message)
	if err != nil {
		return "", err
	}
	channel, err := a.channel(ctx, o.Room)
	if err != nil {
		return "", err
	}
	if o.EphemeralFor != "" && o.Room.Direct == "" {
		return a.sendOnly(ctx, channel, o, d)
	}
	id := digest(o.Room.String(), o.Key)
	mine := begun{At: a.config.Now().UTC(), Once: rand.Text()}
	began, err := first(ctx, a, streamSends, id, mine)
	if err != nil {
		return "", err
	}
	again := began.Once != mine.Once
	ts := ""
	if again && !a.notPosted.Remove(id) {
		if ts, err = a.find(ctx, channel, o.Thread, id, began.At); err != nil {
			return "", err
		}
	}
	// The bytes go first: what people see of the message and its files then comes at once.
	var files []slack.FileSummary
	if wait := a.limits.wait("chat.postMessage"); ts != "" || wait <= 0 {
		if files, err = a.upload(ctx, channel, ts, o); err != nil {
			return "", err
		}
	}
	if ts == "" {
		ts, err = a.post(ctx, channel, o.Thread, id, d)
		if err != nil {
			var failed *apiError
			if !errors.As(err, &failed) || !failed.uncertain {
				a.notPosted.Add(id, struct{}{})
			}
			return "", err
		}
	}
	return ts, a.share(ctx, channel, ts, o, files)
}

// sendOnly shows a message to one person of a channel, or in their direct messages where
// they are not in it.
func (a *Adapter) sendOnly(ctx context.Context, channel string, o bot.Outgoing, d drawn) (string, error) {
	ts, err := a.whisper(ctx, channel, o.Thread, local(o.EphemeralFor), d)
	if coded(err, codesShape...) {
		a.misshapen(err)
		ts, err = a.whisper(ctx, channel, o.Thread, local(o.EphemeralFor), d.plainer())
	}
	if !coded(err, "user_not_in_channel", "not_in_channel") {
		return ts, err
	}
	if channel, err = a.channel(ctx, bot.Direct(o.EphemeralFor)); err != nil {
		return "", err
	}
	return a.post(ctx, channel, "", "", d)
}

// post sends a message. A thread that is gone leaves it in the channel; blocks that Slack
// does not take leave its words.
func (a *Adapter) post(ctx context.Context, channel, thread, id string, d drawn) (ts string, err error) {
	send := func(thread string, d drawn) error {
		options := append(d.options(), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(), slack.MsgOptionDisableMarkdown())
		if thread != "" {
			options = append(options, slack.MsgOptionTS(thread))
		}
		if id != "" {
			options = append(options, slack.MsgOptionMetadata(slack.SlackMetadata{EventType: metadataType, EventPayload: map[string]any{"key": id}}))
		}
		return a.call(ctx, "chat.postMessage", func(ctx context.Context) (err error) {
			_, ts, err = a.api.PostMessageContext(ctx, channel, options...)
			return err
		})
	}
	err = send(thread, d)
	if thread != "" && coded(err, "thread_not_found") {
		thread = ""
		err = send(thread, d)
	}
	if coded(err, codesShape...) {
		a.misshapen(err)
		err = send(thread, d.plainer())
	}
	return ts, err
}

// misshapen logs what Slack did not like, which is a fault of ours.
func (a *Adapter) misshapen(err error) {
	var e *apiError
	if errors.As(err, &e) {
		a.log.Error().Str("method", e.method).Str("code", e.code).Strs("where", e.where).Msg("Slack did not take the blocks of a message: its words are sent alone")
	}
}

// find looks for a message that may have been posted, "" where it was not.
func (a *Adapter) find(ctx context.Context, channel, thread, id string, since time.Time) (string, error) {
	oldest := strconv.FormatInt(since.Add(-lookBack).Unix(), 10)
	cursor := ""
	for range lookPages {
		page, next, err := a.history(ctx, channel, thread, oldest, cursor)
		if coded(err, "thread_not_found") {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		for _, m := range page {
			if m.Metadata.EventType == metadataType && m.Metadata.EventPayload["key"] == id {
				return m.Timestamp, nil
			}
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	return "", nil
}

// history reads a page of a channel or, where there is one, of a thread.
func (a *Adapter) history(ctx context.Context, channel, thread, oldest, cursor string) (page []slack.Message, next string, err error) {
	if thread != "" {
		err = a.call(ctx, "conversations.replies", func(ctx context.Context) (err error) {
			page, _, next, err = a.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
				ChannelID: channel, Timestamp: thread, Oldest: oldest, Cursor: cursor, Limit: lookAtOnce, IncludeAllMetadata: true})
			return err
		})
		return page, next, err
	}
	err = a.call(ctx, "conversations.history", func(ctx context.Context) error {
		r, err := a.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: channel, Oldest: oldest, Cursor: cursor, Limit: lookAtOnce, IncludeAllMetadata: true})
		if err == nil {
			page, next = r.Messages, r.ResponseMetaData.NextCursor
		}
		return err
	})
	return page, next, err
}

// Edit implements bot.Adapter.
func (a *Adapter) Edit(ctx context.Context, id string, o bot.Outgoing) error {
	if o.Room.Home != "" {
		return a.publish(ctx, local(o.Room.Home), o.Message)
	}
	d, err := a.draw(ctx, o.Message)
	if err != nil {
		return err
	}
	channel, err := a.channel(ctx, o.Room)
	if err != nil {
		return err
	}
	err = a.update(ctx, channel, id, d)
	if coded(err, codesShape...) {
		a.misshapen(err)
		err = a.update(ctx, channel, id, d.plainer())
	}
	if coded(err, codesGone...) {
		return bot.ErrGone
	}
	return err
}

func (a *Adapter) update(ctx context.Context, channel, ts string, d drawn) error {
	blocks, attachments := d.parts()
	if attachments == nil {
		attachments = []slack.Attachment{} // those of before must go
	}
	options := []slack.MsgOption{
		slack.MsgOptionText(d.text, false), slack.MsgOptionParse(false),
		slack.MsgOptionBlocks(blocks...), slack.MsgOptionAttachments(attachments...),
	}
	return a.call(ctx, "chat.update", func(ctx context.Context) error {
		_, _, _, err := a.api.UpdateMessageContext(ctx, channel, ts, options...)
		return err
	})
}

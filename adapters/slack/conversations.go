package slack

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// Reading the history, to find a message whose answer was lost.
const (
	historyPage  = 200 // messages
	historyPages = 5
)

// channel is the channel id of a room. For direct messages it opens the conversation.
func (a *Adapter) channel(ctx context.Context, r bot.Room) (string, error) {
	if r.Direct == "" {
		if id := local(r.Channel); id != "" {
			return id, nil
		}
		return "", errNoChannel
	}
	user := local(r.Direct)
	if user == "" {
		return "", errNoUser
	}
	if id, ok := a.directChannels.Get(user); ok {
		return id, nil
	}
	var c *slack.Channel
	err := a.call(ctx, "conversations.open", func(ctx context.Context) (err error) {
		c, _, _, err = a.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
		return err
	})
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(c.ID, "D") {
		a.directChannels.Add(user, c.ID)
	}
	return c.ID, nil
}

// history calls visit with the messages of a channel or thread since oldest, page by page,
// until it returns false or there are no more pages to read.
func (a *Adapter) history(ctx context.Context, channel, thread, oldest string, visit func(slack.Message) bool) error {
	cursor := ""
	for range historyPages {
		page, next, err := a.historyPage(ctx, channel, thread, oldest, cursor)
		if err != nil {
			return err
		}
		for _, m := range page {
			if !visit(m) {
				return nil
			}
		}
		if cursor = next; cursor == "" {
			return nil
		}
	}
	return nil
}

func (a *Adapter) historyPage(ctx context.Context, channel, thread, oldest, cursor string) (page []slack.Message, next string, err error) {
	if thread != "" {
		err = a.call(ctx, "conversations.replies", func(ctx context.Context) (err error) {
			page, _, next, err = a.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
				ChannelID: channel, Timestamp: thread, Oldest: oldest, Cursor: cursor, Limit: historyPage, IncludeAllMetadata: true})
			return err
		})
		return page, next, err
	}
	err = a.call(ctx, "conversations.history", func(ctx context.Context) error {
		r, err := a.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: channel, Oldest: oldest, Cursor: cursor, Limit: historyPage, IncludeAllMetadata: true})
		if err == nil {
			page, next = r.Messages, r.ResponseMetaData.NextCursor
		}
		return err
	})
	return page, next, err
}

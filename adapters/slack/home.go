package slack

import (
	"context"

	"github.com/slack-go/slack"

	"helptic/bot"
)

const (
	maxViewBlocks = 100
	// homeMessageID is the id of every post on a home tab: the tab shows one.
	homeMessageID = "home"
)

// publishHome replaces a user's home tab.
func (a *Adapter) publishHome(ctx context.Context, user string, m bot.Message) error {
	if user == "" {
		return errNoUser
	}
	blocks, err := a.homeBlocks(ctx, m)
	if err != nil {
		return err
	}
	request := slack.PublishViewContextRequest{UserID: user, View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}}
	return a.call(ctx, "views.publish", func(ctx context.Context) error {
		_, err := a.api.PublishViewContext(ctx, request)
		return err
	})
}

// homeBlocks are the blocks of a home tab. It has no attachments, so the card's tone is an
// emoji instead of a colour.
func (a *Adapter) homeBlocks(ctx context.Context, m bot.Message) ([]slack.Block, error) {
	if m.Card != nil && m.Card.Subtitle != "" && toneEmoji[m.Card.Tone] != "" {
		c := *m.Card
		c.Subtitle = toneEmoji[c.Tone] + " " + c.Subtitle
		m.Card = &c
	}
	r, err := a.render(ctx, m)
	if err != nil {
		return nil, err
	}
	blocks := append(r.head[:len(r.head):len(r.head)], r.body...)
	if len(blocks) > maxViewBlocks {
		blocks = append(blocks[:maxViewBlocks-1:maxViewBlocks-1], contextBlocks(textHomeTooLong)[0])
	}
	return blocks, nil
}

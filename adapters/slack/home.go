package slack

import (
	"context"

	"github.com/slack-go/slack"

	"helptic/bot"
)

const (
	mostViewBlocks = 100
	homeID         = "home" // of every post on a page: there is one
)

// publish replaces somebody's home page.
func (a *Adapter) publish(ctx context.Context, user string, m bot.Message) error {
	if user == "" {
		return errNobody
	}
	blocks, err := a.page(ctx, m)
	if err != nil {
		return err
	}
	request := slack.PublishViewContextRequest{UserID: user, View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}}
	return a.call(ctx, "views.publish", func(ctx context.Context) error {
		_, err := a.api.PublishViewContext(ctx, request)
		return err
	})
}

// page is a message as a page: it has no colours, so its state has a sign.
func (a *Adapter) page(ctx context.Context, m bot.Message) ([]slack.Block, error) {
	if m.Card != nil && m.Card.Subtitle != "" && circles[m.Card.Tone] != "" {
		c := *m.Card
		c.Subtitle = circles[c.Tone] + " " + c.Subtitle
		m.Card = &c
	}
	d, err := a.draw(ctx, m)
	if err != nil {
		return nil, err
	}
	blocks := append(d.head[:len(d.head):len(d.head)], d.body...)
	if len(blocks) > mostViewBlocks {
		blocks = append(blocks[:mostViewBlocks-1:mostViewBlocks-1], small(textHomeTooLong)[0])
	}
	return blocks, nil
}

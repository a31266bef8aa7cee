package slack

import (
	"context"

	"github.com/slack-go/slack"

	"helptic/bot"
)

const (
	maxBlocks      = 50 // of a message, and of each of its attachments
	maxAttachments = 20
	// maxSummary is for the text of a message with blocks. Editing allows 4,000.
	maxSummary = 3000
)

// toneColours are the bars beside a card, toneEmoji their replacement where there are none.
var (
	toneColours = map[bot.Tone]string{bot.Info: "#1d6fb8", bot.Working: "#e0a100", bot.Waiting: "#7a5cc0", bot.Good: "#2f8f4e", bot.Danger: "#c62f3b"}
	toneEmoji   = map[bot.Tone]string{bot.Info: "🔵", bot.Working: "🟡", bot.Waiting: "🟣", bot.Good: "🟢", bot.Danger: "🔴"}
)

// rendered is a message in Slack's form. What people typed is in plain_text objects, in
// which nothing mentions, links or formats.
type rendered struct {
	text string        // escaped, for notifications and screen readers
	head []slack.Block // above the card
	body []slack.Block // the card, beside the bar of its colour
	tone bot.Tone
}

// render renders a message. It may store long values.
func (a *Adapter) render(ctx context.Context, m bot.Message) (rendered, error) {
	if m.Card == nil {
		return renderText(m.Text), nil
	}
	r := rendered{text: summary(m.Text), tone: m.Card.Tone}
	r.head = header(m.Card.Title)
	if m.Card.Subtitle != "" {
		r.head = append(r.head, contextBlocks(m.Card.Subtitle)...)
	}
	var err error
	r.body, err = a.cardBlocks(ctx, m.Card)
	return r, err
}

func renderText(text string) rendered {
	return rendered{text: summary(text), head: sections(text)}
}

// summary is the text of a message.
func summary(text string) string { return escape(orDash(truncate(clean(text), maxSummary))) }

// textOnly is the message without blocks.
func (r rendered) textOnly() rendered { return rendered{text: r.text} }

// parts are the blocks and the attachments of the message. The card is in attachments,
// because only they have a colour; so is what exceeds the blocks of a message.
func (r rendered) parts() (blocks []slack.Block, attachments []slack.Attachment) {
	blocks, rest := r.head, r.body
	if r.tone == bot.Neutral {
		blocks = append(blocks[:len(blocks):len(blocks)], rest...)
		rest = nil
	}
	if len(blocks) > maxBlocks {
		blocks, rest = blocks[:maxBlocks], append(blocks[maxBlocks:len(blocks):len(blocks)], rest...)
	}
	for len(rest) > 0 && len(attachments) < maxAttachments {
		n := min(maxBlocks, len(rest))
		attachments = append(attachments, slack.Attachment{Color: toneColours[r.tone], Fallback: r.text, Blocks: slack.Blocks{BlockSet: rest[:n]}})
		rest = rest[n:]
	}
	return blocks, attachments
}

// options are the message as arguments of the Web API.
func (r rendered) options() []slack.MsgOption {
	blocks, attachments := r.parts()
	options := []slack.MsgOption{slack.MsgOptionText(r.text, false), slack.MsgOptionParse(false)}
	if len(blocks) > 0 {
		options = append(options, slack.MsgOptionBlocks(blocks...))
	}
	if len(attachments) > 0 {
		options = append(options, slack.MsgOptionAttachments(attachments...))
	}
	return options
}

// cardBlocks are the blocks of a card without its title, top to bottom.
func (a *Adapter) cardBlocks(ctx context.Context, c *bot.Card) ([]slack.Block, error) {
	var out []slack.Block
	if c.Text != "" {
		out = append(out, sections(c.Text)...)
	}
	out = append(out, factBlocks(c.Facts)...)
	out = append(out, fileBlocks(c.Files)...)
	for _, s := range c.Selects {
		blocks, err := a.selectBlocks(ctx, s)
		if err != nil {
			return nil, err
		}
		out = append(out, blocks...)
	}
	buttons, err := a.buttonBlocks(ctx, c.Buttons)
	if err != nil {
		return nil, err
	}
	out = append(out, buttons...)
	if c.Note != "" {
		out = append(out, contextBlocks(c.Note)...)
	}
	return out, nil
}

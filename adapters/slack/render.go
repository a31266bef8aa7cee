package slack

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// Limits of what is drawn, in Slack's characters.
const (
	limitSummary     = 3000 // of a message's text, which editing allows 4,000
	limitHeader      = 150
	limitSection     = 3000
	limitField       = 2000
	limitContext     = 2000
	limitButton      = 75
	limitButtonValue = 2000
	limitActionID    = 255
	limitPlaceholder = 150
	limitConfirm     = 300
	limitConfirmWord = 30
	mostBlocks       = 50 // of a message, and of each of its attachments
	mostFields       = 10
	mostButtons      = 25
	mostAttachments  = 20
)

// colours of the bar beside a card, and the signs for where there is none.
var (
	colours = map[bot.Tone]string{bot.Info: "#1d6fb8", bot.Working: "#e0a100", bot.Waiting: "#7a5cc0", bot.Good: "#2f8f4e", bot.Danger: "#c62f3b"}
	circles = map[bot.Tone]string{bot.Info: "🔵", bot.Working: "🟡", bot.Waiting: "🟣", bot.Good: "🟢", bot.Danger: "🔴"}
)

// drawn is a message as Slack is told it. Everything that people typed stands in
// plain_text objects, where nothing mentions, links or formats.
type drawn struct {
	text string        // escaped, for notifications
	head []slack.Block // above the card
	body []slack.Block // beside its colour
	tone bot.Tone
}

// draw says how a message looks.
func (a *Adapter) draw(ctx context.Context, m bot.Message) (drawn, error) {
	if m.Card == nil {
		d := a.drawText(m.Text)
		return d, nil
	}
	d := drawn{text: summary(m.Text), tone: m.Card.Tone}
	d.head = title(m.Card.Title)
	if m.Card.Subtitle != "" {
		d.head = append(d.head, small(m.Card.Subtitle)...)
	}
	var err error
	d.body, err = a.body(ctx, m.Card)
	return d, err
}

func (a *Adapter) drawText(text string) drawn {
	return drawn{text: summary(text), head: paragraphs(text)}
}

// plainer is the same without blocks, for a Slack that does not take them.
func (d drawn) plainer() drawn { return drawn{text: d.text} }

// parts are the blocks of the message and its attachments: the card beside its colour,
// and whatever there are too many of for one place.
func (d drawn) parts() (blocks []slack.Block, attachments []slack.Attachment) {
	blocks, rest := d.head, d.body
	if d.tone == bot.Neutral {
		blocks = append(blocks[:len(blocks):len(blocks)], rest...)
		rest = nil
	}
	if len(blocks) > mostBlocks {
		blocks, rest = blocks[:mostBlocks], append(blocks[mostBlocks:len(blocks):len(blocks)], rest...)
	}
	for len(rest) > 0 && len(attachments) < mostAttachments {
		n := min(mostBlocks, len(rest))
		attachments = append(attachments, slack.Attachment{Color: colours[d.tone], Fallback: d.text, Blocks: slack.Blocks{BlockSet: rest[:n]}})
		rest = rest[n:]
	}
	return blocks, attachments
}

// options are the message for the calls of the Web API.
func (d drawn) options() []slack.MsgOption {
	blocks, attachments := d.parts()
	options := []slack.MsgOption{slack.MsgOptionText(d.text, false), slack.MsgOptionParse(false)}
	if len(blocks) > 0 {
		options = append(options, slack.MsgOptionBlocks(blocks...))
	}
	if len(attachments) > 0 {
		options = append(options, slack.MsgOptionAttachments(attachments...))
	}
	return options
}

// body is a card without its title, top to bottom.
func (a *Adapter) body(ctx context.Context, c *bot.Card) ([]slack.Block, error) {
	var out []slack.Block
	if c.Text != "" {
		out = append(out, paragraphs(c.Text)...)
	}
	out = append(out, facts(c.Facts)...)
	out = append(out, fileLines(c.Files)...)
	for _, s := range c.Selects {
		blocks, err := a.selects(ctx, s)
		if err != nil {
			return nil, err
		}
		out = append(out, blocks...)
	}
	buttons, err := a.buttons(ctx, c.Buttons)
	if err != nil {
		return nil, err
	}
	out = append(out, buttons...)
	if c.Note != "" {
		out = append(out, small(c.Note)...)
	}
	return out, nil
}

// words are a text that does nothing, cut to a limit where it is longer.
func words(text string, limit int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, something(cut(clean(text), limit)), true, false)
}

// summary is the text of a message for notifications and screen readers.
func summary(text string) string { return escape(something(cut(clean(text), limitSummary))) }

func title(text string) []slack.Block {
	line := strings.Join(strings.Fields(clean(text)), " ")
	if length(line) > limitHeader {
		return paragraphs(text)
	}
	return []slack.Block{slack.NewHeaderBlock(words(line, limitHeader))}
}

// paragraphs are as many sections as a text needs.
func paragraphs(text string) []slack.Block {
	var out []slack.Block
	for _, piece := range pieces(clean(text), limitSection) {
		if len(out) > 0 && strings.TrimSpace(piece) == "" {
			continue
		}
		out = append(out, slack.NewSectionBlock(words(piece, limitSection), nil, nil))
	}
	return out
}

// small is small print.
func small(text string) []slack.Block {
	var out []slack.Block
	for _, piece := range pieces(clean(text), limitContext) {
		out = append(out, slack.NewContextBlock("", words(piece, limitContext)))
	}
	return out
}

// bold is a label. One with markup in it stays as it was written, in plain text.
func bold(label string) *slack.TextBlockObject {
	label = strings.Join(strings.Fields(clean(label)), " ")
	if label == "" || strings.ContainsAny(label, "*_~`<>&:") || length(label) > limitField {
		return words(label, limitField)
	}
	return slack.NewTextBlockObject(slack.MarkdownType, "*"+label+"*", false, true)
}

// facts are two columns, label and value; long values take the whole width.
func facts(list []bot.Fact) []slack.Block {
	var out []slack.Block
	var fields []*slack.TextBlockObject
	flush := func() {
		if len(fields) > 0 {
			out = append(out, slack.NewSectionBlock(nil, fields, nil))
			fields = nil
		}
	}
	for _, f := range list {
		if f.Long || length(f.Value) > limitField {
			flush()
			out = append(out, slack.NewSectionBlock(bold(f.Label), nil, nil))
			out = append(out, paragraphs(f.Value)...)
			continue
		}
		if fields = append(fields, bold(f.Label), words(f.Value, limitField)); len(fields) == mostFields {
			flush()
		}
	}
	flush()
	return out
}

// fileLines name the files.
func fileLines(files []bot.File) []slack.Block {
	if len(files) == 0 {
		return nil
	}
	lines := make([]string, len(files))
	for i, f := range files {
		lines[i] = "📎 " + strings.Join(strings.Fields(clean(f.Name)), " ") + " (" + size(f.Size) + ")"
	}
	return small(strings.Join(lines, "\n"))
}

// size as people read it.
func size(n int64) string {
	switch {
	case n < 1<<10:
		return strconv.FormatInt(n, 10) + " B"
	case n < 1<<20:
		return strconv.FormatInt(n>>10, 10) + " KB"
	}
	return strings.Replace(strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64), ".", ",", 1) + " MB"
}

func (a *Adapter) selects(ctx context.Context, s bot.Select) ([]slack.Block, error) {
	options, err := a.shortValues(ctx, s.Options)
	if err != nil {
		return nil, err
	}
	do, err := a.short(ctx, s.Do, limitActionID-len(actionPick))
	if err != nil {
		return nil, err
	}
	var out []slack.Block
	for _, element := range lists(actionPick+do, s.Label, options) {
		out = append(out, slack.NewActionBlock("", element))
	}
	return out, nil
}

// buttons stand in as many rows as they need. A label that is too long for its button is
// written above it in full.
func (a *Adapter) buttons(ctx context.Context, buttons []bot.Button) ([]slack.Block, error) {
	var out []slack.Block
	var row []slack.BlockElement
	var long []string
	for i, b := range buttons {
		value, err := a.short(ctx, b.Do, limitButtonValue)
		if err != nil {
			return nil, err
		}
		element := &slack.ButtonBlockElement{Type: slack.METButton, ActionID: actionDo + strconv.Itoa(i), Value: value, Text: words(b.Label, limitButton)}
		if label := clean(b.Label); length(label) > limitButton {
			long = append(long, fmt.Sprintf("%d. %s", i+1, label))
			element.Text = words(fmt.Sprintf("%d. %s", i+1, label), limitButton)
		}
		switch b.Tone {
		case bot.Good:
			element.Style = slack.StylePrimary
		case bot.Danger:
			element.Style = slack.StyleDanger
		}
		if b.Confirm != "" {
			element.Confirm = &slack.ConfirmationBlockObject{
				Title: words(textConfirmTitle, 100), Text: words(b.Confirm, limitConfirm),
				Confirm: words(b.Label, limitConfirmWord), Deny: words(textConfirmDeny, limitConfirmWord), Style: element.Style,
			}
		}
		if row = append(row, element); len(row) == mostButtons {
			out, row = append(out, slack.NewActionBlock("", row...)), nil
		}
	}
	if len(row) > 0 {
		out = append(out, slack.NewActionBlock("", row...))
	}
	if len(long) > 0 {
		out = append(small(strings.Join(long, "\n")), out...)
	}
	return out, nil
}

package slack

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// Limits of buttons and selects, in Slack's characters.
const (
	maxButton        = 75
	maxButtonValue   = 2000
	maxActionID      = 255
	maxPlaceholder   = 150
	maxConfirmTitle  = 100
	maxConfirmText   = 300
	maxConfirmButton = 30
	maxButtons       = 25 // of an actions block
)

// selectBlocks are the actions blocks of a select: one, or more for very many options.
func (a *Adapter) selectBlocks(ctx context.Context, s bot.Select) ([]slack.Block, error) {
	options, err := a.shortenValues(ctx, s.Options)
	if err != nil {
		return nil, err
	}
	do, err := a.shorten(ctx, s.Do, maxActionID-len(actionSelect))
	if err != nil {
		return nil, err
	}
	var out []slack.Block
	for _, element := range staticSelects(actionSelect+do, s.Label, options) {
		out = append(out, slack.NewActionBlock("", element))
	}
	return out, nil
}

// buttonBlocks are as many actions blocks as the buttons need. A label that is too long for
// its button is also written above the buttons.
func (a *Adapter) buttonBlocks(ctx context.Context, buttons []bot.Button) ([]slack.Block, error) {
	var out []slack.Block
	var row []slack.BlockElement
	var longLabels []string
	for i, b := range buttons {
		element, err := a.button(ctx, i, b)
		if err != nil {
			return nil, err
		}
		if label := clean(b.Label); length(label) > maxButton {
			numbered := fmt.Sprintf("%d. %s", i+1, label)
			longLabels = append(longLabels, numbered)
			element.Text = plainText(numbered, maxButton)
		}
		if row = append(row, element); len(row) == maxButtons {
			out, row = append(out, slack.NewActionBlock("", row...)), nil
		}
	}
	if len(row) > 0 {
		out = append(out, slack.NewActionBlock("", row...))
	}
	if len(longLabels) > 0 {
		out = append(contextBlocks(strings.Join(longLabels, "\n")), out...)
	}
	return out, nil
}

func (a *Adapter) button(ctx context.Context, i int, b bot.Button) (*slack.ButtonBlockElement, error) {
	value, err := a.shorten(ctx, b.Do, maxButtonValue)
	if err != nil {
		return nil, err
	}
	e := &slack.ButtonBlockElement{Type: slack.METButton, ActionID: actionButton + strconv.Itoa(i), Value: value, Text: plainText(b.Label, maxButton)}
	switch b.Tone {
	case bot.Good:
		e.Style = slack.StylePrimary
	case bot.Danger:
		e.Style = slack.StyleDanger
	}
	if b.Confirm != "" {
		e.Confirm = &slack.ConfirmationBlockObject{
			Title: plainText(textConfirmTitle, maxConfirmTitle), Text: plainText(b.Confirm, maxConfirmText),
			Confirm: plainText(b.Label, maxConfirmButton), Deny: plainText(textConfirmDeny, maxConfirmButton), Style: e.Style,
		}
	}
	return e, nil
}

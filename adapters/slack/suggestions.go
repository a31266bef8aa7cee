package slack

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// blockSuggestion answers an external select, which asks for its options while somebody
// types. Nothing is stored. Slack shows no errors there, so a failure is an empty list.
func (a *Adapter) blockSuggestion(ctx context.Context, inbox *bot.Inbox, i interaction) ack {
	list, ok := strings.CutPrefix(i.ActionID, actionSearch)
	if !ok || inbox.Find == nil {
		return ack{json: optionsResponse(nil, false)}
	}
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	query := strings.TrimSpace(i.Value)
	list, err := a.expand(ctx, list)
	var found []bot.Option
	if err == nil {
		found, err = inbox.Find(ctx, list, query, maxOptions)
	}
	if err == nil {
		found, err = a.shortenValues(ctx, found)
	}
	if err != nil {
		a.log.Warn().Err(err).Msg("finding options failed, answering with an empty list")
		return ack{json: optionsResponse(nil, false)}
	}
	return ack{json: optionsResponse(found, query == "")}
}

// optionsResponse answers with options, under their headings or best first.
func optionsResponse(found []bot.Option, headings bool) any {
	if headings && needGroups(found) {
		return map[string]any{"option_groups": optionGroups(found)}
	}
	if len(found) > maxOptions {
		found = found[:maxOptions]
	}
	out := make([]*slack.OptionBlockObject, 0, len(found))
	for _, o := range found {
		if o.Detail == "" {
			o.Detail = o.Group
		}
		out = append(out, option(o))
	}
	// The library's own type leaves out an empty list, which Slack refuses.
	return map[string]any{"options": out}
}

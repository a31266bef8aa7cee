package slack

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// Limits of options.
const (
	maxOptions     = 100 // of a list, or of a group
	maxGroups      = 100
	maxOptionText  = 75
	maxOptionValue = 75 // Slack's documentation has 150 in one place and 75 in another
)

// shortenValues replaces values that are too long by references.
func (a *Adapter) shortenValues(ctx context.Context, options []bot.Option) ([]bot.Option, error) {
	out := make([]bot.Option, len(options))
	for i, o := range options {
		value, err := a.shorten(ctx, o.Value, maxOptionValue)
		if err != nil {
			return nil, err
		}
		o.Value = value
		out[i] = o
	}
	return out, nil
}

// option is an option object. A label that is too long continues in the description.
func option(o bot.Option) *slack.OptionBlockObject {
	label, detail := orDash(clean(o.Label)), clean(o.Detail)
	if length(label) > maxOptionText && detail == "" {
		head, rest := splitAt(label, maxOptionText-1)
		label, detail = head+"…", "…"+rest
	}
	object := &slack.OptionBlockObject{Text: plainText(label, maxOptionText), Value: orDash(o.Value)}
	if detail != "" {
		object.Description = plainText(detail, maxOptionText)
	}
	return object
}

func optionObjects(options []bot.Option) []*slack.OptionBlockObject {
	out := make([]*slack.OptionBlockObject, len(options))
	for i, o := range options {
		out[i] = option(o)
	}
	return out
}

// optionGroups groups options under their headings. A group that is too long is continued
// under the same heading with a number.
func optionGroups(options []bot.Option) []*slack.OptionGroupBlockObject {
	var names []string
	byName := map[string][]bot.Option{}
	for _, o := range options {
		if _, ok := byName[o.Group]; !ok {
			names = append(names, o.Group)
		}
		byName[o.Group] = append(byName[o.Group], o)
	}
	var out []*slack.OptionGroupBlockObject
	for _, name := range names {
		group := byName[name]
		for from := 0; from < len(group); from += maxOptions {
			to := min(from+maxOptions, len(group))
			heading := clean(name)
			switch {
			case heading == "" && len(names) > 1:
				heading = textOtherOptions
			case heading == "":
				heading = textOptionRange(from+1, to)
			case len(group) > maxOptions:
				heading = fmt.Sprintf("%s (%d)", truncate(heading, maxOptionText-6), from/maxOptions+1)
			}
			out = append(out, &slack.OptionGroupBlockObject{Label: plainText(heading, maxOptionText), Options: optionObjects(group[from:to])})
		}
	}
	return out
}

// needGroups reports whether options have headings, or are too many for one list.
func needGroups(options []bot.Option) bool {
	for _, o := range options {
		if o.Group != "" {
			return true
		}
	}
	return len(options) > maxOptions
}

// staticSelects are as many selects as the options need: one for up to ten thousand.
func staticSelects(actionID, placeholder string, options []bot.Option) []*slack.SelectBlockElement {
	element := func() *slack.SelectBlockElement {
		return &slack.SelectBlockElement{Type: slack.OptTypeStatic, ActionID: actionID, Placeholder: plainText(placeholder, maxPlaceholder)}
	}
	if len(options) == 0 {
		return nil
	}
	if !needGroups(options) {
		s := element()
		s.Options = optionObjects(options)
		return []*slack.SelectBlockElement{s}
	}
	var out []*slack.SelectBlockElement
	for groups := optionGroups(options); len(groups) > 0; groups = groups[min(maxGroups, len(groups)):] {
		s := element()
		s.OptionGroups = groups[:min(maxGroups, len(groups))]
		out = append(out, s)
	}
	return out
}

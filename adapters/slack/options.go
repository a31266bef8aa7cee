package slack

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// Limits of lists.
const (
	mostOptions = 100 // of a list, or of a group
	mostGroups  = 100
	limitOption = 75
	limitValue  = 75 // documented as 150 in one place and 75 in another
)

// shortValues puts in the place of values that are too long what stands for them.
func (a *Adapter) shortValues(ctx context.Context, options []bot.Option) ([]bot.Option, error) {
	out := make([]bot.Option, len(options))
	for i, o := range options {
		value, err := a.short(ctx, o.Value, limitValue)
		if err != nil {
			return nil, err
		}
		o.Value = value
		out[i] = o
	}
	return out, nil
}

// option is one choice. What does not fit into its first line goes on in the second.
func option(o bot.Option) *slack.OptionBlockObject {
	label, detail := something(clean(o.Label)), clean(o.Detail)
	if length(label) > limitOption && detail == "" {
		head, rest := split(label, limitOption-1)
		label, detail = head+"…", "…"+rest
	}
	object := &slack.OptionBlockObject{Text: words(label, limitOption), Value: something(o.Value)}
	if detail != "" {
		object.Description = words(detail, limitOption)
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

// gather puts options under their headings, at most mostOptions under each; a longer
// list has its heading again.
func gather(options []bot.Option) []*slack.OptionGroupBlockObject {
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
		list := byName[name]
		for from := 0; from < len(list); from += mostOptions {
			to := min(from+mostOptions, len(list))
			label := clean(name)
			switch {
			case label == "" && len(names) > 1:
				label = textOtherOptions
			case label == "":
				label = textOptionRange(from+1, to)
			case len(list) > mostOptions:
				label = fmt.Sprintf("%s (%d)", cut(label, limitOption-6), from/mostOptions+1)
			}
			out = append(out, &slack.OptionGroupBlockObject{Label: words(label, limitOption), Options: optionObjects(list[from:to])})
		}
	}
	return out
}

func grouped(options []bot.Option) bool {
	for _, o := range options {
		if o.Group != "" {
			return true
		}
	}
	return len(options) > mostOptions
}

// lists are as many selects as the options need: one, but for more than ten thousand.
func lists(actionID, placeholder string, options []bot.Option) []*slack.SelectBlockElement {
	element := func() *slack.SelectBlockElement {
		return &slack.SelectBlockElement{Type: slack.OptTypeStatic, ActionID: actionID, Placeholder: words(placeholder, limitPlaceholder)}
	}
	if len(options) == 0 {
		return nil
	}
	if !grouped(options) {
		s := element()
		s.Options = optionObjects(options)
		return []*slack.SelectBlockElement{s}
	}
	var out []*slack.SelectBlockElement
	for groups := gather(options); len(groups) > 0; groups = groups[min(mostGroups, len(groups)):] {
		s := element()
		s.OptionGroups = groups[:min(mostGroups, len(groups))]
		out = append(out, s)
	}
	return out
}

// optionsAnswer answers a list that asks for its options: under their headings while
// nothing was typed, and then best first.
func optionsAnswer(found []bot.Option, headed bool) any {
	if headed && grouped(found) {
		return map[string]any{"option_groups": gather(found)}
	}
	if len(found) > mostOptions {
		found = found[:mostOptions]
	}
	out := make([]*slack.OptionBlockObject, 0, len(found))
	for _, o := range found {
		if o.Detail == "" {
			o.Detail = o.Group
		}
		out = append(out, option(o))
	}
	return map[string]any{"options": out} // the library's own type leaves out an empty list, which Slack refuses
}

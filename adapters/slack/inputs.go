package slack

import (
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// Limits of inputs, in Slack's characters.
const (
	maxLabel         = 2000
	maxInput         = 3000
	maxUploadedFiles = 10
	// maxRadioButtons is ours: more options are a list.
	maxRadioButtons = 5
)

// inputBlock is one field of a form. Its block_id is the field's name, so that Slack shows
// an error under it.
func (a *Adapter) inputBlock(ctx context.Context, f bot.Field) (slack.Block, error) {
	element, err := a.inputElement(ctx, f)
	if err != nil {
		return nil, err
	}
	if element == nil { // a choice without options
		return slack.NewSectionBlock(plainText(f.Label+textNoOptions, maxSection), nil, nil), nil
	}
	block := slack.NewInputBlock(f.Name, plainText(f.Label, maxLabel), nil, element)
	hint := f.Hint
	if input, ok := element.(*slack.PlainTextInputBlockElement); ok && f.Value != "" && input.InitialValue != clean(f.Value) {
		hint = strings.TrimSpace(hint + " " + textValueTruncated)
	}
	if hint != "" {
		block.Hint = plainText(hint, maxLabel)
	}
	block.Optional = f.Optional
	return block, nil
}

// inputElement is the element of a field, nil for a choice without options.
func (a *Adapter) inputElement(ctx context.Context, f bot.Field) (slack.BlockElement, error) {
	switch f.Kind {
	case bot.DatePicker:
		e := slack.NewDatePickerBlockElement(actionInput)
		e.InitialDate = f.Value
		return e, nil
	case bot.FileUpload:
		e := slack.NewFileInputBlockElement(actionInput)
		e.MaxFiles = maxUploadedFiles
		return e, nil
	case bot.PersonPicker:
		if len(f.Options) == 0 {
			return &slack.SelectBlockElement{Type: slack.OptTypeUser, ActionID: actionInput, Placeholder: plainText(textChoosePerson, maxPlaceholder), InitialUser: local(f.Value)}, nil
		}
		return a.choiceElement(ctx, f)
	case bot.Search:
		if f.List != "" {
			return a.externalSelect(ctx, f)
		}
		return a.choiceElement(ctx, f)
	case bot.Choice:
		return a.choiceElement(ctx, f)
	default:
		return textInput(f), nil
	}
}

func textInput(f bot.Field) *slack.PlainTextInputBlockElement {
	limit := f.Max
	if limit <= 0 || limit > maxInput {
		limit = maxInput
	}
	e := &slack.PlainTextInputBlockElement{Type: slack.METPlainTextInput, ActionID: actionInput, Multiline: f.Kind == bot.Long, MaxLength: limit}
	if f.Value != "" {
		e.InitialValue, _ = splitAt(clean(f.Value), limit)
	}
	return e
}

// choiceElement is radio buttons for few options, else a list.
func (a *Adapter) choiceElement(ctx context.Context, f bot.Field) (slack.BlockElement, error) {
	if len(f.Options) == 0 {
		return nil, nil
	}
	options, err := a.shortenValues(ctx, f.Options)
	if err != nil {
		return nil, err
	}
	var initial *slack.OptionBlockObject
	for i, o := range f.Options {
		if f.Value != "" && o.Value == f.Value {
			initial = option(options[i])
		}
	}
	if len(options) <= maxRadioButtons && f.Kind == bot.Choice && !f.Optional {
		e := slack.NewRadioButtonsBlockElement(actionInput, optionObjects(options)...)
		e.InitialOption = initial
		return e, nil
	}
	e := staticSelects(actionInput, textChooseOption, options)[0]
	e.InitialOption = initial
	return e, nil
}

// externalSelect is a list that asks for its options while somebody types.
func (a *Adapter) externalSelect(ctx context.Context, f bot.Field) (slack.BlockElement, error) {
	list, err := a.shorten(ctx, f.List, maxActionID-len(actionSearch))
	if err != nil {
		return nil, err
	}
	minQueryLength := 0
	e := &slack.SelectBlockElement{Type: slack.OptTypeExternal, ActionID: actionSearch + list, Placeholder: plainText(textTypeToSearch, maxPlaceholder), MinQueryLength: &minQueryLength}
	if f.Value == "" {
		return e, nil
	}
	initial := bot.Option{Label: f.Value, Value: f.Value}
	if i := slices.IndexFunc(f.Options, func(o bot.Option) bool { return o.Value == f.Value }); i >= 0 {
		initial = f.Options[i]
	}
	shortened, err := a.shortenValues(ctx, []bot.Option{initial})
	if err != nil {
		return nil, err
	}
	e.InitialOption = option(shortened[0])
	return e, nil
}

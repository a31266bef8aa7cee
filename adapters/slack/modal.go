package slack

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// Limits of dialogs.
const (
	limitTitle    = 24
	limitLabel    = 2000
	limitInput    = 3000
	limitMetadata = 2000 // of 3,000, the rest is for the ids
	mostAttached  = 10
	mostRadios    = 5
	// limitAck is how much Slack takes as the answer to a form through Socket Mode.
	limitAck = 19_000
)

// origin is what a dialog was opened for and where. Slack keeps it for us, and signs what it returns.
type origin struct {
	Do      string `json:"do"`
	Channel string `json:"channel,omitempty"`
	Thread  string `json:"thread,omitempty"`
	Message string `json:"message,omitempty"`
}

// modal is a form as a dialog.
func (a *Adapter) modal(ctx context.Context, f bot.Form, where place) (slack.ModalViewRequest, error) {
	do, err := a.short(ctx, f.Do, limitMetadata)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	metadata, err := json.Marshal(origin{Do: do, Channel: local(where.room.Channel), Thread: where.thread, Message: where.message})
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	m := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callbackForm, PrivateMetadata: string(metadata),
		Title: words(f.Title, limitTitle), Submit: words(f.Submit, limitTitle), Close: words(textCancel, limitTitle),
	}
	blocks := []slack.Block{}
	if length(clean(f.Title)) > limitTitle { // whole, where there is room for it
		blocks = append(blocks, title(f.Title)...)
	}
	if f.Text != "" {
		blocks = append(blocks, paragraphs(f.Text)...)
	}
	for _, field := range f.Fields {
		drawn, err := a.field(ctx, field)
		if err != nil {
			return slack.ModalViewRequest{}, err
		}
		blocks = append(blocks, drawn)
	}
	if len(blocks) == 0 {
		blocks = paragraphs(f.Title)
	}
	m.Blocks = slack.Blocks{BlockSet: blocks}
	return m, nil
}

// field is one question. The block has the field's name, under which a complaint stands.
func (a *Adapter) field(ctx context.Context, f bot.Field) (slack.Block, error) {
	element, hint, err := a.element(ctx, f)
	if err != nil {
		return nil, err
	}
	if element == nil { // nothing to choose from
		return slack.NewSectionBlock(words(f.Label+textNoOptions, limitSection), nil, nil), nil
	}
	block := slack.NewInputBlock(f.Name, words(f.Label, limitLabel), nil, element)
	if hint != "" {
		block.Hint = words(hint, limitLabel)
	}
	block.Optional = f.Optional
	return block, nil
}

func (a *Adapter) element(ctx context.Context, f bot.Field) (element slack.BlockElement, hint string, err error) {
	hint = f.Hint
	switch f.Kind {
	case bot.DatePicker:
		e := slack.NewDatePickerBlockElement(actionAsk)
		e.InitialDate = f.Value
		return e, hint, nil
	case bot.FileUpload:
		e := slack.NewFileInputBlockElement(actionAsk)
		e.MaxFiles = mostAttached
		return e, hint, nil
	case bot.PersonPicker:
		if len(f.Options) == 0 {
			return &slack.SelectBlockElement{Type: slack.OptTypeUser, ActionID: actionAsk, Placeholder: words(textChoosePerson, limitPlaceholder), InitialUser: local(f.Value)}, hint, nil
		}
	case bot.Search:
		if f.List != "" {
			e, err := a.finder(ctx, f)
			return e, hint, err
		}
	case bot.Choice:
	default:
		most := f.Max
		if most <= 0 || most > limitInput {
			most = limitInput
		}
		e := &slack.PlainTextInputBlockElement{Type: slack.METPlainTextInput, ActionID: actionAsk, Multiline: f.Kind == bot.Long, MaxLength: most}
		if f.Value != "" {
			e.InitialValue, _ = split(clean(f.Value), most)
			if e.InitialValue != clean(f.Value) {
				hint = strings.TrimSpace(hint + " " + textValueTruncated)
			}
		}
		return e, hint, nil
	}
	if len(f.Options) == 0 {
		return nil, hint, nil
	}
	options, err := a.shortValues(ctx, f.Options)
	if err != nil {
		return nil, hint, err
	}
	var chosen *slack.OptionBlockObject
	for i, o := range f.Options {
		if f.Value != "" && o.Value == f.Value {
			chosen = option(options[i])
		}
	}
	if len(options) <= mostRadios && f.Kind == bot.Choice && !f.Optional {
		e := slack.NewRadioButtonsBlockElement(actionAsk, optionObjects(options)...)
		e.InitialOption = chosen
		return e, hint, nil
	}
	e := lists(actionAsk, textChooseOption, options)[0]
	e.InitialOption = chosen
	return e, hint, nil
}

// finder is a list that asks for its options while one types.
func (a *Adapter) finder(ctx context.Context, f bot.Field) (slack.BlockElement, error) {
	list, err := a.short(ctx, f.List, limitActionID-len(actionFind))
	if err != nil {
		return nil, err
	}
	none := 0
	e := &slack.SelectBlockElement{Type: slack.OptTypeExternal, ActionID: actionFind + list, Placeholder: words(textTypeToSearch, limitPlaceholder), MinQueryLength: &none}
	if f.Value == "" {
		return e, nil
	}
	chosen := bot.Option{Label: f.Value, Value: f.Value}
	if i := slices.IndexFunc(f.Options, func(o bot.Option) bool { return o.Value == f.Value }); i >= 0 {
		chosen = f.Options[i]
	}
	short, err := a.shortValues(ctx, []bot.Option{chosen})
	if err != nil {
		return nil, err
	}
	e.InitialOption = option(short[0])
	return e, nil
}

// originOf reads what a dialog was opened for; an empty one where it is not of ours.
func (a *Adapter) originOf(ctx context.Context, metadata string) (origin, error) {
	var o origin
	if json.Unmarshal([]byte(metadata), &o) != nil {
		return origin{}, nil //nolint:nilerr // another app's, or of long ago
	}
	var err error
	o.Do, err = a.whole(ctx, o.Do)
	return o, err
}

// fill puts what was answered into the event.
func (a *Adapter) fill(ctx context.Context, e *bot.Event, v view) error {
	e.Values = map[string]string{}
	for name, elements := range v.State.Values {
		for _, in := range elements {
			var err error
			value := in.Value
			switch {
			case in.Type == "users_select" && in.User != "":
				value = address(in.User)
			case in.Type == "datepicker":
				value = in.Date
			case in.Type == "file_input":
				files := pending(in.Files)
				ids := make([]string, len(files))
				for i, f := range files {
					ids[i] = f.ID
				}
				e.Files = append(e.Files, files...)
				value = strings.Join(ids, " ")
			case in.Selected != nil:
				if value, err = a.whole(ctx, in.Selected.Value); err != nil {
					return err
				}
			}
			e.Values[name] = value
		}
	}
	return nil
}

// answerForm says what becomes of the dialog: it closes, complains under its fields, or
// goes on with another.
func (a *Adapter) answerForm(ctx context.Context, where place, v view, r bot.Reply) (ack, error) {
	switch {
	case len(r.Reject) > 0:
		names := slices.Sorted(maps.Keys(v.State.Values))
		if len(names) == 0 {
			return ack{}, nil
		}
		complaints := map[string]string{}
		for _, field := range slices.Sorted(maps.Keys(r.Reject)) {
			complaint := r.Reject[field]
			if !slices.Contains(names, field) { // Slack shows complaints only under fields
				field = names[0]
			}
			if complaints[field] != "" {
				complaint = complaints[field] + " " + complaint
			}
			complaints[field] = complaint
		}
		return ack{json: slack.NewErrorsViewSubmissionResponse(complaints)}, nil
	case r.Open != nil:
		modal, err := a.modal(ctx, *r.Open, where)
		if err != nil {
			return ack{}, nil //nolint:nilerr // the event is stored: asking for it again would change nothing
		}
		next := slack.NewUpdateViewSubmissionResponse(&modal)
		text, err := json.Marshal(next)
		if err != nil {
			return ack{}, err
		}
		if a.socketMode() && len(text) > limitAck {
			a.log.Error().Int("bytes", len(text)).Msg("a dialog is too large to follow another")
			return ack{}, nil
		}
		return ack{json: next}, nil
	}
	return ack{}, nil
}

package slack

import (
	"context"
	"encoding/json"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// Limits of views, in Slack's characters.
const (
	maxViewTitle = 24
	// maxMetadataCommand is for the command in private_metadata; the rest of its 3,000 is
	// for the ids.
	maxMetadataCommand = 2000
)

// modalView is a form as a modal.
func (a *Adapter) modalView(ctx context.Context, f bot.Form, from target) (slack.ModalViewRequest, error) {
	do, err := a.shorten(ctx, f.Do, maxMetadataCommand)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	metadata, err := json.Marshal(viewMetadata{Do: do, Channel: local(from.room.Channel), Thread: from.thread, Message: from.message})
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	view := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callbackForm, PrivateMetadata: string(metadata),
		Title: plainText(f.Title, maxViewTitle), Submit: plainText(f.Submit, maxViewTitle), Close: plainText(textCancel, maxViewTitle),
	}
	blocks := []slack.Block{}
	if length(clean(f.Title)) > maxViewTitle { // the whole title is above the fields
		blocks = append(blocks, header(f.Title)...)
	}
	if f.Text != "" {
		blocks = append(blocks, sections(f.Text)...)
	}
	for _, field := range f.Fields {
		block, err := a.inputBlock(ctx, field)
		if err != nil {
			return slack.ModalViewRequest{}, err
		}
		blocks = append(blocks, block)
	}
	if len(blocks) == 0 {
		blocks = sections(f.Title)
	}
	view.Blocks = slack.Blocks{BlockSet: blocks}
	return view, nil
}

// readMetadata reads the private_metadata of a modal; it is empty if another app wrote it.
func (a *Adapter) readMetadata(ctx context.Context, text string) (viewMetadata, error) {
	var m viewMetadata
	if json.Unmarshal([]byte(text), &m) != nil {
		return viewMetadata{}, nil //nolint:nilerr // another app's
	}
	var err error
	m.Do, err = a.expand(ctx, m.Do)
	return m, err
}

package slack

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// maxSocketAck is the size of the largest answer to a form through Socket Mode. Slack drops
// larger ones without an error.
const maxSocketAck = 19_000

// viewSubmission accepts a form. It is answered within the request, so that errors are
// shown under their fields.
func (a *Adapter) viewSubmission(ctx context.Context, inbox *bot.Inbox, i interaction, at time.Time) (ack, error) {
	if i.View.CallbackID != callbackForm {
		return ack{}, nil
	}
	metadata, err := a.readMetadata(ctx, i.View.PrivateMetadata)
	if err != nil {
		return ack{}, err
	}
	if metadata.Do == "" {
		return ack{}, nil
	}
	e := bot.Event{At: at, From: person(i.User.ID), Do: metadata.Do, Form: true, Message: metadata.Message, Thread: metadata.Thread, Room: bot.Direct(address(i.User.ID))}
	if metadata.Channel != "" {
		e.Room = bot.Channel(address(metadata.Channel))
	}
	if err := a.readState(ctx, &e, i.View); err != nil {
		return ack{}, err
	}
	submission := i.TriggerID
	if submission == "" { // the values tell one submission from another
		state, err := json.Marshal(i.View.State)
		if err != nil {
			return ack{}, err
		}
		submission = digest(string(state))
	}
	e.Key = eventKey("form", i.User.ID, i.View.ID, submission)
	answer, err := inbox.Accept(ctx, e)
	if err != nil {
		return ack{}, err
	}
	from := target{room: e.Room, user: i.User.ID, thread: e.Thread, message: e.Message}
	waitCtx, cancel := context.WithDeadline(ctx, a.deadline(at, answerTimeout))
	defer cancel()
	reply, answered := answer.Wait(waitCtx)
	if !answered {
		return ack{}, nil
	}
	if reply.Notice != "" {
		a.background.run(func() { a.showNotice(from, e.Key, reply.Notice) })
	}
	return a.submissionResponse(ctx, from, i.View, reply)
}

// readState reads the values of a form into its event.
func (a *Adapter) readState(ctx context.Context, e *bot.Event, v view) error {
	e.Values = map[string]string{}
	for blockID, elements := range v.State.Values {
		for _, element := range elements {
			var err error
			value := element.Value
			switch {
			case element.Type == "users_select" && element.SelectedUser != "":
				value = address(element.SelectedUser)
			case element.Type == "datepicker":
				value = element.SelectedDate
			case element.Type == "file_input":
				files := remoteFiles(element.Files)
				ids := make([]string, len(files))
				for i, f := range files {
					ids[i] = f.ID
				}
				e.Files = append(e.Files, files...)
				value = strings.Join(ids, " ")
			case element.SelectedOption != nil:
				if value, err = a.expand(ctx, element.SelectedOption.Value); err != nil {
					return err
				}
			}
			e.Values[blockID] = value
		}
	}
	return nil
}

// submissionResponse closes the modal, shows errors in it, or replaces it by the next form.
func (a *Adapter) submissionResponse(ctx context.Context, from target, v view, r bot.Reply) (ack, error) {
	switch {
	case len(r.Reject) > 0:
		blockIDs := slices.Sorted(maps.Keys(v.State.Values))
		if len(blockIDs) == 0 {
			return ack{}, nil
		}
		return ack{json: slack.NewErrorsViewSubmissionResponse(fieldErrors(r.Reject, blockIDs))}, nil
	case r.Open != nil:
		modal, err := a.modalView(ctx, *r.Open, from)
		if err != nil {
			return ack{}, nil //nolint:nilerr // the event is stored: delivering it again would change nothing
		}
		response := slack.NewUpdateViewSubmissionResponse(&modal)
		text, err := json.Marshal(response)
		if err != nil {
			return ack{}, err
		}
		if a.socketMode() && len(text) > maxSocketAck {
			a.log.Error().Int("bytes", len(text)).Msg("next modal is too large for Socket Mode, closing the form")
			return ack{}, nil
		}
		return ack{json: response}, nil
	}
	return ack{}, nil
}

// fieldErrors are the errors by block_id. Slack shows an error only under an input, so one
// without an input is shown under the first.
func fieldErrors(reject map[string]string, blockIDs []string) map[string]string {
	out := map[string]string{}
	for _, field := range slices.Sorted(maps.Keys(reject)) {
		text := reject[field]
		if !slices.Contains(blockIDs, field) {
			field = blockIDs[0]
		}
		if out[field] != "" {
			text = out[field] + " " + text
		}
		out[field] = text
	}
	return out
}

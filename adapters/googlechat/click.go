package googlechat

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"google.golang.org/api/chat/v1"

	"helptic/bot"
)

// acceptClick accepts the click of a button or the values of a form. The outcome is what the desk replies while the person waits.
func (a *Adapter) acceptClick(ctx context.Context, inbox *bot.Inbox, i interaction) (outcome, error) {
	e, p := a.clickEvent(i), i.actionParameters()
	switch {
	case i.dialogEvent == cancelDialog:
		return outcome{}, nil
	case p.Cancel == cancelConfirmation:
		return outcome{update: textMessage(textNotConfirmed)}, nil
	case p.Cancel != "":
		return outcome{update: textMessage(textFormCancelled)}, nil
	case p.Confirm != "":
		return a.confirm(i), nil
	case p.Form != "":
		stored, err := a.loadForm(ctx, p.Form)
		switch {
		case errors.Is(err, errFormNotFound):
			return i.noticeOutcome(textStaleForm), nil
		case err != nil:
			return outcome{}, err
		}
		e.Do, e.Form, e.Values = stored.Do, true, formValues(stored, i.formInputs)
		return a.acceptAndWait(ctx, inbox, i, e, &form{Form: stored, id: p.Form, message: p.Message, search: a.canSearch(inbox), inline: i.inline()})
	case e.Do == "":
		return i.noticeOutcome(textStaleButton), nil
	}
	return a.acceptAndWait(ctx, inbox, i, e, nil)
}

// acceptAndWait accepts an event whose reply is shown while the person waits. submitted is the form
// whose values the event has.
func (a *Adapter) acceptAndWait(ctx context.Context, inbox *bot.Inbox, i interaction, e bot.Event, submitted *form) (outcome, error) {
	answer, err := inbox.Accept(ctx, e)
	if err != nil {
		return outcome{}, err
	}
	if answer.Duplicate() {
		return i.duplicateOutcome(a.renderer(), e, submitted), nil
	}
	waitCtx, cancel := context.WithTimeout(ctx, a.replyTimeout)
	defer cancel()
	reply, ok := answer.Wait(waitCtx)
	if !ok {
		return i.noticeOutcome(textInProgress), nil
	}
	unreachable, err := a.isUnreachable(ctx, i, e, reply.Posts)
	if err != nil {
		a.log.Warn().Err(err).Msg("direct messages not looked up, the outbox decides whether the person can be reached")
	}
	if unreachable {
		return i.noticeOutcome(textNoDirectMessages), nil
	}
	return a.replyOutcome(ctx, inbox, i, e, submitted, reply), nil
}

// replyOutcome makes the outcome of the desk's reply.
func (a *Adapter) replyOutcome(ctx context.Context, inbox *bot.Inbox, i interaction, e bot.Event, submitted *form, reply bot.Reply) outcome {
	switch {
	case reply.Open != nil:
		return a.openForm(ctx, inbox, i, e, *reply.Open)
	case reply.Reject != nil && submitted != nil:
		submitted.values, submitted.errors, submitted.names = e.Values, reply.Reject, a.personNames(ctx, submitted.Form, e.Values)
		return submitted.outcome(a.renderer())
	case reply.Reject != nil:
		return i.noticeOutcome(strings.Join(slices.Sorted(maps.Values(reply.Reject)), " "))
	case reply.Notice != "":
		return i.noticeOutcome(reply.Notice)
	case i.inline():
		return outcome{update: textMessage(textFormSent)}
	}
	update := a.updatedMessage(i, e, reply.Posts)
	return outcome{update: update, outboxRepeats: update != nil}
}

// inline reports whether the click is in a message that stands for a dialog about another message.
func (i interaction) inline() bool {
	return i.dialogEvent == "" && i.actionParameters().Message != ""
}

// noticeOutcome shows a text to the person. It replaces an inline form.
func (i interaction) noticeOutcome(text string) outcome {
	if i.inline() {
		return outcome{update: textMessage(text)}
	}
	return outcome{notice: text}
}

// duplicateOutcome is the outcome of a redelivery whose first delivery went to another process. This process does not
// know the reply. A form stays open with its values, since it may have been rejected.
func (i interaction) duplicateOutcome(d renderer, e bot.Event, submitted *form) outcome {
	switch {
	case submitted != nil:
		submitted.values, submitted.errors = e.Values, map[string]string{"": textFormUncertain}
		return submitted.outcome(d)
	case i.dialogEvent == requestDialog:
		return i.noticeOutcome(textFormNotOpened)
	}
	return outcome{}
}

// outcome keeps the form open.
func (f form) outcome(d renderer) outcome {
	card := d.formCard(f)
	if f.inline {
		return outcome{update: cardMessage(card, "")}
	}
	return outcome{dialog: card}
}

// isUnreachable reports whether the reply to a person in a space is posted in direct messages that do not exist.
func (a *Adapter) isUnreachable(ctx context.Context, i interaction, e bot.Event, posts []bot.Post) (bool, error) {
	if i.space.direct() || !slices.ContainsFunc(posts, func(p bot.Post) bool { return p.Room.Direct == e.From.ID }) {
		return false, nil
	}
	_, err := a.directSpace(ctx, e.From.ID)
	if errors.Is(err, errNoDirectMessages) {
		return true, nil
	}
	return false, err
}

// personNames are the names of the people in a form's values, by address.
func (a *Adapter) personNames(ctx context.Context, f bot.Form, values map[string]string) map[string]string {
	names := map[string]string{}
	for _, field := range f.Fields {
		if value := values[field.Name]; field.Kind == bot.PersonPicker && len(field.Options) == 0 && value != "" {
			if p, err := a.Person(ctx, value); err == nil {
				names[value] = p.Name
			}
		}
	}
	return names
}

// updatedMessage is the clicked message as the reply changes it, nil if it does not. The response shows it at
// once, and the outbox need not repeat it: see updateCache.
func (a *Adapter) updatedMessage(i interaction, e bot.Event, posts []bot.Post) *chat.Message {
	if a.usesPubSub() || i.message.ClientAssignedMessageID == "" || e.Message != i.message.Name {
		return nil
	}
	for _, p := range posts {
		if p.Room == e.Room && p.EphemeralFor == "" && messageID(p.Room, p.Key, 0) == i.message.ClientAssignedMessageID {
			m := a.renderer().message(p.Message)
			m.FallbackText = ""
			return m
		}
	}
	return nil
}

// canSearch reports whether lists can be searched while the person types.
func (a *Adapter) canSearch(inbox *bot.Inbox) bool { return !a.usesPubSub() && inbox.Find != nil }

// openForm shows a form: in a dialog if the button can open one, else in a message.
func (a *Adapter) openForm(ctx context.Context, inbox *bot.Inbox, i interaction, e bot.Event, opened bot.Form) outcome {
	id, err := a.saveForm(ctx, opened)
	if err != nil {
		a.log.Error().Err(err).Msg("form not opened, the person is asked to click again")
		return i.noticeOutcome(textFormNotOpened)
	}
	f := form{Form: opened, id: id, search: a.canSearch(inbox)}
	if !a.usesPubSub() && i.inDialog() {
		return outcome{dialog: a.renderer().formCard(f)}
	}
	f.inline, f.message = true, e.Message
	return i.privateOutcome(cardMessage(a.renderer().formCard(f), clip(label(opened.Title), maxTitle)))
}

// confirm asks before a command is given.
func (a *Adapter) confirm(i interaction) outcome {
	d, p := a.renderer(), i.actionParameters()
	confirmed := actionParameters{Do: p.Do}
	dialog := !a.usesPubSub() && i.dialogEvent == requestDialog
	if !dialog {
		confirmed.Message = i.message.Name
	}
	row := []*chat.GoogleAppsCardV1Button{d.button(orDash(p.Label), bot.Danger, confirmed)}
	if !dialog {
		row = append(row, d.button(textDecline, bot.Neutral, actionParameters{Cancel: cancelConfirmation, Message: i.message.Name}))
	}
	card := &chat.GoogleAppsCardV1Card{
		Header: &chat.GoogleAppsCardV1CardHeader{Title: textConfirmTitle},
		Sections: []*chat.GoogleAppsCardV1Section{{Widgets: []*chat.GoogleAppsCardV1Widget{
			paragraph(markup(p.Confirm)), {ButtonList: &chat.GoogleAppsCardV1ButtonList{Buttons: row}}}}},
	}
	if dialog {
		return outcome{dialog: card}
	}
	return i.privateOutcome(cardMessage(card, clip(label(p.Confirm), maxTitle)))
}

// privateOutcome shows a message to the person alone. It replaces an inline form.
func (i interaction) privateOutcome(m *chat.Message) outcome {
	if i.inline() {
		m.FallbackText = ""
		return outcome{update: m}
	}
	if !i.space.direct() {
		m.PrivateMessageViewer = &chat.User{Name: i.user.Name}
	}
	return outcome{message: m}
}

package googlechat

import (
	"context"
	"errors"
	"slices"
	"strings"

	"google.golang.org/api/chat/v1"

	"helptic/bot"
)

const (
	textStaleButton      = "Ese botón ya no sirve. Escriba «hola» para ver qué puede hacer."
	textStaleForm        = "Este formulario ya no sirve. Ábralo otra vez con su botón."
	textFormNotOpened    = "El formulario no se pudo abrir. Pulse el botón otra vez."
	textFormUncertain    = "No sabemos si esto llegó. Mire la tarjeta: si no cambió, envíelo otra vez."
	textInProgress       = "Estamos en eso; en un momento lo verá aquí."
	textNoDirectMessages = "Para responderle hace falta un mensaje directo: abra esta aplicación en Google Chat, escríbale «hola» y siga allí."
	textFormSent         = "Enviado."
	textFormCancelled    = "No se envió nada."
	textNotConfirmed     = "No se hizo nada."
	textConfirmTitle     = "Confirme, por favor"
	cancelConfirmation   = "ask" // in the place of a form that is put away
)

// takePress accepts a press or a form, and answers what the desk says while the person waits.
func (a *Adapter) acceptClick(ctx context.Context, inbox *bot.Inbox, i interaction) (outcome, error) {
	e := a.clickEvent(i)
	switch {
	case i.dialogEvent == cancelDialog:
		return outcome{}, nil
	case i.parameters[paramCancel] == cancelConfirmation:
		return outcome{update: textMessage(textNotConfirmed)}, nil
	case i.parameters[paramCancel] != "":
		return outcome{update: textMessage(textFormCancelled)}, nil
	case i.parameters[paramConfirm] != "":
		return a.confirm(i), nil
	case i.parameters[paramForm] != "":
		kept, err := a.loadForm(ctx, i.parameters[paramForm])
		switch {
		case errors.Is(err, errFormNotFound):
			return i.noticeOutcome(textStaleForm), nil
		case err != nil:
			return outcome{}, err
		}
		e.Do, e.Form, e.Values = kept.Do, true, formValues(kept, i.formInputs)
		return a.acceptAndWait(ctx, inbox, i, e, &form{Form: kept, id: i.parameters[paramForm], message: i.parameters[paramMessage], search: a.canSearch(inbox), inline: i.inline()})
	case e.Do == "":
		return i.noticeOutcome(textStaleButton), nil
	}
	return a.acceptAndWait(ctx, inbox, i, e, nil)
}

// inline tells whether the press is in a message that only asks something about another one, as
// a dialog would.
func (i interaction) inline() bool { return i.dialogEvent == "" && i.parameters[paramMessage] != "" }

// told says a sentence to the person: in the place of the question, where that is a message.
func (i interaction) noticeOutcome(text string) outcome {
	if i.inline() {
		return outcome{update: textMessage(text)}
	}
	return outcome{notice: text}
}

// do accepts an event that is answered while the person waits.
func (a *Adapter) acceptAndWait(ctx context.Context, inbox *bot.Inbox, i interaction, e bot.Event, sent *form) (outcome, error) {
	answer, err := inbox.Accept(ctx, e)
	if err != nil {
		return outcome{}, err
	}
	if answer.Duplicate() {
		return i.duplicateOutcome(a.renderer(), e, sent), nil
	}
	waiting, cancel := context.WithTimeout(ctx, a.replyTimeout)
	defer cancel()
	reply, ok := answer.Wait(waiting)
	if !ok {
		return i.noticeOutcome(textInProgress), nil
	}
	if away, err := a.unreachableReply(ctx, i, e, reply.Posts); err != nil {
		a.log.Warn().Err(err).Msg("whether somebody has direct messages is not known")
	} else if away {
		return i.noticeOutcome(textNoDirectMessages), nil
	}
	switch {
	case reply.Open != nil:
		return a.openForm(ctx, inbox, i, e, *reply.Open), nil
	case reply.Reject != nil && sent != nil:
		sent.values, sent.errors, sent.names = e.Values, reply.Reject, a.personNames(ctx, sent.Form, e.Values)
		return sent.outcome(a.renderer()), nil
	case reply.Reject != nil:
		var all []string
		for _, complaint := range reply.Reject {
			all = append(all, complaint)
		}
		slices.Sort(all)
		return i.noticeOutcome(strings.Join(all, " ")), nil
	case reply.Notice != "":
		return i.noticeOutcome(reply.Notice), nil
	case i.inline():
		return outcome{update: textMessage(textFormSent)}, nil
	}
	update := a.updatedMessage(i, e, reply.Posts)
	return outcome{update: update, outboxRepeats: update != nil}, nil
}

// again answers what came a second time, and was answered by somebody else: nobody here knows how. A
// form stays with what was typed, since it may have been sent back.
func (i interaction) duplicateOutcome(d renderer, e bot.Event, sent *form) outcome {
	switch {
	case sent != nil:
		sent.values, sent.errors = e.Values, map[string]string{"": textFormUncertain}
		return sent.outcome(d)
	case i.dialogEvent == requestDialog:
		return i.noticeOutcome(textFormNotOpened)
	}
	return outcome{}
}

// shown is a form that stays open.
func (f form) outcome(d renderer) outcome {
	card := d.formCard(f)
	if f.inline {
		return outcome{update: cardMessage(card, "")}
	}
	return outcome{dialog: card}
}

// away tells whether the answer to somebody in a space goes to direct messages that they do not have.
func (a *Adapter) unreachableReply(ctx context.Context, i interaction, e bot.Event, posts []bot.Post) (bool, error) {
	if i.space.direct() || !slices.ContainsFunc(posts, func(p bot.Post) bool { return p.Room.Direct == e.From.ID }) {
		return false, nil
	}
	_, err := a.directSpace(ctx, e.From.ID)
	if errors.Is(err, errNoDirectMessages) {
		return true, nil
	}
	return false, err
}

// names of the people that a form names, which are shown again with it.
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

// updated is what the pressed message looks like after the press, where the answer says so:
// it is shown at once. The delivery need not show it again where this answer arrives: see shown.
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

func (a *Adapter) renderer() renderer {
	return renderer{function: a.function(), dialogs: !a.usesPubSub()}
}

// finds tells whether options can be asked for while somebody types.
func (a *Adapter) canSearch(inbox *bot.Inbox) bool { return !a.usesPubSub() && inbox.Find != nil }

// open shows a form: in a dialog where the button said that it opens one, else in a message.
func (a *Adapter) openForm(ctx context.Context, inbox *bot.Inbox, i interaction, e bot.Event, asked bot.Form) outcome {
	place, err := a.saveForm(ctx, asked)
	if err != nil {
		a.log.Error().Err(err).Msg("a form was not opened")
		return i.noticeOutcome(textFormNotOpened)
	}
	f := form{Form: asked, id: place, search: a.canSearch(inbox)}
	if !a.usesPubSub() && (i.dialogEvent == requestDialog || i.dialogEvent == submitDialog) {
		return outcome{dialog: a.renderer().formCard(f)}
	}
	f.inline, f.message = true, e.Message
	return i.privateOutcome(cardMessage(a.renderer().formCard(f), asked.Title))
}

// confirm asks before something is done.
func (a *Adapter) confirm(i interaction) outcome {
	d := a.renderer()
	params := map[string]string{paramDo: i.parameters[paramDo]}
	dialog := !a.usesPubSub() && i.dialogEvent == requestDialog
	if !dialog {
		params[paramMessage] = i.message.Name
	}
	row := []*chat.GoogleAppsCardV1Button{d.button(orDash(i.parameters[paramLabel]), bot.Danger, params)}
	if !dialog {
		row = append(row, d.button("No, volver", bot.Neutral, map[string]string{paramCancel: cancelConfirmation, paramMessage: i.message.Name}))
	}
	card := &chat.GoogleAppsCardV1Card{
		Header: &chat.GoogleAppsCardV1CardHeader{Title: textConfirmTitle},
		Sections: []*chat.GoogleAppsCardV1Section{{Widgets: []*chat.GoogleAppsCardV1Widget{
			paragraph(markup(i.parameters[paramConfirm])), {ButtonList: &chat.GoogleAppsCardV1ButtonList{Buttons: row}}}}},
	}
	if dialog {
		return outcome{dialog: card}
	}
	return i.privateOutcome(cardMessage(card, i.parameters[paramConfirm]))
}

// beside is a message for the person alone, where they pressed.
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

func cardMessage(card *chat.GoogleAppsCardV1Card, summary string) *chat.Message {
	return &chat.Message{FallbackText: clip(label(summary), maxTitle), MarkupSyntax: markupChat, CardsV2: []*chat.CardWithId{{CardId: "helptic", Card: card}}}
}

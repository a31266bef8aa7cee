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
	errorStale   = "Ese botón ya no sirve. Escriba «hola» para ver qué puede hacer."
	errorForm    = "Este formulario ya no sirve. Ábralo otra vez con su botón."
	errorOpen    = "El formulario no se pudo abrir. Pulse el botón otra vez."
	errorAgain   = "No sabemos si esto llegó. Mire la tarjeta: si no cambió, envíelo otra vez."
	stillAtIt    = "Estamos en eso; en un momento lo verá aquí."
	openFirst    = "Para responderle hace falta un mensaje directo: abra esta aplicación en Google Chat, escríbale «hola» y siga allí."
	formSent     = "Enviado."
	formPutAway  = "No se envió nada."
	notDone      = "No se hizo nada."
	confirmTitle = "Confirme, por favor"
	notConfirmed = "ask" // in the place of a form that is put away
)

// takePress accepts a press or a form, and answers what the desk says while the person waits.
func (a *Adapter) takePress(ctx context.Context, inbox *bot.Inbox, i interaction) (outcome, error) {
	e := a.press(i)
	switch {
	case i.dialog == cancelDialog:
		return outcome{}, nil
	case i.params[paramCancel] == notConfirmed:
		return outcome{update: plainMessage(notDone)}, nil
	case i.params[paramCancel] != "":
		return outcome{update: plainMessage(formPutAway)}, nil
	case i.params[paramAsk] != "":
		return a.confirm(i), nil
	case i.params[paramForm] != "":
		kept, err := a.keptForm(ctx, i.params[paramForm])
		switch {
		case errors.Is(err, errNoForm):
			return i.told(errorForm), nil
		case err != nil:
			return outcome{}, err
		}
		e.Do, e.Form, e.Values = kept.Do, true, values(kept, i.inputs)
		return a.do(ctx, inbox, i, e, &form{Form: kept, place: i.params[paramForm], on: i.params[paramOn], find: a.finds(inbox), inline: i.inline()})
	case e.Do == "":
		return i.told(errorStale), nil
	}
	return a.do(ctx, inbox, i, e, nil)
}

// inline tells whether the press is in a message that only asks something about another one, as
// a dialog would.
func (i interaction) inline() bool { return i.dialog == "" && i.params[paramOn] != "" }

// told says a sentence to the person: in the place of the question, where that is a message.
func (i interaction) told(text string) outcome {
	if i.inline() {
		return outcome{update: plainMessage(text)}
	}
	return outcome{notice: text}
}

// do accepts an event that is answered while the person waits.
func (a *Adapter) do(ctx context.Context, inbox *bot.Inbox, i interaction, e bot.Event, sent *form) (outcome, error) {
	answer, err := inbox.Accept(ctx, e)
	if err != nil {
		return outcome{}, err
	}
	if answer.Duplicate() {
		return i.again(a.drawer(), e, sent), nil
	}
	waiting, cancel := context.WithTimeout(ctx, a.answerTime)
	defer cancel()
	reply, ok := answer.Wait(waiting)
	if !ok {
		return i.told(stillAtIt), nil
	}
	if away, err := a.away(ctx, i, e, reply.Posts); err != nil {
		a.log.Warn().Err(err).Msg("whether somebody has direct messages is not known")
	} else if away {
		return i.told(openFirst), nil
	}
	switch {
	case reply.Open != nil:
		return a.open(ctx, inbox, i, e, *reply.Open), nil
	case reply.Reject != nil && sent != nil:
		sent.typed, sent.faults, sent.names = e.Values, reply.Reject, a.names(ctx, sent.Form, e.Values)
		return sent.shown(a.drawer()), nil
	case reply.Reject != nil:
		var all []string
		for _, complaint := range reply.Reject {
			all = append(all, complaint)
		}
		slices.Sort(all)
		return i.told(strings.Join(all, " ")), nil
	case reply.Notice != "":
		return i.told(reply.Notice), nil
	case i.inline():
		return outcome{update: plainMessage(formSent)}, nil
	}
	update := a.updated(i, e, reply.Posts)
	return outcome{update: update, repeats: update != nil}, nil
}

// again answers what came a second time, and was answered by somebody else: nobody here knows how. A
// form stays with what was typed, since it may have been sent back.
func (i interaction) again(d drawer, e bot.Event, sent *form) outcome {
	switch {
	case sent != nil:
		sent.typed, sent.faults = e.Values, map[string]string{"": errorAgain}
		return sent.shown(d)
	case i.dialog == requestDialog:
		return i.told(errorOpen)
	}
	return outcome{}
}

// shown is a form that stays open.
func (f form) shown(d drawer) outcome {
	card := d.formCard(f)
	if f.inline {
		return outcome{update: cardMessage(card, "")}
	}
	return outcome{card: card}
}

// away tells whether the answer to somebody in a space goes to direct messages that they do not have.
func (a *Adapter) away(ctx context.Context, i interaction, e bot.Event, posts []bot.Post) (bool, error) {
	if i.space.direct() || !slices.ContainsFunc(posts, func(p bot.Post) bool { return p.Room.Direct == e.From.ID }) {
		return false, nil
	}
	_, err := a.direct(ctx, e.From.ID)
	if errors.Is(err, errNoDirect) {
		return true, nil
	}
	return false, err
}

// names of the people that a form names, which are shown again with it.
func (a *Adapter) names(ctx context.Context, f bot.Form, values map[string]string) map[string]string {
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
func (a *Adapter) updated(i interaction, e bot.Event, posts []bot.Post) *chat.Message {
	if a.pulls() || i.message.ClientAssignedMessageID == "" || e.Message != i.message.Name {
		return nil
	}
	for _, p := range posts {
		if p.Room == e.Room && p.EphemeralFor == "" && messageID(p.Room, p.Key, 0) == i.message.ClientAssignedMessageID {
			m := a.drawer().message(p.Message)
			m.FallbackText = ""
			return m
		}
	}
	return nil
}

func (a *Adapter) drawer() drawer { return drawer{function: a.function(), dialogs: !a.pulls()} }

// finds tells whether options can be asked for while somebody types.
func (a *Adapter) finds(inbox *bot.Inbox) bool { return !a.pulls() && inbox.Find != nil }

// open shows a form: in a dialog where the button said that it opens one, else in a message.
func (a *Adapter) open(ctx context.Context, inbox *bot.Inbox, i interaction, e bot.Event, asked bot.Form) outcome {
	place, err := a.keepForm(ctx, asked)
	if err != nil {
		a.log.Error().Err(err).Msg("a form was not opened")
		return i.told(errorOpen)
	}
	f := form{Form: asked, place: place, find: a.finds(inbox)}
	if !a.pulls() && (i.dialog == requestDialog || i.dialog == submitDialog) {
		return outcome{card: a.drawer().formCard(f)}
	}
	f.inline, f.on = true, e.Message
	return i.beside(cardMessage(a.drawer().formCard(f), asked.Title))
}

// confirm asks before something is done.
func (a *Adapter) confirm(i interaction) outcome {
	d := a.drawer()
	params := map[string]string{paramDo: i.params[paramDo]}
	dialog := !a.pulls() && i.dialog == requestDialog
	if !dialog {
		params[paramOn] = i.message.Name
	}
	row := []*chat.GoogleAppsCardV1Button{d.button(something(i.params[paramLabel]), bot.Danger, params)}
	if !dialog {
		row = append(row, d.button("No, volver", bot.Neutral, map[string]string{paramCancel: notConfirmed, paramOn: i.message.Name}))
	}
	card := &chat.GoogleAppsCardV1Card{
		Header: &chat.GoogleAppsCardV1CardHeader{Title: confirmTitle},
		Sections: []*chat.GoogleAppsCardV1Section{{Widgets: []*chat.GoogleAppsCardV1Widget{
			paragraph(markup(i.params[paramAsk])), {ButtonList: &chat.GoogleAppsCardV1ButtonList{Buttons: row}}}}},
	}
	if dialog {
		return outcome{card: card}
	}
	return i.beside(cardMessage(card, i.params[paramAsk]))
}

// beside is a message for the person alone, where they pressed.
func (i interaction) beside(m *chat.Message) outcome {
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
	return &chat.Message{FallbackText: cut(label(summary), limitTitle), MarkupSyntax: markupChat, CardsV2: []*chat.CardWithId{{CardId: "helptic", Card: card}}}
}

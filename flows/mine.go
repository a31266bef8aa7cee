package flows

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"helptic/bot"
	"helptic/storage"
	"helptic/ticket"
)

const mostListed = 10 // tickets in a list

// unfinished are the states of what somebody still waits for.
var unfinished = []ticket.State{ticket.New, ticket.InProgress, ticket.OnHold, ticket.Resolved}

func helpMessage() bot.Message {
	return bot.Message{Text: "Ayuda de la Mesa de ayuda", Card: &bot.Card{
		Title: "¿Cómo le puedo ayudar?",
		Text:  "Cuénteme con sus palabras qué pasa o qué necesita, y registramos la solicitud. También puede escribir:",
		Facts: []bot.Fact{
			{Label: "nueva", Value: "registrar una solicitud"},
			{Label: "mis solicitudes", Value: "ver las suyas y su estado"},
			{Label: "estado 123", Value: "ver la solicitud N.º 123"},
			{Label: "atrás · cancelar", Value: "volver a la pregunta anterior, o dejar la solicitud"},
		},
		Buttons: []bot.Button{{Label: "Mis solicitudes", Do: "show mine"}},
		Note:    "Para agregar algo a una solicitud, escriba debajo de su mensaje.",
	}}
}

// show answers the buttons that only show something: "show mine", "show <number>".
func (d *Desk) show(ctx context.Context, e bot.Event, args []string) (bot.Reply, error) {
	if n, ok := numberOf(args, 0); ok {
		return d.status(ctx, e, n)
	}
	return d.mine(ctx, e)
}

// mine lists somebody's tickets: the open ones, or the last ones where none is open.
func (d *Desk) mine(ctx context.Context, e bot.Event) (bot.Reply, error) {
	q := storage.Query{Requester: e.From.ID, Limit: mostListed + 1, States: unfinished}
	title := "Sus solicitudes abiertas"
	found, err := d.Store.Tickets(ctx, q)
	if err == nil && len(found) == 0 {
		title, q.States = "Sus últimas solicitudes", nil
		found, err = d.Store.Tickets(ctx, q)
	}
	if err != nil {
		return bot.Reply{}, err
	}
	if len(found) == 0 {
		return say(e, bot.Message{Text: "Usted no tiene solicitudes. Cuénteme qué pasa o qué necesita, y registramos la primera."}), nil
	}
	c := &bot.Card{Title: title}
	for i, t := range found {
		if i == mostListed {
			c.Note = fmt.Sprintf("Se muestran las %d más recientes.", mostListed)
			break
		}
		value := d.stateOf(t) + " · " + d.entryLabel(t)
		if t.State != ticket.Closed && t.State != ticket.Resolved {
			value += " · prometida para el " + d.time(t.DueAt)
		}
		c.Facts = append(c.Facts, bot.Fact{Label: fmt.Sprintf("N.º %d", t.Number), Value: value, Long: true})
		if i < 5 {
			c.Buttons = append(c.Buttons, bot.Button{Label: fmt.Sprintf("Ver N.º %d", t.Number), Do: "show " + strconv.FormatInt(t.Number, 10)})
		}
	}
	return say(e, bot.Message{Text: title, Card: c}), nil
}

// status shows one ticket to those who may see it.
func (d *Desk) status(ctx context.Context, e bot.Event, number int64) (bot.Reply, error) {
	t, err := d.Store.Ticket(ctx, number)
	if err != nil {
		return bot.Reply{}, d.said(err, nil)
	}
	roles, err := d.roles(ctx, t, e.From.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(roles) == 0 {
		// The same words as for a number that does not exist: nobody learns which do.
		return bot.Reply{}, d.said(storage.ErrNotFound, nil)
	}
	p := bot.Post{Room: e.Room, Key: statusKey(number) + e.Key, Message: d.statusCard(t, roles)}
	if strings.HasPrefix(e.MessageKey, statusKey(number)) {
		p.Key = e.MessageKey // brought up to date in place
	}
	return bot.Reply{Posts: []bot.Post{p}}, nil
}

// statusKey begins the keys of the cards that somebody asked for: keys of the ticket, so that
// words under them find their way.
func statusKey(number int64) string { return agentCard(number) + "/status/" }

// statusCard is the ticket as somebody who asks sees it, as it is at that moment.
func (d *Desk) statusCard(t *ticket.Ticket, roles []ticket.Role) bot.Message {
	m := d.requesterCard(t)
	switch {
	case roles[0] == ticket.Agent:
		m = d.agentsCard(t)
	case roles[0] == ticket.Official:
		m = d.officialCard(t)
	case t.State == ticket.Resolved && (!t.Validated() || d.surveyOwed(t)):
		m = d.solutionCard(t) // with what is asked there
	}
	if t.State != ticket.Closed {
		m.Card.Buttons = append(m.Card.Buttons, bot.Button{Label: "Actualizar", Do: "show " + strconv.FormatInt(t.Number, 10)})
	}
	m.Card.Note = strings.TrimSpace(stop("Así estaba el "+d.time(d.Now())) + " " + m.Card.Note)
	return m
}

// putAway ends a conversation that nobody went on with, and says so in its card.
func (d *Desk) putAway(ctx context.Context, c *storage.Conversation) error {
	const sentence = "Dejamos su solicitud sin terminar, porque pasó un día; no se registró nada. Escriba «nueva» para comenzar otra."
	card := d.leave(c, "Solicitud sin terminar", "No se registró nada.")
	told := bot.Post{Room: card.Room, Key: card.Key + "/away", Message: bot.Message{Text: sentence}}
	d.end(c)
	c.TouchedAt = d.Now()
	if err := d.Store.SaveConversation(ctx, c); errors.Is(err, storage.ErrConflict) {
		return nil // the person went on just now
	} else if err != nil {
		return err
	}
	for _, p := range []bot.Post{card, told} {
		if err := d.Send(ctx, p); err != nil {
			d.Log.Warn().Str("post", p.Key).Err(err).Msg("conversation put away without telling")
		}
	}
	return nil
}

// why explains to those who may see a ticket how its promise came about: "why <number>".
func (d *Desk) why(ctx context.Context, e bot.Event, args []string) (bot.Reply, error) {
	number, _ := numberOf(args, 0)
	t, err := d.Store.Ticket(ctx, number)
	if err != nil {
		return bot.Reply{}, d.said(err, nil)
	}
	if roles, err := d.roles(ctx, t, e.From.ID); err != nil {
		return bot.Reply{}, err
	} else if len(roles) == 0 {
		return bot.Reply{}, d.said(storage.ErrNotFound, nil)
	}
	title := fmt.Sprintf("¿Por qué la solicitud N.º %d vence a esa hora?", number)
	lines := []string{"El horario o el catálogo cambiaron después de que se prometió. Vale lo prometido: " + d.time(t.DueAt)}
	if w, ok := t.Walk(d.Catalog); ok {
		lines = d.Catalog.Calendar.Explain(w)
	}
	p := bot.Post{Room: e.Room, Key: "why/" + e.Key, Message: bot.Message{Text: title, Card: &bot.Card{Title: title, Text: strings.Join(lines, "\n")}}}
	if e.Room.Direct == "" {
		p.EphemeralFor, p.Thread = e.From.ID, agentCard(number)
	}
	return bot.Reply{Posts: []bot.Post{p}}, nil
}

// whyButton asks for it.
func whyButton(number int64) bot.Button {
	return bot.Button{Label: "¿Por qué vence a esa hora?", Do: "why " + strconv.FormatInt(number, 10)}
}

package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"helptic/bot"
	"helptic/storage"
	"helptic/ticket"
)

// intakeWords answers what somebody typed that is no command about tickets.
func (d *Desk) intakeWords(ctx context.Context, e bot.Event, cmd command) (bot.Reply, error) {
	c, err := d.conversation(ctx, e)
	if err != nil {
		return bot.Reply{}, err
	}
	if r, handled, err := d.again(c, e); handled {
		return r, err
	}
	var before []bot.Post
	var complaint *bot.UserError
	text := bot.CleanText(e.Text)
	running := c.ID != ""
	switch {
	case cmd == cmdThanks && !running && len(e.Files) == 0:
		return say(e, bot.Message{Text: "Con gusto. Si necesita algo más, escríbame."}), nil
	case (cmd == cmdCancel || cmd == cmdBack) && !running:
		return say(e, bot.Message{Text: "No hay ninguna solicitud en curso. Escriba «nueva» para comenzar una."}), nil
	case cmd == cmdCancel:
		return d.cancel(ctx, c, e)
	case cmd == cmdNew:
		if running {
			before = append(before, d.leave(c, "Solicitud descartada", "Comenzó una nueva; de esta no se registró nada."))
		}
		d.begin(c)
	case cmd == cmdBack:
		if !d.back(c) {
			return say(e, bot.Message{Text: "Esta es la primera pregunta. Para dejar la solicitud, escriba «cancelar»."}), nil
		}
	case cmd == cmdMenu && running:
		before = append(before, d.leave(c, "Solicitud en curso", "Continúa más abajo."))
		c.Card++
	case cmd == cmdMenu:
		d.begin(c)
	case !running:
		d.begin(c)
		c.Answers[firstWords] = text
		if n, err := d.openTicket(ctx, e.From.ID); err != nil {
			return bot.Reply{}, err
		} else if n != "" {
			c.Answers[openNumber] = n
		}
	default:
		if err := d.attach(c, e.Files); err != nil {
			return bot.Reply{}, err
		}
		if text == "" {
			break
		}
		done, reply, err := d.typed(ctx, c, e, text)
		if done || err != nil && !errors.As(err, &complaint) {
			return reply, err
		}
	}
	if !running || cmd != "" {
		if err := d.attach(c, e.Files); err != nil {
			return bot.Reply{}, err
		}
	}
	r := d.current(c)
	r.Posts = append(before, r.Posts...)
	if complaint != nil {
		r.Notice = complaint.Text // what came with the words is kept
	}
	return d.save(ctx, c, e, r)
}

// typed takes words as the answer to the question that is asked. It is done when the
// conversation has ended.
func (d *Desk) typed(ctx context.Context, c *storage.Conversation, e bot.Event, text string) (bool, bot.Reply, error) {
	step := d.next(c)
	switch {
	case c.Answers[correcting] != "":
		chosen, several := choose(correctable, text)
		if chosen.Value == "" {
			return false, bot.Reply{}, unclear(several)
		}
		d.correct(c, chosen.Value)
		return false, bot.Reply{}, nil
	case step == stepDescription:
		if p := bot.FoldText(text); p == "usar" || p == "usar lo que escribi" {
			text = c.Answers[firstWords]
		}
		return false, bot.Reply{}, d.take(c, step, text)
	case step == stepFiles:
		if p := bot.FoldText(text); p == "continuar" || p == "no" || p == "listo" || p == "siguiente" || p == "ninguno" || p == "sin adjuntos" || p == "ok" {
			return false, bot.Reply{}, d.take(c, step, "done")
		}
		if len(e.Files) > 0 {
			// Words that come with a file say what it shows.
			return false, bot.Reply{}, d.take(c, stepDescription, c.Answers[stepDescription]+"\n"+text)
		}
		return false, bot.Reply{}, bot.UserErrorf("Adjunte los archivos aquí mismo, o escriba «continuar» si no hay más.")
	case step == stepConfirm:
		switch p := bot.FoldText(text); p {
		case "si", "registrar", "registrar solicitud", "confirmar", "ok", "listo":
			r, err := d.register(ctx, c, e)
			return true, r, err
		case "corregir", "no":
			return false, bot.Reply{}, d.take(c, correcting, "yes")
		}
		return false, bot.Reply{}, bot.UserErrorf("Escriba «registrar» para registrar la solicitud, «corregir» para cambiar algo o «cancelar».")
	}
	options := d.options(c, step)
	suggested := step == stepCategory && c.Answers[firstWords] != "" && c.Answers[seeAll] == ""
	chosen, several := choose(options, text)
	if suggested {
		found, some := choose(d.suggested(c), text)
		switch {
		case found.Label != "":
			return false, bot.Reply{}, d.take(c, stepEntry, found.Value)
		case bot.FoldText(text) == "ver todas las categorias", bot.FoldText(text) == "ver todas":
			c.Answers[seeAll] = "yes"
			return false, bot.Reply{}, nil
		case chosen.Label == "" && len(some) > 0:
			several = some
		}
	}
	switch {
	case chosen.Label != "":
		return false, bot.Reply{}, d.take(c, step, chosen.Value)
	case len(several) > 0:
		return false, bot.Reply{}, unclear(several)
	case step == stepCategory:
		if found := d.suggest(text, mostSuggested); len(found) > 0 {
			c.Answers[firstWords] = text
			delete(c.Answers, seeAll)
			return false, bot.Reply{}, nil
		}
	}
	return false, bot.Reply{}, unclear(nil)
}

// intakePress answers a button or list of the conversation: "intake <id> <step> [value]".
func (d *Desk) intakePress(ctx context.Context, e bot.Event, args []string) (bot.Reply, error) {
	c, err := d.conversation(ctx, e)
	if err != nil {
		return bot.Reply{}, err
	}
	if r, handled, err := d.again(c, e); handled {
		return r, err
	}
	if len(args) < 2 || args[0] != c.ID {
		if c.ID == "" {
			return bot.Reply{Notice: "Esa solicitud ya terminó. Escriba «nueva» para comenzar otra o «mis solicitudes» para ver las suyas."}, nil
		}
		r := d.current(c)
		r.Notice = "Esa pregunta ya pasó. Continúe con la que está más abajo."
		return r, nil
	}
	what, value := args[1], e.Value()
	if len(args) > 2 {
		value = args[2]
	}
	asked := d.next(c)
	switch {
	case what == "cancel":
		return d.cancel(ctx, c, e)
	case what == "back":
		d.back(c)
	case what == "comment" && asked == stepCategory:
		return d.commentInstead(ctx, c, e, value)
	case what == "unattach" && asked == stepFiles:
		c.Files = nil
	case c.Answers[correcting] != "" && what == correcting:
		if !slices.ContainsFunc(correctable, func(o bot.Option) bool { return o.Value == value }) {
			return bot.Reply{}, unclear(nil)
		}
		d.correct(c, value)
	case what == correcting && asked == stepConfirm:
		c.Answers[correcting] = "yes"
	case what == seeAll && asked == stepCategory:
		c.Answers[seeAll] = "yes"
	case what == stepConfirm && asked == stepConfirm && c.Answers[correcting] == "":
		return d.register(ctx, c, e)
	case what == stepDescription && asked == stepDescription:
		err = d.take(c, what, c.Answers[firstWords])
	case what == asked && c.Answers[correcting] == "", what == stepEntry && asked == stepCategory:
		err = d.take(c, what, value)
	default:
		r := d.current(c)
		r.Notice = "Esa pregunta ya pasó. Esta es la actual."
		return r, nil
	}
	if err != nil {
		return bot.Reply{}, err
	}
	return d.save(ctx, c, e, d.current(c))
}

// cancel ends the conversation without a ticket.
func (d *Desk) cancel(ctx context.Context, c *storage.Conversation, e bot.Event) (bot.Reply, error) {
	card := d.leave(c, "Solicitud cancelada", "No se registró nada. Escriba «nueva» cuando quiera comenzar otra.")
	d.end(c)
	return d.save(ctx, c, e, bot.Reply{Posts: []bot.Post{card}})
}

// commentInstead gives the words that began the conversation to a ticket that is open already.
func (d *Desk) commentInstead(ctx context.Context, c *storage.Conversation, e bot.Event, value string) (bot.Reply, error) {
	n, ok := numberOf([]string{value}, 0)
	if !ok {
		return bot.Reply{}, d.said(storage.ErrNotFound, nil)
	}
	if _, err := d.apply(ctx, e, n, ticket.Change{Action: ticket.Comment, Fields: map[string]string{"text": c.Answers[firstWords]}, Files: c.Files}); err != nil {
		return bot.Reply{}, err
	}
	card := d.leave(c, "Mensaje agregado", "Su mensaje quedó en la solicitud N.º "+value+". La Mesa de ayuda ya lo ve.")
	d.end(c)
	return d.save(ctx, c, e, bot.Reply{Posts: []bot.Post{card}})
}

// register makes the ticket: first the ticket, then the conversation ends. Done twice,
// it finds the ticket that it made.
func (d *Desk) register(ctx context.Context, c *storage.Conversation, e bot.Event) (bot.Reply, error) {
	entry, ok := d.Catalog.Entry(c.Answers[stepEntry])
	if !ok || d.next(c) != stepConfirm {
		return d.current(c), nil
	}
	now := d.Now()
	person := ticketPerson(e.From)
	request := ticket.Request{
		Draft: c.ID, Card: cardKey(c), Entry: entry, Impact: c.Answers[stepImpact],
		Description: c.Answers[stepDescription], Files: c.Files,
		Requester: person, OpenedBy: person, Role: ticket.Requester,
		FirstMessageAt: c.StartedAt, At: now, Event: e.Key,
	}
	if c.For != nil {
		request.Requester, request.Role = *c.For, ticket.Agent
		request.Card = "" // the requester's card is another than the one in which an agent put it together
	}
	t := ticket.Open(d.Catalog, request)
	fresh, err := d.Store.CreateTicket(ctx, t, func(t *ticket.Ticket) {
		t.Outbox = nil
		d.owe(t, t.Last(), now, e)
	})
	if err != nil {
		return bot.Reply{}, err
	}
	if fresh {
		d.Log.Info().Int64("ticket", t.Number).Str("entry", t.EntryID).Str("event", e.Key).Msg("ticket registered")
	}
	var r bot.Reply
	if c.For != nil {
		r.Posts = []bot.Post{d.leave(c, fmt.Sprintf("Solicitud N.º %d registrada", t.Number), "A nombre de "+c.For.Name+", que recibe los avisos.")}
	}
	d.end(c)
	d.WakeOutbox()
	return d.save(ctx, c, e, r)
}

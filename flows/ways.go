package flows

import (
	"context"
	"fmt"
	"strconv"

	"helptic/bot"
	"helptic/storage"
	"helptic/ticket"
)

// The ways to the desk that only some chats have: a home page, a mention in a channel, a
// message made a request, a sign put on a card.

const homeKey = "home"

// startDo is the button that begins a request from wherever it stands.
const startDo = "start"

// showHome answers somebody who opened their home page.
func (d *Desk) showHome(ctx context.Context, e bot.Event) (bot.Reply, error) {
	m, err := d.home(ctx, e.From.ID)
	return bot.Reply{Posts: []bot.Post{{Room: bot.Home(e.From.ID), Key: homeKey, Message: m}}}, err
}

// home is the page: what somebody has open, and what they still owe an answer to.
func (d *Desk) home(ctx context.Context, person string) (bot.Message, error) {
	c := &bot.Card{
		Title:   "Mesa de ayuda",
		Text:    "Registre aquí sus solicitudes de soporte, o escríbame en la pestaña de mensajes qué pasa o qué necesita.",
		Buttons: []bot.Button{{Label: "Nueva solicitud", Do: startDo, Tone: bot.Good}},
	}
	found, err := d.Store.Tickets(ctx, storage.Query{Requester: person, States: unfinished, Limit: mostListed + 1})
	if err != nil {
		return bot.Message{}, err
	}
	if len(found) == 0 {
		c.Text += "\n\nNo tiene solicitudes abiertas."
	}
	for i, t := range found {
		if i == mostListed {
			c.Note = fmt.Sprintf("Se muestran las %d más recientes.", mostListed)
			break
		}
		value := d.path(t)
		label := "Ver N.º "
		switch {
		case t.State != ticket.Resolved:
			value += "\nSolución prometida: " + d.time(t.DueAt)
		case !t.Validated():
			value += "\nRevise la solución y díganos si quedó resuelta."
			label = "Revisar N.º "
		case d.surveyOwed(t):
			value += "\nNos falta su calificación."
			label = "Calificar N.º "
		}
		c.Facts = append(c.Facts, bot.Fact{Label: fmt.Sprintf("N.º %d · %s", t.Number, d.stateOf(t)), Value: value, Long: true})
		c.Buttons = append(c.Buttons, bot.Button{Label: label + strconv.FormatInt(t.Number, 10), Do: "show " + strconv.FormatInt(t.Number, 10)})
	}
	c.Buttons = append(c.Buttons, bot.Button{Label: "Mis solicitudes", Do: "show mine"})
	return bot.Message{Text: "Mesa de ayuda", Card: c}, nil
}

func (d *Desk) surveyOwed(t *ticket.Ticket) bool {
	return t.Validated() && t.SurveyWanted() && t.Survey == nil && !d.Now().After(t.SurveyUntil(d.Catalog))
}

// start begins a request, or shows the one that is half put together.
func (d *Desk) start(ctx context.Context, e bot.Event) (bot.Reply, error) {
	away := e.Room.Direct == ""
	e.Room, e.Text, e.Do = bot.Direct(e.From.ID), "", ""
	r, err := d.intakeWords(ctx, e, cmdMenu)
	if err == nil && away {
		r.Notice = "Le escribí por mensaje directo. Continúe allá."
	}
	return r, err
}

// mentioned tells somebody who called the bot in a channel where it listens. Only they see it.
func (d *Desk) mentioned(e bot.Event) bot.Reply {
	return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "mention/" + e.Key, Thread: e.ThreadKey, EphemeralFor: e.From.ID, Message: bot.Message{
		Text: "Las solicitudes se registran por mensaje directo.",
		Card: &bot.Card{
			Title:   "¿Necesita soporte?",
			Text:    "Escríbame por mensaje directo qué pasa o qué necesita, o pulse el botón. Aquí otros verían lo que escriba.",
			Buttons: []bot.Button{{Label: "Nueva solicitud", Do: startDo, Tone: bot.Good}},
		},
	}}}}
}

// adopt begins a request with a message that is there already. The requester is its
// author: for somebody else's only an agent may.
func (d *Desk) adopt(ctx context.Context, e bot.Event) (bot.Reply, error) {
	c, err := d.conversation(ctx, e)
	if err != nil {
		return bot.Reply{}, err
	}
	if r, handled, err := d.again(c, e); handled {
		return r, err
	}
	text := bot.CleanText(e.Text)
	if text == "" && len(e.Files) == 0 {
		return bot.Reply{}, bot.UserErrorf("Ese mensaje no tiene texto ni archivos. Escríbame por mensaje directo qué necesita.")
	}
	var requester *ticket.Person
	if author := e.Values["author"]; author != "" && author != e.From.ID {
		agent, err := d.agent(ctx, nil, e.From.ID)
		if err != nil {
			return bot.Reply{}, err
		}
		if !agent {
			return bot.Reply{}, bot.UserErrorf("Solo la Mesa de ayuda registra solicitudes a nombre de otra persona. Pídale a quien lo escribió que me escriba por mensaje directo.")
		}
		p, err := d.Directory.Person(ctx, author)
		if err != nil || p.Guest {
			return bot.Reply{}, bot.UserErrorf("Quien escribió ese mensaje no es un servidor o contratista de la Entidad que podamos encontrar. Registre la solicitud a su propio nombre.")
		}
		who := ticketPerson(p)
		requester = &who
	}
	var before []bot.Post
	if c.ID != "" {
		before = append(before, d.leave(c, "Solicitud descartada", "Comenzó otra con un mensaje; de esta no se registró nada."))
	}
	d.begin(c)
	c.For = requester
	c.Answers[firstWords] = text
	if err := d.attach(c, e.Files); err != nil {
		return bot.Reply{}, err
	}
	r := d.current(c)
	r.Posts = append(before, r.Posts...)
	r.Notice = "Le escribí por mensaje directo para completar la solicitud."
	return d.save(ctx, c, e, r)
}

// react answers a sign that an agent put on the agents' card: 👀 takes the request, ✅
// offers to resolve it. Other signs, and those of other people, mean nothing to the desk.
func (d *Desk) react(ctx context.Context, e bot.Event) (bot.Reply, error) {
	n, ok := numberOfKey(e.MessageKey)
	if !ok || e.MessageKey != agentCard(n) {
		return bot.Reply{}, nil
	}
	t, err := d.Store.Ticket(ctx, n)
	if err != nil {
		return bot.Reply{}, d.said(err, nil)
	}
	if agent, err := d.agent(ctx, t, e.From.ID); err != nil || !agent {
		return bot.Reply{}, err
	}
	switch e.Value() {
	case "👀":
		assignee := "-"
		if t.Assignee != nil {
			assignee = t.Assignee.ID // who looks at a ticket that somebody has does not take it away
		}
		if assignee != "-" && assignee != e.From.ID {
			return bot.Reply{}, nil
		}
		return d.act(ctx, e, []string{string(ticket.AssignSelf), strconv.FormatInt(n, 10), assignee})
	case "✅":
		if !t.Permits(ticket.Resolve, ticket.Agent) {
			return bot.Reply{}, nil
		}
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "resolve/" + e.Key, Thread: agentCard(n), EphemeralFor: e.From.ID, Message: bot.Message{
			Text: fmt.Sprintf("¿Resolvió la solicitud N.º %d?", n),
			Card: &bot.Card{Title: fmt.Sprintf("¿Resolvió la solicitud N.º %d?", n), Text: "Pulse «Resolver» y escriba la solución; el usuario la recibe.",
				Buttons: []bot.Button{d.button("Resolver", bot.Good, ticket.Resolve, n)}},
		}}}}, nil
	}
	return bot.Reply{}, nil
}

// Find is the bot.Finder of the desk's lists.
func (d *Desk) Find(_ context.Context, list, text string, limit int) ([]bot.Option, error) {
	if list != listEntries {
		return nil, fmt.Errorf("no list %q", list)
	}
	var out []bot.Option
	for _, s := range d.index().Search(text, limit) {
		out = append(out, entryOption(s.Entry))
	}
	return out, nil
}

// listEntries is the list of what a ticket can be classified as.
const listEntries = "entries"

func entryOption(e ticket.Entry) bot.Option {
	return bot.Option{Label: e.Label, Value: e.ID, Group: e.Category.Label}
}

func (d *Desk) entryOptions() []bot.Option {
	var out []bot.Option
	for e := range d.Catalog.Entries() {
		out = append(out, entryOption(e))
	}
	return out
}

package flows

import (
	"context"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/flows/command"
	"helptic/flows/intake"
	"helptic/storage"
	"helptic/ticket"
)

// The entrances that only some chats have: a home page, a message made a request, a reaction
// on a card.

const homeKey = "home"

// showHome answers somebody who opened their home page.
func (d *Desk) showHome(ctx context.Context, e bot.Event) (bot.Reply, error) {
	m, err := d.home(ctx, e.From.ID)
	return bot.Reply{Posts: []bot.Post{{Room: bot.Home(e.From.ID), Key: homeKey, Message: m}}}, err
}

// home is the page of a person.
func (d *Desk) home(ctx context.Context, person string) (bot.Message, error) {
	open, err := d.Store.Tickets(ctx, storage.Query{Requester: person, States: card.Unfinished, Limit: card.MostListed + 1})
	if err != nil {
		return bot.Message{}, err
	}
	return d.view().Home(open), nil
}

// start begins a request, or shows the one that is half put together.
func (d *Desk) start(ctx context.Context, e bot.Event) (bot.Reply, error) {
	elsewhere := e.Room.Direct == ""
	e.Room, e.Text, e.Do = bot.Direct(e.From.ID), "", ""
	r, err := d.intakeText(ctx, e, keyMenu)
	if err == nil && elsewhere {
		r.Notice = card.WroteDirect
	}
	return r, err
}

// fromMessage begins a request with a message that is there already. The requester is its
// author: for somebody else's only an agent may.
func (d *Desk) fromMessage(ctx context.Context, e bot.Event) (bot.Reply, error) {
	c, r, handled, err := d.conversation(ctx, e)
	if err != nil || handled {
		return r, err
	}
	text := bot.CleanText(e.Text)
	if text == "" && len(e.Files) == 0 {
		return bot.Reply{}, card.EmptyMessage()
	}
	requester, err := d.author(ctx, e)
	if err != nil {
		return bot.Reply{}, err
	}
	var before []bot.Post
	if c.ID != "" {
		before = append(before, replaceCard(c, intake.DiscardedForMessage()))
	}
	d.begin(c)
	c.For = requester
	c.Answers[intake.FirstText] = text
	if err := d.intake().Attach(&c.Draft, e.Files); err != nil {
		return bot.Reply{}, err
	}
	return d.ask(ctx, c, e, before, card.FinishInDirect)
}

// author is who wrote the message, nil for the person who acts.
func (d *Desk) author(ctx context.Context, e bot.Event) (*ticket.Person, error) {
	author := e.Values["author"]
	if author == "" || author == e.From.ID {
		return nil, nil
	}
	agent, err := d.agent(ctx, nil, e.From.ID)
	if err != nil {
		return nil, err
	}
	if !agent {
		return nil, card.OnlyAgentsForOthers()
	}
	p, err := d.Directory.Person(ctx, author)
	if err != nil || p.Guest {
		return nil, card.AuthorUnknown()
	}
	person := ticketPerson(p)
	return &person, nil
}

// reaction answers one that an agent added to the agents' card: 👀 takes the ticket, ✅ offers
// to resolve it. Others, and those of other people, mean nothing to the desk.
func (d *Desk) reaction(ctx context.Context, e bot.Event) (bot.Reply, error) {
	n, ok := numberOfKey(e.MessageKey)
	if !ok || e.MessageKey != agentsKey(n) {
		return bot.Reply{}, nil
	}
	t, err := d.ticket(ctx, n)
	if err != nil {
		return bot.Reply{}, err
	}
	if agent, err := d.agent(ctx, t, e.From.ID); err != nil || !agent {
		return bot.Reply{}, err
	}
	switch e.Value() {
	case "👀":
		had := command.NoAssignee
		if t.Assignee != nil {
			had = t.Assignee.ID
		}
		if t.Assignee != nil && had != e.From.ID {
			return bot.Reply{}, nil // who looks at a ticket that somebody has does not take it away
		}
		return d.act(ctx, e, command.Of(ticket.AssignSelf, n).With(had))
	case "✅":
		if !t.Permits(ticket.Resolve, ticket.Agent) {
			return bot.Reply{}, nil
		}
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "resolve/" + e.Key, Thread: agentsKey(n), EphemeralFor: e.From.ID, Message: d.view().AskResolve(t)}}}, nil
	}
	return bot.Reply{}, nil
}

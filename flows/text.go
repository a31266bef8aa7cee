package flows

import (
	"context"
	"errors"
	"strings"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/storage"
	"helptic/ticket"
)

// directText answers what somebody wrote to the bot alone.
func (d *Desk) directText(ctx context.Context, e bot.Event) (bot.Reply, error) {
	k, number := keywordOf(e.Text)
	asks := k == keyHelp || k == keyMine || k == keyStatus || k == keyNew
	if e.ThreadKey != "" && !asks {
		t, err := d.threadTicket(ctx, e)
		switch {
		case err == nil:
			return d.threadText(ctx, e, t)
		case !errors.Is(err, storage.ErrNotFound):
			return bot.Reply{}, err
		}
	}
	switch k {
	case keyHelp:
		return answer(e, card.Help()), nil
	case keyMine:
		return d.myTickets(ctx, e)
	case keyStatus:
		return d.status(ctx, e, number)
	case keySolved, keyNotSolved:
		if r, ok, err := d.solutionText(ctx, e, k); ok || err != nil {
			return r, err
		}
		k = ""
	}
	return d.intakeText(ctx, e, k)
}

// threadTicket finds the ticket under whose message somebody wrote.
func (d *Desk) threadTicket(ctx context.Context, e bot.Event) (*ticket.Ticket, error) {
	if n, ok := numberOfKey(e.ThreadKey); ok {
		return d.Store.Ticket(ctx, n)
	}
	draft, ok := draftOfKey(e.ThreadKey)
	if !ok {
		return nil, storage.ErrNotFound
	}
	found, err := d.Store.Tickets(ctx, storage.Query{Draft: draft, Requester: e.From.ID, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, storage.ErrNotFound
	}
	return found[0], nil
}

// threadText takes what is written under a message about a ticket for the desk: a comment of
// its requester, a note of anybody else.
func (d *Desk) threadText(ctx context.Context, e bot.Event, t *ticket.Ticket) (bot.Reply, error) {
	return d.addText(ctx, e, t.Number, textAction(t, e.From.ID))
}

// channelText keeps what an agent writes under a card as an internal note. What is written
// elsewhere in a channel is for the bot only where it is mentioned.
func (d *Desk) channelText(ctx context.Context, e bot.Event) (bot.Reply, error) {
	n, ok := numberOfKey(e.ThreadKey)
	switch {
	case ok:
		return d.addText(ctx, e, n, ticket.Note)
	case e.Mention:
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "mention/" + e.Key, Thread: e.ThreadKey, EphemeralFor: e.From.ID, Message: card.Mention()}}}, nil
	}
	return bot.Reply{}, nil
}

// addText adds a text and files to a ticket.
func (d *Desk) addText(ctx context.Context, e bot.Event, number int64, action ticket.Action) (bot.Reply, error) {
	text := bot.CleanText(e.Text)
	if text == "" && len(e.Files) == 0 {
		return bot.Reply{}, nil
	}
	k, _ := keywordOf(text)
	courtesy := k == keyThanks && len(e.Files) == 0
	t, err := d.apply(ctx, e, number, ticket.Change{Action: action, Fields: map[string]string{"text": text}, Files: ticketFiles(e.Files), Courtesy: courtesy})
	if err != nil {
		return bot.Reply{}, err
	}
	if action == ticket.Comment && t.State == ticket.Resolved && k != keyThanks && !t.Validated() {
		return bot.Reply{Notice: card.CommentOnResolved(number)}, nil
	}
	return bot.Reply{}, nil
}

// draftOfKey is the id of the draft whose card stands under a key.
func draftOfKey(key string) (string, bool) {
	rest, ok := strings.CutPrefix(key, draftPrefix)
	if !ok {
		return "", false
	}
	id, _, _ := strings.Cut(rest, "/")
	return id, id != ""
}

package flows

import (
	"context"
	"strings"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/storage"
)

// myTickets lists somebody's tickets: the open ones, or the last ones where none is open.
func (d *Desk) myTickets(ctx context.Context, e bot.Event) (bot.Reply, error) {
	q := storage.Query{Requester: e.From.ID, Limit: card.MostListed + 1, States: card.Unfinished}
	found, err := d.Store.Tickets(ctx, q)
	open := len(found) > 0
	if err == nil && !open {
		q.States = nil
		found, err = d.Store.Tickets(ctx, q)
	}
	if err != nil {
		return bot.Reply{}, err
	}
	return answer(e, d.view().MyTickets(found, open)), nil
}

// status shows one ticket to those who may see it.
func (d *Desk) status(ctx context.Context, e bot.Event, number int64) (bot.Reply, error) {
	t, roles, err := d.visible(ctx, number, e.From.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	p := bot.Post{Room: e.Room, Key: statusPrefix(number) + e.Key, Message: d.view().Status(t, roles[0])}
	if strings.HasPrefix(e.MessageKey, statusPrefix(number)) {
		p.Key = e.MessageKey // brought up to date in place
	}
	return bot.Reply{Posts: []bot.Post{p}}, nil
}

// why explains to those who may see a ticket how its promise came about.
func (d *Desk) why(ctx context.Context, e bot.Event, number int64) (bot.Reply, error) {
	t, _, err := d.visible(ctx, number, e.From.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	p := bot.Post{Room: e.Room, Key: "why/" + e.Key, Message: d.view().Why(t)}
	if e.Room.Direct == "" {
		p.EphemeralFor, p.Thread = e.From.ID, agentsKey(number)
	}
	return bot.Reply{Posts: []bot.Post{p}}, nil
}

package flows

import (
	"context"
	"errors"
	"unicode/utf8"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/storage"
	"helptic/ticket"
)

// Limits of one change.
const (
	longest    = 4000 // runes of a field
	mostFields = 20
	mostFiles  = 20
)

// apply makes a change to a ticket, with the notifications that it causes, in one write. An
// event that was applied before changes nothing.
func (d *Desk) apply(ctx context.Context, e bot.Event, number int64, c ticket.Change) (*ticket.Ticket, error) {
	c.By, c.Event = ticketPerson(e.From), e.Key
	for field, text := range c.Fields {
		if n := utf8.RuneCountInString(text); n > longest {
			return nil, card.TooLong(field, n, longest)
		}
	}
	if len(c.Fields) > mostFields || len(c.Files) > mostFiles {
		return nil, card.TooMuch()
	}
	var last *ticket.Ticket
	t, err := d.Store.UpdateTicket(ctx, number, func(t *ticket.Ticket) error {
		last = t
		if _, applied := t.Applied(e.Key); applied {
			return storage.ErrUnchanged // asked before the roles: an action can end the role that somebody had
		}
		roles, err := d.roles(ctx, t, e.From.ID)
		if err != nil {
			return err
		}
		if len(roles) == 0 {
			return card.NotTheirs(t, e.From.ID)
		}
		now := d.Now()
		c.Roles, c.At = roles, now
		before := len(t.History)
		if err := t.Apply(d.Catalog, c); err != nil {
			return err
		}
		for _, r := range t.History[before:] {
			d.enqueue(t, r, now, e)
		}
		return nil
	})
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return nil, card.NotFound()
	case err != nil:
		return last, d.view().Complaint(err, last)
	}
	d.WakeOutbox()
	d.Log.Info().Int64("ticket", number).Str("action", string(c.Action)).Str("state", string(t.State)).Str("event", e.Key).Msg("ticket changed")
	return t, nil
}

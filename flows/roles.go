package flows

import (
	"context"
	"errors"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/storage"
	"helptic/ticket"
)

// roles is what somebody is to a ticket now.
func (d *Desk) roles(ctx context.Context, t *ticket.Ticket, person string) ([]ticket.Role, error) {
	var roles []ticket.Role
	agent, err := d.agent(ctx, t, person)
	if err != nil && t.Requester.ID != person { // a requester does not wait for a chat that is away
		return nil, err
	}
	if t.Requester.ID == person {
		roles = append(roles, ticket.Requester)
	}
	if agent {
		roles = append(roles, ticket.Agent)
	}
	if t.Escalated() && t.Escalation.Official.ID == person {
		roles = append(roles, ticket.Official)
	}
	return roles, nil
}

// agent tells whether somebody works at the desk: for a security incident, the people
// of its channel do too.
func (d *Desk) agent(ctx context.Context, t *ticket.Ticket, person string) (bool, error) {
	yes, err := d.member(ctx, d.AgentChannel, person)
	if err != nil || yes || t == nil || !t.Security || d.SecurityChannel == "" {
		return yes, err
	}
	return d.member(ctx, d.SecurityChannel, person)
}

// member asks the chat. A channel that the chat refuses to tell about, as one that the bot was
// removed from, has no members.
func (d *Desk) member(ctx context.Context, channel, person string) (bool, error) {
	yes, err := d.Directory.Member(ctx, channel, person)
	var again *bot.RetryError
	if err == nil || errors.As(err, &again) || ctx.Err() != nil {
		return yes, err
	}
	d.Log.Error().Str("channel", channel).Err(err).Msg("channel members unavailable, nobody is treated as a member (helptic check says what to do)")
	return false, nil
}

// visible reads a ticket for somebody who may see it, with what they are to it. For anybody
// else the answer is that of a number that does not exist.
func (d *Desk) visible(ctx context.Context, number int64, person string) (*ticket.Ticket, []ticket.Role, error) {
	t, err := d.ticket(ctx, number)
	if err != nil {
		return nil, nil, err
	}
	roles, err := d.roles(ctx, t, person)
	if err != nil {
		return nil, nil, err
	}
	if len(roles) == 0 {
		return nil, nil, card.NotFound()
	}
	return t, roles, nil
}

// ticket reads one; the error for a number that does not exist is a sentence.
func (d *Desk) ticket(ctx context.Context, number int64) (*ticket.Ticket, error) {
	t, err := d.Store.Ticket(ctx, number)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, card.NotFound()
	}
	return t, err
}

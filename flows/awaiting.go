package flows

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/flows/command"
	"helptic/flows/intake"
	"helptic/storage"
	"helptic/ticket"
)

// mostAwaiting is how many tickets on hold of one person are looked at.
const mostAwaiting = 50

// awaiting are the tickets that wait for a person: for their answer as the requester, or for
// their work as the official. The one that waits longest comes first.
func (d *Desk) awaiting(ctx context.Context, person string) ([]*ticket.Ticket, error) {
	onHold := []ticket.State{ticket.OnHold}
	requested, err := d.Store.Tickets(ctx, storage.Query{Requester: person, States: onHold, Limit: mostAwaiting})
	if err != nil {
		return nil, err
	}
	escalated, err := d.Store.Tickets(ctx, storage.Query{Official: person, States: onHold, Limit: mostAwaiting})
	if err != nil {
		return nil, err
	}
	var out []*ticket.Ticket
	for _, t := range append(requested, escalated...) {
		asUser := t.Requester.ID == person && t.Hold.For == ticket.ForUser
		asOfficial := t.Escalated() && t.Escalation.Official.ID == person
		if asUser || asOfficial {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b *ticket.Ticket) int { return a.Hold.Since.Compare(b.Hold.Since) })
	return out, nil
}

// textAction is what somebody's text is to a ticket: a comment of its requester, a note of
// anybody else.
func textAction(t *ticket.Ticket, person string) ticket.Action {
	if t.Requester.ID == person {
		return ticket.Comment
	}
	return ticket.Note
}

// toAwaiting adds what somebody wrote to the one ticket that waits for them, and says so, with a
// button for who meant something else.
func (d *Desk) toAwaiting(ctx context.Context, c *storage.Conversation, e bot.Event, t *ticket.Ticket) (bot.Reply, error) {
	text := bot.CleanText(e.Text)
	changed, err := d.apply(ctx, e, t.Number, ticket.Change{Action: textAction(t, e.From.ID), Fields: map[string]string{"text": text}, Files: ticketFiles(e.Files)})
	if err != nil {
		return bot.Reply{}, err
	}
	r, _ := changed.Applied(e.Key)
	return d.save(ctx, c, e, answer(e, d.view().Added(changed, r)))
}

// keepAwaiting lets the intake ask which of several tickets a text is for.
func (d *Desk) keepAwaiting(draft *ticket.Draft, awaiting []*ticket.Ticket) {
	var numbers []string
	for _, t := range awaiting[:min(len(awaiting), intake.MostAwaiting)] {
		n := strconv.FormatInt(t.Number, 10)
		numbers = append(numbers, n)
		draft.Answers[intake.AwaitingLabel+n] = d.view().Subject(t)
	}
	draft.Answers[intake.Awaiting] = strings.Join(numbers, ",")
}

// undo takes a text back from the ticket that it went to by itself, and asks what it is about.
func (d *Desk) undo(ctx context.Context, e bot.Event, asked command.Command) (bot.Reply, error) {
	c, r, handled, err := d.conversation(ctx, e)
	if err != nil || handled {
		return r, err
	}
	record, _ := strconv.Atoi(asked.Argument) // no number is no record, which is refused
	t, err := d.apply(ctx, e, asked.Ticket, ticket.Change{Action: ticket.Retract, Record: record})
	if err != nil {
		return bot.Reply{}, err
	}
	var before []bot.Post
	if e.MessageKey != "" {
		before = append(before, bot.Post{Room: e.Room, Key: e.MessageKey, EditOnly: true, Message: card.Retracted(t)})
	}
	if c.ID == "" {
		retracted := t.History[record-1]
		d.begin(c)
		c.Answers[intake.FirstText], c.Files = retracted.Fields["text"], retracted.Files
	}
	return d.ask(ctx, c, e, before, "")
}

// solutionWaiting are the resolved tickets whose requester has not said whether they are solved.
func (d *Desk) solutionWaiting(ctx context.Context, person string) ([]*ticket.Ticket, error) {
	found, err := d.Store.Tickets(ctx, storage.Query{Requester: person, States: []ticket.State{ticket.Resolved}, Limit: mostAwaiting})
	return slices.DeleteFunc(found, func(t *ticket.Ticket) bool { return t.Validated() }), err
}

// solutionText answers who types what a button of the solution says. It is not ok where no
// solution waits for them: their text is about something else.
func (d *Desk) solutionText(ctx context.Context, e bot.Event, k keyword) (r bot.Reply, ok bool, err error) {
	waiting, err := d.solutionWaiting(ctx, e.From.ID)
	switch {
	case err != nil || len(waiting) == 0:
		return bot.Reply{}, false, err
	case len(waiting) > 1:
		r, err = d.myTickets(ctx, e)
	case k == keyNotSolved:
		r = answer(e, d.view().AskReject(waiting[0]))
	default:
		r, err = d.act(ctx, e, command.Of(ticket.Validate, waiting[0].Number))
	}
	return r, true, err
}

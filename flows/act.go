package flows

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/flows/command"
	"helptic/ticket"
)

// act answers a button or form about a ticket. What an action asks for is asked in a form
// first, unless the form is what was sent.
func (d *Desk) act(ctx context.Context, e bot.Event, c command.Command) (bot.Reply, error) {
	a, ok := card.ActionOf(c.Action)
	if !ok {
		return bot.Reply{Notice: card.ButtonGone}, nil
	}
	t, err := d.ticket(ctx, c.Ticket)
	if err != nil {
		return bot.Reply{}, err
	}
	if _, applied := t.Applied(e.Key); applied {
		return d.refreshStatus(ctx, e, t) // handled before the process died
	}
	rating := 0
	if a.Do == ticket.Rate {
		rating, _ = strconv.Atoi(c.Argument) // none is 0
	}
	asks := d.view().Asks(a, rating)
	if a.Do == ticket.Rate && rating == 0 && t.Survey != nil {
		rating = t.Survey.Rating // more questions about the same
	}
	if asks && !e.Form {
		return d.openForm(ctx, e, t, a, rating)
	}
	change := ticket.Change{Action: a.Do, Fields: map[string]string{}, Rating: rating}
	if a.Do == ticket.AssignSelf && c.Argument != command.NoAssignee {
		change.Assignee = c.Argument
	}
	if err := d.readForm(ctx, e, a, t, &change); err != nil {
		return bot.Reply{}, err
	}
	if rating > 0 {
		change.Fields["rating"] = card.RatingText(rating)
	}
	changed, err := d.apply(ctx, e, t.Number, change)
	if err != nil {
		return d.freshCard(ctx, e, t.Number), err
	}
	return d.refreshStatus(ctx, e, changed)
}

// openForm asks what an action needs, unless the action is not possible any more.
func (d *Desk) openForm(ctx context.Context, e bot.Event, t *ticket.Ticket, a card.Action, rating int) (bot.Reply, error) {
	roles, err := d.roles(ctx, t, e.From.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(roles) == 0 {
		return bot.Reply{}, card.NotTheirs(t, e.From.ID)
	}
	if err := t.Authorize(a.Do, roles...); err != nil {
		return d.freshCard(ctx, e, t.Number), d.view().Complaint(err, t)
	}
	form := d.view().Form(a, t, rating)
	if a.Do == ticket.Escalate {
		form.Fields[0].Options = d.officialOptions(ctx)
	}
	return bot.Reply{Open: form}, nil
}

// namesTimeout is how long the names of officials are waited for, while somebody waits for the form.
const namesTimeout = time.Second

// officialOptions are the officials by name, in whatever chat they are; none where OFFICIALS
// names nobody or somebody by e-mail, so that anybody of the chat can be picked.
func (d *Desk) officialOptions(ctx context.Context) []bot.Option {
	out := make([]bot.Option, len(d.Officials))
	ctx, cancel := context.WithTimeout(ctx, namesTimeout)
	defer cancel()
	var lookups sync.WaitGroup
	for i, o := range d.Officials {
		if bot.Address(o) == "" {
			return nil
		}
		lookups.Go(func() {
			out[i] = bot.Option{Label: bot.Address(o), Value: o}
			if p, err := d.Directory.Person(ctx, o); err == nil && p.Name != "" {
				out[i].Label = p.Name
			}
		})
	}
	lookups.Wait()
	return out
}

// freshCard shows somebody who came too late the card as it is now.
func (d *Desk) freshCard(ctx context.Context, e bot.Event, number int64) bot.Reply {
	t, err := d.Store.Ticket(ctx, number)
	if err != nil || e.Room.Channel == "" {
		return bot.Reply{}
	}
	return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: agentsKey(number), Message: d.view().Agents(t), EditOnly: true}}}
}

// refreshStatus brings a card that somebody had asked for, and acted on, up to date.
func (d *Desk) refreshStatus(ctx context.Context, e bot.Event, t *ticket.Ticket) (bot.Reply, error) {
	if !strings.HasPrefix(e.MessageKey, statusPrefix(t.Number)) {
		return bot.Reply{}, nil
	}
	roles, err := d.roles(ctx, t, e.From.ID)
	if err != nil || len(roles) == 0 {
		return bot.Reply{}, err
	}
	return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: e.MessageKey, Message: d.view().Status(t, roles[0]), EditOnly: true}}}, nil
}

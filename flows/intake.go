package flows

import (
	"cmp"
	"context"
	"errors"
	"strconv"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/flows/command"
	"helptic/flows/intake"
	"helptic/storage"
	"helptic/ticket"
)

// intakeText answers what somebody typed that is about no ticket: k is the keyword in it.
func (d *Desk) intakeText(ctx context.Context, e bot.Event, k keyword) (bot.Reply, error) {
	c, r, handled, err := d.conversation(ctx, e)
	if err != nil || handled {
		return r, err
	}
	if c.ID == "" {
		return d.intakeBegins(ctx, c, e, k)
	}
	var before []bot.Post
	answers := false
	switch k {
	case keyCancel:
		return d.cancel(ctx, c, e)
	case keyNew:
		before = append(before, replaceCard(c, intake.Discarded()))
		d.begin(c)
	case keyBack:
		if !d.intake().Back(&c.Draft) {
			return answer(e, intake.FirstQuestion()), nil
		}
	case keyMenu:
		before = append(before, replaceCard(c, intake.ContinuedBelow()))
		c.Card++
	default:
		answers = true
	}
	if err := d.intake().Attach(&c.Draft, e.Files); err != nil {
		return bot.Reply{}, err
	}
	if !answers {
		return d.ask(ctx, c, e, before, "")
	}
	return d.intakeAnswer(ctx, c, e)
}

// intakeBegins answers what somebody typed who has no draft: anything but thanks begins one.
func (d *Desk) intakeBegins(ctx context.Context, c *storage.Conversation, e bot.Event, k keyword) (bot.Reply, error) {
	switch {
	case k == keyThanks && len(e.Files) == 0:
		return answer(e, intake.Courtesy()), nil
	case k == keyCancel, k == keyBack:
		return answer(e, intake.NothingBegun()), nil
	}
	var awaiting []*ticket.Ticket
	if k == "" {
		var err error
		if awaiting, err = d.awaiting(ctx, e.From.ID); err != nil {
			return bot.Reply{}, err
		}
		if len(awaiting) == 1 {
			return d.toAwaiting(ctx, c, e, awaiting[0])
		}
	}
	d.begin(c)
	if len(awaiting) > 1 {
		d.keepAwaiting(&c.Draft, awaiting)
	}
	if k != keyNew && k != keyMenu {
		open, err := d.openTicket(ctx, e.From.ID)
		if err != nil {
			return bot.Reply{}, err
		}
		c.Answers[intake.FirstText] = bot.CleanText(e.Text)
		if open != "" {
			c.Answers[intake.OpenTicket] = open
		}
	}
	if err := d.intake().Attach(&c.Draft, e.Files); err != nil {
		return bot.Reply{}, err
	}
	return d.ask(ctx, c, e, nil, "")
}

// intakeAnswer takes typed text as the answer to the question that is asked. Where it is none,
// the files that came with it are kept all the same.
func (d *Desk) intakeAnswer(ctx context.Context, c *storage.Conversation, e bot.Event) (bot.Reply, error) {
	text := bot.CleanText(e.Text)
	if text == "" {
		return d.ask(ctx, c, e, nil, "")
	}
	asked, err := d.intake().Read(&c.Draft, text, len(e.Files) > 0)
	if err == nil {
		var r bot.Reply
		if r, err = d.intakeCommand(ctx, c, e, asked); err == nil {
			return r, nil
		}
	}
	var complaint *bot.UserError
	if !errors.As(err, &complaint) {
		return bot.Reply{}, err
	}
	return d.ask(ctx, c, e, nil, complaint.Text)
}

// intakePress answers a button or list of the intake.
func (d *Desk) intakePress(ctx context.Context, e bot.Event, pressed command.Command) (bot.Reply, error) {
	c, r, handled, err := d.conversation(ctx, e)
	if err != nil || handled {
		return r, err
	}
	switch {
	case c.ID == "":
		return bot.Reply{Notice: intake.DraftEnded}, nil
	case pressed.Draft != c.ID:
		r := d.currentQuestion(c)
		r.Notice = intake.OtherDraft
		return r, nil
	}
	pressed.Argument = cmp.Or(pressed.Argument, e.Value())
	return d.intakeCommand(ctx, c, e, pressed)
}

// intakeCommand does what was pressed, or what typed text stands for.
func (d *Desk) intakeCommand(ctx context.Context, c *storage.Conversation, e bot.Event, asked command.Command) (bot.Reply, error) {
	outcome, err := d.intake().Answer(&c.Draft, asked)
	if err != nil {
		return bot.Reply{}, err
	}
	switch outcome {
	case intake.Cancel:
		return d.cancel(ctx, c, e)
	case intake.Comment:
		return d.commentInstead(ctx, c, e, asked.Argument)
	case intake.Register:
		return d.register(ctx, c, e)
	case intake.Stale:
		r := d.currentQuestion(c)
		r.Notice = intake.QuestionEnded
		return r, nil
	}
	return d.ask(ctx, c, e, nil, "")
}

// ask shows the question that the draft has come to and keeps the conversation.
func (d *Desk) ask(ctx context.Context, c *storage.Conversation, e bot.Event, before []bot.Post, notice string) (bot.Reply, error) {
	r := d.currentQuestion(c)
	r.Posts, r.Notice = append(before, r.Posts...), notice
	return d.save(ctx, c, e, r)
}

// cancel ends the draft without a ticket.
func (d *Desk) cancel(ctx context.Context, c *storage.Conversation, e bot.Event) (bot.Reply, error) {
	ended := replaceCard(c, intake.Cancelled())
	endDraft(c)
	return d.save(ctx, c, e, bot.Reply{Posts: []bot.Post{ended}})
}

// commentInstead gives the first text to a ticket that is open already.
func (d *Desk) commentInstead(ctx context.Context, c *storage.Conversation, e bot.Event, argument string) (bot.Reply, error) {
	number, err := strconv.ParseInt(argument, 10, 64)
	if err != nil {
		return bot.Reply{}, card.NotFound()
	}
	if _, err := d.apply(ctx, e, number, ticket.Change{Action: ticket.Comment, Fields: map[string]string{"text": c.Answers[intake.FirstText]}, Files: c.Files}); err != nil {
		return bot.Reply{}, err
	}
	ended := replaceCard(c, intake.Commented(number))
	endDraft(c)
	return d.save(ctx, c, e, bot.Reply{Posts: []bot.Post{ended}})
}

// openTicket is the number of the open ticket that somebody's text may belong to, "" for none.
func (d *Desk) openTicket(ctx context.Context, person string) (string, error) {
	found, err := d.Store.Tickets(ctx, storage.Query{Requester: person, Limit: 1, States: card.Unfinished})
	if err != nil || len(found) == 0 {
		return "", err
	}
	return strconv.FormatInt(found[0].Number, 10), nil
}

// register makes the ticket: first the ticket, then the draft ends. Done twice, it finds the
// ticket that it made.
func (d *Desk) register(ctx context.Context, c *storage.Conversation, e bot.Event) (bot.Reply, error) {
	in := d.intake()
	entry, ok := d.Catalog.Entry(c.Answers[intake.Entry])
	if !ok || !in.Complete(&c.Draft) {
		return d.currentQuestion(c), nil
	}
	now := d.Now()
	person := ticketPerson(e.From)
	request := ticket.Request{
		Draft: c.ID, Card: draftKey(&c.Draft), Entry: entry, Impact: c.Answers[intake.Impact],
		Description: c.Answers[intake.Description], Details: in.Details(&c.Draft), Files: c.Files,
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
		d.enqueue(t, t.Last(), now, e)
	})
	if err != nil {
		return bot.Reply{}, err
	}
	if fresh {
		d.Log.Info().Int64("ticket", t.Number).Str("entry", t.EntryID).Str("event", e.Key).Msg("ticket registered")
	}
	var r bot.Reply
	if c.For != nil {
		r.Posts = []bot.Post{replaceCard(c, intake.RegisteredFor(t.Number, c.For.Name))}
	}
	endDraft(c)
	d.WakeOutbox()
	return d.save(ctx, c, e, r)
}

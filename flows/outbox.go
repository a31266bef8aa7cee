package flows

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/storage"
	"helptic/ticket"
)

// Lease writes the notifications that are due now: it is the bot.Notifications of the outbox.
func (d *Desk) Lease(ctx context.Context, now, until time.Time, limit int) ([]bot.Leased, error) {
	tickets, err := d.Store.LeaseNotifications(ctx, now, until, limit)
	if err != nil {
		return nil, err
	}
	var leased []bot.Leased
	for _, t := range tickets {
		l, err := d.leased(ctx, t, now)
		if err != nil {
			return nil, err
		}
		leased = append(leased, l)
	}
	return leased, nil
}

// leased are the notifications of one ticket that are due. One that is not due yet holds up
// those behind it to the same place.
func (d *Desk) leased(ctx context.Context, t *ticket.Ticket, now time.Time) (bot.Leased, error) {
	var due, obsolete []ticket.Notification
	var posts []bot.Post
	blocked := map[string]bool{}
	for _, n := range t.Outbox {
		if n.After.After(now) || blocked[n.To] {
			blocked[n.To] = true
			continue
		}
		if n.Reminder != nil && (!reminderApplies(t, n) || d.Catalog.Calendar.Open(now).After(now)) {
			obsolete = append(obsolete, n)
			continue
		}
		p, err := d.post(ctx, t, n)
		if err != nil {
			return bot.Leased{}, err
		}
		due = append(due, n)
		posts = append(posts, p)
	}
	return bot.Leased{
		Posts: posts,
		Renew: func(ctx context.Context, until time.Time) error { return d.renewLease(ctx, t.Number, until) },
		Acknowledge: func(ctx context.Context, results []error) error {
			return d.acknowledge(ctx, t.Number, due, obsolete, results)
		},
	}, nil
}

func (d *Desk) renewLease(ctx context.Context, number int64, until time.Time) error {
	_, err := d.Store.UpdateTicket(ctx, number, func(t *ticket.Ticket) error {
		if t.LeaseUntil.IsZero() {
			return storage.ErrUnchanged // acknowledged meanwhile
		}
		t.LeaseUntil = until
		return nil
	})
	return err
}

// acknowledge writes down the result of each notification of a ticket. Obsolete ones have
// nothing to say any more. One that can never be delivered is recorded in the history, where the
// agents see it.
func (d *Desk) acknowledge(ctx context.Context, number int64, due, obsolete []ticket.Notification, results []error) error {
	now := d.Now()
	mails, err := d.messageIDs(ctx, due, results)
	if err != nil {
		return err
	}
	_, err = d.Store.UpdateTicket(ctx, number, func(t *ticket.Ticket) error {
		t.LeaseUntil = time.Time{}
		for _, n := range obsolete {
			t.Acknowledge(n)
			if opening := d.Catalog.Calendar.Open(now); opening.After(now) {
				t.RescheduleReminder(*n.Reminder, opening)
			}
		}
		for i, n := range due {
			if err := d.acknowledgeOne(t, n, results[i], mails[n.Key+n.To], now); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func (d *Desk) acknowledgeOne(t *ticket.Ticket, n ticket.Notification, result error, messageID string, now time.Time) error {
	var again *bot.RetryError
	switch {
	case result == nil:
		t.Acknowledge(n)
		if messageID != "" {
			if err := d.recordMail(t, n, messageID, now); err != nil && !errors.Is(err, ticket.ErrApplied) {
				return err
			}
		}
	case errors.Is(result, bot.ErrBlocked):
	case errors.As(result, &again):
		after := max(again.After, time.Second)
		t.Postpone(n, now.Add(after))
		d.Log.Debug().Int64("ticket", t.Number).Str("kind", n.Kind).Int("attempts", n.Attempts+1).Dur("after", after).Err(result).Msg("notification attempt failed, retrying")
	default:
		t.Acknowledge(n)
		d.Log.Error().Int64("ticket", t.Number).Str("kind", n.Kind).Str("chat", bot.Chat(n.To)).Int("attempts", n.Attempts+1).Err(result).Msg("notification refused, not retried")
		d.undeliverable(t, n, now)
	}
	return nil
}

// undeliverable records that somebody could not be notified, once a day for each address: a
// message that is refused tomorrow is news again.
func (d *Desk) undeliverable(t *ticket.Ticket, n ticket.Notification, now time.Time) {
	if n.To == ticket.ToAgents || n.To == ticket.ToSecurity || n.Kind == kindRequester {
		return // nobody is left to notify, or the message about the record says more
	}
	to := addressee(t, n.To)
	name, reason := to.Name, card.ReasonChat
	if bot.Chat(n.To) == mailChat {
		name, reason = bot.Address(n.To), card.ReasonMail
	} else if d.enqueueInstead(t, n, to, now) {
		reason = card.ReasonChatMail
	}
	day := func(at time.Time) string { return at.In(d.Catalog.Calendar.Location()).Format(time.DateOnly) }
	if slices.ContainsFunc(t.History, func(r ticket.Record) bool {
		return r.Action == ticket.Undeliverable && r.Fields["address"] == n.To && day(r.At) == day(now)
	}) {
		return
	}
	c := ticket.Change{Action: ticket.Undeliverable, Roles: []ticket.Role{ticket.System}, At: now,
		Fields: map[string]string{"person": name, "address": n.To, "reason": reason}}
	if err := t.Apply(d.Catalog, c); err != nil {
		d.Log.Error().Int64("ticket", t.Number).Err(err).Msg("undeliverable notification not recorded, the agents are not notified")
		return
	}
	t.Enqueue(ticket.Notification{Key: recordKey(t.Number, t.Last().N), To: ticket.ToAgents, Kind: kindTimeline, Record: t.Last().N}, now)
}

// addressee is the person of a ticket with an address.
func addressee(t *ticket.Ticket, address string) ticket.Person {
	people := []ticket.Person{t.Requester}
	if t.Assignee != nil {
		people = append(people, *t.Assignee)
	}
	if t.Escalation != nil {
		people = append(people, t.Escalation.Official)
	}
	for _, r := range t.History {
		people = append(people, r.By)
	}
	for _, p := range people {
		if p.ID == address {
			return p
		}
	}
	return ticket.Person{ID: address, Name: address}
}

// post writes a notification from the ticket as it is now.
func (d *Desk) post(ctx context.Context, t *ticket.Ticket, n ticket.Notification) (bot.Post, error) {
	kind, byMail := strings.CutPrefix(n.Kind, mailPrefix)
	if kind == kindHome {
		m, err := d.home(ctx, n.To)
		return bot.Post{Room: bot.Home(n.To), Key: homeKey, Message: m, EditOnly: true}, err
	}
	p := bot.Post{Key: n.Key, Room: bot.Direct(n.To), Message: d.message(t, n, kind)}
	switch n.To {
	case ticket.ToAgents:
		p.Room = bot.Channel(d.AgentChannel)
	case ticket.ToSecurity:
		p.Room = bot.Channel(d.SecurityChannel)
		p.EditOnly = !t.Security // only one that was taken for a security incident stands there
	}
	if kind == kindTimeline {
		p.Thread = agentsKey(t.Number)
	}
	if byMail {
		p.Message = card.AsMail(p.Message)
	}
	return p, nil
}

// message is what a notification of a kind says.
func (d *Desk) message(t *ticket.Ticket, n ticket.Notification, kind string) bot.Message {
	v, record := d.view(), t.History[n.Record-1]
	switch kind {
	case kindMail:
		return v.Mail(t, record)
	case kindReminder:
		return v.Reminder(t, *n.Reminder, d.audience(n.To))
	case kindAgents:
		return v.Agents(t)
	case kindTimeline:
		return v.Timeline(t, record)
	case kindRequesterNews:
		return v.RequesterNews(t, record)
	case kindSolution:
		return v.Solution(t)
	case kindOfficial:
		return v.Official(t)
	case kindAssigneeNews:
		return v.AssigneeNews(t, record, strings.HasSuffix(strings.TrimSuffix(n.Key, mailSuffix), beforeSuffix))
	}
	return v.Requester(t)
}

// audience is for whom a reminder to an address is written.
func (d *Desk) audience(to string) card.Audience {
	switch {
	case slices.Contains(d.Supervisors, to):
		return card.Supervisor
	case to == ticket.ToAgents:
		return card.Channel
	}
	return card.Responsible
}

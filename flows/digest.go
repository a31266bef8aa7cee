package flows

import (
	"context"
	"slices"
	"time"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/flows/command"
	"helptic/storage"
	"helptic/ticket"
)

// clockChat is the chat of what time alone brings. No adapter has that name, so nobody can
// send what it does. Each person of it is an ordering key of the inbox: a room that is away
// holds up no other.
const clockChat = "clock"

const (
	digestWindow = 4 * time.Hour // working time after which the morning is over
	mostOpen     = 5000          // tickets that a list is made from
	weekPage     = 500           // tickets that are read at a time
)

// acceptDigest accepts the digest of a working day, from its first working hour on. The inbox
// makes it happen once, whatever restarts and however many processes there are.
func (d *Desk) acceptDigest(ctx context.Context, now time.Time) error {
	cal := &d.Catalog.Calendar
	midnight := d.midnight(now)
	day := midnight.Format(time.DateOnly)
	if d.Accept == nil || !cal.Open(now).Equal(now) || d.digested.Load() == day {
		return nil
	}
	if cal.Between(midnight, now) < digestWindow {
		e := bot.Event{Key: "digest/" + day, At: now, From: bot.Person{ID: clockChat + ":digest"}, Room: bot.Channel(d.AgentChannel), Do: command.Command{Verb: command.Digest}.String()}
		if err := d.Accept(ctx, e); err != nil {
			return err
		}
	}
	d.digested.Store(day)
	return nil
}

// midnight begins the day of an instant, in the zone of the entity.
func (d *Desk) midnight(at time.Time) time.Time {
	local := at.In(d.Catalog.Calendar.Location())
	return time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, local.Location())
}

// acceptCatchUp accepts what takes the place of somebody's late reminders, once an hour.
func (d *Desk) acceptCatchUp(ctx context.Context, to string, now time.Time) error {
	room := bot.Direct(to)
	if to == ticket.ToAgents {
		room = bot.Channel(d.AgentChannel)
	}
	key := "late/" + to + "/" + now.In(d.Catalog.Calendar.Location()).Format("2006-01-02T15")
	return d.Accept(ctx, bot.Event{Key: key, At: now, From: bot.Person{ID: clockChat + ":late/" + to}, Room: room, Do: command.Command{Verb: command.Late, Argument: to}.String()})
}

// clockEvent answers what time itself does.
func (d *Desk) clockEvent(ctx context.Context, e bot.Event) (bot.Reply, error) {
	open, err := d.Store.Tickets(ctx, storage.Query{States: card.Unfinished, Limit: mostOpen})
	if err != nil {
		return bot.Reply{}, err
	}
	if c, ok := command.Parse(e.Do); ok && c.Verb == command.Late {
		m := d.view().CatchUp(d.concerning(open, c.Argument))
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: e.Key, Message: m}}}, nil
	}
	day := d.midnight(e.At)
	r := bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: e.Key, Message: d.view().Digest(day, open)}}}
	monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	if d.Catalog.Calendar.Between(monday, day) == 0 { // the first working day of the week
		week, err := d.week(ctx, monday.AddDate(0, 0, -7), monday)
		if err != nil {
			return bot.Reply{}, err
		}
		r.Posts = append(r.Posts, bot.Post{Room: e.Room, Key: e.Key + "/week", Message: d.view().Weekly(week)})
	}
	return r, nil
}

// concerning are the tickets that somebody is reminded of: their own, or all for the channel
// and the supervisors.
func (d *Desk) concerning(open []*ticket.Ticket, to string) []*ticket.Ticket {
	if to == ticket.ToAgents || slices.Contains(d.Supervisors, to) {
		return open
	}
	return slices.DeleteFunc(open, func(t *ticket.Ticket) bool {
		return (t.Assignee == nil || t.Assignee.ID != to) && (!t.Escalated() || t.Escalation.Official.ID != to)
	})
}

// week counts what happened in one.
func (d *Desk) week(ctx context.Context, from, to time.Time) (card.Week, error) {
	w := card.Week{From: from, To: to}
	during := func(t time.Time) bool { return !t.Before(from) && t.Before(to) }
	for before := int64(0); ; {
		page, err := d.Store.Tickets(ctx, storage.Query{Limit: weekPage, Before: before})
		if err != nil {
			return card.Week{}, err
		}
		for _, t := range page {
			if during(t.RegisteredAt) {
				w.Registered++
			}
			if t.Solution != nil && during(t.Solution.At) {
				w.Resolved++
				if !t.Solution.At.After(t.DueAt) {
					w.InTime++
				}
			}
			if t.Survey != nil && during(t.Survey.At) {
				w.Rated++
				w.Stars += t.Survey.Rating
			}
		}
		if len(page) < weekPage || page[len(page)-1].RegisteredAt.Before(from.AddDate(0, -3, 0)) {
			return w, nil // what is older than three months is solved in that week by rare exception
		}
		before = page[len(page)-1].Number
	}
}

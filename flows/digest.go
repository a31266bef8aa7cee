package flows

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"helptic/bot"
	"helptic/storage"
	"helptic/ticket"
)

// clock is the chat of what time alone brings. No adapter has that name, so nobody can
// send what it does. Each person of it is a lane of the inbox: a room that is away
// holds up no other.
const clock = "clock"

// The digests, which are events: the inbox makes each happen once, whatever restarts and
// however many processes there are.
const (
	doDigest   = "digest"
	doLate     = "late"
	digestTime = 4 * time.Hour // working time after which the morning is over
	mostOpen   = 5000          // tickets that a list is made from
)

// morning accepts the digest of a working day, from its first working hour on.
func (d *Desk) morning(ctx context.Context, now time.Time) error {
	cal := &d.Catalog.Calendar
	local := now.In(cal.Location())
	day := local.Format(time.DateOnly)
	if d.Accept == nil || !cal.Open(now).Equal(now) || d.digested.Load() == day {
		return nil
	}
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, cal.Location())
	if cal.Between(midnight, now) < digestTime {
		e := bot.Event{Key: "digest/" + day, At: now, From: bot.Person{ID: clock + ":digest"}, Room: bot.Channel(d.AgentChannel), Do: doDigest}
		if err := d.Accept(ctx, e); err != nil {
			return err
		}
	}
	d.digested.Store(day)
	return nil
}

// clockEvent answers what time itself does.
func (d *Desk) clockEvent(ctx context.Context, e bot.Event) (bot.Reply, error) {
	verb, args := verbOf(e.Do)
	if verb == doLate && len(args) == 1 {
		m, err := d.late(ctx, args[0])
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: e.Key, Message: m}}}, err
	}
	cal := &d.Catalog.Calendar
	local := e.At.In(cal.Location())
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, cal.Location())
	m, err := d.digest(ctx, day)
	if err != nil {
		return bot.Reply{}, err
	}
	r := bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: e.Key, Message: m}}}
	monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	if cal.Between(monday, day) == 0 { // the first working day of the week
		week, err := d.weekly(ctx, monday.AddDate(0, 0, -7), monday)
		if err != nil {
			return bot.Reply{}, err
		}
		r.Posts = append(r.Posts, bot.Post{Room: e.Room, Key: e.Key + "/week", Message: week})
	}
	return r, nil
}

// tellLate accepts what takes the place of somebody's reminders that nobody could give, once an hour.
func (d *Desk) tellLate(ctx context.Context, to string, now time.Time) error {
	room := bot.Direct(to)
	if to == ticket.ToAgents {
		room = bot.Channel(d.AgentChannel)
	}
	key := "late/" + to + "/" + now.In(d.Catalog.Calendar.Location()).Format("2006-01-02T15")
	return d.Accept(ctx, bot.Event{Key: key, At: now, From: bot.Person{ID: clock + ":late/" + to}, Room: room, Do: doLate + " " + to})
}

// late takes the place of the reminders that nobody could give while the bot was away.
func (d *Desk) late(ctx context.Context, to string) (bot.Message, error) {
	open, err := d.Store.Tickets(ctx, storage.Query{States: unfinished, Limit: mostOpen})
	if err != nil {
		return bot.Message{}, err
	}
	if to != ticket.ToAgents && !slices.Contains(d.Supervisors, to) {
		open = slices.DeleteFunc(open, func(t *ticket.Ticket) bool {
			return (t.Assignee == nil || t.Assignee.ID != to) && (!t.Escalated() || t.Escalation.Official.ID != to)
		})
	}
	c := &bot.Card{Title: "Puesta al día", Tone: bot.Waiting, Text: "El bot estuvo fuera de servicio y no pudo recordar a tiempo. Así están las solicitudes:"}
	d.listDue(c, open)
	if len(c.Facts) == 0 {
		c.Text = "El bot estuvo fuera de servicio. Ninguna solicitud está vencida ni vence hoy."
	}
	return bot.Message{Text: "Puesta al día de la Mesa de ayuda.", Card: c}, nil
}

// digest tells the agents how the day begins.
func (d *Desk) digest(ctx context.Context, day time.Time) (bot.Message, error) {
	open, err := d.Store.Tickets(ctx, storage.Query{States: unfinished, Limit: mostOpen})
	if err != nil {
		return bot.Message{}, err
	}
	c := &bot.Card{Title: "Buenos días", Subtitle: ticket.FormatWeekday(day), Tone: bot.Info}
	if len(open) == 0 {
		c.Text = "No hay solicitudes abiertas."
		return bot.Message{Text: "Buenos días. No hay solicitudes abiertas.", Card: c}, nil
	}
	count := map[ticket.State]int{}
	for _, t := range open {
		count[t.State]++
	}
	var parts []string
	for _, s := range unfinished {
		if n := count[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d en «%s»", n, stateNames[s]))
		}
	}
	c.Facts = []bot.Fact{{Label: "Abiertas", Value: fmt.Sprintf("%d (%s)", len(open), enumerate(parts))}}
	d.listDue(c, open)
	return bot.Message{Text: fmt.Sprintf("Buenos días. Solicitudes abiertas: %d.", len(open)), Card: c}, nil
}

// listDue adds to a card what is overdue and what is due today, the most urgent first.
func (d *Desk) listDue(c *bot.Card, open []*ticket.Ticket) {
	const most = 15
	now := d.Now()
	today := now.In(d.Catalog.Calendar.Location()).Format(time.DateOnly)
	var overdue, due []*ticket.Ticket
	for _, t := range open {
		switch {
		case t.State == ticket.Resolved, t.Paused():
		case !t.DueAt.After(now):
			overdue = append(overdue, t)
		case t.DueAt.In(d.Catalog.Calendar.Location()).Format(time.DateOnly) == today:
			due = append(due, t)
		}
	}
	for _, list := range []struct {
		label   string
		tickets []*ticket.Ticket
	}{{"Vencidas", overdue}, {"Vencen hoy", due}} {
		if len(list.tickets) == 0 {
			continue
		}
		slices.SortFunc(list.tickets, func(a, b *ticket.Ticket) int {
			return cmp.Or(a.DueAt.Compare(b.DueAt), cmp.Compare(a.Number, b.Number))
		})
		var lines []string
		for _, t := range list.tickets[:min(most, len(list.tickets))] {
			lines = append(lines, fmt.Sprintf("N.º %d · %s · %s · %s", t.Number, d.entryLabel(t), d.due(t), d.assignee(t)))
		}
		if more := len(list.tickets) - most; more > 0 {
			lines = append(lines, fmt.Sprintf("y %d más", more))
		}
		c.Facts = append(c.Facts, bot.Fact{Label: fmt.Sprintf("%s: %d", list.label, len(list.tickets)), Value: strings.Join(lines, "\n"), Long: true})
	}
}

// weekly sums up the week before.
func (d *Desk) weekly(ctx context.Context, from, to time.Time) (bot.Message, error) {
	c := &bot.Card{Title: "La semana que pasó", Subtitle: ticket.FormatWeekday(from) + " a " + ticket.FormatWeekday(to.AddDate(0, 0, -1)), Tone: bot.Info}
	registered, resolved, inTime, rated, stars := 0, 0, 0, 0, 0
	during := func(t time.Time) bool { return !t.Before(from) && t.Before(to) }
	for before := int64(0); ; {
		page, err := d.Store.Tickets(ctx, storage.Query{Limit: 500, Before: before})
		if err != nil {
			return bot.Message{}, err
		}
		for _, t := range page {
			if during(t.RegisteredAt) {
				registered++
			}
			if t.Solution != nil && during(t.Solution.At) {
				resolved++
				if !t.Solution.At.After(t.DueAt) {
					inTime++
				}
			}
			if t.Survey != nil && during(t.Survey.At) {
				rated++
				stars += t.Survey.Rating
			}
		}
		if len(page) < 500 || page[len(page)-1].RegisteredAt.Before(from.AddDate(0, -3, 0)) {
			break // what is older than three months is not solved in that week but by rare exception
		}
		before = page[len(page)-1].Number
	}
	c.Facts = []bot.Fact{{Label: "Registradas", Value: fmt.Sprint(registered)}, {Label: "Resueltas", Value: fmt.Sprint(resolved)}}
	if resolved > 0 {
		c.Facts = append(c.Facts, bot.Fact{Label: "Dentro del plazo", Value: fmt.Sprintf("%d de %d (%d %%)", inTime, resolved, 100*inTime/resolved)})
	}
	if rated > 0 {
		c.Facts = append(c.Facts, bot.Fact{Label: "Calificación", Value: fmt.Sprintf("%s de 5, en %d encuestas", strings.Replace(fmt.Sprintf("%.1f", float64(stars)/float64(rated)), ".", ",", 1), rated)})
	}
	return bot.Message{Text: fmt.Sprintf("La semana que pasó: %d registradas, %d resueltas.", registered, resolved), Card: c}, nil
}

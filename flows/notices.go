package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"helptic/bot"
	"helptic/storage"
	"helptic/ticket"
)

// The kinds of notice. What each says is written when it is sent.
const (
	kindCard     = "card"     // the agents' card
	kindLine     = "line"     // a line of its timeline
	kindMine     = "mine"     // the requester's card
	kindTold     = "told"     // a sentence to the requester about one record
	kindSolution = "solution" // the solution, its validation and the survey
	kindOfficial = "official" // the official's card
	kindAssigned = "assigned" // a sentence to the assignee about one record
	kindHome     = "home"     // the requester's home page
	kindRemind   = "remind"   // a reminder
	kindMail     = "mail"     // a mail about one record
)

// tellRequester says about which actions the requester is written to, besides the
// card that changes.
var tellRequester = map[ticket.Action]bool{
	ticket.AssignSelf: true, ticket.Assign: true, ticket.PutOnHold: true, ticket.Escalate: true,
	ticket.Reply: true, ticket.Reopen: true, ticket.Reclassify: true, ticket.Close: true, ticket.Resume: true,
}

// tellAssignee says about which actions of others the assignee is written to.
var tellAssignee = map[ticket.Action]bool{
	ticket.Assign: true, ticket.Reject: true, ticket.Reopen: true, ticket.ConfirmSolution: true,
	ticket.Withdraw: true, ticket.Rate: true,
}

// owe writes into the ticket what a record owes to people. Nobody is told of what they
// did themselves, and what was written in the timeline is not repeated there; cards are
// brought up to date for everybody.
func (d *Desk) owe(t *ticket.Ticket, r ticket.Record, now time.Time, e bot.Event) {
	n := t.Number
	owe := func(kind, to, key string) {
		t.Enqueue(ticket.Notification{Key: key, To: to, Kind: kind, Record: r.N}, now)
	}
	d.oweCards(t, now)
	written := r.Event != "" && e.Do == "" && e.Room.Channel == d.AgentChannel
	if r.Action != ticket.Register && !written {
		owe(kindLine, ticket.ToAgents, lineKey(n, r.N))
	}

	requester := t.Requester.ID
	resumedItself := r.Action == ticket.Resume && r.Role == ticket.System // the requester has just answered
	if tellRequester[r.Action] && r.By.ID != requester && !resumedItself {
		owe(kindTold, requester, lineKey(n, r.N))
	}
	d.oweMails(t, r, now)
	if before := r.Fields["before"]; before != "" && before != r.By.ID && before != requester {
		owe(kindAssigned, before, lineKey(n, r.N)+"/before")
	}
	if a := t.Assignee; a != nil && tellAssignee[r.Action] && r.By.ID != a.ID && a.ID != requester {
		owe(kindAssigned, a.ID, lineKey(n, r.N)+"/assignee")
	}
}

// oweCards brings the cards that show a ticket up to date.
func (d *Desk) oweCards(t *ticket.Ticket, now time.Time) {
	n, requester := t.Number, t.Requester.ID
	owe := func(kind, to, key string) {
		t.Enqueue(ticket.Notification{Key: key, To: to, Kind: kind, Record: t.Last().N}, now)
	}
	owe(kindCard, ticket.ToAgents, agentCard(n))
	if d.SecurityChannel != "" {
		owe(kindCard, ticket.ToSecurity, agentCard(n))
	}
	owe(kindMine, requester, userCard(t))
	if s := lastOf(t, ticket.Resolve); s > 0 {
		owe(kindSolution, requester, solutionKey(n, s))
	}
	if slices.Contains(d.Homes, bot.Chat(requester)) {
		owe(kindHome, requester, homeKey)
	}
	if t.Escalation != nil {
		owe(kindOfficial, t.Escalation.Official.ID, officialKey(n, lastOf(t, ticket.Escalate)))
	}
}

func lastOf(t *ticket.Ticket, a ticket.Action) int {
	for i := len(t.History) - 1; i >= 0; i-- {
		if t.History[i].Action == a {
			return t.History[i].N
		}
	}
	return 0
}

// The keys of the messages about a ticket; numberOfKey is the way back.
func agentCard(n int64) string                { return fmt.Sprintf("ticket/%d", n) }
func lineKey(n int64, record int) string      { return fmt.Sprintf("ticket/%d/r%d", n, record) }
func solutionKey(n int64, resolve int) string { return fmt.Sprintf("ticket/%d/s%d", n, resolve) }
func officialKey(n int64, escalate int) string {
	return fmt.Sprintf("ticket/%d/o%d", n, escalate)
}

func userCard(t *ticket.Ticket) string {
	if t.Card != "" {
		return t.Card
	}
	return fmt.Sprintf("ticket/%d/user", t.Number)
}

func numberOfKey(key string) (int64, bool) {
	rest, ok := strings.CutPrefix(key, "ticket/")
	if !ok {
		return 0, false
	}
	number, _, _ := strings.Cut(rest, "/")
	n, err := strconv.ParseInt(number, 10, 64)
	return n, err == nil && n > 0
}

// Owing is what the desk owes now: it is the bot.Notifications of the delivery.
func (d *Desk) Lease(ctx context.Context, now, until time.Time, limit int) ([]bot.Leased, error) {
	tickets, err := d.Store.LeaseNotifications(ctx, now, until, limit)
	if err != nil {
		return nil, err
	}
	var debts []bot.Leased
	for _, t := range tickets {
		var due, gone []ticket.Notification
		var posts []bot.Post
		blocked := map[string]bool{} // rooms with an earlier notice that is not due yet
		for _, n := range t.Outbox {
			if n.After.After(now) || blocked[n.To] {
				blocked[n.To] = true
				continue
			}
			if n.Reminder != nil && (!d.stillReminded(t, n) || d.Catalog.Calendar.Open(now).After(now)) {
				gone = append(gone, n)
				continue
			}
			p, err := d.post(ctx, t, n)
			if err != nil {
				return nil, err
			}
			due = append(due, n)
			posts = append(posts, p)
		}
		debts = append(debts, bot.Leased{Posts: posts, Renew: func(ctx context.Context, until time.Time) error {
			_, err := d.Store.UpdateTicket(ctx, t.Number, func(t *ticket.Ticket) error {
				if t.LeaseUntil.IsZero() {
					return storage.ErrUnchanged // settled meanwhile
				}
				t.LeaseUntil = until
				return nil
			})
			return err
		}, Acknowledge: func(ctx context.Context, became []error) error {
			return d.settle(ctx, t.Number, due, gone, became)
		}})
	}
	return debts, nil
}

// settle writes down what became of the notices of a ticket; those gone have nothing to say any more. One that can never be
// delivered is recorded in the history, and the agents see it there.
func (d *Desk) settle(ctx context.Context, number int64, due, gone []ticket.Notification, became []error) error {
	now := d.Now()
	mails, err := d.messageIDs(ctx, due, became)
	if err != nil {
		return err
	}
	_, err = d.Store.UpdateTicket(ctx, number, func(t *ticket.Ticket) error {
		t.LeaseUntil = time.Time{}
		for _, n := range gone {
			t.Acknowledge(n)
			if opening := d.Catalog.Calendar.Open(now); opening.After(now) {
				t.RescheduleReminder(*n.Reminder, opening)
			}
		}
		for i, n := range due {
			var again *bot.RetryError
			switch err := became[i]; {
			case err == nil:
				t.Acknowledge(n)
				if id := mails[n.Key+n.To]; id != "" {
					if err := d.recordMail(t, n, id, now); err != nil && !errors.Is(err, ticket.ErrApplied) {
						return err
					}
				}
			case errors.Is(err, bot.ErrBlocked):
			case errors.As(err, &again):
				t.Postpone(n, now.Add(max(again.After, time.Second)))
			default:
				t.Acknowledge(n)
				d.Log.Error().Int64("ticket", number).Str("kind", n.Kind).Str("chat", bot.Chat(n.To)).Err(err).Msg("notice refused for good")
				d.undeliverable(t, n, now)
			}
		}
		return nil
	})
	return err
}

func (d *Desk) undeliverable(t *ticket.Ticket, n ticket.Notification, now time.Time) {
	if n.To == ticket.ToAgents || n.To == ticket.ToSecurity || n.Kind == kindMine {
		return // nobody is left to tell, or the sentence about it says more
	}
	to := addressee(t, n.To)
	name, reason := to.Name, "El chat no permite escribirle. Avísele por otro medio."
	if bot.Chat(n.To) == mailChat {
		name, reason = bot.Address(n.To), "El servidor de correo lo rechazó. Revise la dirección y avise por otro medio."
	} else if d.oweInstead(t, n, to, now) {
		reason = "El chat no permite escribirle. Lo que le interesa se le envía por correo."
	}
	for _, r := range t.History {
		if r.Action == ticket.Undeliverable && r.Fields["person"] == name {
			return // the agents know
		}
	}
	c := ticket.Change{Action: ticket.Undeliverable, Roles: []ticket.Role{ticket.System}, At: now,
		Fields: map[string]string{"person": name, "reason": reason}}
	if err := t.Apply(d.Catalog, c); err != nil {
		d.Log.Error().Int64("ticket", t.Number).Err(err).Msg("undeliverable notice cannot be recorded")
		return
	}
	t.Enqueue(ticket.Notification{Key: lineKey(t.Number, t.Last().N), To: ticket.ToAgents, Kind: kindLine, Record: t.Last().N}, now)
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

// post writes a notice.
func (d *Desk) post(ctx context.Context, t *ticket.Ticket, n ticket.Notification) (bot.Post, error) {
	p := bot.Post{Key: n.Key, Room: bot.Direct(n.To)}
	record := t.History[n.Record-1]
	switch n.To {
	case ticket.ToAgents:
		p.Room = bot.Channel(d.AgentChannel)
	case ticket.ToSecurity:
		p.Room = bot.Channel(d.SecurityChannel)
		p.EditOnly = !t.Security // only one that was taken for a security incident stands there
	}
	kind, instead := strings.CutPrefix(n.Kind, byMail)
	switch kind {
	case kindMail:
		p.Message = d.mailed(t, record)
	case kindRemind:
		p.Message = d.reminder(t, n)
	case kindCard:
		p.Message = d.agentsCard(t)
	case kindLine:
		p.Thread = agentCard(t.Number)
		p.Message = d.line(t, record)
	case kindMine:
		p.Message = d.requesterCard(t)
	case kindTold:
		p.Message = d.told(t, record)
	case kindSolution:
		p.Message = d.solutionCard(t)
	case kindOfficial:
		p.Message = d.officialCard(t)
	case kindHome:
		m, err := d.home(ctx, n.To)
		return bot.Post{Room: bot.Home(n.To), Key: homeKey, Message: m, EditOnly: true}, err
	case kindAssigned:
		p.Message = bot.Message{Text: fmt.Sprintf("Solicitud N.º %d, que usted tiene asignada: %s %s.", t.Number, who(record.By), did[record.Action])}
		if strings.HasSuffix(strings.TrimSuffix(n.Key, "/mail"), "/before") {
			p.Message.Text = fmt.Sprintf("Solicitud N.º %d: ya no la tiene usted. %s %s.", t.Number, who(record.By), did[record.Action])
		}
	}
	if words := d.words(record); kind == kindAssigned && words != "" {
		p.Message.Text += "\n" + words
	}
	if instead {
		p.Message = letter(p.Message)
	}
	return p, nil
}

package flows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"helptic/bot"
	"helptic/ticket"
)

// The kinds of notification, as tickets keep them. What each says is written when it is sent.
const (
	kindAgents        = "card"     // the agents' card
	kindTimeline      = "line"     // an entry of its timeline
	kindRequester     = "mine"     // the requester's card
	kindRequesterNews = "told"     // a message to the requester about one record
	kindSolution      = "solution" // the solution, its validation and the survey
	kindOfficial      = "official" // the official's card
	kindAssigneeNews  = "assigned" // a message to the assignee about one record
	kindHome          = "home"     // the requester's home page
	kindReminder      = "remind"   // a reminder
	kindMail          = "mail"     // a mail about one record
)

// newsForRequester are the actions about which the requester gets a message, besides the card
// that changes.
var newsForRequester = map[ticket.Action]bool{
	ticket.AssignSelf: true, ticket.Assign: true, ticket.PutOnHold: true, ticket.Escalate: true,
	ticket.Reply: true, ticket.Reopen: true, ticket.Reclassify: true, ticket.Close: true, ticket.Resume: true,
}

// newsForAssignee are the actions of others about which the assignee gets a message.
var newsForAssignee = map[ticket.Action]bool{
	ticket.Assign: true, ticket.Reject: true, ticket.Reopen: true, ticket.ConfirmSolution: true,
	ticket.Withdraw: true, ticket.Rate: true,
}

// enqueue adds to the ticket the notifications that a record causes. Nobody is notified of what
// they did themselves, and what was written in the timeline is not repeated there; cards are
// brought up to date for everybody.
func (d *Desk) enqueue(t *ticket.Ticket, r ticket.Record, now time.Time, e bot.Event) {
	n := t.Number
	enqueue := func(kind, to, key string) {
		t.Enqueue(ticket.Notification{Key: key, To: to, Kind: kind, Record: r.N}, now)
	}
	d.enqueueCards(t, now)
	written := r.Event != "" && e.Do == "" && e.Room.Channel == d.AgentChannel
	if r.Action != ticket.Register && !written {
		enqueue(kindTimeline, ticket.ToAgents, recordKey(n, r.N))
	}

	requester := t.Requester.ID
	resumedItself := r.Action == ticket.Resume && r.Role == ticket.System // the requester has just answered
	if newsForRequester[r.Action] && r.By.ID != requester && !resumedItself {
		enqueue(kindRequesterNews, requester, recordKey(n, r.N))
	}
	d.enqueueMail(t, r, now)
	if before := r.Fields["before"]; before != "" && before != r.By.ID && before != requester {
		enqueue(kindAssigneeNews, before, recordKey(n, r.N)+beforeSuffix)
	}
	if a := t.Assignee; a != nil && newsForAssignee[r.Action] && r.By.ID != a.ID && a.ID != requester {
		enqueue(kindAssigneeNews, a.ID, recordKey(n, r.N)+"/assignee")
	}
}

// enqueueCards brings the cards that show a ticket up to date.
func (d *Desk) enqueueCards(t *ticket.Ticket, now time.Time) {
	n, requester := t.Number, t.Requester.ID
	enqueue := func(kind, to, key string) {
		t.Enqueue(ticket.Notification{Key: key, To: to, Kind: kind, Record: t.Last().N}, now)
	}
	enqueue(kindAgents, ticket.ToAgents, agentsKey(n))
	if d.SecurityChannel != "" {
		enqueue(kindAgents, ticket.ToSecurity, agentsKey(n))
	}
	enqueue(kindRequester, requester, requesterKey(t))
	if resolved, ok := t.LastOf(ticket.Resolve); ok {
		enqueue(kindSolution, requester, fmt.Sprintf("%s/s%d", agentsKey(n), resolved.N))
	}
	if slices.Contains(d.Homes, bot.Chat(requester)) {
		enqueue(kindHome, requester, homeKey)
	}
	if escalated, ok := t.LastOf(ticket.Escalate); ok && t.Escalation != nil {
		enqueue(kindOfficial, t.Escalation.Official.ID, fmt.Sprintf("%s/o%d", agentsKey(n), escalated.N))
	}
}

// The keys of the messages about a ticket, which no version may change: messages stand under
// them for years. numberOfKey is the way back.
const (
	ticketPrefix = "ticket/"
	beforeSuffix = "/before" // of a message to who had the ticket before
	mailSuffix   = "/mail"   // of what goes by mail because the chat refused it
)

func agentsKey(n int64) string { return ticketPrefix + strconv.FormatInt(n, 10) }

func recordKey(n int64, record int) string { return fmt.Sprintf("%s/r%d", agentsKey(n), record) }

func requesterKey(t *ticket.Ticket) string {
	if t.Card != "" {
		return t.Card
	}
	return agentsKey(t.Number) + "/user"
}

// statusPrefix begins the keys of the cards that somebody asked for.
func statusPrefix(number int64) string { return agentsKey(number) + "/status/" }

func numberOfKey(key string) (int64, bool) {
	rest, ok := strings.CutPrefix(key, ticketPrefix)
	if !ok {
		return 0, false
	}
	number, _, _ := strings.Cut(rest, "/")
	n, err := strconv.ParseInt(number, 10, 64)
	return n, err == nil && n > 0
}

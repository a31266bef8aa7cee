package flows

import (
	"context"
	"fmt"
	"slices"
	"time"

	"helptic/bot"
	"helptic/ticket"
)

// Mail is a notification like the others: it is enqueued with the change, sent to "mail:" and an
// address, and recorded with its Message-ID when it was sent (activities 8, 9 and 10).

const mailChat = "mail"

// enqueueMail adds the mail that a record causes. A mail is never brought up to date.
func (d *Desk) enqueueMail(t *ticket.Ticket, r ticket.Record, now time.Time) {
	if !d.Mail {
		return
	}
	if address := d.mailTo(t, r); address != "" {
		t.Enqueue(ticket.Notification{Key: fmt.Sprintf("%s/mail/r%d", agentsKey(t.Number), r.N), To: mailChat + ":" + address, Kind: kindMail, Record: r.N}, now)
	}
}

// mailTo is who gets a mail about a record whatever the chat does, "" for nobody.
func (d *Desk) mailTo(t *ticket.Ticket, r ticket.Record) string {
	switch r.Action {
	case ticket.Register, ticket.Resolve:
		return t.Requester.Email
	case ticket.AssignSelf, ticket.Assign:
		if t.AssignedAt.Equal(r.At) { // the first assignment; later ones are news for the chat
			return t.Requester.Email
		}
	case ticket.AskProvider:
		return r.Fields["email"]
	case ticket.Rate:
		return d.MailDesk
	}
	return ""
}

// mailPrefix begins the kind of a notification that goes by mail because the chat refused it.
const mailPrefix = "mail."

// newsKinds are the kinds that are news to a person; a card that is kept up to date is not.
var newsKinds = []string{kindRequesterNews, kindAssigneeNews, kindOfficial, kindReminder}

// enqueueInstead sends a person by mail what their chat refused, and tells whether that can be.
// The chat of somebody who never wrote to the bot may not take its messages.
func (d *Desk) enqueueInstead(t *ticket.Ticket, n ticket.Notification, to ticket.Person, now time.Time) bool {
	if !d.Mail || to.Email == "" {
		return false
	}
	if slices.Contains(newsKinds, n.Kind) && d.mailTo(t, t.History[n.Record-1]) != to.Email {
		n.Key, n.To, n.Kind, n.Attempts = n.Key+mailSuffix, mailChat+":"+to.Email, mailPrefix+n.Kind, 0
		t.Enqueue(n, now)
	}
	return true
}

// messageIDs are the ids of the mails among the notifications that were sent, by key and address.
func (d *Desk) messageIDs(ctx context.Context, due []ticket.Notification, results []error) (map[string]string, error) {
	ids := map[string]string{}
	for i, n := range due {
		if bot.Chat(n.To) != mailChat || results[i] != nil {
			continue
		}
		id, err := d.Store.MessageID(ctx, n.To, n.Key)
		if err != nil {
			return nil, err
		}
		ids[n.Key+n.To] = id
	}
	return ids, nil
}

// recordMail keeps in the history that a mail went out.
func (d *Desk) recordMail(t *ticket.Ticket, n ticket.Notification, id string, now time.Time) error {
	return t.Apply(d.Catalog, ticket.Change{Action: ticket.Mailed, Roles: []ticket.Role{ticket.System}, At: now, Event: "mailed/" + n.Key + "/" + n.To,
		Fields: map[string]string{"person": bot.Address(n.To), "message_id": id}})
}

package flows

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"helptic/bot"
	"helptic/ticket"
)

// Mail goes the way of every notice: owed with the change, sent to "mail:" and an address,
// and written down with its Message-ID when it was sent (activities 8, 9 and 10).

const mailChat = "mail"

// oweMails owes what a record has to tell by mail. A mail is never brought up to date.
func (d *Desk) oweMails(t *ticket.Ticket, r ticket.Record, now time.Time) {
	if !d.Mail {
		return
	}
	if address := d.mailTo(t, r); address != "" {
		t.Enqueue(ticket.Notification{Key: fmt.Sprintf("%s/mail/r%d", agentCard(t.Number), r.N), To: mailChat + ":" + address, Kind: kindMail, Record: r.N}, now)
	}
}

// mailTo is whom a record is told by mail whatever the chat does, "" for nobody.
func (d *Desk) mailTo(t *ticket.Ticket, r ticket.Record) string {
	switch r.Action {
	case ticket.Register, ticket.Resolve:
		return t.Requester.Email
	case ticket.AssignSelf, ticket.Assign:
		if t.AssignedAt.Equal(r.At) { // the first; who has it later is said in the chat
			return t.Requester.Email
		}
	case ticket.AskProvider:
		return r.Fields["email"]
	case ticket.Rate:
		return d.MailDesk
	}
	return ""
}

// byMail begins the kind of a notice that goes by mail because the chat does not let it through.
const byMail = "mail."

// writable are the kinds that are news to a person; a card that is kept up to date is not.
var writable = []string{kindTold, kindAssigned, kindOfficial, kindRemind}

// oweInstead owes a person by mail what their chat refused for good, and tells whether that
// can be. The chat of somebody who never wrote to the bot may not take its messages.
func (d *Desk) oweInstead(t *ticket.Ticket, n ticket.Notification, to ticket.Person, now time.Time) bool {
	if !d.Mail || to.Email == "" {
		return false
	}
	if slices.Contains(writable, n.Kind) && d.mailTo(t, t.History[n.Record-1]) != to.Email {
		n.Key, n.To, n.Kind, n.Attempts = n.Key+"/mail", mailChat+":"+to.Email, byMail+n.Kind, 0
		t.Enqueue(n, now)
	}
	return true
}

// letter is what a chat would have shown, as a mail: without its buttons.
func letter(m bot.Message) bot.Message {
	subject, rest, _ := strings.Cut(m.Text, "\n")
	c := bot.Card{Title: subject, Text: rest}
	if m.Card != nil {
		c = *m.Card
	}
	c.Buttons, c.Selects, c.Note = nil, nil, "En el chat no le podemos escribir: ábralo, busque el bot de la Mesa de ayuda y escríbale «hola». "+noAnswer
	return bot.Message{Text: strings.TrimSuffix(subject, "."), Card: &c, Files: m.Files}
}

const noAnswer = "No responda a este correo: escríbale al bot de la Mesa de ayuda en el chat."

// mailed writes a mail.
func (d *Desk) mailed(t *ticket.Ticket, r ticket.Record) bot.Message {
	m := d.requesterCard(t)
	m.Card.Buttons = nil
	m.Card.Text = strings.Replace(m.Card.Text, "por aquí", "por el chat", 1)
	for i, f := range m.Card.Facts {
		if f.Label == "Solución prometida" {
			m.Card.Facts[i].Value = d.time(t.DueAt) // what is left of it changes, and a mail does not
		}
	}
	switch r.Action {
	case ticket.Register:
		m.Text = fmt.Sprintf("Registramos su solicitud N.º %d", t.Number)
	case ticket.AssignSelf, ticket.Assign:
		m.Text = fmt.Sprintf("Ya atendemos su solicitud N.º %d", t.Number)
	case ticket.Resolve:
		m = d.solutionCard(t)
		m.Text = fmt.Sprintf("Resolvimos su solicitud N.º %d", t.Number)
		m.Card.Text, m.Card.Buttons = r.Fields["solution"], nil
		m.Card.Note = "Díganos en el chat si quedó resuelta y qué le pareció la atención. " + noAnswer
		return m
	case ticket.AskProvider:
		return bot.Message{Text: fmt.Sprintf("Solicitud de apoyo N.º %d: %s", t.Number, d.entryLabel(t)), Files: botFiles(r.Files), Card: &bot.Card{
			Title: fmt.Sprintf("Solicitud de apoyo N.º %d", t.Number), Text: r.Fields["message"],
			Facts: []bot.Fact{{Label: "Asunto", Value: d.path(t)}, {Label: "La solicita", Value: r.By.Name}},
			Note:  "Conserve el número de la solicitud en el asunto al responder.",
		}}
	case ticket.Rate:
		return bot.Message{Text: fmt.Sprintf("Encuesta de la solicitud N.º %d: %s", t.Number, ratingText(t.Survey)), Card: &bot.Card{
			Title: fmt.Sprintf("Encuesta de la solicitud N.º %d", t.Number),
			Facts: []bot.Fact{{Label: "Calificación", Value: ratingText(t.Survey)}, {Label: "Responsable", Value: d.assignee(t)}, {Label: "Categoría", Value: d.path(t)}},
			Note:  "La solicitud ya se puede cerrar en el chat.",
		}}
	}
	m.Card.Note = noAnswer
	return m
}

// messageIDs are the ids of the mails among the notices that were sent, by key and address.
func (d *Desk) messageIDs(ctx context.Context, due []ticket.Notification, became []error) (map[string]string, error) {
	ids := map[string]string{}
	for i, n := range due {
		if bot.Chat(n.To) != mailChat || became[i] != nil {
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

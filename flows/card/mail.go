package card

import (
	"fmt"
	"strings"

	"helptic/bot"
	"helptic/ticket"
)

const noAnswer = "No responda a este correo: escríbale al bot de la Mesa de ayuda en el chat."

// Mail is the mail about one record (activities 8, 9 and 10).
func (v View) Mail(t *ticket.Ticket, r ticket.Record) bot.Message {
	switch r.Action {
	case ticket.Resolve:
		return v.solutionMail(t, r)
	case ticket.AskProvider:
		return bot.Message{Text: fmt.Sprintf("Solicitud de apoyo N.º %d: %s", t.Number, v.entry(t)), Files: Files(r.Files), Card: &bot.Card{
			Title: fmt.Sprintf("Solicitud de apoyo N.º %d", t.Number), Text: r.Fields["message"],
			Facts: []bot.Fact{{Label: "Asunto", Value: v.path(t)}, {Label: "La solicita", Value: r.By.Name}},
			Note:  "Conserve el número de la solicitud en el asunto al responder.",
		}}
	case ticket.Rate:
		return bot.Message{Text: fmt.Sprintf("Encuesta de la solicitud N.º %d: %s", t.Number, surveyText(t.Survey)), Card: &bot.Card{
			Title: fmt.Sprintf("Encuesta de la solicitud N.º %d", t.Number),
			Facts: []bot.Fact{{Label: "Calificación", Value: surveyText(t.Survey)}, {Label: "Responsable", Value: v.assignee(t)}, {Label: "Categoría", Value: v.path(t)}},
			Note:  "La solicitud ya se puede cerrar en el chat.",
		}}
	}
	m := v.Requester(t)
	m.Text = fmt.Sprintf("Registramos su solicitud N.º %d", t.Number)
	if r.Action == ticket.AssignSelf || r.Action == ticket.Assign {
		m.Text = fmt.Sprintf("Ya atendemos su solicitud N.º %d", t.Number)
	}
	m.Card.Buttons, m.Card.Note = nil, noAnswer
	m.Card.Text = strings.Replace(m.Card.Text, "por aquí", "por el chat", 1)
	v.withoutLeft(m.Card, t)
	return m
}

func (v View) solutionMail(t *ticket.Ticket, r ticket.Record) bot.Message {
	m := v.Solution(t)
	m.Text = fmt.Sprintf("Resolvimos su solicitud N.º %d", t.Number)
	m.Card.Text, m.Card.Buttons = r.Fields["solution"], nil
	m.Card.Note = "Díganos en el chat si quedó resuelta y qué le pareció la atención. " + noAnswer
	return m
}

// withoutLeft leaves out what is left of the promise: it changes, and a mail does not.
func (v View) withoutLeft(c *bot.Card, t *ticket.Ticket) {
	for i, f := range c.Facts {
		if f.Label == "Solución prometida" {
			c.Facts[i].Value = v.Time(t.DueAt)
		}
	}
}

// AsMail is what a chat would have shown to somebody it does not let the bot write to: without
// its buttons.
func AsMail(m bot.Message) bot.Message {
	subject, rest, _ := strings.Cut(m.Text, "\n")
	c := bot.Card{Title: subject, Text: rest}
	if m.Card != nil {
		c = *m.Card
	}
	c.Buttons, c.Selects, c.Note = nil, nil, "En el chat no le podemos escribir: ábralo, busque el bot de la Mesa de ayuda y escríbale «hola». "+noAnswer
	return bot.Message{Text: strings.TrimSuffix(subject, "."), Card: &c, Files: m.Files}
}

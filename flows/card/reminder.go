package card

import (
	"fmt"

	"helptic/bot"
	"helptic/flows/command"
	"helptic/ticket"
)

// Audience is for whom a reminder is written.
type Audience int

// The audiences.
const (
	Responsible Audience = iota // who has the ticket: its assignee, its official or its requester
	Channel                     // the agents' channel, while nobody has it
	Supervisor                  // who sees, and does not act
)

// Reminder says what is due, as it is when it is sent.
func (v View) Reminder(t *ticket.Ticket, r ticket.Reminder, audience Audience) bot.Message {
	about := fmt.Sprintf("Solicitud N.º %d", t.Number)
	if r.Is(ticket.RemindSurvey) {
		ask := "¿Cómo le pareció la atención?"
		return bot.Message{Text: about + ": " + lower(ask), Card: &bot.Card{
			Title: about + " · " + v.entry(t), Subtitle: ask, Tone: bot.Waiting,
			Text:    Stop("Aún nos falta su calificación. Puede darla hasta el " + v.Time(t.SurveyUntil(v.Catalog))),
			Buttons: v.ratingButtons(t.Number),
		}}
	}
	about += " · " + v.entry(t)
	c := &bot.Card{Title: about, Tone: bot.Waiting, Facts: []bot.Fact{{Label: "Solución prometida", Value: v.due(t)}}}
	show := showButton(fmt.Sprintf("Ver N.º %d", t.Number), t.Number)
	switch {
	case r.Is(ticket.RemindNews):
		c.Subtitle = "¿Hay novedades?"
		c.Text = Stop("Está en espera desde el "+v.Time(t.Hold.Since)) + " Si ya puede continuar, pulse «Reanudar»; si no, deje una nota con lo último que sepa."
		c.Facts = []bot.Fact{{Label: "Se espera a", Value: v.awaited(t)}}
		for _, a := range []ticket.Action{ticket.Resume, ticket.Note} {
			if x, ok := ActionOf(a); ok && t.Permits(a, ticket.Agent) {
				c.Buttons = append(c.Buttons, v.button(x.Label, x.tone, command.Of(a, t.Number)))
			}
		}
	case r.Is(ticket.RemindReceive):
		c.Subtitle = "Espera que la reciba"
		c.Text = Stop("Se le escaló el " + v.Time(t.Escalation.At) + " y aún no la ha recibido")
		c.Buttons = []bot.Button{v.button("Recibir", bot.Good, command.Of(ticket.Receive, t.Number)), show}
	case v.Now.Before(t.DueAt):
		c.Subtitle = "Su plazo se acerca"
		c.Buttons = []bot.Button{show}
	default:
		c.Subtitle, c.Tone = "Su plazo venció", bot.Danger
		c.Buttons = []bot.Button{show}
	}
	switch {
	case audience == Supervisor:
		c.Buttons = nil
		c.Facts = append(c.Facts, bot.Fact{Label: "Responsable", Value: v.assignee(t)}, bot.Fact{Label: "Estado", Value: v.state(t)})
	case audience == Channel && !r.Is(ticket.RemindNews):
		c.Text = "Aún no tiene responsable."
		c.Buttons = []bot.Button{v.button("Asignarme", bot.Good, command.Of(ticket.AssignSelf, t.Number).With(command.NoAssignee))}
	}
	return bot.Message{Text: Stop(about + ": " + lower(c.Subtitle)), Card: c}
}

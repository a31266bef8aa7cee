package card

import (
	"fmt"

	"helptic/bot"
	"helptic/flows/command"
	"helptic/ticket"
)

// Timeline is one record in the timeline under the agents' card.
func (v View) Timeline(t *ticket.Ticket, r ticket.Record) bot.Message {
	text := actor(r.By) + " " + actionNames[r.Action]
	if r.From != r.To && r.From != "" {
		text += " · " + StateName(r.To)
	}
	if f := fields(r); f != "" {
		text += "\n" + f
	}
	for _, a := range r.Controls {
		text += fmt.Sprintf("\nPunto de control %s (%s): %s", a.Control, controlNames[a.Control], controlAnswers[a])
	}
	if r.Action == ticket.AskProvider {
		if v.HasMail {
			text += "\nSe le envía por correo. Registre aquí su respuesta."
		} else {
			text += "\nNo hay correo configurado: escríbale usted con este texto y registre aquí la respuesta."
		}
	}
	if r.Action == ticket.Rate && t.State == ticket.Resolved {
		text += "\nYa puede cerrarla."
	}
	return bot.Message{Text: text, Files: Files(r.Files)}
}

// RequesterNews tells the requester about one record.
func (v View) RequesterNews(t *ticket.Ticket, r ticket.Record) bot.Message {
	about := fmt.Sprintf("Solicitud N.º %d: ", t.Number)
	switch r.Action {
	case ticket.AssignSelf:
		return bot.Message{Text: about + "la atiende " + r.By.Name + "."}
	case ticket.Assign:
		return bot.Message{Text: about + "la atiende " + r.Fields["person"] + "."}
	case ticket.Resume:
		return bot.Message{Text: about + "la Mesa de ayuda continúa con ella."}
	case ticket.Escalate:
		return bot.Message{Text: about + "se escaló a " + r.Fields["person"] + ", de la Oficina de Tecnología."}
	case ticket.Reclassify:
		return bot.Message{Text: about + "la Mesa de ayuda la reclasificó como " + v.path(t) + ". " + Stop("Solución prometida: "+v.due(t))}
	case ticket.Reopen:
		return bot.Message{Text: about + r.By.Name + " la reabrió.\nMotivo: " + r.Fields["reason"]}
	case ticket.Close:
		return bot.Message{Text: about + lower(v.ending(t))}
	case ticket.PutOnHold:
		return v.onHoldNews(t, r, about)
	}
	c := &bot.Card{Title: fmt.Sprintf("%s le escribe · N.º %d", r.By.Name, t.Number), Tone: bot.Info, Text: r.Fields["text"], Files: Files(r.Files),
		Note: "Pulse «Responder», o conteste en el hilo de este mensaje."}
	if t.Permits(ticket.Comment, ticket.Requester) {
		c.Buttons = []bot.Button{v.answerButton(t)}
	}
	return bot.Message{Text: about + r.By.Name + " le respondió.", Card: c}
}

// onHoldNews tells the requester what is waited for; where it is them, it asks.
func (v View) onHoldNews(t *ticket.Ticket, r ticket.Record, about string) bot.Message {
	if r.Fields["for"] != string(ticket.ForUser) {
		m := bot.Message{Text: about + "quedó en espera de " + fieldValue("for", r.Fields["for"]) + ".\nMotivo: " + r.Fields["reason"]}
		if expected := r.Fields["expected"]; expected != "" {
			m.Text += "\nSe espera para el " + fieldValue("expected", expected) + "."
		}
		return m
	}
	m := bot.Message{Text: about + "la Mesa de ayuda necesita su respuesta.", Card: &bot.Card{
		Title: fmt.Sprintf("Necesitamos su respuesta · N.º %d", t.Number), Tone: bot.Waiting, Text: r.Fields["reason"],
		Note: "Pulse «Responder», o conteste en el hilo de este mensaje.",
	}}
	if t.State == ticket.OnHold && t.Hold.For == ticket.ForUser {
		m.Card.Buttons = []bot.Button{v.answerButton(t)}
	}
	return m
}

func (v View) answerButton(t *ticket.Ticket) bot.Button {
	return v.button("Responder", bot.Neutral, command.Of(ticket.Comment, t.Number))
}

// AssigneeNews tells the assignee about a record of somebody else. Where it took the ticket
// from them, before is set.
func (v View) AssigneeNews(t *ticket.Ticket, r ticket.Record, before bool) bot.Message {
	text := fmt.Sprintf("Solicitud N.º %d, que usted tiene asignada: %s %s.", t.Number, actor(r.By), actionNames[r.Action])
	if before {
		text = fmt.Sprintf("Solicitud N.º %d: ya no la tiene usted. %s %s.", t.Number, actor(r.By), actionNames[r.Action])
	}
	if f := fields(r); f != "" {
		text += "\n" + f
	}
	return bot.Message{Text: text}
}

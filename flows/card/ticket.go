package card

import (
	"fmt"
	"strings"

	"helptic/bot"
	"helptic/ticket"
)

// Agents is the ticket as the agents see it in their channel.
func (v View) Agents(t *ticket.Ticket) bot.Message {
	c := &bot.Card{
		Title:    fmt.Sprintf("Solicitud N.º %d · %s", t.Number, v.entry(t)),
		Subtitle: v.state(t),
		Tone:     stateTones[t.State],
		Facts: []bot.Fact{
			{Label: "Categoría", Value: v.path(t)},
			{Label: "Tipo", Value: TypeName(t.Type)},
			{Label: "Impacto", Value: v.impact(t)},
			{Label: "Usuario", Value: requester(t)},
			{Label: "Responsable", Value: v.assignee(t)},
			{Label: "Solución prometida", Value: v.due(t)},
		},
		Files:   Files(t.Files),
		Buttons: v.buttons(t, ticket.Agent),
	}
	if t.Escalated() {
		received := "sin recibir"
		if !t.Escalation.ReceivedAt.IsZero() {
			received = "recibida el " + v.Time(t.Escalation.ReceivedAt)
		}
		c.Facts = append(c.Facts, bot.Fact{Label: "Escalada a", Value: t.Escalation.Official.Name + " (" + received + ")"})
	}
	if t.State == ticket.OnHold {
		c.Facts = append(c.Facts, bot.Fact{Label: "Se espera a", Value: v.awaited(t)})
	}
	c.Facts = append(append(c.Facts, details(t)...), bot.Fact{Label: "Descripción", Value: t.Description, Long: true})
	if t.Solution != nil {
		c.Facts = append(c.Facts, bot.Fact{Label: "Solución", Value: t.Solution.Text, Long: true})
	}
	if t.Survey != nil {
		c.Facts = append(c.Facts, bot.Fact{Label: "Encuesta", Value: surveyText(t.Survey)})
	}
	if running(t) {
		c.Buttons = append(c.Buttons, whyButton(t.Number))
	}
	if t.Security {
		c.Title = "⚠ Incidente de seguridad · " + c.Title
		c.Tone = bot.Danger
		c.Note = "Se gestiona según el procedimiento TI-PR-004."
	}
	return bot.Message{Text: fmt.Sprintf("Solicitud N.º %d de %s: %s. %s.", t.Number, t.Requester.Name, v.path(t), v.state(t)), Card: c}
}

// Requester is the ticket as the person who needs help sees it.
func (v View) Requester(t *ticket.Ticket) bot.Message {
	c := &bot.Card{
		Title:    fmt.Sprintf("Solicitud N.º %d", t.Number),
		Subtitle: v.state(t),
		Tone:     stateTones[t.State],
		Text:     v.standing(t),
		Facts: []bot.Fact{
			{Label: "Categoría", Value: v.path(t)},
			{Label: "Impacto", Value: v.impact(t)},
			{Label: "Responsable", Value: v.assignee(t)},
			{Label: "Solución prometida", Value: v.due(t)},
		},
		Files:   Files(t.Files),
		Buttons: v.buttons(t, ticket.Requester),
	}
	c.Facts = append(append(c.Facts, details(t)...), bot.Fact{Label: "Descripción", Value: bot.Clip(t.Description, clipDescription), Long: true})
	if t.State == ticket.OnHold {
		c.Facts = append(c.Facts, bot.Fact{Label: "Se espera a", Value: v.awaited(t)})
	}
	if t.OpenedBy.ID != t.Requester.ID {
		c.Facts = append(c.Facts, bot.Fact{Label: "La registró", Value: t.OpenedBy.Name})
	}
	if running(t) {
		c.Buttons = append(c.Buttons, whyButton(t.Number))
	}
	switch {
	case running(t):
		c.Note = "Para agregar algo, pulse «Agregar información» o responda en el hilo de este mensaje."
	case t.State == ticket.Resolved:
		c.Note = "Para agregar algo, responda en el hilo de este mensaje."
	}
	return bot.Message{Text: fmt.Sprintf("Solicitud N.º %d: %s.", t.Number, v.state(t)), Card: c}
}

// details are the answers of the requester that have a label of their own.
func details(t *ticket.Ticket) []bot.Fact {
	var out []bot.Fact
	for _, d := range t.Details {
		out = append(out, bot.Fact{Label: d.Label, Value: d.Value})
	}
	return out
}

// standing tells the requester what the state means, and the rules of the procedure that
// apply now.
func (v View) standing(t *ticket.Ticket) string {
	text := ""
	switch t.State {
	case ticket.New:
		text = "Quedó registrada. La Mesa de ayuda la revisa y le avisamos por aquí cuando alguien la atienda."
	case ticket.InProgress:
		text = "La Mesa de ayuda trabaja en ella."
	case ticket.OnHold:
		text = "La solución depende de alguien más; le avisamos cuando continúe."
		if t.Hold.For == ticket.ForUser {
			text = "Esperamos su respuesta para continuar."
		}
	case ticket.Resolved:
		text = "Revise la solución y díganos si quedó resuelta."
		if t.Validated() {
			text = "Usted confirmó que quedó resuelta. Gracias."
		}
	case ticket.Closed:
		text = v.ending(t)
	}
	if t.Security && t.State != ticket.Closed {
		text += "\n" + v.Catalog.Rules.Security.Text
	}
	if e, ok := v.Catalog.Entry(t.EntryID); ok && e.WebContent && t.State == ticket.New {
		text += "\n" + v.Catalog.Rules.WebContent.Text
		if t.StartAt.After(t.RegisteredAt) {
			text += "\n" + Stop("Se atiende desde el "+v.Time(t.StartAt))
		}
	}
	return text
}

// Official is the ticket as the official sees it to whom it was escalated.
func (v View) Official(t *ticket.Ticket) bot.Message {
	e := t.Escalation
	c := &bot.Card{
		Title:    fmt.Sprintf("Solicitud N.º %d escalada a usted", t.Number),
		Subtitle: v.state(t),
		Tone:     stateTones[t.State],
		Text:     "Justificación: " + e.Justification,
		Facts: []bot.Fact{
			{Label: "Categoría", Value: v.path(t)},
			{Label: "Impacto", Value: v.impact(t)},
			{Label: "Usuario", Value: t.Requester.Name},
			{Label: "La escaló", Value: e.By.Name + ", el " + v.Time(e.At)},
			{Label: "Solución prometida", Value: v.due(t)},
		},
		Files: Files(t.Files),
	}
	c.Facts = append(append(c.Facts, details(t)...), bot.Fact{Label: "Descripción", Value: t.Description, Long: true})
	if t.Escalated() {
		c.Buttons = v.buttons(t, ticket.Official)
		c.Note = "Para escribir a la Mesa de ayuda, pulse «Nota interna» o responda en el hilo de este mensaje."
	} else {
		c.Note = Stop("El escalamiento terminó el " + v.Time(e.EndedAt))
	}
	return bot.Message{Text: fmt.Sprintf("Se le escaló la solicitud N.º %d: %s.", t.Number, v.path(t)), Card: c}
}

// Status is the ticket as somebody with a role sees it who asks for it, as it is at that moment.
func (v View) Status(t *ticket.Ticket, role ticket.Role) bot.Message {
	var m bot.Message
	switch {
	case role == ticket.Agent:
		m = v.Agents(t)
	case role == ticket.Official:
		m = v.Official(t)
	case t.State == ticket.Resolved && (!t.Validated() || v.surveyAwaited(t)):
		m = v.Solution(t) // with what is asked there
	default:
		m = v.Requester(t)
	}
	if t.State != ticket.Closed {
		m.Card.Buttons = append(m.Card.Buttons, showButton("Actualizar", t.Number))
	}
	m.Card.Note = strings.TrimSpace(Stop("Así estaba el "+v.Time(v.Now)) + " " + m.Card.Note)
	return m
}

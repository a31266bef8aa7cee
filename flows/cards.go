package flows

import (
	"fmt"
	"strings"

	"helptic/bot"
	"helptic/ticket"
)

// agentsCard is the ticket as the agents see it in their channel.
func (d *Desk) agentsCard(t *ticket.Ticket) bot.Message {
	c := &bot.Card{
		Title:    fmt.Sprintf("Solicitud N.º %d · %s", t.Number, d.entryLabel(t)),
		Subtitle: d.stateOf(t),
		Tone:     stateTones[t.State],
		Facts: []bot.Fact{
			{Label: "Categoría", Value: d.path(t)},
			{Label: "Tipo", Value: t.Type.Label()},
			{Label: "Impacto", Value: d.impact(t)},
			{Label: "Usuario", Value: requester(t)},
			{Label: "Responsable", Value: d.assignee(t)},
			{Label: "Solución prometida", Value: d.due(t)},
		},
		Files:   botFiles(t.Files),
		Buttons: d.buttons(t, ticket.Agent),
	}
	if t.Escalated() {
		received := "sin recibir"
		if !t.Escalation.ReceivedAt.IsZero() {
			received = "recibida el " + d.time(t.Escalation.ReceivedAt)
		}
		c.Facts = append(c.Facts, bot.Fact{Label: "Escalada a", Value: t.Escalation.Official.Name + " (" + received + ")"})
	}
	if t.State == ticket.OnHold {
		c.Facts = append(c.Facts, bot.Fact{Label: "Se espera a", Value: d.waitsFor(t)})
	}
	c.Facts = append(c.Facts, bot.Fact{Label: "Descripción", Value: t.Description, Long: true})
	if t.Solution != nil {
		c.Facts = append(c.Facts, bot.Fact{Label: "Solución", Value: t.Solution.Text, Long: true})
	}
	if t.Survey != nil {
		c.Facts = append(c.Facts, bot.Fact{Label: "Encuesta", Value: ratingText(t.Survey)})
	}
	if t.State != ticket.Closed && t.State != ticket.Resolved {
		c.Buttons = append(c.Buttons, whyButton(t.Number))
	}
	if t.Security {
		c.Title = "⚠ Incidente de seguridad · " + c.Title
		c.Tone = bot.Danger
		c.Note = "Se gestiona según el procedimiento TI-PR-004."
	}
	return bot.Message{Text: fmt.Sprintf("Solicitud N.º %d de %s: %s. %s.", t.Number, t.Requester.Name, d.path(t), d.stateOf(t)), Card: c}
}

// requester is who needs help, with who asked for it where that is somebody else.
func requester(t *ticket.Ticket) string {
	if t.OpenedBy.ID == t.Requester.ID {
		return t.Requester.Name
	}
	return t.Requester.Name + " (la registró " + t.OpenedBy.Name + ")"
}

// requesterCard is the ticket as the person who registered it sees it.
func (d *Desk) requesterCard(t *ticket.Ticket) bot.Message {
	c := &bot.Card{
		Title:    fmt.Sprintf("Solicitud N.º %d", t.Number),
		Subtitle: d.stateOf(t),
		Tone:     stateTones[t.State],
		Facts: []bot.Fact{
			{Label: "Categoría", Value: d.path(t)},
			{Label: "Impacto", Value: d.impact(t)},
			{Label: "Responsable", Value: d.assignee(t)},
			{Label: "Solución prometida", Value: d.due(t)},
			{Label: "Descripción", Value: bot.Clip(t.Description, 500), Long: true},
		},
		Files: botFiles(t.Files),
	}
	if t.State == ticket.OnHold {
		c.Facts = append(c.Facts, bot.Fact{Label: "Se espera a", Value: d.waitsFor(t)})
	}
	if t.OpenedBy.ID != t.Requester.ID {
		c.Facts = append(c.Facts, bot.Fact{Label: "La registró", Value: t.OpenedBy.Name})
	}
	switch t.State {
	case ticket.New:
		c.Text = "Quedó registrada. La Mesa de ayuda la revisa y le avisamos por aquí cuando alguien la atienda."
	case ticket.InProgress:
		c.Text = "La Mesa de ayuda trabaja en ella."
	case ticket.OnHold:
		c.Text = "La solución depende de alguien más; le avisamos cuando continúe."
		if t.Hold.For == ticket.ForUser {
			c.Text = "Esperamos su respuesta para continuar."
		}
	case ticket.Resolved:
		c.Text = "Revise la solución y díganos si quedó resuelta."
		if t.Validated() {
			c.Text = "Usted confirmó que quedó resuelta. Gracias."
		}
	case ticket.Closed:
		c.Text = d.ending(t)
	}
	if t.Security && t.State != ticket.Closed {
		c.Text += "\n" + d.Catalog.Rules.Security.Text
	}
	if e, ok := d.Catalog.Entry(t.EntryID); ok && e.WebContent && t.State == ticket.New {
		c.Text += "\n" + d.Catalog.Rules.WebContent.Text
		if t.StartAt.After(t.RegisteredAt) {
			c.Text += "\n" + stop("Se atiende desde el "+d.time(t.StartAt))
		}
	}
	c.Buttons = d.buttons(t, ticket.Requester)
	if t.State != ticket.Closed && t.State != ticket.Resolved {
		c.Buttons = append(c.Buttons, whyButton(t.Number))
	}
	if t.State != ticket.Closed {
		c.Note = "Lo que escriba debajo de este mensaje llega a la Mesa de ayuda."
	}
	return bot.Message{Text: fmt.Sprintf("Solicitud N.º %d: %s.", t.Number, d.stateOf(t)), Card: c}
}

// officialCard is the ticket as the official sees it to whom it was escalated.
func (d *Desk) officialCard(t *ticket.Ticket) bot.Message {
	e := t.Escalation
	c := &bot.Card{
		Title:    fmt.Sprintf("Solicitud N.º %d escalada a usted", t.Number),
		Subtitle: d.stateOf(t),
		Tone:     stateTones[t.State],
		Text:     "Justificación: " + e.Justification,
		Facts: []bot.Fact{
			{Label: "Categoría", Value: d.path(t)},
			{Label: "Impacto", Value: d.impact(t)},
			{Label: "Usuario", Value: t.Requester.Name},
			{Label: "La escaló", Value: e.By.Name + ", el " + d.time(e.At)},
			{Label: "Solución prometida", Value: d.due(t)},
			{Label: "Descripción", Value: t.Description, Long: true},
		},
		Files: botFiles(t.Files),
	}
	if t.Escalated() {
		c.Buttons = d.buttons(t, ticket.Official)
		c.Note = "Lo que escriba debajo de este mensaje queda como nota interna para la Mesa de ayuda."
	} else {
		c.Note = stop("El escalamiento terminó el " + d.time(e.EndedAt))
	}
	return bot.Message{Text: fmt.Sprintf("Se le escaló la solicitud N.º %d: %s.", t.Number, d.path(t)), Card: c}
}

// line is one record in the timeline under the agents' card.
func (d *Desk) line(t *ticket.Ticket, r ticket.Record) bot.Message {
	text := who(r.By) + " " + did[r.Action]
	if r.From != r.To && r.From != "" {
		text += " · " + stateNames[r.To]
	}
	if words := d.words(r); words != "" {
		text += "\n" + words
	}
	for _, a := range r.Controls {
		text += fmt.Sprintf("\nPunto de control %s (%s): %s", a.Control, controlNames[a.Control], controlAnswers[a])
	}
	if r.Action == ticket.AskProvider {
		if d.Mail {
			text += "\nSe le envía por correo. Registre aquí su respuesta."
		} else {
			text += "\nNo hay correo configurado: escríbale usted con este texto y registre aquí la respuesta."
		}
	}
	if r.Action == ticket.Rate && t.State == ticket.Resolved {
		text += "\nYa puede cerrarla."
	}
	return bot.Message{Text: text, Files: botFiles(r.Files)}
}

// words of a record, a line each.
func (d *Desk) words(r ticket.Record) string {
	var lines []string
	for _, w := range wordNames {
		if v := r.Fields[w.field]; v != "" {
			lines = append(lines, w.label+": "+word(w.field, v))
		}
	}
	return strings.Join(lines, "\n")
}

// told tells the requester about one record.
func (d *Desk) told(t *ticket.Ticket, r ticket.Record) bot.Message {
	about := fmt.Sprintf("Solicitud N.º %d: ", t.Number)
	answer := d.button("Responder", bot.Neutral, ticket.Comment, t.Number)
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
		return bot.Message{Text: about + "la Mesa de ayuda la reclasificó como " + d.path(t) + ". " + stop("Solución prometida: "+d.due(t))}
	case ticket.Reopen:
		return bot.Message{Text: about + r.By.Name + " la reabrió.\nMotivo: " + r.Fields["reason"]}
	case ticket.Close:
		return bot.Message{Text: about + strings.ToLower(d.ending(t)[:1]) + d.ending(t)[1:]}
	case ticket.PutOnHold:
		m := bot.Message{Text: about + "quedó en espera de " + word("for", r.Fields["for"]) + ".\nMotivo: " + r.Fields["reason"]}
		if day := r.Fields["expected"]; day != "" {
			m.Text += "\nSe espera para el " + word("expected", day) + "."
		}
		if r.Fields["for"] == string(ticket.ForUser) {
			m = bot.Message{Text: about + "la Mesa de ayuda necesita su respuesta.", Card: &bot.Card{
				Title: fmt.Sprintf("Necesitamos su respuesta · N.º %d", t.Number), Tone: bot.Waiting, Text: r.Fields["reason"],
				Note: "Pulse «Responder», o escriba debajo de este mensaje.",
			}}
			if t.State == ticket.OnHold && t.Hold.For == ticket.ForUser {
				m.Card.Buttons = []bot.Button{answer}
			}
		}
		return m
	}
	c := &bot.Card{Title: fmt.Sprintf("%s le escribe · N.º %d", r.By.Name, t.Number), Tone: bot.Info, Text: r.Fields["text"], Files: botFiles(r.Files),
		Note: "Pulse «Responder», o escriba debajo de este mensaje."}
	if t.Permits(ticket.Comment, ticket.Requester) {
		c.Buttons = []bot.Button{answer}
	}
	return bot.Message{Text: about + r.By.Name + " le respondió.", Card: c}
}

// stateOf says the state, and whatever makes it what it is.
func (d *Desk) stateOf(t *ticket.Ticket) string {
	s := stateNames[t.State]
	switch {
	case t.State == ticket.OnHold && t.Escalated():
		s += " · escalada"
	case t.State == ticket.Resolved && t.Validated():
		s += " · validada por el usuario"
	case t.State == ticket.Closed && t.Ending == ticket.EndedByTime:
		s += " · cierre administrativo"
	case t.State == ticket.Closed && t.Ending == ticket.EndedByUser:
		s += " · retirada por el usuario"
	}
	return s
}

func (d *Desk) ending(t *ticket.Ticket) string {
	switch t.Ending {
	case ticket.EndedByTime:
		return "Se cerró administrativamente porque no recibimos su respuesta a tiempo."
	case ticket.EndedByUser:
		return "Usted la retiró."
	}
	return "Quedó cerrada. Gracias por usar la Mesa de ayuda."
}

func (d *Desk) entryLabel(t *ticket.Ticket) string {
	if e, ok := d.Catalog.Entry(t.EntryID); ok {
		return e.Label
	}
	return t.Subcategory
}

func (d *Desk) path(t *ticket.Ticket) string {
	if e, ok := d.Catalog.Entry(t.EntryID); ok {
		return e.Path()
	}
	return t.Category + " > " + t.Subcategory
}

func (d *Desk) impact(t *ticket.Ticket) string {
	if i, ok := d.Catalog.Impact(t.Impact); ok {
		return i.Name + ": " + i.Description
	}
	return t.Impact
}

func (d *Desk) assignee(t *ticket.Ticket) string {
	if t.Assignee == nil {
		return "Sin asignar"
	}
	return t.Assignee.Name
}

// due says what was promised and what is left of it.
func (d *Desk) due(t *ticket.Ticket) string {
	switch {
	case t.State == ticket.Closed, t.State == ticket.Resolved:
		return d.time(t.DueAt)
	case t.Paused():
		return d.time(t.DueAt) + " (detenida mientras espera)"
	}
	return d.time(t.DueAt) + " (" + d.Catalog.Calendar.FormatLeft(d.Now(), t.DueAt) + ")"
}

func (d *Desk) waitsFor(t *ticket.Ticket) string {
	s := holdNames[t.Hold.For] + ". " + bot.OneLine(t.Hold.Reason, 200)
	if !t.Hold.Expected.IsZero() {
		s += " Se espera para el " + ticket.FormatDay(t.Hold.Expected) + "."
	}
	return s
}

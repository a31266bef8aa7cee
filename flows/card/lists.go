package card

import (
	"fmt"
	"strings"

	"helptic/bot"
	"helptic/ticket"
)

// MostListed is how many tickets a list shows; with one more it says that there are others.
const MostListed = 10

// mostShown is how many tickets of a list have a button of their own.
const mostShown = 5

// Help is what the bot can do for somebody.
func Help() bot.Message {
	return bot.Message{Text: "Ayuda de la Mesa de ayuda", Card: &bot.Card{
		Title: "¿Cómo le puedo ayudar?",
		Text:  "Cuénteme con sus palabras qué pasa o qué necesita, y registramos la solicitud. También puede escribir:",
		Facts: []bot.Fact{
			{Label: "nueva", Value: "registrar una solicitud"},
			{Label: "mis solicitudes", Value: "ver las suyas y su estado"},
			{Label: "estado 123", Value: "ver la solicitud N.º 123"},
			{Label: "atrás · cancelar", Value: "volver a la pregunta anterior, o dejar la solicitud"},
		},
		Buttons: []bot.Button{myTicketsButton()},
		Note:    "Para agregar algo a una solicitud, pulse «Agregar información» en su mensaje.",
	}}
}

// Mention tells somebody who called the bot in a channel where to go on.
func Mention() bot.Message {
	return bot.Message{Text: "Las solicitudes se registran por mensaje directo.", Card: &bot.Card{
		Title:   "¿Necesita soporte?",
		Text:    "Escríbame por mensaje directo qué pasa o qué necesita, o pulse el botón. Aquí otros verían lo que escriba.",
		Buttons: []bot.Button{startButton()},
	}}
}

// MyTickets lists somebody's tickets: the open ones, or the last ones where none is open.
func (v View) MyTickets(found []*ticket.Ticket, open bool) bot.Message {
	if len(found) == 0 {
		return bot.Message{Text: "Usted no tiene solicitudes. Cuénteme qué pasa o qué necesita, y registramos la primera."}
	}
	title := "Sus últimas solicitudes"
	if open {
		title = "Sus solicitudes abiertas"
	}
	c := &bot.Card{Title: title, Note: more(found)}
	for i, t := range found[:min(MostListed, len(found))] {
		value := v.state(t) + " · " + v.entry(t)
		if running(t) {
			value += " · prometida para el " + v.Time(t.DueAt)
		}
		c.Facts = append(c.Facts, bot.Fact{Label: fmt.Sprintf("N.º %d", t.Number), Value: value, Long: true})
		if i < mostShown {
			c.Buttons = append(c.Buttons, showButton(fmt.Sprintf("Ver N.º %d", t.Number), t.Number))
		}
	}
	return bot.Message{Text: title, Card: c}
}

// Home is somebody's page: what they have open, and what they still have to answer.
func (v View) Home(open []*ticket.Ticket) bot.Message {
	c := &bot.Card{
		Title:   "Mesa de ayuda",
		Text:    "Registre aquí sus solicitudes de soporte, o escríbame en la pestaña de mensajes qué pasa o qué necesita.",
		Buttons: []bot.Button{startButton()},
		Note:    more(open),
	}
	if len(open) == 0 {
		c.Text += "\n\nNo tiene solicitudes abiertas."
	}
	for _, t := range open[:min(MostListed, len(open))] {
		value, verb := v.path(t), "Ver"
		switch {
		case t.State != ticket.Resolved:
			value += "\nSolución prometida: " + v.Time(t.DueAt)
		case !t.Validated():
			value += "\nRevise la solución y díganos si quedó resuelta."
			verb = "Revisar"
		case v.surveyAwaited(t):
			value += "\nNos falta su calificación."
			verb = "Calificar"
		}
		c.Facts = append(c.Facts, bot.Fact{Label: fmt.Sprintf("N.º %d · %s", t.Number, v.state(t)), Value: value, Long: true})
		c.Buttons = append(c.Buttons, showButton(fmt.Sprintf("%s N.º %d", verb, t.Number), t.Number))
	}
	c.Buttons = append(c.Buttons, myTicketsButton())
	return bot.Message{Text: "Mesa de ayuda", Card: c}
}

// more says that a list has not all.
func more(found []*ticket.Ticket) string {
	if len(found) <= MostListed {
		return ""
	}
	return fmt.Sprintf("Se muestran las %d más recientes.", MostListed)
}

// Why explains how the promise of a ticket came about.
func (v View) Why(t *ticket.Ticket) bot.Message {
	title := fmt.Sprintf("¿Por qué la solicitud N.º %d vence a esa hora?", t.Number)
	lines := []string{"El horario o el catálogo cambiaron después de que se prometió. Vale lo prometido: " + v.Time(t.DueAt)}
	if w, ok := t.Walk(v.Catalog); ok {
		lines = v.Explain(w)
	}
	return bot.Message{Text: title, Card: &bot.Card{Title: title, Text: strings.Join(lines, "\n")}}
}

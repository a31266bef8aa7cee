package card

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"helptic/bot"
	"helptic/flows/command"
	"helptic/ticket"
)

// Action is how people meet an action on a ticket: the button it has, and the form that it
// asks. When it is possible, and for whom, is the business of ticket.Rules.
type Action struct {
	Do     ticket.Action
	Label  string
	tone   bot.Tone
	text   string                                 // above the fields: what is decided here
	fields func(View, *ticket.Ticket) []bot.Field // nil: done at the press
}

// The actions in the order of their buttons.
var agentActions = []Action{
	{Do: ticket.AssignSelf, Label: "Asignarme", tone: bot.Good},
	{Do: ticket.Receive, Label: "Recibir", tone: bot.Good},
	{Do: ticket.ConfirmSolution, Label: "Confirmar solución", tone: bot.Good, fields: confirmFields,
		text: "Control C3: ¿se requirió apoyo adicional? Queda registrado si se pidió a un proveedor."},
	{Do: ticket.Resolve, Label: "Resolver", fields: resolveFields,
		text: "Control C2: evalúe si se dio solución adecuada. El usuario recibe este texto y lo valida."},
	{Do: ticket.Close, Label: "Cerrar", tone: bot.Good},
	{Do: ticket.Assign, Label: "Asignar a…", fields: assignFields},
	{Do: ticket.Resume, Label: "Reanudar", fields: noteFields},
	{Do: ticket.PutOnHold, Label: "En espera", fields: holdFields},
	{Do: ticket.Escalate, Label: "Escalar", fields: escalateFields,
		text: "Control C1: con los recursos de la Mesa de ayuda no basta y se escala a la Oficina de Tecnología."},
	{Do: ticket.AskProvider, Label: "Solicitar apoyo a proveedor", fields: providerFields,
		text: "Control C3: se requiere apoyo adicional de un proveedor."},
	{Do: ticket.Reply, Label: "Responder al usuario", fields: textFields},
	{Do: ticket.Note, Label: "Nota interna", fields: textFields},
	{Do: ticket.Reclassify, Label: "Reclasificar", fields: reclassifyFields,
		text: "El tiempo prometido se calcula de nuevo desde el registro."},
	{Do: ticket.Reopen, Label: "Reabrir", fields: reasonFields},
}

var requesterActions = []Action{
	{Do: ticket.Validate, Label: "Sí, quedó resuelta", tone: bot.Good},
	{Do: ticket.Reject, Label: "No, el problema sigue", fields: reasonFields},
	{Do: ticket.Rate, Label: "Calificar", fields: surveyFields},
	{Do: ticket.Comment, Label: "Agregar información", fields: textFields},
	{Do: ticket.Withdraw, Label: "Retirar solicitud", tone: bot.Danger, fields: reasonFields},
	{Do: ticket.Reopen, Label: "Reabrir", fields: reasonFields},
}

// ActionOf finds how people meet an action; Reopen asks the same of all.
func ActionOf(a ticket.Action) (Action, bool) {
	for _, list := range [][]Action{agentActions, requesterActions} {
		if i := slices.IndexFunc(list, func(x Action) bool { return x.Do == a }); i >= 0 {
			return list[i], true
		}
	}
	return Action{}, false
}

// Asks tells whether an action asks something in a form before it is done. The better
// ratings need no comment; no action but Rate has a rating.
func (v View) Asks(a Action, rating int) bool {
	return a.fields != nil && rating <= v.Catalog.Survey.CommentRequiredAtMost
}

// Fields are what the form of an action asks. The names are those of the record's fields.
func (v View) Fields(a Action, t *ticket.Ticket) []bot.Field {
	if a.fields == nil {
		return nil
	}
	return a.fields(v, t)
}

// Form asks what an action needs; rating is the one that was pressed, 0 where none was.
func (v View) Form(a Action, t *ticket.Ticket, rating int) *bot.Form {
	form := &bot.Form{
		Title:  fmt.Sprintf("%s · N.º %d", strings.TrimSuffix(a.Label, "…"), t.Number),
		Text:   a.text,
		Do:     command.Of(a.Do, t.Number).String(),
		Submit: "Enviar",
		Fields: v.Fields(a, t),
	}
	if rating > 0 {
		form.Do = command.Of(a.Do, t.Number).With(strconv.Itoa(rating)).String()
		form.Text = "Calificación: " + RatingText(rating) + ". Cuéntenos qué podemos mejorar."
	}
	return form
}

// RatingText is a rating with its name: "5 · Muy satisfecho".
func RatingText(rating int) string {
	return strconv.Itoa(rating) + " · " + ratingNames[min(rating, len(ratingNames)-1)]
}

// button is one for an action on a ticket; the argument of a rating is the rating.
func (v View) button(label string, tone bot.Tone, c command.Command) bot.Button {
	b := bot.Button{Label: label, Do: c.String(), Tone: tone}
	if a, ok := ActionOf(c.Action); ok {
		rating := 0
		if c.Action == ticket.Rate {
			rating, _ = strconv.Atoi(c.Argument) // none is 0
		}
		b.Form = v.Asks(a, rating)
	}
	return b
}

// assignSelf is the command that takes a ticket as it is shown, from whoever has it.
func assignSelf(t *ticket.Ticket) command.Command {
	had := command.NoAssignee
	if t.Assignee != nil {
		had = t.Assignee.ID
	}
	return command.Of(ticket.AssignSelf, t.Number).With(had)
}

// buttons are those that are possible now for a role.
func (v View) buttons(t *ticket.Ticket, role ticket.Role) []bot.Button {
	list := agentActions
	if role == ticket.Requester {
		list = requesterActions
	}
	var out []bot.Button
	for _, a := range list {
		if !t.Permits(a.Do, role) || !v.offered(t, a.Do, role) {
			continue
		}
		c, tone := command.Of(a.Do, t.Number), a.tone
		switch {
		case a.Do == ticket.AssignSelf:
			c = assignSelf(t)
			if t.Assignee != nil {
				tone = bot.Neutral
			}
		case a.Do == ticket.Resolve && t.State == ticket.InProgress:
			tone = bot.Good // the step forward
		}
		out = append(out, v.button(a.Label, tone, c))
	}
	return out
}

// offered leaves out of a card what is possible but would only be in the way there.
func (v View) offered(t *ticket.Ticket, a ticket.Action, role ticket.Role) bool {
	switch a {
	case ticket.Receive:
		return t.Escalation.ReceivedAt.IsZero()
	case ticket.Validate, ticket.Reject, ticket.Rate:
		return false // they stand on the card of the solution
	case ticket.Close:
		return t.Validated() // activity 11 comes after activity 10
	case ticket.Reopen:
		if t.State == ticket.Closed {
			return !v.Now.After(t.ReopenUntil(v.Catalog))
		}
		return role == ticket.Agent || t.Validated() // before, the user says that the problem goes on
	case ticket.Comment:
		return t.State != ticket.Resolved
	}
	return true
}

// showButton asks for the card of a ticket.
func showButton(label string, number int64) bot.Button {
	return bot.Button{Label: label, Do: command.Command{Verb: command.Show, Ticket: number}.String()}
}

// myTicketsButton asks for the list of one's own tickets.
func myTicketsButton() bot.Button { return showButton("Mis solicitudes", 0) }

// whyButton asks how the promise of a ticket came about.
func whyButton(number int64) bot.Button {
	return bot.Button{Label: "¿Por qué vence a esa hora?", Do: command.Command{Verb: command.Why, Ticket: number}.String()}
}

// startButton begins a request from wherever it stands.
func startButton() bot.Button {
	return bot.Button{Label: "Nueva solicitud", Do: command.Command{Verb: command.Start}.String(), Tone: bot.Good}
}

package flows

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"helptic/bot"
	"helptic/storage"
	"helptic/ticket"
)

// The names that TI-PR-001 gives to the states (section 5).
var stateNames = map[ticket.State]string{
	ticket.New:        "Nueva",
	ticket.InProgress: "En curso (asignada)",
	ticket.OnHold:     "En espera",
	ticket.Resolved:   "Resuelta",
	ticket.Closed:     "Cerrada",
}

var stateTones = map[ticket.State]bot.Tone{
	ticket.New:        bot.Info,
	ticket.InProgress: bot.Working,
	ticket.OnHold:     bot.Waiting,
	ticket.Resolved:   bot.Good,
	ticket.Closed:     bot.Neutral,
}

var roleNames = map[ticket.Role]string{
	ticket.Requester: "la persona que la registró",
	ticket.Agent:     "la Mesa de ayuda",
	ticket.Official:  "el funcionario a quien se escaló",
	ticket.System:    "el sistema",
}

var holdNames = map[ticket.HoldFor]string{
	ticket.ForProvider: "un proveedor",
	ticket.ForUser:     "el usuario",
	ticket.ForOther:    "otra dependencia",
	ticket.ForOfficial: "la Oficina de Tecnología",
}

// The control points of section 7, and what can be answered to them.
var controlNames = map[ticket.Control]string{
	ticket.C1: "¿se escala o se resuelve con los recursos disponibles?",
	ticket.C2: "¿se dio solución adecuada?",
	ticket.C3: "¿se requiere apoyo adicional?",
}

var controlAnswers = map[ticket.Answer]string{
	{Control: ticket.C1, Answer: "escalate"}:   "se escala",
	{Control: ticket.C1, Answer: "resolve"}:    "se resuelve con los recursos disponibles",
	{Control: ticket.C2, Answer: "yes"}:        "sí",
	{Control: ticket.C2, Answer: "workaround"}: "sí, con una solución provisional",
	{Control: ticket.C2, Answer: "no"}:         "no",
	{Control: ticket.C3, Answer: "yes"}:        "sí, de un proveedor",
	{Control: ticket.C3, Answer: "no"}:         "no",
}

var ratingNames = [...]string{"", "Muy insatisfecho", "Insatisfecho", "Neutral", "Satisfecho", "Muy satisfecho"}

// did says what somebody did, for the timeline and the record of a ticket.
var did = map[ticket.Action]string{
	ticket.Register:        "registró la solicitud",
	ticket.AssignSelf:      "se asignó la solicitud",
	ticket.Assign:          "asignó la solicitud",
	ticket.PutOnHold:       "la puso en espera",
	ticket.Resume:          "la reanudó",
	ticket.Escalate:        "la escaló a la Oficina de Tecnología",
	ticket.Receive:         "recibió el escalamiento",
	ticket.AskProvider:     "solicitó apoyo a un proveedor",
	ticket.ConfirmSolution: "confirmó la solución",
	ticket.Resolve:         "la resolvió",
	ticket.Validate:        "confirmó que quedó resuelta",
	ticket.Reject:          "informó que el problema sigue",
	ticket.Rate:            "evaluó el servicio",
	ticket.Reopen:          "la reabrió",
	ticket.Close:           "la cerró",
	ticket.Withdraw:        "retiró la solicitud",
	ticket.Reclassify:      "la reclasificó",
	ticket.Reply:           "respondió al usuario",
	ticket.Note:            "dejó una nota interna",
	ticket.Comment:         "escribió",
	ticket.Undeliverable:   "no pudo entregar un aviso",
	ticket.Mailed:          "envió un correo",
}

// wordNames label the words of a record.
var wordNames = []struct{ field, label string }{
	{"person", "A"},
	{"for", "Se espera a"},
	{"reason", "Motivo"},
	{"justification", "Justificación"},
	{"expected", "Fecha esperada"},
	{"provider", "Proveedor"},
	{"email", "Correo del proveedor"},
	{"message", "Mensaje"},
	{"causes", "Causas"},
	{"solution", "Solución"},
	{"from", "Antes"},
	{"to", "Ahora"},
	{"rating", "Calificación"},
	{"comment", "Comentario"},
	{"note", "Nota"},
	{"text", "Mensaje"},
	{"message_id", "Identificador"},
}

// who names somebody in a sentence.
func who(p ticket.Person) string {
	if p.ID == "" {
		return "El sistema"
	}
	return p.Name
}

// word says the value of a record's word as people read it.
func word(field, value string) string {
	switch field {
	case "for":
		return holdNames[ticket.HoldFor(value)]
	case "expected":
		if day, err := time.Parse(time.DateOnly, value); err == nil {
			return ticket.FormatDay(day)
		}
	}
	return value
}

// enumerate joins names: "a, b o c".
func enumerate(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " o " + names[len(names)-1]
}

// stop ends a sentence that may end in "p. m." already.
func stop(s string) string { return strings.TrimSuffix(s, ".") + "." }

// said puts the facts that the desk answers with into words. What it does not know
// stays as it is: the inbox tries again.
func (d *Desk) said(err error, t *ticket.Ticket) error {
	var state *ticket.StateError
	var role *ticket.RoleError
	var missing *ticket.MissingError
	var taken *ticket.AlreadyAssignedError
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return bot.UserErrorf("No encontramos esa solicitud. Escriba «mis solicitudes» para ver las suyas.")
	case errors.As(err, &taken):
		return bot.UserErrorf("%s", stop(fmt.Sprintf("%s ya tiene la solicitud N.º %d desde el %s", taken.By.Name, t.Number, d.time(taken.Since))))
	case errors.As(err, &state):
		if state.Action == ticket.Comment {
			return bot.UserErrorf("La solicitud N.º %d está cerrada y no recibe más mensajes. Si aún se puede, pulse «Reabrir» en su mensaje; si no, escriba «nueva».", t.Number)
		}
		last := t.Last()
		for i := len(t.History) - 1; i > 0 && last.Role == ticket.System && last.Action != ticket.Close; i-- {
			last = t.History[i-1] // what somebody did
		}
		return bot.UserErrorf("%s", stop(fmt.Sprintf("La solicitud N.º %d está en estado «%s»; ya no se puede hacer eso. Lo último: %s %s el %s",
			t.Number, stateNames[state.State], who(last.By), did[last.Action], d.time(last.At))))
	case errors.As(err, &role):
		var names []string
		for _, r := range role.Who {
			if r != ticket.System && !slices.Contains(names, roleNames[r]) {
				names = append(names, roleNames[r])
			}
		}
		return bot.UserErrorf("Eso solo lo puede hacer %s.", enumerate(names))
	case errors.As(err, &missing):
		return &bot.UserError{Field: missing.Field, Text: "Falta este dato: complételo para continuar."}
	case errors.Is(err, ticket.ErrSame):
		return bot.UserErrorf("Ya está así: no hay nada que cambiar en la solicitud N.º %d.", t.Number)
	case errors.Is(err, ticket.ErrTooLate):
		return bot.UserErrorf("El plazo ya pasó. Si lo necesita, escriba «nueva» para registrar otra solicitud.")
	case errors.Is(err, ticket.ErrFull):
		return bot.UserErrorf("La solicitud N.º %d ya no admite más mensajes. Si hace falta, registre otra con «nueva».", t.Number)
	case errors.Is(err, ticket.ErrNoEscalation):
		return bot.UserErrorf("La solicitud N.º %d no está escalada en este momento.", t.Number)
	case errors.Is(err, ticket.ErrNoSurvey):
		return bot.UserErrorf("La solicitud N.º %d no lleva encuesta, porque usted mismo la atendió.", t.Number)
	case errors.Is(err, ticket.ErrNotValidated):
		return bot.UserErrorf("Antes de calificar, indíquenos si la solicitud N.º %d quedó resuelta.", t.Number)
	}
	return err
}

// time says an instant in the zone of the entity.
func (d *Desk) time(t time.Time) string { return d.Catalog.Calendar.FormatTime(t) }

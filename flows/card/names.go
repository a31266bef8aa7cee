package card

import (
	"strings"
	"time"

	"helptic/bot"
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

// StateName is a state as the procedure names it.
func StateName(s ticket.State) string { return stateNames[s] }

var stateTones = map[ticket.State]bot.Tone{
	ticket.New:        bot.Info,
	ticket.InProgress: bot.Working,
	ticket.OnHold:     bot.Waiting,
	ticket.Resolved:   bot.Good,
	ticket.Closed:     bot.Neutral,
}

// TypeName is a type as the procedure names it (section 6).
func TypeName(t ticket.Type) string {
	if t == ticket.Incident {
		return "Incidente"
	}
	return "Requerimiento"
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

// The ratings of the survey, by their number.
var ratingNames = [...]string{"", "Muy insatisfecho", "Insatisfecho", "Neutral", "Satisfecho", "Muy satisfecho"}

// actionNames are what somebody did, for the timeline and the record of a ticket.
var actionNames = map[ticket.Action]string{
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
	ticket.Retract:         "indicó que ese mensaje no era para esta solicitud",
	ticket.Undeliverable:   "no pudo entregar un aviso",
	ticket.Mailed:          "envió un correo",
}

// fieldNames label the fields of a record, in the order in which they are shown. A field
// without a label is not shown.
var fieldNames = []struct{ field, label string }{
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

// fields are those of a record, a line each; "" where it has none to show.
func fields(r ticket.Record) string {
	var lines []string
	for _, f := range fieldNames {
		if value := r.Fields[f.field]; value != "" {
			lines = append(lines, f.label+": "+fieldValue(f.field, value))
		}
	}
	return strings.Join(lines, "\n")
}

// fieldValue is the value of a record's field as people read it.
func fieldValue(field, value string) string {
	switch field {
	case "for":
		return holdNames[ticket.HoldFor(value)]
	case "expected":
		if d, err := time.Parse(time.DateOnly, value); err == nil {
			return day(d)
		}
	}
	return value
}

// actor names who acted, at the beginning of a sentence.
func actor(p ticket.Person) string {
	if p.ID == "" {
		return "El sistema"
	}
	return p.Name
}

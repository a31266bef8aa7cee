package card

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"helptic/bot"
	"helptic/flows/command"
	"helptic/ticket"
)

// What people are told when there is nothing else to show.
const (
	Guest          = "La Mesa de ayuda atiende a servidores y contratistas de la Entidad. Si usted lo es, escriba desde su cuenta institucional."
	ButtonGone     = "Ese botón ya no existe. Escriba «hola» para ver qué puede hacer."
	WroteDirect    = "Le escribí por mensaje directo. Continúe allá."
	FinishInDirect = "Le escribí por mensaje directo para completar la solicitud."
)

// CommentOnResolved is said to a requester whose words went to a ticket that is resolved.
func CommentOnResolved(number int64) string {
	return fmt.Sprintf("Agregamos sus palabras a la solicitud N.º %d, que está resuelta. Si el problema continúa, pulse «No, el problema sigue» en el mensaje de la solución.", number)
}

// Added says to which ticket somebody's text went by itself, and offers to take it back.
func (v View) Added(t *ticket.Ticket, r ticket.Record) bot.Message {
	title := fmt.Sprintf("Mensaje agregado a la solicitud N.º %d", t.Number)
	return bot.Message{Text: title + ".", Card: &bot.Card{
		Title: title, Subtitle: v.entry(t), Tone: bot.Good, Text: "Era la que esperaba por usted. La Mesa de ayuda ya ve su mensaje.",
		Buttons: []bot.Button{{Label: "No era para esa", Do: command.Command{Verb: command.Undo, Ticket: t.Number, Argument: strconv.Itoa(r.N)}.String()}},
	}}
}

// Retracted takes the place of Added.
func Retracted(t *ticket.Ticket) bot.Message {
	title := fmt.Sprintf("El mensaje no era para la solicitud N.º %d", t.Number)
	return bot.Message{Text: title + ".", Card: &bot.Card{Title: title, Text: "Así quedó anotado."}}
}

// Subject names a ticket where one chooses among several.
func (v View) Subject(t *ticket.Ticket) string {
	return fmt.Sprintf("N.º %d · %s", t.Number, v.entry(t))
}

// AskReject asks who typed that the problem goes on for the reason.
func (v View) AskReject(t *ticket.Ticket) bot.Message {
	title := fmt.Sprintf("¿Sigue el problema de la solicitud N.º %d?", t.Number)
	reject, _ := ActionOf(ticket.Reject)
	return bot.Message{Text: title, Card: &bot.Card{Title: title, Text: "Pulse el botón y cuéntenos qué pasa; la Mesa de ayuda continúa con ella.",
		Buttons: []bot.Button{v.button(reject.Label, reject.tone, command.Of(ticket.Reject, t.Number))}}}
}

// AskResolve asks an agent who marked a card as done for the solution.
func (v View) AskResolve(t *ticket.Ticket) bot.Message {
	title := fmt.Sprintf("¿Resolvió la solicitud N.º %d?", t.Number)
	resolve, _ := ActionOf(ticket.Resolve)
	return bot.Message{Text: title, Card: &bot.Card{Title: title, Text: "Pulse «Resolver» y escriba la solución; el usuario la recibe.",
		Buttons: []bot.Button{v.button(resolve.Label, bot.Good, command.Of(ticket.Resolve, t.Number))}}}
}

// The complaints: each is a sentence for the person who caused it.

// NotFound is the answer to a number that is none, or that is not theirs: nobody learns which
// numbers there are.
func NotFound() error {
	return bot.UserErrorf("No encontramos esa solicitud. Escriba «mis solicitudes» para ver las suyas.")
}

// NotTheirs tells somebody that a ticket is not theirs, or not any more.
func NotTheirs(t *ticket.Ticket, person string) error {
	if t.Escalation != nil && t.Escalation.Official.ID == person {
		return bot.UserErrorf("El escalamiento de la solicitud N.º %d ya terminó. La Mesa de ayuda continúa con ella.", t.Number)
	}
	return bot.UserErrorf("Esta solicitud no es suya. La atiende la Mesa de ayuda.")
}

// TooLong is the answer to a text of n runes in a field that takes most.
func TooLong(field string, n, most int) error {
	return &bot.UserError{Field: field, Text: fmt.Sprintf("El texto tiene %d caracteres y caben %d. Resúmalo o adjúntelo en un archivo.", n, most)}
}

// TooMuch is the answer to more fields or files than one record takes.
func TooMuch() error {
	return bot.UserErrorf("Eso es demasiado para una sola vez. Envíelo en partes.")
}

// TooManyFiles is the answer to a form with more files than one record takes.
func TooManyFiles(most int) error {
	return &bot.UserError{Field: "files", Text: fmt.Sprintf("Caben %d archivos.", most)}
}

// FileIncomplete is the answer to a file that is not stored.
func FileIncomplete() error {
	return &bot.UserError{Field: "files", Text: "Un archivo no llegó completo. Adjúntelo otra vez."}
}

// FieldRequired is the answer to a field of a form that was left empty.
func FieldRequired(field string) error {
	text := "Falta este dato: complételo para continuar."
	switch field {
	case "person":
		text = "Elija a la persona."
	case "expected":
		text = "Escriba para cuándo se espera; puede cambiarla después."
	}
	return &bot.UserError{Field: field, Text: text}
}

// FieldInvalid is the answer to a value that a field does not take.
func FieldInvalid(field string) error {
	return &bot.UserError{Field: field, Text: map[string]string{
		"email":    "Escriba el correo completo, por ejemplo soporte@proveedor.com.",
		"expected": "Escriba la fecha como año-mes-día, por ejemplo 2026-12-01.",
		"entry":    "Elija una subcategoría de la lista.",
	}[field]}
}

// DayOver is the answer to an expected day that is over.
func DayOver(field string) error {
	return &bot.UserError{Field: field, Text: "Esa fecha ya pasó. Elija una de hoy en adelante."}
}

// PersonUnknown is the answer to a person whom the chat does not know.
func PersonUnknown() error {
	return &bot.UserError{Field: "person", Text: "No encontramos a esa persona en el chat. Elija otra, o pídale que le escriba «hola» al bot."}
}

// NoOfficial is the answer to a person who is not of the Oficina de Tecnología.
func NoOfficial() error {
	return &bot.UserError{Field: "person", Text: "Esa persona no está en la lista de funcionarios de la Oficina de Tecnología."}
}

// NoAgent is the answer to a person who is not of the Mesa de ayuda.
func NoAgent() error {
	return &bot.UserError{Field: "person", Text: "Esa persona no está en el canal de la Mesa de ayuda. Para remitirla a la Oficina de Tecnología use «Escalar»."}
}

// Of a request that is made from a message.

// EmptyMessage is the answer to a message without a text or a file.
func EmptyMessage() error {
	return bot.UserErrorf("Ese mensaje no tiene texto ni archivos. Escríbame por mensaje directo qué necesita.")
}

// OnlyAgentsForOthers is the answer to a person who is no agent and wants a request in
// somebody else's name.
func OnlyAgentsForOthers() error {
	return bot.UserErrorf("Solo la Mesa de ayuda registra solicitudes a nombre de otra persona. Pídale a quien lo escribió que me escriba por mensaje directo.")
}

// AuthorUnknown is the answer to a message whose author cannot be a requester.
func AuthorUnknown() error {
	return bot.UserErrorf("Quien escribió ese mensaje no es un servidor o contratista de la Entidad que podamos encontrar. Registre la solicitud a su propio nombre.")
}

// Complaint puts why an action was refused into a sentence. An error that it does not know
// stays as it is: the inbox tries again.
func (v View) Complaint(err error, t *ticket.Ticket) error {
	var state *ticket.StateError
	var role *ticket.RoleError
	var missing *ticket.MissingError
	var taken *ticket.AlreadyAssignedError
	switch {
	case errors.As(err, &taken):
		return bot.UserErrorf("%s", Stop(fmt.Sprintf("%s ya tiene la solicitud N.º %d desde el %s", taken.By.Name, t.Number, v.Time(taken.Since))))
	case errors.As(err, &state):
		return v.wrongState(state, t)
	case errors.As(err, &role):
		var names []string
		for _, r := range role.Who {
			if r != ticket.System && !slices.Contains(names, roleNames[r]) {
				names = append(names, roleNames[r])
			}
		}
		return bot.UserErrorf("Eso solo lo puede hacer %s.", List(names, "o"))
	case errors.As(err, &missing):
		return FieldRequired(missing.Field)
	}
	for _, c := range []struct {
		err  error
		text string
	}{
		{ticket.ErrSame, "Ya está así: no hay nada que cambiar en la solicitud N.º %s."},
		{ticket.ErrTooLate, "El plazo ya pasó. Si lo necesita, escriba «nueva» para registrar otra solicitud."},
		{ticket.ErrFull, "La solicitud N.º %s ya no admite más mensajes. Si hace falta, registre otra con «nueva»."},
		{ticket.ErrNoEscalation, "La solicitud N.º %s no está escalada en este momento."},
		{ticket.ErrNoSurvey, "La solicitud N.º %s no lleva encuesta, porque usted mismo la atendió."},
		{ticket.ErrNotValidated, "Antes de calificar, indíquenos si la solicitud N.º %s quedó resuelta."},
	} {
		if errors.Is(err, c.err) {
			return &bot.UserError{Text: number(c.text, t.Number)}
		}
	}
	return err
}

// number puts the number of a ticket where a sentence has its place, if it has one.
func number(text string, n int64) string {
	return strings.Replace(text, "%s", strconv.FormatInt(n, 10), 1)
}

// wrongState says that an action came too late, and what somebody did before.
func (v View) wrongState(err *ticket.StateError, t *ticket.Ticket) error {
	if err.Action == ticket.Comment {
		return bot.UserErrorf("La solicitud N.º %d está cerrada y no recibe más mensajes. Si aún se puede, pulse «Reabrir» en su mensaje; si no, escriba «nueva».", t.Number)
	}
	last := t.Last()
	for i := len(t.History) - 1; i > 0 && last.Role == ticket.System && last.Action != ticket.Close; i-- {
		last = t.History[i-1]
	}
	return bot.UserErrorf("%s", Stop(fmt.Sprintf("La solicitud N.º %d está en estado «%s»; ya no se puede hacer eso. Lo último: %s %s el %s",
		t.Number, StateName(err.State), actor(last.By), actionNames[last.Action], v.Time(last.At))))
}

// The reasons for which a person could not be told something, for the record of a ticket.
const (
	ReasonChat     = "El chat no permite escribirle. Avísele por otro medio."
	ReasonChatMail = "El chat no permite escribirle. Lo que le interesa se le envía por correo."
	ReasonMail     = "El servidor de correo lo rechazó. Revise la dirección y avise por otro medio."
)

// InboxTexts are the sentences that the inbox itself shows to people.
var InboxTexts = bot.Texts{
	EventFailed: "Algo falló de nuestro lado y no pudimos atender su mensaje. Inténtelo de nuevo; si sigue fallando, dé a la Mesa de ayuda la referencia {reference}.",
	FormLate:    "El formulario no se pudo abrir a tiempo. Pulse el botón otra vez.",
}

package intake

import (
	"fmt"
	"time"
	"unicode/utf8"

	"helptic/bot"
	"helptic/flows/card"
)

// The messages of the intake that are no questions.

// Question is the card as a message.
func Question(c *bot.Card) bot.Message { return bot.Message{Text: card.Summary(c), Card: c} }

// ended is the card of a draft that nobody goes on with there.
func ended(title, text string) bot.Message {
	return bot.Message{Text: title + ". " + text, Card: &bot.Card{Title: title, Text: text}}
}

// Discarded is the card of a draft in whose place another began.
func Discarded() bot.Message {
	return ended("Solicitud descartada", "Comenzó una nueva; de esta no se registró nada.")
}

// DiscardedForMessage is that of a draft in whose place one began with a message.
func DiscardedForMessage() bot.Message {
	return ended("Solicitud descartada", "Comenzó otra con un mensaje; de esta no se registró nada.")
}

// ContinuedBelow is the card of a draft whose question stands further down now.
func ContinuedBelow() bot.Message { return ended("Solicitud en curso", "Continúa más abajo.") }

// Cancelled is the card of a draft that was cancelled.
func Cancelled() bot.Message {
	return ended("Solicitud cancelada", "No se registró nada. Escriba «nueva» cuando quiera comenzar otra.")
}

// Commented is the card of a draft whose first text went to a ticket.
func Commented(number int64) bot.Message {
	return ended("Mensaje agregado", fmt.Sprintf("Su mensaje quedó en la solicitud N.º %d. La Mesa de ayuda ya lo ve.", number))
}

// RegisteredFor is the card of an agent who registered a request in somebody else's name.
func RegisteredFor(number int64, name string) bot.Message {
	return ended(fmt.Sprintf("Solicitud N.º %d registrada", number), "A nombre de "+name+", que recibe los avisos.")
}

// Unfinished is the card of a draft that was put away.
func Unfinished() bot.Message { return ended("Solicitud sin terminar", "No se registró nada.") }

// PutAway tells the person so, after the time that drafts are kept.
func PutAway(after time.Duration) bot.Message {
	return bot.Message{Text: "Dejamos su solicitud sin terminar, porque " + card.Elapsed(after) + "; no se registró nada. Escriba «nueva» para comenzar otra."}
}

// Courtesy answers thanks.
func Courtesy() bot.Message {
	return bot.Message{Text: "Con gusto. Si necesita algo más, escríbame."}
}

// NothingBegun answers who cancels or goes back without a draft.
func NothingBegun() bot.Message {
	return bot.Message{Text: "No hay ninguna solicitud en curso. Escriba «nueva» para comenzar una."}
}

// FirstQuestion answers who goes back from the first question.
func FirstQuestion() bot.Message {
	return bot.Message{Text: "Esta es la primera pregunta. Para dejar la solicitud, escriba «cancelar»."}
}

// What is said to a press on a card that has passed.
const (
	DraftEnded    = "Esa solicitud ya terminó. Escriba «nueva» para comenzar otra o «mis solicitudes» para ver las suyas."
	OtherDraft    = "Esa pregunta ya pasó. Continúe con la que está más abajo."
	QuestionEnded = "Esa pregunta ya pasó. Esta es la actual."
)

// unclear says that what was typed is none of the options, or fits several of them.
func unclear(several []bot.Option) error {
	if len(several) == 0 {
		return bot.UserErrorf("No entendí su respuesta. Elija una opción de la lista, o escriba su número o su nombre.")
	}
	const most = 5
	var names []string
	for _, o := range several[:min(len(several), most)] {
		names = append(names, "«"+o.Label+"»")
	}
	return bot.UserErrorf("Hay varias opciones que coinciden: %s. Escriba el nombre completo.", card.List(names, "o"))
}

func descriptionTooShort() error {
	return bot.UserErrorf("Cuéntenos un poco más, con %d letras al menos: qué pasa, dónde y desde cuándo.", shortest)
}

func descriptionTooLong(text string) error {
	return bot.UserErrorf("La descripción tiene %d caracteres y caben %d. Resúmala o adjúntela en un archivo.", utf8.RuneCountInString(text), longest)
}

func tooManyFiles() error {
	return bot.UserErrorf("Caben %d archivos por solicitud. Envíe los demás, si hacen falta, cuando esté registrada.", mostFiles)
}

func attachOrContinue() error {
	return bot.UserErrorf("Adjunte los archivos aquí mismo, o escriba «continuar» si no hay más.")
}

func registerOrCorrect() error {
	return bot.UserErrorf("Escriba «registrar» para registrar la solicitud, «corregir» para cambiar algo o «cancelar».")
}

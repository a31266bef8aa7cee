package intake

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/flows/command"
	"helptic/ticket"
)

// The names of the questions, as drafts keep them.
const (
	About       = "about"
	Category    = "category"
	Group       = "group"
	Entry       = "entry"
	Impact      = "impact"
	Description = "description"
	Files       = "files"
	confirm     = "confirm"
)

// question is one row of the intake. A row with a name, a title and either options or nothing
// else asks a complete question; the functions are for what is special about one.
type question struct {
	name  string
	title string
	help  string // below the title
	joins bool   // it has the number of the question before it: "Paso 2 de 5" for both
	first bool   // nothing is before it
	// correct names the question where one chooses what to correct; "" leaves it out.
	correct string
	// detail is the label under which the ticket keeps the answer; "" where the ticket has
	// a field of its own for it.
	detail string
	// choice labels the list of options on the card; "" where draw shows them.
	choice string

	options func(in *Intake, d *ticket.Draft) []bot.Option
	// answered tells whether the answer is there, or the question does not apply.
	answered func(in *Intake, d *ticket.Draft) bool
	// set checks an answer and keeps it.
	set func(in *Intake, d *ticket.Draft, value string) error
	// read finds what typed text stands for.
	read func(in *Intake, d *ticket.Draft, c command.Command, withFiles bool) (command.Command, error)
	// draw completes the card.
	draw func(in *Intake, d *ticket.Draft, c *bot.Card)
	// facts are what the confirmation shows of the answer.
	facts func(in *Intake, d *ticket.Draft) []bot.Fact
}

// questions are asked in this order.
var questions []question

// correction asks what to correct.
var correction question

func init() { // the rows ask one another for their answers
	questions = []question{
		{name: About, title: "¿Para cuál solicitud es su mensaje?", help: "Varias esperan por usted.", first: true, options: awaiting, answered: hasAbout, read: readAbout, draw: drawAbout},
		{name: Category, correct: "Categoría", first: true, options: categories, answered: hasCategory, set: setCategory, read: readCategory, draw: drawCategory},
		{name: Group, title: "¿De qué se trata?", help: "Elija una opción, o escriba su nombre.", choice: "Elija", options: groupOptions, answered: hasGroup, set: setGroup},
		{name: Entry, joins: true, title: "¿Qué necesita exactamente?", help: "Elija una opción de la lista, o escriba su nombre.", choice: "Elija",
			options: entries, answered: hasEntry, set: setEntry, facts: entryFacts},
		{name: Impact, correct: "Impacto", title: "¿A quién afecta?", choice: "Impacto", options: impacts, answered: hasImpact, draw: drawRule, facts: impactFacts},
		{name: Description, correct: "Descripción", title: "Describa su solicitud", set: setDescription, read: readDescription, draw: drawDescription, facts: descriptionFacts,
			help: "Escríbala aquí: qué pasa, dónde y desde cuándo. Entre " + card.Number(shortest) + " y " + card.Number(longest) + " caracteres."},
		{name: Files, correct: "Adjuntos", title: "¿Desea adjuntar archivos?", help: "Si hace falta, adjúntelos aquí (una foto, un documento). Después pulse «Continuar».", set: setFiles, read: readFiles, draw: drawFiles},
		{name: confirm, title: "Revise y confirme", first: true, read: readConfirm, draw: drawConfirm},
	}
	correction = question{name: correcting, title: "¿Qué desea corregir?", options: correctable, set: setCorrection, draw: drawCorrection}
}

func (q *question) isAnswered(in *Intake, d *ticket.Draft) bool {
	if q.answered != nil {
		return q.answered(in, d)
	}
	return d.Answers[q.name] != ""
}

// answer checks an answer and keeps it.
func (q *question) answer(in *Intake, d *ticket.Draft, value string) error {
	if q.set != nil {
		return q.set(in, d, value)
	}
	if q.options != nil && !slices.ContainsFunc(q.options(in, d), func(o bot.Option) bool { return o.Value == value }) {
		return unclear(nil)
	}
	value = bot.CleanText(value)
	if n := utf8.RuneCountInString(value); n > longest {
		return card.TooLong("", n, longest)
	}
	d.Answers[q.name] = value
	return nil
}

// text is the answer as people read it.
func (q *question) text(in *Intake, d *ticket.Draft) string {
	value := d.Answers[q.name]
	if q.options != nil {
		for _, o := range q.options(in, d) {
			if o.Value == value {
				return o.Label
			}
		}
	}
	return value
}

// position is the number that somebody typed for an option; 0: it is none.
func position(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

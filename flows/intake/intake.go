// Package intake asks what a request is: the questions are one table, in the order in which a
// person meets them. Which one is asked now follows from the answers, so a version that adds
// or removes a question breaks no draft that is half-way. What is typed becomes the command
// that a press would have carried (Read), and both are answered in one place (Answer).
package intake

import (
	"fmt"
	"slices"
	"strings"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/flows/command"
	"helptic/suggest"
	"helptic/ticket"
)

// Intake asks the questions of a draft.
type Intake struct {
	card.View
	// Find proposes entries of the catalogue for free text, best first.
	Find func(text string, most int) []suggest.Suggestion

	extra []question // asked before the files; tests have some of their own
}

// The keys of a draft's answers that are no questions.
const (
	// FirstText is what the person wrote before anything was asked.
	FirstText = "words"
	// OpenTicket is the number of an open ticket that the first text may belong to.
	OpenTicket = "open"
	// Awaiting are the numbers of the tickets that wait for the person, with commas; each has
	// its subject under AwaitingLabel and the number.
	Awaiting      = "awaiting"
	AwaitingLabel = "awaiting/"
	// allCategories is set once the suggestions were turned down.
	allCategories = "all"
	// correcting is set while the person chooses what to correct.
	correcting = "correcting"
)

// What a control of the card does besides answering its question.
const (
	doBack     = "back"
	doCancel   = "cancel"
	doComment  = "comment"  // the argument is the number of a ticket
	doUnattach = "unattach" // takes the files away
	doSearch   = "search"   // typed: suggestions for the argument
	doMore     = "more"     // typed: the argument goes below the first text
	doDescribe = "describe" // typed: the argument goes below the description
)

// Limits of a request.
const (
	shortest      = 10   // runes of a description
	longest       = 4000 // runes of a description
	mostFiles     = 20
	mostSuggested = 3
	// MostAwaiting is how many tickets one may choose from.
	MostAwaiting  = 5
	clipFirstText = 500 // runes that a card shows
)

// Outcome is what an answer leads to.
type Outcome int

// The outcomes. All but Ask and Stale end the draft.
const (
	Ask      Outcome = iota // the next question
	Stale                   // the control belongs to a question that has passed
	Cancel                  // nothing is registered
	Comment                 // the first text goes to the ticket of the command's argument
	Register                // the request is complete
)

// all are the questions that this intake asks.
func (in *Intake) all() []question {
	if len(in.extra) == 0 {
		return questions
	}
	files := slices.IndexFunc(questions, func(q question) bool { return q.name == Files })
	return slices.Insert(slices.Clone(questions), files, in.extra...)
}

// asked is the question that a draft has come to.
func (in *Intake) asked(d *ticket.Draft) *question {
	if d.Answers[correcting] != "" {
		return &correction
	}
	all := in.all()
	for i := range all {
		if !all[i].isAnswered(in, d) {
			return &all[i]
		}
	}
	return &all[len(all)-1] // the confirmation, which has no answer that is kept
}

// Complete tells whether everything was asked.
func (in *Intake) Complete(d *ticket.Draft) bool { return in.asked(d).name == confirm }

// Read finds the command that typed text stands for. The error is a sentence for the person.
func (in *Intake) Read(d *ticket.Draft, text string, withFiles bool) (command.Command, error) {
	q := in.asked(d)
	c := command.Command{Verb: command.Intake, Draft: d.ID, Question: q.name, Argument: text}
	switch {
	case q.read != nil:
		return q.read(in, d, c, withFiles)
	case q.options == nil:
		return c, nil
	}
	chosen, several := choose(q.options(in, d), text)
	if chosen.Label == "" {
		return c, unclear(several)
	}
	c.Argument = chosen.Value
	return c, nil
}

// Answer does what a command asks for. The error is a sentence for the person; the draft is
// then as it was.
func (in *Intake) Answer(d *ticket.Draft, c command.Command) (Outcome, error) {
	asked := in.asked(d)
	switch c.Question {
	case doCancel:
		return Cancel, nil
	case doBack:
		in.Back(d)
		return Ask, nil
	}
	switch {
	case c.Question == asked.name && asked.name == confirm:
		return Register, nil
	case c.Question == asked.name, c.Question == Entry && asked.name == Category: // a suggestion
		return Ask, in.named(c.Question).answer(in, d, c.Argument)
	case asked.name == About || asked.name == Category:
		return answerFirst(d, asked.name, c), nil
	case asked.name == confirm && c.Question == correcting:
		d.Answers[correcting] = "yes"
	case asked.name == Files && c.Question == doUnattach:
		d.Files = nil
	case asked.name == Files && c.Question == doDescribe:
		return Ask, in.named(Description).answer(in, d, d.Answers[Description]+"\n"+c.Argument)
	default:
		return Stale, nil
	}
	return Ask, nil
}

// answerFirst does what the first questions offer besides their answers.
func answerFirst(d *ticket.Draft, asked string, c command.Command) Outcome {
	switch {
	case c.Question == doComment:
		return Comment
	case c.Question == doMore:
		d.Answers[FirstText] += "\n" + c.Argument
	case asked == Category && c.Question == allCategories:
		d.Answers[allCategories] = "yes"
	case asked == Category && c.Question == doSearch:
		d.Answers[FirstText] = c.Argument
		delete(d.Answers, allCategories)
	default:
		return Stale
	}
	return Ask
}

// named is a question by its name.
func (in *Intake) named(name string) *question {
	if name == correcting {
		return &correction
	}
	all := in.all()
	return &all[slices.IndexFunc(all, func(q question) bool { return q.name == name })]
}

// Attach adds files to a draft.
func (in *Intake) Attach(d *ticket.Draft, files []bot.File) error {
	if len(d.Files)+len(files) > mostFiles {
		return tooManyFiles()
	}
	for _, f := range files {
		d.Files = append(d.Files, ticket.File(f))
	}
	return nil
}

// Back takes the last answer away; false where there is none.
func (in *Intake) Back(d *ticket.Draft) bool {
	if d.Answers[correcting] != "" {
		delete(d.Answers, correcting)
		return true
	}
	asked, all := in.asked(d).name, in.all()
	for _, q := range slices.Backward(all[:slices.IndexFunc(all, func(q question) bool { return q.name == asked })]) {
		answer, answered := d.Answers[q.name]
		if !answered || q.name == Group && answer == "" { // there was no second level to choose
			continue
		}
		delete(d.Answers, q.name)
		if q.name == Entry && d.Answers[allCategories] == "" && d.Answers[FirstText] != "" {
			delete(d.Answers, Category) // it came from a suggestion
			delete(d.Answers, Group)
		}
		return true
	}
	_, turnedDown := d.Answers[allCategories]
	delete(d.Answers, allCategories)
	return turnedDown
}

// correct drops the answers about what is to be corrected.
func correct(d *ticket.Draft, name string) {
	delete(d.Answers, correcting)
	delete(d.Answers, name)
	if name == Category {
		delete(d.Answers, Group)
		delete(d.Answers, Entry)
		d.Answers[allCategories] = "yes"
	}
}

// Details are the answers that a ticket keeps under a label of their own.
func (in *Intake) Details(d *ticket.Draft) []ticket.Detail {
	var out []ticket.Detail
	for _, q := range in.all() {
		if q.detail != "" && d.Answers[q.name] != "" {
			out = append(out, ticket.Detail{Question: q.name, Label: q.detail, Value: q.text(in, d)})
		}
	}
	return out
}

// Card asks the question that a draft has come to.
func (in *Intake) Card(d *ticket.Draft) *bot.Card {
	q := in.asked(d)
	c := &bot.Card{Tone: bot.Info, Title: q.title, Text: q.help, Subtitle: in.progress(q)}
	if entry, ok := in.Catalog.Entry(d.Answers[Entry]); ok {
		c.Facts = []bot.Fact{{Label: "Categoría", Value: entry.Path()}}
	} else if category, ok := in.Catalog.Category(d.Answers[Category]); ok {
		c.Facts = []bot.Fact{{Label: "Categoría", Value: category.Label}}
	}
	if q.options != nil && q.choice != "" {
		c.Selects = []bot.Select{{Label: q.choice, Do: in.do(d, q.name), Options: q.options(in, d)}}
	}
	if q.draw != nil {
		q.draw(in, d, c)
	}
	if !q.first {
		c.Buttons = append(c.Buttons, bot.Button{Label: "Atrás", Do: in.do(d, doBack)})
	}
	if q.name != correcting {
		c.Buttons = append(c.Buttons, bot.Button{Label: "Cancelar", Do: in.do(d, doCancel)})
	}
	if d.For != nil {
		c.Facts = append([]bot.Fact{{Label: "A nombre de", Value: d.For.Name}}, c.Facts...)
	}
	return c
}

// do is the written command of a control.
func (in *Intake) do(d *ticket.Draft, question string, argument ...string) string {
	return command.Command{Verb: command.Intake, Draft: d.ID, Question: question, Argument: strings.Join(argument, "")}.String()
}

// progress says how far the person has come. Questions that share a number are parts of one
// step; the confirmation comes after them all.
func (in *Intake) progress(asked *question) string {
	switch asked.name {
	case correcting, About:
		return ""
	case confirm:
		return "Último paso"
	}
	at, steps := 0, 0
	for _, q := range in.all() {
		if q.name == confirm {
			break
		}
		if q.name != About && !q.joins {
			steps++
		}
		if q.name == asked.name {
			at = steps
		}
	}
	return fmt.Sprintf("Paso %d de %d", at, steps)
}

// choose finds what somebody typed among options: its number, its name, or a part of one name
// only. Where more than one fits, several holds them.
func choose(options []bot.Option, text string) (chosen bot.Option, several []bot.Option) {
	p := bot.FoldText(text)
	if p == "" {
		return bot.Option{}, nil
	}
	if n := position(p); n >= 1 && n <= len(options) {
		return options[n-1], nil
	}
	for _, fits := range []func(label string) bool{
		func(label string) bool { return label == p },
		func(label string) bool { return strings.HasPrefix(label, p) },
		func(label string) bool { return strings.Contains(label, p) },
	} {
		var found []bot.Option
		for _, o := range options {
			if fits(bot.FoldText(o.Label)) {
				found = append(found, o)
			}
		}
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return bot.Option{}, found
		}
	}
	return bot.Option{}, nil
}

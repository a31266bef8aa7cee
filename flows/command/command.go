// Package command is what the buttons, selects and forms of the desk carry in their Do: one
// type, written by Command.String and read by Parse. Buttons stand in chats for years, so the
// written form of a command never changes; a new one gets a new verb.
package command

import (
	"strconv"
	"strings"

	"helptic/ticket"
)

// Verb is the first word of a command.
type Verb string

// The verbs, with what follows each of them.
const (
	Act    Verb = "act"    // Action, Ticket, and for some actions an Argument
	Show   Verb = "show"   // Ticket; without one, the list of one's own
	Why    Verb = "why"    // Ticket
	Intake Verb = "intake" // Draft, Question, and for some questions an Argument
	Start  Verb = "start"  // nothing
	Digest Verb = "digest" // nothing; of the clock alone
	Late   Verb = "late"   // Argument: to whom; of the clock alone
	Undo   Verb = "undo"   // Ticket, and as Argument the number of the record
)

// NoAssignee is the argument of the action AssignSelf on a ticket that nobody had.
const NoAssignee = "-"

// Command is one thing that a control does.
type Command struct {
	Verb     Verb
	Action   ticket.Action
	Ticket   int64  // number; 0: none
	Draft    string // id of the draft that the question belongs to
	Question string
	Argument string // "" where there is none
}

// Of is the command of an action on a ticket.
func Of(a ticket.Action, number int64) Command {
	return Command{Verb: Act, Action: a, Ticket: number}
}

// With is the command with an argument.
func (c Command) With(argument string) Command {
	c.Argument = argument
	return c
}

// mine stands for the list of one's own tickets.
const mine = "mine"

// String is the written form.
func (c Command) String() string {
	words := []string{string(c.Verb)}
	switch c.Verb {
	case Act:
		words = append(words, string(c.Action), strconv.FormatInt(c.Ticket, 10))
	case Undo:
		words = append(words, strconv.FormatInt(c.Ticket, 10))
	case Show, Why:
		number := mine
		if c.Ticket > 0 {
			number = strconv.FormatInt(c.Ticket, 10)
		}
		words = append(words, number)
	case Intake:
		words = append(words, c.Draft, c.Question)
	}
	if c.Argument != "" {
		words = append(words, c.Argument)
	}
	return strings.Join(words, " ")
}

// Parse reads a written command. It is not ok where the text is none: nothing of this version
// wrote it.
func Parse(text string) (c Command, ok bool) {
	words := append(strings.Fields(text), "", "", "", "")
	c.Verb = Verb(words[0])
	args := words[1:]
	switch c.Verb {
	case Act:
		c.Action, c.Ticket, c.Argument = ticket.Action(args[0]), number(args[1]), args[2]
		ok = c.Ticket > 0
	case Show, Why:
		c.Ticket = number(args[0])
		ok = c.Ticket > 0 || c.Verb == Show && args[0] == mine
	case Intake:
		c.Draft, c.Question, c.Argument = args[0], args[1], args[2]
		ok = c.Question != ""
	case Undo:
		c.Ticket, c.Argument = number(args[0]), args[1]
		ok = c.Ticket > 0 && c.Argument != ""
	case Late:
		c.Argument = args[0]
		ok = c.Argument != ""
	case Start, Digest:
		ok = true
	}
	return c, ok
}

// number reads the number of a ticket; 0: it is none.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 {
		return 0
	}
	return n
}

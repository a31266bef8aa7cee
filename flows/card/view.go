// Package card says what the desk says: every message that people are shown is made here, from a
// ticket as it is, and here and in the questions of the intake stands all the Spanish of the
// desk, but for what the catalogue says itself. Nothing here reads a clock or a database, and
// nothing can fail.
package card

import (
	"strings"
	"time"

	"helptic/bot"
	"helptic/ticket"
)

// View is what a message depends on besides its ticket.
type View struct {
	Catalog *ticket.Catalog
	Now     time.Time
	HasMail bool // mail is configured
}

// Of the texts of people, cards show this many runes.
const (
	clipDescription = 500
	clipReason      = 200
)

// state is the state of a ticket, with whatever makes it what it is.
func (v View) state(t *ticket.Ticket) string {
	s := StateName(t.State)
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

// ending is how a ticket came to be closed, for its requester.
func (v View) ending(t *ticket.Ticket) string {
	switch t.Ending {
	case ticket.EndedByTime:
		return "Se cerró administrativamente porque no recibimos su respuesta a tiempo."
	case ticket.EndedByUser:
		return "Usted la retiró."
	}
	return "Quedó cerrada. Gracias por usar la Mesa de ayuda."
}

// entry is the label of what a ticket is filed under; as Anexo 1 had it where the catalogue
// knows it no more.
func (v View) entry(t *ticket.Ticket) string {
	if e, ok := v.Catalog.Entry(t.EntryID); ok {
		return e.Label
	}
	return t.Subcategory
}

// path is the entry with its category.
func (v View) path(t *ticket.Ticket) string {
	if e, ok := v.Catalog.Entry(t.EntryID); ok {
		return e.Path()
	}
	return t.Category + " > " + t.Subcategory
}

func (v View) impact(t *ticket.Ticket) string {
	if i, ok := v.Catalog.Impact(t.Impact); ok {
		return i.Name + ": " + i.Description
	}
	return t.Impact
}

func (v View) assignee(t *ticket.Ticket) string {
	if t.Assignee == nil {
		return "Sin asignar"
	}
	return t.Assignee.Name
}

// requester is who needs help, with who asked for it where that is somebody else.
func requester(t *ticket.Ticket) string {
	if t.OpenedBy.ID == t.Requester.ID {
		return t.Requester.Name
	}
	return t.Requester.Name + " (la registró " + t.OpenedBy.Name + ")"
}

// due is what was promised and what is left of it.
func (v View) due(t *ticket.Ticket) string {
	switch {
	case t.State == ticket.Closed, t.State == ticket.Resolved:
		return v.Time(t.DueAt)
	case t.Paused():
		return v.Time(t.DueAt) + " (detenida mientras espera)"
	}
	return v.Time(t.DueAt) + " (" + v.left(t.DueAt) + ")"
}

// awaited is whom a ticket on hold waits for, why and until when.
func (v View) awaited(t *ticket.Ticket) string {
	s := holdNames[t.Hold.For] + ". " + bot.OneLine(t.Hold.Reason, clipReason)
	if !t.Hold.Expected.IsZero() {
		s += " Se espera para el " + day(t.Hold.Expected.In(v.Catalog.Calendar.Location())) + "."
	}
	return s
}

// surveyAwaited tells whether the requester may still rate and has not.
func (v View) surveyAwaited(t *ticket.Ticket) bool {
	return t.Validated() && t.SurveyWanted() && t.Survey == nil && !v.Now.After(t.SurveyUntil(v.Catalog))
}

// running tells whether somebody still works on a ticket, so that its promise can be explained.
func running(t *ticket.Ticket) bool { return t.State != ticket.Closed && t.State != ticket.Resolved }

// Files are those of a ticket as a message shows them.
func Files(files []ticket.File) []bot.File {
	var out []bot.File
	for _, f := range files {
		out = append(out, bot.File(f))
	}
	return out
}

// Summary of a card, for notifications and screen readers.
func Summary(c *bot.Card) string {
	return strings.TrimSuffix(strings.Join([]string{c.Title, c.Subtitle}, " · "), " · ")
}

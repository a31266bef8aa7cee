package card

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"helptic/bot"
	"helptic/ticket"
)

// Unfinished are the states of what somebody still waits for.
var Unfinished = []ticket.State{ticket.New, ticket.InProgress, ticket.OnHold, ticket.Resolved}

// mostDue is how many tickets a list of what is due shows.
const mostDue = 15

// Digest tells the agents how a day begins.
func (v View) Digest(day time.Time, open []*ticket.Ticket) bot.Message {
	c := &bot.Card{Title: "Buenos días", Subtitle: Weekday(day), Tone: bot.Info}
	if len(open) == 0 {
		c.Text = "No hay solicitudes abiertas."
		return bot.Message{Text: "Buenos días. No hay solicitudes abiertas.", Card: c}
	}
	count := map[ticket.State]int{}
	for _, t := range open {
		count[t.State]++
	}
	var parts []string
	for _, s := range Unfinished {
		if n := count[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d en «%s»", n, StateName(s)))
		}
	}
	c.Facts = []bot.Fact{{Label: "Abiertas", Value: Number(len(open)) + " (" + List(parts, "y") + ")"}}
	c.Facts = append(c.Facts, v.dueFacts(open)...)
	return bot.Message{Text: "Buenos días. Solicitudes abiertas: " + Number(len(open)) + ".", Card: c}
}

// CatchUp takes the place of the reminders that nobody could give while the bot was away.
func (v View) CatchUp(open []*ticket.Ticket) bot.Message {
	c := &bot.Card{Title: "Puesta al día", Tone: bot.Waiting, Text: "El bot estuvo fuera de servicio y no pudo recordar a tiempo. Así están las solicitudes:", Facts: v.dueFacts(open)}
	if len(c.Facts) == 0 {
		c.Text = "El bot estuvo fuera de servicio. Ninguna solicitud está vencida ni vence hoy."
	}
	return bot.Message{Text: "Puesta al día de la Mesa de ayuda.", Card: c}
}

// dueFacts are what is overdue and what is due today, the most urgent first.
func (v View) dueFacts(open []*ticket.Ticket) []bot.Fact {
	zone := v.Catalog.Calendar.Location()
	today := v.Now.In(zone).Format(time.DateOnly)
	var overdue, due []*ticket.Ticket
	for _, t := range open {
		switch {
		case t.State == ticket.Resolved, t.Paused():
		case !t.DueAt.After(v.Now):
			overdue = append(overdue, t)
		case t.DueAt.In(zone).Format(time.DateOnly) == today:
			due = append(due, t)
		}
	}
	var facts []bot.Fact
	for _, list := range []struct {
		label   string
		tickets []*ticket.Ticket
	}{{"Vencidas", overdue}, {"Vencen hoy", due}} {
		if len(list.tickets) == 0 {
			continue
		}
		slices.SortFunc(list.tickets, func(a, b *ticket.Ticket) int {
			return cmp.Or(a.DueAt.Compare(b.DueAt), cmp.Compare(a.Number, b.Number))
		})
		var lines []string
		for _, t := range list.tickets[:min(mostDue, len(list.tickets))] {
			lines = append(lines, fmt.Sprintf("N.º %d · %s · %s · %s", t.Number, v.entry(t), v.due(t), v.assignee(t)))
		}
		if more := len(list.tickets) - mostDue; more > 0 {
			lines = append(lines, fmt.Sprintf("y %d más", more))
		}
		facts = append(facts, bot.Fact{Label: fmt.Sprintf("%s: %d", list.label, len(list.tickets)), Value: strings.Join(lines, "\n"), Long: true})
	}
	return facts
}

// Week is what happened in one.
type Week struct {
	From, To   time.Time // To is the first instant of the next
	Registered int
	Resolved   int
	InTime     int // of those resolved
	Rated      int
	Stars      int // the sum of the ratings
}

// Weekly sums up the week before.
func (v View) Weekly(w Week) bot.Message {
	c := &bot.Card{Title: "La semana que pasó", Subtitle: Weekday(w.From) + " a " + Weekday(w.To.AddDate(0, 0, -1)), Tone: bot.Info,
		Facts: []bot.Fact{{Label: "Registradas", Value: Number(w.Registered)}, {Label: "Resueltas", Value: Number(w.Resolved)}}}
	if w.Resolved > 0 {
		c.Facts = append(c.Facts, bot.Fact{Label: "Dentro del plazo", Value: fmt.Sprintf("%d de %d (%d %%)", w.InTime, w.Resolved, 100*w.InTime/w.Resolved)})
	}
	if w.Rated > 0 {
		mean := strings.Replace(fmt.Sprintf("%.1f", float64(w.Stars)/float64(w.Rated)), ".", ",", 1)
		c.Facts = append(c.Facts, bot.Fact{Label: "Calificación", Value: mean + " de 5, en " + plural(w.Rated, "encuesta", "encuestas")})
	}
	return bot.Message{Text: fmt.Sprintf("La semana que pasó: %s, %s.", plural(w.Registered, "registrada", "registradas"), plural(w.Resolved, "resuelta", "resueltas")), Card: c}
}

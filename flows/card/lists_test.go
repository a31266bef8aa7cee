package card_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/ticket"
)

// What belongs to no single ticket: lists, digests, and what is said when there is nothing.
func TestEveryList(t *testing.T) {
	cat := shipped(t)
	now := begin(t, cat).at
	v := card.View{Catalog: cat, Now: now}
	var many []*ticket.Ticket
	for n := range card.MostListed + 7 {
		l := begin(t, cat, func(r *ticket.Request) { r.At = r.At.Add(time.Duration(n) * -20 * time.Minute) })
		l.Number = int64(n + 1)
		switch n % 4 {
		case 1:
			taken(l)
		case 2:
			taken(l)
			waits(ticket.ForOther)(l)
		case 3:
			resolved(l)
			validated(l)
		}
		many = append(many, l.Ticket)
	}
	monday := time.Date(2026, 11, 16, 5, 0, 0, 0, time.UTC).In(cat.Calendar.Location())
	week := card.Week{From: monday.AddDate(0, 0, -7), To: monday}
	busy := week
	busy.Registered, busy.Resolved, busy.InTime, busy.Rated, busy.Stars = 1203, 3, 2, 2, 9
	one := week
	one.Registered, one.Resolved, one.InTime, one.Rated, one.Stars = 1, 1, 1, 1, 4
	var b strings.Builder
	for _, m := range []struct {
		title string
		bot.Message
	}{
		{"help", card.Help()}, {"mention", card.Mention()},
		{"home, nothing open", v.Home(nil)}, {"home, more than fit", v.Home(many)},
		{"my tickets, none", v.MyTickets(nil, false)}, {"my tickets, closed ones", v.MyTickets(many[:1], false)}, {"my tickets, more than fit", v.MyTickets(many, true)},
		{"digest, nothing open", v.Digest(monday, nil)}, {"digest, one", v.Digest(monday, many[:1])}, {"digest, many", v.Digest(monday, many)},
		{"catch-up, nothing due", v.CatchUp(nil)}, {"catch-up, many", v.CatchUp(many)},
		{"week, nothing", v.Weekly(week)}, {"week, one of each", v.Weekly(one)}, {"week, many", v.Weekly(busy)},
	} {
		fmt.Fprintf(&b, "== %s\n%s\n", m.title, draw(m.Message))
	}
	compare(t, "lists", b.String())
}

// Every reason for which an action is refused is a sentence; an error that is none of them stays
// as it is.
func TestEveryComplaint(t *testing.T) {
	cat := shipped(t)
	v := card.View{Catalog: cat, Now: begin(t, cat).at}
	l := begin(t, cat)
	taken(l)
	var b strings.Builder
	for _, c := range []error{
		&ticket.AlreadyAssignedError{By: agent, Since: l.at}, &ticket.StateError{Action: ticket.Escalate, State: ticket.Closed}, &ticket.StateError{Action: ticket.Comment, State: ticket.Closed},
		&ticket.RoleError{Action: ticket.Close, Who: []ticket.Role{ticket.Agent, ticket.System}}, &ticket.RoleError{Who: []ticket.Role{ticket.Requester, ticket.Agent, ticket.Official}},
		&ticket.MissingError{Field: "reason"}, ticket.ErrSame, ticket.ErrTooLate, ticket.ErrFull, ticket.ErrNoEscalation, ticket.ErrNoSurvey, ticket.ErrNotValidated,
	} {
		got := v.Complaint(fmt.Errorf("apply: %w", c), l.Ticket)
		var complaint *bot.UserError
		if !errors.As(got, &complaint) {
			t.Errorf("%v is no sentence: %v", c, got)
			continue
		}
		fmt.Fprintf(&b, "%T %v\n  %s\n", c, c, complaint.Text)
	}
	compare(t, "complaints", b.String())
	other := errors.New("database is away")
	if got := v.Complaint(other, l.Ticket); !errors.Is(got, other) {
		t.Errorf("%v became %v", other, got)
	}
}

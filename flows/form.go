package flows

import (
	"context"
	"errors"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/ticket"
)

// readForm takes what a form answers into the change: every value as a field of the record,
// and those that mean more than their text by readField.
func (d *Desk) readForm(ctx context.Context, e bot.Event, a card.Action, t *ticket.Ticket, c *ticket.Change) error {
	for name, value := range e.Values {
		if value = bot.CleanText(value); value != "" {
			c.Fields[name] = value
		}
	}
	if err := d.attachFiles(ctx, c); err != nil {
		return err
	}
	if !e.Form {
		return nil
	}
	for _, f := range d.view().Fields(a, t) {
		if err := d.readField(ctx, f, c); err != nil {
			return err
		}
	}
	if a.Do == ticket.Rate {
		c.Answers = surveyAnswers(d.Catalog, c.Fields)
	}
	return nil
}

// readField takes one field that means more than its text.
func (d *Desk) readField(ctx context.Context, f bot.Field, c *ticket.Change) (err error) {
	value := c.Fields[f.Name]
	switch f.Name {
	case "person":
		if value == "" {
			return card.FieldRequired(f.Name)
		}
		c.Person, err = d.namedPerson(ctx, value, c.Action)
	case "for":
		c.For = ticket.HoldFor(value)
	case "expected":
		if value == "" && !f.Optional {
			return card.FieldRequired(f.Name)
		}
		c.Expected, err = d.expectedDay(f.Name, value)
	case "email":
		if _, wrong := mail.ParseAddress(value); wrong != nil {
			return card.FieldInvalid(f.Name)
		}
	case "entry":
		entry, ok := d.Catalog.Entry(value)
		if !ok {
			return card.FieldInvalid(f.Name)
		}
		c.Entry = entry
	case "impact":
		c.Impact = value
	}
	return err
}

// attachFiles turns the ids of attached files into the files.
func (d *Desk) attachFiles(ctx context.Context, c *ticket.Change) error {
	ids := strings.Fields(c.Fields["files"])
	delete(c.Fields, "files")
	if len(ids) > mostFiles {
		return card.TooManyFiles(mostFiles)
	}
	for _, id := range ids {
		f, err := d.Store.StatFile(ctx, id)
		if errors.Is(err, bot.ErrNoFile) {
			return card.FileIncomplete()
		} else if err != nil {
			return err
		}
		c.Files = append(c.Files, ticket.File(f))
	}
	return nil
}

// namedPerson looks up the person that a form names: an official for an escalation, else an agent.
func (d *Desk) namedPerson(ctx context.Context, address string, action ticket.Action) (*ticket.Person, error) {
	p, err := d.Directory.Person(ctx, address)
	if err != nil {
		d.Log.Warn().Err(err).Msg("person lookup failed, the form is refused")
		return nil, card.PersonUnknown()
	}
	if action == ticket.Escalate && len(d.Officials) > 0 && !slices.Contains(d.Officials, p.ID) && (p.Email == "" || !slices.Contains(d.Officials, p.Email)) {
		return nil, card.NoOfficial()
	}
	if action == ticket.Assign {
		agent, err := d.agent(ctx, nil, p.ID)
		if err != nil {
			return nil, err
		}
		if !agent {
			return nil, card.NoAgent()
		}
	}
	person := ticketPerson(p)
	return &person, nil
}

// expectedDay reads a day that is not over; zero where none is given.
func (d *Desk) expectedDay(field, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, value, d.Catalog.Calendar.Location())
	if err != nil {
		return time.Time{}, card.FieldInvalid(field)
	}
	if end := day.AddDate(0, 0, 1); !end.After(d.Now()) {
		return time.Time{}, card.DayOver(field)
	}
	return day, nil
}

// surveyAnswers are those to the catalogue's questions, from 1 to 5.
func surveyAnswers(cat *ticket.Catalog, fields map[string]string) map[string]int {
	answers := map[string]int{}
	for _, q := range cat.Survey.Questions {
		if n, err := strconv.Atoi(fields[q.ID]); err == nil && n >= 1 && n <= 5 {
			answers[q.ID] = n
		}
	}
	return answers
}

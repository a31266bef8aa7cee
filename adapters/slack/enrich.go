package slack

import (
	"context"
	"errors"
	"strings"

	"helptic/bot"
)

// Complete asks Slack for what it did not send with an event: who did it, the names of
// those who are mentioned, and the bytes of the files. It may run again for the same
// event. The note is for the person: what could not be had.
func (a *Adapter) Enrich(ctx context.Context, e *bot.Event) (note string, err error) {
	if e.From.Name == "" {
		who, err := a.known(ctx, e.From.ID)
		if err != nil {
			return "", err
		}
		e.From = who
	}
	if e.Text != "" {
		e.Text = a.withNames(ctx, e.Text)
	}
	return a.fetch(ctx, e)
}

// known is who somebody is. Whom Slack does not know is a guest: nobody is let in by mistake.
func (a *Adapter) known(ctx context.Context, address string) (bot.Person, error) {
	p, err := a.people.Person(ctx, address)
	var again *bot.RetryError
	if err != nil && !errors.As(err, &again) {
		a.log.Warn().Err(err).Msg("who acted is not known to Slack")
		return bot.Person{ID: address, Name: local(address), Guest: true}, nil
	}
	return p, err
}

// withNames puts names in the place of the ids of people who are mentioned. It is a
// courtesy: an id that cannot be looked up now stays.
func (a *Adapter) withNames(ctx context.Context, text string) string {
	return person.ReplaceAllStringFunc(text, func(id string) string {
		p, err := a.people.Person(ctx, address(strings.TrimPrefix(id, "@")))
		if err != nil {
			return id
		}
		return "@" + p.Name
	})
}

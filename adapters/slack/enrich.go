package slack

import (
	"context"
	"regexp"
	"strings"

	"helptic/bot"
)

// userID is a mention after its markup was removed: "@U012AB3CD".
var userID = regexp.MustCompile(`@([UW][A-Z0-9]{5,})\b`)

// Enrich implements bot.Enricher. It asks Slack for the sender, for the names of the users
// who are mentioned, and for the bytes of the files.
func (a *Adapter) Enrich(ctx context.Context, e *bot.Event) (note string, err error) {
	if e.From.Name == "" {
		sender, err := a.sender(ctx, e.From.ID)
		if err != nil {
			return "", err
		}
		e.From = sender
	}
	if e.Text != "" {
		e.Text = a.nameMentions(ctx, e.Text)
	}
	return a.storeFiles(ctx, e)
}

// sender looks up who acted. A user whom Slack does not know is a guest, so that nobody is
// let in by mistake.
func (a *Adapter) sender(ctx context.Context, address string) (bot.Person, error) {
	p, err := a.people.Person(ctx, address)
	if err != nil && !isRetryable(err) {
		a.log.Warn().Err(err).Msg("sender is unknown to Slack, treating them as a guest")
		return bot.Person{ID: address, Name: local(address), Guest: true}, nil
	}
	return p, err
}

// nameMentions replaces the ids of mentioned users by their names. An id that cannot be
// looked up now stays.
func (a *Adapter) nameMentions(ctx context.Context, text string) string {
	return userID.ReplaceAllStringFunc(text, func(id string) string {
		p, err := a.people.Person(ctx, address(strings.TrimPrefix(id, "@")))
		if err != nil {
			return id
		}
		return "@" + p.Name
	})
}

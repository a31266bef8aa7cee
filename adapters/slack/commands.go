package slack

import (
	"context"
	"strings"
	"time"

	"helptic/bot"
)

// takeCommand takes "/helptic …": the words are those of the direct messages, and are
// answered there.
func (a *Adapter) takeCommand(ctx context.Context, c command, at time.Time) (ack, error) {
	self, inbox := a.self.Load(), a.inbox.Load()
	if self == nil || inbox == nil {
		return ack{}, errNotReady
	}
	if !self.ours(c.TeamID, c.EnterpriseID) {
		return ack{}, errTeam
	}
	if c.UserID == "" {
		return ack{}, errMalformed
	}
	which := c.TriggerID
	if which == "" {
		which = digest(c.Text, at.String())
	}
	e := bot.Event{Key: key("command", c.UserID, which), At: at, From: someone(c.UserID), Room: bot.Direct(address(c.UserID)), Text: strings.TrimSpace(plain(c.Text))}
	if e.Text == "" {
		e.Text = commandWithoutText
	}
	if _, err := inbox.Accept(ctx, e); err != nil {
		return ack{}, err
	}
	switch {
	case !strings.HasPrefix(c.ChannelID, "D"):
		return ephemeral(textAnsweredInDM + textOpenBot(self.User)), nil
	case c.ResponseURL != "":
		a.crew.later(func() { a.sayWhere(self, c) })
	}
	return ack{}, nil
}

// sayWhere tells somebody who used the command in the direct messages of other people.
func (a *Adapter) sayWhere(self *identity, c command) {
	ctx, cancel := context.WithTimeout(context.Background(), noticeTime)
	defer cancel()
	channel, err := a.channel(ctx, bot.Direct(address(c.UserID)))
	if err == nil && channel != c.ChannelID {
		err = a.respond(ctx, c.ResponseURL, "", textAnsweredInDM+textOpenBot(self.User))
	}
	if err != nil {
		a.log.Warn().Err(err).Msg("where the answer stands was not said")
	}
}

func ephemeral(markup string) ack {
	return ack{json: map[string]string{"response_type": "ephemeral", "text": markup}}
}

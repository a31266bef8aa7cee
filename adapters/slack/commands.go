package slack

import (
	"cmp"
	"context"
	"strings"
	"time"

	"helptic/bot"
)

// receiveCommand accepts "/helptic …". Its text is an event of the person's direct messages
// and is answered there.
func (a *Adapter) receiveCommand(ctx context.Context, c slashCommand, at time.Time) (ack, error) {
	self, inbox := a.self.Load(), a.inbox.Load()
	if self == nil || inbox == nil {
		return ack{}, errNotReady
	}
	if !self.serves(c.TeamID, c.EnterpriseID) {
		return ack{}, errTeam
	}
	if c.UserID == "" {
		return ack{}, errMalformed
	}
	use := c.TriggerID
	if use == "" {
		use = digest(c.Text, at.String())
	}
	e := bot.Event{
		Key: eventKey("command", c.UserID, use), At: at, From: person(c.UserID), Room: bot.Direct(address(c.UserID)),
		Text: cmp.Or(strings.TrimSpace(fromMrkdwn(c.Text)), commandWithoutText),
	}
	if _, err := inbox.Accept(ctx, e); err != nil {
		return ack{}, err
	}
	switch {
	case !strings.HasPrefix(c.ChannelID, "D"):
		return ephemeralAck(textAnsweredInDM + textOpenBot(self.User)), nil
	case c.ResponseURL != "":
		a.background.run(func() { a.linkToDirectMessages(self, c) })
	}
	return ack{}, nil
}

// linkToDirectMessages tells a person where the answer is, if they used the command in
// direct messages with somebody else.
func (a *Adapter) linkToDirectMessages(self *identity, c slashCommand) {
	ctx, cancel := context.WithTimeout(context.Background(), noticeTimeout)
	defer cancel()
	channel, err := a.channel(ctx, bot.Direct(address(c.UserID)))
	if err == nil && channel != c.ChannelID {
		err = a.respond(ctx, c.ResponseURL, "", textAnsweredInDM+textOpenBot(self.User))
	}
	if err != nil {
		a.log.Warn().Err(err).Msg("link to the direct messages failed, dropping it")
	}
}

// ephemeralAck answers a command with a message that only this person sees.
func ephemeralAck(mrkdwn string) ack {
	return ack{json: map[string]string{"response_type": "ephemeral", "text": mrkdwn}}
}

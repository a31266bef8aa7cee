package slack

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"helptic/bot"
)

const pageSize = 200

var errNobody = errors.New("slack: nobody who can be reached has that address")

// Person implements bot.Adapter. A deactivated account is nobody; people of other
// workspaces, guests and bots are guests.
func (a *Adapter) Person(ctx context.Context, address string) (bot.Person, error) {
	id := local(address)
	if id == "" || !strings.HasPrefix(id, "U") && !strings.HasPrefix(id, "W") {
		return bot.Person{}, errNobody
	}
	self := a.self.Load()
	if self == nil {
		return bot.Person{}, &bot.RetryError{Err: errNotReady}
	}
	var u *slack.User
	err := a.call(ctx, "users.info", func(ctx context.Context) (err error) {
		u, err = a.api.GetUserInfoContext(ctx, id)
		return err
	})
	if err != nil {
		return bot.Person{}, err
	}
	if u.Deleted {
		return bot.Person{}, errNobody
	}
	p := bot.Person{
		ID:    address,
		Name:  clean(strings.TrimSpace(cmp.Or(u.Profile.RealName, u.RealName, u.Profile.DisplayName, u.Name, id))),
		Email: u.Profile.Email,
		Guest: u.IsRestricted || u.IsUltraRestricted || u.IsStranger || u.IsBot || u.TeamID != "" && !self.ours(u.TeamID, u.Enterprise.EnterpriseID),
	}
	return p, nil
}

// Member implements bot.Adapter, for private channels too.
func (a *Adapter) Member(ctx context.Context, channel, person string) (bool, error) {
	c, user := local(channel), local(person)
	if c == "" || user == "" {
		return false, nil
	}
	cursor := ""
	for {
		var page []string
		err := a.call(ctx, "conversations.members", func(ctx context.Context) (err error) {
			page, cursor, err = a.api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: c, Cursor: cursor, Limit: pageSize})
			return err
		})
		if err != nil {
			return false, err
		}
		if slices.Contains(page, user) {
			return true, nil
		}
		if cursor == "" {
			return false, nil
		}
	}
}

// channel is Slack's id for a room.
func (a *Adapter) channel(ctx context.Context, r bot.Room) (string, error) {
	if r.Direct == "" {
		if id := local(r.Channel); id != "" {
			return id, nil
		}
		return "", errors.New("slack: no such room")
	}
	user := local(r.Direct)
	if user == "" {
		return "", errNobody
	}
	if id, ok := a.direct.Get(user); ok {
		return id, nil
	}
	var c *slack.Channel
	err := a.call(ctx, "conversations.open", func(ctx context.Context) (err error) {
		c, _, _, err = a.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
		return err
	})
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(c.ID, "D") {
		a.direct.Add(user, c.ID)
	}
	return c.ID, nil
}

package slack

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// membersPage is how many members conversations.members returns at once.
const membersPage = 200

// Person implements bot.Adapter. A deactivated user is an error. Users of other
// workspaces, guests and bots are guests.
func (a *Adapter) Person(ctx context.Context, address string) (bot.Person, error) {
	id := local(address)
	if id == "" || !strings.HasPrefix(id, "U") && !strings.HasPrefix(id, "W") {
		return bot.Person{}, errNoUser
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
		return bot.Person{}, errNoUser
	}
	return bot.Person{
		ID:    address,
		Name:  clean(strings.TrimSpace(cmp.Or(u.Profile.RealName, u.RealName, u.Profile.DisplayName, u.Name, id))),
		Email: u.Profile.Email,
		Guest: u.IsRestricted || u.IsUltraRestricted || u.IsStranger || u.IsBot || u.TeamID != "" && !self.serves(u.TeamID, u.Enterprise.EnterpriseID),
	}, nil
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
			page, cursor, err = a.api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: c, Cursor: cursor, Limit: membersPage})
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

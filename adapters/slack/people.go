package slack

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"helptic/bot"
)

const (
	personTime = 5 * time.Minute // how long what Slack says of somebody is believed
	mostPeople = 10_000
	pageSize   = 200
)

// people is what Slack said of people lately.
type people struct {
	now   func() time.Time
	mu    sync.Mutex
	known map[string]knownPerson
}

type knownPerson struct {
	person bot.Person
	until  time.Time
}

func (p *people) recall(id string) (bot.Person, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k, ok := p.known[id]
	return k.person, ok && p.now().Before(k.until)
}

func (p *people) keep(id string, person bot.Person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known) >= mostPeople {
		p.known = map[string]knownPerson{}
	}
	p.known[id] = knownPerson{person, p.now().Add(personTime)}
}

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
	a.people.keep(id, p)
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

// rooms are the channels of direct messages, by person. They never change.
type rooms struct {
	mu    sync.Mutex
	known map[string]string
}

func (r *rooms) know(user, channel string) {
	if !strings.HasPrefix(channel, "D") {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil || len(r.known) >= mostPeople {
		r.known = map[string]string{}
	}
	r.known[user] = channel
}

func (r *rooms) recall(user string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.known[user]
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
	if id := a.direct.recall(user); id != "" {
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
	a.direct.know(user, c.ID)
	return c.ID, nil
}

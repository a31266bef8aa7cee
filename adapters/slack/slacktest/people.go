package slacktest

import (
	"slices"
	"strings"
)

// User is a user of the workspace, who acts on what they see.
type User struct {
	ID string

	ws          *Workspace
	name        string
	email       string
	team        string
	guest       bool
	deactivated bool
	bot         bool

	dm    *channel
	stack []*view // open modals, the top one last
	home  *view
	// touched is the state of controls in messages, by channel and ts.
	touched map[string]map[string]any
}

// Trait is a property of a user.
type Trait func(*User)

// Guest is a user who was invited to some channels only.
func Guest(u *User) { u.guest = true }

// Deactivated is a user whose account is closed.
func Deactivated(u *User) { u.deactivated = true }

// Robot is the user of another app.
func Robot(u *User) { u.bot = true }

// OfTeam is a user of another workspace, in a shared channel.
func OfTeam(id string) Trait { return func(u *User) { u.team = id } }

// The visibility of a channel.
const (
	Public  = false
	Private = true
)

// User adds a user to the workspace.
func (ws *Workspace) User(id, name, email string, traits ...Trait) *User {
	ws.tb.Helper()
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.users[id] != nil || (!strings.HasPrefix(id, "U") && !strings.HasPrefix(id, "W")) {
		ws.tb.Fatalf("slacktest: %q is in use or no id of a user", id)
	}
	u := &User{ID: id, ws: ws, name: name, email: email, team: ws.config.TeamID, touched: map[string]map[string]any{}}
	for _, trait := range traits {
		trait(u)
	}
	ws.users[id] = u
	ws.order = append(ws.order, id)
	ws.notifyWaiters()
	return u
}

// Channel adds a channel whose members are the bot and these users, and returns its id.
func (ws *Workspace) Channel(id string, private bool, members ...*User) string {
	ws.tb.Helper()
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.channels[id] != nil || !slices.ContainsFunc([]string{"C", "G"}, func(p string) bool { return strings.HasPrefix(id, p) }) {
		ws.tb.Fatalf("slacktest: %q is in use or no id of a channel", id)
	}
	c := newChannel(id, strings.ToLower(id))
	c.private = private
	c.add(ws.config.BotUser)
	for _, u := range members {
		c.add(u.ID)
	}
	ws.channels[id] = c
	ws.notifyWaiters()
	return id
}

// Group adds a user group ("S…").
func (ws *Workspace) Group(id string, members ...*User) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ids := []string{}
	for _, u := range members {
		ids = append(ids, u.ID)
	}
	ws.groups[id] = ids
}

// Deactivate closes the account of a user.
func (ws *Workspace) Deactivate(u *User) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	u.deactivated = true
	ws.emitUser(u)
	ws.notifyWaiters()
}

// Archive archives a channel, or unarchives it.
func (ws *Workspace) Archive(id string, archived bool) {
	ws.change(id, func(c *channel) {
		c.archived = archived
		ws.emitArchive(c)
	})
}

// Join makes a user a member of a channel.
func (ws *Workspace) Join(id string, u *User) {
	ws.change(id, func(c *channel) {
		c.add(u.ID)
		ws.emitMember(c, u.ID, true)
	})
}

// Leave removes a user from a channel.
func (ws *Workspace) Leave(id string, u *User) {
	ws.change(id, func(c *channel) {
		c.remove(u.ID)
		ws.emitMember(c, u.ID, false)
	})
}

// RemoveBot removes the bot from a channel.
func (ws *Workspace) RemoveBot(id string) {
	ws.change(id, func(c *channel) {
		c.remove(ws.config.BotUser)
		ws.emitMember(c, ws.config.BotUser, false)
	})
}

// InviteBot makes the bot a member of a channel.
func (ws *Workspace) InviteBot(id string) {
	ws.change(id, func(c *channel) {
		c.add(ws.config.BotUser)
		ws.emitMember(c, ws.config.BotUser, true)
	})
}

func (ws *Workspace) change(id string, change func(*channel)) {
	ws.tb.Helper()
	ws.mu.Lock()
	defer ws.mu.Unlock()
	c := ws.channels[id]
	if c == nil {
		ws.tb.Fatalf("slacktest: there is no channel %q", id)
	}
	change(c)
	ws.notifyWaiters()
}

// Name is the user's name.
func (u *User) Name() string { return u.name }

// DM is the channel id of the direct messages between this user and the bot.
func (u *User) DM() string {
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	return u.ws.direct(u.ID).id
}

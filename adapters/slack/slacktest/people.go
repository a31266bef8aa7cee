package slacktest

import (
	"cmp"
	"slices"
	"strings"
)

// User is a person of the workspace, who acts by what they see.
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
	// state of the controls that are in messages and keep a value, by channel and ts
	touched map[string]map[string]any
}

// Trait is what a person is besides a member.
type Trait func(*User)

// Guest is somebody who was invited to some channels only.
func Guest(u *User) { u.guest = true }

// Deactivated is somebody whose account was closed.
func Deactivated(u *User) { u.deactivated = true }

// Robot is the user of another app.
func Robot(u *User) { u.bot = true }

// OfTeam is somebody of another workspace, met in a shared channel.
func OfTeam(id string) Trait { return func(u *User) { u.team = id } }

// Public and Private say who finds a channel.
const (
	Public  = false
	Private = true
)

// User adds a person to the workspace.
func (ws *Workspace) User(id, name, email string, traits ...Trait) *User {
	ws.tb.Helper()
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.users[id] != nil || (!strings.HasPrefix(id, "U") && !strings.HasPrefix(id, "W")) {
		ws.tb.Fatalf("slacktest: %q is taken or no id of a person", id)
	}
	u := &User{ID: id, ws: ws, name: name, email: email, team: ws.config.TeamID, touched: map[string]map[string]any{}}
	for _, trait := range traits {
		trait(u)
	}
	ws.users[id] = u
	ws.order = append(ws.order, id)
	ws.touch()
	return u
}

// Channel adds a channel whose members are the bot and these people, and returns its id.
func (ws *Workspace) Channel(id string, private bool, members ...*User) string {
	ws.tb.Helper()
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.channels[id] != nil || !slices.ContainsFunc([]string{"C", "G"}, func(p string) bool { return strings.HasPrefix(id, p) }) {
		ws.tb.Fatalf("slacktest: %q is taken or no id of a channel", id)
	}
	c := newChannel(id, strings.ToLower(id))
	c.private = private
	c.add(ws.config.BotUser)
	for _, u := range members {
		c.add(u.ID)
	}
	ws.channels[id] = c
	ws.touch()
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

// Deactivate closes somebody's account.
func (ws *Workspace) Deactivate(u *User) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	u.deactivated = true
	ws.announceUser(u)
	ws.touch()
}

// Archive closes a channel, or opens it again.
func (ws *Workspace) Archive(id string, archived bool) {
	ws.change(id, func(c *channel) {
		c.archived = archived
		ws.announceArchive(c)
	})
}

// Join makes somebody a member of a channel.
func (ws *Workspace) Join(id string, u *User) {
	ws.change(id, func(c *channel) {
		c.add(u.ID)
		ws.announceMember(c, u.ID, true)
	})
}

// Leave takes somebody out of a channel.
func (ws *Workspace) Leave(id string, u *User) {
	ws.change(id, func(c *channel) {
		c.remove(u.ID)
		ws.announceMember(c, u.ID, false)
	})
}

// RemoveBot takes the bot out of a channel; InviteBot brings it back.
func (ws *Workspace) RemoveBot(id string) {
	ws.change(id, func(c *channel) {
		c.remove(ws.config.BotUser)
		ws.announceMember(c, ws.config.BotUser, false)
	})
}

// InviteBot makes the bot a member of a channel.
func (ws *Workspace) InviteBot(id string) {
	ws.change(id, func(c *channel) {
		c.add(ws.config.BotUser)
		ws.announceMember(c, ws.config.BotUser, true)
	})
}

func (ws *Workspace) change(id string, how func(*channel)) {
	ws.tb.Helper()
	ws.mu.Lock()
	defer ws.mu.Unlock()
	c := ws.channels[id]
	if c == nil {
		ws.tb.Fatalf("slacktest: there is no channel %q", id)
	}
	how(c)
	ws.touch()
}

// Name is what people see of somebody.
func (u *User) Name() string { return u.name }

// DM is the id of the direct messages between this person and the bot.
func (u *User) DM() string {
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	return u.ws.direct(u.ID).id
}

// Says writes a message, with files if any, as one types it: "<" is a less-than. It returns what was posted.
func (u *User) Says(channel, text string, files ...File) Message {
	u.ws.tb.Helper()
	return u.writes(channel, "", escape(text), files)
}

// SaysInThread answers under a message.
func (u *User) SaysInThread(under Message, text string, files ...File) Message {
	u.ws.tb.Helper()
	return u.writes(under.Channel, cmp.Or(under.ThreadTS, under.TS), escape(text), files)
}

// Mentions calls the bot by its name in a channel, which the app hears twice: as a message and as a mention.
func (u *User) Mentions(channel, text string, files ...File) Message {
	u.ws.tb.Helper()
	return u.writes(channel, "", "<@"+u.ws.config.BotUser+"> "+escape(text), files)
}

// Writes sends text as it goes over the wire, with references like <@U1> and <https://…|label>.
func (u *User) Writes(channel, text string, files ...File) Message {
	u.ws.tb.Helper()
	return u.writes(channel, "", text, files)
}

func (u *User) writes(where, thread, text string, files []File) Message {
	ws := u.ws
	ws.tb.Helper()
	ws.mu.Lock()
	defer ws.mu.Unlock()
	c := ws.channels[where]
	switch {
	case c == nil || !c.members[u.ID]:
		ws.tb.Fatalf("slacktest: %s cannot write in %q", u.ID, where)
	case c.archived:
		ws.tb.Fatalf("slacktest: %q is archived", where)
	case u.deactivated:
		ws.tb.Fatalf("slacktest: %s is deactivated", u.ID)
	}
	m := &message{in: c, ts: ws.stamp(), user: u.ID, text: text, clientID: ws.number("00000000-0000-4000-8000-"), threadTS: thread}
	if text != "" {
		m.blocks = ws.complete([]any{map[string]any{"type": "rich_text", "elements": []any{
			map[string]any{"type": "rich_text_section", "elements": richly(text)},
		}}})
	}
	for _, f := range files {
		made := ws.newFile(f, u.ID)
		made.shared = append(made.shared, share{c.id, m.ts})
		m.files, m.subtype = append(m.files, made), "file_share"
	}
	if parent := c.find(thread); parent != nil {
		parent.threadTS = parent.ts
	}
	ws.post(m)
	return ws.snapshot(m)
}

// richly is the text of a person as Slack splits it into a rich text section.
func richly(s string) []any {
	var all []any
	words := func(s string) {
		if s != "" {
			all = append(all, map[string]any{"type": "text", "text": unescape(s)})
		}
	}
	at := 0
	for _, hit := range angle.FindAllStringSubmatchIndex(s, -1) {
		words(s[at:hit[0]])
		inside := s[hit[2]:hit[3]]
		target, label, _ := strings.Cut(inside, "|")
		switch {
		case strings.HasPrefix(target, "@"):
			all = append(all, map[string]any{"type": "user", "user_id": target[1:]})
		case strings.HasPrefix(target, "#"):
			all = append(all, map[string]any{"type": "channel", "channel_id": target[1:]})
		case strings.HasPrefix(target, "!"):
			all = append(all, map[string]any{"type": "broadcast", "range": target[1:]})
		default:
			link := map[string]any{"type": "link", "url": target}
			if label != "" {
				link["text"] = label
			}
			all = append(all, link)
		}
		at = hit[1]
	}
	words(s[at:])
	return all
}

// Edits changes a message of one's own.
func (u *User) Edits(m Message, text string) {
	u.own(m, func(found *message) {
		before := found.object(u.ws, false)
		found.text, found.edited = escape(text), u.ws.stamp()
		found.blocks = u.ws.complete([]any{map[string]any{"type": "rich_text", "elements": []any{
			map[string]any{"type": "rich_text_section", "elements": richly(found.text)},
		}}})
		u.ws.announceChange(found, before)
	})
}

// Deletes takes back a message of one's own.
func (u *User) Deletes(m Message) { u.own(m, u.ws.erase) }

func (u *User) own(m Message, how func(*message)) {
	u.ws.tb.Helper()
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	found := u.ws.stored(m)
	if found == nil || found.user != u.ID {
		u.ws.tb.Fatalf("slacktest: %s has no such message", u.ID)
	}
	how(found)
	u.ws.touch()
}

// Reacts puts an emoji ("eyes") on a message; the same again takes it off.
func (u *User) Reacts(m Message, emoji string) {
	u.ws.tb.Helper()
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	found := u.ws.stored(m)
	if found == nil || !found.in.members[u.ID] {
		u.ws.tb.Fatalf("slacktest: %s does not see the message", u.ID)
	}
	added := found.react(emoji, u.ID)
	if !added {
		found.unreact(emoji, u.ID)
	}
	u.ws.announceReaction(found, emoji, u.ID, added)
	u.ws.touch()
}

// OpensHome goes to the home tab of the app.
func (u *User) OpensHome() { u.opens("home") }

// OpensMessages goes to the messages tab of the app.
func (u *User) OpensMessages() { u.opens("messages") }

func (u *User) opens(tab string) {
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	event := map[string]any{"type": "app_home_opened", "user": u.ID, "channel": u.ws.direct(u.ID).id, "tab": tab, "event_ts": u.ws.stamp()}
	if tab == "home" && u.home != nil {
		event["view"] = u.home.object(u.ws)
	}
	u.ws.deliver("app_home_opened", u.ID, event, u.team)
}

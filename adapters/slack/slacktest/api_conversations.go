package slacktest

import (
	"slices"
	"strings"
)

// channel is a channel, or the direct messages of the bot and one user.
type channel struct {
	id         string
	name       string
	private    bool
	archived   bool
	with       string // the user, in direct messages
	members    map[string]bool
	joined     []string // members in the order in which they joined
	messages   []*message
	byTS       map[string]*message
	ephemerals []*message
}

func newChannel(id, name string) *channel {
	return &channel{id: id, name: name, members: map[string]bool{}, byTS: map[string]*message{}}
}

func (c *channel) find(ts string) *message { return c.byTS[ts] }

func (c *channel) add(user string) {
	if !c.members[user] {
		c.members[user] = true
		c.joined = append(c.joined, user)
	}
}

func (c *channel) remove(user string) {
	delete(c.members, user)
	c.joined = slices.DeleteFunc(c.joined, func(u string) bool { return u == user })
}

// prefix is the first part of the scopes for this kind of channel.
func (c *channel) prefix() string {
	switch {
	case c.with != "":
		return "im"
	case c.private:
		return "groups"
	}
	return "channels"
}

// kind is the channel_type of events.
func (c *channel) kind() string {
	switch {
	case c.with != "":
		return "im"
	case c.private:
		return "group"
	}
	return "channel"
}

// direct is the channel of direct messages with a user, created on first use; nil if there
// is no such user.
func (ws *Workspace) direct(user string) *channel {
	u := ws.users[user]
	if u == nil || user == ws.config.BotUser {
		return nil
	}
	if u.dm == nil {
		u.dm = newChannel("D"+strings.TrimLeft(user, "UW"), "directmessage")
		for ws.channels[u.dm.id] != nil {
			u.dm.id += "0"
		}
		u.dm.with = user
		u.dm.add(user)
		u.dm.add(ws.config.BotUser)
		ws.channels[u.dm.id] = u.dm
	}
	return u.dm
}

func openConversation(ws *Workspace, a args) (map[string]any, *refusal) {
	users := a.text("users")
	if c := ws.channels[a.text("channel")]; c != nil && c.with != "" {
		users = c.with
	}
	switch {
	case users == "" && a.text("channel") != "":
		return nil, refuse("channel_not_found")
	case users == "":
		return nil, refuse("users_list_not_supplied")
	case strings.Contains(users, ","):
		return nil, refuse("method_not_supported_for_channel_type") // group direct messages, which the app does not use
	}
	u := ws.users[users]
	switch {
	case u == nil:
		return nil, refuse("user_not_found")
	case u.deactivated:
		return nil, refuse("user_disabled")
	case u.bot:
		return nil, refuse("cannot_dm_bot")
	}
	already := u.dm != nil
	c := ws.direct(users)
	o := map[string]any{"id": c.id}
	if a.isTrue("return_im") {
		o = c.object(ws)
	}
	return map[string]any{"channel": o, "no_op": already, "already_open": already}, nil
}

func (c *channel) object(ws *Workspace) map[string]any {
	if c.with != "" {
		return map[string]any{
			"id": c.id, "created": 1449252889, "is_im": true, "is_archived": false, "is_org_shared": false,
			"user": c.with, "is_user_deleted": ws.users[c.with].deactivated, "is_open": true,
		}
	}
	topic := map[string]any{"value": "", "creator": "", "last_set": 0}
	return map[string]any{
		"id": c.id, "name": c.name, "name_normalized": c.name, "created": 1449252889, "creator": "U0OWNER", "unlinked": 0,
		"is_channel": !c.private, "is_group": c.private, "is_im": false, "is_mpim": false, "is_private": c.private,
		"is_archived": c.archived, "is_general": false, "is_member": c.members[ws.config.BotUser], "is_shared": false,
		"is_ext_shared": false, "is_org_shared": false, "is_pending_ext_shared": false, "pending_shared": []any{},
		"previous_names": []any{}, "topic": topic, "purpose": topic,
	}
}

// visibleChannel is the channel of a call, if the bot has the scope for it and may see it.
func (ws *Workspace) visibleChannel(a args, right string) (*channel, *refusal) {
	if bad := a.requires("channel"); bad != nil {
		return nil, bad
	}
	c := ws.channels[a.text("channel")]
	if c == nil {
		return nil, refuse("channel_not_found")
	}
	if bad := ws.scoped(c.prefix() + right); bad != nil {
		return nil, bad
	}
	if c.private && !c.members[ws.config.BotUser] {
		return nil, refuse("channel_not_found")
	}
	return c, nil
}

func conversationInfo(ws *Workspace, a args) (map[string]any, *refusal) {
	c, bad := ws.visibleChannel(a, ":read")
	if bad != nil {
		return nil, bad
	}
	o := c.object(ws)
	if a.isTrue("include_num_members") {
		o["num_members"] = len(c.members)
	}
	return map[string]any{"channel": o}, nil
}

func conversationMembers(ws *Workspace, a args) (map[string]any, *refusal) {
	c, bad := ws.visibleChannel(a, ":read")
	if bad != nil {
		return nil, bad
	}
	some, next, bad := page(c.joined, a, 100, "member")
	if bad != nil {
		return nil, bad
	}
	return map[string]any{"members": some, "response_metadata": map[string]any{"next_cursor": next}}, nil
}

func joinConversation(ws *Workspace, a args) (map[string]any, *refusal) {
	c, bad := ws.visibleChannel(a, ":read")
	switch {
	case bad != nil:
		return nil, bad
	case c.with != "" || c.private:
		return nil, refuse("method_not_supported_for_channel_type")
	case c.archived:
		return nil, refuse("is_archived")
	}
	c.add(ws.config.BotUser)
	ws.emitMember(c, ws.config.BotUser, true)
	ws.notifyWaiters()
	return map[string]any{"channel": c.object(ws)}, nil
}

func listConversations(ws *Workspace, a args) (map[string]any, *refusal) {
	types := strings.Split(a.text("types"), ",")
	if a.text("types") == "" {
		types = []string{"public_channel"}
	}
	names := map[string]string{"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
	var found []*channel
	for _, kind := range types {
		prefix := names[kind]
		if prefix == "" {
			return nil, refuse("invalid_types")
		}
		if bad := ws.scoped(prefix + ":read"); bad != nil {
			return nil, bad
		}
		for _, c := range ws.channels {
			if c.prefix() == prefix && (c.members[ws.config.BotUser] || prefix == "channels") && (!c.archived || !a.isTrue("exclude_archived")) {
				found = append(found, c)
			}
		}
	}
	slices.SortFunc(found, func(a, b *channel) int { return strings.Compare(a.id, b.id) })
	some, next, bad := page(found, a, 100, "channel")
	if bad != nil {
		return nil, bad
	}
	all := []any{}
	for _, c := range some {
		all = append(all, c.object(ws))
	}
	return map[string]any{"channels": all, "response_metadata": map[string]any{"next_cursor": next}}, nil
}

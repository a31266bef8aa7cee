package slacktest

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// channel is a channel or the direct messages between the bot and one person.
type channel struct {
	id       string
	name     string
	private  bool
	archived bool
	with     string // the person, in direct messages
	members  map[string]bool
	joined   []string // members in the order in which they came
	messages []*message
	byTS     map[string]*message
	whispers []*message // ephemeral messages
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

// prefix is how the scopes of its kind begin.
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

// direct is the conversation of the bot with a person, made when it is first needed; nil
// where there is no such person.
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
		return nil, refuse("method_not_supported_for_channel_type") // group conversations: the desk has none
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
	if a.yes("return_im") {
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

// seen is a channel whose existence the bot may know of, with the scope for its kind.
func (ws *Workspace) seen(a args, right string) (*channel, *refusal) {
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
	c, bad := ws.seen(a, ":read")
	if bad != nil {
		return nil, bad
	}
	o := c.object(ws)
	if a.yes("include_num_members") {
		o["num_members"] = len(c.members)
	}
	return map[string]any{"channel": o}, nil
}

func conversationMembers(ws *Workspace, a args) (map[string]any, *refusal) {
	c, bad := ws.seen(a, ":read")
	if bad != nil {
		return nil, bad
	}
	some, next, bad := page(c.joined, a, 100, "member")
	if bad != nil {
		return nil, bad
	}
	return map[string]any{"members": some, "response_metadata": map[string]any{"next_cursor": next}}, nil
}

// page cuts a list at the cursor and the limit, as Slack does: the cursor is opaque, and the limit is
// a wish, so it must not be taken for the number of results.
func page[T any](all []T, a args, usual int, what string) ([]T, string, *refusal) {
	limit, start := usual, 0
	if a.has("limit") {
		limit, _ = a["limit"].(int)
	}
	if limit < 1 || limit > maxLookupPage {
		return nil, "", refuse("invalid_limit")
	}
	if cursor := a.text("cursor"); cursor != "" {
		raw, err := base64.StdEncoding.DecodeString(cursor)
		digits, ours := strings.CutPrefix(string(raw), what+":")
		n, bad := strconv.Atoi(digits)
		if err != nil || !ours || bad != nil || n < 0 || n > len(all) {
			return nil, "", refuse("invalid_cursor")
		}
		start = n
	}
	end := min(len(all), start+limit)
	next := ""
	if end < len(all) {
		next = base64.StdEncoding.EncodeToString([]byte(what + ":" + strconv.Itoa(end)))
	}
	some := all[start:end]
	if some == nil {
		some = []T{}
	}
	return some, next, nil
}

// readable is a channel whose messages the bot may read.
func (ws *Workspace) open(a args) (*channel, *refusal) {
	c, bad := ws.seen(a, ":history")
	if bad != nil {
		return nil, bad
	}
	if !c.members[ws.config.BotUser] {
		return nil, refuse("not_in_channel")
	}
	return c, nil
}

func history(ws *Workspace, a args) (map[string]any, *refusal) {
	c, bad := ws.open(a)
	if bad != nil {
		return nil, bad
	}
	var found []*message
	for _, m := range slices.Backward(c.messages) {
		if (m.threadTS == "" || m.threadTS == m.ts || m.broadcast) && within(m.ts, a) {
			found = append(found, m)
		}
	}
	return ws.listed(found, a)
}

func replies(ws *Workspace, a args) (map[string]any, *refusal) {
	if bad := a.requires("ts"); bad != nil {
		return nil, bad
	}
	c, bad := ws.open(a)
	if bad != nil {
		return nil, bad
	}
	parent := c.find(a.text("ts"))
	if parent == nil {
		return nil, refuse("thread_not_found")
	}
	var found []*message
	for _, m := range c.messages {
		if m == parent || (m.threadTS == parent.ts && within(m.ts, a)) {
			found = append(found, m)
		}
	}
	return ws.listed(found, a)
}

// within tells whether a ts lies between oldest and latest.
func within(ts string, a args) bool {
	oldest, latest := a.text("oldest"), a.text("latest")
	if a.yes("inclusive") && (ts == oldest || ts == latest) {
		return true
	}
	return (oldest == "" || oldest == "0" || padded(ts) > padded(oldest)) && (latest == "" || padded(ts) < padded(latest))
}

// padded makes a ts, or bare seconds, comparable as text.
func padded(ts string) string {
	seconds, fraction, _ := strings.Cut(ts, ".")
	return strings.Repeat("0", max(0, 10-len(seconds))) + seconds + "." + fraction + strings.Repeat("0", max(0, 6-len(fraction)))
}

func (ws *Workspace) listed(found []*message, a args) (map[string]any, *refusal) {
	some, next, bad := page(found, a, 100, "next_ts")
	if bad != nil {
		return nil, bad
	}
	all := []any{}
	for _, m := range some {
		all = append(all, m.object(ws, a.yes("include_all_metadata")))
	}
	return map[string]any{
		"messages": all, "has_more": next != "", "pin_count": 0, "response_metadata": map[string]any{"next_cursor": next},
	}, nil
}

func joinConversation(ws *Workspace, a args) (map[string]any, *refusal) {
	c, bad := ws.seen(a, ":read")
	switch {
	case bad != nil:
		return nil, bad
	case c.with != "" || c.private:
		return nil, refuse("method_not_supported_for_channel_type")
	case c.archived:
		return nil, refuse("is_archived")
	}
	c.add(ws.config.BotUser)
	ws.announceMember(c, ws.config.BotUser, true)
	ws.touch()
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
			if c.prefix() == prefix && (c.members[ws.config.BotUser] || prefix == "channels") && (!c.archived || !a.yes("exclude_archived")) {
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

package slacktest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// needs are the scopes of events, if the name of the event decides.
var needs = map[string]string{
	"message.im": "im:history", "message.channels": "channels:history", "message.groups": "groups:history",
	"app_mention": "app_mentions:read", "file_shared": "files:read", "user_change": "users:read",
	"reaction_added": "reactions:read", "reaction_removed": "reactions:read",
	"channel_archive": "channels:read", "channel_unarchive": "channels:read",
	"group_archive": "groups:read", "group_unarchive": "groups:read",
}

// subscribed reports whether the app receives events of that kind. The lock is held.
func (ws *Workspace) subscribed(kind string, c *channel) bool {
	if ws.config.Events != nil && !slices.Contains(ws.config.Events, kind) {
		return false
	}
	scope := needs[kind]
	if c != nil && strings.HasPrefix(kind, "member_") {
		scope = c.prefix() + ":read"
	}
	return scope == "" || ws.scoped(scope) == nil
}

// deliver puts an event into an envelope and dispatches it. Events of one lane are delivered in
// order, unless the test sets it otherwise. The lock is held.
func (ws *Workspace) deliver(kind, lane string, event map[string]any, team string) {
	if !ws.subscribed(kind, ws.channels[lane]) {
		return
	}
	name := text(event, "type")
	outer := map[string]any{
		"token": "slacktest-verification", "team_id": ws.config.TeamID, "api_app_id": ws.config.AppID, "event": event,
		"type": "event_callback", "event_id": ws.newID("Ev"), "event_time": ws.clock.Now().Unix(),
		"authorizations": []any{map[string]any{
			"enterprise_id": nil, "team_id": ws.config.TeamID, "user_id": ws.config.BotUser, "is_bot": true, "is_enterprise_install": false,
		}},
		"is_ext_shared_channel": team != ws.config.TeamID, "event_context": "1-" + name + "-" + ws.config.TeamID + "-" + lane,
	}
	ws.dispatch(&queuedEvent{kind: kind, lane: lane, id: text(outer, "event_id"), body: encode(outer)})
}

// Event delivers an event that the test wrote.
func (ws *Workspace) Event(event map[string]any) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	lane := text(event, "channel")
	kind := text(event, "type")
	if kind == "message" && ws.channels[lane] != nil {
		kind = messageKind(ws.channels[lane])
	}
	ws.deliver(kind, lane, event, ws.config.TeamID)
}

func encode(x any) []byte {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(x); err != nil {
		panic(err) // maps, slices, strings and numbers that came from JSON
	}
	return []byte(strings.TrimSuffix(b.String(), "\n"))
}

// messageKind is the name, in the manifest, of messages in a channel.
func messageKind(c *channel) string { return "message." + c.prefix() }

func (ws *Workspace) listens(m *message) bool {
	return m.in.members[ws.config.BotUser] && (m.botID == "" || !ws.config.NoEcho)
}

// emitMessage delivers the events of a new message.
func (ws *Workspace) emitMessage(m *message) {
	if !ws.listens(m) {
		return
	}
	team := ws.teamOf(m.user)
	event := m.object(ws, false)
	event["channel"], event["event_ts"], event["channel_type"] = m.in.id, m.ts, m.in.kind()
	if m.broadcast {
		event["subtype"] = "thread_broadcast"
	}
	if team != ws.config.TeamID {
		event["user_team"], event["source_team"] = team, team
	}
	ws.deliver(messageKind(m.in), m.in.id, event, team)
	if m.in.with == "" && m.botID == "" && strings.Contains(m.text, "<@"+ws.config.BotUser+">") {
		mention := maps.Clone(event)
		mention["type"] = "app_mention"
		for _, name := range []string{"channel_type", "subtype", "parent_user_id"} {
			delete(mention, name)
		}
		ws.deliver("app_mention", m.in.id, mention, team)
	}
	for _, f := range m.files {
		ws.deliver("file_shared", m.in.id, map[string]any{
			"type": "file_shared", "channel_id": m.in.id, "file_id": f.ID, "user_id": m.user, "file": map[string]any{"id": f.ID}, "event_ts": m.ts,
		}, team)
	}
}

func (ws *Workspace) emitChange(m *message, before map[string]any) {
	if !ws.listens(m) {
		return
	}
	at := ws.nextTS()
	ws.deliver(messageKind(m.in), m.in.id, map[string]any{
		"type": "message", "subtype": "message_changed", "hidden": true, "message": m.object(ws, false), "previous_message": before,
		"channel": m.in.id, "ts": at, "event_ts": at, "channel_type": m.in.kind(),
	}, ws.config.TeamID)
}

func (ws *Workspace) emitDeletion(m *message) {
	if !ws.listens(m) {
		return
	}
	at := ws.nextTS()
	ws.deliver(messageKind(m.in), m.in.id, map[string]any{
		"type": "message", "subtype": "message_deleted", "hidden": true, "previous_message": m.object(ws, false), "deleted_ts": m.ts,
		"channel": m.in.id, "ts": at, "event_ts": at, "channel_type": m.in.kind(),
	}, ws.config.TeamID)
}

func (ws *Workspace) emitReaction(m *message, name, user string, added bool) {
	if !ws.listens(m) && user == ws.config.BotUser {
		return
	}
	if !m.in.members[ws.config.BotUser] {
		return
	}
	kind := "reaction_removed"
	if added {
		kind = "reaction_added"
	}
	ws.deliver(kind, m.in.id, map[string]any{
		"type": kind, "user": user, "reaction": name, "item_user": m.user, "event_ts": ws.nextTS(),
		"item": map[string]any{"type": "message", "channel": m.in.id, "ts": m.ts},
	}, ws.teamOf(user))
}

func (ws *Workspace) emitMember(c *channel, user string, joined bool) {
	kind, letter := "member_left_channel", "C"
	if joined {
		kind = "member_joined_channel"
	}
	if c.private {
		letter = "G"
	}
	if !c.members[ws.config.BotUser] && user != ws.config.BotUser {
		return
	}
	event := map[string]any{
		"type": kind, "user": user, "channel": c.id, "channel_type": letter, "team": ws.teamOf(user), "event_ts": ws.nextTS(),
	}
	ws.deliver(kind, c.id, event, ws.teamOf(user))
}

func (ws *Workspace) emitArchive(c *channel) {
	kind := "channel_"
	if c.private {
		kind = "group_"
	}
	if c.archived {
		kind += "archive"
	} else {
		kind += "unarchive"
	}
	if c.members[ws.config.BotUser] {
		ws.deliver(kind, c.id, map[string]any{"type": kind, "channel": c.id, "user": "U0OWNER", "event_ts": ws.nextTS()}, ws.config.TeamID)
	}
}

func (ws *Workspace) emitUser(u *User) {
	ws.deliver("user_change", u.ID, map[string]any{
		"type": "user_change", "user": u.object(ws), "cache_ts": ws.clock.Now().Unix(), "event_ts": ws.nextTS(),
	}, ws.config.TeamID)
}

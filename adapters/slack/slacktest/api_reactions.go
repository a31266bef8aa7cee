package slacktest

import (
	"regexp"
	"slices"
)

var emojiName = regexp.MustCompile(`^[a-z0-9_+'-]+(::skin-tone-[2-6])?$`)

func addReaction(ws *Workspace, a args) (map[string]any, *refusal) {
	m, bad := ws.reacted(a, a.text("name"))
	if bad != nil {
		return nil, bad
	}
	if !m.react(a.text("name"), ws.config.BotUser) {
		return nil, refuse("already_reacted")
	}
	ws.emitReaction(m, a.text("name"), ws.config.BotUser, true)
	ws.notifyWaiters()
	return nil, nil
}

func removeReaction(ws *Workspace, a args) (map[string]any, *refusal) {
	m, bad := ws.reacted(a, a.text("name"))
	if bad != nil {
		return nil, bad
	}
	if !m.unreact(a.text("name"), ws.config.BotUser) {
		return nil, refuse("no_reaction")
	}
	ws.emitReaction(m, a.text("name"), ws.config.BotUser, false)
	ws.notifyWaiters()
	return nil, nil
}

func getReactions(ws *Workspace, a args) (map[string]any, *refusal) {
	m, bad := ws.reacted(a, "any")
	if bad != nil {
		return nil, bad
	}
	o := m.object(ws, false)
	o["reactions"] = m.counts()
	return map[string]any{"type": "message", "channel": m.in.id, "message": o}, nil
}

func (ws *Workspace) reacted(a args, name string) (*message, *refusal) {
	if bad := a.requires("channel", "timestamp"); bad != nil {
		return nil, refuse("no_item_specified")
	}
	if !emojiName.MatchString(name) || len(name) > maxReactionName {
		return nil, refuse("invalid_name")
	}
	c := ws.channels[a.text("channel")]
	if c == nil || !c.members[ws.config.BotUser] {
		return nil, refuse("channel_not_found")
	}
	m := c.find(a.text("timestamp"))
	if m == nil {
		return nil, refuse("message_not_found")
	}
	return m, nil
}

func (m *message) counts() []any {
	all := []any{}
	for _, r := range m.reactions {
		all = append(all, map[string]any{"name": r.name, "users": r.users, "count": len(r.users)})
	}
	return all
}

func (m *message) react(name, user string) bool {
	for i, r := range m.reactions {
		if r.name == name {
			if slices.Contains(r.users, user) {
				return false
			}
			m.reactions[i].users = append(m.reactions[i].users, user)
			return true
		}
	}
	m.reactions = append(m.reactions, reaction{name, []string{user}})
	return true
}

func (m *message) unreact(name, user string) bool {
	for i, r := range m.reactions {
		if r.name == name && slices.Contains(r.users, user) {
			m.reactions[i].users = slices.DeleteFunc(slices.Clone(r.users), func(u string) bool { return u == user })
			if len(m.reactions[i].users) == 0 {
				m.reactions = slices.Delete(m.reactions, i, i+1)
			}
			return true
		}
	}
	return false
}

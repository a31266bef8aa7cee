package slacktest

import (
	"fmt"
	"slices"
	"strings"
)

// message is one that was posted, by a person or by the app.
type message struct {
	in          *channel
	ts          string
	threadTS    string
	user        string
	botID       string
	subtype     string
	text        string
	blocks      []any
	attachments []any
	metadata    map[string]any
	files       []*file
	edited      string // ts of the last edit
	ephemeral   string // the only person who sees it
	reactions   []reaction
	broadcast   bool
	links       bool // link previews
	media       bool
	clientID    string
}

type reaction struct {
	name  string
	users []string
}

// stamp is a new message's ts: the time, never twice the same.
func (ws *Workspace) stamp() string {
	now := ws.clock.Now().UnixMicro()
	ws.lastTS = max(now, ws.lastTS+1)
	return fmt.Sprintf("%d.%06d", ws.lastTS/1e6, ws.lastTS%1e6)
}

// object is the message as the API and the events show it.
func (m *message) object(ws *Workspace, metadata bool) map[string]any {
	o := map[string]any{"type": "message", "text": m.text, "user": m.user, "ts": m.ts, "team": ws.teamOf(m.user)}
	if m.clientID != "" {
		o["client_msg_id"] = m.clientID
	}
	if m.subtype != "" {
		o["subtype"] = m.subtype
	}
	if m.botID != "" {
		o["bot_id"] = m.botID
		o["bot_profile"] = ws.botProfile()
	}
	if m.subtype == "bot_message" {
		delete(o, "user")
		delete(o, "team")
		delete(o, "bot_profile")
	}
	if m.threadTS != "" {
		o["thread_ts"] = m.threadTS
		if m.threadTS != m.ts {
			if parent := m.in.find(m.threadTS); parent != nil && parent.user != "" {
				o["parent_user_id"] = parent.user
			}
		}
	}
	if len(m.blocks) > 0 {
		o["blocks"] = m.blocks
	}
	if len(m.attachments) > 0 {
		o["attachments"] = m.attachments
	}
	if m.edited != "" {
		o["edited"] = map[string]any{"user": m.user, "ts": m.edited}
	}
	if metadata && len(m.metadata) > 0 {
		o["metadata"] = m.metadata
	}
	if metadata && len(m.reactions) > 0 {
		o["reactions"] = m.counts()
	}
	if len(m.files) > 0 {
		var all []any
		for _, f := range m.files {
			all = append(all, f.attached(ws))
		}
		o["files"], o["upload"], o["display_as_bot"] = all, false, false
	}
	return o
}

// target is the channel that the bot may write to, or why not.
func (ws *Workspace) target(a args) (*channel, *refusal) {
	if bad := a.requires("channel"); bad != nil {
		return nil, bad
	}
	name := a.text("channel")
	c := ws.channels[name]
	if c == nil {
		if c = ws.direct(name); c == nil {
			return nil, refuse("channel_not_found")
		}
	}
	return c, ws.writable(c)
}

func (ws *Workspace) writable(c *channel) *refusal {
	switch {
	case c.with != "":
		with := ws.users[c.with]
		switch {
		case with.bot:
			return refuse("cannot_dm_bot")
		case with.deactivated:
			return refuse("account_inactive")
		case ws.config.NoMessagesTab:
			return refuse("messages_tab_disabled")
		}
	case !c.members[ws.config.BotUser] && c.private:
		return refuse("channel_not_found")
	case !c.members[ws.config.BotUser] && !slices.Contains(ws.config.Scopes, "chat:write.public"):
		return refuse("not_in_channel")
	case c.archived:
		return refuse("is_archived")
	}
	return nil
}

func said(a args) content {
	return content{text: a.text("text"), blocks: a.list("blocks"), attachments: slices.Clone(a.list("attachments")), metadata: a.object("metadata")}
}

func postMessage(ws *Workspace, a args) (map[string]any, *refusal) {
	c, bad := ws.target(a)
	if bad != nil {
		return nil, bad
	}
	in, bad := ws.accept(said(a), maxText)
	if bad != nil {
		return nil, bad
	}
	m := ws.fromBot(c, in, a)
	if thread := a.text("thread_ts"); thread != "" {
		// Slack posts under a parent that is gone as if no thread had been named.
		if parent := c.find(thread); parent != nil {
			if parent.threadTS != "" && parent.threadTS != parent.ts {
				return nil, refuse("thread_not_found")
			}
			parent.threadTS, m.threadTS = parent.ts, parent.ts
			m.broadcast = a.yes("reply_broadcast")
		}
	}
	ws.post(m)
	return map[string]any{"channel": c.id, "ts": m.ts, "message": m.object(ws, true)}, nil
}

// fromBot is a message of the app, not yet posted.
func (ws *Workspace) fromBot(c *channel, in content, a args) *message {
	flag := func(name string) bool { return !a.has(name) || a.yes(name) }
	return &message{
		in: c, ts: ws.stamp(), user: ws.config.BotUser, botID: ws.config.BotID,
		text: in.text, blocks: in.blocks, attachments: in.attachments, metadata: in.metadata,
		links: a.yes("unfurl_links"), media: flag("unfurl_media"),
	}
}

// post puts a message into its channel and tells the app.
func (ws *Workspace) post(m *message) {
	m.in.messages = append(m.in.messages, m)
	m.in.byTS[m.ts] = m
	ws.announce(m)
	ws.touch()
}

func postEphemeral(ws *Workspace, a args) (map[string]any, *refusal) {
	if bad := a.requires("channel", "user"); bad != nil {
		return nil, bad
	}
	c, bad := ws.target(a)
	if bad != nil {
		return nil, bad
	}
	if !c.members[a.text("user")] {
		return nil, refuse("user_not_in_channel")
	}
	if a.has("metadata") {
		return nil, refuse("invalid_arg_name", "metadata")
	}
	in, bad := ws.accept(said(a), maxText)
	if bad != nil {
		return nil, bad
	}
	m := ws.fromBot(c, in, a)
	m.ephemeral, m.threadTS = a.text("user"), a.text("thread_ts")
	ws.whisper(m)
	return map[string]any{"message_ts": m.ts}, nil
}

// whisper shows a message to one person. It is in no history and no event tells of it.
func (ws *Workspace) whisper(m *message) {
	m.in.whispers = append(m.in.whispers, m)
	ws.touch()
}

// own finds a message that the app may change.
func (ws *Workspace) own(a args, denied string) (*message, *refusal) {
	if bad := a.requires("channel", "ts"); bad != nil {
		return nil, bad
	}
	c := ws.channels[a.text("channel")]
	if c == nil || (c.private && !c.members[ws.config.BotUser]) {
		return nil, refuse("channel_not_found")
	}
	m := c.find(a.text("ts"))
	switch {
	case m == nil:
		return nil, refuse("message_not_found")
	case m.botID != ws.config.BotID:
		return nil, refuse(denied)
	}
	return m, nil
}

func updateMessage(ws *Workspace, a args) (map[string]any, *refusal) {
	m, bad := ws.own(a, "cant_update_message")
	if bad != nil {
		return nil, bad
	}
	if bad := ws.writable(m.in); bad != nil {
		if bad.code == "is_archived" {
			bad = refuse("is_inactive")
		}
		return nil, bad
	}
	in, bad := ws.accept(said(a), maxUpdateText)
	if bad != nil {
		return nil, bad
	}
	before := m.object(ws, false)
	if !same(m.text, in.text) {
		m.edited = ws.stamp()
	}
	m.text, m.blocks, m.attachments = in.text, in.blocks, in.attachments
	if a.has("metadata") {
		m.metadata = in.metadata
	}
	ws.announceChange(m, before)
	ws.touch()
	return map[string]any{"channel": m.in.id, "ts": m.ts, "text": m.text, "message": m.object(ws, true)}, nil
}

func deleteMessage(ws *Workspace, a args) (map[string]any, *refusal) {
	m, bad := ws.own(a, "cant_delete_message")
	if bad != nil {
		return nil, bad
	}
	ws.erase(m)
	return map[string]any{"channel": m.in.id, "ts": m.ts}, nil
}

func (ws *Workspace) erase(m *message) {
	m.in.messages = slices.DeleteFunc(m.in.messages, func(o *message) bool { return o == m })
	delete(m.in.byTS, m.ts)
	ws.announceDeletion(m)
	ws.touch()
}

func permalink(ws *Workspace, a args) (map[string]any, *refusal) {
	if bad := a.requires("channel", "message_ts"); bad != nil {
		return nil, bad
	}
	c := ws.channels[a.text("channel")]
	if c == nil {
		return nil, refuse("channel_not_found")
	}
	if c.find(a.text("message_ts")) == nil {
		return nil, refuse("message_not_found")
	}
	return map[string]any{"channel": c.id, "permalink": ws.permalinkTo(c, a.text("message_ts"))}, nil
}

func (ws *Workspace) permalinkTo(c *channel, ts string) string {
	return "https://" + ws.config.Domain + ".slack.com/archives/" + c.id + "/p" + strings.ReplaceAll(ts, ".", "")
}

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
	ephemeral   string // the only user who sees it
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

// nextTS is the ts of a new message: the time, and unique.
func (ws *Workspace) nextTS() string {
	now := ws.clock.Now().UnixMicro()
	ws.lastTS = max(now, ws.lastTS+1)
	return fmt.Sprintf("%d.%06d", ws.lastTS/1e6, ws.lastTS%1e6)
}

// object is the message as the Web API and the events have it.
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

// target is the channel of a call, if the bot may write to it.
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

func contentOf(a args) content {
	return content{text: a.text("text"), blocks: a.list("blocks"), attachments: slices.Clone(a.list("attachments")), metadata: a.object("metadata")}
}

func postMessage(ws *Workspace, a args) (map[string]any, *refusal) {
	c, bad := ws.target(a)
	if bad != nil {
		return nil, bad
	}
	in, bad := ws.checkContent(contentOf(a), maxText)
	if bad != nil {
		return nil, bad
	}
	m := ws.fromBot(c, in, a)
	if thread := a.text("thread_ts"); thread != "" {
		// If the parent is deleted, Slack posts the message outside of a thread.
		if parent := c.find(thread); parent != nil {
			if parent.threadTS != "" && parent.threadTS != parent.ts {
				return nil, refuse("thread_not_found")
			}
			parent.threadTS, m.threadTS = parent.ts, parent.ts
			m.broadcast = a.isTrue("reply_broadcast")
		}
	}
	ws.post(m)
	return map[string]any{"channel": c.id, "ts": m.ts, "message": m.object(ws, true)}, nil
}

// fromBot is a new message of the app, before it is posted.
func (ws *Workspace) fromBot(c *channel, in content, a args) *message {
	flag := func(name string) bool { return !a.has(name) || a.isTrue(name) }
	return &message{
		in: c, ts: ws.nextTS(), user: ws.config.BotUser, botID: ws.config.BotID,
		text: in.text, blocks: in.blocks, attachments: in.attachments, metadata: in.metadata,
		links: a.isTrue("unfurl_links"), media: flag("unfurl_media"),
	}
}

// post adds a message to its channel and emits the event.
func (ws *Workspace) post(m *message) {
	m.in.messages = append(m.in.messages, m)
	m.in.byTS[m.ts] = m
	ws.emitMessage(m)
	ws.notifyWaiters()
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
	in, bad := ws.checkContent(contentOf(a), maxText)
	if bad != nil {
		return nil, bad
	}
	m := ws.fromBot(c, in, a)
	m.ephemeral, m.threadTS = a.text("user"), a.text("thread_ts")
	ws.addEphemeral(m)
	return map[string]any{"message_ts": m.ts}, nil
}

// addEphemeral shows a message to one person. It is not in the history and has no event.
func (ws *Workspace) addEphemeral(m *message) {
	m.in.ephemerals = append(m.in.ephemerals, m)
	ws.notifyWaiters()
}

// ownMessage is the message of a call, if the app may change it.
func (ws *Workspace) ownMessage(a args, denied string) (*message, *refusal) {
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
	m, bad := ws.ownMessage(a, "cant_update_message")
	if bad != nil {
		return nil, bad
	}
	if bad := ws.writable(m.in); bad != nil {
		if bad.code == "is_archived" {
			bad = refuse("is_inactive")
		}
		return nil, bad
	}
	in, bad := ws.checkContent(contentOf(a), maxUpdateText)
	if bad != nil {
		return nil, bad
	}
	before := m.object(ws, false)
	if !same(m.text, in.text) {
		m.edited = ws.nextTS()
	}
	m.text, m.blocks, m.attachments = in.text, in.blocks, in.attachments
	if a.has("metadata") {
		m.metadata = in.metadata
	}
	ws.emitChange(m, before)
	ws.notifyWaiters()
	return map[string]any{"channel": m.in.id, "ts": m.ts, "text": m.text, "message": m.object(ws, true)}, nil
}

func deleteMessage(ws *Workspace, a args) (map[string]any, *refusal) {
	m, bad := ws.ownMessage(a, "cant_delete_message")
	if bad != nil {
		return nil, bad
	}
	ws.remove(m)
	return map[string]any{"channel": m.in.id, "ts": m.ts}, nil
}

func (ws *Workspace) remove(m *message) {
	m.in.messages = slices.DeleteFunc(m.in.messages, func(o *message) bool { return o == m })
	delete(m.in.byTS, m.ts)
	ws.emitDeletion(m)
	ws.notifyWaiters()
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

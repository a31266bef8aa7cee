package slacktest

import (
	"cmp"
	"strings"
)

// Says posts a message as a user types it, in which "<" is a character, and files. It returns the message.
func (u *User) Says(channel, text string, files ...File) Message {
	u.ws.tb.Helper()
	return u.writes(channel, "", escape(text), files)
}

// SaysInThread posts a message in a thread.
func (u *User) SaysInThread(under Message, text string, files ...File) Message {
	u.ws.tb.Helper()
	return u.writes(under.Channel, cmp.Or(under.ThreadTS, under.TS), escape(text), files)
}

// Mentions mentions the bot in a channel. The app receives two events: message and app_mention.
func (u *User) Mentions(channel, text string, files ...File) Message {
	u.ws.tb.Helper()
	return u.writes(channel, "", "<@"+u.ws.config.BotUser+"> "+escape(text), files)
}

// Writes posts mrkdwn, with references like <@U1> and <https://…|label>.
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
	case c.with != "" && ws.config.NoMessagesTab:
		ws.tb.Fatalf("slacktest: the app's settings do not let people write to it")
	case c.archived:
		ws.tb.Fatalf("slacktest: %q is archived", where)
	case u.deactivated:
		ws.tb.Fatalf("slacktest: %s is deactivated", u.ID)
	}
	m := &message{in: c, ts: ws.nextTS(), user: u.ID, text: text, clientID: ws.newID("00000000-0000-4000-8000-"), threadTS: thread}
	if text != "" {
		m.blocks = ws.completeBlocks([]any{map[string]any{"type": "rich_text", "elements": []any{
			map[string]any{"type": "rich_text_section", "elements": richTextElements(text)},
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

// richTextElements are the elements of a rich text section for mrkdwn.
func richTextElements(s string) []any {
	var all []any
	appendText := func(s string) {
		if s != "" {
			all = append(all, map[string]any{"type": "text", "text": unescape(s)})
		}
	}
	at := 0
	for _, hit := range angle.FindAllStringSubmatchIndex(s, -1) {
		appendText(s[at:hit[0]])
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
	appendText(s[at:])
	return all
}

// Edits edits a message of the user's own.
func (u *User) Edits(m Message, text string) {
	u.changeOwn(m, func(found *message) {
		before := found.object(u.ws, false)
		found.text, found.edited = escape(text), u.ws.nextTS()
		found.blocks = u.ws.completeBlocks([]any{map[string]any{"type": "rich_text", "elements": []any{
			map[string]any{"type": "rich_text_section", "elements": richTextElements(found.text)},
		}}})
		u.ws.emitChange(found, before)
	})
}

// Deletes deletes a message of the user's own.
func (u *User) Deletes(m Message) { u.changeOwn(m, u.ws.remove) }

func (u *User) changeOwn(m Message, change func(*message)) {
	u.ws.tb.Helper()
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	found := u.ws.stored(m)
	if found == nil || found.user != u.ID {
		u.ws.tb.Fatalf("slacktest: %s has no such message", u.ID)
	}
	change(found)
	u.ws.notifyWaiters()
}

// Reacts adds a reaction ("eyes") to a message, or removes it.
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
	u.ws.emitReaction(found, emoji, u.ID, added)
	u.ws.notifyWaiters()
}

// OpensHome opens the home tab of the app.
func (u *User) OpensHome() { u.openTab("home") }

// OpensMessages opens the messages tab of the app.
func (u *User) OpensMessages() { u.openTab("messages") }

func (u *User) openTab(tab string) {
	u.ws.tb.Helper()
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	if tab == "home" && u.ws.config.NoHomeTab || tab == "messages" && u.ws.config.NoMessagesTab {
		u.ws.tb.Fatalf("slacktest: the app's settings have no %s tab", tab)
	}
	event := map[string]any{"type": "app_home_opened", "user": u.ID, "channel": u.ws.direct(u.ID).id, "tab": tab, "event_ts": u.ws.nextTS()}
	if tab == "home" && u.home != nil {
		event["view"] = u.home.object(u.ws)
	}
	u.ws.deliver("app_home_opened", u.ID, event, u.team)
}

package slacktest

import (
	"encoding/json"
	"slices"
	"strings"
)

// Slash enters a command in the direct messages with the bot.
func (u *User) Slash(command, text string) {
	u.ws.tb.Helper()
	u.SlashIn(u.DM(), command, text)
}

// SlashIn enters a command in a channel; the bot need not be a member.
func (u *User) SlashIn(where, command, text string) {
	ws := u.ws
	ws.tb.Helper()
	ws.mu.Lock()
	c := ws.channels[where]
	if c == nil || !c.members[u.ID] {
		ws.mu.Unlock()
		ws.tb.Fatalf("slacktest: %s is not in %q", u.ID, where)
	}
	if ws.config.Commands != nil && !slices.Contains(ws.config.Commands, command) || ws.scoped("commands") != nil {
		ws.mu.Unlock()
		ws.tb.Fatalf("slacktest: %s is not a valid command", command)
	}
	payload := map[string]any{
		"token": "slacktest-verification", "team_id": ws.config.TeamID, "team_domain": ws.config.Domain, "channel_id": c.id, "channel_name": c.name,
		"user_id": u.ID, "user_name": u.handle(), "command": command, "text": escape(text), "api_app_id": ws.config.AppID,
		"is_enterprise_install": "false", "response_url": ws.newResponseURL("commands", u, c, Message{}), "trigger_id": ws.newTrigger(u),
	}
	body := encode(payload)
	ws.mu.Unlock()
	got := u.request("/slack/commands", "slash_commands", payload, true, body)
	switch {
	case got.reason == "http_timeout":
		u.reportTrouble("%s failed with the error \"operation_timeout\"", command)
	case got.reason != "":
		u.reportTrouble("%s failed with the error \"dispatch_failed\": %s %d", command, got.reason, got.status)
	case len(strings.TrimSpace(string(got.body))) > 0:
		u.showCommandAnswer(c, command, got)
	}
}

// showCommandAnswer shows the answer to a command: a message in JSON, or text.
func (u *User) showCommandAnswer(c *channel, command string, got reply) {
	var sent any
	if got.header != nil && !strings.HasPrefix(got.header.Get("Content-Type"), "application/json") {
		sent = map[string]any{"text": string(got.body)}
	} else if json.Unmarshal(got.body, &sent) != nil {
		u.reportTrouble("%s failed: the answer is no JSON", command)
		return
	}
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	if bad := u.ws.respond(&responseURL{user: u, in: c}, sent); bad != nil {
		u.ws.addTrouble(u.ID, command+" failed: "+bad.code+" "+strings.Join(bad.messages, "; "))
	}
}

// Shortcut uses a shortcut of the message menu.
func (u *User) Shortcut(callback string, m Message) {
	u.ws.tb.Helper()
	now, _ := u.current(m).(Message)
	u.shortcut("message_action", callback, func(payload map[string]any) {
		c := u.ws.channels[now.Channel]
		payload["channel"] = map[string]any{"id": c.id, "name": c.name}
		payload["message_ts"] = now.TS
		payload["message"] = u.ws.stored(now).object(u.ws, false)
		payload["response_url"] = u.ws.newResponseURL("app", u, c, now)
	})
}

// GlobalShortcut uses a global shortcut, which has no channel.
func (u *User) GlobalShortcut(callback string) {
	u.ws.tb.Helper()
	u.shortcut("shortcut", callback, func(map[string]any) {})
}

func (u *User) shortcut(kind, callback string, more func(map[string]any)) {
	ws := u.ws
	ws.tb.Helper()
	ws.mu.Lock()
	if ws.config.Shortcuts != nil && !slices.Contains(ws.config.Shortcuts, callback) || ws.scoped("commands") != nil {
		ws.mu.Unlock()
		ws.tb.Fatalf("slacktest: the app has no shortcut %q", callback)
	}
	payload := u.basePayload(kind)
	delete(payload, "api_app_id")
	payload["callback_id"], payload["trigger_id"], payload["action_ts"] = callback, ws.newTrigger(u), ws.nextTS()
	if kind == "shortcut" {
		delete(child(payload, "user"), "name")
	}
	more(payload)
	body := encode(payload)
	ws.mu.Unlock()
	if got := u.request("/slack/interactions", "interactive", nil, false, body); got.reason != "" {
		u.reportTrouble("a shortcut that failed: %s %d", got.reason, got.status)
	}
}

package slacktest

import (
	"fmt"
	"net/url"
	"strings"
)

// reportTrouble records a failure that this user saw.
func (u *User) reportTrouble(format string, args ...any) {
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	u.ws.addTrouble(u.ID, fmt.Sprintf(format, args...))
}

// request sends an interaction or command to the app and waits for the answer. Slack does not retry these.
func (u *User) request(path, kind string, payload map[string]any, answers bool, body []byte) reply {
	ws := u.ws
	ws.mu.Lock()
	sockets := ws.socketMode.on
	ws.mu.Unlock()
	if !sockets {
		if kind == "slash_commands" {
			return ws.send(path, "application/x-www-form-urlencoded", form(payload), nil)
		}
		return ws.send(path, "application/x-www-form-urlencoded", []byte(url.Values{"payload": {string(body)}}.Encode()), nil)
	}
	e := ws.sendEnvelope(kind, body, answers, nil)
	if e == nil {
		return reply{reason: "no connection of the app"}
	}
	// Patience is real time: a manual clock may never advance.
	stop := SystemClock().AfterFunc(ws.config.Patience, func() {
		ws.mu.Lock()
		defer ws.mu.Unlock()
		ws.expireEnvelope(e, false)
	})
	defer stop()
	got, answered := <-e.acked
	switch {
	case !answered:
		return reply{reason: "http_timeout"}
	case len(got) > 0 && !answers:
		u.reportTrouble("an acknowledgement with a payload, which is not accepted here")
	}
	return reply{status: 200, body: got}
}

func form(fields map[string]any) []byte {
	values := url.Values{}
	for name, value := range fields {
		values.Set(name, fmt.Sprint(value))
	}
	return []byte(values.Encode())
}

// basePayload has the fields that all payloads of a user have. The lock is held.
func (u *User) basePayload(kind string) map[string]any {
	payload := map[string]any{
		"type": kind, "token": "slacktest-verification", "api_app_id": u.ws.config.AppID,
		"team":       map[string]any{"id": u.ws.config.TeamID, "domain": u.ws.config.Domain},
		"user":       map[string]any{"id": u.ID, "username": u.handle(), "name": u.handle(), "team_id": u.team},
		"enterprise": nil, "is_enterprise_install": false,
	}
	if kind == "block_suggestion" || kind == "view_closed" {
		delete(payload, "enterprise")
		delete(payload, "is_enterprise_install")
	}
	return payload
}

// current is the message or view as it is now. The test fails if the user does not see it.
func (u *User) current(p Place) Place {
	u.ws.tb.Helper()
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	switch p := p.(type) {
	case Message:
		m := u.ws.stored(p)
		switch {
		case m == nil:
			u.ws.tb.Fatalf("slacktest: the message is not there any more:\n%s", p.Text)
		case !m.in.members[u.ID], m.ephemeral != "" && m.ephemeral != u.ID:
			u.ws.tb.Fatalf("slacktest: %s does not see the message:\n%s", u.ID, p.Text)
		}
		return u.ws.snapshot(m)
	case View:
		v := u.ws.views[p.ID]
		switch {
		case v == nil:
			u.ws.tb.Fatalf("slacktest: the view %q is closed", p.Title)
		case v.owner != u:
			u.ws.tb.Fatalf("slacktest: the view %q is not before %s", p.Title, u.ID)
		case v.kind == ModalSurface && v != u.stack[len(u.stack)-1]:
			u.ws.tb.Fatalf("slacktest: the view %q is under another one", p.Title)
		}
		return u.ws.view(v)
	}
	return p
}

// find is the control with that label. If several have it, near is text above the right one.
func (u *User) find(p Place, what, label string, near []string, which func(control) bool) control {
	u.ws.tb.Helper()
	var found []control
	var seen []string
	for _, c := range p.controls() {
		if !which(c) {
			continue
		}
		seen = append(seen, strings.Join(c.names(), " / "))
		if !c.hasName(label) {
			continue
		}
		close := true
		for _, text := range near {
			close = close && strings.Contains(c.context, text)
		}
		if close {
			found = append(found, c)
		}
	}
	switch len(found) {
	case 0:
		u.ws.tb.Fatalf("slacktest: there is no %s %q %s; there are: %s\n%s", what, label, strings.Join(near, ", "), strings.Join(seen, " | "), p.Plain())
	case 1:
		return found[0]
	}
	u.ws.tb.Fatalf("slacktest: %d %ss are called %q; use near\n%s", len(found), what, label, p.Plain())
	return control{}
}

// Presses presses the button with that label in a message or view as it is now. It confirms, and returns the text
// of the confirmation. If several buttons have the label, near is text above the right one.
func (u *User) Presses(p Place, label string, near ...string) (confirm string) {
	u.ws.tb.Helper()
	p = u.current(p)
	return u.press(p, u.find(p, "button", label, near, control.button))
}

// PressesStale presses a button of the message as it was when it was read: the screen is not up to date.
func (u *User) PressesStale(m Message, label string) (confirm string) {
	u.ws.tb.Helper()
	return u.press(m, u.find(m, "button", label, nil, control.button))
}

// Declines presses a button and does not confirm. It returns the text of the confirmation.
func (u *User) Declines(p Place, label string, near ...string) (confirm string) {
	u.ws.tb.Helper()
	p = u.current(p)
	c := u.find(p, "button", label, near, control.button)
	if c.element["confirm"] == nil {
		u.ws.tb.Fatalf("slacktest: %q does not ask for confirmation", label)
	}
	return confirmText(c.element)
}

func confirmText(element map[string]any) string {
	o := child(element, "confirm")
	var all []string
	for _, name := range []string{"title", "text"} {
		if s := unescape(text(child(o, name), "text")); s != "" {
			all = append(all, s)
		}
	}
	return strings.Join(all, "\n")
}

func (u *User) press(p Place, c control) string {
	fields := map[string]any{"text": c.element["text"]}
	for _, name := range []string{"value", "style", "confirm", "url"} {
		if c.element[name] != nil {
			fields[name] = c.element[name]
		}
	}
	u.sendAction(p, c, fields)
	return confirmText(c.element)
}

// sendAction sends the action of a control.
func (u *User) sendAction(p Place, c control, fields map[string]any) {
	ws := u.ws
	ws.tb.Helper()
	if ws.config.NoInteractivity {
		ws.tb.Fatalf("slacktest: the app's settings have interactivity off")
	}
	ws.mu.Lock()
	payload := u.basePayload("block_actions")
	action := map[string]any{"type": c.kind(), "action_id": c.actionID, "block_id": c.blockID, "action_ts": ws.nextTS()}
	for name, value := range fields {
		action[name] = value
	}
	payload["actions"] = []any{action}
	payload["trigger_id"] = ws.newTrigger(u)
	u.addContainer(payload, p, c)
	body := encode(payload)
	ws.mu.Unlock()
	if got := u.request("/slack/interactions", "interactive", nil, false, body); got.reason != "" {
		u.reportTrouble("a warning triangle: %s %d", got.reason, got.status)
	}
}

// addContainer adds to a payload where the action happened. The lock is held.
func (u *User) addContainer(payload map[string]any, p Place, c control) {
	ws := u.ws
	switch p := p.(type) {
	case View:
		payload["container"] = map[string]any{"type": "view", "view_id": p.ID}
		if v := ws.views[p.ID]; v != nil {
			payload["view"] = v.object(ws)
		}
	case Message:
		where := ws.channels[p.Channel]
		box := map[string]any{"type": "message", "message_ts": p.TS, "channel_id": p.Channel, "is_ephemeral": p.Ephemeral != ""}
		if c.attachment > 0 {
			box["type"], box["attachment_id"], box["is_app_unfurl"] = "message_attachment", c.attachment, false
		}
		if p.ThreadTS != "" {
			box["thread_ts"] = p.ThreadTS
		}
		payload["container"] = box
		payload["channel"] = map[string]any{"id": where.id, "name": where.name}
		payload["state"] = map[string]any{"values": u.values(p)}
		payload["response_url"] = ws.newResponseURL("actions", u, where, p)
		if m := ws.stored(p); m != nil && p.Ephemeral == "" {
			payload["message"] = m.object(ws, false)
		}
	}
}

// values is the state of the controls of a message, as this user set them. The lock is held.
func (u *User) values(m Message) map[string]any {
	values := map[string]any{}
	for _, c := range m.controls() {
		if !c.hasState() {
			continue
		}
		value := c.value(u.touched[m.Channel+m.TS])
		if value == nil {
			value = c.initial()
		}
		c.setValue(values, value)
	}
	return values
}

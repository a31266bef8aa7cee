package slacktest

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// view is an open modal or the home tab of a user.
type view struct {
	id       string
	kind     Surface
	owner    *User
	sent     map[string]any // as the app sent it, with defaults
	state    map[string]any // value by block_id and action_id
	hash     string
	root     string
	previous string
	errors   map[string]string // by block_id
}

type trigger struct {
	user *User
	at   time.Time
	used bool
}

const triggerLife = 3 * time.Second

// newTrigger creates a trigger_id, which opens one modal for a user, within three seconds.
func (ws *Workspace) newTrigger(u *User) string {
	name := ws.newID("1111.2222.")
	ws.triggers[name] = &trigger{user: u, at: ws.clock.Now()}
	return name
}

func (ws *Workspace) useTrigger(name string) (*User, *refusal) {
	t := ws.triggers[name]
	switch {
	case t == nil:
		return nil, refuse("invalid_arguments", "[ERROR] invalid `trigger_id` [json-pointer:/trigger_id]")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case ws.clock.Now().Sub(t.at) > triggerLife:
		return nil, refuse("expired_trigger_id")
	}
	t.used = true
	return t.user, nil
}

// checkView is why Slack refuses a view, or nil.
func (ws *Workspace) checkView(where Surface, sent map[string]any, self *view) *refusal {
	if sent == nil {
		return refuse("invalid_arguments", "[ERROR] missing required field: view [json-pointer:/view]")
	}
	c := newChecker(ws.config.Count, ws.exists)
	c.view(where, "/view", sent)
	if len(c.faults) > 0 {
		return refuse("invalid_arguments", c.faults...)
	}
	if raw, err := json.Marshal(sent); err != nil || len(raw) > maxViewBytes {
		return refuse("view_too_large")
	}
	if external := text(sent, "external_id"); external != "" {
		for _, v := range ws.views {
			if v != self && text(v.sent, "external_id") == external {
				return refuse("duplicate_external_id")
			}
		}
	}
	return nil
}

// setView sets the content of a new or open view. The values of inputs with the same
// block_id and action_id stay.
func (ws *Workspace) setView(v *view, sent map[string]any) {
	whole, _ := ws.completeValue(sent).(map[string]any)
	list, _ := whole["blocks"].([]any)
	whole["blocks"] = ws.completeBlocks(list)
	before := v.state
	v.sent, v.errors = whole, nil
	v.hash = ws.newID(ws.nextTS() + ".")
	v.state = map[string]any{}
	for _, c := range controls(whole["blocks"].([]any), nil) {
		if !c.hasState() {
			continue
		}
		value := c.initial()
		if old := child(child(before, c.blockID), c.actionID); old != nil && old["type"] == value["type"] {
			value = old
		}
		c.setValue(v.state, value)
	}
	ws.views[v.id] = v
	ws.notifyWaiters()
}

func (v *view) object(ws *Workspace) map[string]any {
	o := map[string]any{
		"id": v.id, "team_id": ws.config.TeamID, "type": string(v.kind), "blocks": v.sent["blocks"],
		"private_metadata": text(v.sent, "private_metadata"), "callback_id": text(v.sent, "callback_id"),
		"external_id": text(v.sent, "external_id"), "state": map[string]any{"values": copied(v.state)}, "hash": v.hash,
		"clear_on_close": v.sent["clear_on_close"] == true, "notify_on_close": v.sent["notify_on_close"] == true,
		"close": v.sent["close"], "submit": v.sent["submit"], "previous_view_id": nil, "root_view_id": v.root,
		"app_id": ws.config.AppID, "app_installed_team_id": ws.config.TeamID, "bot_id": ws.config.BotID,
	}
	if v.kind == ModalSurface {
		o["title"] = v.sent["title"]
	}
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	return o
}

// copied is a copy of the state, which can change while an answer is encoded.
func copied(state map[string]any) map[string]any {
	all := make(map[string]any, len(state))
	for name, actions := range state {
		of, _ := actions.(map[string]any)
		all[name] = maps.Clone(of)
	}
	return all
}

func (ws *Workspace) viewResult(v *view) map[string]any { return map[string]any{"view": v.object(ws)} }

func openView(ws *Workspace, a args) (map[string]any, *refusal) {
	if bad := a.requires("trigger_id"); bad != nil {
		return nil, bad
	}
	if bad := ws.checkView(ModalSurface, a.object("view"), nil); bad != nil {
		return nil, bad
	}
	u, bad := ws.useTrigger(a.text("trigger_id"))
	if bad != nil {
		return nil, bad
	}
	ws.closeAll(u)
	return ws.viewResult(ws.pushModal(u, a.object("view"))), nil
}

func pushView(ws *Workspace, a args) (map[string]any, *refusal) {
	if bad := a.requires("trigger_id"); bad != nil {
		return nil, bad
	}
	if bad := ws.checkView(ModalSurface, a.object("view"), nil); bad != nil {
		return nil, bad
	}
	u, bad := ws.useTrigger(a.text("trigger_id"))
	if bad != nil {
		return nil, bad
	}
	switch len(u.stack) {
	case 0:
		return nil, refuse("not_found")
	case maxViews:
		return nil, refuse("push_limit_reached")
	}
	return ws.viewResult(ws.pushModal(u, a.object("view"))), nil
}

// pushModal opens a modal over the open ones of a user.
func (ws *Workspace) pushModal(u *User, sent map[string]any) *view {
	v := &view{id: ws.newID("V"), kind: ModalSurface, owner: u}
	v.root = v.id
	if n := len(u.stack); n > 0 {
		v.root, v.previous = u.stack[0].id, u.stack[n-1].id
	}
	u.stack = append(u.stack, v)
	ws.setView(v, sent)
	return v
}

func (ws *Workspace) closeAll(u *User) {
	for _, v := range u.stack {
		delete(ws.views, v.id)
	}
	u.stack = nil
	ws.notifyWaiters()
}

func (ws *Workspace) closeTop(u *User) {
	if n := len(u.stack); n > 0 {
		delete(ws.views, u.stack[n-1].id)
		u.stack = slices.Clip(u.stack[:n-1])
	}
	ws.notifyWaiters()
}

func updateView(ws *Workspace, a args) (map[string]any, *refusal) {
	v := ws.views[a.text("view_id")]
	if external := a.text("external_id"); external != "" {
		for _, one := range ws.views {
			if text(one.sent, "external_id") == external {
				v = one
			}
		}
	}
	switch {
	case a.text("view_id") == "" && a.text("external_id") == "":
		return nil, refuse("invalid_arguments", "[ERROR] missing required field: view_id [json-pointer:/view_id]")
	case v == nil:
		return nil, refuse("not_found")
	}
	if bad := ws.checkView(v.kind, a.object("view"), v); bad != nil {
		return nil, bad
	}
	if hash := a.text("hash"); hash != "" && hash != v.hash {
		return nil, refuse("hash_conflict")
	}
	ws.setView(v, a.object("view"))
	return ws.viewResult(v), nil
}

func publishView(ws *Workspace, a args) (map[string]any, *refusal) {
	if ws.config.NoHomeTab {
		return nil, refuse("not_enabled")
	}
	u := ws.users[a.text("user_id")]
	if u == nil || u.bot || u.deactivated || u.team != ws.config.TeamID {
		return nil, refuse("invalid_arguments", "[ERROR] invalid `user_id` [json-pointer:/user_id]")
	}
	if bad := ws.checkView(HomeSurface, a.object("view"), u.home); bad != nil {
		return nil, bad
	}
	if hash := a.text("hash"); hash != "" && (u.home == nil || hash != u.home.hash) {
		return nil, refuse("hash_conflict")
	}
	if u.home == nil {
		u.home = &view{id: ws.newID("V"), kind: HomeSurface, owner: u}
		u.home.root = u.home.id
	}
	ws.setView(u.home, a.object("view"))
	return ws.viewResult(u.home), nil
}

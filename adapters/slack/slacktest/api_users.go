package slacktest

import (
	"slices"
	"strings"
)

func (u *User) object(ws *Workspace) map[string]any {
	picture := "https://avatars.slack-edge.com/" + u.ID
	profile := map[string]any{
		"real_name": u.name, "real_name_normalized": u.name, "display_name": u.name, "display_name_normalized": u.name,
		"status_text": "", "status_emoji": "", "avatar_hash": "g" + strings.ToLower(u.ID), "team": u.team,
		"image_24": picture + "_24.png", "image_32": picture + "_32.png", "image_48": picture + "_48.png",
		"image_72": picture + "_72.png", "image_192": picture + "_192.png", "image_512": picture + "_512.png",
	}
	if slices.Contains(ws.config.Scopes, "users:read.email") && u.email != "" && u.team == ws.config.TeamID {
		profile["email"] = u.email
		ws.used["users:read.email"] = true
	}
	o := map[string]any{
		"id": u.ID, "team_id": u.team, "name": u.handle(), "deleted": u.deactivated, "color": "9f69e7", "real_name": u.name,
		"tz": "America/Bogota", "tz_label": "Colombia Standard Time", "tz_offset": -18000, "profile": profile,
		"is_admin": false, "is_owner": false, "is_primary_owner": false, "is_restricted": u.guest, "is_ultra_restricted": false,
		"is_bot": u.bot, "is_app_user": false, "updated": 1502138686, "has_2fa": false,
	}
	if u.team != ws.config.TeamID {
		o["is_stranger"] = true
	}
	return o
}

func (u *User) handle() string { return strings.ToLower(u.ID) }

func usersInfo(ws *Workspace, a args) (map[string]any, *refusal) {
	if bad := a.requires("user"); bad != nil {
		return nil, refuse("user_not_found")
	}
	u := ws.users[a.text("user")]
	if u == nil {
		return nil, refuse("user_not_found")
	}
	o := u.object(ws)
	if a.isTrue("include_locale") {
		o["locale"] = "es-LA"
	}
	return map[string]any{"user": o}, nil
}

func lookupByEmail(ws *Workspace, a args) (map[string]any, *refusal) {
	if bad := ws.scoped("users:read"); bad != nil {
		return nil, bad
	}
	email := a.text("email")
	for _, id := range ws.order {
		u := ws.users[id]
		if email != "" && strings.EqualFold(u.email, email) && !u.deactivated && u.team == ws.config.TeamID {
			return map[string]any{"user": u.object(ws)}, nil
		}
	}
	return nil, refuse("users_not_found")
}

func usersList(ws *Workspace, a args) (map[string]any, *refusal) {
	some, next, bad := page(ws.order, a, 200, "user")
	if bad != nil {
		return nil, bad
	}
	all := []any{}
	for _, id := range some {
		all = append(all, ws.users[id].object(ws))
	}
	return map[string]any{
		"members": all, "cache_ts": ws.clock.Now().Unix(), "response_metadata": map[string]any{"next_cursor": next},
	}, nil
}

func groupUsers(ws *Workspace, a args) (map[string]any, *refusal) {
	members, ok := ws.groups[a.text("usergroup")]
	if !ok {
		return nil, refuse("no_such_subteam")
	}
	return map[string]any{"users": members}, nil
}

// exists reports whether there is such a user. The lock is held.
func (ws *Workspace) exists(id string) bool { return ws.users[id] != nil }

func (ws *Workspace) teamOf(user string) string {
	if u := ws.users[user]; u != nil {
		return u.team
	}
	return ws.config.TeamID
}

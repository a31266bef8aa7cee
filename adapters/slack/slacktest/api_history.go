package slacktest

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// readableChannel is the channel of a call, if the bot may read its messages.
func (ws *Workspace) readableChannel(a args) (*channel, *refusal) {
	c, bad := ws.visibleChannel(a, ":history")
	if bad != nil {
		return nil, bad
	}
	if !c.members[ws.config.BotUser] {
		return nil, refuse("not_in_channel")
	}
	return c, nil
}

func history(ws *Workspace, a args) (map[string]any, *refusal) {
	c, bad := ws.readableChannel(a)
	if bad != nil {
		return nil, bad
	}
	var found []*message
	for _, m := range slices.Backward(c.messages) {
		if (m.threadTS == "" || m.threadTS == m.ts || m.broadcast) && inRange(m.ts, a) {
			found = append(found, m)
		}
	}
	answer, bad := ws.listed(found, a)
	if bad == nil {
		answer["pin_count"] = 0
	}
	return answer, bad
}

func replies(ws *Workspace, a args) (map[string]any, *refusal) {
	if bad := a.requires("ts"); bad != nil {
		return nil, bad
	}
	c, bad := ws.readableChannel(a)
	if bad != nil {
		return nil, bad
	}
	parent := c.find(a.text("ts"))
	if parent == nil {
		return nil, refuse("thread_not_found")
	}
	var found []*message
	for _, m := range c.messages {
		if m == parent || (m.threadTS == parent.ts && inRange(m.ts, a)) {
			found = append(found, m)
		}
	}
	return ws.listed(found, a)
}

// inRange reports whether a ts is between oldest and latest.
func inRange(ts string, a args) bool {
	oldest, latest := a.text("oldest"), a.text("latest")
	if a.isTrue("inclusive") && (ts == oldest || ts == latest) {
		return true
	}
	return (oldest == "" || oldest == "0" || padded(ts) > padded(oldest)) && (latest == "" || padded(ts) < padded(latest))
}

// padded makes a ts, or seconds, comparable as text.
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
		all = append(all, m.object(ws, a.isTrue("include_all_metadata")))
	}
	return map[string]any{
		"messages": all, "has_more": next != "", "response_metadata": map[string]any{"next_cursor": next},
	}, nil
}

// page is one page of a list, from the cursor on, with the limit. The cursor is opaque. The limit is a
// maximum: an app must not rely on the number of results.
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

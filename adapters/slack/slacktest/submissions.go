package slacktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Submits fills a modal and submits it. It returns the errors by label: Slack's own for missing values, in which case
// the app receives nothing, or the app's. If there are none the app accepted the form.
func (u *User) Submits(v View, answers Answers) map[string]string {
	ws := u.ws
	ws.tb.Helper()
	u.Fills(v, answers)
	now, _ := u.current(v).(View)
	if now.Submit == "" {
		ws.tb.Fatalf("slacktest: %q has no button to send it", now.Title)
	}
	if missing := now.missingFields(); len(missing) > 0 {
		return missing
	}
	ws.mu.Lock()
	shown := ws.views[v.ID]
	shown.errors = nil
	payload := u.basePayload("view_submission")
	payload["trigger_id"], payload["view"], payload["response_urls"] = ws.newTrigger(u), shown.object(ws), []any{}
	body := encode(payload)
	ws.mu.Unlock()
	got := u.request("/slack/interactions", "interactive", nil, true, body)
	if got.reason != "" {
		u.reportTrouble("\"We had some trouble connecting. Try again?\": %s %d", got.reason, got.status)
		return nil
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if bad := u.applyResponse(shown, bytes.TrimSpace(got.body)); bad != "" {
		ws.addTrouble(u.ID, "\"We had some trouble connecting. Try again?\": "+bad)
	}
	ws.notifyWaiters()
	return ws.view(shown).Errors
}

// missingFields are the errors of Slack itself.
func (v View) missingFields() map[string]string {
	found := map[string]string{}
	for _, c := range v.controls() {
		if !c.input {
			continue
		}
		least, _ := c.element["min_length"].(float64)
		value, _ := c.value(v.State)[c.valueField()].(string)
		switch {
		case c.empty(v.State) && !c.optional:
			found[c.label] = "Please complete this required field."
		case value != "" && float64(Runes(value)) < least:
			found[c.label] = fmt.Sprintf("Please enter at least %v characters.", least)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found
}

var submissionResponse = object(map[string]field{
	"response_action": must(oneOf("errors", "update", "push", "clear")),
	"errors": may(func(c *checker, at string, x any) {
		if _, ok := x.(map[string]any); !ok {
			c.fault(at, "must be an object")
		}
	}),
	"view": may(func(*checker, string, any) {}),
})

// applyResponse applies the app's answer to a form, or returns why it is invalid. The lock is held.
func (u *User) applyResponse(v *view, body []byte) string {
	ws := u.ws
	if len(body) == 0 || string(body) == "{}" {
		if slices.Contains(u.stack, v) {
			u.stack = slices.DeleteFunc(slices.Clone(u.stack), func(o *view) bool { return o == v })
			delete(ws.views, v.id)
		}
		return ""
	}
	var sent any
	if json.Unmarshal(body, &sent) != nil {
		return "the answer is no JSON"
	}
	c := newChecker(ws.config.Count, nil)
	submissionResponse(c, "", sent)
	if len(c.faults) > 0 {
		return strings.Join(c.faults, "; ")
	}
	o, _ := sent.(map[string]any)
	switch o["response_action"] {
	case "clear":
		ws.closeAll(u)
	case "errors":
		return v.setErrors(child(o, "errors"))
	default:
		self := v
		if o["response_action"] == "push" {
			self = nil
			if len(u.stack) >= maxViews {
				return "push_limit_reached"
			}
		}
		if bad := ws.checkView(ModalSurface, child(o, "view"), self); bad != nil {
			return bad.code + " " + strings.Join(bad.messages, "; ")
		}
		if self != nil {
			ws.setView(v, child(o, "view"))
		} else {
			ws.pushModal(u, child(o, "view"))
		}
	}
	return ""
}

// setErrors shows errors under fields, which must be inputs of this view.
func (v *view) setErrors(sent map[string]any) string {
	list, _ := v.sent["blocks"].([]any)
	inputs := map[string]bool{}
	for _, c := range controls(list, nil) {
		inputs[c.blockID] = c.input
	}
	if len(sent) == 0 {
		return "errors without any"
	}
	errors := map[string]string{}
	for block, x := range sent {
		s, ok := x.(string)
		if !inputs[block] || !ok || s == "" {
			return "an error for " + block + ", which is no input of the view"
		}
		errors[block] = s
	}
	v.errors = errors
	return ""
}

// Closes closes the topmost modal.
func (u *User) Closes(v View) {
	ws := u.ws
	ws.tb.Helper()
	u.current(v)
	ws.mu.Lock()
	shown := ws.views[v.ID]
	payload := u.basePayload("view_closed")
	payload["view"], payload["response_urls"] = shown.object(ws), []any{}
	all := shown.sent["clear_on_close"] == true
	payload["is_cleared"] = all
	notify := shown.sent["notify_on_close"] == true
	body := encode(payload)
	if all {
		ws.closeAll(u)
	} else {
		ws.closeTop(u)
	}
	ws.mu.Unlock()
	if !notify {
		return
	}
	if got := u.request("/slack/interactions", "interactive", nil, false, body); got.reason != "" {
		u.reportTrouble("nothing, but view_closed failed: %s %d", got.reason, got.status)
	}
}

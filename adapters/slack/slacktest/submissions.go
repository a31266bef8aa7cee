package slacktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Submits fills a modal and presses its button. It returns the complaints, by the label of the field:
// Slack's own about what is missing, for which the app is not asked, or the app's. None means that the app took it.
func (u *User) Submits(v View, answers Answers) map[string]string {
	ws := u.ws
	ws.tb.Helper()
	u.Fills(v, answers)
	now, _ := u.current(v).(View)
	if now.Submit == "" {
		ws.tb.Fatalf("slacktest: %q has no button to send it", now.Title)
	}
	if missing := now.missing(); len(missing) > 0 {
		return missing
	}
	ws.mu.Lock()
	shown := ws.views[v.ID]
	shown.complain = nil
	payload := u.common("view_submission")
	payload["trigger_id"], payload["view"], payload["response_urls"] = ws.newTrigger(u), shown.object(ws), []any{}
	body := encode(payload)
	ws.mu.Unlock()
	got := u.ask("/slack/interactions", "interactive", nil, true, body)
	if got.reason != "" {
		u.saw("\"We had some trouble connecting. Try again?\": %s %d", got.reason, got.status)
		return nil
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if bad := u.conclude(shown, bytes.TrimSpace(got.body)); bad != "" {
		ws.complain(u.ID, "\"We had some trouble connecting. Try again?\": "+bad)
	}
	ws.touch()
	return ws.view(shown).Errors
}

// missing is what Slack itself complains of.
func (v View) missing() map[string]string {
	found := map[string]string{}
	for _, c := range v.controls() {
		if !c.input {
			continue
		}
		least, _ := c.element["min_length"].(float64)
		words, _ := c.value(v.State)[c.slot()].(string)
		switch {
		case c.empty(v.State) && !c.optional:
			found[c.label] = "Please complete this required field."
		case words != "" && float64(Runes(words)) < least:
			found[c.label] = fmt.Sprintf("Please enter at least %v characters.", least)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found
}

var conclusion = object(map[string]field{
	"response_action": must(oneOf("errors", "update", "push", "clear")),
	"errors": may(func(c *checker, at string, x any) {
		if _, ok := x.(map[string]any); !ok {
			c.fault(at, "must be an object")
		}
	}),
	"view": may(func(*checker, string, any) {}),
})

// conclude does what the app answered to a form, or says why it is no answer. The lock is held.
func (u *User) conclude(v *view, body []byte) string {
	ws := u.ws
	if len(body) == 0 || string(body) == "{}" {
		if slices.Contains(u.stack, v) {
			u.stack = slices.DeleteFunc(slices.Clone(u.stack), func(o *view) bool { return o == v })
			delete(ws.views, v.id)
		}
		return ""
	}
	var given any
	if json.Unmarshal(body, &given) != nil {
		return "the answer is no JSON"
	}
	c := newChecker(ws.config.Count, nil)
	conclusion(c, "", given)
	if len(c.faults) > 0 {
		return strings.Join(c.faults, "; ")
	}
	o, _ := given.(map[string]any)
	switch o["response_action"] {
	case "clear":
		ws.closeAll(u)
	case "errors":
		return v.blame(child(o, "errors"))
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
			ws.show(v, child(o, "view"))
		} else {
			ws.stack(u, child(o, "view"))
		}
	}
	return ""
}

// blame shows complaints under fields, which must be inputs of this view.
func (v *view) blame(complaints map[string]any) string {
	list, _ := v.given["blocks"].([]any)
	inputs := map[string]bool{}
	for _, c := range controls(list, nil) {
		inputs[c.blockID] = c.input
	}
	if len(complaints) == 0 {
		return "errors without any"
	}
	said := map[string]string{}
	for block, x := range complaints {
		s, ok := x.(string)
		if !inputs[block] || !ok || s == "" {
			return "a complaint about " + block + ", which is no input of the view"
		}
		said[block] = s
	}
	v.complain = said
	return ""
}

// Closes closes the topmost modal with its button, which shows the one under it.
func (u *User) Closes(v View) {
	ws := u.ws
	ws.tb.Helper()
	u.current(v)
	ws.mu.Lock()
	shown := ws.views[v.ID]
	payload := u.common("view_closed")
	payload["view"], payload["response_urls"] = shown.object(ws), []any{}
	all := shown.given["clear_on_close"] == true
	payload["is_cleared"] = all
	tell := shown.given["notify_on_close"] == true
	body := encode(payload)
	if all {
		ws.closeAll(u)
	} else {
		ws.closeTop(u)
	}
	ws.mu.Unlock()
	if !tell {
		return
	}
	if got := u.ask("/slack/interactions", "interactive", nil, false, body); got.reason != "" {
		u.saw("nothing, but view_closed failed: %s %d", got.reason, got.status)
	}
}

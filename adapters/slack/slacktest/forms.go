package slacktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Answers are what a person fills into a form, by the labels of the fields: a string for words,
// dates, people (by name) and choices (by label), []string for several, File or []File for files.
type Answers map[string]any

// Chooses picks an option by its label: of a select, an overflow menu ("⋯"), radio buttons or checkboxes, or somebody
// by name. The select goes by its label or placeholder. In a form that waits for its button the choice only stands there.
func (u *User) Chooses(p Place, label, choice string, near ...string) {
	u.ws.tb.Helper()
	p = u.current(p)
	c := u.find(p, "select", label, near, func(c control) bool { return !c.button() })
	u.set(p, c, u.answer(p, c, choice))
}

// Types writes into a select that the app fills while one types, and returns the labels it offers.
func (u *User) Types(p Place, label, query string, near ...string) []string {
	u.ws.tb.Helper()
	p = u.current(p)
	c := u.find(p, "search", label, near, func(c control) bool { return strings.HasSuffix(c.kind(), "external_select") })
	return labels(u.search(p, c, query))
}

// search asks the app for options.
func (u *User) search(p Place, c control, query string) []map[string]any {
	ws := u.ws
	ws.tb.Helper()
	least := 3.0
	if n, ok := c.element["min_query_length"].(float64); ok {
		least = n
	}
	if float64(Runes(query)) < least {
		ws.tb.Fatalf("slacktest: Slack asks for options from %v characters on, not for %q", least, query)
	}
	ws.mu.Lock()
	payload := u.common("block_suggestion")
	payload["action_id"], payload["block_id"], payload["value"] = c.actionID, c.blockID, query
	u.locate(payload, p, c)
	delete(payload, "response_url")
	delete(payload, "state")
	body := encode(payload)
	ws.mu.Unlock()
	got := u.ask("/slack/options", "interactive", nil, true, body)
	if got.reason != "" {
		u.saw("an empty menu: %s %d", got.reason, got.status)
		return nil
	}
	var given any
	if err := json.Unmarshal(got.body, &given); err != nil {
		u.saw("an empty menu: the answer is no JSON")
		return nil
	}
	check := newChecker(ws.config.Count, nil)
	object(map[string]field{
		"options": may(list(0, maxOptions, choice)),
		"option_groups": may(list(0, maxSuggestedGroup, object(map[string]field{
			"label": must(plain(maxGroupLabel)), "options": must(list(1, maxOptions, choice)),
		}))),
	}, offered)(check, "", given)
	if len(check.faults) > 0 {
		u.saw("an empty menu: %s", strings.Join(check.faults, "; "))
		return nil
	}
	whole, _ := ws.fill(given).(map[string]any)
	return offeredBy(whole)
}

// answer is the value that a person's words stand for.
func (u *User) answer(p Place, c control, words any) any {
	u.ws.tb.Helper()
	one := func(x any) any { return u.single(p, c, fmt.Sprint(x)) }
	several := func() []any {
		all := []any{}
		given, ok := words.([]string)
		if !ok {
			given = []string{fmt.Sprint(words)}
		}
		for _, s := range given {
			all = append(all, one(s))
		}
		return all
	}
	switch slot := c.slot(); slot {
	case "selected_options", "selected_users":
		return several()
	case "files":
		return u.uploads(c, words)
	}
	if who, ok := words.(*User); ok {
		return who.ID
	}
	return one(words)
}

func (u *User) single(p Place, c control, words string) any {
	tb := u.ws.tb
	tb.Helper()
	switch c.slot() {
	case "value":
		return u.typed(c, words)
	case "selected_user", "selected_users":
		return u.somebody(words)
	case "selected_channel", "selected_conversation":
		return strings.TrimPrefix(words, "#")
	case "selected_date":
		if !dateFormat.MatchString(words) {
			tb.Fatalf("slacktest: %q is no day of a calendar", words)
		}
		return words
	case "selected_time":
		if !timeFormat.MatchString(words) {
			tb.Fatalf("slacktest: %q is no time of day", words)
		}
		return words
	case "selected_option", "selected_options":
		options := c.options()
		if strings.HasSuffix(c.kind(), "external_select") {
			options = u.search(p, c, words)
		}
		o := labelled(options, words)
		if o == nil {
			tb.Fatalf("slacktest: %q is not offered; there are: %s", words, strings.Join(labels(options), " | "))
		}
		return o
	}
	tb.Fatalf("slacktest: people of the fake cannot fill a %s", c.kind())
	return nil
}

// typed checks words against what the field lets one type.
func (u *User) typed(c control, words string) string {
	u.ws.tb.Helper()
	most := float64(maxInput)
	if n, ok := c.element["max_length"].(float64); ok {
		most = n
	}
	if float64(Runes(words)) > most {
		u.ws.tb.Fatalf("slacktest: %q takes %v characters at most", c.label, most)
	}
	if c.element["multiline"] != true && strings.Contains(words, "\n") {
		u.ws.tb.Fatalf("slacktest: %q is one line", c.label)
	}
	return words
}

// somebody is the id of a person who can be picked, by name or id.
func (u *User) somebody(words string) string {
	u.ws.tb.Helper()
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	var ids []string
	for _, id := range u.ws.order {
		if one := u.ws.users[id]; (one.name == words || one.ID == words) && !one.deactivated {
			ids = append(ids, id)
		}
	}
	if len(ids) != 1 {
		u.ws.tb.Fatalf("slacktest: %d people to pick are called %q", len(ids), words)
	}
	return ids[0]
}

// uploads puts files into a field for them.
func (u *User) uploads(c control, words any) []any {
	u.ws.tb.Helper()
	var files []File
	switch x := words.(type) {
	case File:
		files = []File{x}
	case []File:
		files = x
	default:
		u.ws.tb.Fatalf("slacktest: %q takes files", c.label)
	}
	most, ok := c.element["max_files"].(float64)
	if !ok {
		most = maxFiles
	}
	if float64(len(files)) > most {
		u.ws.tb.Fatalf("slacktest: %q takes %v files at most", c.label, most)
	}
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	all := []any{}
	for _, f := range files {
		all = append(all, u.ws.newFile(f, u.ID).object(u.ws))
	}
	return all
}

// set keeps a value where the control stands, and tells the app where it wants to know.
func (u *User) set(p Place, c control, value any) {
	ws := u.ws
	kept := map[string]any{"type": c.kind(), c.slot(): value}
	ws.mu.Lock()
	if c.keeps() {
		switch p := p.(type) {
		case View:
			if v := ws.views[p.ID]; v != nil {
				c.put(v.state, kept)
			}
		case Message:
			of := u.touched[p.Channel+p.TS]
			if of == nil {
				of = map[string]any{}
				u.touched[p.Channel+p.TS] = of
			}
			c.put(of, kept)
		}
		ws.touch()
	}
	ws.mu.Unlock()
	if c.input && !c.dispatch {
		return
	}
	fields := map[string]any{c.slot(): value}
	if c.element["placeholder"] != nil {
		fields["placeholder"] = c.element["placeholder"]
	}
	u.act(p, c, fields)
}

// Fills puts answers into the fields of a modal without sending it.
func (u *User) Fills(v View, answers Answers) {
	u.ws.tb.Helper()
	done := map[string]bool{}
	for len(done) < len(answers) {
		now := u.current(v) // a choice may have brought other fields
		i := slices.IndexFunc(now.controls(), func(c control) bool {
			_, wanted := answers[c.label]
			return wanted && c.label != "" && !done[c.label]
		})
		if i < 0 {
			for label := range answers {
				if !done[label] {
					u.find(now, "field", label, nil, func(c control) bool { return c.input })
				}
			}
			return
		}
		c := now.controls()[i]
		done[c.label] = true
		u.set(now, c, u.answer(now, c, answers[c.label]))
	}
}

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

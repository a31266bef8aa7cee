package slacktest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Answers are the values of a form by the labels of its fields: a string for a text, a date, a user (by name)
// or an option (by label), []string for several, File or []File for files.
type Answers map[string]any

// Chooses selects an option by its label, or a user by name: in a select, an overflow menu ("⋯"), radio buttons or
// checkboxes. The select is named by its label or placeholder. In a form the value is sent with the submission.
func (u *User) Chooses(p Place, label, choice string, near ...string) {
	u.ws.tb.Helper()
	p = u.current(p)
	c := u.find(p, "select", label, near, func(c control) bool { return !c.button() })
	u.set(p, c, u.valueFor(p, c, choice))
}

// Types types into an external select, and returns the labels of the options that the app finds.
func (u *User) Types(p Place, label, query string, near ...string) []string {
	u.ws.tb.Helper()
	p = u.current(p)
	c := u.find(p, "search", label, near, func(c control) bool { return strings.HasSuffix(c.kind(), "external_select") })
	return labels(u.search(p, c, query))
}

// Offers are the labels of the options of a select, menu, radio buttons or checkboxes.
func (u *User) Offers(p Place, label string, near ...string) []string {
	u.ws.tb.Helper()
	p = u.current(p)
	return labels(u.find(p, "select", label, near, func(c control) bool { return !c.button() }).options())
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
	payload := u.basePayload("block_suggestion")
	payload["action_id"], payload["block_id"], payload["value"] = c.actionID, c.blockID, query
	u.addContainer(payload, p, c)
	delete(payload, "response_url")
	delete(payload, "state")
	body := encode(payload)
	ws.mu.Unlock()
	got := u.request("/slack/options", "interactive", nil, true, body)
	if got.reason != "" {
		u.reportTrouble("an empty menu: %s %d", got.reason, got.status)
		return nil
	}
	var sent any
	if err := json.Unmarshal(got.body, &sent); err != nil {
		u.reportTrouble("an empty menu: the answer is no JSON")
		return nil
	}
	check := newChecker(ws.config.Count, nil)
	object(map[string]field{
		"options": may(list(0, maxOptions, choice)),
		"option_groups": may(list(0, maxSuggestedGroup, object(map[string]field{
			"label": must(plain(maxGroupLabel)), "options": must(list(1, maxOptions, choice)),
		}))),
	}, offered)(check, "", sent)
	if len(check.faults) > 0 {
		u.reportTrouble("an empty menu: %s", strings.Join(check.faults, "; "))
		return nil
	}
	whole, _ := ws.completeValue(sent).(map[string]any)
	return offeredBy(whole)
}

// valueFor is the value of a control for an answer.
func (u *User) valueFor(p Place, c control, answer any) any {
	u.ws.tb.Helper()
	one := func(x any) any { return u.oneValue(p, c, fmt.Sprint(x)) }
	several := func() []any {
		all := []any{}
		sent, ok := answer.([]string)
		if !ok {
			sent = []string{fmt.Sprint(answer)}
		}
		for _, s := range sent {
			all = append(all, one(s))
		}
		return all
	}
	switch slot := c.valueField(); slot {
	case "selected_options", "selected_users":
		return several()
	case "files":
		return u.uploadFiles(c, answer)
	}
	if who, ok := answer.(*User); ok {
		return who.ID
	}
	return one(answer)
}

func (u *User) oneValue(p Place, c control, answer string) any {
	tb := u.ws.tb
	tb.Helper()
	switch c.valueField() {
	case "value":
		return u.checkTyped(c, answer)
	case "selected_user", "selected_users":
		return u.personNamed(answer)
	case "selected_channel", "selected_conversation":
		return strings.TrimPrefix(answer, "#")
	case "selected_date":
		if !dateFormat.MatchString(answer) {
			tb.Fatalf("slacktest: %q is no date", answer)
		}
		return answer
	case "selected_time":
		if !timeFormat.MatchString(answer) {
			tb.Fatalf("slacktest: %q is no time", answer)
		}
		return answer
	case "selected_option", "selected_options":
		options := c.options()
		if strings.HasSuffix(c.kind(), "external_select") {
			options = u.search(p, c, answer)
		}
		o := labelled(options, answer)
		if o == nil {
			tb.Fatalf("slacktest: %q is not offered; there are: %s", answer, strings.Join(labels(options), " | "))
		}
		return o
	}
	tb.Fatalf("slacktest: people of the fake cannot fill a %s", c.kind())
	return nil
}

// checkTyped checks that the field accepts the text.
func (u *User) checkTyped(c control, text string) string {
	u.ws.tb.Helper()
	most := float64(maxInput)
	if n, ok := c.element["max_length"].(float64); ok {
		most = n
	}
	if float64(Runes(text)) > most {
		u.ws.tb.Fatalf("slacktest: %q takes %v characters at most", c.label, most)
	}
	if c.element["multiline"] != true && strings.Contains(text, "\n") {
		u.ws.tb.Fatalf("slacktest: %q is one line", c.label)
	}
	return text
}

// personNamed is the id of a person who can be chosen, by name or id.
func (u *User) personNamed(name string) string {
	u.ws.tb.Helper()
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	var ids []string
	for _, id := range u.ws.order {
		if one := u.ws.users[id]; (one.name == name || one.ID == name) && !one.deactivated {
			ids = append(ids, id)
		}
	}
	if len(ids) != 1 {
		u.ws.tb.Fatalf("slacktest: %d people to pick are called %q", len(ids), name)
	}
	return ids[0]
}

// uploadFiles puts files into a file input.
func (u *User) uploadFiles(c control, answer any) []any {
	u.ws.tb.Helper()
	var files []File
	switch x := answer.(type) {
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

// set sets the value of a control, and sends the action if the control has one.
func (u *User) set(p Place, c control, value any) {
	ws := u.ws
	state := map[string]any{"type": c.kind(), c.valueField(): value}
	ws.mu.Lock()
	if c.hasState() {
		switch p := p.(type) {
		case View:
			if v := ws.views[p.ID]; v != nil {
				c.setValue(v.state, state)
			}
		case Message:
			of := u.touched[p.Channel+p.TS]
			if of == nil {
				of = map[string]any{}
				u.touched[p.Channel+p.TS] = of
			}
			c.setValue(of, state)
		}
		ws.notifyWaiters()
	}
	ws.mu.Unlock()
	if c.input && !c.dispatch {
		return
	}
	fields := map[string]any{c.valueField(): value}
	if c.element["placeholder"] != nil {
		fields["placeholder"] = c.element["placeholder"]
	}
	u.sendAction(p, c, fields)
}

// Fills sets the values of a modal without submitting it.
func (u *User) Fills(v View, answers Answers) {
	u.ws.tb.Helper()
	done := map[string]bool{}
	for len(done) < len(answers) {
		now := u.current(v) // an action may have changed the fields
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
		u.set(now, c, u.valueFor(now, c, answers[c.label]))
	}
}

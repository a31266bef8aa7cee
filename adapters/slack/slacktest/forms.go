package slacktest

import (
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

// Offers are the labels of the choices that a select, menu, radio button or checkbox shows.
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

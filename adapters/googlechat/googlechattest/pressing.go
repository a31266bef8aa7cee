package googlechattest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Presses presses the button with that label.
func (u *User) Presses(p Place, label string) {
	u.ws.t.Helper()
	for _, card := range p.cards() {
		for w := range widgets(card) {
			for _, b := range list(asMap(w["buttonList"]), "buttons") {
				if str(asMap(b), "text") == label {
					u.press(p, card, asMap(obj(b, "onClick", "action")))
					return
				}
			}
		}
	}
	u.ws.t.Fatalf("there is no button «%s»:\n%s", label, plain("", p.cards()))
}

// Chooses chooses an option of a list of a message, which tells the app at once.
func (u *User) Chooses(p Place, label, option string) {
	u.ws.t.Helper()
	for _, card := range p.cards() {
		for w := range widgets(card) {
			of := asMap(w["selectionInput"])
			if of == nil || !strings.HasPrefix(str(of, "label"), label) {
				continue
			}
			for _, i := range list(of, "items") {
				if text := str(asMap(i), "text"); text == option || strings.HasPrefix(text, option+":") {
					u.put(p, card, str(of, "name"), str(asMap(i), "value"))
					if action := asMap(of["onChangeAction"]); action != nil {
						u.press(p, card, action)
					}
					return
				}
			}
		}
	}
	u.ws.t.Fatalf("there is no option «%s» under «%s»:\n%s", option, label, plain("", p.cards()))
}

// Fills puts answers in the fields with those labels: texts, options, names of people, and
// dates like 2026-11-24. An empty answer empties the field.
func (u *User) Fills(p Place, answers map[string]string) {
	u.ws.t.Helper()
	for _, label := range slices.Sorted(maps.Keys(answers)) {
		if !u.fill(p, label, answers[label]) {
			u.ws.t.Fatalf("«%s» cannot be answered with «%s»:\n%s", label, answers[label], plain("", p.cards()))
		}
	}
}

func (u *User) fill(p Place, label, value string) bool {
	for _, card := range p.cards() {
		for w := range widgets(card) {
			of := input(w)
			if of == nil || !strings.HasPrefix(str(of, "label"), label) {
				continue
			}
			name := str(of, "name")
			switch {
			case value == "":
				u.put(p, card, name)
			case w["textInput"] != nil:
				u.put(p, card, name, value)
			case w["dateTimePicker"] != nil:
				day, err := time.Parse(time.DateOnly, value)
				if err != nil {
					return false
				}
				u.put(p, card, name, strconv.FormatInt(day.UnixMilli(), 10))
			case of["platformDataSource"] != nil:
				who := u.ws.named(value)
				if who == nil {
					return false
				}
				u.put(p, card, name, who.id)
			case of["externalDataSource"] != nil:
				for _, i := range u.types(p, of, value) {
					if strings.Contains(str(asMap(i), "text"), value) {
						u.put(p, card, name, str(asMap(i), "value"))
						return true
					}
				}
				return false
			default:
				for _, i := range list(of, "items") {
					if str(asMap(i), "text") == value {
						u.put(p, card, name, str(asMap(i), "value"))
						return true
					}
				}
				continue // another part of a long list
			}
			return true
		}
	}
	return false
}

// Types types in a field that asks the app for options, and returns what it offers.
func (u *User) Types(p Place, label, query string) []string {
	u.ws.t.Helper()
	for _, card := range p.cards() {
		for w := range widgets(card) {
			if of := input(w); strings.HasPrefix(str(of, "label"), label) && of["externalDataSource"] != nil {
				var texts []string
				for _, i := range u.types(p, of, query) {
					texts = append(texts, str(asMap(i), "text"))
				}
				return texts
			}
		}
	}
	u.ws.t.Fatalf("there is no field «%s» that asks for options:\n%s", label, plain("", p.cards()))
	return nil
}

// types asks the app for options.
func (u *User) types(p Place, of map[string]any, query string) []any {
	u.ws.t.Helper()
	action := asMap(of["externalDataSource"])
	params := parameters(action)
	params["autocomplete_widget_query"] = query
	var options []any
	space := u.spaceOf(p)
	u.ws.deliver(u, space, &happened{kind: "typing", widget: str(of, "name"), options: func(o []any) { options = o }},
		u.ws.event(u, space, "WIDGET_UPDATED", "widgetUpdatedPayload", map[string]any{"parameters": params}))
	return options
}

func (ws *Workspace) named(name string) *User {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for _, u := range ws.users {
		if u.name == name {
			return u
		}
	}
	return nil
}

func (u *User) put(p Place, card map[string]any, widget string, values ...string) {
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	if u.typed[p.key()] == nil {
		u.typed[p.key()] = initial(card)
	}
	u.typed[p.key()][widget] = values
}

func (u *User) spaceOf(p Place) *Space {
	switch p := p.(type) {
	case Message:
		return p.space
	case Dialog:
		return p.on.space
	}
	return nil
}

func parameters(action map[string]any) map[string]string {
	params := map[string]string{}
	for _, p := range list(action, "parameters") {
		params[str(asMap(p), "key")] = str(asMap(p), "value")
	}
	return params
}

// press does what an action says, with what the widgets hold.
func (u *User) press(p Place, card, action map[string]any) {
	u.ws.t.Helper()
	u.ws.mu.Lock()
	typed := u.typed[p.key()]
	if typed == nil {
		typed = initial(card)
	}
	h := &happened{kind: "pressed"}
	if dialog, ok := p.(Dialog); ok && u.dialog == nil {
		u.ws.mu.Unlock()
		u.ws.t.Fatalf("the dialog is not on the screen any more:\n%s", dialog.Plain())
	}
	switch p := p.(type) {
	case Message:
		h.host = u.ws.find(p.Name)
		if str(action, "interaction") == "OPEN_DIALOG" {
			h.dialog = "REQUEST_DIALOG"
		}
	case Dialog:
		h.host, h.dialog = p.on, "SUBMIT_DIALOG"
	}
	for _, name := range list(action, "requiredWidgets") {
		if text, _ := name.(string); len(typed[text]) == 0 || typed[text][0] == "" {
			u.ws.mu.Unlock()
			u.ws.t.Fatalf("Google Chat keeps the button grey until «%s» is filled in:\n%s", name, plain("", p.cards()))
		}
	}
	inputs := map[string]any{}
	u.ws.presses++
	way := u.ws.presses
	for w := range widgets(card) {
		of := input(w)
		if of == nil {
			continue
		}
		name := str(of, "name")
		way++
		if in := formInput(w, typed[name], way%3); in != nil {
			inputs[name] = in
		}
	}
	h.thread = h.host.thread
	more := map[string]any{"message": h.host.resource(), "parameters": parameters(action)}
	if len(inputs) > 0 {
		more["formInputs"] = inputs
	}
	if h.dialog != "" {
		more["isDialogEvent"], more["dialogEventType"] = true, h.dialog
	}
	space := h.host.space
	u.ws.mu.Unlock()
	u.ws.deliver(u, space, h, u.ws.event(u, space, "CARD_CLICKED", "buttonClickedPayload", more))
}

// formInput is what a widget holds as events tell it, nil for nothing. There are three ways to tell of an empty one.
func formInput(w map[string]any, values []string, way int) map[string]any {
	if bare(strings.Join(values, "")) {
		if way == 0 || w["dateTimePicker"] != nil {
			return nil
		}
		return map[string]any{"stringInputs": map[string]any{"value": [][]string{1: {}, 2: {""}}[way]}}
	}
	picker := asMap(w["dateTimePicker"])
	switch {
	case picker == nil:
		return map[string]any{"stringInputs": map[string]any{"value": values}}
	case str(picker, "type") == "DATE_ONLY":
		return map[string]any{"dateInput": map[string]any{"msSinceEpoch": values[0]}}
	}
	return map[string]any{"dateTimeInput": map[string]any{"hasDate": true, "hasTime": true, "msSinceEpoch": values[0]}}
}

// Closes closes the dialog at its cross.
func (u *User) Closes() {
	u.ws.t.Helper()
	u.ws.mu.Lock()
	d := u.dialog
	u.dialog = nil
	if d == nil {
		u.ws.mu.Unlock()
		u.ws.t.Fatal("no dialog is open")
	}
	more := map[string]any{"message": d.on.resource(), "isDialogEvent": true, "dialogEventType": "CANCEL_DIALOG"}
	space := d.on.space
	u.ws.mu.Unlock()
	u.ws.deliver(u, space, &happened{kind: "pressed", dialog: "CANCEL_DIALOG"}, u.ws.event(u, space, "CARD_CLICKED", "buttonClickedPayload", more))
}

// Finds types in a list that looks its options up, and returns the words of those that are offered.
func (u *User) Finds(p Place, label, query string) []string {
	u.ws.t.Helper()
	for _, card := range p.cards() {
		for w := range widgets(card) {
			of := asMap(w["selectionInput"])
			if of["externalDataSource"] == nil || !strings.HasPrefix(str(of, "label"), label) {
				continue
			}
			var texts []string
			for _, i := range u.types(p, of, query) {
				texts = append(texts, str(asMap(i), "text"))
			}
			return texts
		}
	}
	u.ws.t.Fatalf("one cannot type in «%s»:\n%s", label, plain("", p.cards()))
	return nil
}

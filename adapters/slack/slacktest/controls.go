package slacktest

import (
	"slices"
	"strings"
)

// control is an interactive element with its surroundings.
type control struct {
	element    map[string]any
	blockID    string
	actionID   string
	label      string // of an input or the section beside it
	context    string // the text above it
	input      bool   // in an input block: the value is sent with the form
	dispatch   bool   // an input block that sends every change too
	optional   bool
	attachment int // 1 for the first; 0 for the message itself
}

// controls are the controls of a message or view, top to bottom.
func controls(list []any, attachments []any) []control {
	all, above := controlsIn(list, 0, "")
	for i, a := range objects(attachments) {
		if title := text(a, "text"); title != "" {
			above = title
		}
		inner, _ := a["blocks"].([]any)
		var more []control
		more, above = controlsIn(inner, i+1, above)
		all = append(all, more...)
	}
	return all
}

func controlsIn(list []any, attachment int, above string) ([]control, string) {
	var all []control
	add := func(b, e map[string]any, label string) {
		if elements[text(e, "type")] == nil {
			return
		}
		all = append(all, control{
			element: e, blockID: text(b, "block_id"), actionID: text(e, "action_id"), label: label, context: above, attachment: attachment,
			input: b["type"] == "input", dispatch: b["dispatch_action"] == true, optional: b["optional"] == true,
		})
	}
	for _, b := range objects(list) {
		switch b["type"] {
		case "section":
			lines := withoutMarks(text(child(b, "text"), "text"))
			for _, f := range objects(b["fields"]) {
				lines += "\n" + withoutMarks(text(f, "text"))
			}
			above = strings.TrimPrefix(lines, "\n")
			add(b, child(b, "accessory"), withoutMarks(text(child(b, "text"), "text")))
		case "header":
			above = text(child(b, "text"), "text")
		case "context":
			var texts []string
			for _, e := range objects(b["elements"]) {
				texts = append(texts, withoutMarks(text(e, "text")))
			}
			above += "\n" + strings.Join(texts, " ")
		case "input":
			add(b, child(b, "element"), text(child(b, "label"), "text"))
		case "actions":
			for _, e := range objects(b["elements"]) {
				add(b, e, "")
			}
		}
	}
	return all, above
}

// withoutMarks is mrkdwn without its marks; references stay as they are.
func withoutMarks(s string) string {
	return unescape(strings.NewReplacer("*", "", "_", "", "~", "").Replace(s))
}

// names are the labels by which a user can name it.
func (c control) names() []string {
	var all []string
	for _, s := range []string{text(child(c.element, "text"), "text"), c.label, text(child(c.element, "placeholder"), "text")} {
		if s != "" {
			all = append(all, s)
		}
	}
	if c.element["type"] == "overflow" {
		all = append(all, "⋯")
	}
	return all
}

func (c control) hasName(label string) bool {
	return slices.ContainsFunc(c.names(), func(name string) bool { return oneLine(name) == oneLine(label) })
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (c control) kind() string { return text(c.element, "type") }

func (c control) button() bool { return c.kind() == "button" }

// hasState reports whether its value is in the state.
func (c control) hasState() bool { return c.kind() != "button" && c.kind() != "overflow" }

// valueField is the field of its value in the state and in actions.
func (c control) valueField() string {
	switch kind := c.kind(); {
	case strings.HasSuffix(kind, "_text_input"), kind == "number_input":
		return "value"
	case kind == "rich_text_input":
		return "rich_text_value"
	case kind == "multi_static_select", kind == "multi_external_select", kind == "checkboxes":
		return "selected_options"
	case kind == "users_select":
		return "selected_user"
	case kind == "multi_users_select":
		return "selected_users"
	case kind == "channels_select":
		return "selected_channel"
	case kind == "conversations_select":
		return "selected_conversation"
	case kind == "datepicker":
		return "selected_date"
	case kind == "timepicker":
		return "selected_time"
	case kind == "datetimepicker":
		return "selected_date_time"
	case kind == "file_input":
		return "files"
	}
	return "selected_option"
}

// initial is its value before a user changed it.
func (c control) initial() map[string]any {
	first := map[string]string{
		"value": "initial_value", "selected_option": "initial_option", "selected_options": "initial_options", "selected_user": "initial_user",
		"selected_users": "initial_users", "selected_channel": "initial_channel", "selected_conversation": "initial_conversation",
		"selected_date": "initial_date", "selected_time": "initial_time", "selected_date_time": "initial_date_time",
		"rich_text_value": "initial_value",
	}
	value := map[string]any{"type": c.kind(), c.valueField(): c.element[first[c.valueField()]]}
	if value[c.valueField()] == nil && (c.valueField() == "selected_options" || c.valueField() == "selected_users" || c.valueField() == "files") {
		value[c.valueField()] = []any{}
	}
	return value
}

func (c control) setValue(state map[string]any, value map[string]any) {
	of := child(state, c.blockID)
	if of == nil {
		of = map[string]any{}
		state[c.blockID] = of
	}
	of[c.actionID] = value
}

func (c control) value(state map[string]any) map[string]any {
	return child(child(state, c.blockID), c.actionID)
}

// empty reports whether it has no value.
func (c control) empty(state map[string]any) bool {
	switch x := c.value(state)[c.valueField()].(type) {
	case nil:
		return true
	case string:
		return x == ""
	case []any:
		return len(x) == 0
	}
	return false
}

// options are all options of the element.
func (c control) options() []map[string]any {
	return offeredBy(c.element)
}

// offeredBy are the options of an element, or of the app's answer to a search.
func offeredBy(o map[string]any) []map[string]any {
	all := objects(o["options"])
	for _, g := range objects(o["option_groups"]) {
		all = append(all, objects(g["options"])...)
	}
	return all
}

func labelled(options []map[string]any, label string) map[string]any {
	for _, o := range options {
		if oneLine(withoutMarks(text(child(o, "text"), "text"))) == oneLine(withoutMarks(label)) {
			return o
		}
	}
	return nil
}

func labels(options []map[string]any) []string {
	var all []string
	for _, o := range options {
		all = append(all, text(child(o, "text"), "text"))
	}
	return all
}

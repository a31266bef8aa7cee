package googlechattest

import (
	"encoding/json"
	"fmt"
)

// envelopes is what wraps an add-on's answer, for which Google's discovery document has no words. A
// text is the name of a schema of that document, nil is a text.
var envelopes = map[string]any{
	"hostAppDataAction": map[string]any{"chatDataAction": map[string]any{
		"createMessageAction": map[string]any{"message": "Message"},
		"updateMessageAction": map[string]any{"message": "Message"},
	}},
	"action": map[string]any{
		"notification": map[string]any{"text": nil},
		"navigations":  []any{map[string]any{"pushCard": "GoogleAppsCardV1Card", "updateCard": "GoogleAppsCardV1Card", "endNavigation": map[string]any{"action": nil}}},
		"modifyOperations": []any{map[string]any{"updateWidget": map[string]any{"widgetId": nil,
			"selectionInputWidgetSuggestions": map[string]any{"suggestions": []any{"GoogleAppsCardV1SelectionItem"}}}}},
	},
}

// envelope says what is wrong with what wraps an add-on's answer, and with what it wraps by its schema.
func envelope(m map[string]any) []string { return wrapped("", m, envelopes) }

func wrapped(path string, v, rule any) []string {
	switch r := rule.(type) {
	case nil:
		if _, ok := v.(string); !ok {
			return []string{path + ": no text"}
		}
	case string:
		return Schema(r, v)
	case map[string]any:
		of, ok := v.(map[string]any)
		if !ok {
			return []string{path + ": no object"}
		}
		var faults []string
		for key, child := range of {
			inner, known := r[key]
			if !known {
				faults = append(faults, path+"."+key+": unknown field")
				continue
			}
			faults = append(faults, wrapped(path+"."+key, child, inner)...)
		}
		return faults
	case []any:
		all, ok := v.([]any)
		if !ok {
			return []string{path + ": no list"}
		}
		var faults []string
		for i, child := range all {
			faults = append(faults, wrapped(fmt.Sprintf("%s[%d]", path, i), child, r[0])...)
		}
		return faults
	}
	return nil
}

// ValidateAnswer says what is wrong with the answer to an event, whatever the event was: its envelope and what is in it.
func ValidateAnswer(d Dialect, body []byte) []string {
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		return []string{"not JSON: " + err.Error()}
	}
	faults := tooLarge(body)
	var messages, dialogs []map[string]any
	add := func(to *[]map[string]any, v any) {
		if of := asMap(v); len(of) > 0 {
			*to = append(*to, of)
		}
	}
	if d == Addon {
		faults = append(faults, envelope(m)...)
		for _, action := range []string{"createMessageAction", "updateMessageAction"} {
			add(&messages, obj(m, "hostAppDataAction", "chatDataAction", action, "message"))
		}
		for _, n := range list(asMap(m["action"]), "navigations") {
			add(&dialogs, asMap(n)["pushCard"])
			add(&dialogs, asMap(n)["updateCard"])
		}
	} else {
		faults = append(faults, Schema("Message", m)...)
		add(&dialogs, obj(m, "actionResponse", "dialogAction", "dialog", "body"))
		switch kind, _ := obj(m, "actionResponse", "type").(string); kind {
		case "", "NEW_MESSAGE", "UPDATE_MESSAGE":
			delete(m, "actionResponse")
			add(&messages, m)
		}
	}
	for _, message := range messages {
		faults = append(faults, said(message)...)
	}
	for _, dialog := range dialogs {
		faults = append(faults, Card(dialog, true)...)
	}
	return faults
}

// functions says what a message or card asks for that its app cannot have: a function that is no endpoint for an
// add-on; dialogs, and options while one types, for an app that nothing waits for.
func (ws *Workspace) functions(v any) []string {
	var faults []string
	switch n := v.(type) {
	case []any:
		for _, child := range n {
			faults = append(faults, ws.functions(child)...)
		}
	case map[string]any:
		for key, child := range n {
			switch {
			case key == "function" && ws.config.Dialect == Addon && child != Endpoint:
				faults = append(faults, fmt.Sprintf("function %q of an add-on is not its endpoint", child))
			case ws.config.Publish != nil && key == "interaction" && child == "OPEN_DIALOG", ws.config.Publish != nil && key == "externalDataSource":
				faults = append(faults, key+": there are no dialogs and no typing over Pub/Sub")
			}
			faults = append(faults, ws.functions(child)...)
		}
	}
	return faults
}

package googlechattest

import "fmt"

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

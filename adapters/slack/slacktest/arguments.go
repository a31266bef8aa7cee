package slacktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// kind is the type of an argument, in a form or in JSON.
type kind int

const (
	aString kind = iota
	aBool
	anInt
	aTS
	anObject // JSON, in a form too
	aList    // JSON, in a form too
)

type args map[string]any

func (a args) text(name string) string {
	s, _ := a[name].(string)
	return s
}

func (a args) isTrue(name string) bool {
	b, _ := a[name].(bool)
	return b
}

func (a args) list(name string) []any {
	l, _ := a[name].([]any)
	return l
}

func (a args) object(name string) map[string]any {
	o, _ := a[name].(map[string]any)
	return o
}

func (a args) has(name string) bool {
	_, ok := a[name]
	return ok
}

// requires refuses the call if one of these is missing or empty.
func (a args) requires(names ...string) *refusal {
	for _, name := range names {
		if a[name] == nil || a[name] == "" {
			return refuse("invalid_arguments", fmt.Sprintf("[ERROR] missing required field: %s [json-pointer:/%s]", name, name))
		}
	}
	return nil
}

// read reads the arguments from the query, the form or JSON, and checks them against the method's list.
func (m method) read(r *http.Request, raw []byte) (args, *refusal) {
	a := args{}
	if r.Method == http.MethodGet {
		return a, m.form(a, r.URL.Query())
	}
	if len(raw) == 0 {
		return a, nil
	}
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil:
		return a, refuse("missing_post_type")
	case params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8"):
		return a, refuse("invalid_charset")
	case media == "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(string(raw))
		if err != nil {
			return a, refuse("invalid_form_data")
		}
		return a, m.form(a, values)
	case media == "application/json":
		var x any
		if err := json.Unmarshal(raw, &x); err != nil {
			return a, refuse("invalid_json")
		}
		o, ok := x.(map[string]any)
		if !ok {
			return a, refuse("json_not_object")
		}
		for _, name := range slices.Sorted(maps.Keys(o)) {
			if bad := m.setArgument(a, name, o[name]); bad != nil {
				return a, bad
			}
		}
		return a, nil
	}
	return a, refuse("invalid_post_type")
}

func (m method) form(a args, values url.Values) *refusal {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if len(values[name]) != 1 || strings.HasSuffix(name, "[]") {
			return refuse("invalid_array_arg", name)
		}
		if bad := m.setArgument(a, name, values[name][0]); bad != nil {
			return bad
		}
	}
	return nil
}

var tsFormat = regexp.MustCompile(`^\d{10}\.\d{6}$`)

// setArgument checks one argument and sets its value. In a form every value is a string, and
// an empty one counts as missing.
func (m method) setArgument(a args, name string, x any) *refusal {
	if name == "token" {
		a[name] = x
		return nil
	}
	k, ok := m.args[name]
	if !ok {
		return refuse("invalid_arg_name", name)
	}
	if x == "" && k != aString {
		return nil
	}
	value, expected := k.parse(x)
	if expected != "" {
		return refuse("invalid_arguments", fmt.Sprintf("[ERROR] must be %s [json-pointer:/%s]", expected, name))
	}
	a[name] = value
	return nil
}

// parse converts a value to the kind. If it cannot, it returns what was expected.
func (k kind) parse(x any) (value any, expected string) {
	s, isText := x.(string)
	switch k {
	case aString:
		if !isText {
			return nil, "a string"
		}
		return s, ""
	case aTS:
		if !tsFormat.MatchString(s) {
			return nil, "a timestamp"
		}
		return s, ""
	case aBool:
		return parseBool(x)
	case anInt:
		n, ok := x.(float64)
		if isText {
			parsed, err := strconv.Atoi(s)
			n, ok = float64(parsed), err == nil
		}
		if !ok {
			return nil, "an integer"
		}
		return int(n), ""
	}
	return k.parseJSON(x)
}

func parseBool(x any) (value any, expected string) {
	if s, ok := x.(string); ok {
		if !slices.Contains([]string{"true", "1", "false", "0"}, s) {
			return nil, "a boolean"
		}
		return s == "true" || s == "1", ""
	}
	b, ok := x.(bool)
	if !ok {
		return nil, "a boolean"
	}
	return b, ""
}

func (k kind) parseJSON(x any) (value any, expected string) {
	if s, ok := x.(string); ok {
		if err := json.Unmarshal([]byte(s), &x); err != nil {
			return nil, "JSON"
		}
	}
	_, isObject := x.(map[string]any)
	_, isList := x.([]any)
	switch {
	case k == anObject && !isObject:
		return nil, "an object"
	case k == aList && !isList:
		return nil, "an array"
	}
	return x, ""
}

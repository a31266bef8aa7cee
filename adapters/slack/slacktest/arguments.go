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

// kind is how an argument is read, whether it came in a form or in JSON.
type kind int

const (
	aString kind = iota
	aBool
	anInt
	aTS
	anObject // JSON, also within a form
	aList    // JSON, also within a form
)

type args map[string]any

func (a args) text(name string) string {
	s, _ := a[name].(string)
	return s
}

func (a args) yes(name string) bool {
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

// requires refuses the call where one of these is missing or empty.
func (a args) requires(names ...string) *refusal {
	for _, name := range names {
		if a[name] == nil || a[name] == "" {
			return refuse("invalid_arguments", fmt.Sprintf("[ERROR] missing required field: %s [json-pointer:/%s]", name, name))
		}
	}
	return nil
}

// read takes the arguments out of query, form or JSON and holds them to the method's list.
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
			if bad := m.take(a, name, o[name]); bad != nil {
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
		if bad := m.take(a, name, values[name][0]); bad != nil {
			return bad
		}
	}
	return nil
}

var tsFormat = regexp.MustCompile(`^\d{10}\.\d{6}$`)

// take reads one argument. In forms everything is a string; an empty one is as if left out.
func (m method) take(a args, name string, x any) *refusal {
	if name == "token" {
		a[name] = x
		return nil
	}
	k, known := m.args[name]
	if !known {
		return refuse("invalid_arg_name", name)
	}
	s, isText := x.(string)
	wrong := func(what string) *refusal {
		return refuse("invalid_arguments", fmt.Sprintf("[ERROR] must be %s [json-pointer:/%s]", what, name))
	}
	if isText && s == "" && k != aString {
		return nil
	}
	switch k {
	case aString:
		if !isText {
			return wrong("a string")
		}
		a[name] = s
	case aTS:
		if !tsFormat.MatchString(s) {
			return wrong("a timestamp")
		}
		a[name] = s
	case aBool:
		b, ok := x.(bool)
		if isText {
			b, ok = s == "true" || s == "1", slices.Contains([]string{"true", "1", "false", "0"}, s)
		}
		if !ok {
			return wrong("a boolean")
		}
		a[name] = b
	case anInt:
		n, ok := x.(float64)
		if isText {
			parsed, err := strconv.Atoi(s)
			n, ok = float64(parsed), err == nil
		}
		if !ok {
			return wrong("an integer")
		}
		a[name] = int(n)
	default:
		if isText {
			if err := json.Unmarshal([]byte(s), &x); err != nil {
				return wrong("JSON")
			}
		}
		_, isObject := x.(map[string]any)
		_, isList := x.([]any)
		if k == anObject && !isObject {
			return wrong("an object")
		}
		if k == aList && !isList {
			return wrong("an array")
		}
		a[name] = x
	}
	return nil
}

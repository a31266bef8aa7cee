package slacktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// checker walks decoded JSON and collects every fault with its JSON pointer, as Slack
// reports it.
type checker struct {
	faults []string
	count  func(string) int
	user   func(id string) bool // reports whether there is such a user; nil: not checked
	modal  bool
	home   bool

	blockIDs map[string]bool
	markdown int
	tables   int
	inputs   int
	focused  int
}

func (c *checker) fault(at, format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf("[ERROR] "+format, args...)+" [json-pointer:"+at+"]")
}

func (c *checker) message() bool { return !c.modal && !c.home }

// rule checks one value.
type rule func(c *checker, at string, x any)

// field is one property of an object.
type field struct {
	is       rule
	required bool
}

func must(r rule) field { return field{r, true} }
func may(r rule) field  { return field{r, false} }

// object accepts exactly these properties. The functions then check them together.
func object(fields map[string]field, then ...func(c *checker, at string, o map[string]any)) rule {
	names := slices.Sorted(maps.Keys(fields))
	return func(c *checker, at string, x any) {
		o, ok := x.(map[string]any)
		if !ok {
			c.fault(at, "must be an object")
			return
		}
		for _, name := range slices.Sorted(maps.Keys(o)) {
			f, ok := fields[name]
			switch {
			case !ok:
				c.fault(at, "no more fields allowed: %s", name)
			case o[name] == nil:
				c.fault(at+"/"+name, "must not be null")
			default:
				f.is(c, at+"/"+name, o[name])
			}
		}
		for _, name := range names {
			if _, has := o[name]; fields[name].required && !has {
				c.fault(at, "missing required field: %s", name)
			}
		}
		for _, f := range then {
			f(c, at, o)
		}
	}
}

// byType selects the rule by the "type" of an object.
func byType(rules map[string]rule) rule {
	return func(c *checker, at string, x any) {
		o, ok := x.(map[string]any)
		if !ok {
			c.fault(at, "must be an object")
			return
		}
		kind, ok := o["type"].(string)
		if !ok {
			c.fault(at, "missing required field: type")
			return
		}
		r, ok := rules[kind]
		if !ok {
			c.fault(at+"/type", "unsupported type: %s", kind)
			return
		}
		r(c, at, x)
	}
}

func str(least, most int) rule {
	return func(c *checker, at string, x any) {
		s, ok := x.(string)
		switch {
		case !ok:
			c.fault(at, "must be a string")
		case c.count(s) < least:
			c.fault(at, "must be more than %d characters", least-1)
		case c.count(s) > most:
			c.fault(at, "must be less than %d characters", most+1)
		}
	}
}

func boolean(c *checker, at string, x any) {
	if _, ok := x.(bool); !ok {
		c.fault(at, "must be a boolean")
	}
}

func integer(least, most float64) rule {
	return func(c *checker, at string, x any) {
		n, ok := x.(float64)
		if !ok || n != math.Trunc(n) {
			c.fault(at, "must be an integer")
			return
		}
		if n < least || n > most {
			c.fault(at, "must be between %s and %s", number(least), number(most))
		}
	}
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func oneOf(values ...string) rule {
	return func(c *checker, at string, x any) {
		if s, ok := x.(string); !ok || !slices.Contains(values, s) {
			c.fault(at, "must be one of: %s", strings.Join(values, ", "))
		}
	}
}

func matching(re *regexp.Regexp, what string) rule {
	return func(c *checker, at string, x any) {
		if s, ok := x.(string); !ok || !re.MatchString(s) {
			c.fault(at, "must be %s", what)
		}
	}
}

func list(least, most int, each rule) rule {
	return func(c *checker, at string, x any) {
		items, ok := x.([]any)
		switch {
		case !ok:
			c.fault(at, "must be an array")
			return
		case len(items) < least:
			c.fault(at, "no fewer than %d items allowed", least)
		case len(items) > most:
			c.fault(at, "no more than %d items allowed", most)
		}
		for i, item := range items {
			each(c, at+"/"+strconv.Itoa(i), item)
		}
	}
}

// person accepts the id of a user of the workspace.
func person(c *checker, at string, x any) {
	id, ok := x.(string)
	if !ok {
		c.fault(at, "must be a string")
		return
	}
	if c.user != nil && !c.user(id) {
		c.fault(at, "invalid user: %s", id)
	}
}

// same reports whether two decoded JSON values are equal.
func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// objects are the objects in a list.
func objects(x any) []map[string]any {
	items, _ := x.([]any)
	var all []map[string]any
	for _, item := range items {
		if o, ok := item.(map[string]any); ok {
			all = append(all, o)
		}
	}
	return all
}

func text(o map[string]any, name string) string {
	s, _ := o[name].(string)
	return s
}

func child(o map[string]any, name string) map[string]any {
	m, _ := o[name].(map[string]any)
	return m
}

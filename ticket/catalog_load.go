package ticket

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// CatalogError lists every fault of a catalogue, each by its path.
type CatalogError struct{ Faults []string }

func (e *CatalogError) Error() string { return strings.Join(e.Faults, "\n") }

// LoadCatalog reads a catalogue and refuses one that has faults, naming all of them.
func LoadCatalog(data []byte) (*Catalog, error) {
	var raw any
	if err := json.Unmarshal(data, &raw); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			before := data[:min(int(syntax.Offset), len(data))]
			line := bytes.Count(before, []byte("\n")) + 1
			column := len(before) - bytes.LastIndexByte(before, '\n') - 1
			return nil, &CatalogError{[]string{fmt.Sprintf("line %d, column %d: %v", line, column, err)}}
		}
		return nil, &CatalogError{[]string{err.Error()}}
	}
	var f faults
	f.shape("", raw, reflect.TypeFor[Catalog]())
	f.shaped = len(f.all)
	// What has no place was named and taken out, so that the rest is checked too and all
	// faults come at once.
	clean, err := json.Marshal(raw)
	if err != nil {
		return nil, err
	}
	var c Catalog
	if err := json.Unmarshal(clean, &c); err != nil {
		return nil, &CatalogError{[]string{err.Error()}}
	}
	f.catalog(&c)
	if len(f.all) > 0 {
		var lines []string
		for _, fault := range f.all {
			lines = append(lines, fault.path+": "+fault.text)
		}
		slices.Sort(lines)
		return nil, &CatalogError{lines}
	}
	c.entries = map[string]Entry{}
	for e := range c.Entries() {
		c.entries[e.ID] = e
	}
	return &c, nil
}

// faults are what is wrong, in the order it was found.
type faults struct {
	all    []fault
	shaped int // how many of them are of the shape
}

type fault struct{ path, text string }

// add notes a fault, unless what stands there was refused for its shape already.
func (f *faults) add(path, format string, args ...any) {
	path = strings.TrimPrefix(path, ".")
	for _, known := range f.all[:f.shaped] {
		if rest, ok := strings.CutPrefix(path, known.path); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return
		}
	}
	f.all = append(f.all, fault{path, fmt.Sprintf(format, args...)})
}

type textReader interface{ UnmarshalText([]byte) error }

// shape compares decoded JSON with the type it is meant for: unknown fields and
// values of another kind, by their path. It tells whether the value can stay.
func (f *faults) shape(path string, v any, t reflect.Type) bool {
	before := len(f.all)
	f.compare(path, v, t)
	for _, fault := range f.all[before:] {
		if fault.path == strings.TrimPrefix(path, ".") {
			return false
		}
	}
	return true
}

func (f *faults) compare(path string, v any, t reflect.Type) {
	if reflect.PointerTo(t).Implements(reflect.TypeFor[textReader]()) {
		s, ok := v.(string)
		if !ok {
			f.add(path, "must be text")
		} else if err := reflect.New(t).Interface().(textReader).UnmarshalText([]byte(s)); err != nil {
			f.add(path, "%v", err)
		}
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		f.object(path, v, t)
	case reflect.Slice, reflect.Array:
		list, ok := v.([]any)
		if !ok {
			f.add(path, "must be a list")
			return
		}
		if t.Kind() == reflect.Array && len(list) != t.Len() {
			f.add(path, "must have %d values", t.Len())
		}
		for i, item := range list {
			if !f.shape(fmt.Sprintf("%s[%d]", path, i), item, t.Elem()) {
				list[i] = nil
			}
		}
	case reflect.Map:
		m, ok := v.(map[string]any)
		if !ok {
			f.add(path, "must be an object")
			return
		}
		for k, item := range m {
			if !f.shape(path+"."+k, item, t.Elem()) {
				delete(m, k)
			}
		}
	case reflect.String:
		if _, ok := v.(string); !ok {
			f.add(path, "must be text")
		}
	case reflect.Bool:
		if _, ok := v.(bool); !ok {
			f.add(path, "must be true or false")
		}
	case reflect.Int:
		if n, ok := v.(float64); !ok || n != float64(int(n)) {
			f.add(path, "must be a whole number")
		}
	case reflect.Float64:
		if _, ok := v.(float64); !ok {
			f.add(path, "must be a number")
		}
	default:
		panic("catalogue field of an unforeseen kind: " + t.String())
	}
}

func (f *faults) object(path string, v any, t reflect.Type) {
	m, ok := v.(map[string]any)
	if !ok {
		f.add(path, "must be an object")
		return
	}
	known := map[string]reflect.Type{}
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" {
			known[name] = t.Field(i).Type
		}
	}
	for k, item := range m {
		kind, ok := known[k]
		if !ok {
			f.add(path+"."+k, "unknown field")
		}
		if !ok || !f.shape(path+"."+k, item, kind) {
			delete(m, k)
		}
	}
}

var idForm = regexp.MustCompile(`^[a-z0-9]+([._-][a-z0-9]+)*$`)

// catalog checks what the shape cannot say.
func (f *faults) catalog(c *Catalog) {
	ids := map[string]string{}
	id := func(path, v string) {
		switch first, dup := ids[v]; {
		case v == "":
			f.add(path, "missing")
		case len(v) > 100 || !idForm.MatchString(v):
			f.add(path, "%q is not an id of small letters, digits, points and hyphens", v)
		case dup:
			f.add(path, "%q stands at %s already", v, first)
		default:
			ids[v] = path
		}
	}
	text := func(path, v string) {
		if strings.TrimSpace(v) == "" {
			f.add(path, "missing")
		}
	}
	if len(c.Categories) == 0 {
		f.add("categories", "missing")
	}
	for i, cat := range c.Categories {
		p := fmt.Sprintf("categories[%d]", i)
		id(p+".id", cat.ID)
		text(p+".name", cat.Name)
		text(p+".label", cat.Label)
		if len(cat.Subcategories) == 0 {
			f.add(p+".subcategories", "missing")
		}
		for j, s := range cat.Subcategories {
			p := fmt.Sprintf("%s.subcategories[%d]", p, j)
			id(p+".id", s.ID)
			text(p+".name", s.Name)
			text(p+".label", s.Label)
			switch s.Type {
			case Incident, Demand:
			case "":
				f.add(p+".type", "missing")
			default:
				f.add(p+".type", "%q is neither %s nor %s", s.Type, Incident, Demand)
			}
		}
	}
	if len(c.Impacts) == 0 {
		f.add("impacts", "missing")
	}
	impacts := map[string]bool{}
	for i, m := range c.Impacts {
		p := fmt.Sprintf("impacts[%d]", i)
		id(p+".id", m.ID)
		text(p+".name", m.Name)
		text(p+".description", m.Description)
		impacts[m.ID] = true
	}
	for _, t := range []Type{Incident, Demand} {
		for _, m := range c.Impacts {
			if _, ok := c.ServiceLevels[t][m.ID]; !ok {
				f.add(fmt.Sprintf("service_levels.%s.%s", t, m.ID), "missing")
			}
		}
		for m := range c.ServiceLevels[t] {
			if !impacts[m] {
				f.add(fmt.Sprintf("service_levels.%s.%s", t, m), "no such impact")
			}
		}
	}
	for t := range c.ServiceLevels {
		if t != Incident && t != Demand {
			f.add("service_levels."+string(t), "no such type")
		}
	}
	for i, s := range c.ClockStops {
		if !slices.Contains([]string{string(ForProvider), string(ForUser), string(ForOther), string(ForOfficial), "resolved"}, s) {
			f.add(fmt.Sprintf("clock_stops[%d]", i), "%q is nothing that a ticket waits for", s)
		}
	}
	f.calendar(&c.Calendar)
	f.rest(c, text)
}

func (f *faults) rest(c *Catalog, text func(path, v string)) {
	text("survey.overall.text", c.Survey.Overall.Text)
	questions := map[string]bool{}
	for i, q := range c.Survey.Questions {
		p := fmt.Sprintf("survey.questions[%d]", i)
		text(p+".text", q.Text)
		if !idForm.MatchString(q.ID) || strings.Contains(q.ID, ".") || questions[q.ID] || q.ID == "comment" {
			f.add(p+".id", "must be an id of its own")
		}
		questions[q.ID] = true
	}
	if n := c.Survey.CommentRequiredAtMost; n < 0 || n > 5 {
		f.add("survey.comment_required_at_most", "must be from 0 to 5")
	}
	for _, v := range []struct {
		path string
		t    Target
		days bool
	}{
		{"survey.editable", c.Survey.Editable, false},
		{"survey.remind_after", c.Survey.RemindAfter, true},
		{"survey.void_after", c.Survey.VoidAfter, true},
		{"closing.administrative_after", c.Closing.AdministrativeAfter, true},
		{"closing.reopen_within", c.Closing.ReopenWithin, true},
		{"drafts.put_away_after", c.Drafts.PutAwayAfter, false},
	} {
		switch {
		case v.t == Target{}:
			f.add(v.path, "missing")
		case v.days && v.t.Days == 0:
			f.add(v.path, "must be working days, like 3d")
		case !v.days && v.t.Hours == 0:
			f.add(v.path, "must be hours, like 24h")
		}
	}
	for name, shares := range map[string][]float64{"unassigned": c.Reminders.Unassigned, "assigned": c.Reminders.Assigned} {
		for i, s := range shares {
			if s <= 0 || s > 10 {
				f.add(fmt.Sprintf("reminders.%s[%d]", name, i), "must be a share of the promise, like 0.75")
			}
		}
	}
	text("rules.web_content.text", c.Rules.WebContent.Text)
	text("rules.security.text", c.Rules.Security.Text)
}

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
	"unicode/utf8"
)

// CatalogError lists every fault of a catalogue, each by its path.
type CatalogError struct{ Faults []string }

func (e *CatalogError) Error() string { return strings.Join(e.Faults, "\n") }

// LoadCatalog reads a catalogue and refuses one that has faults, naming all of them.
func LoadCatalog(data []byte) (*Catalog, error) {
	var raw any
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, &CatalogError{[]string{position(data, err) + err.Error()}}
	}
	var shape faults
	raw, _ = shape.shape("", raw, reflect.TypeFor[Catalog]())
	// What is well formed is checked too, so that all faults come at once.
	clean, err := json.Marshal(raw)
	if err != nil {
		return nil, &CatalogError{[]string{err.Error()}}
	}
	var c Catalog
	if err := json.Unmarshal(clean, &c); err != nil {
		return nil, &CatalogError{append(shape.lines(), err.Error())}
	}
	var f faults
	f.catalog(&c)
	f = slices.DeleteFunc(f, shape.explain)
	if f = append(shape, f...); len(f) > 0 {
		return nil, &CatalogError{f.lines()}
	}
	c.Calendar.keepHolidays()
	c.entries = map[string]Entry{}
	for e := range c.Entries() {
		c.entries[e.ID] = e
	}
	return &c, nil
}

// position says where JSON broke off, "" when that is not known.
func position(data []byte, err error) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return ""
	}
	before := data[:max(0, min(int(syntax.Offset), len(data))-1)]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf("line %d, column %d: ", line, column)
}

// fault is what is wrong at a path.
type fault struct{ path, text string }

type faults []fault

func (f *faults) add(path, format string, args ...any) {
	*f = append(*f, fault{strings.TrimPrefix(path, "."), fmt.Sprintf(format, args...)})
}

// explain tells whether a fault may only follow from one of these, which stands at its
// path, above or below: what could not be read is not also missing.
func (f faults) explain(other fault) bool {
	return slices.ContainsFunc(f, func(x fault) bool {
		return x.text != unknownField && (within(other.path, x.path) || within(x.path, other.path))
	})
}

// within tells whether a path is another one or below it.
func within(path, above string) bool {
	rest, ok := strings.CutPrefix(path, above)
	return ok && (above == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}

// lines are the faults in the order of their paths.
func (f faults) lines() []string {
	var out []string
	for _, x := range f {
		if x.path == "" {
			x.path = "the catalogue"
		}
		out = append(out, x.path+": "+x.text)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

const unknownField = "unknown field"

type textReader interface{ UnmarshalText([]byte) error }

// shape compares decoded JSON with the type it is meant for: unknown fields and
// values of another kind, by their path. It returns what of the value can be read,
// and false where that is nothing.
func (f *faults) shape(path string, v any, t reflect.Type) (any, bool) {
	refuse := func(format string, args ...any) (any, bool) {
		f.add(path, format, args...)
		return nil, false
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[textReader]()) {
		s, ok := v.(string)
		if !ok {
			return refuse("must be text")
		}
		if err := reflect.New(t).Interface().(textReader).UnmarshalText([]byte(s)); err != nil {
			return refuse("%v", err)
		}
		return v, true
	}
	switch t.Kind() {
	case reflect.Struct:
		m, ok := v.(map[string]any)
		if !ok {
			return refuse("must be an object")
		}
		return f.object(path, m, t), true
	case reflect.Slice, reflect.Array:
		list, ok := v.([]any)
		if !ok {
			return refuse("must be a list")
		}
		if t.Kind() == reflect.Array && len(list) != t.Len() {
			return refuse("must have %d values", t.Len())
		}
		for i, item := range list {
			if list[i], ok = f.shape(fmt.Sprintf("%s[%d]", path, i), item, t.Elem()); !ok {
				list[i] = blank(t.Elem())
			}
		}
	case reflect.Map:
		m, ok := v.(map[string]any)
		if !ok {
			return refuse("must be an object")
		}
		for k, item := range m {
			if m[k], ok = f.shape(path+"."+k, item, t.Elem()); !ok {
				delete(m, k)
			}
		}
	case reflect.String:
		if _, ok := v.(string); !ok {
			return refuse("must be text")
		}
	case reflect.Bool:
		if _, ok := v.(bool); !ok {
			return refuse("must be true or false")
		}
	case reflect.Int:
		if n, ok := v.(float64); !ok || n != float64(int32(n)) {
			return refuse("must be a whole number")
		}
	case reflect.Float64:
		if _, ok := v.(float64); !ok {
			return refuse("must be a number")
		}
	default:
		panic("catalogue field of an unforeseen kind: " + t.String())
	}
	return v, true
}

// blank keeps the place of a list's value that cannot be read: those behind it keep
// their numbers.
func blank(t reflect.Type) any {
	if t == reflect.TypeFor[Clock]() {
		return "00:00"
	}
	return nil
}

func (f *faults) object(path string, m map[string]any, t reflect.Type) any {
	known := map[string]reflect.Type{}
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" && name != "-" {
			known[name] = t.Field(i).Type
		}
	}
	for k, item := range m {
		kind, ok := known[k]
		if !ok {
			f.add(path+"."+k, unknownField)
		} else {
			m[k], ok = f.shape(path+"."+k, item, kind)
		}
		if !ok {
			delete(m, k)
		}
	}
	return m
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
			case Incident, ServiceRequest:
			case "":
				f.add(p+".type", "missing")
			default:
				f.add(p+".type", "%q is neither %s nor %s", s.Type, Incident, ServiceRequest)
			}
		}
	}
	if len(c.Impacts) == 0 {
		f.add("impacts", "missing")
	}
	impacts, named := map[string]bool{}, true
	for i, m := range c.Impacts {
		p := fmt.Sprintf("impacts[%d]", i)
		id(p+".id", m.ID)
		text(p+".name", m.Name)
		text(p+".description", m.Description)
		impacts[m.ID] = true
		named = named && m.ID != ""
	}
	for _, t := range []Type{Incident, ServiceRequest} {
		for _, m := range c.Impacts {
			if _, ok := c.ServiceLevels[t][m.ID]; !ok && m.ID != "" {
				f.add(fmt.Sprintf("service_levels.%s.%s", t, m.ID), "missing")
			}
		}
		for m := range c.ServiceLevels[t] {
			if !impacts[m] && named && len(c.Impacts) > 0 {
				f.add(fmt.Sprintf("service_levels.%s.%s", t, m), "no such impact")
			}
		}
	}
	for t := range c.ServiceLevels {
		if t != Incident && t != ServiceRequest {
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
	if c.Reminders.Most < 0 {
		f.add("reminders.most", "must be 0 or more")
	}
	if c.Reminders.ReceiveAfter == (Target{}) {
		f.add("reminders.receive_after", "missing")
	}
	if c.Reminders.OnHoldDays < 0 {
		f.add("reminders.on_hold_days", "must be 0 or more")
	}
	if c.Rules.WebContent.Cutoff.Minutes == 0 {
		f.add("rules.web_content.cutoff", "must be a time of day like 16:00")
	}
	text("rules.web_content.text", c.Rules.WebContent.Text)
	text("rules.security.text", c.Rules.Security.Text)
}

package ticket

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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
	shape, raw := catalogSchema().check(raw)
	// What is well formed is checked too, so that all faults come at once.
	clean, err := json.Marshal(raw)
	if err != nil {
		return nil, &CatalogError{[]string{err.Error()}}
	}
	var c Catalog
	if err := json.Unmarshal(clean, &c); err != nil {
		return nil, &CatalogError{append(shape.lines(), err.Error())}
	}
	found := slices.DeleteFunc(contradictions(&c), shape.explain)
	if found = append(shape, found...); len(found) > 0 {
		return nil, &CatalogError{found.lines()}
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

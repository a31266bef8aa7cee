package ticket

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// catalogSchemaText is the one copy of the schema. Go embeds no file from above its package
// and no link, so the file is here, and catalog.schema.json beside catalog.json
// is a link to it.
//
//go:embed catalog.schema.json
var catalogSchemaText []byte

// schema says which shape a catalogue has. Its "errorMessage", which some editors show as
// well, is the sentence for a value that breaks the rule beside it; one that begins with
// "is" is preceded by the value.
type schema struct {
	compiled *jsonschema.Schema
	document map[string]any
}

// catalogSchema compiles the schema when the first catalogue is loaded.
var catalogSchema = sync.OnceValue(func() schema {
	const address = "urn:helptic:catalog"
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(catalogSchemaText))
	if err != nil {
		panic(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.RegisterFormat(&jsonschema.Format{Name: "time-zone", Validate: func(v any) error {
		name, ok := v.(string)
		if !ok {
			return nil
		}
		return new(Zone).UnmarshalText([]byte(name))
	}})
	if err := compiler.AddResource(address, document); err != nil {
		panic(err)
	}
	return schema{compiler.MustCompile(address), document.(map[string]any)}
})

const (
	unknownField = "unknown field"
	missing      = "missing"
)

// check compares decoded JSON with the schema. It returns the faults, and what of the JSON
// can be read.
func (s schema) check(raw any) (found faults, rest any) {
	var invalid *jsonschema.ValidationError
	if err := s.compiled.Validate(raw); !errors.As(err, &invalid) {
		return nil, raw
	}
	var unreadable [][]string
	for _, leaf := range leaves(invalid) {
		at, rule := leaf.InstanceLocation, s.at(leaf.SchemaURL)
		path, value := follow(raw, at)
		switch k := leaf.ErrorKind.(type) {
		case *kind.Required:
			properties, _ := rule["properties"].(map[string]any)
			for _, name := range k.Missing {
				s.addMissing(&found, path+"."+name, properties[name])
			}
		case *kind.AdditionalProperties:
			for _, name := range k.Properties {
				found.add(path+"."+name, unknownField)
				unreadable = append(unreadable, slices.Concat(at, []string{name})) // a field is also read under its name in capitals
			}
		default:
			found.add(path, "%s", sentence(k, rule, value))
			unreadable = append(unreadable, at)
		}
	}
	for _, at := range unreadable {
		raw, _ = without(raw, at, false)
	}
	return found, raw
}

// leaves are the faults themselves, without what groups them.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	var out []*jsonschema.ValidationError
	for _, cause := range e.Causes {
		out = append(out, leaves(cause)...)
	}
	return out
}

// at is the rule at an address within the schema.
func (s schema) at(address string) map[string]any {
	rule := s.document
	_, pointer, _ := strings.Cut(address, "#")
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if name, err := url.PathUnescape(token); err == nil && name != "" {
			rule, _ = rule[name].(map[string]any)
		}
	}
	return rule
}

// addMissing adds a field that is not there. An object is missing by what it must hold, so
// that the line names what has to be written.
func (s schema) addMissing(f *faults, path string, property any) {
	rule, _ := property.(map[string]any)
	if address, ok := rule["$ref"].(string); ok {
		rule = s.at(address)
	}
	if rule["type"] != "object" {
		f.add(path, missing)
		return
	}
	properties, _ := rule["properties"].(map[string]any)
	required, _ := rule["required"].([]any)
	for _, name := range required {
		s.addMissing(f, fmt.Sprint(path, ".", name), properties[fmt.Sprint(name)])
	}
}

var kindNames = map[string]string{
	"object": "an object", "array": "a list", "string": "text", "boolean": "true or false", "integer": "a whole number", "number": "a number",
}

// sentence says what a value has to be.
func sentence(k jsonschema.ErrorKind, rule map[string]any, value any) string {
	text, _ := rule["errorMessage"].(string)
	given, isText := value.(string)
	switch k := k.(type) {
	case *kind.Type:
		return "must be " + kindNames[k.Want[0]]
	case *kind.MinItems:
		if k.Got == 0 && k.Want == 1 {
			return missing
		}
	case *kind.Minimum:
		if text == "" {
			return fmt.Sprintf("must be %s or more", k.Want.RatString())
		}
	case *kind.Maximum:
		if text == "" {
			return fmt.Sprintf("must be %s or less", k.Want.RatString())
		}
	}
	switch {
	case isText && strings.TrimSpace(given) == "":
		return missing
	case strings.HasPrefix(text, "is "):
		return fmt.Sprintf("%q %s", value, text)
	case text == "":
		return "is not as catalog.schema.json describes it"
	}
	return text
}

// follow is the path of what is at a location in decoded JSON, and the value there.
func follow(v any, location []string) (path string, value any) {
	for _, token := range location {
		switch parent := v.(type) {
		case map[string]any:
			path, v = path+"."+token, parent[token]
		case []any:
			i, _ := strconv.Atoi(token)
			path, v = path+"["+token+"]", parent[i]
		}
	}
	return path, v
}

// without takes what is at a location out of decoded JSON; ok is false where nothing is left.
// In a list its place stays empty: those behind it keep their numbers. A list within
// a list, which is a pair of times, is nothing without one of them.
func without(v any, location []string, inList bool) (rest any, ok bool) {
	if len(location) == 0 {
		return nil, false
	}
	switch parent := v.(type) {
	case map[string]any:
		if parent[location[0]], ok = without(parent[location[0]], location[1:], false); !ok {
			delete(parent, location[0])
		}
	case []any:
		i, _ := strconv.Atoi(location[0])
		if parent[i], ok = without(parent[i], location[1:], true); !ok && inList {
			return nil, false
		}
	}
	return v, true
}

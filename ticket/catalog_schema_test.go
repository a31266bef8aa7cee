package ticket_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"helptic/ticket"
)

func readSchema(t *testing.T) map[string]any {
	t.Helper()
	data, err := os.ReadFile("catalog.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	return schema
}

// An editor that opens catalog.json finds the schema that the program has in it.
func TestCatalogNamesTheEmbeddedSchema(t *testing.T) {
	data, err := os.ReadFile("../catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	var catalog struct {
		Schema string `json:"$schema"`
	}
	if err := json.Unmarshal(data, &catalog); err != nil {
		t.Fatal(err)
	}
	beside, err := os.Stat(filepath.Join("..", catalog.Schema))
	if err != nil {
		t.Fatal(err)
	}
	embedded, err := os.Stat("catalog.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(beside, embedded) {
		t.Errorf("%s is not a link to ticket/catalog.schema.json (git clone -c core.symlinks=true makes links)", catalog.Schema)
	}
}

// The schema and the types that a catalogue is read into have the same fields.
func TestSchemaHasTheFieldsOfTheCatalog(t *testing.T) {
	schema := readSchema(t)
	delete(schema["properties"].(map[string]any), "$schema") // for editors alone
	sameFields(t, schema, "", schema, reflect.TypeFor[ticket.Catalog]())
}

func sameFields(t *testing.T, schema map[string]any, path string, rule map[string]any, kind reflect.Type) {
	t.Helper()
	if name, ok := rule["$ref"].(string); ok {
		rule = dig(schema, "$defs", strings.TrimPrefix(name, "#/$defs/"))
	}
	properties, _ := rule["properties"].(map[string]any)
	switch rule["type"] {
	case "array":
		sameFields(t, schema, path+"[]", dig(rule, "items"), kind.Elem())
	case "object":
		fields := map[string]reflect.Type{}
		switch kind.Kind() {
		case reflect.Map: // each property, and whatever other name the schema lets in
			for name := range properties {
				fields[name] = kind.Elem()
			}
		case reflect.Struct:
			for i := range kind.NumField() {
				if name, _, _ := strings.Cut(kind.Field(i).Tag.Get("json"), ","); name != "" && name != "-" {
					fields[name] = kind.Field(i).Type
				}
			}
			if rule["additionalProperties"] != false {
				t.Errorf("%s lets unknown fields in", path)
			}
		default:
			t.Errorf("%s is an object in the schema, and a %s in the catalogue", path, kind)
		}
		if got, want := slices.Sorted(maps.Keys(properties)), slices.Sorted(maps.Keys(fields)); !slices.Equal(got, want) {
			t.Errorf("%s: the schema has %q, the catalogue %q", path, got, want)
			return
		}
		for name, field := range fields {
			sameFields(t, schema, path+"."+name, dig(properties, name), field)
		}
	case "string", "integer", "number", "boolean":
	default:
		t.Errorf("%s has no type", path)
	}
}

// Editors show what a property is for.
func TestSchemaDescribesEveryProperty(t *testing.T) {
	var walk func(path string, v any)
	walk = func(path string, v any) {
		rule, _ := v.(map[string]any)
		properties, _ := rule["properties"].(map[string]any)
		for name, p := range properties {
			if text, _ := p.(map[string]any)["description"].(string); !strings.HasSuffix(text, ".") {
				t.Errorf("%s.%s is described as %q, want a sentence", path, name, text)
			}
		}
		for name, below := range rule {
			walk(path+"."+name, below)
		}
	}
	walk("", readSchema(t))
}

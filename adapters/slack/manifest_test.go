package slack

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func TestManifestForBothModes(t *testing.T) {
	for _, test := range []struct {
		url    string
		socket bool
	}{{"", true}, {"https://mesa.example.org/", false}, {"https://mesa.example.org/base", false}} {
		text, err := Manifest(test.url)
		if err != nil {
			t.Fatal(err)
		}
		var m manifest
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatal(err)
		}
		base := strings.TrimRight(test.url, "/")
		want := func(path string) string {
			if base == "" {
				return ""
			}
			return base + path
		}
		if m.Settings.Socket != test.socket || m.Settings.Events.URL != want("/slack/events") || m.Settings.Interactivity.URL != want("/slack/interactions") ||
			m.Settings.Interactivity.Options != want("/slack/options") || m.Features.Commands[0].URL != want("/slack/commands") {
			t.Errorf("%q: %s", test.url, text)
		}
		if !slices.Equal(m.OAuth.Scopes.Bot, scopes) || !slices.IsSorted(scopes) || !slices.IsSorted(eventTypes) {
			t.Errorf("scopes %v, events %v", m.OAuth.Scopes.Bot, m.Settings.Events.Events)
		}
	}
	for _, bad := range []string{"http://mesa.example.org", "mesa.example.org", "https://", "https://a.org/?x=1"} {
		if _, err := Manifest(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestManifestMatchesSlackSchema(t *testing.T) {
	folder := shared(t, "samples", "slack", "manifest")
	for _, name := range []string{"manifest.schema.1.0.0.json", "manifest.schema.2.0.0.json"} {
		file, err := os.Open(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(file)
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		compiler := jsonschema.NewCompiler()
		if err := compiler.AddResource("manifest.json", document); err != nil {
			t.Fatal(err)
		}
		compiler.UseRegexpEngine(patterns)
		schema, err := compiler.Compile("manifest.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, url := range []string{"", "https://mesa.example.org"} {
			text, err := Manifest(url)
			if err != nil {
				t.Fatal(err)
			}
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(value); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// patterns are Go's, which has no lookahead: a pattern with one matches everything.
func patterns(text string) (jsonschema.Regexp, error) {
	if strings.Contains(text, "(?!") {
		return anything(text), nil
	}
	return regexp.Compile(text)
}

type anything string

func (a anything) MatchString(string) bool { return true }
func (a anything) String() string          { return string(a) }

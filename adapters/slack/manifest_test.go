package slack

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"helptic/adapters/slack/slacktest"
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

// The manifest is one that Slack takes: by the rules of slacktest, and by Slack's own schemas where they are
// beside the repository.
func TestManifestIsWhatSlackTakes(t *testing.T) {
	for _, url := range []string{"", "https://mesa.example.org"} {
		text, err := Manifest(url)
		if err != nil {
			t.Fatal(err)
		}
		c, err := slacktest.ConfigFromManifest(text)
		if err != nil {
			t.Errorf("%q: %v", url, err)
		}
		if c.SocketMode != (url == "") || !slices.Equal(c.Scopes, scopes) || !slices.Equal(c.Events, eventTypes) || c.NoHomeTab || c.NoMessagesTab || c.NoInteractivity {
			t.Errorf("%q sets the app up as %+v", url, c)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"manifest.schema.1.0.0.json", "manifest.schema.2.0.0.json"} {
			file := slacktest.Reference(t, "samples", "slack", "manifest", name)
			if file == "" {
				continue
			}
			t.Run(name+" "+url, func(t *testing.T) {
				compiler := schemas(t, file)
				compiler.UseRegexpEngine(patterns)
				schema, err := compiler.Compile("schema.json")
				if err != nil {
					t.Fatal(err)
				}
				if err := schema.Validate(value); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// schemas is a compiler that knows the schema in a file as schema.json.
func schemas(t *testing.T, file string) *jsonschema.Compiler {
	t.Helper()
	text, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	document, err := jsonschema.UnmarshalJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	return compiler
}

// patterns are Go's, which has no lookahead: a pattern with one is taken to hold.
func patterns(text string) (jsonschema.Regexp, error) {
	if strings.Contains(text, "(?!") {
		return anything(text), nil
	}
	return regexp.Compile(text)
}

type anything string

func (a anything) MatchString(string) bool { return true }
func (a anything) String() string          { return string(a) }

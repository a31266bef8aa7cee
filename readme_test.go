package main

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"testing"
)

// documented is a variable as it stands in a table or a file.
type documented struct{ name, preset string }

// variables are config's, with their defaults.
func variables() []documented {
	var all []documented
	for field := range reflect.TypeFor[config]().Fields() {
		if flag := field.Tag.Get("name"); flag != "" {
			all = append(all, documented{variable(flag), field.Tag.Get("default")})
		}
	}
	return all
}

func TestEveryFieldIsAVariable(t *testing.T) {
	if len(variables()) == 0 {
		t.Fatal("no variables")
	}
	for field := range reflect.TypeFor[config]().Fields() {
		if field.IsExported() && (field.Tag.Get("name") == "" || field.Tag.Get("help") == "") {
			t.Errorf("%s has no name or no help", field.Name)
		}
	}
}

// README.md's table lists exactly the variables that have an effect.
func TestReadmeConfiguration(t *testing.T) {
	// Defaults that depend on something are told in words.
	inWords := map[string]string{
		"LOG_FORMAT":    "`console` on a terminal, else `json`",
		"AGENT_CHANNEL": "the web one when alone",
	}
	var want []documented
	for _, v := range variables() {
		switch {
		case inWords[v.name] != "":
			v.preset = inWords[v.name]
		case v.preset == "":
			v.preset = "empty"
		default:
			v.preset = "`" + v.preset + "`"
		}
		want = append(want, v)
	}
	row := regexp.MustCompile("(?m)^\\| `([A-Z0-9_]+)` \\|.*\\| ([^|]+) \\|$")
	compare(t, "README.md", row, want)
}

// .env.example has every variable, commented out, with its default.
func TestDotEnvExample(t *testing.T) {
	row := regexp.MustCompile(`(?m)^#([A-Z0-9_]+)=(.*)$`)
	compare(t, ".env.example", row, variables())
}

func compare(t *testing.T, file string, row *regexp.Regexp, want []documented) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got []documented
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		got = append(got, documented{m[1], m[2]})
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\n got %q\nwant %q", file, got, want)
	}
}

package cli

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"helptic/internal/config"
)

// documented is a variable as a table or a file shows it.
type documented struct{ name, preset string }

// variables are those of the configuration, with their defaults.
func variables() []documented {
	var all []documented
	for field := range reflect.TypeFor[config.Config]().Fields() {
		if flag := field.Tag.Get("name"); flag != "" {
			all = append(all, documented{config.Variable(flag), field.Tag.Get("default")})
		}
	}
	return all
}

// README.md's table lists exactly the variables that have an effect.
func TestReadmeConfiguration(t *testing.T) {
	// A default that depends on something is a phrase.
	phrases := map[string]string{
		"LOG_FORMAT":    "`console` on a terminal, else `json`",
		"AGENT_CHANNEL": "the web one when alone",
	}
	var want []documented
	if len(variables()) == 0 {
		t.Fatal("no variables")
	}
	for _, v := range variables() {
		switch {
		case phrases[v.name] != "":
			v.preset = phrases[v.name]
		case v.preset == "":
			v.preset = "empty"
		default:
			v.preset = "`" + v.preset + "`"
		}
		want = append(want, v)
	}
	row := regexp.MustCompile("(?m)^\\| `([A-Z0-9_]+)` \\|.*\\| ([^|]+) \\|$")
	compare(t, "../../README.md", row, want)
}

// .env.example has every variable, commented out, with its default.
func TestDotEnvExample(t *testing.T) {
	row := regexp.MustCompile(`(?m)^#([A-Z0-9_]+)=(.*)$`)
	compare(t, "../../.env.example", row, variables())
}

// README.md's table lists every command.
func TestReadmeCommands(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, m := range regexp.MustCompile("(?m)^\\| (?:`helptic`, )?`helptic ([a-z-]+)").FindAllSubmatch(text, -1) {
		listed = append(listed, string(m[1]))
	}
	_, help, _ := run(t, nil, t.TempDir(), "--help")
	var known []string
	_, commands, _ := strings.Cut(help, "\nComandos:\n")
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z-]+)`).FindAllStringSubmatch(commands, -1) {
		known = append(known, m[1])
	}
	slices.Sort(listed)
	slices.Sort(known)
	if len(known) < 5 || !slices.Equal(listed, known) {
		t.Errorf("README lists %q, there are %q", listed, known)
	}
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

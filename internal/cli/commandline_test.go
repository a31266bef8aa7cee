package cli

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestCommands(t *testing.T) {
	tests := map[string]struct {
		args    []string
		command string
		number  int64
		json    bool
	}{
		"none":                  {nil, "serve", 0, false},
		"only flags":            {[]string{"--web-chat=on"}, "serve", 0, false},
		"serve":                 {[]string{"serve", "--web-chat", "on"}, "serve", 0, false},
		"check":                 {[]string{"check"}, "check", 0, false},
		"ticket":                {[]string{"ticket", "123"}, "ticket", 123, false},
		"ticket as JSON":        {[]string{"ticket", "123", "--json"}, "ticket", 123, true},
		"flags before commands": {[]string{"--data-dir=x", "ticket", "--json", "1"}, "ticket", 1, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			// JSON and HELP are variables of no flag.
			a, err := parse(test.args, vars{"JSON": "si", "HELP": "1"}.lookup, t.TempDir(), io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if a.command != test.command || a.number != test.number || a.json != test.json {
				t.Errorf("got %s %d %t", a.command, a.number, a.json)
			}
		})
	}
}

func TestExitCodes(t *testing.T) {
	tests := map[string]struct {
		args []string
		env  vars
		code int
	}{
		"help":                {[]string{"--help"}, nil, 0},
		"help of a command":   {[]string{"ticket", "-h"}, nil, 0},
		"help in spite of it": {[]string{"check", "--help"}, vars{"WEB_CHAT": "quizá"}, 0},
		"usage":               {[]string{"--nada"}, nil, 2},
		"configuration":       {[]string{"serve"}, vars{"WEB_CHAT": "quizá"}, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := run(t, test.env, t.TempDir(), test.args...)
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			// Help goes to stdout, errors to stderr.
			if helped := code == 0; helped != (stdout != "") || helped != (stderr == "") {
				t.Errorf("stdout %q, stderr %q", stdout, stderr)
			}
		})
	}
}

func TestHelpIsSpanish(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"serve", "--help"}, {"check", "--help"}, {"ticket", "--help"}} {
		var out bytes.Buffer
		if _, err := parse(args, vars{}.lookup, t.TempDir(), &out); !errors.Is(err, errHelpShown) {
			t.Fatalf("%q: %v", args, err)
		}
		for _, word := range []string{"Usage", "Show", "Flags", "flags", "Commands", "command", "Arguments", "Run ", "information"} {
			if strings.Contains(out.String(), word) {
				t.Errorf("%q: help has the English word %q", args, word)
			}
		}
		for _, v := range variables() {
			if flag := "--" + strings.ToLower(strings.ReplaceAll(v.name, "_", "-")) + "="; !strings.Contains(out.String(), flag) {
				t.Errorf("%q: help lacks %s", args, flag)
			}
		}
	}
}

func TestUsageErrors(t *testing.T) {
	tests := map[string]struct {
		args []string
		want string
	}{
		"unknown flag":         {[]string{"--nada"}, "la opción --nada no existe"},
		"flag nearly right":    {[]string{"--log-lebel=info"}, `la opción --log-lebel no existe; ¿quiso decir "--log-level"?`},
		"unknown command":      {[]string{"arrancar"}, "no hay comando ni argumento «arrancar»"},
		"command nearly right": {[]string{"tiket"}, `no hay comando ni argumento «tiket»; ¿quiso decir "ticket"?`},
		"no number":            {[]string{"ticket"}, "falta el número"},
		"not a number":         {[]string{"ticket", "uno"}, "<número>: «uno» no es el número de una solicitud; escriba, por ejemplo: helptic ticket 123"},
		"number zero":          {[]string{"ticket", "0"}, "<número>: «0» no es el número de una solicitud; escriba, por ejemplo: helptic ticket 123"},
		"too much":             {[]string{"ticket", "1", "2"}, "no hay comando ni argumento «2»"},
		"flag without value":   {[]string{"serve", "--log-level"}, "a la opción --log-level le falta el valor"},
		"flag for a value":     {[]string{"ticket", "1", "--log-level", "--json"}, "a la opción --log-level le falta el valor"},
		"value for a switch":   {[]string{"ticket", "1", "--json=quizá"}, "la opción --json no lleva valor"},
		"secret out of place":  {[]string{"mongodb://u:contrasena@h/"}, "no hay comando ni argumento «mongodb://***@h/»"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := parse(test.args, vars{}.lookup, t.TempDir(), &bytes.Buffer{})
			var usage *usageError
			if !errors.As(err, &usage) {
				t.Fatalf("error %v", err)
			}
			if first, _, _ := strings.Cut(err.Error(), "\n"); first != test.want {
				t.Errorf("\n got %s\nwant %s", first, test.want)
			}
		})
	}
}

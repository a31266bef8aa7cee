package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPrecedence(t *testing.T) {
	tests := map[string]struct {
		flag, env, file []string // no element: not given
		want            string
	}{
		"default":                      {nil, nil, nil, "info"},
		"file":                         {nil, nil, []string{"debug"}, "debug"},
		"environment before file":      {nil, []string{"warn"}, []string{"debug"}, "warn"},
		"flag before environment":      {[]string{"error"}, []string{"warn"}, []string{"debug"}, "error"},
		"flag before a wrong variable": {[]string{"error"}, []string{"alto"}, nil, "error"},
		"empty variable is default":    {nil, []string{""}, []string{"debug"}, "info"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			env, files := vars{}, map[string]string{}
			var args []string
			for _, v := range test.flag {
				args = append(args, "--log-level", v)
			}
			for _, v := range test.env {
				env["LOG_LEVEL"] = v
			}
			for _, v := range test.file {
				files[".env"] = "LOG_LEVEL=" + v + "\n"
			}
			if got := mustLoad(t, env, folder(t, files), args...).LogLevel; got != test.want {
				t.Errorf("LOG_LEVEL is %q, want %q", got, test.want)
			}
		})
	}
}

func TestDotEnv(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"comment, export and quotes": {"# nota\nexport MONGODB_URI='mongodb://u:a$b#c@h/'\n", "mongodb://u:a$b#c@h/"},
		"Windows":                    {"\ufeffMONGODB_URI=mongodb://h/\r\nLOG_LEVEL=debug\r\n", "mongodb://h/"},
		"of somebody else":           {"OTRA=1\n", ""},
		"empty":                      {"", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := mustLoad(t, nil, folder(t, map[string]string{".env": test.text}))
			if got := string(c.MongoDBURI); got != test.want {
				t.Errorf("MONGODB_URI is %q, want %q", got, test.want)
			}
		})
	}
}

func TestSecretFromFile(t *testing.T) {
	const uri = "mongodb://usuario:clave@servidor/"
	files := map[string]string{"secreto": uri + "\n"}
	for name, env := range map[string]vars{
		"relative":            {"MONGODB_URI_FILE": "secreto"},
		"beside an empty one": {"MONGODB_URI_FILE": "secreto", "MONGODB_URI": ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := mustLoad(t, env, folder(t, files)).MongoDBURI; string(got) != uri {
				t.Errorf("MONGODB_URI is %q", string(got))
			}
		})
	}
	t.Run("absolute, from .env", func(t *testing.T) {
		path := filepath.Join(folder(t, files), "secreto")
		dir := folder(t, map[string]string{".env": "MONGODB_URI_FILE='" + path + "'"})
		if got := mustLoad(t, nil, dir).MongoDBURI; string(got) != uri {
			t.Errorf("MONGODB_URI is %q", string(got))
		}
	})
	t.Run("the environment's before the file's", func(t *testing.T) {
		dir := folder(t, map[string]string{".env": "MONGODB_URI_FILE=secreto", "secreto": uri})
		if got := mustLoad(t, vars{"MONGODB_URI": "mongodb://otro/"}, dir).MongoDBURI; got != "mongodb://otro/" {
			t.Errorf("MONGODB_URI is %q", string(got))
		}
	})
	t.Run("not for what is no secret", func(t *testing.T) {
		c := mustLoad(t, vars{"LOG_LEVEL_FILE": "secreto"}, folder(t, files))
		if c.LogLevel != "info" {
			t.Errorf("LOG_LEVEL is %q", c.LogLevel)
		}
	})
}

func TestUnreadable(t *testing.T) {
	for err, want := range map[error]string{
		os.ErrNotExist:   "no existe el archivo «x»",
		os.ErrPermission: "no hay permiso para leer «x»",
		os.ErrInvalid:    "no se puede leer «x»; revise que sea un archivo",
	} {
		if got := unreadable("x", err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestBrokenDotEnv(t *testing.T) {
	tests := map[string]struct {
		text string
		line string
	}{
		"no equals sign":    {"LOG_LEVEL=info\ncontrasena\nWEB_CHAT=on\n", "línea 2:"},
		"only a word":       {"contrasena", "línea 1:"},
		"word at the end":   {"LOG_LEVEL=info\n\n# nota\ncontrasena", "línea 4:"},
		"quote stays open":  {"A=1\nB='uno\ndos'\nMONGODB_URI='mongodb://u:contrasena@h/\n", "línea 4:"},
		"name with a space": {"LOG LEVEL=contrasena", "línea 1:"},
		"binary":            {"\x00\x01contrasena", "línea 1:"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := faultsOf(t, nil, folder(t, map[string]string{".env": test.text}))
			if len(got) != 1 || !strings.HasPrefix(got[0], ".env: "+test.line+" no se entiende") {
				t.Fatalf("got %q, want %s", got, test.line)
			}
			if strings.Contains(got[0], "contrasena") {
				t.Errorf("the fault shows a secret: %s", got[0])
			}
		})
	}
	t.Run("folder", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, ".env"), 0o700); err != nil {
			t.Fatal(err)
		}
		want := []string{".env: no se puede leer «.env»; revise que sea un archivo"}
		if got := faultsOf(t, nil, dir); !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
	})
}

// A file .env of any bytes is read or refused by its line.
func FuzzDotEnv(f *testing.F) {
	for _, text := range []string{"", "A=1", "A='b\nc'\n", "export A=\"$B\"", "A", "=", "\ufeffA=1\r\n", "#", "A: 1", "A=\"\\"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<10 {
			return
		}
		dir := folder(t, map[string]string{".env": text})
		e := ReadEnvironment(vars{}.lookup, dir)
		if len(e.faults) > 1 || len(e.faults) == 1 == (len(e.layers) == 2) {
			t.Errorf("%q: %d layers, faults %q", text, len(e.layers), e.faults)
		}
	})
}

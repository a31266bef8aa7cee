package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// builtinCatalog is the catalogue that main embeds.
var builtinCatalog = readCatalog()

func readCatalog() []byte {
	text, err := os.ReadFile("../../catalog.json")
	if err != nil {
		panic(err)
	}
	return text
}

// vars is an environment.
type vars map[string]string

func (v vars) lookup(name string) (string, bool) {
	value, found := v[name]
	return value, found
}

// run runs a command as main does, in a folder.
func run(t *testing.T, env vars, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	p := Program{Catalog: builtinCatalog, Env: env.lookup, Dir: dir, Stdout: &out, Stderr: &errs}
	code = p.Run(t.Context(), args)
	return code, out.String(), errs.String()
}

// mustRun runs a command, requires its exit code and returns its output.
func mustRun(t *testing.T, code int, env vars, args ...string) (stdout, stderr string) {
	t.Helper()
	got, stdout, stderr := run(t, env, t.TempDir(), args...)
	if got != code {
		t.Fatalf("%q: exit code %d, want %d: %s", args, got, code, stderr)
	}
	if (code == 0) != (stderr == "") || (code == 0) != (stdout != "") {
		t.Errorf("%q: stdout %q, stderr %q", args, stdout, stderr)
	}
	return stdout, stderr
}

// catalogWith is the built-in catalogue with another calendar, as a variable.
func catalogWith(t *testing.T, change func(calendar map[string]any)) vars {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(builtinCatalog, &m); err != nil {
		t.Fatal(err)
	}
	change(m["calendar"].(map[string]any))
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "catalog.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return vars{"CATALOG": path}
}

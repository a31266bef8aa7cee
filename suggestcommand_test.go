package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestSuggestCommand(t *testing.T) {
	run := func(args ...string) (int, string) {
		var stdout, stderr bytes.Buffer
		code := dispatch(t.Context(), append([]string{"suggest"}, args...), vars{}.lookup, t.TempDir(), &stdout, &stderr)
		return code, stdout.String() + stderr.String()
	}
	code, out := run("--json", "se me atascó el papel en la impresora")
	var found []struct {
		Category, Subcategory, ID string
		Score                     float64
	}
	if err := json.Unmarshal([]byte(out), &found); err != nil || code != 0 {
		t.Fatalf("%d %v %s", code, err, out)
	}
	if len(found) == 0 || len(found) > 3 || found[0].ID != "impresoras.atasco-de-papel" || found[0].Category != "IMPRESORAS" || found[0].Subcategory != "IMPRESORAS > Atasco de Papel" || found[0].Score <= 0 {
		t.Errorf("%s", out)
	}
	if code, out := run("--json", "hola"); code != 0 || strings.TrimSpace(out) != "[]" {
		t.Errorf("%d %s", code, out)
	}
	if code, out := run("--explain", "se", "me", "atascó", "el", "papel"); code != 0 || !strings.Contains(out, "«atascó» como") {
		t.Errorf("%d %s", code, out)
	}
	if code, out := run("hola"); code != 0 || !strings.Contains(out, "Ninguna sugerencia") {
		t.Errorf("%d %s", code, out)
	}
	if code, _ := run(); code != 2 {
		t.Errorf("without text: %d", code)
	}
}

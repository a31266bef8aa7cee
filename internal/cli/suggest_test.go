package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestSuggestCommand(t *testing.T) {
	suggest := func(args ...string) (int, string) {
		code, stdout, stderr := run(t, nil, t.TempDir(), append([]string{"suggest"}, args...)...)
		return code, stdout + stderr
	}
	code, out := suggest("--json", "se me atascó el papel en la impresora")
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
	if code, out := suggest("--json", "hola"); code != 0 || strings.TrimSpace(out) != "[]" {
		t.Errorf("%d %s", code, out)
	}
	if code, out := suggest("--explain", "se", "me", "atascó", "el", "papel"); code != 0 || !strings.Contains(out, "«atascó» como") {
		t.Errorf("%d %s", code, out)
	}
	if code, out := suggest("hola"); code != 0 || !strings.Contains(out, "Ninguna sugerencia") {
		t.Errorf("%d %s", code, out)
	}
	if code, _ := suggest(); code != 2 {
		t.Errorf("without text: %d", code)
	}
}

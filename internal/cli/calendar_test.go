package cli

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

func TestCalendarCommand(t *testing.T) {
	out, _ := mustRun(t, 0, nil, "calendar", "2026", "--json")
	var got struct {
		Year     int `json:"year"`
		Holidays []struct{ Date, Name string }
		Closures []struct{ Date, Name string }
		Days     int `json:"working_days"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	added := struct{ Date, Name string }{"2026-07-13", "Nuestra Señora del Rosario de Chiquinquirá"}
	if got.Year != 2026 || len(got.Holidays) != 19 || got.Holidays[10] != added || got.Closures == nil || got.Days != 242 {
		t.Errorf("%+v", got)
	}
	out, _ = mustRun(t, 0, nil, "calendar", "2025")
	for _, want := range []string{
		"Festivos nacionales de 2025: 18\n",
		"  miércoles 1 de enero     Año Nuevo\n",
		"  lunes 30 de junio        Sagrado Corazón de Jesús\n  lunes 30 de junio        San Pedro y San Pablo\n",
		"Días hábiles: 245\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
}

func TestCalendarCommandOfAnotherCatalogue(t *testing.T) {
	env := catalogWith(t, func(calendar map[string]any) {
		calendar["holidays"] = "none"
		calendar["closures"] = []any{map[string]any{"date": "2027-12-24", "name": "Cierre de fin de año"}, map[string]any{"date": "2028-12-22", "name": "Otro"}}
	})
	out, _ := mustRun(t, 0, env, "calendar", "2027")
	if want := "El catálogo no tiene en cuenta los festivos nacionales.\nCierres de la entidad\n  viernes 24 de diciembre  Cierre de fin de año\nDías hábiles: 260\n"; out != want {
		t.Errorf("got %q, want %q", out, want)
	}
	out, _ = mustRun(t, 0, env, "calendar", "--json", "2027")
	if compact := regexp.MustCompile(`\s`).ReplaceAllString(out, ""); compact != `{"year":2027,"holidays":[],"closures":[{"date":"2027-12-24","name":"Cierredefindeaño"}],"working_days":260}` {
		t.Errorf("got %s", compact)
	}
}

package ticket_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"helptic/ticket"
)

// spoiled is the shipped catalogue with something done to it.
func spoiled(t testing.TB, spoil func(m map[string]any)) []byte {
	t.Helper()
	data, err := os.ReadFile("../catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	spoil(m)
	if data, err = json.Marshal(m); err != nil {
		t.Fatal(err)
	}
	return data
}

// dig follows a path of names and numbers.
func dig(v any, path ...any) map[string]any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			v = v.(map[string]any)[p]
		case int:
			v = v.([]any)[p]
		}
	}
	return v.(map[string]any)
}

func faultsOf(t testing.TB, data []byte) []string {
	t.Helper()
	cat, err := ticket.LoadCatalog(data)
	if err == nil {
		return nil
	}
	var wrong *ticket.CatalogError
	if !errors.As(err, &wrong) || cat != nil || len(wrong.Faults) == 0 || err.Error() != strings.Join(wrong.Faults, "\n") {
		t.Fatalf("refused with %v and %v", cat, err)
	}
	return wrong.Faults
}

func TestTenFaultsTenLines(t *testing.T) {
	got := faultsOf(t, spoiled(t, func(m map[string]any) {
		sub := func(i, j int) map[string]any { return dig(m, "categories", i, "subcategories", j) }
		delete(sub(3, 2), "type")
		sub(0, 0)["type"] = "queja"
		sub(0, 1)["id"] = sub(0, 2)["id"]
		sub(1, 0)["tipo"] = "incidente"
		sub(1, 1)["keywords"] = "word"
		dig(m, "categories", 4)["label"] = " "
		dig(m, "service_levels", "incidente")["alta"] = "2 horas"
		delete(dig(m, "service_levels", "requerimiento"), "baja")
		dig(m, "calendar")["zone"] = "Bogotá"
		dig(m, "closing")["reopen_within"] = "3h"
	}))
	want := []string{
		`calendar.zone: "Bogotá" is not a time zone like America/Bogota`,
		`categories[0].subcategories[0].type: "queja" is neither incidente nor requerimiento`,
		`categories[0].subcategories[2].id: "licenciamiento.licencia-de-la-suite-autodesk" stands at categories[0].subcategories[1].id already`,
		`categories[1].subcategories[0].tipo: unknown field`,
		`categories[1].subcategories[1].keywords: must be a list`,
		`categories[3].subcategories[2].type: missing`,
		`categories[4].label: missing`,
		`closing.reopen_within: must be working days, like 3d`,
		`service_levels.incidente.alta: "2 horas" is not a time like 4h or 2d`,
		`service_levels.requerimiento.baja: missing`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestFaultsOfACatalog(t *testing.T) {
	for _, c := range []struct {
		spoil func(m map[string]any)
		want  []string
	}{
		{func(m map[string]any) {}, nil},
		{func(m map[string]any) { m["colour"] = "red" }, []string{"colour: unknown field"}},
		{func(m map[string]any) { m["Categories"] = []any{} }, []string{"Categories: unknown field"}},
		{func(m map[string]any) {
			dig(m, "calendar")["Working"] = map[string]any{"monday": []any{[]any{"24;00", "8"}}}
		}, []string{"calendar.Working: unknown field"}},
		{func(m map[string]any) { m["categories"] = []any{} }, []string{"categories: missing"}},
		{func(m map[string]any) { m["categories"] = nil }, []string{"categories: must be a list"}},
		{func(m map[string]any) { dig(m, "categories", 2)["subcategories"] = []any{} }, []string{"categories[2].subcategories: missing"}},
		{func(m map[string]any) { m["categories"].([]any)[2] = "x" }, []string{"categories[2]: must be an object"}},
		{func(m map[string]any) { dig(m, "categories", 2)["id"] = "Con Espacios" }, []string{`categories[2].id: "Con Espacios" is not an id of small letters, digits, points and hyphens`}},
		{func(m map[string]any) { dig(m, "categories", 2)["id"] = strings.Repeat("a", 101) }, []string{`categories[2].id: "` + strings.Repeat("a", 101) + `" is not an id of small letters, digits, points and hyphens`}},
		{func(m map[string]any) { dig(m, "categories", 2)["id"] = "" }, []string{"categories[2].id: missing"}},
		{func(m map[string]any) { dig(m, "categories", 2)["name"] = "\u00a0\u200b" }, []string{"categories[2].name: missing"}},
		{func(m map[string]any) { dig(m, "categories", 2, "subcategories", 0)["type"] = "" }, []string{"categories[2].subcategories[0].type: missing"}},
		{func(m map[string]any) { dig(m, "categories", 0, "subcategories", 0)["keywords"] = []any{"a", nil} }, []string{"categories[0].subcategories[0].keywords[1]: must be text"}},
		{func(m map[string]any) { dig(m, "categories", 0, "subcategories", 0)["security"] = "yes" }, []string{"categories[0].subcategories[0].security: must be true or false"}},
		{func(m map[string]any) { dig(m, "impacts", 1)["id"] = 7 }, []string{"impacts[1].id: must be text"}},
		{func(m map[string]any) { dig(m, "impacts", 4)["id"] = dig(m, "categories", 0)["id"] }, []string{
			`impacts[4].id: "licenciamiento" stands at categories[0].id already`,
			"service_levels.incidente.licenciamiento: missing", "service_levels.incidente.muy_baja: no such impact",
			"service_levels.requerimiento.licenciamiento: missing", "service_levels.requerimiento.muy_baja: no such impact"}},
		{func(m map[string]any) { dig(m, "service_levels", "incidente")["alta"] = 2 }, []string{"service_levels.incidente.alta: must be text"}},
		{func(m map[string]any) { m["service_levels"] = "1h" }, []string{"service_levels: must be an object"}},
		{func(m map[string]any) { delete(dig(m, "service_levels"), "incidente") }, []string{
			"service_levels.incidente.alta: missing", "service_levels.incidente.baja: missing", "service_levels.incidente.mediana: missing",
			"service_levels.incidente.muy_baja: missing", "service_levels.incidente.muy_urgente: missing"}},
		{func(m map[string]any) { dig(m, "service_levels")["queja"] = map[string]any{} }, []string{"service_levels.queja: no such type"}},
		{func(m map[string]any) { dig(m, "service_levels", "incidente")["enorme"] = "1h" }, []string{"service_levels.incidente.enorme: no such impact"}},
		{func(m map[string]any) { m["clock_stops"] = []any{"provider", "lunch"} }, []string{`clock_stops[1]: "lunch" is nothing that a ticket waits for`}},
		{func(m map[string]any) { delete(dig(m, "calendar"), "zone") }, []string{"calendar.zone: missing"}},
		{func(m map[string]any) { delete(m, "calendar") }, []string{"calendar.working: has no working time", "calendar.zone: missing"}},
		{func(m map[string]any) { dig(m, "calendar")["working"] = map[string]any{} }, []string{"calendar.working: has no working time"}},
		{func(m map[string]any) { dig(m, "calendar", "working")["lunes"] = []any{} }, []string{"calendar.working.lunes: no such weekday: monday, tuesday…"}},
		{func(m map[string]any) { dig(m, "calendar", "working")["friday"] = []any{[]any{"08:00", "8"}} }, []string{`calendar.working.friday[0][1]: "8" is not a time of day like 08:00`}},
		{func(m map[string]any) { dig(m, "calendar", "working")["friday"] = []any{[]any{"08:00"}} }, []string{"calendar.working.friday[0]: must have 2 values"}},
		{func(m map[string]any) {
			dig(m, "calendar", "working")["friday"] = []any{nil, []any{nil, "12:00"}, []any{"8", "12:00", 13}, []any{"13:00", "12:00"}}
		}, []string{"calendar.working.friday[0]: must be a list", "calendar.working.friday[1][0]: must be text", "calendar.working.friday[2]: must have 2 values",
			`calendar.working.friday[2][0]: "8" is not a time of day like 08:00`, "calendar.working.friday[2][2]: must be text", "calendar.working.friday[3]: must end after it begins"}},
		{func(m map[string]any) { dig(m, "calendar", "working")["friday"] = []any{[]any{"17:00", "08:00"}} }, []string{"calendar.working.friday[0]: must end after it begins"}},
		{func(m map[string]any) {
			dig(m, "calendar", "working")["friday"] = []any{[]any{"08:00", "13:00"}, []any{"12:00", "17:00"}}
		}, []string{"calendar.working.friday[1]: begins before the one above ends"}},
		{func(m map[string]any) {
			dig(m, "calendar")["closures"] = []any{map[string]any{"date": "24-12-2026", "name": "Cierre"}, map[string]any{"name": "Cierre"}, map[string]any{"date": "2026-02-30"}}
		}, []string{`calendar.closures[0].date: "24-12-2026" is not a date like 2026-12-24`, "calendar.closures[1].date: missing",
			`calendar.closures[2].date: "2026-02-30" is not a date like 2026-12-24`}},
		{func(m map[string]any) { dig(m, "survey")["comment_required_at_most"] = 2.5 }, []string{"survey.comment_required_at_most: must be a whole number"}},
		{func(m map[string]any) { dig(m, "survey")["comment_required_at_most"] = 6 }, []string{"survey.comment_required_at_most: must be from 0 to 5"}},
		{func(m map[string]any) { dig(m, "survey", "questions", 1)["id"] = "time" }, []string{"survey.questions[1].id: must be an id of its own"}},
		{func(m map[string]any) { dig(m, "survey", "questions", 1)["id"] = "comment" }, []string{"survey.questions[1].id: must be an id of its own"}},
		{func(m map[string]any) { delete(dig(m, "survey", "questions", 1), "id") }, []string{"survey.questions[1].id: missing"}},
		{func(m map[string]any) { dig(m, "survey")["editable"] = "1d" }, []string{"survey.editable: must be hours, like 24h"}},
		{func(m map[string]any) { delete(m, "drafts") }, []string{"drafts.put_away_after: missing"}},
		{func(m map[string]any) { dig(m, "reminders")["assigned"] = []any{75.0, "x"} }, []string{"reminders.assigned[0]: must be a share of the promise, like 0.75", "reminders.assigned[1]: must be a number"}},
		{func(m map[string]any) { dig(m, "reminders")["assigned"] = []any{75} }, []string{"reminders.assigned[0]: must be a share of the promise, like 0.75"}},
		{func(m map[string]any) { dig(m, "reminders")["receive_after"] = "4" }, []string{`reminders.receive_after: "4" is not a time like 4h or 2d`}},
		{func(m map[string]any) { dig(m, "reminders")["on_hold_days"] = 10000 }, []string{"reminders.on_hold_days: must be 9999 or less"}},
		{func(m map[string]any) { dig(m, "suggestions")["learn"] = 1 }, []string{"suggestions.learn: must be true or false"}},
		{func(m map[string]any) { m["$schema"] = "https://example.com/a.json" }, nil},
		{func(m map[string]any) { m["$schema"] = 1 }, []string{"$schema: must be text"}},
		{func(m map[string]any) { dig(m, "reminders")["most"] = -1 }, []string{"reminders.most: must be 0 or more"}},
		{func(m map[string]any) { delete(dig(m, "rules", "web_content"), "cutoff") }, []string{"rules.web_content.cutoff: missing"}},
		{func(m map[string]any) { dig(m, "rules", "web_content")["cutoff"] = "00:00" }, []string{"rules.web_content.cutoff: must be a time of day like 16:00"}},
		{func(m map[string]any) { dig(m, "rules", "web_content")["cutoff"] = "4 p. m." }, []string{`rules.web_content.cutoff: "4 p. m." is not a time of day like 08:00`}},
		{func(m map[string]any) { dig(m, "rules", "security")["text"] = "" }, []string{"rules.security.text: missing"}},
	} {
		if got := faultsOf(t, spoiled(t, c.spoil)); !slices.Equal(got, c.want) {
			t.Errorf("got %q\nwant %q", got, c.want)
		}
	}
}

// What is missing is named down to what has to be written.
func TestEmptyCatalog(t *testing.T) {
	want := []string{
		"calendar.working: has no working time", "calendar.zone: missing", "categories: missing", "closing.administrative_after: missing",
		"closing.reopen_within: missing", "drafts.put_away_after: missing", "impacts: missing", "reminders.receive_after: missing",
		"rules.security.text: missing", "rules.web_content.cutoff: missing", "rules.web_content.text: missing", "survey.editable: missing",
		"survey.overall.text: missing", "survey.remind_after: missing", "survey.void_after: missing",
	}
	if got := faultsOf(t, []byte("{}")); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestClosuresOfACatalog(t *testing.T) {
	cat, err := ticket.LoadCatalog(spoiled(t, func(m map[string]any) {
		dig(m, "calendar")["closures"] = []any{map[string]any{"date": "2026-11-20", "name": "Cierre"}}
	}))
	if err != nil {
		t.Fatal(err)
	}
	if cat.Calendar.WorkingDay(bogota(t, "2026-11-20 10:00")) {
		t.Error("the closure is a working day")
	}
}

func TestSyntaxErrorsOfACatalog(t *testing.T) {
	for in, want := range map[string]string{
		"{\n  \"categories\": [,]\n}":            "line 2, column 18: ",
		"{\"é\": \"ñ\", x}":                      "line 1, column 12: ",
		"{\"a\": \"b\nc\"}":                      "line 1, column 9: ",
		"{} {}":                                  "line 1, column 4: ",
		"{\n":                                    "line 1, column 2: ",
		"":                                       "line 1, column 1: ",
		"[]":                                     "the catalogue: must be an object",
		"null":                                   "the catalogue: must be an object",
		`{"survey": {"questions": [], "x": 1e9}`: "line 1, column 38: ",
	} {
		got := faultsOf(t, []byte(in))
		if len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("%q: %q, want %q…", in, got, want)
		}
	}
}

// smallCatalog has no faults, and is soon changed into one that has.
const smallCatalog = `{
	"categories": [{"id": "a", "name": "A", "label": "A", "subcategories": [{"id": "a.b", "name": "B", "label": "B", "type": "incidente"}]}],
	"impacts": [{"id": "alta", "name": "Alta", "description": "Todos"}],
	"service_levels": {"incidente": {"alta": "2h"}, "requerimiento": {"alta": "1d"}},
	"calendar": {"zone": "America/Bogota", "working": {"monday": [["08:00", "12:00"], ["13:00", "17:00"]]}, "closures": [{"date": "2026-12-24", "name": "C"}], "holidays": "none"},
	"clock_stops": ["user"], "closing": {"administrative_after": "3d", "reopen_within": "3d"}, "drafts": {"put_away_after": "24h"},
	"survey": {"overall": {"text": "¿?"}, "questions": [{"id": "q", "text": "Q"}], "editable": "12h", "remind_after": "1d", "void_after": "3d"},
	"reminders": {"assigned": [0.75], "most": 5, "receive_after": "4h"},
	"rules": {"web_content": {"cutoff": "16:00", "text": "T"}, "security": {"text": "T"}}
}`

func TestCatalogOfWhatIsRequired(t *testing.T) {
	if got := faultsOf(t, []byte(smallCatalog)); got != nil {
		t.Errorf("faults %q", got)
	}
}

func FuzzLoadCatalog(f *testing.F) {
	data, err := os.ReadFile("../catalog.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add([]byte(smallCatalog))
	f.Add([]byte(`{"categories": [{"id": 1}], "calendar": {"zone": "", "working": {"monday": [["24:00"]]}}}`))
	f.Add([]byte(`{"impacts": [null], "service_levels": {"incidente": {"": "1h"}}, "survey": 1e999}`))
	f.Add([]byte(`{"reminders": {"most": 9223372036854775807, "unassigned": [1e300]}}`))
	f.Add([]byte(`{"calendar": {"working": {"monday": [[null, "1"], 1, ["08:00"]], "x": {}}}, "": {"a.b": [[]]}, "closing": {"": 1}}`))
	at := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		given := bytes.Clone(data)
		cat, err := ticket.LoadCatalog(data)
		if !bytes.Equal(given, data) {
			t.Fatal("the input was written to")
		}
		if err != nil {
			if lines := faultsOf(t, data); !slices.IsSorted(lines) || len(slices.Compact(slices.Clone(lines))) != len(lines) {
				t.Errorf("faults %q", lines)
			} else if strings.Contains(err.Error(), "json:") && json.Unmarshal(data, new(any)) == nil {
				t.Errorf("the schema lets in what cannot be read: %q", lines)
			}
			return
		}
		for e := range cat.Entries() {
			for _, i := range cat.Impacts {
				if p := cat.Promise(e, i.ID, at); p.Due.Before(p.Start) || p.Target == (ticket.Target{}) {
					t.Errorf("%s %s: %+v", e.ID, i.ID, p)
				}
			}
		}
	})
}

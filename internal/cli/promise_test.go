package cli

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"helptic/ticket"
)

func TestPromiseCommand(t *testing.T) {
	nineToFive := catalogWith(t, func(calendar map[string]any) {
		for day := range calendar["working"].(map[string]any) {
			calendar["working"].(map[string]any)[day] = []any{[]any{"09:00", "17:00"}}
		}
	})
	const at = "2026-11-20T16:00" // a Friday
	for _, c := range []struct {
		env  vars
		args []string
		due  string
	}{
		{nil, []string{"--type", "incidente", "--impact", "alta", "--at", at}, "2026-11-23T09:00:00-05:00"},
		{nineToFive, []string{"--type", "incidente", "--impact", "baja", "--at", at}, "2026-11-23T16:00:00-05:00"},
		{nil, []string{"--type", "incidente", "--impact", "alta", "--at", "2026-11-17T08:00", "--pause", "2026-11-17T09:00/2026-11-17T10:05"}, "2026-11-17T11:05:00-05:00"},
		{nil, []string{"--type", "incidente", "--impact", "alta", "--at", "2026-11-17T08:00", "--pause", "2026-11-17T09:00/2026-11-17T09:30",
			"--pause", "2026-11-17T09:20/2026-11-17T09:40"}, "2026-11-17T10:40:00-05:00"},
		{nil, []string{"--type", "requerimiento", "--impact", "alta", "--at", "2026-11-13T16:00"}, "2026-11-17T16:00:00-05:00"},
		{nil, []string{"--type", "requerimiento", "--impact", "alta", "--at", "2026-11-20T16:01", "--category", "pagina-web-uspec.publicacion-de-contenido"}, "2026-11-24T08:00:00-05:00"},
		{nil, []string{"--impact", "alta", "--at", "2026-11-20T16:01", "--category", "pagina-web-uspec.publicacion-de-contenido"}, "2026-11-24T08:00:00-05:00"},
		{nil, []string{"--type", "requerimiento", "--impact", "alta", "--at", "2026-11-20T16:01", "--category", "pagina-web-uspec"}, "2026-11-24T08:00:00-05:00"},
		{nil, []string{"--type", "incidente", "--impact", "alta", "--at", "2026-11-20T16:01", "--category", "pagina-web-uspec"}, "2026-11-23T09:01:00-05:00"},
		{nil, []string{"--type", "Incidente", "--impact", "Muy Urgente", "--at", "2026-11-20T21:00:00Z"}, "2026-11-20T17:00:00-05:00"},
		{nil, []string{"--type=incidente", "--impact=alta", "--at=2026-11-20T16:00:30"}, "2026-11-23T09:00:30-05:00"},
	} {
		out, _ := mustRun(t, 0, c.env, append([]string{"promise", "--json"}, c.args...)...)
		var got struct {
			Due      time.Time
			Segments []struct {
				From, To time.Time
				Kind     string
				Counted  int64 `json:"counted_seconds"`
			}
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out, `"due": "`+c.due+`"`) {
			t.Errorf("%q: due %v, want %s", c.args, got.Due, c.due)
		}
		if n := len(got.Segments); n == 0 || !got.Segments[n-1].To.Equal(got.Due) {
			t.Errorf("%q: the walk does not end at the due time: %+v", c.args, got.Segments)
		}
	}
	out, _ := mustRun(t, 0, nil, "promise", "--type", "incidente", "--impact", "alta", "--at", at)
	if !strings.HasPrefix(out, "Plazo: 2 horas hábiles.\n") || !strings.HasSuffix(out, "\nVence: lunes 23 de noviembre, 9:00 a. m.\n") {
		t.Errorf("as text:\n%s", out)
	}
}

func TestTimeCommandsRefuse(t *testing.T) {
	promise := func(args ...string) []string {
		return append([]string{"promise", "--type", "incidente", "--impact", "alta", "--at", "2026-11-20T16:00"}, args...)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"calendar"}, "falta el año"},
		{[]string{"calendar", "dos"}, "<año>: «dos» no es un año de 1984 a 2100; escriba, por ejemplo: helptic calendar 2027"},
		{[]string{"calendar", "1983"}, "<año>: «1983» no es un año de 1984 a 2100; escriba, por ejemplo: helptic calendar 2027"},
		{[]string{"calendar", "2101"}, "<año>: «2101» no es un año de 1984 a 2100; escriba, por ejemplo: helptic calendar 2027"},
		{[]string{"promise"}, "falta --type: escriba --type incidente o --type requerimiento"},
		{[]string{"promise", "--type", "incidente"}, "falta --impact: use uno de muy_urgente, alta, mediana, baja, muy_baja"},
		{[]string{"promise", "--type", "incidente", "--impact", "alta"}, "falta --at: escriba una fecha y hora como 2026-11-20T16:00"},
		{promise("--type", "queja"), "--type: «queja» no vale; use incidente o requerimiento"},
		{promise("--impact", "enorme"), "--impact: «enorme» no vale; use uno de muy_urgente, alta, mediana, baja, muy_baja"},
		{promise("--at", "ayer"), "--at: «ayer» no es una fecha y hora; escriba, por ejemplo, 2026-11-20T16:00"},
		{promise("--at", "2026-02-29T16:00"), "--at: «2026-02-29T16:00» no es una fecha y hora; escriba, por ejemplo, 2026-11-20T16:00"},
		{promise("--at", "1983-12-31T16:00"), "--at: «1983-12-31T16:00» no es de un año de 1984 a 2100"},
		{promise("--pause", "2026-11-20T16:00"), "--pause: «2026-11-20T16:00» no es una pausa; escriba, por ejemplo, 2026-11-20T16:10/2026-11-20T16:40"},
		{promise("--pause", "2026-11-20T16:00/x"), "--pause: «x» no es una fecha y hora; escriba, por ejemplo, 2026-11-20T16:00"},
		{promise("--pause", "2026-11-20T16:00/2026-11-20T16:00"), "--pause: «2026-11-20T16:00/2026-11-20T16:00» debe terminar después de empezar; escriba primero el comienzo"},
		{promise("--category", "nada"), "--category: «nada» no está en el catálogo; use el id de una categoría o subcategoría, por ejemplo pagina-web-uspec.publicacion-de-contenido"},
		{promise("--category", "pagina-web-uspec.publicacion-de-contenido"), "--category: «pagina-web-uspec.publicacion-de-contenido» es un requerimiento, no un incidente; corrija --type o quítela"},
		{promise("--category", "software"), "--category: «software» no tiene subcategorías de tipo incidente; corrija --type o use otra"},
		{promise("sobra"), "no hay comando ni argumento «sobra»"},
	} {
		_, message := mustRun(t, 2, nil, c.args...)
		if first, _, _ := strings.Cut(message, "\n"); first != "helptic: "+c.want {
			t.Errorf("%q:\n got %s\nwant helptic: %s", c.args, first, c.want)
		}
	}
	mustRun(t, 1, vars{"CATALOG": filepath.Join(t.TempDir(), "none.json")}, "calendar", "2027")
}

// A category whose entries have different service levels is not enough.
func TestPromiseOfAMixedCategory(t *testing.T) {
	cat, err := ticket.LoadCatalog(builtinCatalog)
	if err != nil {
		t.Fatal(err)
	}
	category, _ := cat.Category("pagina-web-uspec")
	for i := range category.Subcategories {
		category.Subcategories[i].WebContent = i%2 == 0
	}
	o := promiseOptions{Type: "requerimiento", Impact: "alta", Category: "pagina-web-uspec"}
	_, _, err = o.classification(cat)
	if want := "--category: en «pagina-web-uspec» no todas tienen el mismo plazo; use una de pagina-web-uspec.modificaciones-de-paginas, pagina-web-uspec.publicacion-de-contenido"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestHelpOfTheTimeCommands(t *testing.T) {
	for _, args := range [][]string{{"calendar", "--help"}, {"promise", "--help"}} {
		out, _ := mustRun(t, 0, nil, args...)
		for _, word := range []string{"Usage", "Flags", "flags", "Commands", "Arguments", "STRING"} {
			if strings.Contains(out, word) {
				t.Errorf("%q: help has the English word %q", args, word)
			}
		}
	}
}

// Any text is a time within those years or a usage error.
func FuzzTimesTyped(f *testing.F) {
	for _, seed := range []string{"2026-11-20T16:00", "2026-11-20T16:00/2026-11-20T17:00", "2026-11-20T16:00:00-05:00", "9999-12-31T23:59", "/", "2026-11-20 16:00", "-1"} {
		f.Add(seed)
	}
	cat, err := ticket.LoadCatalog(builtinCatalog)
	if err != nil {
		f.Fatal(err)
	}
	zone := cat.Calendar.Location()
	f.Fuzz(func(t *testing.T, typed string) {
		if at, err := parseTime("--at", typed, zone); err == nil {
			if y := at.In(zone).Year(); y < 1984 || y > 2100 {
				t.Errorf("%q is %v", typed, at)
			}
		} else if usage := (*usageError)(nil); !errors.As(err, &usage) {
			t.Errorf("%q: %v", typed, err)
		}
		if p, err := parsePause(typed, zone); err == nil && !p.From.Before(p.To) {
			t.Errorf("%q is %v", typed, p)
		}
	})
}

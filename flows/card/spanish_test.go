package card

import (
	"os"
	"strings"
	"testing"
	"time"

	"helptic/ticket"
)

func builtIn(t testing.TB) *ticket.Catalog {
	t.Helper()
	data, err := os.ReadFile("../../catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	cat, err := ticket.LoadCatalog(data)
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// inBogota reads "2006-01-02 15:04" as people of the entity do.
func inBogota(t testing.TB, cat *ticket.Catalog, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, cat.Calendar.Location())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestTime(t *testing.T) {
	cat := builtIn(t)
	for at, want := range map[string]string{
		"2026-11-20 16:00": "viernes 20 de noviembre, 4:00 p. m.",
		"2026-11-18 00:05": "miércoles 18 de noviembre, 12:05 a. m.",
		"2026-11-21 12:00": "sábado 21 de noviembre, 12:00 m.",
		"2026-11-21 12:01": "sábado 21 de noviembre, 12:01 p. m.",
		"2027-01-03 11:59": "domingo 3 de enero, 11:59 a. m.",
	} {
		if got := (View{Catalog: cat}).Time(inBogota(t, cat, at).UTC()); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}

func TestWhatIsLeftOfAPromise(t *testing.T) {
	cat := builtIn(t) // 8:00 to 17:00
	for _, c := range []struct{ now, due, want string }{
		{"2026-11-20 16:00", "2026-11-23 09:30", "faltan 2 h 30 min hábiles"},
		{"2026-11-20 16:00", "2026-11-20 17:00", "falta 1 h hábil"},
		{"2026-11-20 16:00", "2026-11-20 16:20", "faltan 20 min hábiles"},
		{"2026-11-20 16:19", "2026-11-20 16:20", "falta 1 min hábil"},
		{"2026-11-20 16:20", "2026-11-20 16:20", "acaba de vencer"},
		{"2026-11-22 10:00", "2026-11-23 08:00", "vence al comenzar la jornada"}, // a Sunday, due on Monday at the opening
		{"2026-11-20 17:00", "2026-11-23 08:00", "vence al comenzar la jornada"},
		{"2026-11-23 09:30", "2026-11-20 16:00", "venció hace 2 h 30 min hábiles"},
		{"2026-11-21 16:00", "2026-11-20 17:00", "acaba de vencer"},
	} {
		v := View{Catalog: cat, Now: inBogota(t, cat, c.now)}
		if got := v.left(inBogota(t, cat, c.due)); got != c.want {
			t.Errorf("%s → %s: %q, want %q", c.now, c.due, got, c.want)
		}
	}
	v := View{Catalog: cat, Now: inBogota(t, cat, "2026-11-20 16:00")}
	if got := v.left(v.Now.Add(30 * time.Second)); got != "vence ya" {
		t.Errorf("half a minute before: %q", got)
	}
}

func TestCounting(t *testing.T) {
	for got, want := range map[string]string{
		plural(0, "encuesta", "encuestas"):           "0 encuestas",
		plural(1, "encuesta", "encuestas"):           "1 encuesta",
		plural(4000, "encuesta", "encuestas"):        "4.000 encuestas",
		Number(999):                                  "999",
		Number(1234567):                              "1.234.567",
		Number(-1000):                                "-1.000",
		Target(ticket.Target{Hours: time.Hour}):      "1 hora hábil",
		Target(ticket.Target{Hours: 12 * time.Hour}): "12 horas hábiles",
		Target(ticket.Target{Days: 1}):               "1 día hábil",
		Target(ticket.Target{Days: 4}):               "4 días hábiles",
		Elapsed(24 * time.Hour):                      "pasó un día",
		Elapsed(72 * time.Hour):                      "pasaron 3 días",
		Elapsed(time.Hour):                           "pasó una hora",
		Elapsed(36 * time.Hour):                      "pasaron 36 horas",
		commentHint(0):                               "Qué le gustó y qué podemos mejorar.",
		commentHint(1):                               "Obligatorio si la calificación es 1.",
		commentHint(2):                               "Obligatorio si la calificación es 1 o 2.",
		commentHint(3):                               "Obligatorio si la calificación es 1, 2 o 3.",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestJoiningAndEnding(t *testing.T) {
	for got, want := range map[string]string{
		List(nil, "y"):                     "",
		List([]string{"a"}, "y"):           "a",
		List([]string{"a", "b"}, "y"):      "a y b",
		List([]string{"a", "b", "c"}, "o"): "a, b o c",
		Stop("Vence a las 4:00 p. m."):     "Vence a las 4:00 p. m.",
		Stop("Vence el lunes"):             "Vence el lunes.",
		Stop("¿Hay novedades?"):            "¿Hay novedades?",
		lower("¿Hay novedades?"):           "¿hay novedades?",
		lower("Único"):                     "único",
		lower("Espera que la reciba"):      "espera que la reciba",
		lower("") + lower("…"):             "…",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// The expected day of a wait is one of the entity's zone, however far that is from Greenwich.
func TestExpectedDayIsOfTheEntity(t *testing.T) {
	cat := builtIn(t)
	zone, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	cat.Calendar.Zone.Location = zone
	tk := &ticket.Ticket{Hold: &ticket.Hold{For: ticket.ForOther, Reason: "Falta la firma.", Expected: time.Date(2026, 11, 26, 0, 0, 0, 0, zone).UTC()}}
	if got := (View{Catalog: cat}).awaited(tk); !strings.HasSuffix(got, "Se espera para el 26 de noviembre de 2026.") {
		t.Errorf("%q", got)
	}
}

package card_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"helptic/flows/card"
	"helptic/ticket"
)

const (
	anIncident = "asesoria-tecnica.ofimatica"
	aWebPage   = publish
)

// entry finds one of the catalogue.
func entry(cat *ticket.Catalog, id string) ticket.Entry {
	e, _ := cat.Entry(id)
	return e
}

// bogota reads "2006-01-02 15:04".
func bogota(s string) time.Time {
	zone, err := time.LoadLocation("America/Bogota")
	if err != nil {
		panic(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		panic(err)
	}
	return at
}

// TestExplain shows every kind of step.
func TestExplain(t *testing.T) {
	cat := shipped(t)
	lunch := shipped(t)
	lunch.Calendar.Working = withLunch(t)
	lunch.Calendar.Closures = []ticket.Closure{{Date: ticket.Day{Time: time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC)}, Name: "Aniversario"}}
	delete(lunch.Calendar.Working, "friday")
	pause := func(from, to, why string) ticket.Pause {
		p := ticket.Pause{From: bogota(from), Why: why}
		if to != "" {
			p.To = bogota(to)
		}
		return p
	}
	for _, c := range []struct {
		name, entry, impact, at string
		cat                     *ticket.Catalog
		pauses                  []ticket.Pause
		want                    string
	}{
		{"within a day", anIncident, "alta", "2026-11-17 09:00", cat, nil, `
Plazo: 2 horas hábiles.
Se registró: martes 17 de noviembre, 9:00 a. m.
• martes 17 de noviembre, 9:00 a. m. a 11:00 a. m.: cuenta 2 h
Vence: martes 17 de noviembre, 11:00 a. m.`},
		{"over a holiday", anIncident, "alta", "2026-11-13 16:00", cat, nil, `
Plazo: 2 horas hábiles.
Se registró: viernes 13 de noviembre, 4:00 p. m.
• viernes 13 de noviembre, 4:00 p. m. a 5:00 p. m.: cuenta 1 h
• viernes 13 de noviembre, 5:00 p. m. a martes 17 de noviembre, 8:00 a. m.: no cuenta · fuera de horario, fin de semana y festivo (Independencia de Cartagena)
• martes 17 de noviembre, 8:00 a. m. a 9:00 a. m.: cuenta 1 h
Vence: martes 17 de noviembre, 9:00 a. m.`},
		{"a web page, late", aWebPage, "alta", "2026-11-17 16:30", cat, nil, `
Plazo: 1 día hábil.
Se registró: martes 17 de noviembre, 4:30 p. m.
Cuenta desde: miércoles 18 de noviembre, 8:00 a. m.
• martes 17 de noviembre, 4:30 p. m. a 5:00 p. m.: no cuenta · se atiende desde el siguiente día hábil
• martes 17 de noviembre, 5:00 p. m. a miércoles 18 de noviembre, 8:00 a. m.: no cuenta · fuera de horario
• miércoles 18 de noviembre, 8:00 a. m. a 5:00 p. m.: cuenta 9 h
• miércoles 18 de noviembre, 5:00 p. m. a jueves 19 de noviembre, 8:00 a. m.: no cuenta · fuera de horario
Vence: jueves 19 de noviembre, 8:00 a. m.`},
		{"pauses", anIncident, "alta", "2026-11-17 08:00", cat, []ticket.Pause{pause("2026-11-17 09:00", "2026-11-17 10:05", "provider"),
			pause("2026-11-17 17:00", "2026-11-18 07:00", "user"), pause("2026-11-17 10:30", "2026-11-17 16:50", "resolved"), pause("2026-11-18 08:10", "", "user")}, `
Plazo: 2 horas hábiles.
Se registró: martes 17 de noviembre, 8:00 a. m.
• martes 17 de noviembre, 8:00 a. m. a 9:00 a. m.: cuenta 1 h
• martes 17 de noviembre, 9:00 a. m. a 10:05 a. m.: pausa en espera de un proveedor · no cuenta, 1 h 5 min en horario hábil
• martes 17 de noviembre, 10:05 a. m. a 10:30 a. m.: cuenta 25 min
• martes 17 de noviembre, 10:30 a. m. a 4:50 p. m.: pausa mientras estuvo resuelta · no cuenta, 6 h 20 min en horario hábil
• martes 17 de noviembre, 4:50 p. m. a 5:00 p. m.: cuenta 10 min
• martes 17 de noviembre, 5:00 p. m. a miércoles 18 de noviembre, 7:00 a. m.: pausa en espera del usuario · fuera de horario
• miércoles 18 de noviembre, 7:00 a. m. a 8:00 a. m.: no cuenta · fuera de horario
• miércoles 18 de noviembre, 8:00 a. m. a 8:25 a. m.: cuenta 25 min
Sin las pausas vencía: martes 17 de noviembre, 10:00 a. m.
Las pausas suman: 7 h 25 min hábiles
Vence: miércoles 18 de noviembre, 8:25 a. m.
El reloj está detenido desde: miércoles 18 de noviembre, 8:10 a. m. Lo que dure en horario hábil se suma al reanudar.`},
		{"a pause when it was late", anIncident, "muy_urgente", "2026-11-17 08:00", cat, []ticket.Pause{pause("2026-11-17 11:00", "2026-11-17 12:00", "other")}, `
Plazo: 1 hora hábil.
Se registró: martes 17 de noviembre, 8:00 a. m.
• martes 17 de noviembre, 8:00 a. m. a 10:00 a. m.: cuenta 2 h
Después de ese plazo también hubo pausas, que se suman:
• martes 17 de noviembre, 11:00 a. m. a 12:00 m.: pausa en espera de otra dependencia · no cuenta, 1 h en horario hábil
Sin las pausas vencía: martes 17 de noviembre, 9:00 a. m.
Las pausas suman: 1 h hábil
Vence: martes 17 de noviembre, 10:00 a. m.`},
		{"breaks, a closure and a weekday off", anIncident, "mediana", "2026-11-18 11:00", lunch, nil, `
Plazo: 4 horas hábiles.
Se registró: miércoles 18 de noviembre, 11:00 a. m.
• miércoles 18 de noviembre, 11:00 a. m. a 12:00 m.: cuenta 1 h
• miércoles 18 de noviembre, 12:00 m. a 2:00 p. m.: no cuenta · fuera de horario
• miércoles 18 de noviembre, 2:00 p. m. a 5:00 p. m.: cuenta 3 h
Vence: miércoles 18 de noviembre, 5:00 p. m.`},
		{"over all of them", anIncident, "alta", "2026-11-18 17:00", lunch, nil, `
Plazo: 2 horas hábiles.
Se registró: miércoles 18 de noviembre, 5:00 p. m.
• miércoles 18 de noviembre, 5:00 p. m. a 6:00 p. m.: cuenta 1 h
• miércoles 18 de noviembre, 6:00 p. m. a lunes 23 de noviembre, 8:00 a. m.: no cuenta · fuera de horario, cierre de la entidad (Aniversario), día sin atención y fin de semana
• lunes 23 de noviembre, 8:00 a. m. a 9:00 a. m.: cuenta 1 h
Vence: lunes 23 de noviembre, 9:00 a. m.`},
	} {
		w := c.cat.Walk(entry(c.cat, c.entry), c.impact, bogota(c.at), c.pauses...)
		if got := strings.Join(card.View{Catalog: c.cat}.Explain(w), "\n"); got != strings.TrimPrefix(c.want, "\n") {
			t.Errorf("%s:\n%s\nwant%s", c.name, got, c.want)
		}
	}
}

// Seconds are not shown, and the lines add up all the same.
func TestExplainAddsUpInMinutes(t *testing.T) {
	cat := shipped(t)
	w := cat.Walk(entry(cat, anIncident), "alta", bogota("2026-11-17 16:00").Add(30*time.Second))
	lines := card.View{Catalog: cat}.Explain(w)
	if got := []string{lines[2], lines[4]}; !strings.HasSuffix(got[0], "cuenta 59 min") || !strings.HasSuffix(got[1], "cuenta 1 h 1 min") {
		t.Errorf("%q", got)
	}
}

func TestExplainIsShort(t *testing.T) {
	cat := shipped(t)
	var pauses []ticket.Pause
	for n := range 60 {
		at := bogota("2026-11-17 08:00").Add(time.Duration(n) * 4 * time.Minute)
		pauses = append(pauses, ticket.Pause{From: at.Add(2 * time.Minute), To: at.Add(4 * time.Minute), Why: "user"})
	}
	lines := card.View{Catalog: cat}.Explain(cat.Walk(entry(cat, anIncident), "alta", bogota("2026-11-17 08:00"), pauses...))
	more := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "…") })
	if len(lines) != 30 || more < 0 || lines[more] != "… y 96 pasos más …" {
		t.Errorf("%d lines\n%s", len(lines), strings.Join(lines, "\n"))
	}
}

// withLunch is the shipped week with a break from 12:00 to 14:00, until 18:00.
func withLunch(t testing.TB) map[string][]ticket.Interval {
	t.Helper()
	week := map[string][]ticket.Interval{}
	for day := range shipped(t).Calendar.Working {
		var intervals []ticket.Interval
		if err := json.Unmarshal([]byte(`[["08:00", "12:00"], ["14:00", "18:00"]]`), &intervals); err != nil {
			t.Fatal(err)
		}
		week[day] = intervals
	}
	return week
}

package card

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"helptic/ticket"
)

var (
	dayNames   = [...]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}
	monthNames = [...]string{"", "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
)

// day is a date as people read it: "20 de noviembre de 2026".
func day(d time.Time) string {
	return fmt.Sprintf("%d de %s de %d", d.Day(), monthNames[d.Month()], d.Year())
}

// Weekday is a date of a known year: "viernes 20 de noviembre".
func Weekday(d time.Time) string {
	return fmt.Sprintf("%s %d de %s", dayNames[d.Weekday()], d.Day(), monthNames[d.Month()])
}

// Time is an instant as people of the entity read it: "viernes 20 de noviembre, 4:00 p. m.".
func (v View) Time(t time.Time) string {
	l := t.In(v.Catalog.Calendar.Location())
	return Weekday(l) + ", " + clock(l)
}

// clock is the time of day. Noon is "12:00 m." (meridiano), as it is written in Colombia.
func clock(l time.Time) string {
	hour, minute := l.Hour(), l.Minute()
	switch {
	case hour == 12 && minute == 0:
		return "12:00 m."
	case hour == 0:
		return fmt.Sprintf("12:%02d a. m.", minute)
	case hour < 12:
		return fmt.Sprintf("%d:%02d a. m.", hour, minute)
	case hour == 12:
		return fmt.Sprintf("12:%02d p. m.", minute)
	}
	return fmt.Sprintf("%d:%02d p. m.", hour-12, minute)
}

// span is two instants, with the day once where both have the same.
func (v View) span(from, to time.Time) string {
	zone := v.Catalog.Calendar.Location()
	if end := to.In(zone); from.In(zone).Format(time.DateOnly) == end.Format(time.DateOnly) {
		return v.Time(from) + " a " + clock(end)
	}
	return v.Time(from) + " a " + v.Time(to)
}

// left is how much working time is left until a promise is due, or has gone since.
func (v View) left(due time.Time) string {
	cal := &v.Catalog.Calendar
	left, gone := cal.Between(v.Now, due), cal.Between(due, v.Now)
	switch {
	case due.Sub(v.Now) >= time.Minute && left < time.Minute:
		return "vence al comenzar la jornada" // none of the time until then is working time
	case due.After(v.Now) && left < time.Minute:
		return "vence ya"
	case due.After(v.Now) && left.Truncate(time.Minute) == time.Hour, left.Truncate(time.Minute) == time.Minute:
		return "falta " + workingTime(left)
	case due.After(v.Now):
		return "faltan " + workingTime(left)
	case gone < time.Minute:
		return "acaba de vencer"
	}
	return "venció hace " + workingTime(gone)
}

func workingTime(d time.Duration) string {
	if d = d.Truncate(time.Minute); d == time.Hour || d == time.Minute {
		return duration(d) + " hábil"
	}
	return duration(d) + " hábiles"
}

// duration is one in hours and whole minutes: "2 h 30 min".
func duration(d time.Duration) string {
	d = d.Truncate(time.Minute)
	var parts []string
	if h := int(d.Hours()); h > 0 {
		parts = append(parts, fmt.Sprintf("%d h", h))
	}
	if m := int(d.Minutes()) % 60; m > 0 || len(parts) == 0 {
		parts = append(parts, fmt.Sprintf("%d min", m))
	}
	return strings.Join(parts, " ")
}

// Target is a time of the service level: "4 horas hábiles".
func Target(t ticket.Target) string {
	if t.Days > 0 {
		return plural(t.Days, "día hábil", "días hábiles")
	}
	return plural(int(t.Hours.Hours()), "hora hábil", "horas hábiles")
}

// Elapsed is a time that went by: "pasó un día".
func Elapsed(d time.Duration) string {
	hours := int(d.Hours())
	switch {
	case hours == 24:
		return "pasó un día"
	case hours > 0 && hours%24 == 0:
		return fmt.Sprintf("pasaron %d días", hours/24)
	case hours == 1:
		return "pasó una hora"
	}
	return fmt.Sprintf("pasaron %d horas", hours)
}

// plural counts things: "1 encuesta", "2 encuestas".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Number is a whole number with a point at each thousand: "4.000".
func Number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}

// List joins names with a conjunction before the last: "a, b o c".
func List(names []string, conjunction string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " " + conjunction + " " + names[len(names)-1]
}

// Stop ends a sentence that may have its end already, as one in "p. m.".
func Stop(s string) string {
	if strings.HasSuffix(s, "?") {
		return s
	}
	return strings.TrimSuffix(s, ".") + "."
}

// lower makes the first letter of a sentence small, behind what opens it: "¿Hay…" is "¿hay…".
func lower(s string) string {
	for i, r := range s {
		if unicode.IsLetter(r) {
			return s[:i] + string(unicode.ToLower(r)) + s[i+len(string(r)):]
		}
	}
	return s
}

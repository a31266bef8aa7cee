package ticket

import (
	"fmt"
	"strings"
	"time"
)

// mostLines is how many lines of a walk people are shown: first and last ones.
const mostLines = 24

// pauseNames say why a pause stood.
var pauseNames = map[string]string{
	string(ForProvider): "en espera de un proveedor",
	string(ForUser):     "en espera del usuario",
	string(ForOther):    "en espera de otra dependencia",
	string(ForOfficial): "en espera de la Oficina de Tecnología",
	"resolved":          "mientras estuvo resuelta",
}

// Explain answers "¿Por qué vence a esa hora?", a line for each step.
func (c *Calendar) Explain(w Walk) []string {
	lines := []string{
		"Plazo: " + w.Target.String() + ".",
		"Se registró: " + c.FormatTime(w.Asked),
	}
	if !w.Start.Equal(w.Asked) {
		lines = append(lines, "Cuenta desde: "+c.FormatTime(w.Start))
	}
	steps := c.steps(w.Segments)
	if len(w.After) > 0 {
		steps = append(steps, "Después de ese plazo también hubo pausas, que se suman:")
		steps = append(steps, c.steps(w.After)...)
	}
	if n := len(steps) - mostLines; n > 0 {
		half := mostLines / 2
		steps = append(append(steps[:half:half], fmt.Sprintf("… y %d pasos más …", n)), steps[half+n:]...)
	}
	lines = append(lines, steps...)
	if w.Credited > 0 {
		lines = append(lines, "Sin las pausas vencía: "+c.FormatTime(w.Unpaused), "Las pausas suman: "+formatWork(w.Credited))
	}
	lines = append(lines, "Vence: "+c.FormatTime(w.Due))
	if !w.Stopped.IsZero() {
		lines = append(lines, "El reloj está detenido desde: "+c.FormatTime(w.Stopped)+" Lo que dure en horario hábil se suma al reanudar.")
	}
	return lines
}

// steps are a line for each segment; those in which nobody works are told together.
func (c *Calendar) steps(all []Segment) (lines []string) {
	counted := time.Duration(0)
	for i := 0; i < len(all); i++ {
		s := all[i]
		text := ""
		switch s.Kind {
		case KindWorking:
			// Whole minutes of the sum, so that the lines add up to it.
			before := counted.Truncate(time.Minute)
			counted += s.Counted
			text = "cuenta " + formatSpan(counted-before)
		case KindCutoff:
			text = "no cuenta · se atiende desde el siguiente día hábil"
		case KindPause:
			text = "pausa"
			if name := pauseNames[s.Name]; name != "" {
				text += " " + name
			}
			if s.Credited >= time.Minute {
				text += " · no cuenta, " + formatSpan(s.Credited) + " en horario hábil"
			} else {
				text += " · fuera de horario"
			}
		default:
			reasons := c.reasons(nil, s)
			for ; i+1 < len(all) && resting(all[i+1].Kind); i++ {
				reasons = c.reasons(reasons, all[i+1])
				s.To = all[i+1].To
			}
			text = "no cuenta · " + enumerate(reasons)
		}
		lines = append(lines, "• "+c.formatBetween(s.From, s.To)+": "+text)
	}
	return lines
}

// resting tells whether nobody works in such time.
func resting(k Kind) bool { return k == KindOff || k == KindHoliday || k == KindClosure }

// reasons adds why nobody works in a segment to what was said before.
func (c *Calendar) reasons(said []string, s Segment) []string {
	add := func(reason string) {
		for _, r := range said {
			if r == reason {
				return
			}
		}
		said = append(said, reason)
	}
	switch s.Kind {
	case KindHoliday:
		add("festivo (" + s.Name + ")")
	case KindClosure:
		add("cierre de la entidad (" + s.Name + ")")
	default:
		for at := s.From.In(c.Zone.Location); at.Before(s.To); {
			y, m, d := at.Date()
			switch day := at.Weekday(); {
			case len(c.Working[weekdays[day]]) > 0:
				add("fuera de horario")
			case day == time.Saturday || day == time.Sunday:
				add("fin de semana")
			default:
				add("día sin atención")
			}
			at = time.Date(y, m, d+1, 0, 0, 0, 0, c.Zone.Location)
		}
	}
	return said
}

// enumerate joins reasons: "a, b y c".
func enumerate(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " y " + all[len(all)-1]
}

var (
	dayNames   = [...]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}
	monthNames = [...]string{"", "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
)

// FormatDay says a date as people read it: "20 de noviembre de 2026".
func FormatDay(d time.Time) string {
	return fmt.Sprintf("%d de %s de %d", d.Day(), monthNames[d.Month()], d.Year())
}

// FormatWeekday says a date of a known year: "viernes 20 de noviembre".
func FormatWeekday(d time.Time) string {
	return fmt.Sprintf("%s %d de %s", dayNames[d.Weekday()], d.Day(), monthNames[d.Month()])
}

// FormatTime says an instant as people of the entity read it: "viernes 20 de noviembre, 4:00 p. m.".
func (c *Calendar) FormatTime(t time.Time) string {
	l := t.In(c.Zone.Location)
	return FormatWeekday(l) + ", " + formatClock(l)
}

func formatClock(l time.Time) string {
	half, hour := "a. m.", l.Hour()
	if hour >= 12 {
		half = "p. m."
	}
	if hour = hour % 12; hour == 0 {
		hour = 12
	}
	return fmt.Sprintf("%d:%02d %s", hour, l.Minute(), half)
}

// formatBetween says a span, with the day once where both ends have the same.
func (c *Calendar) formatBetween(from, to time.Time) string {
	end := to.In(c.Zone.Location)
	if dayNumber(from.In(c.Zone.Location)) == dayNumber(end) {
		return c.FormatTime(from) + " a " + formatClock(end)
	}
	return c.FormatTime(from) + " a " + c.FormatTime(to)
}

// FormatLeft says how much working time is left until a promise is due, or gone since.
func (c *Calendar) FormatLeft(now, due time.Time) string {
	left, gone := c.Between(now, due), c.Between(due, now)
	switch {
	case due.After(now) && left < time.Minute:
		return "vence ya"
	case due.After(now) && left.Truncate(time.Minute) == time.Hour, left.Truncate(time.Minute) == time.Minute:
		return "falta " + formatWork(left)
	case due.After(now):
		return "faltan " + formatWork(left)
	case gone < time.Minute:
		return "acaba de vencer"
	}
	return "venció hace " + formatWork(gone)
}

func formatWork(d time.Duration) string {
	if d = d.Truncate(time.Minute); d == time.Hour || d == time.Minute {
		return formatSpan(d) + " hábil"
	}
	return formatSpan(d) + " hábiles"
}

// formatSpan says a duration in hours and whole minutes: "2 h 30 min".
func formatSpan(d time.Duration) string {
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

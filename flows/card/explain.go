package card

import (
	"slices"
	"strings"
	"time"

	"helptic/ticket"
)

// mostSteps is how many steps of a walk people are shown: first and last ones.
const mostSteps = 24

// pauseNames say why a pause stood.
var pauseNames = map[string]string{
	string(ticket.ForProvider): "en espera de un proveedor",
	string(ticket.ForUser):     "en espera del usuario",
	string(ticket.ForOther):    "en espera de otra dependencia",
	string(ticket.ForOfficial): "en espera de la Oficina de Tecnología",
	"resolved":                 "mientras estuvo resuelta",
}

// Explain answers "¿Por qué vence a esa hora?", a line for each step.
func (v View) Explain(w ticket.Walk) []string {
	lines := []string{
		"Plazo: " + Target(w.Target) + ".",
		"Se registró: " + v.Time(w.Asked),
	}
	if !w.Start.Equal(w.Asked) {
		lines = append(lines, "Cuenta desde: "+v.Time(w.Start))
	}
	steps := v.steps(w.Segments)
	if len(w.After) > 0 {
		steps = append(steps, "Después de ese plazo también hubo pausas, que se suman:")
		steps = append(steps, v.steps(w.After)...)
	}
	if n := len(steps) - mostSteps; n > 0 {
		half := mostSteps / 2
		steps = append(append(steps[:half:half], "… y "+plural(n, "paso", "pasos")+" más …"), steps[half+n:]...)
	}
	lines = append(lines, steps...)
	if w.Credited > 0 {
		lines = append(lines, "Sin las pausas vencía: "+v.Time(w.Unpaused), "Las pausas suman: "+workingTime(w.Credited))
	}
	lines = append(lines, "Vence: "+v.Time(w.Due))
	if !w.Stopped.IsZero() {
		lines = append(lines, "El reloj está detenido desde: "+v.Time(w.Stopped)+" Lo que dure en horario hábil se suma al reanudar.")
	}
	return lines
}

// steps are a line for each segment; those in which nobody works share one.
func (v View) steps(all []ticket.Segment) (lines []string) {
	counted := time.Duration(0)
	for i := 0; i < len(all); i++ {
		s := all[i]
		text := ""
		switch s.Kind {
		case ticket.KindWorking:
			// Whole minutes of the sum, so that the lines add up to it.
			before := counted.Truncate(time.Minute)
			counted += s.Counted
			text = "cuenta " + duration(counted-before)
		case ticket.KindCutoff:
			text = "no cuenta · se atiende desde el siguiente día hábil"
		case ticket.KindPause:
			text = "pausa"
			if name := pauseNames[s.Name]; name != "" {
				text += " " + name
			}
			if s.Credited >= time.Minute {
				text += " · no cuenta, " + duration(s.Credited) + " en horario hábil"
			} else {
				text += " · fuera de horario"
			}
		default:
			reasons := v.reasons(nil, s)
			for ; i+1 < len(all) && resting(all[i+1].Kind); i++ {
				reasons = v.reasons(reasons, all[i+1])
				s.To = all[i+1].To
			}
			text = "no cuenta · " + List(reasons, "y")
		}
		lines = append(lines, "• "+v.span(s.From, s.To)+": "+text)
	}
	return lines
}

// resting tells whether nobody works in such time.
func resting(k ticket.Kind) bool {
	return k == ticket.KindOff || k == ticket.KindHoliday || k == ticket.KindClosure
}

// reasons adds why nobody works in a segment to those of the segments before.
func (v View) reasons(all []string, s ticket.Segment) []string {
	cal := &v.Catalog.Calendar
	add := func(reason string) {
		if !slices.Contains(all, reason) {
			all = append(all, reason)
		}
	}
	switch s.Kind {
	case ticket.KindHoliday:
		add("festivo (" + s.Name + ")")
	case ticket.KindClosure:
		add("cierre de la entidad (" + s.Name + ")")
	default:
		for at := s.From.In(cal.Location()); at.Before(s.To); {
			y, m, d := at.Date()
			switch day := at.Weekday(); {
			case len(cal.Working[strings.ToLower(day.String())]) > 0:
				add("fuera de horario")
			case day == time.Saturday || day == time.Sunday:
				add("fin de semana")
			default:
				add("día sin atención")
			}
			at = time.Date(y, m, d+1, 0, 0, 0, 0, cal.Location())
		}
	}
	return all
}

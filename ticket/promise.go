package ticket

import (
	"fmt"
	"strings"
	"time"
)

// Promise is when a request is to be solved, and from when its time counts.
type Promise struct {
	Start  time.Time
	Due    time.Time
	Target Target
}

// Promise computes what the service level promises to a request registered at a time.
func (c *Catalog) Promise(e Entry, impact string, at time.Time) Promise {
	p := Promise{Target: c.ServiceLevels[e.Type][impact]}
	p.Start = c.Calendar.Open(at)
	if e.WebContent {
		p.Start = c.attended(at)
	}
	p.Start = p.Start.Truncate(time.Millisecond)
	if p.Target.Days > 0 {
		p.Due = c.Calendar.AddDays(p.Start, p.Target.Days)
	} else {
		p.Due = c.Calendar.Add(p.Start, p.Target.Hours)
	}
	return p
}

// attended is the 4 p. m. rule of section 5: what comes later, or outside working days,
// is attended from the next working day.
func (c *Catalog) attended(at time.Time) time.Time {
	l := at.In(c.Calendar.Location())
	cutoff := time.Date(l.Year(), l.Month(), l.Day(), 0, c.Rules.WebContent.Cutoff.Minutes, 0, 0, c.Calendar.Location())
	if c.Calendar.WorkingDay(at) && !at.After(cutoff) {
		return c.Calendar.Open(at)
	}
	return c.Calendar.NextDay(at)
}

// Credit moves a due time by the working time of a pause.
func (c *Catalog) Credit(due, from, to time.Time) time.Time {
	if pause := c.Calendar.Between(from, to); pause > 0 {
		return c.Calendar.Add(due, pause)
	}
	return due
}

var (
	dayNames   = [...]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}
	monthNames = [...]string{"", "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
)

// FormatDay says a date as people read it: "20 de noviembre de 2026".
func FormatDay(d time.Time) string {
	return fmt.Sprintf("%d de %s de %d", d.Day(), monthNames[d.Month()], d.Year())
}

// FormatTime says an instant as people of the entity read it: "viernes 20 de noviembre, 4:00 p. m.".
func (c *Calendar) FormatTime(t time.Time) string {
	l := t.In(c.Zone.Location)
	half, hour := "a. m.", l.Hour()
	if hour >= 12 {
		half = "p. m."
	}
	if hour = hour % 12; hour == 0 {
		hour = 12
	}
	return fmt.Sprintf("%s %d de %s, %d:%02d %s", dayNames[l.Weekday()], l.Day(), monthNames[l.Month()], hour, l.Minute(), half)
}

// FormatLeft says how much working time is left until a promise is due, or gone since.
func (c *Calendar) FormatLeft(now, due time.Time) string {
	if due.After(now) {
		return "faltan " + formatWork(c.Between(now, due))
	}
	return "venció hace " + formatWork(c.Between(due, now))
}

func formatWork(d time.Duration) string {
	d = d.Truncate(time.Minute)
	var parts []string
	if h := int(d.Hours()); h > 0 {
		parts = append(parts, fmt.Sprintf("%d h", h))
	}
	if m := int(d.Minutes()) % 60; m > 0 || len(parts) == 0 {
		parts = append(parts, fmt.Sprintf("%d min", m))
	}
	return strings.Join(parts, " ") + " hábiles"
}

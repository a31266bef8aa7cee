package ticket

import (
	"iter"
	"time"
)

// horizon is how many days a calculation walks before it gives up: a calendar that is
// closed for longer promises nothing sensible.
const horizon = 20 * 366

var weekdays = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// Kind is what a stretch of time is to a promise.
type Kind string

// The kinds of time. The calendar knows the first four.
const (
	KindWorking Kind = "working"
	KindOff     Kind = "off" // outside working hours: nights, breaks, days of the week without any
	KindHoliday Kind = "holiday"
	KindClosure Kind = "closure"
	KindPause   Kind = "pause"
	KindCutoff  Kind = "cutoff" // working time that the 4 p. m. rule leaves out
)

// span is the time from one instant to another.
type span struct{ from, to time.Time }

// stretch is time of one kind; holidays and closures have a name.
type stretch struct {
	span
	kind Kind
	name string
}

// stretches are the kinds of time from an instant on, without a gap, each within one day,
// until the horizon. All arithmetic of the calendar reads them and nothing else.
func (c *Calendar) stretches(t time.Time) iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		zone := c.Zone.Location
		year, month, first := t.In(zone).Date()
		from := t
		put := func(to time.Time, kind Kind, name string) bool {
			if !from.Before(to) {
				return true
			}
			s := stretch{span{from, to}, kind, name}
			from = to
			return yield(s)
		}
		for n := range horizon {
			y, m, d := time.Date(year, month, first+n, 12, 0, 0, 0, time.UTC).Date()
			ends := time.Date(y, m, d+1, 0, 0, 0, 0, zone)
			work, kind, name := c.day(y, m, d)
			for _, i := range work {
				if !put(time.Date(y, m, d, 0, i[0].Minutes, 0, 0, zone), KindOff, "") ||
					!put(time.Date(y, m, d, 0, i[1].Minutes, 0, 0, zone), KindWorking, "") {
					return
				}
			}
			if !put(ends, kind, name) {
				return
			}
		}
	}
}

// day is the working time of a date, and what the rest of the day is. A holiday counts as
// one where it takes working time away.
func (c *Calendar) day(y int, m time.Month, d int) (work []Interval, rest Kind, name string) {
	work = c.Working[weekdays[time.Date(y, m, d, 12, 0, 0, 0, time.UTC).Weekday()]]
	if len(work) == 0 {
		return nil, KindOff, ""
	}
	if c.Holiday != nil {
		if name, ok := c.Holiday(y, m, d); ok {
			return nil, KindHoliday, name
		}
	}
	for _, x := range c.Closures {
		if cy, cm, cd := x.Date.Date(); cy == y && cm == m && cd == d {
			return nil, KindClosure, x.Name
		}
	}
	return work, KindOff, ""
}

// working is the working time from an instant on.
func (c *Calendar) working(t time.Time) iter.Seq[span] {
	return func(yield func(span) bool) {
		for s := range c.stretches(t) {
			if s.kind == KindWorking && !yield(s.span) {
				return
			}
		}
	}
}

// Open is the instant itself in working time, else the next opening.
func (c *Calendar) Open(t time.Time) time.Time {
	for s := range c.working(t) {
		return s.from.UTC()
	}
	return t.UTC()
}

// WorkingDay tells whether the entity works on the day of t.
func (c *Calendar) WorkingDay(t time.Time) bool {
	work, _, _ := c.day(t.In(c.Zone.Location).Date())
	return len(work) > 0
}

// WorkingDays is how many days of a year the entity works.
func (c *Calendar) WorkingDays(year int) int {
	n := 0
	for t := time.Date(year, time.January, 1, 12, 0, 0, 0, c.Zone.Location); t.Year() == year; t = t.AddDate(0, 0, 1) {
		if c.WorkingDay(t) {
			n++
		}
	}
	return n
}

// NextDay is the first opening of the next working day.
func (c *Calendar) NextDay(t time.Time) time.Time {
	y, m, d := t.In(c.Zone.Location).Date()
	return c.Open(time.Date(y, m, d+1, 0, 0, 0, 0, c.Zone.Location))
}

// Add is the instant after so much working time. It is the seam of the service levels:
// hours run in working time only.
func (c *Calendar) Add(start time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return c.Open(start)
	}
	for s := range c.working(start) {
		if room := s.to.Sub(s.from); d > room {
			d -= room
			continue
		}
		return s.from.Add(d).UTC()
	}
	return start.Add(d).UTC()
}

// AddDays is the same clock time so many working days later, moved into working time:
// before the opening to the opening, after the closing to the closing, in a break to
// where the break begins. What starts outside working time starts at the next opening.
func (c *Calendar) AddDays(start time.Time, days int) time.Time {
	start = c.Open(start)
	zone := c.Zone.Location
	l := start.In(zone)
	var at, due time.Time // the same clock time on the last day, and the best so far
	today := dayNumber(l)
	for s := range c.working(start) {
		from := s.from.In(zone)
		if day := dayNumber(from); day != today {
			if today = day; days == 0 {
				break
			}
			if days--; days == 0 {
				y, m, d := from.Date()
				at = time.Date(y, m, d, l.Hour(), l.Minute(), l.Second(), l.Nanosecond(), zone)
				due = s.from
			}
		}
		if days == 0 && !at.Before(s.from) {
			if due = s.to; at.Before(due) {
				due = at
			}
		}
	}
	if due.IsZero() {
		return start
	}
	return due.UTC()
}

// dayNumber tells days apart.
func dayNumber(t time.Time) int { return t.Year()*366 + t.YearDay() }

// after is the end of a target that begins at an instant.
func (c *Calendar) after(start time.Time, t Target) time.Time {
	if t.Days > 0 {
		return c.AddDays(start, t.Days)
	}
	return c.Add(start, t.Hours)
}

// Between is the working time from one instant to another.
func (c *Calendar) Between(a, b time.Time) (sum time.Duration) {
	for s := range c.working(a) {
		if !s.from.Before(b) {
			break
		}
		if b.Before(s.to) {
			return sum + b.Sub(s.from)
		}
		sum += s.to.Sub(s.from)
	}
	return sum
}

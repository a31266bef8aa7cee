package ticket

import (
	"encoding/json"
	"fmt"
	"time"
)

// Calendar is the working time of the entity. All its answers are in UTC; days and
// clock times are those of its zone.
type Calendar struct {
	Zone     Zone                  `json:"zone"`
	Working  map[string][]Interval `json:"working"` // by weekday: "monday"…
	Closures []Closure             `json:"closures"`

	// Holiday names the national holiday that a day is, if any. It is not data of the
	// catalogue: whoever knows the law sets it.
	Holiday func(year int, month time.Month, day int) (name string, ok bool) `json:"-"`
}

// Interval is a span of working time in a day.
type Interval [2]Clock

// Closure is a day on which the entity does not work.
type Closure struct {
	Date Day    `json:"date"`
	Name string `json:"name"`
}

// Clock is a time of day.
type Clock struct{ Minutes int }

// UnmarshalText reads "08:00"; "24:00" is the end of the day.
func (c *Clock) UnmarshalText(b []byte) error {
	if string(b) == "24:00" {
		c.Minutes = 24 * 60
		return nil
	}
	t, err := time.Parse("15:04", string(b))
	if err != nil || len(b) != 5 {
		return fmt.Errorf("%q is not a time of day like 08:00", b)
	}
	c.Minutes = t.Hour()*60 + t.Minute()
	return nil
}

// MarshalText is the way back.
func (c Clock) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%02d:%02d", c.Minutes/60, c.Minutes%60), nil
}

// Day is a date.
type Day struct{ time.Time }

// UnmarshalText reads "2026-12-24".
func (d *Day) UnmarshalText(b []byte) (err error) {
	if d.Time, err = time.Parse(time.DateOnly, string(b)); err != nil {
		return fmt.Errorf("%q is not a date like 2026-12-24", b)
	}
	return nil
}

// UnmarshalJSON reads the same; without it that of time.Time would be promoted.
func (d *Day) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	return d.UnmarshalText([]byte(s))
}

// MarshalJSON is the way back.
func (d Day) MarshalJSON() ([]byte, error) { return json.Marshal(d.Format(time.DateOnly)) }

// Zone is a time zone by its name.
type Zone struct{ *time.Location }

// UnmarshalText reads "America/Bogota".
func (z *Zone) UnmarshalText(b []byte) (err error) {
	if z.Location, err = time.LoadLocation(string(b)); err != nil || len(b) == 0 {
		return fmt.Errorf("%q is not a time zone like America/Bogota", b)
	}
	return nil
}

// MarshalText is the way back.
func (z Zone) MarshalText() ([]byte, error) { return []byte(z.String()), nil }

// horizon is how many days a calculation walks before it gives up: a calendar that is
// closed for longer promises nothing sensible.
const horizon = 20 * 366

var weekdays = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// Location is the zone of the entity.
func (c *Calendar) Location() *time.Location { return c.Zone.Location }

// span is working time from one instant to another.
type span struct{ from, to time.Time }

// day returns the working time of the day that is n days after the one of t.
func (c *Calendar) day(t time.Time, n int) []span {
	l := t.In(c.Zone.Location)
	y, m, d := l.Date()
	date := time.Date(y, m, d+n, 12, 0, 0, 0, c.Zone.Location)
	y, m, d = date.Date()
	if c.closed(y, m, d) {
		return nil
	}
	var out []span
	for _, i := range c.Working[weekdays[date.Weekday()]] {
		at := func(k Clock) time.Time { return time.Date(y, m, d, 0, k.Minutes, 0, 0, c.Zone.Location) }
		if s := (span{at(i[0]), at(i[1])}); s.from.Before(s.to) {
			out = append(out, s)
		}
	}
	return out
}

// closed tells whether the entity does not work on a day, whatever the weekday says.
func (c *Calendar) closed(y int, m time.Month, d int) bool {
	for _, x := range c.Closures {
		if cy, cm, cd := x.Date.Date(); cy == y && cm == m && cd == d {
			return true
		}
	}
	if c.Holiday == nil {
		return false
	}
	_, holiday := c.Holiday(y, m, d)
	return holiday
}

// Open is the instant itself in working time, else the next opening.
func (c *Calendar) Open(t time.Time) time.Time {
	for n := range horizon {
		for _, s := range c.day(t, n) {
			if t.Before(s.to) {
				return later(t, s.from).UTC()
			}
		}
	}
	return t.UTC()
}

// WorkingDay tells whether the entity works on the day of t.
func (c *Calendar) WorkingDay(t time.Time) bool { return len(c.day(t, 0)) > 0 }

// NextDay is the first opening of the next working day.
func (c *Calendar) NextDay(t time.Time) time.Time {
	for n := 1; n < horizon; n++ {
		if day := c.day(t, n); len(day) > 0 {
			return day[0].from.UTC()
		}
	}
	return t.UTC()
}

// Add is the instant after so much working time. It is the seam of the service levels:
// hours run in working time only.
func (c *Calendar) Add(start time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return c.Open(start)
	}
	for n := range horizon {
		for _, s := range c.day(start, n) {
			from := later(start, s.from)
			if !from.Before(s.to) {
				continue
			}
			if room := s.to.Sub(from); d > room {
				d -= room
				continue
			}
			return from.Add(d).UTC()
		}
	}
	return start.Add(d).UTC()
}

// AddDays is the same clock time so many working days later, moved into working time:
// before the opening to the opening, after the closing to the closing, in a break to
// where the break begins. What starts outside working time starts at the next opening.
func (c *Calendar) AddDays(start time.Time, days int) time.Time {
	start = c.Open(start)
	l := start.In(c.Zone.Location)
	for n := 1; n < horizon; n++ {
		spans := c.day(start, n)
		if len(spans) == 0 {
			continue
		}
		if days--; days > 0 {
			continue
		}
		y, m, d := spans[0].from.In(c.Zone.Location).Date()
		at := time.Date(y, m, d, l.Hour(), l.Minute(), l.Second(), l.Nanosecond(), c.Zone.Location)
		end := spans[0].from
		for _, s := range spans {
			if !at.Before(s.from) {
				end = s.to
				if at.Before(s.to) {
					end = at
				}
			}
		}
		return end.UTC()
	}
	return start.UTC()
}

// Between is the working time from one instant to another.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	var sum time.Duration
	for n := 0; n < horizon; n++ {
		l := a.In(c.Zone.Location)
		if !time.Date(l.Year(), l.Month(), l.Day()+n, 0, 0, 0, 0, c.Zone.Location).Before(b) {
			break
		}
		for _, s := range c.day(a, n) {
			from, to := later(a, s.from), s.to
			if b.Before(to) {
				to = b
			}
			if from.Before(to) {
				sum += to.Sub(from)
			}
		}
	}
	return sum
}

// calendar checks the working time of a catalogue.
func (f *faults) calendar(c *Calendar) {
	if c.Zone.Location == nil {
		f.add("calendar.zone", "missing")
	}
	works := false
	for day, intervals := range c.Working {
		known := false
		for _, w := range weekdays {
			known = known || w == day
		}
		if !known {
			f.add("calendar.working."+day, "no such weekday: monday, tuesday…")
		}
		end := -1
		for i, v := range intervals {
			p := fmt.Sprintf("calendar.working.%s[%d]", day, i)
			switch {
			case v[0].Minutes >= v[1].Minutes:
				f.add(p, "must end after it begins")
			case v[0].Minutes < end:
				f.add(p, "begins before the one above ends")
			default:
				works = true
			}
			end = v[1].Minutes
		}
	}
	if !works {
		f.add("calendar.working", "has no working time")
	}
	for i, x := range c.Closures {
		if x.Date.IsZero() {
			f.add(fmt.Sprintf("calendar.closures[%d].date", i), "missing")
		}
	}
}

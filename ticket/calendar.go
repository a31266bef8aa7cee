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
	Holidays string                `json:"holidays"` // whose law gives days of rest: ColombianHolidays, where it says nothing, or NoHolidays

	// Holiday names the national holiday that a day is, if any. It is not data of the
	// catalogue: loading one sets it.
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

// Location is the zone of the entity.
func (c *Calendar) Location() *time.Location { return c.Zone.Location }

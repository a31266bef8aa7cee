package ticket_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"helptic/ticket"
)

var dayIDs = []string{"monday", "tuesday", "wednesday", "thursday", "friday"}

// week is a calendar with the same intervals from Monday to Friday.
func week(t testing.TB, intervals string, closures ...string) *ticket.Calendar {
	t.Helper()
	var days, closed []string
	for _, d := range dayIDs {
		days = append(days, fmt.Sprintf("%q: %s", d, intervals))
	}
	for _, c := range closures {
		closed = append(closed, fmt.Sprintf(`{"date": %q, "name": "Cierre"}`, c))
	}
	var c ticket.Calendar
	data := fmt.Sprintf(`{"zone": "America/Bogota", "working": {%s}, "closures": [%s]}`, strings.Join(days, ", "), strings.Join(closed, ", "))
	if err := json.Unmarshal([]byte(data), &c); err != nil {
		t.Fatal(err)
	}
	return &c
}

const (
	eightToFive = `[["08:00", "17:00"]]`
	nineToFive  = `[["09:00", "17:00"]]`
	eightToSix  = `[["08:00", "18:00"]]`
	withLunch   = `[["08:00", "12:00"], ["14:00", "18:00"]]`
)

func same(t *testing.T, what string, got, want time.Time) {
	t.Helper()
	if !got.Equal(want) {
		zone := want.Location()
		t.Errorf("%s: %s, want %s", what, got.In(zone).Format("Mon 2006-01-02 15:04:05"), want.Format("Mon 2006-01-02 15:04:05"))
	}
	if got.Location() != time.UTC {
		t.Errorf("%s: in %s, want UTC", what, got.Location())
	}
}

// 2026-11-20 is a Friday.
func TestAddHours(t *testing.T) {
	for _, c := range []struct {
		name, hours, from string
		add               time.Duration
		want              string
		closures          []string
	}{
		{"4 h, 8-18, opened 16:00", eightToSix, "2026-11-18 16:00", 4 * time.Hour, "2026-11-19 10:00", nil},
		{"Friday 16:00 and 8 h, 9-17", nineToFive, "2026-11-20 16:00", 8 * time.Hour, "2026-11-23 16:00", nil},
		{"within the day", eightToFive, "2026-11-20 08:00", 2 * time.Hour, "2026-11-20 10:00", nil},
		{"to the closing, not past it", eightToFive, "2026-11-20 15:00", 2 * time.Hour, "2026-11-20 17:00", nil},
		{"a minute past the closing", eightToFive, "2026-11-20 15:00", 2*time.Hour + time.Minute, "2026-11-23 08:01", nil},
		{"at the closing", eightToFive, "2026-11-20 17:00", time.Hour, "2026-11-23 09:00", nil},
		{"before the opening", eightToFive, "2026-11-20 05:00", time.Hour, "2026-11-20 09:00", nil},
		{"in the night", eightToFive, "2026-11-19 23:30", time.Hour, "2026-11-20 09:00", nil},
		{"on Sunday", eightToFive, "2026-11-22 12:00", 9 * time.Hour, "2026-11-23 17:00", nil},
		{"over lunch", withLunch, "2026-11-20 11:00", 2 * time.Hour, "2026-11-20 15:00", nil},
		{"in the lunch break", withLunch, "2026-11-20 13:00", time.Hour, "2026-11-20 15:00", nil},
		{"up to lunch", withLunch, "2026-11-20 11:00", time.Hour, "2026-11-20 12:00", nil},
		{"over a closure", eightToFive, "2026-11-20 16:00", 2 * time.Hour, "2026-11-24 09:00", []string{"2026-11-23"}},
		{"two weeks", eightToFive, "2026-11-20 08:00", 90 * time.Hour, "2026-12-03 17:00", nil},
		{"nothing, outside", eightToFive, "2026-11-21 12:00", 0, "2026-11-23 08:00", nil},
	} {
		cal := week(t, c.hours, c.closures...)
		from, want := bogota(t, c.from), bogota(t, c.want)
		same(t, c.name, cal.Add(from, c.add), want)
		if back := cal.Between(from, want); back != c.add {
			t.Errorf("%s: Between says %v, want %v", c.name, back, c.add)
		}
	}
}

func TestAddDays(t *testing.T) {
	for _, c := range []struct {
		name, hours, from string
		days              int
		want              string
	}{
		{"the same clock time", eightToFive, "2026-11-17 10:37", 1, "2026-11-18 10:37"},
		{"over the weekend", eightToFive, "2026-11-20 10:37", 2, "2026-11-24 10:37"},
		{"from the night", eightToFive, "2026-11-17 20:00", 1, "2026-11-19 08:00"},
		{"from the early morning", eightToFive, "2026-11-17 06:00", 1, "2026-11-18 08:00"},
		{"from Saturday", eightToFive, "2026-11-21 10:00", 4, "2026-11-27 08:00"},
		{"from the lunch break", withLunch, "2026-11-17 13:00", 1, "2026-11-18 14:00"},
	} {
		same(t, c.name, week(t, c.hours).AddDays(bogota(t, c.from), c.days), bogota(t, c.want))
	}
	// Days that are not alike: what does not fit is clamped into the working time.
	var cal ticket.Calendar
	if err := json.Unmarshal([]byte(`{"zone": "America/Bogota", "working": {"monday": [["07:00", "18:00"]],
		"tuesday": [["09:00", "12:00"], ["14:00", "16:00"]]}}`), &cal); err != nil {
		t.Fatal(err)
	}
	for from, want := range map[string]string{"07:30": "09:00", "10:00": "10:00", "12:00": "12:00", "13:00": "12:00", "14:00": "14:00", "17:00": "16:00"} {
		same(t, from, cal.AddDays(bogota(t, "2026-11-23 "+from), 1), bogota(t, "2026-11-24 "+want))
	}
}

func TestHolidaysAndClosures(t *testing.T) {
	cal := week(t, eightToFive, "2026-11-18")
	cal.Holiday = func(y int, m time.Month, d int) (string, bool) {
		return "Independencia de Cartagena", y == 2026 && m == time.November && d == 16
	}
	for day, working := range map[string]bool{"2026-11-16": false, "2026-11-17": true, "2026-11-18": false, "2026-11-20": true, "2026-11-21": false} {
		if got := cal.WorkingDay(bogota(t, day+" 23:00")); got != working {
			t.Errorf("WorkingDay(%s) = %v", day, got)
		}
	}
	same(t, "Open on a holiday", cal.Open(bogota(t, "2026-11-16 10:00")), bogota(t, "2026-11-17 08:00"))
	same(t, "Open in working time", cal.Open(bogota(t, "2026-11-17 10:00")), bogota(t, "2026-11-17 10:00"))
	same(t, "NextDay before a closure", cal.NextDay(bogota(t, "2026-11-17 10:00")), bogota(t, "2026-11-19 08:00"))
	same(t, "hours over both", cal.Add(bogota(t, "2026-11-13 16:00"), 11*time.Hour), bogota(t, "2026-11-19 09:00"))
	same(t, "days over both", cal.AddDays(bogota(t, "2026-11-13 16:00"), 2), bogota(t, "2026-11-19 16:00"))
	if got := cal.Between(bogota(t, "2026-11-16 00:00"), bogota(t, "2026-11-19 08:00")); got != 9*time.Hour {
		t.Errorf("Between = %v", got)
	}
	if got := cal.Between(bogota(t, "2026-11-19 10:00"), bogota(t, "2026-11-19 09:00")); got != 0 {
		t.Errorf("Between backwards = %v", got)
	}
}

func TestTextOfTheCalendar(t *testing.T) {
	for in, want := range map[string]string{"00:00": "00:00", "08:05": "08:05", "24:00": "24:00", "8:00": "", "24:01": "", "08:60": "", "": "", "08:00 ": ""} {
		var c ticket.Clock
		err := c.UnmarshalText([]byte(in))
		out, _ := c.MarshalText()
		if (err == nil) != (want != "") || err == nil && string(out) != want {
			t.Errorf("Clock %q: %q, %v", in, out, err)
		}
	}
	for in, good := range map[string]bool{"2026-12-24": true, "2026-02-29": false, "24/12/2026": false, "": false} {
		var d ticket.Day
		if err := d.UnmarshalText([]byte(in)); (err == nil) != good {
			t.Errorf("Day %q: %v", in, err)
		}
		quoted, _ := json.Marshal(in)
		if err := json.Unmarshal(quoted, &d); (err == nil) != good {
			t.Errorf("Day %s: %v", quoted, err)
		}
		if out, err := json.Marshal(d); good && string(out) != string(quoted) {
			t.Errorf("Day %s comes back as %s, %v", quoted, out, err)
		}
	}
	for in, good := range map[string]bool{"America/Bogota": true, "UTC": true, "": false, "Bogota": false, "../etc": false} {
		var z ticket.Zone
		err := z.UnmarshalText([]byte(in))
		if (err == nil) != good {
			t.Errorf("Zone %q: %v", in, err)
		}
		if out, _ := z.MarshalText(); good && string(out) != in {
			t.Errorf("Zone %q comes back as %q", in, out)
		}
	}
}

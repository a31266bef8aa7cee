package ticket_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
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

// minutes is a calendar told minute by minute: slow, and too plain to be wrong.
type minutes struct {
	zone   *time.Location
	week   [7][1440]bool
	closed map[string]bool
}

func (m *minutes) works(t time.Time) bool {
	l := t.In(m.zone)
	return !m.closed[l.Format(time.DateOnly)] && m.week[l.Weekday()][l.Hour()*60+l.Minute()]
}

func (m *minutes) open(t time.Time) time.Time {
	for !m.works(t) {
		t = t.Add(time.Minute)
	}
	return t
}

func (m *minutes) add(t time.Time, n int) time.Time {
	for t = m.open(t); n > 0; t = t.Add(time.Minute) {
		if m.works(t) {
			n--
		}
	}
	return t
}

func (m *minutes) between(a, b time.Time) (n int) {
	for ; a.Before(b); a = a.Add(time.Minute) {
		if m.works(a) {
			n++
		}
	}
	return n
}

// first is the first working minute of the day of t.
func (m *minutes) first(t time.Time) (time.Time, bool) {
	l := t.In(m.zone)
	at := time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, m.zone)
	for range 1440 {
		if m.works(at) {
			return at, true
		}
		at = at.Add(time.Minute)
	}
	return at, false
}

func (m *minutes) addDays(t time.Time, days int) time.Time {
	t = m.open(t)
	for days > 0 {
		t = t.Add(24 * time.Hour) // the zone has no summer time
		if _, ok := m.first(t); ok {
			days--
		}
	}
	first, _ := m.first(t)
	if t.Before(first) {
		return first
	}
	for !m.works(t) && !m.works(t.Add(-time.Minute)) {
		t = t.Add(-time.Minute)
	}
	return t
}

// random makes one calendar twice: as the catalogue holds it, and minute by minute.
func random(t *testing.T, r *rand.Rand) (*ticket.Calendar, *minutes) {
	t.Helper()
	c := &ticket.Calendar{Working: map[string][]ticket.Interval{}}
	if err := c.Zone.UnmarshalText([]byte("America/Bogota")); err != nil {
		t.Fatal(err)
	}
	m := &minutes{zone: c.Location(), closed: map[string]bool{}}
	names := append([]string{"sunday"}, append(dayIDs, "saturday")...)
	for d := range names {
		if d != 2 && r.IntN(4) == 0 {
			continue // Tuesday always works
		}
		at := r.IntN(600)
		for range 1 + r.IntN(3) {
			from, to := at, at+1+r.IntN(400)
			if to > 1440 {
				break
			}
			c.Working[names[d]] = append(c.Working[names[d]], ticket.Interval{{Minutes: from}, {Minutes: to}})
			for i := from; i < to; i++ {
				m.week[d][i] = true
			}
			at = to + r.IntN(200)
		}
	}
	for range r.IntN(6) {
		day := time.Date(2026, 11, 1+r.IntN(30), 0, 0, 0, 0, time.UTC)
		c.Closures = append(c.Closures, ticket.Closure{Date: ticket.Day{Time: day}, Name: "Cierre"})
		m.closed[day.Format(time.DateOnly)] = true
	}
	return c, m
}

func TestCalendarAgainstASlowWalk(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 7))
		cal, slow := random(t, r)
		for range 3 {
			at := bogota(t, "2026-11-02 00:00").Add(time.Duration(r.IntN(20*24*60)) * time.Minute)
			n := r.IntN(1500)
			name := fmt.Sprintf("seed %d, %s and %d", seed, at.Format("Mon 02 15:04"), n)
			due := cal.Add(at, time.Duration(n)*time.Minute)
			same(t, name+" minutes", due, slow.add(at, n))
			same(t, name+": open", cal.Open(at), slow.open(at))
			days := 1 + n%6
			same(t, fmt.Sprintf("%s: %d days", name, days), cal.AddDays(at, days), slow.addDays(at, days))
			if back := cal.Between(at, due); back != time.Duration(n)*time.Minute {
				t.Errorf("%s: Between(at, Add(at, d)) = %v", name, back)
			}
			end := at.Add(time.Duration(r.IntN(5*24*60)) * time.Minute)
			span := cal.Between(at, end)
			if want := slow.between(at, end); span != time.Duration(want)*time.Minute {
				t.Errorf("%s: Between = %v, want %d min", name, span, want)
			}
			if span > 0 && slow.works(end) && slow.works(end.Add(-time.Minute)) {
				same(t, name+": Add(a, Between(a, b))", cal.Add(at, span), end)
			}
			if t.Failed() {
				return
			}
		}
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

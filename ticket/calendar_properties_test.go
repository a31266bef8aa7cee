package ticket_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"helptic/ticket"
)

// minutes is a calendar told minute by minute: slow, and too plain to be wrong. It begins
// at a midnight of Bogotá, where no clock was changed since 1993.
type minutes struct {
	zero  time.Time
	works []bool
}

const windowDays = 150

func (m *minutes) at(i int) time.Time { return m.zero.Add(time.Duration(i) * time.Minute) }

func (m *minutes) index(t time.Time) int { return int(t.Sub(m.zero) / time.Minute) }

func (m *minutes) open(i int) int {
	for !m.works[i] {
		i++
	}
	return i
}

func (m *minutes) add(i, n int) int {
	for i = m.open(i); n > 0; i++ {
		if m.works[i] {
			n--
		}
	}
	return i
}

func (m *minutes) between(a, b int) (n int) {
	for ; a < b; a++ {
		if m.works[a] {
			n++
		}
	}
	return n
}

func (m *minutes) workingDay(day int) bool { return slices.Contains(m.works[day*1440:][:1440], true) }

func (m *minutes) addDays(i, days int) int {
	i = m.open(i)
	for days > 0 {
		if i += 1440; m.workingDay(i / 1440) {
			days--
		}
	}
	if first := m.open(i / 1440 * 1440); i < first {
		return first
	}
	for !m.works[i] && !m.works[i-1] {
		i--
	}
	return i
}

// inside tells whether the entity works just before or just after a minute begins.
func (m *minutes) inside(i int) bool { return m.works[i] || i > 0 && m.works[i-1] }

var weekdayIDs = append([]string{"sunday"}, append(dayIDs, "saturday")...)

// drawCalendar makes one calendar twice: as the catalogue holds it, and minute by minute.
// Its holidays are those of Colombia, of a year that is drawn, or none. A week that has
// fewer working minutes than asked for becomes one of office hours.
func drawCalendar(t *rapid.T, least int) (*ticket.Calendar, *minutes) {
	c := &ticket.Calendar{Working: map[string][]ticket.Interval{}}
	if err := c.Zone.UnmarshalText([]byte("America/Bogota")); err != nil {
		t.Fatal(err)
	}
	year := rapid.IntRange(1994, ticket.LastHolidayYear).Draw(t, "year")
	zero := time.Date(year, 1, rapid.IntRange(1, 366).Draw(t, "day"), 0, 0, 0, 0, c.Location())
	m := &minutes{zero: zero, works: make([]bool, windowDays*1440)}

	var bounds [7][]int // where intervals begin and end
	worked := 0
	for d, id := range weekdayIDs {
		b := rapid.SliceOfNDistinct(rapid.IntRange(0, 1440), 0, 6, rapid.ID[int]).Draw(t, id)
		slices.Sort(b)
		if len(b) > 3 && b[1]%2 == 0 {
			b[2] = b[1] // one interval begins where another ends
		}
		for i := 0; i+1 < len(b); i += 2 {
			bounds[d] = append(bounds[d], b[i], b[i+1])
			worked += b[i+1] - b[i]
		}
	}
	if worked < least {
		for d := 1; d < 6; d++ {
			bounds[d] = []int{480, 1020}
		}
	}
	var week [7][1440]bool
	for d, id := range weekdayIDs {
		for b := bounds[d]; len(b) > 0; b = b[2:] {
			c.Working[id] = append(c.Working[id], ticket.Interval{{Minutes: b[0]}, {Minutes: b[1]}})
			for i := b[0]; i < b[1]; i++ {
				week[d][i] = true
			}
		}
	}
	closed := map[int]bool{}
	for _, n := range rapid.SliceOfN(rapid.IntRange(0, 40), 0, 6).Draw(t, "closures") {
		y, mo, d := zero.AddDate(0, 0, n).Date()
		c.Closures = append(c.Closures, ticket.Closure{Date: ticket.Day{Time: time.Date(y, mo, d, 0, 0, 0, 0, time.UTC)}, Name: "Cierre"})
		closed[n] = true
	}
	if rapid.Bool().Draw(t, "national holidays") {
		names := map[string]string{}
		for y := range 3 {
			for _, h := range ticket.NationalHolidays(year + y) {
				names[h.Date.Format(time.DateOnly)] = h.Name
			}
		}
		c.Holiday = func(y int, mo time.Month, d int) (string, bool) {
			name, ok := names[time.Date(y, mo, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)]
			return name, ok
		}
		for n := range windowDays {
			if names[zero.AddDate(0, 0, n).Format(time.DateOnly)] != "" {
				closed[n] = true
			}
		}
	}
	for n := range windowDays {
		if !closed[n] {
			copy(m.works[n*1440:], week[(int(zero.Weekday())+n)%7][:])
		}
	}
	return c, m
}

// drawMinute is one of the first six weeks.
func drawMinute(t *rapid.T, name string) int { return rapid.IntRange(0, 42*1440).Draw(t, name) }

// drawWork is an amount of working minutes that the next weeks have.
func drawWork(t *rapid.T, m *minutes, name string) int {
	return rapid.IntRange(0, min(3000, m.between(45*1440, 75*1440))).Draw(t, name)
}

func is(t *rapid.T, what string, m *minutes, got time.Time, want int) {
	if !got.Equal(m.at(want)) || got.Location() != time.UTC {
		t.Fatalf("%s: %v, want %v", what, got.In(m.zero.Location()), m.at(want))
	}
}

func TestCalendarEqualsASlowWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, slow := drawCalendar(t, 1)
		at, n, days := drawMinute(t, "at"), drawWork(t, slow, "minutes"), rapid.IntRange(1, 4).Draw(t, "days")
		start := slow.at(at)
		due := cal.Add(start, time.Duration(n)*time.Minute)
		is(t, "Open", slow, cal.Open(start), slow.open(at))
		is(t, "Add", slow, due, slow.add(at, n))
		is(t, "AddDays", slow, cal.AddDays(start, days), slow.addDays(at, days))
		if cal.WorkingDay(start) != slow.workingDay(at/1440) {
			t.Fatalf("WorkingDay: %v", cal.WorkingDay(start))
		}
		if back := cal.Between(start, due); back != time.Duration(n)*time.Minute {
			t.Fatalf("Between(at, Add(at, %d min)) = %v", n, back)
		}
		end := at + rapid.IntRange(0, 7*1440).Draw(t, "span")
		span := cal.Between(start, slow.at(end))
		if want := slow.between(at, end); span != time.Duration(want)*time.Minute {
			t.Fatalf("Between = %v, want %d min", span, want)
		}
		if cal.Between(slow.at(end), start) != 0 {
			t.Fatal("Between backwards")
		}
	})
}

func TestCalendarIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, slow := drawCalendar(t, 1)
		second := time.Duration(rapid.IntRange(0, 59999).Draw(t, "ms")) * time.Millisecond
		start := slow.at(drawMinute(t, "at")).Add(second)
		later := start.Add(time.Duration(rapid.IntRange(0, 5*86400).Draw(t, "later")) * time.Second)
		d := time.Duration(drawWork(t, slow, "minutes"))*time.Minute + second
		more := d + time.Duration(rapid.IntRange(0, 7200).Draw(t, "more"))*time.Second
		days := rapid.IntRange(1, 4).Draw(t, "days")
		for what, pair := range map[string][2]time.Time{
			"Open in start":    {cal.Open(start), cal.Open(later)},
			"Add in start":     {cal.Add(start, d), cal.Add(later, d)},
			"Add in target":    {cal.Add(start, d), cal.Add(start, more)},
			"AddDays in start": {cal.AddDays(start, days), cal.AddDays(later, days)},
			"AddDays in days":  {cal.AddDays(start, days), cal.AddDays(start, days+1)},
		} {
			if pair[1].Before(pair[0]) {
				t.Fatalf("%s: %v, then %v", what, pair[0], pair[1])
			}
			for _, due := range pair {
				if cal.Between(due.Add(-time.Nanosecond), due.Add(time.Nanosecond)) == 0 {
					t.Fatalf("%s: %v is not in working time", what, due.In(slow.zero.Location()))
				}
			}
		}
		if d > 0 {
			if in2 := cal.Add(cal.Add(start, d), more); !in2.Equal(cal.Add(start, d+more)) {
				t.Fatalf("in two steps %v, in one %v", in2, cal.Add(start, d+more))
			}
		}
	})
}

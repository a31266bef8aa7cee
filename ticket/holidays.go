package ticket

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rickar/cal/v2"
)

// The years for which the holidays were compared with an independent source. The law
// of 1983 moved most of them to Monday; what holds after the last year nobody knows.
const (
	FirstHolidayYear = 1984
	LastHolidayYear  = 2100
)

// Holiday is a day of rest by national law.
type Holiday struct {
	Date Day
	Name string
}

// Laws whose holidays a calendar can keep.
const (
	ColombianHolidays = "colombia" // also where the catalogue says nothing
	NoHolidays        = "none"
)

// colombian are the national holidays, in the order of the year; the next law is a row.
// Law 51 of 1983, article 1, names all but one; its numeral 2 moves the ones made by
// moved. Law 2578 of 2026 added Chiquinquirá.
var colombian = []*cal.Holiday{
	fixed("Año Nuevo", time.January, 1),
	moved("Día de los Reyes Magos", time.January, 6),
	moved("Día de San José", time.March, 19),
	easter("Jueves Santo", -3),
	easter("Viernes Santo", -2),
	fixed("Día del Trabajo", time.May, 1),
	toMonday(easter("Ascensión del Señor", 39)),
	toMonday(easter("Corpus Christi", 60)),
	toMonday(easter("Sagrado Corazón de Jesús", 68)),
	moved("San Pedro y San Pablo", time.June, 29),
	startingIn(2026, moved("Nuestra Señora del Rosario de Chiquinquirá", time.July, 9)),
	fixed("Día de la Independencia", time.July, 20),
	fixed("Batalla de Boyacá", time.August, 7),
	moved("Asunción de la Virgen", time.August, 15),
	moved("Día de la Raza", time.October, 12),
	moved("Todos los Santos", time.November, 1),
	moved("Independencia de Cartagena", time.November, 11),
	fixed("Inmaculada Concepción", time.December, 8),
	fixed("Navidad", time.December, 25),
}

// nextMonday moves what does not fall on a Monday to the next one.
var nextMonday = []cal.AltDay{
	{Day: time.Tuesday, Offset: 6}, {Day: time.Wednesday, Offset: 5}, {Day: time.Thursday, Offset: 4},
	{Day: time.Friday, Offset: 3}, {Day: time.Saturday, Offset: 2}, {Day: time.Sunday, Offset: 1},
}

// Dates are computed in UTC, whatever zone the machine is in: in a zone that has no
// midnight on some day, the library would answer the day before.
func init() { cal.DefaultLoc = time.UTC }

func fixed(name string, month time.Month, day int) *cal.Holiday {
	return &cal.Holiday{Name: name, Type: cal.ObservancePublic, StartYear: FirstHolidayYear, Month: month, Day: day, Func: cal.CalcDayOfMonth}
}

func moved(name string, month time.Month, day int) *cal.Holiday {
	return toMonday(fixed(name, month, day))
}

// easter is a holiday so many days after Easter Sunday.
func easter(name string, days int) *cal.Holiday {
	return &cal.Holiday{Name: name, Type: cal.ObservancePublic, StartYear: FirstHolidayYear, Offset: days, Func: cal.CalcEasterOffset}
}

func toMonday(h *cal.Holiday) *cal.Holiday { return h.Clone(&cal.Holiday{Observed: nextMonday}) }

func startingIn(year int, h *cal.Holiday) *cal.Holiday { return h.Clone(&cal.Holiday{StartYear: year}) }

// NationalHolidays are those of a year in Colombia, by date. Two may fall on one day, as
// on 30 June 2025; a year before the first one has none.
func NationalHolidays(year int) []Holiday {
	var all []Holiday
	for _, rule := range colombian {
		if _, day := rule.Calc(year); !day.IsZero() {
			all = append(all, Holiday{Day{day}, rule.Name})
		}
	}
	slices.SortStableFunc(all, func(a, b Holiday) int { return cmp.Compare(a.Date.YearDay(), b.Date.YearDay()) })
	return all
}

// nationalHolidays remembers the years that are asked for again and again.
var nationalHolidays = sync.OnceValue(func() (years [LastHolidayYear - FirstHolidayYear + 1][]Holiday) {
	for i := range years {
		years[i] = NationalHolidays(FirstHolidayYear + i)
	}
	return years
})

// nationalHoliday names the holiday that a day is; two of one day are named together.
func nationalHoliday(year int, month time.Month, day int) (name string, ok bool) {
	var all []Holiday
	if year < FirstHolidayYear || year > LastHolidayYear {
		all = NationalHolidays(year)
	} else {
		all = nationalHolidays()[year-FirstHolidayYear]
	}
	var names []string
	for _, h := range all {
		if _, m, d := h.Date.Date(); m == month && d == day {
			names = append(names, h.Name)
		}
	}
	return strings.Join(names, " y "), len(names) > 0
}

// HolidaysOf are the holidays that the entity keeps in a year, by date.
func (c *Calendar) HolidaysOf(year int) []Holiday {
	if c.Holidays == NoHolidays {
		return nil
	}
	return NationalHolidays(year)
}

// keepHolidays takes the days of the law out of the working time, unless the catalogue
// says otherwise.
func (c *Calendar) keepHolidays() {
	if c.Holidays != NoHolidays {
		c.Holiday = nationalHoliday
	}
}

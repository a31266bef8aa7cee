package ticket_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"helptic/ticket"
)

// theirNames are ours by those of date-holidays, where they differ.
var theirNames = map[string]string{
	"San José":                  "Día de San José",
	"Día del Trabajador":        "Día del Trabajo",
	"La Asunción":               "Ascensión del Señor", // 39 days after Easter, moved: the name is a slip of theirs
	"Asunción":                  "Asunción de la Virgen",
	"La inmaculada concepción":  "Inmaculada Concepción",
	"La virgen de Chiquinquirá": "Nuestra Señora del Rosario de Chiquinquirá",
}

// notByLaw is what date-holidays calls public and Law 51 of 1983 does not name: Easter
// Sunday is a day of rest because it is a Sunday.
const notByLaw = "Pascua"

// independent reads testdata/date-holidays-co.txt: by year, "2026-07-13 name".
func independent(t *testing.T) map[int][]string {
	t.Helper()
	file, err := os.Open("testdata/date-holidays-co.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	names, years := map[byte]string{}, map[int][]string{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "#") {
			continue
		}
		first, rest, _ := strings.Cut(line, " ")
		if first == "=" {
			names[rest[0]] = rest[2:]
			continue
		}
		year, err := strconv.Atoi(first)
		if err != nil {
			t.Fatal(err)
		}
		for _, day := range strings.Fields(rest) {
			name := names[day[0]]
			if name == notByLaw {
				continue
			}
			if ours := theirNames[name]; ours != "" {
				name = ours
			}
			years[year] = append(years[year], fmt.Sprintf("%d-%s %s", year, day[1:], name))
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return years
}

func ours(year int) (days []string) {
	for _, h := range ticket.NationalHolidays(year) {
		days = append(days, h.Date.Format(time.DateOnly)+" "+h.Name)
	}
	return days
}

func TestHolidaysOfEveryYear(t *testing.T) {
	theirs := independent(t)
	if n := ticket.LastHolidayYear - ticket.FirstHolidayYear + 1; len(theirs) != n {
		t.Fatalf("%d years to compare with, want %d", len(theirs), n)
	}
	for year := ticket.FirstHolidayYear; year <= ticket.LastHolidayYear; year++ {
		got, want := ours(year), theirs[year]
		slices.Sort(want) // two of one day stand in any order
		if sorted := slices.Sorted(slices.Values(got)); !slices.Equal(sorted, want) {
			t.Errorf("%d:\n got %q\nwant %q", year, sorted, want)
		}
		n := 18
		if year >= 2026 {
			n = 19
		}
		if len(got) != n {
			t.Errorf("%d has %d holidays, want %d", year, len(got), n)
		}
		if byDate := func(a, b string) int { return strings.Compare(a[:10], b[:10]) }; !slices.IsSortedFunc(got, byDate) {
			t.Errorf("%d is not in order: %q", year, got)
		}
	}
}

// A machine in a zone without a midnight on some holiday must not move it: in Lima the
// clocks went from 24:00 of 31 December 1985 to 1:00.
func TestHolidaysDoNotDependOnTheMachine(t *testing.T) {
	test, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), test, "-test.run=^TestHolidaysOfEveryYear$")
	again.Env = append(os.Environ(), "TZ=America/Lima")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("in Lima: %v\n%s", err, out)
	}
}

func TestHolidaysOfALaw(t *testing.T) {
	for day, want := range map[string]string{
		"1984-07-02": "Sagrado Corazón de Jesús y San Pedro y San Pablo",
		"2025-07-14": "", // before Law 2578
		"2026-07-13": "Nuestra Señora del Rosario de Chiquinquirá",
		"2027-07-12": "Nuestra Señora del Rosario de Chiquinquirá",
		"2026-07-09": "", // moved
		"2029-07-09": "Nuestra Señora del Rosario de Chiquinquirá",
		"2026-04-02": "Jueves Santo",
		"2026-04-05": "", // Easter Sunday
		"2024-02-29": "",
		"2100-12-25": "Navidad",
		"2101-01-01": "Año Nuevo", // what is promised at the end of 2100 walks on
		"1983-12-25": "",
	} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		cal := shipped(t).Calendar
		if name, ok := cal.Holiday(at.Date()); name != want || ok != (want != "") {
			t.Errorf("%s: %q, want %q", day, name, want)
		}
	}
}

func TestHolidaysOfACatalog(t *testing.T) {
	set := func(value any) []byte {
		return spoiled(t, func(m map[string]any) { dig(m, "calendar")["holidays"] = value })
	}
	for value, holiday := range map[string]bool{"colombia": true, "none": false} {
		cat, err := ticket.LoadCatalog(set(value))
		if err != nil {
			t.Fatal(err)
		}
		if got := !cat.Calendar.WorkingDay(bogota(t, "2026-11-16 10:00")); got != holiday || (len(cat.Calendar.HolidaysOf(2026)) == 19) != holiday {
			t.Errorf("holidays %s: 16 November 2026 is one: %v", value, got)
		}
	}
	if got, want := faultsOf(t, set("venezuela")), `calendar.holidays: "venezuela" is neither colombia nor none`; !slices.Equal(got, []string{want}) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := faultsOf(t, set(true)), "calendar.holidays: must be text"; !slices.Equal(got, []string{want}) {
		t.Errorf("got %q, want %q", got, want)
	}
	cat := shipped(t) // which says nothing
	if cat.Calendar.WorkingDay(bogota(t, "2026-11-16 10:00")) {
		t.Error("the shipped catalogue works on a holiday")
	}
}

// Counted by hand: days from Monday to Friday, less the holidays that fall on one.
func TestWorkingDaysOfAYear(t *testing.T) {
	for year, want := range map[int]int{
		1984: 261 - 15, // one on a Sunday, one on a Saturday, two on one Monday
		2025: 261 - 16, // one on a Sunday, two on one Monday
		2026: 261 - 19,
		2027: 261 - 16, // three on Saturdays
		2028: 260 - 18, // a leap year; one on a Saturday
	} {
		if got := shipped(t).Calendar.WorkingDays(year); got != want {
			t.Errorf("%d: %d working days, want %d", year, got, want)
		}
	}
	cal := week(t, withLunch, "2027-03-24", "2027-03-27", "2028-02-29")
	if got := []int{cal.WorkingDays(2027), cal.WorkingDays(2028)}; !slices.Equal(got, []int{260, 259}) {
		t.Errorf("with closures %v", got)
	}
}

func BenchmarkNationalHolidays(b *testing.B) {
	for b.Loop() {
		ticket.NationalHolidays(2026)
	}
}

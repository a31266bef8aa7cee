package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"helptic/flows/card"
	"helptic/ticket"
)

// holidayYear is a year whose holidays are known.
type holidayYear int

// UnmarshalText reads an argument.
func (y *holidayYear) UnmarshalText(text []byte) error {
	typed, err := strconv.Atoi(string(text))
	if err != nil || typed < ticket.FirstHolidayYear || typed > ticket.LastHolidayYear {
		return fmt.Errorf("«%s» no es un año de %d a %d; escriba, por ejemplo: helptic calendar 2027",
			text, ticket.FirstHolidayYear, ticket.LastHolidayYear)
	}
	*y = holidayYear(typed)
	return nil
}

// namedDay is a holiday or a closure, as JSON.
type namedDay struct {
	Date ticket.Day `json:"date"`
	Name string     `json:"name"`
}

// calendarYear is the output of "helptic calendar".
type calendarYear struct {
	Year        int        `json:"year"`
	Holidays    []namedDay `json:"holidays"`
	Closures    []namedDay `json:"closures"` // of the entity, from the catalogue
	WorkingDays int        `json:"working_days"`
}

// showCalendar prints the holidays of a year and its number of working days.
func showCalendar(cat *ticket.Catalog, year int, asJSON bool, stdout io.Writer) error {
	output := calendarYear{Year: year, Holidays: []namedDay{}, Closures: []namedDay{}, WorkingDays: cat.Calendar.WorkingDays(year)}
	for _, h := range cat.Calendar.HolidaysOf(year) {
		output.Holidays = append(output.Holidays, namedDay(h))
	}
	for _, x := range cat.Calendar.Closures {
		if x.Date.Year() == year {
			output.Closures = append(output.Closures, namedDay(x))
		}
	}
	if asJSON {
		return writeJSON(stdout, output)
	}
	var b strings.Builder
	list := func(title string, days []namedDay) {
		fmt.Fprintf(&b, "%s\n", title)
		for _, d := range days {
			fmt.Fprintf(&b, "  %-24s %s\n", card.Weekday(d.Date.Time), d.Name)
		}
	}
	if len(output.Holidays) > 0 {
		list(fmt.Sprintf("Festivos nacionales de %d: %d", year, len(output.Holidays)), output.Holidays)
	} else {
		fmt.Fprintf(&b, "El catálogo no tiene en cuenta los festivos nacionales.\n")
	}
	if len(output.Closures) > 0 {
		list("Cierres de la entidad", output.Closures)
	}
	fmt.Fprintf(&b, "Días hábiles: %d\n", output.WorkingDays)
	_, err := io.WriteString(stdout, b.String())
	return err
}

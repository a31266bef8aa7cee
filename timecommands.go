package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"helptic/flows/card"
	"helptic/ticket"
)

// holidayYear is a year whose holidays are known.
type holidayYear int

// UnmarshalText reads what was typed.
func (y *holidayYear) UnmarshalText(text []byte) error {
	typed, err := strconv.Atoi(string(text))
	if err != nil || typed < ticket.FirstHolidayYear || typed > ticket.LastHolidayYear {
		return fmt.Errorf("«%s» no es un año de %d a %d; escriba, por ejemplo: helptic calendar 2027",
			text, ticket.FirstHolidayYear, ticket.LastHolidayYear)
	}
	*y = holidayYear(typed)
	return nil
}

// named is a day with a name, as JSON.
type named struct {
	Date ticket.Day `json:"date"`
	Name string     `json:"name"`
}

// yearOfWork is the answer to "helptic calendar".
type yearOfWork struct {
	Year        int     `json:"year"`
	Holidays    []named `json:"holidays"`
	Closures    []named `json:"closures"` // of the entity, from the catalogue
	WorkingDays int     `json:"working_days"`
}

// showCalendar prints the holidays of a year and how many days of it are worked.
func showCalendar(c config, year int, asJSON bool, stdout io.Writer) error {
	cat, err := loadCatalog(c)
	if err != nil {
		return err
	}
	answer := yearOfWork{Year: year, Holidays: []named{}, Closures: []named{}, WorkingDays: cat.Calendar.WorkingDays(year)}
	for _, h := range cat.Calendar.HolidaysOf(year) {
		answer.Holidays = append(answer.Holidays, named(h))
	}
	for _, x := range cat.Calendar.Closures {
		if x.Date.Year() == year {
			answer.Closures = append(answer.Closures, named(x))
		}
	}
	if asJSON {
		return writeJSON(stdout, answer)
	}
	var b strings.Builder
	list := func(title string, days []named) {
		fmt.Fprintf(&b, "%s\n", title)
		for _, d := range days {
			fmt.Fprintf(&b, "  %-24s %s\n", card.Weekday(d.Date.Time), d.Name)
		}
	}
	if len(answer.Holidays) > 0 {
		list(fmt.Sprintf("Festivos nacionales de %d: %d", year, len(answer.Holidays)), answer.Holidays)
	} else {
		fmt.Fprintf(&b, "El catálogo no tiene en cuenta los festivos nacionales.\n")
	}
	if len(answer.Closures) > 0 {
		list("Cierres de la entidad", answer.Closures)
	}
	fmt.Fprintf(&b, "Días hábiles: %d\n", answer.WorkingDays)
	_, err = io.WriteString(stdout, b.String())
	return err
}

// asksPromise are the options of "helptic promise". What they say is checked when the
// catalogue is at hand.
type asksPromise struct {
	Type     string   `name:"type" placeholder:"TIPO" help:"Tipo: incidente o requerimiento."`
	Impact   string   `name:"impact" placeholder:"IMPACTO" help:"Impacto: muy_urgente, alta, mediana, baja o muy_baja."`
	At       string   `name:"at" placeholder:"FECHA" help:"Fecha y hora del registro, en la hora de la entidad: 2026-11-20T16:00."`
	Pause    []string `name:"pause" sep:"none" placeholder:"DESDE/HASTA" help:"Pausa: 2026-11-20T16:10/2026-11-20T16:40. Se puede repetir."`
	Category string   `name:"category" placeholder:"ID" help:"Categoría o subcategoría del catálogo, por si tiene una regla propia."`
	JSON     bool     `name:"json" help:"Escribe JSON en vez de texto."`
}

// promised is the answer to "helptic promise". Times are in the zone of the entity.
type promised struct {
	Type     ticket.Type   `json:"type"`
	Impact   string        `json:"impact"`
	Category string        `json:"category,omitempty"`
	Target   ticket.Target `json:"target"`
	At       time.Time     `json:"at"`
	Start    time.Time     `json:"start"`
	Due      time.Time     `json:"due"`
	Unpaused time.Time     `json:"due_without_pauses"`
	Credited int64         `json:"credited_seconds"`
	Segments []part        `json:"segments"`
	After    []part        `json:"pauses_after_due,omitempty"`
}

// part is a segment of a walk.
type part struct {
	From     time.Time   `json:"from"`
	To       time.Time   `json:"to"`
	Kind     ticket.Kind `json:"kind"`
	Name     string      `json:"name,omitempty"`
	Counted  int64       `json:"counted_seconds"`
	Credited int64       `json:"credited_seconds,omitempty"`
}

// showPromise prints when a request would be due, and why.
func showPromise(c config, asks asksPromise, stdout io.Writer) error {
	cat, err := loadCatalog(c)
	if err != nil {
		return err
	}
	entry, impact, err := asks.classified(cat)
	if err != nil {
		return err
	}
	zone := cat.Calendar.Location()
	at, err := clockTime("--at", asks.At, zone)
	if err != nil {
		return err
	}
	var pauses []ticket.Pause
	for _, typed := range asks.Pause {
		p, err := pause(typed, zone)
		if err != nil {
			return err
		}
		pauses = append(pauses, p)
	}
	walk := cat.Walk(entry, impact, at, pauses...)
	if !asks.JSON {
		_, err := io.WriteString(stdout, strings.Join(card.View{Catalog: cat}.Explain(walk), "\n")+"\n")
		return err
	}
	parts := func(all []ticket.Segment) (out []part) {
		for _, s := range all {
			out = append(out, part{s.From.In(zone), s.To.In(zone), s.Kind, s.Name, int64(s.Counted.Seconds()), int64(s.Credited.Seconds())})
		}
		return out
	}
	return writeJSON(stdout, promised{
		Type: entry.Type, Impact: impact, Category: asks.Category, Target: walk.Target,
		At: walk.Asked.In(zone), Start: walk.Start.In(zone), Due: walk.Due.In(zone), Unpaused: walk.Unpaused.In(zone),
		Credited: int64(walk.Credited.Seconds()), Segments: parts(walk.Segments), After: parts(walk.After),
	})
}

// classified is what the request is filed under: an entry of the catalogue, or one that
// stands for any of its type.
func (a asksPromise) classified(cat *ticket.Catalog) (ticket.Entry, string, error) {
	refuse := func(format string, args ...any) (ticket.Entry, string, error) {
		return ticket.Entry{}, "", &usageError{fmt.Sprintf(format, args...)}
	}
	var impacts []string
	impact := ""
	for _, i := range cat.Impacts {
		if impacts = append(impacts, i.ID); strings.EqualFold(a.Impact, i.ID) || strings.EqualFold(a.Impact, i.Name) {
			impact = i.ID
		}
	}
	kind := ticket.Type(strings.ToLower(a.Type))
	inCatalog, known := cat.Entry(a.Category)
	category, isCategory := cat.Category(a.Category)
	if a.Type == "" && known {
		kind = inCatalog.Type
	}
	switch {
	case kind == "":
		return refuse("falta --type: escriba --type %s o --type %s", ticket.Incident, ticket.ServiceRequest)
	case kind != ticket.Incident && kind != ticket.ServiceRequest:
		return refuse("--type: «%s» no vale; use %s o %s", a.Type, ticket.Incident, ticket.ServiceRequest)
	case a.Impact == "":
		return refuse("falta --impact: use uno de %s", strings.Join(impacts, ", "))
	case impact == "":
		return refuse("--impact: «%s» no vale; use uno de %s", a.Impact, strings.Join(impacts, ", "))
	case a.Category == "":
		return ticket.Entry{Subcategory: &ticket.Subcategory{Type: kind}}, impact, nil
	case known && inCatalog.Type != kind:
		return refuse("--category: «%s» es un %s, no un %s; corrija --type o quítela", a.Category, inCatalog.Type, kind)
	case known:
		return inCatalog, impact, nil
	case !isCategory:
		return refuse("--category: «%s» no está en el catálogo; use el id de una categoría o subcategoría, por ejemplo pagina-web-uspec.publicacion-de-contenido", a.Category)
	}
	// A category will do where its entries of the type are promised alike.
	var ids []string
	var found []*ticket.Subcategory
	alike := true
	for i := range category.Subcategories {
		if s := &category.Subcategories[i]; s.Type == kind {
			found, ids = append(found, s), append(ids, s.ID)
			alike = alike && s.WebContent == found[0].WebContent
		}
	}
	switch {
	case found == nil:
		return refuse("--category: «%s» no tiene subcategorías de tipo %s; corrija --type o use otra", a.Category, kind)
	case !alike:
		return refuse("--category: en «%s» no todas tienen el mismo plazo; use una de %s", a.Category, strings.Join(ids, ", "))
	}
	return ticket.Entry{Category: category, Subcategory: found[0]}, impact, nil
}

// clockTime reads a date and time, of the entity where it names no other zone.
func clockTime(flag, typed string, zone *time.Location) (time.Time, error) {
	if typed == "" {
		return time.Time{}, &usageError{"falta " + flag + ": escriba una fecha y hora como 2026-11-20T16:00"}
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.RFC3339, "2006-01-02T15:04Z07:00"} {
		at, err := time.ParseInLocation(layout, typed, zone)
		if err != nil {
			continue
		}
		if y := at.In(zone).Year(); y < ticket.FirstHolidayYear || y > ticket.LastHolidayYear {
			return time.Time{}, &usageError{fmt.Sprintf("%s: «%s» no es de un año de %d a %d", flag, typed, ticket.FirstHolidayYear, ticket.LastHolidayYear)}
		}
		return at, nil
	}
	return time.Time{}, &usageError{fmt.Sprintf("%s: «%s» no es una fecha y hora; escriba, por ejemplo, 2026-11-20T16:00", flag, typed)}
}

// pause reads FROM/TO.
func pause(typed string, zone *time.Location) (ticket.Pause, error) {
	first, second, _ := strings.Cut(typed, "/")
	if first == "" || second == "" {
		return ticket.Pause{}, &usageError{fmt.Sprintf("--pause: «%s» no es una pausa; escriba, por ejemplo, 2026-11-20T16:10/2026-11-20T16:40", typed)}
	}
	from, err := clockTime("--pause", first, zone)
	if err != nil {
		return ticket.Pause{}, err
	}
	to, err := clockTime("--pause", second, zone)
	if err != nil {
		return ticket.Pause{}, err
	}
	if !from.Before(to) {
		return ticket.Pause{}, &usageError{fmt.Sprintf("--pause: «%s» debe terminar después de empezar; escriba primero el comienzo", typed)}
	}
	return ticket.Pause{From: from, To: to}, nil
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

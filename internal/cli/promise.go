package cli

import (
	"io"
	"strings"
	"time"

	"helptic/flows/card"
	"helptic/ticket"
)

// promiseOptions are the flags of "helptic promise". They are checked against the catalogue
// after parsing.
type promiseOptions struct {
	Type     string   `name:"type" placeholder:"TIPO" help:"Tipo: incidente o requerimiento."`
	Impact   string   `name:"impact" placeholder:"IMPACTO" help:"Impacto: muy_urgente, alta, mediana, baja o muy_baja."`
	At       string   `name:"at" placeholder:"FECHA" help:"Fecha y hora del registro, en la hora de la entidad: 2026-11-20T16:00."`
	Pause    []string `name:"pause" sep:"none" placeholder:"DESDE/HASTA" help:"Pausa: 2026-11-20T16:10/2026-11-20T16:40. Se puede repetir."`
	Category string   `name:"category" placeholder:"ID" help:"Categoría o subcategoría del catálogo, por si tiene una regla propia."`
	JSON     bool     `name:"json" help:"Escribe JSON en vez de texto."`
}

// promiseOutput is the output of "helptic promise". Times are in the entity's zone.
type promiseOutput struct {
	Type     ticket.Type      `json:"type"`
	Impact   string           `json:"impact"`
	Category string           `json:"category,omitempty"`
	Target   ticket.Target    `json:"target"`
	At       time.Time        `json:"at"`
	Start    time.Time        `json:"start"`
	Due      time.Time        `json:"due"`
	Unpaused time.Time        `json:"due_without_pauses"`
	Credited int64            `json:"credited_seconds"`
	Segments []promiseSegment `json:"segments"`
	After    []promiseSegment `json:"pauses_after_due,omitempty"`
}

// promiseSegment is a ticket.Segment, as JSON.
type promiseSegment struct {
	From     time.Time   `json:"from"`
	To       time.Time   `json:"to"`
	Kind     ticket.Kind `json:"kind"`
	Name     string      `json:"name,omitempty"`
	Counted  int64       `json:"counted_seconds"`
	Credited int64       `json:"credited_seconds,omitempty"`
}

// showPromise prints when a request would be due, and why.
func showPromise(cat *ticket.Catalog, o promiseOptions, stdout io.Writer) error {
	entry, impact, err := o.classification(cat)
	if err != nil {
		return err
	}
	zone := cat.Calendar.Location()
	at, err := parseTime("--at", o.At, zone)
	if err != nil {
		return err
	}
	var pauses []ticket.Pause
	for _, typed := range o.Pause {
		p, err := parsePause(typed, zone)
		if err != nil {
			return err
		}
		pauses = append(pauses, p)
	}
	walk := cat.Walk(entry, impact, at, pauses...)
	if !o.JSON {
		_, err := io.WriteString(stdout, strings.Join(card.View{Catalog: cat}.Explain(walk), "\n")+"\n")
		return err
	}
	parts := func(all []ticket.Segment) (out []promiseSegment) {
		for _, s := range all {
			out = append(out, promiseSegment{s.From.In(zone), s.To.In(zone), s.Kind, s.Name, int64(s.Counted.Seconds()), int64(s.Credited.Seconds())})
		}
		return out
	}
	return writeJSON(stdout, promiseOutput{
		Type: entry.Type, Impact: impact, Category: o.Category, Target: walk.Target,
		At: walk.Asked.In(zone), Start: walk.Start.In(zone), Due: walk.Due.In(zone), Unpaused: walk.Unpaused.In(zone),
		Credited: int64(walk.Credited.Seconds()), Segments: parts(walk.Segments), After: parts(walk.After),
	})
}

// classification is the entry of the catalogue and the impact of the request. Without a
// category the entry stands for any of its type.
func (o promiseOptions) classification(cat *ticket.Catalog) (ticket.Entry, string, error) {
	kind := ticket.Type(strings.ToLower(o.Type))
	entry, isEntry := cat.Entry(o.Category)
	if o.Type == "" && isEntry {
		kind = entry.Type
	}
	switch {
	case kind == "":
		return ticket.Entry{}, "", usagef("falta --type: escriba --type %s o --type %s", ticket.Incident, ticket.ServiceRequest)
	case kind != ticket.Incident && kind != ticket.ServiceRequest:
		return ticket.Entry{}, "", usagef("--type: «%s» no vale; use %s o %s", o.Type, ticket.Incident, ticket.ServiceRequest)
	}
	impact, err := o.impact(cat)
	switch {
	case err != nil:
		return ticket.Entry{}, "", err
	case o.Category == "":
		return ticket.Entry{Subcategory: &ticket.Subcategory{Type: kind}}, impact, nil
	case isEntry && entry.Type != kind:
		return ticket.Entry{}, "", usagef("--category: «%s» es un %s, no un %s; corrija --type o quítela", o.Category, entry.Type, kind)
	case isEntry:
		return entry, impact, nil
	}
	entry, err = o.categoryEntry(cat, kind)
	return entry, impact, err
}

// impact is the id of the impact, which may be given by its id or its name.
func (o promiseOptions) impact(cat *ticket.Catalog) (string, error) {
	var ids []string
	for _, i := range cat.Impacts {
		if strings.EqualFold(o.Impact, i.ID) || strings.EqualFold(o.Impact, i.Name) {
			return i.ID, nil
		}
		ids = append(ids, i.ID)
	}
	if o.Impact == "" {
		return "", usagef("falta --impact: use uno de %s", strings.Join(ids, ", "))
	}
	return "", usagef("--impact: «%s» no vale; use uno de %s", o.Impact, strings.Join(ids, ", "))
}

// categoryEntry is an entry that stands for a whole category. All entries of the type must
// have the same service level there.
func (o promiseOptions) categoryEntry(cat *ticket.Catalog, kind ticket.Type) (ticket.Entry, error) {
	category, isCategory := cat.Category(o.Category)
	if !isCategory {
		return ticket.Entry{}, usagef("--category: «%s» no está en el catálogo; use el id de una categoría o subcategoría, por ejemplo pagina-web-uspec.publicacion-de-contenido", o.Category)
	}
	var ids []string
	var found []*ticket.Subcategory
	same := true
	for i := range category.Subcategories {
		if s := &category.Subcategories[i]; s.Type == kind {
			found, ids = append(found, s), append(ids, s.ID)
			same = same && s.WebContent == found[0].WebContent
		}
	}
	switch {
	case found == nil:
		return ticket.Entry{}, usagef("--category: «%s» no tiene subcategorías de tipo %s; corrija --type o use otra", o.Category, kind)
	case !same:
		return ticket.Entry{}, usagef("--category: en «%s» no todas tienen el mismo plazo; use una de %s", o.Category, strings.Join(ids, ", "))
	}
	return ticket.Entry{Category: category, Subcategory: found[0]}, nil
}

// parseTime reads a date and time. Without a zone it is in the entity's.
func parseTime(flag, typed string, zone *time.Location) (time.Time, error) {
	if typed == "" {
		return time.Time{}, usagef("falta %s: escriba una fecha y hora como 2026-11-20T16:00", flag)
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.RFC3339, "2006-01-02T15:04Z07:00"} {
		at, err := time.ParseInLocation(layout, typed, zone)
		if err != nil {
			continue
		}
		if y := at.In(zone).Year(); y < ticket.FirstHolidayYear || y > ticket.LastHolidayYear {
			return time.Time{}, usagef("%s: «%s» no es de un año de %d a %d", flag, typed, ticket.FirstHolidayYear, ticket.LastHolidayYear)
		}
		return at, nil
	}
	return time.Time{}, usagef("%s: «%s» no es una fecha y hora; escriba, por ejemplo, 2026-11-20T16:00", flag, typed)
}

// parsePause reads FROM/TO.
func parsePause(typed string, zone *time.Location) (ticket.Pause, error) {
	first, second, _ := strings.Cut(typed, "/")
	if first == "" || second == "" {
		return ticket.Pause{}, usagef("--pause: «%s» no es una pausa; escriba, por ejemplo, 2026-11-20T16:10/2026-11-20T16:40", typed)
	}
	from, err := parseTime("--pause", first, zone)
	if err != nil {
		return ticket.Pause{}, err
	}
	to, err := parseTime("--pause", second, zone)
	if err != nil {
		return ticket.Pause{}, err
	}
	if !from.Before(to) {
		return ticket.Pause{}, usagef("--pause: «%s» debe terminar después de empezar; escriba primero el comienzo", typed)
	}
	return ticket.Pause{From: from, To: to}, nil
}

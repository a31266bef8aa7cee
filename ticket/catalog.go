package ticket

import (
	"fmt"
	"iter"
	"regexp"
	"strconv"
	"time"
)

// Type is what kind of request an entry of the catalogue is (TI-PR-001, section 6). It
// belongs to the subcategory, so nobody is asked for it.
type Type string

// The two types.
const (
	Incident       Type = "incidente"
	ServiceRequest Type = "requerimiento"
)

// Catalog is Anexo 1 and every rule of the desk that is data.
type Catalog struct {
	Categories    []Category                 `json:"categories"`
	Impacts       []Impact                   `json:"impacts"`
	ServiceLevels map[Type]map[string]Target `json:"service_levels"`
	Calendar      Calendar                   `json:"calendar"`
	ClockStops    []string                   `json:"clock_stops"` // holds that stop the clock, and "resolved"
	Survey        SurveyForm                 `json:"survey"`
	Closing       Closing                    `json:"closing"`
	Drafts        Drafts                     `json:"drafts"`
	Reminders     Reminders                  `json:"reminders"`
	Suggestions   Suggestions                `json:"suggestions"`
	Rules         Procedures                 `json:"rules"`

	entries map[string]Entry
}

// Category is one of the 19 categories.
type Category struct {
	ID            string        `json:"id"`
	Name          string        `json:"name"`  // as Anexo 1 writes it
	Label         string        `json:"label"` // as people read it
	Subcategories []Subcategory `json:"subcategories"`
}

// Subcategory is what a request is filed under.
type Subcategory struct {
	ID         string   `json:"id"` // never changes, whatever the label does
	Name       string   `json:"name"`
	Label      string   `json:"label"`
	Group      string   `json:"group,omitempty"` // the second level, where there is one
	Type       Type     `json:"type"`
	Security   bool     `json:"security,omitempty"`    // handled under TI-PR-004
	WebContent bool     `json:"web_content,omitempty"` // the 4 p. m. rule of section 5
	Keywords   []string `json:"keywords"`
}

// Entry is a subcategory with the category that it belongs to.
type Entry struct {
	Category *Category
	*Subcategory
}

// Path is the entry as people read it: "Asesoría técnica > Ofimática > Word".
func (e Entry) Path() string {
	if e.Group != "" {
		return e.Category.Label + " > " + e.Group + " > " + e.Label
	}
	return e.Category.Label + " > " + e.Label
}

// Impact is one of the five levels, with the document's description.
type Impact struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

// Target is a time of working hours, or of working days.
type Target struct {
	Hours time.Duration
	Days  int
}

var targetForm = regexp.MustCompile(`^([1-9][0-9]{0,3})([hd])$`)

// UnmarshalText reads "4h" or "2d".
func (t *Target) UnmarshalText(b []byte) error {
	m := targetForm.FindSubmatch(b)
	if m == nil {
		return fmt.Errorf("%q is not a time like 4h or 2d", b)
	}
	n, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return err
	}
	*t = Target{Days: n}
	if m[2][0] == 'h' {
		*t = Target{Hours: time.Duration(n) * time.Hour}
	}
	return nil
}

// MarshalText is the way back.
func (t Target) MarshalText() ([]byte, error) {
	if t.Days > 0 {
		return fmt.Appendf(nil, "%dd", t.Days), nil
	}
	return fmt.Appendf(nil, "%dh", int(t.Hours.Hours())), nil
}

// SurveyForm is the evaluation of activity 10.
type SurveyForm struct {
	Overall               Question   `json:"overall"`
	Questions             []Question `json:"questions"`
	CommentRequiredAtMost int        `json:"comment_required_at_most"`
	Editable              Target     `json:"editable"`
	RemindAfter           Target     `json:"remind_after"`
	VoidAfter             Target     `json:"void_after"`
}

// Question is answered from 1 to 5.
type Question struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Closing says when time closes a ticket, and until when it can be opened again.
type Closing struct {
	AdministrativeAfter Target `json:"administrative_after"`
	ReopenWithin        Target `json:"reopen_within"`
}

// Drafts says how long a request that nobody goes on with is kept.
type Drafts struct {
	PutAwayAfter Target `json:"put_away_after"` // hours of the clock, not working ones
}

// Suggestions say how entries are found for free text.
type Suggestions struct {
	// Learn lets the descriptions of earlier tickets count for the entries they were filed under.
	Learn bool `json:"learn"`
}

// Reminders say when somebody is reminded: at which shares of the promise, how often of one
// promise at most, and after how long of waiting.
type Reminders struct {
	Unassigned   []float64 `json:"unassigned"`
	Assigned     []float64 `json:"assigned"`
	Most         int       `json:"most"`
	OnHoldDays   int       `json:"on_hold_days"`  // working days; 0: never
	ReceiveAfter Target    `json:"receive_after"` // an escalation that nobody received
}

// Procedures are rules of the document that people are shown when they apply.
type Procedures struct {
	WebContent WebRule  `json:"web_content"`
	Security   Sentence `json:"security"`
}

// WebRule is the 4 p. m. rule of section 5.
type WebRule struct {
	Cutoff Clock  `json:"cutoff"`
	Text   string `json:"text"`
}

// Sentence is one that people are shown.
type Sentence struct {
	Text string `json:"text"`
}

// Entries are all subcategories in the order of Anexo 1.
func (c *Catalog) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for i := range c.Categories {
			for j := range c.Categories[i].Subcategories {
				if !yield(Entry{&c.Categories[i], &c.Categories[i].Subcategories[j]}) {
					return
				}
			}
		}
	}
}

// Entry finds a subcategory by its id.
func (c *Catalog) Entry(id string) (Entry, bool) {
	e, ok := c.entries[id]
	return e, ok
}

// Category finds a category by its id.
func (c *Catalog) Category(id string) (*Category, bool) {
	for i := range c.Categories {
		if c.Categories[i].ID == id {
			return &c.Categories[i], true
		}
	}
	return nil, false
}

// Impact finds a level by its id.
func (c *Catalog) Impact(id string) (Impact, bool) {
	for _, i := range c.Impacts {
		if i.ID == id {
			return i, true
		}
	}
	return Impact{}, false
}

// Stops tells whether the clock stands still while a ticket waits for something.
func (c *Catalog) Stops(why string) bool {
	for _, s := range c.ClockStops {
		if s == why {
			return true
		}
	}
	return false
}

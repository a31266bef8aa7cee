package ticket_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"helptic/ticket"
)

func TestShippedCatalog(t *testing.T) {
	cat := shipped(t)
	types := map[ticket.Type]int{}
	var security, web []string
	n := 0
	for e := range cat.Entries() {
		n++
		types[e.Type]++
		if e.Security {
			security = append(security, e.Category.Name+" / "+e.Name)
		}
		if e.WebContent {
			web = append(web, e.Category.Name+" / "+e.Name)
		}
		if len(e.Keywords) == 0 {
			t.Errorf("%s has no keywords", e.ID)
		}
		if strings.Contains(e.Label, ">") || strings.TrimSpace(e.Label) != e.Label {
			t.Errorf("%s: label %q", e.ID, e.Label)
		}
		if !strings.HasPrefix(e.ID, e.Category.ID+".") {
			t.Errorf("%s stands in %s", e.ID, e.Category.ID)
		}
		if found, ok := cat.Entry(e.ID); !ok || found.Subcategory != e.Subcategory || found.Category != e.Category {
			t.Errorf("Entry(%s) = %v, %v", e.ID, found, ok)
		}
		if c, ok := cat.Category(e.Category.ID); !ok || c != e.Category {
			t.Errorf("Category(%s) = %v, %v", e.Category.ID, c, ok)
		}
		want := e.Category.Label + " > " + e.Label
		if e.Group != "" {
			want = e.Category.Label + " > " + e.Group + " > " + e.Label
		}
		if e.Path() != want {
			t.Errorf("Path = %q, want %q", e.Path(), want)
		}
	}
	if len(cat.Categories) != 19 || n != 136 || types[ticket.Incident] != 59 || types[ticket.ServiceRequest] != 77 {
		t.Errorf("%d categories, %d subcategories, %v", len(cat.Categories), n, types)
	}
	if want := []string{
		"LICENCIAMIENTO / Software Antimalware/Antivirus",
		"CORREO ELECTRÓNICO / Correo Sospechoso",
		"ANTIVIRUS / Ausencia o desactivación de software antivirus.",
		"ANTIVIRUS / Ingeniería social (phishing, spoofing, vishing, smishing).",
		"ANTIVIRUS / Malware (adware, spyware, activex, vbscript, backdoor, trapdoor).",
		"ANTIVIRUS / Software antivirus desactualizado.",
		"ANTIVIRUS / Virus (gusanos, troyanos, hoax).",
	}; !slices.Equal(security, want) {
		t.Errorf("security incidents: %q", security)
	}
	if want := []string{
		"PÁGINA WEB USPEC / PÁGINA WEB USPEC > Modificaciones de Paginas",
		"PÁGINA WEB USPEC / PÁGINA WEB USPEC > Publicación de Contenido",
	}; !slices.Equal(web, want) {
		t.Errorf("entries of the 4 p. m. rule: %q", web)
	}
	for _, id := range []string{"", "hardware", "no.such"} {
		if e, ok := cat.Entry(id); ok {
			t.Errorf("Entry(%q) = %v", id, e)
		}
	}
}

func TestShippedServiceLevels(t *testing.T) {
	cat := shipped(t)
	hour := time.Hour
	impacts := []ticket.Impact{
		{ID: "muy_urgente", Name: "Muy Urgente", Description: "Afectación completa a la Entidad"},
		{ID: "alta", Name: "Alta", Description: "Afectación a un grupo de funcionarios"},
		{ID: "mediana", Name: "Mediana", Description: "Afectación a un funcionario"},
		{ID: "baja", Name: "Baja", Description: "No afecta la operación de la Entidad"},
		{ID: "muy_baja", Name: "Muy Baja", Description: "No afecta usuarios, servicios"},
	}
	if !slices.Equal(cat.Impacts, impacts) {
		t.Errorf("impacts: %+v", cat.Impacts)
	}
	targets := map[ticket.Type][]ticket.Target{
		ticket.Incident:       {{Hours: hour}, {Hours: 2 * hour}, {Hours: 4 * hour}, {Hours: 8 * hour}, {Hours: 12 * hour}},
		ticket.ServiceRequest: {{Hours: 8 * hour}, {Days: 1}, {Days: 2}, {Days: 3}, {Days: 4}},
	}
	for kind, row := range targets {
		for i, want := range row {
			if got := cat.ServiceLevels[kind][impacts[i].ID]; got != want {
				t.Errorf("%s %s: %v, want %v", kind, impacts[i].ID, got, want)
			}
		}
	}
	for why, stops := range map[string]bool{"provider": true, "user": true, "other": true, "resolved": true, "official": false, "": false} {
		if cat.Stops(why) != stops {
			t.Errorf("Stops(%q) = %v", why, !stops)
		}
	}
	if cat.Closing.AdministrativeAfter.Days != 3 || cat.Closing.ReopenWithin.Days != 3 || cat.Survey.VoidAfter.Days != 3 || cat.Survey.Editable.Hours != 12*hour ||
		cat.Survey.CommentRequiredAtMost != 2 || cat.Drafts.PutAwayAfter.Hours != 24*hour || cat.Rules.WebContent.Cutoff.Minutes != 16*60 || cat.Reminders.Most != 5 {
		t.Errorf("rules of the desk: %+v %+v %+v %+v %+v", cat.Closing, cat.Survey, cat.Drafts, cat.Rules, cat.Reminders)
	}
}

// The names are those of Anexo 1 to the letter: testdata/names.tsv pins them, and the procedure itself is compared where
// it is beside the repository.
func TestNamesToTheLetter(t *testing.T) {
	var got []string
	for e := range shipped(t).Entries() {
		got = append(got, e.Category.Name+" | "+e.Name+" | "+string(e.Type))
	}
	compare := func(path string) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want := annexRows(string(data))
			if len(want) != 136 {
				t.Errorf("the document has %d rows", len(want))
			}
			for i := range min(len(got), len(want)) {
				if got[i] != want[i] {
					t.Errorf("row %d: %q, the document has %q", i+1, got[i], want[i])
				}
			}
			if len(got) != len(want) {
				t.Errorf("%d entries, the document has %d", len(got), len(want))
			}
		})
	}
	compare("testdata/names.tsv")
	const procedure = "../../shared/TI-PR-001.txt"
	if _, err := os.Stat(procedure); err == nil {
		compare(procedure)
	}
}

// annexRows are the rows of Anexo 1: category, subcategory and type between tabs, the category in its first row alone.
func annexRows(text string) []string {
	if _, annex, ok := strings.Cut(text, "ANEXO 1. LISTADO"); ok {
		text, _, _ = strings.Cut(annex, "ACUERDOS DE SERVICIOS")
	}
	var rows []string
	category := ""
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimRight(line, "\n\r\t "), "\t")
		kind := ticket.Type(strings.ToLower(strings.TrimSpace(cells[len(cells)-1])))
		if kind != ticket.Incident && kind != ticket.ServiceRequest {
			continue
		}
		if len(cells) == 3 && strings.TrimSpace(cells[0]) != "" {
			category = strings.TrimSpace(cells[0])
		}
		rows = append(rows, category+" | "+strings.TrimSpace(cells[len(cells)-2])+" | "+string(kind))
	}
	return rows
}

// TestIDsNeverChange: stored tickets name them. Add new ones to testdata/ids.txt, take
// none out.
func TestIDsNeverChange(t *testing.T) {
	data, err := os.ReadFile("testdata/ids.txt")
	if err != nil {
		t.Fatal(err)
	}
	cat := shipped(t)
	now := map[string]bool{}
	for _, c := range cat.Categories {
		now[c.ID] = true
	}
	for e := range cat.Entries() {
		now[e.ID] = true
	}
	for _, i := range cat.Impacts {
		now[i.ID] = true
	}
	pinned := strings.Fields(string(data))
	for _, id := range pinned {
		if !now[id] {
			t.Errorf("%s is gone from catalog.json: tickets that were filed under it would lose it", id)
		}
		delete(now, id)
	}
	for id := range now {
		t.Errorf("%s is new: add it to testdata/ids.txt", id)
	}
	if len(pinned) < 19+136+5 {
		t.Errorf("only %d ids are pinned", len(pinned))
	}
}

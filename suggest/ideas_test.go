package suggest

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"helptic/ticket"
)

const folds = 5

// without is the catalogue less one fold of its keywords, and those, as sentences that the
// finder has never seen. It is how parameters are chosen: no sentence that
// anybody judges by takes part.
func without(t testing.TB, fold int) (*ticket.Catalog, []labelled) {
	t.Helper()
	b, err := os.ReadFile("../catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	var c ticket.Catalog
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	all, err := ticket.LoadCatalog(b)
	if err != nil {
		t.Fatal(err)
	}
	var held []labelled
	for e := range all.Entries() {
		var stay []string
		for _, k := range e.Keywords {
			if part(k+e.ID, folds) != fold {
				stay = append(stay, k)
			} else if strings.Contains(k, " ") {
				held = append(held, labelled{k, []string{e.ID}})
			}
		}
		e.Keywords = stay
	}
	return all, held
}

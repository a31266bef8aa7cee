package suggest

import (
	"strings"
	"testing"
)

func TestDevelopment(t *testing.T) {
	cat := catalog(t)
	x := New(cat)
	seen, kept := development(t, cat)
	t.Logf("looked at: %v", measure(x, cat, seen))
	t.Logf("kept back: %v", measure(x, cat, kept))
}

func TestOwn(t *testing.T) {
	cat := catalog(t)
	r := measure(New(cat), cat, own(t))
	t.Logf("own: %v\n%s", r, strings.Join(r.misses, "\n"))
}

func TestNone(t *testing.T) {
	x := New(catalog(t))
	for _, l := range readLines(t, "testdata/none.txt") {
		for _, s := range x.Find(l, 1) {
			t.Errorf("%q: %s %.1f %v", l, s.Entry.Path(), s.Score, s.Why)
		}
	}
}

// Package suggest finds the entry of the catalogue that free text means. It knows the
// Spanish of an office (accents, endings, slips of the pen, abbreviations, what stands for
// what), weighs each word by how few entries it speaks for, tells failing from wanting, and
// stays silent where nothing is a matter of the desk. Everything is computed in memory
// from the catalogue and, where given, from lessons of the desk: no I/O, no clock, and
// the same text always gives the same answer.
package suggest

import (
	"cmp"
	"slices"
	"sync"

	"helptic/ticket"
)

// Suggestion is an entry of the catalogue that free text may mean.
type Suggestion struct {
	Entry ticket.Entry
	Score float64
	Why   []Reason // what spoke for it, loudest first
}

// Reason is a word of the text that spoke for an entry.
type Reason struct {
	Word  string // as it was typed
	Term  string // what it was taken for
	Field Field  // where the entry has it
	Score float64
}

// Field is where an entry has a word.
type Field string

// The fields, by the name that people read.
const (
	FieldName     Field = "nombre"
	FieldKeyword  Field = "palabra clave"
	FieldCategory Field = "categoría"
	FieldLesson   Field = "aprendido"
)

// Index finds entries by free text. It never changes, so many may ask it at once.
type Index struct {
	catalog  *ticket.Catalog
	t        tuning
	entries  []ticket.Entry
	category []uint8 // of each entry, its place in the catalogue
	terms    []term
	surface  map[string]int32 // folded words that are known as they stand
	singular map[string]int32
	roots    map[string]int32
	wishes   map[string]bool
	pairs    map[uint64]int32 // two words, one after the other
	joins    map[uint64]int32 // two words that are one
	spelling spelling
	names    []name // for Search
	scratch  sync.Pool
}

// term is a word, or two in a row, of the index.
type term struct {
	text     string
	weight   float32 // by how few entries it speaks for
	is       uint16
	kinds    []int32
	postings []posting
}

// posting is how loudly a term speaks for an entry.
type posting struct {
	entry   uint16
	field   uint8
	score   float32
	learned float32
}

const (
	weak uint16 = 1 << iota
	foreign
	failing
	wanting
	alarming
	pair
	faint // says little alone, whatever is next to it
	refusing
	topic // shows by itself that something is a matter of the desk
)

// idle is the place of words that say nothing, unknown of those never heard.
const (
	unknown int32 = -1 - iota
	idle
)

// Option changes what an index is built from.
type Option func(*Index, *builder)

// With gives the index what the desk has taught. Without it nothing is learnt.
func With(l Lessons) Option {
	return func(_ *Index, b *builder) { b.lessons = l }
}

// Learn gives an index that heeds what the desk has taught, in place of what this one was
// given; this one does not change.
func (x *Index) Learn(l Lessons) *Index {
	return New(x.catalog, tuned(x.t), With(l))
}

func tuned(t tuning) Option {
	return func(x *Index, _ *builder) { x.t = t }
}

// work is what one question needs; it is used again by the next.
type work struct {
	tokens []token
	heard  []heard
	spoken []heard // terms that speak, each once
	score  []float32
	strong []float32
	words  []uint8 // of those, how many
	cat    []float32
	order  []int32
	wishes float32
}

// Find gives at most limit entries that a text may mean, best first; none where nothing
// in it is a matter of the desk.
func (x *Index) Find(text string, limit int) []Suggestion {
	w := x.scratch.Get().(*work) //nolint:errcheck // the pool holds nothing else
	defer x.release(w)
	x.rank(text, w)
	if limit <= 0 || len(w.order) == 0 {
		return nil
	}
	out := make([]Suggestion, 0, min(limit, len(w.order)))
	for _, e := range w.order[:min(limit, len(w.order))] {
		out = append(out, Suggestion{x.entries[e], float64(w.score[e]), x.why(text, w, e)})
	}
	return out
}

func (x *Index) release(w *work) {
	clear(w.tokens) // they hold the text
	w.tokens, w.heard, w.spoken, w.order = w.tokens[:0], w.heard[:0], w.spoken[:0], w.order[:0]
	x.scratch.Put(w)
}

// why gathers what spoke for an entry.
func (x *Index) why(text string, w *work, e int32) []Reason {
	out := make([]Reason, 0, 6)
	for _, h := range w.spoken {
		t := &x.terms[h.term]
		i, ok := slices.BinarySearchFunc(t.postings, uint16(e), func(p posting, e uint16) int { return cmp.Compare(p.entry, e) })
		if !ok {
			continue
		}
		p := t.postings[i]
		f := fields[p.field]
		if p.learned > p.score {
			f = FieldLesson
		}
		if len(text) > mostBytes {
			text = text[:mostBytes]
		}
		out = append(out, Reason{text[w.tokens[h.first].start:w.tokens[h.last].end], t.text, f, float64(t.weight * h.loud * (p.score + p.learned))})
	}
	slices.SortStableFunc(out, func(a, b Reason) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

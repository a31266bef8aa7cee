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
	"strings"
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
	is       uint8
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
	weak uint8 = 1 << iota
	foreign
	failing
	wanting
	alarming
	pair
	faint // says little alone, whatever is next to it
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

// heard is a word of the text that the index knows.
type heard struct {
	term  int32
	loud  float32 // 1 as typed, less where it was guessed
	first int     // tokens of the text
	last  int
	kind  bool // what the word is a kind of
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

// rank fills w.order with the entries worth suggesting.
func (x *Index) rank(text string, w *work) {
	w.tokens = tokenize(text, w.tokens[:0])
	x.hear(w)
	x.speak(w)
	clear(w.score)
	clear(w.strong)
	clear(w.words)
	clear(w.cat)
	var fails, wants, strangers float32
	alarm, matter := false, false
	for _, h := range w.spoken {
		t := &x.terms[h.term]
		if t.is&failing != 0 {
			fails++
		}
		if t.is&wanting != 0 {
			wants++
		}
		if t.is&foreign != 0 {
			if matter && w.where(h.first) {
				strangers += x.t.where
			} else {
				strangers++
			}
		}
		alarm = alarm || t.is&alarming != 0 && h.loud >= x.t.root
		sure := t.is&topic != 0 && t.is&(weak|foreign) == 0 && len(t.postings) > 0 && (h.loud >= x.t.root || h.kind)
		matter = matter || sure
		x.add(w, t, h.loud)
	}
	best := float32(0)
	stance := float32(0)
	switch {
	case fails > 0 && wants == 0:
		stance = 1
	case wants > 0 && fails == 0:
		stance = -1
	}
	for e := range w.score {
		if w.score[e] == 0 {
			continue
		}
		s := w.score[e] + x.t.category*w.cat[x.category[e]]
		side := stance
		if x.entries[e].Type != ticket.Incident {
			side = -stance
		}
		s *= 1 + x.t.stance*side
		w.score[e] = s
		if (matter || w.words[e] > 1 || w.words[e] == 1 && s >= x.t.enough) && w.strong[e]-x.t.foreign*strangers >= x.t.strong && s >= x.t.least {
			w.order = append(w.order, int32(e))
			best = max(best, s)
		}
	}
	w.order = slices.DeleteFunc(w.order, func(e int32) bool { return w.score[e] < best*x.t.tail })
	slices.SortFunc(w.order, func(a, b int32) int {
		if alarm && x.entries[a].Security != x.entries[b].Security { // whatever else is said
			if x.entries[a].Security {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(w.score[b], w.score[a]), cmp.Compare(a, b))
	})
}

// where tells whether a word only says where something is, or whose: "internet en la
// cafetería", "el computador de nómina".
func (w *work) where(i int) bool {
	for _, t := range w.tokens[max(0, i-2):i] {
		switch t.word {
		case "en", "de", "del", "desde":
			return true
		}
	}
	return false
}

// add lets a term speak for its entries, and its loudest for their category.
func (x *Index) add(w *work, t *term, loud float32) {
	was, most := uint8(0), float32(0)
	for _, p := range t.postings {
		s := t.weight * loud * (p.score + p.learned)
		w.score[p.entry] += s
		if t.is&(weak|pair|foreign) == 0 {
			w.strong[p.entry] += s
			w.words[p.entry]++
		}
		if c := x.category[p.entry]; c != was {
			w.cat[was] += most
			was, most = c, 0
		}
		most = max(most, s)
	}
	w.cat[was] += most
}

// hear finds the words of the text that the index knows, and joins those that are one.
func (x *Index) hear(w *work) {
	for i, t := range w.tokens {
		id, loud := x.lookup(t.word)
		if id < 0 {
			continue
		}
		if n := len(w.heard); n > 0 {
			if one, ok := x.joins[both(w.heard[n-1].term, id)]; ok {
				w.heard[n-1].term, w.heard[n-1].last = one, i
				continue
			}
		}
		w.heard = append(w.heard, heard{id, loud, i, i, false})
	}
}

// speak gathers the terms that speak, each once: words, what they are a kind of, and
// words in a row.
func (x *Index) speak(w *work) {
	say := func(h heard) {
		for i := range w.spoken {
			if s := &w.spoken[i]; s.term == h.term {
				if h.loud > s.loud {
					*s = h
				}
				return
			}
		}
		w.spoken = append(w.spoken, h)
	}
	for i, h := range w.heard {
		say(h)
		for _, k := range x.terms[h.term].kinds {
			say(heard{k, h.loud * x.t.kind, h.first, h.last, true})
		}
		for gap := 1; gap <= 2 && i+gap < len(w.heard); gap++ {
			next := w.heard[i+gap]
			if id, ok := x.pairs[both(h.term, next.term)]; ok {
				loud := min(h.loud, next.loud) * x.t.pair
				if gap == 2 {
					loud *= x.t.skip
				}
				say(heard{id, loud, h.first, next.last, false})
			}
		}
	}
}

// lookup is the term that a folded word stands for, and how sure that is: the word as it
// stands, its singular, its root, the root of the verb under its pronouns, the
// word that a slip of the pen turned into it, or one that begins like it.
func (x *Index) lookup(word string) (int32, float32) {
	if id, ok := x.surface[word]; ok {
		return id, 1
	}
	if len(word) < 2 || len(word) > 2*mostRunes {
		return unknown, 0
	}
	if id, ok := x.singular[singular(word)]; ok {
		return id, 1
	}
	if id, ok := x.diminutive(word); ok {
		return id, x.t.root
	}
	if id, ok := x.roots[stem(word)]; ok {
		return id, x.t.root
	}
	if verb, ok := bare(word); ok {
		if id, ok := x.roots[stem(verb)]; ok {
			return id, x.t.root
		}
	}
	if id, ok := x.spelling.nearest(word); ok {
		return id, x.t.guess
	}
	if id, ok := x.spelling.beginning(word); ok {
		return id, x.t.guess
	}
	return unknown, 0
}

// diminutive is the word that one like "rayita", "botoncito" or "poquito" comes from.
func (x *Index) diminutive(word string) (int32, bool) {
	base := strings.TrimSuffix(word, "s")
	if len(base) < 6 || !strings.HasSuffix(base, "ito") && !strings.HasSuffix(base, "ita") {
		return 0, false
	}
	base = base[:len(base)-3]
	for _, b := range [...]string{base, strings.TrimSuffix(base, "c"), strings.TrimSuffix(base, "ec")} {
		if id, ok := x.singular[b]; ok && len(b) > 2 {
			return id, true
		}
	}
	return 0, false
}

func both(a, b int32) uint64 { return uint64(uint32(a))<<32 | uint64(uint32(b)) }

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

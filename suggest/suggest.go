// Package suggest finds the entry of the catalogue that a free text means. It is a lexical search
// engine for the Spanish of an office: it folds accents, strips endings, corrects typing errors,
// expands synonyms and abbreviations, and scores each term by BM25F. It distinguishes a failure from
// a request, and finds nothing where a text is not about the desk. Everything is computed in memory
// from the catalogue and from the lessons of the desk. There is no I/O and no clock, and the same
// text always has the same result.
package suggest

import (
	"cmp"
	"slices"
	"sync"

	"helptic/ticket"
)

// Suggestion is an entry of the catalogue that a text may mean.
type Suggestion struct {
	Entry ticket.Entry
	Score float64
	Why   []Reason // the terms that scored, highest first
}

// Reason is a term that scored for an entry.
type Reason struct {
	Word  string // as it was typed
	Term  string // the term of the index that it matched
	Field Field  // where the entry has the term
	Score float64
}

// Field is where an entry has a term.
type Field string

// The fields, by the name that people read.
const (
	FieldName     Field = "nombre"
	FieldKeyword  Field = "palabra clave"
	FieldCategory Field = "categoría"
	FieldLesson   Field = "aprendido"
)

// Index finds entries by free text. It is immutable, so concurrent use is safe.
type Index struct {
	catalog  *ticket.Catalog
	params   parameters
	entries  []ticket.Entry
	category []uint8 // category number of each entry
	terms    []term

	surfaceForms   map[string]int32 // folded words, as they are
	singularForms  map[string]int32
	stems          map[string]int32
	bigrams        map[uint64]int32 // two words in a row
	compounds      map[uint64]int32 // two words that are one term
	requestMarkers map[string]bool  // stop words that say that somebody asks for something
	spelling       spelling
	names          []searchName // for Search

	queries sync.Pool // of *query
}

// term is a word or a bigram of the index.
type term struct {
	text      string
	weight    float32 // inverse document frequency
	flags     uint16
	hypernyms []int32
	postings  []posting // by entry
}

// posting is the score of a term for an entry.
type posting struct {
	entry   uint16
	field   uint8
	score   float32
	learned float32
}

// The flags of a term. lexicon.go says what they mean.
const (
	generic uint16 = 1 << iota
	ambiguous
	outOfDomain
	inDomain
	failure
	negatable
	request
	security
	bigram
)

// Numbers that stand in the maps of the index for no term.
const (
	unknownWord int32 = -1 - iota
	stopWord
)

// Option changes what an index is built from.
type Option func(*Index, *builder)

// WithLessons adds the lessons of the desk to the index.
func WithLessons(l Lessons) Option {
	return func(_ *Index, b *builder) { b.lessons = l }
}

// Learn returns an index with these lessons in place of those of x. It does not change x.
func (x *Index) Learn(l Lessons) *Index {
	return New(x.catalog, withParameters(x.params), WithLessons(l))
}

func withParameters(p parameters) Option {
	return func(x *Index, _ *builder) { x.params = p }
}

// query is the working memory of one search. It is reused.
type query struct {
	tokens   []token
	matches  []match   // in the order of the text
	terms    []match   // each term once, with hypernyms and bigrams
	requests float32   // tokens that are request markers
	ranked   []int32   // entries, best first
	score    []float32 // of each entry

	// For each entry: the score of its specific terms, and their number. A term is specific
	// where it is neither generic nor outOfDomain nor a bigram.
	specificScore []float32
	specificTerms []uint8

	categoryScore []float32 // of each category
}

// Find returns at most limit entries that a text may mean, best first. It returns none where the
// text is not about the desk.
func (x *Index) Find(text string, limit int) []Suggestion {
	q := x.queries.Get().(*query) //nolint:errcheck // the pool holds nothing else
	defer x.release(q)
	x.rank(text, q)
	if limit <= 0 || len(q.ranked) == 0 {
		return nil
	}
	out := make([]Suggestion, 0, min(limit, len(q.ranked)))
	for _, e := range q.ranked[:min(limit, len(q.ranked))] {
		out = append(out, Suggestion{x.entries[e], float64(q.score[e]), x.reasons(text, q, e)})
	}
	return out
}

func (x *Index) release(q *query) {
	clear(q.tokens) // they refer to the text
	q.tokens, q.matches, q.terms, q.ranked = q.tokens[:0], q.matches[:0], q.terms[:0], q.ranked[:0]
	x.queries.Put(q)
}

// reasons are the terms that scored for an entry, highest first.
func (x *Index) reasons(text string, q *query, e int32) []Reason {
	out := make([]Reason, 0, 6)
	for _, m := range q.terms {
		t := &x.terms[m.term]
		i, ok := slices.BinarySearchFunc(t.postings, uint16(e), func(p posting, e uint16) int { return cmp.Compare(p.entry, e) })
		if !ok {
			continue
		}
		p := t.postings[i]
		f := fields[p.field]
		if p.learned > p.score {
			f = FieldLesson
		}
		typed := text[q.tokens[m.first].start:q.tokens[m.last].end]
		out = append(out, Reason{typed, t.text, f, float64(t.weight * m.confidence * (p.score + p.learned))})
	}
	slices.SortStableFunc(out, func(a, b Reason) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

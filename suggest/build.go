package suggest

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"helptic/ticket"
)

// minStemLength is the length of a word from which its stem is indexed.
const minStemLength = 4

var fields = []Field{FieldCategory, FieldKeyword, FieldName, FieldLesson}

// Indexes of fields. Where an entry has a term in several fields, the highest one is the reason.
const (
	categoryField = iota
	keywordField
	nameField
	lessonField
)

// builder counts the terms of the catalogue and makes the index of them.
type builder struct {
	*Index
	lessons Lessons
	counts  []map[uint16]*count // of each term, by entry
	length  []float32           // terms of each entry
}

// count is how often an entry has a term, and the highest field that has it.
type count struct {
	field     uint8
	frequency float32
}

// New builds the index of a catalogue.
func New(cat *ticket.Catalog, options ...Option) *Index {
	x := &Index{
		catalog:        cat,
		params:         defaultParameters,
		surfaceForms:   make(map[string]int32, 4096),
		singularForms:  make(map[string]int32, 4096),
		stems:          make(map[string]int32, 4096),
		bigrams:        make(map[uint64]int32, 8192),
		compounds:      map[uint64]int32{},
		requestMarkers: map[string]bool{},
	}
	b := &builder{Index: x}
	for _, o := range options {
		o(x, b)
	}
	b.addLexicon()
	for e := range cat.Entries() {
		b.addEntry(e)
	}
	b.weighTerms()
	b.applyLessons()
	b.indexSpelling()
	x.names = searchNames(x.entries)
	n, c := len(x.entries), 1
	for _, k := range x.category {
		c = max(c, int(k)+1)
	}
	x.queries.New = func() any {
		return &query{score: make([]float32, n), specificScore: make([]float32, n), specificTerms: make([]uint8, n), categoryScore: make([]float32, c)}
	}
	return x
}

// term is the number of the term of a folded word. It adds a term for a new word.
func (b *builder) term(word string) int32 {
	if id, ok := b.surfaceForms[word]; ok {
		return id
	}
	s := singular(word)
	id, ok := b.singularForms[s]
	if !ok {
		id = b.add(word)
		b.singularForms[s] = id
	}
	b.surfaceForms[word] = id
	return id
}

func (b *builder) add(text string) int32 {
	b.terms = append(b.terms, term{text: text})
	b.counts = append(b.counts, nil)
	return int32(len(b.terms) - 1)
}

var flaggedWords = []struct {
	flag  uint16
	words string
}{{generic, genericWords}, {ambiguous, ambiguousWords}, {outOfDomain, outOfDomainWords}, {failure, failureWords}, {negatable, negatableWords}, {request, requestWords}, {inDomain, domainWords}, {security, securityWords}}

// addLexicon adds the words that are known whatever the catalogue holds.
func (b *builder) addLexicon() {
	for w := range strings.FieldsSeq(stopWords) {
		b.surfaceForms[w] = stopWord
	}
	for w := range strings.FieldsSeq(requestMarkerWords) {
		b.requestMarkers[w] = true
	}
	for w := range strings.FieldsSeq(invariableWords) {
		id := b.add(w)
		b.surfaceForms[w] = id
		b.surfaceForms[w+"s"] = id
	}
	for _, l := range lines(synonyms) {
		general := l[0] == "-"
		if general {
			l = l[1:]
		}
		id := b.term(l[0])
		if !general {
			b.terms[id].flags |= inDomain
		}
		for _, w := range l[1:] {
			b.surfaceForms[w] = id
		}
	}
	for _, l := range lines(hypernyms) {
		hypernym := b.term(l[2])
		t := &b.terms[b.term(l[0])]
		t.hypernyms = append(t.hypernyms, hypernym)
		t.flags |= inDomain
		b.terms[hypernym].flags |= inDomain
	}
	for _, l := range lines(compounds) {
		n := len(l)
		if a, c := b.term(l[0]), b.term(l[1]); a >= 0 && c >= 0 {
			b.compounds[pairKey(a, c)] = b.term(l[n-1])
		}
	}
	for _, f := range flaggedWords {
		for w := range strings.FieldsSeq(f.words) {
			if id := b.term(w); id >= 0 {
				b.terms[id].flags |= f.flag
			}
		}
	}
	for w := range strings.FieldsSeq(commonWords) {
		b.term(w)
	}
}

// addEntry counts the terms of the fields of an entry.
func (b *builder) addEntry(e ticket.Entry) {
	id := uint16(len(b.entries))
	if id > 0 && b.entries[id-1].Category != e.Category {
		b.category = append(b.category, b.category[id-1]+1)
	} else if id > 0 {
		b.category = append(b.category, b.category[id-1])
	} else {
		b.category = append(b.category, 0)
	}
	b.entries = append(b.entries, e)
	b.length = append(b.length, 0)
	b.addPhrase(id, nameField, e.Label)
	if n := e.Name[strings.LastIndex(e.Name, ">")+1:]; folded(n) != folded(e.Label) {
		b.addPhrase(id, nameField, n)
	}
	b.addPhrase(id, categoryField, e.Group)
	b.addPhrase(id, categoryField, e.Category.Label)
	for _, k := range e.Keywords {
		b.addPhrase(id, keywordField, k)
	}
}

// folded is the folded words of a text.
func folded(s string) string {
	var out strings.Builder
	for _, t := range tokenize(s, nil) {
		out.WriteString(t.word)
		out.WriteByte(' ')
	}
	return out.String()
}

// addPhrase counts the terms and the bigrams of a phrase for an entry.
func (b *builder) addPhrase(e uint16, field uint8, text string) {
	var row []int32
	for _, t := range tokenize(text, nil) {
		id := b.term(t.word)
		if id < 0 {
			continue
		}
		if n := len(row); n > 0 {
			if compound, ok := b.compounds[pairKey(row[n-1], id)]; ok {
				row[n-1] = compound
				continue
			}
		}
		row = append(row, id)
	}
	for i, id := range row {
		b.countTerm(id, e, field)
		if field != keywordField {
			b.terms[id].flags |= inDomain
		}
		if i == 0 {
			continue
		}
		key := pairKey(row[i-1], id)
		p, ok := b.bigrams[key]
		if !ok {
			p = b.addBigram(row[i-1], id)
			b.bigrams[key] = p
		}
		b.countTerm(p, e, field)
	}
	b.length[e] += float32(len(row))
}

func (b *builder) addBigram(first, second int32) int32 {
	id := b.add(b.terms[first].text + " " + b.terms[second].text)
	b.terms[id].flags = bigram
	return id
}

func (b *builder) countTerm(id int32, e uint16, field uint8) {
	if b.counts[id] == nil {
		b.counts[id] = map[uint16]*count{}
	}
	c := b.counts[id][e]
	if c == nil {
		c = &count{}
		b.counts[id][e] = c
	}
	c.frequency++
	c.field = max(c.field, field)
}

// weighTerms computes the weight of each term and its score for each entry, by BM25F.
func (b *builder) weighTerms() {
	mean := float32(0)
	for _, l := range b.length {
		mean += l / float32(len(b.length))
	}
	for id := range b.terms {
		t := &b.terms[id]
		for e, c := range b.counts[id] {
			norm := 1 - b.params.b + b.params.b*b.length[e]/mean
			tf := c.frequency / norm
			t.postings = append(t.postings, posting{entry: e, field: c.field, score: tf * (b.params.k1 + 1) / (b.params.k1 + tf)})
		}
		slices.SortFunc(t.postings, func(p, q posting) int { return cmp.Compare(p.entry, q.entry) })
		df := 0.0
		for _, p := range t.postings { // in a fixed order, so that the sum is always the same
			if p.field == categoryField {
				df += 0.3
			} else {
				df++
			}
		}
		t.weight = b.idf(df)
		if t.flags&ambiguous != 0 {
			t.weight *= b.params.ambiguous
		}
	}
}

// idf is the inverse document frequency of a term that df entries have.
func (b *builder) idf(df float64) float32 {
	n := float64(len(b.entries))
	return float32(math.Log(1 + max(0, n-df+0.5)/(df+0.5)))
}

// indexSpelling indexes the stems and the words for fuzzy matching. Of the words with one stem, the
// one in most entries gets it.
func (b *builder) indexSpelling() {
	words := make([]string, 0, len(b.surfaceForms))
	for w := range b.surfaceForms {
		words = append(words, w)
	}
	slices.Sort(words)
	for _, w := range words {
		id := b.surfaceForms[w]
		if id >= 0 && len(b.terms[id].postings) > 0 {
			b.spelling.words = append(b.spelling.words, knownWord{letterSet(w), w, id})
		}
		if len(w) < minStemLength {
			continue
		}
		s := stem(w)
		old, taken := b.stems[s]
		if !taken || id >= 0 && (old < 0 || len(b.terms[old].postings) < len(b.terms[id].postings)) {
			b.stems[s] = id
		}
	}
	b.spelling.sort()
}

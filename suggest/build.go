package suggest

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"helptic/ticket"
)

// shortestRoot is how long a word must be to be known by its root.
const shortestRoot = 4

// tuning is every number of the ranking, found by cross-validation over keywords that were
// held back, with a price on every negative that got an answer (see TestIdeas).
type tuning struct {
	k1, b                                             float32 // saturation and length, as in BM25F
	pair                                              float32 // two words in a row
	kind                                              float32 // what a word is a kind of
	root, guess                                       float32 // a word read by its root, or through a slip of the pen
	faint                                             float32 // a word that says little alone
	category                                          float32 // what speaks for the neighbours
	stance                                            float32 // failing or wanting
	lesson                                            float32 // what was learnt
	strong, least, foreign, where, enough, tail, vary float32 // what is worth suggesting
}

var standard = tuning{
	k1: 1.8, b: 0.6,
	pair: 0.25,
	kind: 0.55, root: 0.9, guess: 0.85, faint: 0.4,
	category: 0.23, stance: 0.09, lesson: 1.5,
	strong: 1, least: 2, foreign: 5, where: 0.2, enough: 12, tail: 0.1, vary: 0.75,
}

var fields = []Field{FieldCategory, FieldKeyword, FieldName, FieldLesson}

const (
	inCategory = iota
	inKeyword
	inName
	inLesson
)

// builder gathers what an index is made of.
type builder struct {
	*Index
	lessons Lessons
	tf      []map[uint16]*count // of each term, by entry
	length  []float32           // of each entry
}

// count is how often an entry has a term; one of its names goes before its keywords, and
// those before its category, when the reason is told.
type count struct {
	field uint8
	times float32
}

// New builds the index of a catalogue.
func New(cat *ticket.Catalog, options ...Option) *Index {
	x := &Index{
		catalog:  cat,
		t:        standard,
		surface:  make(map[string]int32, 4096),
		singular: make(map[string]int32, 4096),
		roots:    make(map[string]int32, 4096),
		pairs:    make(map[uint64]int32, 8192),
		joins:    map[uint64]int32{},
		wishes:   map[string]bool{},
	}
	b := &builder{Index: x}
	for _, o := range options {
		o(x, b)
	}
	b.language()
	for e := range cat.Entries() {
		b.entry(e)
	}
	b.weigh()
	b.learn()
	b.spell()
	x.names = namesOf(x.entries)
	n, c := len(x.entries), 1
	for _, k := range x.category {
		c = max(c, int(k)+1)
	}
	x.scratch.New = func() any {
		return &work{score: make([]float32, n), strong: make([]float32, n), words: make([]uint8, n), cat: make([]float32, c)}
	}
	return x
}

// term is the place of a folded word, made where it is new.
func (b *builder) term(word string) int32 {
	if id, ok := b.surface[word]; ok {
		return id
	}
	s := singular(word)
	id, ok := b.singular[s]
	if !ok {
		id = b.add(word)
		b.singular[s] = id
	}
	b.surface[word] = id
	return id
}

func (b *builder) add(text string) int32 {
	b.terms = append(b.terms, term{text: text})
	b.tf = append(b.tf, nil)
	return int32(len(b.terms) - 1)
}

var marks = []struct {
	mark  uint16
	words string
}{{weak, weakWords}, {faint, faintWords}, {foreign, foreignWords}, {failing, failingWords}, {refusing, refusingWords}, {wanting, wantingWords}, {topic, topicWords}, {alarming, alarmingWords}}

// language puts in what is known whatever the catalogue holds.
func (b *builder) language() {
	for w := range strings.FieldsSeq(idleWords) {
		b.surface[w] = idle
	}
	for w := range strings.FieldsSeq(wishWords) {
		b.wishes[w] = true
	}
	for w := range strings.FieldsSeq(apartWords) {
		id := b.add(w)
		b.surface[w] = id
		b.surface[w+"s"] = id
	}
	for _, l := range lines(sameWords) {
		everyday := l[0] == "-"
		if everyday {
			l = l[1:]
		}
		id := b.term(l[0])
		if !everyday {
			b.terms[id].is |= topic
		}
		for _, w := range l[1:] {
			b.surface[w] = id
		}
	}
	for _, l := range lines(kindWords) {
		kind := b.term(l[2])
		t := &b.terms[b.term(l[0])]
		t.kinds = append(t.kinds, kind)
		t.is |= topic
		b.terms[kind].is |= topic
	}
	for _, l := range lines(joinedWords) {
		n := len(l)
		if a, c := b.term(l[0]), b.term(l[1]); a >= 0 && c >= 0 {
			b.joins[both(a, c)] = b.term(l[n-1])
		}
	}
	for _, m := range marks {
		for w := range strings.FieldsSeq(m.words) {
			if id := b.term(w); id >= 0 {
				b.terms[id].is |= m.mark
			}
		}
	}
	for w := range strings.FieldsSeq(commonWords) {
		b.term(w)
	}
}

// entry reads the fields of an entry.
func (b *builder) entry(e ticket.Entry) {
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
	b.phrase(id, inName, e.Label)
	if n := e.Name[strings.LastIndex(e.Name, ">")+1:]; b.plain(n) != b.plain(e.Label) {
		b.phrase(id, inName, n)
	}
	b.phrase(id, inCategory, e.Group)
	b.phrase(id, inCategory, e.Category.Label)
	for _, k := range e.Keywords {
		b.phrase(id, inKeyword, k)
	}
}

func (b *builder) plain(s string) string {
	var out strings.Builder
	for _, t := range tokenize(s, nil) {
		out.WriteString(t.word)
		out.WriteByte(' ')
	}
	return out.String()
}

// phrase counts the words of a phrase for an entry, and its words in a row.
func (b *builder) phrase(e uint16, field uint8, text string) {
	var row []int32
	for _, t := range tokenize(text, nil) {
		id := b.term(t.word)
		if id < 0 {
			continue
		}
		if n := len(row); n > 0 {
			if one, ok := b.joins[both(row[n-1], id)]; ok {
				row[n-1] = one
				continue
			}
		}
		row = append(row, id)
	}
	for i, id := range row {
		b.count(id, e, field)
		if field != inKeyword {
			b.terms[id].is |= topic
		}
		if i == 0 {
			continue
		}
		key := both(row[i-1], id)
		p, ok := b.pairs[key]
		if !ok {
			p = b.addPair(row[i-1], id)
			b.pairs[key] = p
		}
		b.count(p, e, field)
	}
	b.length[e] += float32(len(row))
}

func (b *builder) addPair(first, second int32) int32 {
	id := b.add(b.terms[first].text + " " + b.terms[second].text)
	b.terms[id].is = pair
	return id
}

func (b *builder) count(id int32, e uint16, field uint8) {
	if b.tf[id] == nil {
		b.tf[id] = map[uint16]*count{}
	}
	c := b.tf[id][e]
	if c == nil {
		c = &count{}
		b.tf[id][e] = c
	}
	c.times++
	c.field = max(c.field, field)
}

// weigh turns counts into how loudly each term speaks for each entry.
func (b *builder) weigh() {
	mean := float32(0)
	for _, l := range b.length {
		mean += l / float32(len(b.length))
	}
	for id := range b.terms {
		t := &b.terms[id]
		for e, c := range b.tf[id] {
			norm := 1 - b.t.b + b.t.b*b.length[e]/mean
			tf := c.times / norm
			t.postings = append(t.postings, posting{entry: e, field: c.field, score: tf * (b.t.k1 + 1) / (b.t.k1 + tf)})
		}
		slices.SortFunc(t.postings, func(p, q posting) int { return cmp.Compare(p.entry, q.entry) })
		df := 0.0
		for _, p := range t.postings { // in order, so that the sum is the same every time
			if p.field == inCategory {
				df += 0.3
			} else {
				df++
			}
		}
		t.weight = b.rarity(df)
		if t.is&faint != 0 {
			t.weight *= b.t.faint
		}
	}
}

// rarity is how much a term says that this many entries have.
func (b *builder) rarity(df float64) float32 {
	n := float64(len(b.entries))
	return float32(math.Log(1 + max(0, n-df+0.5)/(df+0.5)))
}

// spell makes the ways to a word that is not known as it stands. Of the words with one
// root, the one that speaks most stands for it.
func (b *builder) spell() {
	words := make([]string, 0, len(b.surface))
	for w := range b.surface {
		words = append(words, w)
	}
	slices.Sort(words)
	for _, w := range words {
		id := b.surface[w]
		if id >= 0 && len(b.terms[id].postings) > 0 {
			b.spelling.words = append(b.spelling.words, spelled{letters(w), w, id})
		}
		if len(w) < shortestRoot {
			continue
		}
		s := stem(w)
		old, taken := b.roots[s]
		if !taken || id >= 0 && (old < 0 || len(b.terms[old].postings) < len(b.terms[id].postings)) {
			b.roots[s] = id
		}
	}
	b.spelling.sort()
}

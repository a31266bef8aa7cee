package suggest

import "strings"

// match is a word of the text that matched a term of the index.
type match struct {
	term        int32
	confidence  float32 // 1 for an exact match
	first, last int     // tokens of the text
	isHypernym  bool
}

// matchTokens matches the tokens of the text with terms, and joins compounds.
func (x *Index) matchTokens(q *query) {
	q.requests = 0
	for i, t := range q.tokens {
		_, known := x.surfaceForms[t.word]
		// An unknown word of letters and digits is split: "win10", "office365".
		for rest := t.word; rest != ""; {
			n := len(rest)
			if !known {
				n = runLength(rest)
			}
			x.matchWord(q, i, rest[:n])
			rest = rest[n:]
		}
	}
}

// matchWord matches the i-th token of the text, or a part of it.
func (x *Index) matchWord(q *query, i int, word string) {
	id, confidence := x.lookUp(word)
	if id < 0 {
		if x.requestMarkers[word] {
			q.requests++
		}
		return
	}
	if n := len(q.matches); n > 0 {
		if compound, ok := x.compounds[pairKey(q.matches[n-1].term, id)]; ok {
			q.matches[n-1].term, q.matches[n-1].last = compound, i
			return
		}
	}
	q.matches = append(q.matches, match{id, confidence, i, i, false})
}

// runLength is the number of bytes at the start of a word that are all digits, or all no digits.
func runLength(word string) int {
	digit := func(b byte) bool { return '0' <= b && b <= '9' }
	n := 1
	for n < len(word) && digit(word[n]) == digit(word[0]) {
		n++
	}
	return n
}

// collectTerms collects the terms that score, each once with its highest confidence: the matches,
// their hypernyms, and the bigrams.
func (x *Index) collectTerms(q *query) {
	for i, m := range q.matches {
		q.addTerm(m)
		for _, h := range x.terms[m.term].hypernyms {
			q.addTerm(match{h, m.confidence * x.params.hypernym, m.first, m.last, true})
		}
		if i+1 == len(q.matches) {
			break
		}
		next := q.matches[i+1]
		if id, ok := x.bigrams[pairKey(m.term, next.term)]; ok {
			q.addTerm(match{id, min(m.confidence, next.confidence) * x.params.bigram, m.first, next.last, false})
		}
	}
}

func (q *query) addTerm(m match) {
	for i := range q.terms {
		if t := &q.terms[i]; t.term == m.term {
			if m.confidence > t.confidence {
				*t = m
			}
			return
		}
	}
	q.terms = append(q.terms, m)
}

// lookUp finds the term of a folded word, and the confidence of the match. It tries in this order:
// the word as it is, its singular, its diminutive, its stem, the stem without enclitic pronouns,
// the nearest word by edit distance, and the word with the longest common prefix.
func (x *Index) lookUp(word string) (int32, float32) {
	if id, ok := x.surfaceForms[word]; ok {
		return id, 1
	}
	if len(word) < 2 || len(word) > 2*maxWordRunes {
		return unknownWord, 0
	}
	if id, ok := x.singularForms[singular(word)]; ok {
		return id, 1
	}
	if id, ok := x.diminutive(word); ok {
		return id, x.params.stem
	}
	if id, ok := x.stems[stem(word)]; ok {
		return id, x.params.stem
	}
	if verb, ok := stripEnclitics(word); ok {
		if id, ok := x.stems[stem(verb)]; ok {
			return id, x.params.stem
		}
	}
	if id, ok := x.spelling.nearest(word); ok {
		return id, x.params.fuzzy
	}
	if id, ok := x.spelling.longestPrefix(word); ok {
		return id, x.params.fuzzy
	}
	return unknownWord, 0
}

// diminutive finds the word of a diminutive: "rayita", "botoncito", "poquito".
func (x *Index) diminutive(word string) (int32, bool) {
	base := strings.TrimSuffix(word, "s")
	if len(base) < 6 || !strings.HasSuffix(base, "ito") && !strings.HasSuffix(base, "ita") {
		return 0, false
	}
	base = base[:len(base)-3]
	for _, b := range [...]string{base, strings.TrimSuffix(base, "c"), strings.TrimSuffix(base, "ec")} {
		if id, ok := x.singularForms[b]; ok && len(b) > 2 {
			return id, true
		}
	}
	return 0, false
}

// pairKey is the key of two terms in a row.
func pairKey(a, b int32) uint64 { return uint64(uint32(a))<<32 | uint64(uint32(b)) }

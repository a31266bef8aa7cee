package suggest

import (
	"cmp"
	"math/bits"
	"slices"
)

const (
	minFuzzyLength  = 4 // shorter words are not corrected
	twoEditsLength  = 9 // shorter words have at most one edit
	minPrefixLength = 5
)

// spelling finds the known word nearest to an unknown one. The letters of a word are a bit set, so
// most words are excluded by one instruction, and only the others are compared letter by letter.
type spelling struct {
	words []knownWord
}

type knownWord struct {
	letters uint64
	word    string
	term    int32
}

// letterSet is the set of the letters of a word.
func letterSet(w string) uint64 {
	var set uint64
	for i := range len(w) {
		set |= 1 << (w[i] & 63)
	}
	return set
}

func (s *spelling) sort() {
	slices.SortFunc(s.words, func(a, b knownWord) int {
		return cmp.Or(cmp.Compare(len(a.word), len(b.word)), cmp.Compare(a.word, b.word))
	})
}

// nearest is the first of the known words with the least edit distance. It finds none where the
// distance is too large for the length of the word.
func (s *spelling) nearest(word string) (int32, bool) {
	n := len(word)
	if n < minFuzzyLength || n > maxWordRunes {
		return 0, false
	}
	maxEdits := 1
	if n >= twoEditsLength {
		maxEdits = 2
	}
	set := letterSet(word)
	found, best := int32(0), maxEdits+1
	from, _ := slices.BinarySearchFunc(s.words, n-maxEdits, func(w knownWord, n int) int { return cmp.Compare(len(w.word), n) })
	for i := from; i < len(s.words) && len(s.words[i].word) <= n+maxEdits; i++ {
		w := &s.words[i]
		if bits.OnesCount64(set^w.letters) > 2*maxEdits {
			continue
		}
		if w.word[0] != word[0] && w.word[0] != 'h' && word[0] != 'h' {
			continue // people get the first letter right, except for the mute h
		}
		if d := editDistance(word, w.word, best-1); d < best {
			found, best = w.term, d
		}
	}
	return found, best <= maxEdits
}

// longestPrefix is the known word with the longest common prefix, where the prefix is most of both
// words: "instalador" matches "instalar".
func (s *spelling) longestPrefix(word string) (int32, bool) {
	found, best := int32(0), minPrefixLength-1
	for i := range s.words {
		w := s.words[i].word
		if len(w) <= best || w[0] != word[0] || w[1] != word[1] {
			continue
		}
		n := 2
		for n < len(w) && n < len(word) && w[n] == word[n] {
			n++
		}
		if n > best && n*10 >= 6*max(len(w), len(word)) {
			found, best = s.words[i].term, n
		}
	}
	return found, best >= minPrefixLength
}

// editDistance is the Damerau-Levenshtein distance of two short words (optimal string alignment).
// A distance over the limit is limit+1.
func editDistance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit || len(a) > maxWordRunes*4 || len(b) > maxWordRunes*4 {
		return limit + 1
	}
	var rows [3][maxWordRunes*4 + 1]uint8
	beforeLast, last, row := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		last[j] = uint8(j)
	}
	for i := 1; i <= len(a); i++ {
		row[0] = uint8(i)
		least := row[0]
		for j := 1; j <= len(b); j++ {
			cost := uint8(1)
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, beforeLast[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if int(least) > limit {
			return limit + 1
		}
		beforeLast, last, row = last, row, beforeLast
	}
	return int(last[len(b)])
}

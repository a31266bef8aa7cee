package suggest

import (
	"cmp"
	"math/bits"
	"slices"
)

// Words shorter than these many letters are not guessed, or only through one slip.
const (
	shortestGuess = 4
	twoSlips      = 9

	shortestBeginning = 5
)

// spelling finds the known word that one or two slips of the pen turned into another.
// The letters of a word are a set of bits, so most words are put aside by one
// instruction, and only those that may be near are compared letter by letter.
type spelling struct {
	words []spelled
}

type spelled struct {
	letters uint64
	word    string
	term    int32
}

func letters(w string) uint64 {
	var set uint64
	for i := range len(w) {
		set |= 1 << (w[i] & 63)
	}
	return set
}

func (s *spelling) sort() {
	slices.SortFunc(s.words, func(a, b spelled) int {
		return cmp.Or(cmp.Compare(len(a.word), len(b.word)), cmp.Compare(a.word, b.word))
	})
}

// nearest is the known word closest to this one; of two as close, the one that comes
// first. There is none where it would take more slips than the length excuses.
func (s *spelling) nearest(word string) (int32, bool) {
	n := len(word)
	if n < shortestGuess || n > mostRunes {
		return 0, false
	}
	allowed := 1
	if n >= twoSlips {
		allowed = 2
	}
	set := letters(word)
	found, best := int32(0), allowed+1
	from, _ := slices.BinarySearchFunc(s.words, n-allowed, func(w spelled, n int) int { return cmp.Compare(len(w.word), n) })
	for i := from; i < len(s.words) && len(s.words[i].word) <= n+allowed; i++ {
		w := &s.words[i]
		if bits.OnesCount64(set^w.letters) > 2*allowed {
			continue
		}
		if w.word[0] != word[0] && w.word[0] != 'h' && word[0] != 'h' {
			continue // the first letter is the one that people get right, but for the mute h
		}
		if d := distance(word, w.word, best-1); d < best {
			found, best = w.term, d
		}
	}
	return found, best <= allowed
}

// beginning is the known word that has most letters in common with this one from the
// first on, where that is most of both: "instalador" is about "instalar".
func (s *spelling) beginning(word string) (int32, bool) {
	found, best := int32(0), shortestBeginning-1
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
	return found, best >= shortestBeginning
}

// distance counts the slips between two short words: a letter too many, too few, another,
// or two that changed places; more than most is most+1.
func distance(a, b string, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most || len(a) > mostRunes*4 || len(b) > mostRunes*4 {
		return most + 1
	}
	var rows [3][mostRunes*4 + 1]uint8
	before, last, now := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		last[j] = uint8(j)
	}
	for i := 1; i <= len(a); i++ {
		now[0] = uint8(i)
		low := now[0]
		for j := 1; j <= len(b); j++ {
			cost := uint8(1)
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			now[j] = d
			low = min(low, d)
		}
		if int(low) > most {
			return most + 1
		}
		before, last, now = last, now, before
	}
	return int(last[len(b)])
}

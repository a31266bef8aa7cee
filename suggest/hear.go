package suggest

import "strings"

// heard is a word of the text that the index knows.
type heard struct {
	term  int32
	loud  float32 // 1 as typed, less where it was guessed
	first int     // tokens of the text
	last  int
	kind  bool // what the word is a kind of
}

// hear finds the words of the text that the index knows, and joins those that are one.
func (x *Index) hear(w *work) {
	w.wishes = 0
	for i, t := range w.tokens {
		_, whole := x.surface[t.word]
		// Letters and digits that were written together are heard apart: "win10", "office365".
		for rest := t.word; rest != ""; {
			n := len(rest)
			if !whole {
				n = run(rest)
			}
			x.heed(w, i, rest[:n])
			rest = rest[n:]
		}
	}
}

// heed takes the i-th word of the text, or a part of it, where the index knows it.
func (x *Index) heed(w *work, i int, word string) {
	id, loud := x.lookup(word)
	if id < 0 {
		if x.wishes[word] {
			w.wishes++
		}
		return
	}
	if n := len(w.heard); n > 0 {
		if one, ok := x.joins[both(w.heard[n-1].term, id)]; ok {
			w.heard[n-1].term, w.heard[n-1].last = one, i
			return
		}
	}
	w.heard = append(w.heard, heard{id, loud, i, i, false})
}

// run is how many bytes of a word are all digits, or all none.
func run(word string) int {
	digit := func(b byte) bool { return '0' <= b && b <= '9' }
	n := 1
	for n < len(word) && digit(word[n]) == digit(word[0]) {
		n++
	}
	return n
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
		if i+1 == len(w.heard) {
			break
		}
		next := w.heard[i+1]
		if id, ok := x.pairs[both(h.term, next.term)]; ok {
			say(heard{id, min(h.loud, next.loud) * x.t.pair, h.first, next.last, false})
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

package suggest

import (
	"cmp"
	"slices"

	"helptic/ticket"
)

// rank fills w.order with the entries worth suggesting.
func (x *Index) rank(text string, w *work) {
	w.tokens = tokenize(text, w.tokens[:0])
	x.hear(w)
	x.speak(w)
	clear(w.score)
	clear(w.strong)
	clear(w.words)
	clear(w.cat)
	fails, wants, strangers := float32(0), w.wishes, float32(0)
	alarm, matter := false, false
	for _, h := range w.spoken {
		t := &x.terms[h.term]
		switch refused := t.is&refusing != 0 && w.refused(h.first); {
		case refused || t.is&failing != 0:
			fails++
		case t.is&wanting != 0:
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
	w.order = slices.DeleteFunc(w.order, func(e int32) bool { return w.score[e] < best*x.t.tail && !(alarm && x.entries[e].Security) })
	slices.SortFunc(w.order, func(a, b int32) int {
		if alarm && x.entries[a].Security != x.entries[b].Security { // whatever else is said
			if x.entries[a].Security {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(w.score[b], w.score[a]), cmp.Compare(a, b))
	})
	x.vary(w)
}

// vary puts an entry of another category third where the first three are all of one and
// the best of the others is nearly as good as the third.
func (x *Index) vary(w *work) {
	if len(w.order) < 4 {
		return
	}
	c := x.category[w.order[0]]
	if x.category[w.order[1]] != c || x.category[w.order[2]] != c {
		return
	}
	for i, e := range w.order[3:] {
		if x.category[e] == c {
			continue
		}
		if w.score[e] >= x.t.vary*w.score[w.order[2]] {
			copy(w.order[3:], w.order[2:3+i])
			w.order[2] = e
		}
		return
	}
}

// refused tells whether there is a "no" close before a word.
func (w *work) refused(i int) bool {
	for _, t := range w.tokens[max(0, i-3):i] {
		if t.word == "no" || t.word == "ni" {
			return true
		}
	}
	return false
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

package suggest

import (
	"cmp"
	"slices"

	"helptic/ticket"
)

// rank fills q.ranked with the entries worth suggesting, best first.
func (x *Index) rank(text string, q *query) {
	q.tokens = tokenize(text, q.tokens[:0])
	x.matchTokens(q)
	x.collectTerms(q)
	clear(q.score)
	clear(q.specificScore)
	clear(q.specificTerms)
	clear(q.categoryScore)
	s := x.readSignals(q)
	for _, m := range q.terms {
		x.scoreTerm(q, &x.terms[m.term], m.confidence)
	}
	best := x.selectEntries(q, s)
	q.ranked = slices.DeleteFunc(q.ranked, func(e int32) bool {
		return q.score[e] < best*x.params.minRatio && !(s.security && x.entries[e].Security)
	})
	slices.SortFunc(q.ranked, func(a, b int32) int {
		if s.security && x.entries[a].Security != x.entries[b].Security { // a security incident comes first
			if x.entries[a].Security {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(q.score[b], q.score[a]), cmp.Compare(a, b))
	})
	x.diversify(q)
}

// signals are what the terms say about the text as a whole.
type signals struct {
	intent   float32 // 1: something fails; -1: something is requested; 0: unclear
	penalty  float32 // for terms outside the desk
	inDomain bool    // a term shows by itself that the text is about the desk
	security bool
}

func (x *Index) readSignals(q *query) signals {
	var s signals
	failures, requests, strangers := float32(0), q.requests, float32(0)
	for _, m := range q.terms {
		t := &x.terms[m.term]
		switch {
		case t.flags&failure != 0, t.flags&negatable != 0 && q.negated(m.first):
			failures++
		case t.flags&request != 0:
			requests++
		}
		if t.flags&outOfDomain != 0 {
			if s.inDomain && q.inLocation(m.first) {
				strangers += x.params.location
			} else {
				strangers++
			}
		}
		exact := m.confidence >= x.params.stem
		s.security = s.security || t.flags&security != 0 && exact
		s.inDomain = s.inDomain || t.flags&inDomain != 0 && t.flags&(generic|outOfDomain) == 0 && len(t.postings) > 0 && (exact || m.isHypernym)
	}
	s.penalty = x.params.outOfDomain * strangers
	switch {
	case failures > 0 && requests == 0:
		s.intent = 1
	case requests > 0 && failures == 0:
		s.intent = -1
	}
	return s
}

// selectEntries completes the scores, collects the entries over the thresholds in q.ranked, and
// returns their best score.
func (x *Index) selectEntries(q *query, s signals) float32 {
	best := float32(0)
	for e := range q.score {
		if q.score[e] == 0 {
			continue
		}
		score := q.score[e] + x.params.category*q.categoryScore[x.category[e]]
		fit := s.intent
		if x.entries[e].Type != ticket.Incident {
			fit = -s.intent
		}
		score *= 1 + x.params.intent*fit
		q.score[e] = score
		enoughTerms := s.inDomain || q.specificTerms[e] > 1 || q.specificTerms[e] == 1 && score >= x.params.singleTerm
		if enoughTerms && q.specificScore[e]-s.penalty >= x.params.minSpecific && score >= x.params.minScore {
			q.ranked = append(q.ranked, int32(e))
			best = max(best, score)
		}
	}
	return best
}

// diversify moves an entry of another category to the third place, where the first three entries
// are of one category and the best of the others scores nearly as high as the third.
func (x *Index) diversify(q *query) {
	if len(q.ranked) < 4 {
		return
	}
	c := x.category[q.ranked[0]]
	if x.category[q.ranked[1]] != c || x.category[q.ranked[2]] != c {
		return
	}
	for i, e := range q.ranked[3:] {
		if x.category[e] == c {
			continue
		}
		if q.score[e] >= x.params.diversity*q.score[q.ranked[2]] {
			copy(q.ranked[3:], q.ranked[2:3+i])
			q.ranked[2] = e
		}
		return
	}
}

// negated reports whether a "no" stands shortly before a token.
func (q *query) negated(i int) bool {
	for _, t := range q.tokens[max(0, i-3):i] {
		if t.word == "no" || t.word == "ni" {
			return true
		}
	}
	return false
}

// inLocation reports whether a token only says where or whose something is: "internet en la
// cafetería", "el computador de nómina".
func (q *query) inLocation(i int) bool {
	for _, t := range q.tokens[max(0, i-2):i] {
		switch t.word {
		case "en", "de", "del", "desde":
			return true
		}
	}
	return false
}

// scoreTerm adds the score of a term to its entries, and its highest score to their category.
func (x *Index) scoreTerm(q *query, t *term, confidence float32) {
	category, highest := uint8(0), float32(0)
	for _, p := range t.postings {
		s := t.weight * confidence * (p.score + p.learned)
		q.score[p.entry] += s
		if t.flags&(generic|bigram|outOfDomain) == 0 {
			q.specificScore[p.entry] += s
			q.specificTerms[p.entry]++
		}
		if c := x.category[p.entry]; c != category {
			q.categoryScore[category] += highest
			category, highest = c, 0
		}
		highest = max(highest, s)
	}
	q.categoryScore[category] += highest
}

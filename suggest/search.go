package suggest

import (
	"cmp"
	"slices"
	"strings"

	"helptic/ticket"
)

// name is what of an entry may be typed in part, folded.
type name struct {
	label, around, keywords []string
}

func namesOf(entries []ticket.Entry) []name {
	out := make([]name, len(entries))
	for i, e := range entries {
		n := &out[i]
		n.label = wordsOf(nil, e.Label)
		n.around = wordsOf(wordsOf(wordsOf(nil, e.Group), e.Category.Label), e.Name)
		for _, k := range e.Keywords {
			n.keywords = wordsOf(n.keywords, k)
		}
	}
	return out
}

// wordsOf appends the words of a text that are not there yet.
func wordsOf(out []string, text string) []string {
	for _, t := range tokenize(text, nil) {
		if !slices.Contains(out, t.word) {
			out = append(out, t.word)
		}
	}
	return out
}

// How loudly a word typed in part speaks, by where it begins one.
const (
	beginsLabel   = 4
	inLabel       = 3
	aroundLabel   = 2
	amongKeywords = 1
)

// Search gives at most limit entries whose names hold words that begin like each of those
// typed, as somebody types them; then what Find makes of the text. Without words it
// gives the first entries of the catalogue.
func (x *Index) Search(text string, limit int) []Suggestion {
	if limit <= 0 {
		return nil
	}
	var out []Suggestion
	tokens := tokenize(text, nil)
	if len(tokens) == 0 {
		for _, e := range x.entries[:min(limit, len(x.entries))] {
			out = append(out, Suggestion{Entry: e})
		}
		return out
	}
	for i, n := range x.names {
		s := Suggestion{Entry: x.entries[i]}
		for _, t := range tokens {
			r := n.match(t.word)
			if r.Score == 0 {
				s.Why = nil
				break
			}
			r.Word = text[t.start:t.end]
			s.Why = append(s.Why, r)
			s.Score += r.Score
		}
		if s.Why != nil {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int { return cmp.Compare(b.Score, a.Score) })
	out = out[:min(limit, len(out))]
	for _, s := range x.Find(text, limit) {
		if len(out) == limit {
			break
		}
		if !slices.ContainsFunc(out, func(o Suggestion) bool { return o.Entry.ID == s.Entry.ID }) {
			out = append(out, s)
		}
	}
	return out
}

// match is the best place of an entry where a word begins like this; a whole word
// goes a little before a part of one.
func (n name) match(typed string) Reason {
	best := Reason{}
	look := func(words []string, field Field, score func(i int) float64) {
		for i, w := range words {
			if !strings.HasPrefix(w, typed) {
				continue
			}
			s := score(i)
			if len(w) == len(typed) {
				s += 0.5
			}
			if s > best.Score {
				best = Reason{Term: w, Field: field, Score: s}
			}
		}
	}
	look(n.label, FieldName, func(i int) float64 {
		if i == 0 {
			return beginsLabel
		}
		return inLabel
	})
	look(n.around, FieldCategory, func(int) float64 { return aroundLabel })
	if len(typed) > 2 {
		look(n.keywords, FieldKeyword, func(int) float64 { return amongKeywords })
	}
	return best
}

package suggest

import (
	"cmp"
	"slices"
	"strings"

	"helptic/ticket"
)

// searchName are the folded words of an entry, for searching while somebody types.
type searchName struct {
	label, context, keywords []string
}

func searchNames(entries []ticket.Entry) []searchName {
	out := make([]searchName, len(entries))
	for i, e := range entries {
		n := &out[i]
		n.label = appendWords(nil, e.Label)
		n.context = appendWords(appendWords(appendWords(nil, e.Group), e.Category.Label), e.Name)
		for _, k := range e.Keywords {
			n.keywords = appendWords(n.keywords, k)
		}
	}
	return out
}

// appendWords appends the words of a text that are not in the list.
func appendWords(out []string, text string) []string {
	for _, t := range tokenize(text, nil) {
		if !slices.Contains(out, t.word) {
			out = append(out, t.word)
		}
	}
	return out
}

// The score of a word that begins as typed, by where the entry has it. A whole word scores more.
const (
	scoreFirstOfLabel = 4
	scoreLabel        = 3
	scoreContext      = 2
	scoreKeyword      = 1
	scoreWholeWord    = 0.5

	minKeywordPrefix = 3 // bytes
)

// Search is for typing ahead. It returns at most limit entries that have, for each typed word, a
// word with that prefix; and then the entries that Find returns. For an empty text it returns the
// first entries of the catalogue.
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

// match is the word of an entry with this prefix that scores highest.
func (n searchName) match(prefix string) Reason {
	best := Reason{}
	try := func(words []string, field Field, score func(i int) float64) {
		for i, w := range words {
			if !strings.HasPrefix(w, prefix) {
				continue
			}
			s := score(i)
			if len(w) == len(prefix) {
				s += scoreWholeWord
			}
			if s > best.Score {
				best = Reason{Term: w, Field: field, Score: s}
			}
		}
	}
	try(n.label, FieldName, func(i int) float64 {
		if i == 0 {
			return scoreFirstOfLabel
		}
		return scoreLabel
	})
	try(n.context, FieldCategory, func(int) float64 { return scoreContext })
	if len(prefix) >= minKeywordPrefix {
		try(n.keywords, FieldKeyword, func(int) float64 { return scoreKeyword })
	}
	return best
}

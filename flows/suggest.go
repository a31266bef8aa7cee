package flows

import (
	"cmp"
	"slices"
	"strings"

	"helptic/ticket"
)

// Suggestion is an entry of the catalogue that free text may mean.
type Suggestion struct {
	Entry ticket.Entry
	Score float64
}

// words that say nothing about what is wanted.
var idle = map[string]bool{}

func init() {
	for w := range strings.FieldsSeq("a al con de del el en es la las le lo los me mi mis no o para pero por que se si sin su un una y ya yo hola buenas buenos dias tardes favor gracias necesito quiero ayuda puedo tengo esta") {
		idle[w] = true
	}
}

// Suggest finds at most three entries for what somebody wrote, best first, by the words
// it shares with their names and keywords; none where nothing is shared.
func Suggest(cat *ticket.Catalog, text string) []Suggestion {
	p := " " + plain(text) + " "
	typed := map[string]bool{}
	for w := range strings.FieldsSeq(p) {
		if len(w) > 1 && !idle[w] {
			typed[stem(w)] = true
		}
	}
	var found []Suggestion
	for e := range cat.Entries() {
		score := 0.0
		for _, k := range e.Keywords {
			if k := plain(k); strings.Contains(k, " ") && strings.Contains(p, " "+k+" ") {
				score += 2 * float64(strings.Count(k, " ")+1)
			}
		}
		names, keys := stems(e.Label), stems(strings.Join(e.Keywords, " "))
		group := stems(e.Category.Label + " " + e.Group)
		for w := range typed {
			switch {
			case names[w]:
				score += 3
			case keys[w]:
				score += 2
			case group[w]:
				score++
			}
		}
		if score >= 2 {
			found = append(found, Suggestion{e, score})
		}
	}
	slices.SortStableFunc(found, func(a, b Suggestion) int { return cmp.Compare(b.Score, a.Score) })
	return found[:min(3, len(found))]
}

func stems(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(plain(s)) {
		if len(w) > 1 && !idle[w] {
			out[stem(w)] = true
		}
	}
	return out
}

// stem takes the plural off.
func stem(w string) string {
	switch {
	case len(w) > 5 && strings.HasSuffix(w, "es"):
		return w[:len(w)-2]
	case len(w) > 4 && (strings.HasSuffix(w, "s") || strings.HasSuffix(w, "a") || strings.HasSuffix(w, "o") || strings.HasSuffix(w, "e")):
		return w[:len(w)-1]
	}
	return w
}

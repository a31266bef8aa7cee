package suggest

import (
	"cmp"
	"math"
	"slices"
)

// applyLessons adds the learned words to the index. A meaning scores more the more people taught it
// and the fewer other meanings its word has. It never scores as high as a term that an entry has twice.
func (b *builder) applyLessons() {
	numbers := make(map[string]uint16, len(b.entries))
	for i, e := range b.entries {
		numbers[e.ID] = uint16(i)
	}
	words, newest := b.lessons.sortedWords()
	for _, w := range words[:min(len(words), maxLearnedWords)] {
		meanings := b.lessons.Words[w]
		total, accepted := 0.0, 0
		for _, m := range meanings {
			total += votes(m, newest)
			if len(m.Teachers) >= minTeachers {
				accepted++
			}
		}
		if accepted == 0 || total == 0 || len(w) > maxWordRunes {
			continue
		}
		id := b.learnedTerm(w)
		if id < 0 {
			continue
		}
		t := &b.terms[id]
		weight := b.params.lesson
		if len(t.postings) == 0 {
			t.weight = b.idf(float64(accepted))
		} else {
			weight /= 2 // a word of the catalogue keeps its meaning
		}
		for _, m := range meanings {
			e, ok := numbers[m.Entry]
			if !ok || len(m.Teachers) < minTeachers {
				continue
			}
			v := votes(m, newest)
			t.flags |= inDomain
			t.addLearned(e, weight*float32(v/(v+2)*v/total))
		}
	}
}

// sortedWords are the learned words in a fixed order, and the newest day of all.
func (l Lessons) sortedWords() (words []string, newest int) {
	words, newest = make([]string, 0, len(l.Words)), math.MinInt
	for w, meanings := range l.Words {
		words = append(words, w)
		for _, m := range meanings {
			newest = max(newest, m.Day)
		}
	}
	slices.Sort(words)
	return words, newest
}

// learnedTerm is the term of a learned word, which is in the singular.
func (b *builder) learnedTerm(word string) int32 {
	if id, ok := b.singularForms[word]; ok {
		return id
	}
	if id, ok := b.surfaceForms[word]; ok {
		return id
	}
	return b.term(word)
}

// votes are the teachers of a meaning, less the older it is.
func votes(m Meaning, newest int) float64 {
	age := float64(newest) - float64(m.Day)
	return float64(min(len(m.Teachers), maxTeachers)) * math.Exp2(-max(0, age)/halfLifeDays)
}

func (t *term) addLearned(e uint16, score float32) {
	i, ok := slices.BinarySearchFunc(t.postings, e, func(p posting, e uint16) int { return cmp.Compare(p.entry, e) })
	if !ok {
		t.postings = slices.Insert(t.postings, i, posting{entry: e, field: lessonField})
	}
	t.postings[i].learned += score
}

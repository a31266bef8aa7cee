package suggest

import (
	"cmp"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"sync"
)

// Limits of what is learnt, so that lessons stay small whatever is fed to them.
const (
	mostTaughtWords = 3000 // words in all; the least taught goes first
	mostMeanings    = 6    // entries of a word
	mostTeachers    = 8    // people who are counted for a word and an entry
	fewestTeachers  = 2    // one person alone teaches nothing
	halfLife        = 180  // days after which what nobody repeats counts half
)

// Lessons is what the desk has taught by filing and reclassifying: which words people
// use for which entries. A word counts for an entry once for each person who taught it, and
// only when at least two did, so nobody can teach it nonsense alone. The zero value
// has been taught nothing. It can be written as JSON; it holds single words, no
// texts, and people only as numbers.
type Lessons struct {
	Words map[string][]Meaning `json:"words,omitempty"`
}

// Meaning is an entry that people use a word for.
type Meaning struct {
	Entry    string   `json:"entry"`
	Teachers []uint32 `json:"teachers"`
	Day      int      `json:"day"` // on which it was last taught
}

// Lesson is one decision of a person: this text means that entry. The teacher of a request
// is who filed it, that of a reclassification the agent. Days are counted from anywhere,
// one way for all lessons (say, Unix time over 86,400).
type Lesson struct {
	Text    string
	Entry   string
	Teacher string
	Day     int
}

// Add learns from a decision. The same person teaching the same again changes nothing but
// the day.
func (l *Lessons) Add(lesson Lesson) {
	if lesson.Entry == "" || lesson.Teacher == "" {
		return
	}
	who := teacher(lesson.Teacher)
	for _, w := range teachable(lesson.Text) {
		l.add(w, lesson.Entry, who, lesson.Day)
	}
	l.forget()
}

// TakeBack undoes what a decision taught, where it turned out wrong: what a requester filed
// under one entry and an agent moved to another.
func (l *Lessons) TakeBack(lesson Lesson) {
	who := teacher(lesson.Teacher)
	for _, w := range teachable(lesson.Text) {
		meanings := l.Words[w]
		for i := range meanings {
			if m := &meanings[i]; m.Entry == lesson.Entry {
				m.Teachers = slices.DeleteFunc(m.Teachers, func(t uint32) bool { return t == who })
			}
		}
		meanings = slices.DeleteFunc(meanings, func(m Meaning) bool { return len(m.Teachers) == 0 })
		if len(meanings) > 0 {
			l.Words[w] = meanings
		} else {
			delete(l.Words, w)
		}
	}
}

func (l *Lessons) add(word, entry string, who uint32, day int) {
	if l.Words == nil {
		l.Words = map[string][]Meaning{}
	}
	meanings := l.Words[word]
	i := slices.IndexFunc(meanings, func(m Meaning) bool { return m.Entry == entry })
	if i < 0 {
		if len(meanings) == mostMeanings {
			least := slices.MinFunc(meanings, lessTaught)
			meanings = slices.DeleteFunc(meanings, func(m Meaning) bool { return m.Entry == least.Entry })
		}
		meanings = append(meanings, Meaning{Entry: entry})
		i = len(meanings) - 1
	}
	m := &meanings[i]
	if !slices.Contains(m.Teachers, who) && len(m.Teachers) < mostTeachers {
		m.Teachers = append(m.Teachers, who)
	}
	m.Day = max(m.Day, day)
	l.Words[word] = meanings
}

func lessTaught(a, b Meaning) int {
	return cmp.Or(cmp.Compare(len(a.Teachers), len(b.Teachers)), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Entry, b.Entry))
}

// forget drops the least taught words, a tenth at once, when there are too many.
func (l *Lessons) forget() {
	if len(l.Words) <= mostTaughtWords {
		return
	}
	type known struct {
		word string
		best Meaning
	}
	all := make([]known, 0, len(l.Words))
	for w, meanings := range l.Words {
		all = append(all, known{w, slices.MaxFunc(meanings, lessTaught)})
	}
	slices.SortFunc(all, func(a, b known) int { return cmp.Or(lessTaught(a.best, b.best), cmp.Compare(a.word, b.word)) })
	for _, k := range all[:len(all)-mostTaughtWords*9/10] {
		delete(l.Words, k.word)
	}
}

// teacher is a person as a number that is enough to tell a few apart.
func teacher(person string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(person)) //nolint:errcheck // never fails
	return h.Sum32()
}

var idleSet = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(idleWords) {
		set[w] = true
	}
	return set
})

// teachable are the words of a text that may be learnt, each once, by their singular.
func teachable(text string) []string {
	var out []string
	for _, t := range tokenize(text, nil) {
		if len(t.word) < 3 || idleSet()[t.word] || strings.ContainsAny(t.word, "0123456789") {
			continue
		}
		if w := singular(t.word); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// learn lets the words that were taught speak, more the more people taught them and the
// fewer entries they were taught for; never as loudly as what an entry says twice.
func (b *builder) learn() {
	words, newest := make([]string, 0, len(b.lessons.Words)), math.MinInt
	for w, meanings := range b.lessons.Words {
		words = append(words, w)
		for _, m := range meanings {
			newest = max(newest, m.Day)
		}
	}
	slices.Sort(words)
	place := make(map[string]uint16, len(b.entries))
	for i, e := range b.entries {
		place[e.ID] = uint16(i)
	}
	for _, w := range words[:min(len(words), mostTaughtWords)] {
		meanings := b.lessons.Words[w]
		total, believed := 0.0, 0
		for _, m := range meanings {
			total += votes(m, newest)
			if len(m.Teachers) >= fewestTeachers {
				believed++
			}
		}
		if believed == 0 || total == 0 || len(w) > mostRunes {
			continue
		}
		id, ok := b.singular[w]
		if !ok {
			if id, ok = b.surface[w]; !ok {
				id = b.term(w)
			}
		}
		if id < 0 {
			continue
		}
		t := &b.terms[id]
		loud := b.t.lesson
		if len(t.postings) == 0 {
			t.weight = b.rarity(float64(believed))
		} else {
			loud /= 2 // the catalogue knows the word: use bends its meaning, but does not replace it
		}
		for _, m := range meanings {
			e, ok := place[m.Entry]
			if !ok || len(m.Teachers) < fewestTeachers {
				continue
			}
			v := votes(m, newest)
			t.is |= topic
			t.teach(e, loud*float32(v/(v+2)*v/total))
		}
	}
}

// votes are the people behind a meaning, fewer as it grows old.
func votes(m Meaning, newest int) float64 {
	age := float64(newest) - float64(m.Day)
	return float64(min(len(m.Teachers), mostTeachers)) * math.Exp2(-max(0, age)/halfLife)
}

func (t *term) teach(e uint16, score float32) {
	i, ok := slices.BinarySearchFunc(t.postings, e, func(p posting, e uint16) int { return cmp.Compare(p.entry, e) })
	if !ok {
		t.postings = slices.Insert(t.postings, i, posting{entry: e, field: inLesson})
	}
	t.postings[i].learned += score
}

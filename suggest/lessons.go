package suggest

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
	"sync"
)

// Limits of what is learned, so that lessons stay small whatever is added.
const (
	maxLearnedWords = 3000 // the words with the fewest teachers are evicted first
	maxMeanings     = 6    // entries of a word
	maxTeachers     = 8    // people who are counted for a meaning
	minTeachers     = 2    // one person alone teaches nothing
	halfLifeDays    = 180  // a meaning that nobody repeats loses half of its votes in this time
)

// Lessons are what the finder learns from requests that were filed and reclassified: which words
// people use for which entries. A person counts once for a word and an entry, and a meaning needs
// two people, so nobody can teach nonsense alone. The zero value is empty. The JSON holds single
// words, no texts, and hashes instead of people.
type Lessons struct {
	Words map[string][]Meaning `json:"words,omitempty"`
}

// Meaning is an entry for which people use a word.
type Meaning struct {
	Entry    string   `json:"entry"`
	Teachers []uint32 `json:"teachers"`
	Day      int      `json:"day"` // of the newest lesson
}

// Lesson is a decision of a person that a text means an entry. The teacher of a request is its
// requester, the teacher of a reclassification is the agent. Days are counted from any fixed day.
type Lesson struct {
	Text    string
	Entry   string
	Teacher string
	Day     int
}

// Add learns a lesson. A repetition by the same person only renews the day.
func (l *Lessons) Add(lesson Lesson) {
	if lesson.Entry == "" || lesson.Teacher == "" {
		return
	}
	who := teacherHash(lesson.Teacher)
	for _, w := range learnableWords(lesson.Text) {
		l.add(w, lesson.Entry, who, lesson.Day)
	}
	l.evict()
}

// Remove removes a lesson that was wrong: a requester filed a request under an entry, and an agent
// moved it to another one.
func (l *Lessons) Remove(lesson Lesson) {
	who := teacherHash(lesson.Teacher)
	for _, w := range learnableWords(lesson.Text) {
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
		if len(meanings) == maxMeanings {
			least := slices.MinFunc(meanings, compareSupport)
			meanings = slices.DeleteFunc(meanings, func(m Meaning) bool { return m.Entry == least.Entry })
		}
		meanings = append(meanings, Meaning{Entry: entry})
		i = len(meanings) - 1
	}
	m := &meanings[i]
	if !slices.Contains(m.Teachers, who) && len(m.Teachers) < maxTeachers {
		m.Teachers = append(m.Teachers, who)
	}
	m.Day = max(m.Day, day)
	l.Words[word] = meanings
}

// compareSupport orders meanings by their teachers, fewest first.
func compareSupport(a, b Meaning) int {
	return cmp.Or(cmp.Compare(len(a.Teachers), len(b.Teachers)), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Entry, b.Entry))
}

// evict removes a tenth of the words when there are too many, those with the fewest teachers.
func (l *Lessons) evict() {
	if len(l.Words) <= maxLearnedWords {
		return
	}
	type learned struct {
		word string
		best Meaning
	}
	all := make([]learned, 0, len(l.Words))
	for w, meanings := range l.Words {
		all = append(all, learned{w, slices.MaxFunc(meanings, compareSupport)})
	}
	slices.SortFunc(all, func(a, b learned) int { return cmp.Or(compareSupport(a.best, b.best), cmp.Compare(a.word, b.word)) })
	for _, k := range all[:len(all)-maxLearnedWords*9/10] {
		delete(l.Words, k.word)
	}
}

// teacherHash is a number that is enough to distinguish a few people.
func teacherHash(person string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(person)) //nolint:errcheck // never fails
	return h.Sum32()
}

var stopWordSet = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(stopWords) {
		set[w] = true
	}
	return set
})

// learnableWords are the singular forms of the words of a text that can be learned, each once.
func learnableWords(text string) []string {
	var out []string
	for _, t := range tokenize(text, nil) {
		if len(t.word) < 3 || stopWordSet()[t.word] || strings.ContainsAny(t.word, "0123456789") {
			continue
		}
		if w := singular(t.word); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

package suggest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
)

func rank(x *Index, text, entry string) int {
	return slices.IndexFunc(x.Find(text, 10), func(s Suggestion) bool { return s.Entry.ID == entry })
}

const (
	records = "soporte-a-aplicativos.infodoc"
	noNet   = "internet.falla-en-navegacion"
)

// An unknown word is learned once two people used it for the same entry.
func TestUnknownWordIsLearnedFromTwoPeople(t *testing.T) {
	x := New(catalog(t))
	const text = "el siadoc amaneció raro"
	if got := rank(x, text, records); got >= 0 {
		t.Fatalf("%q is known before it is learned: %d", text, got)
	}
	var l Lessons
	l.Add(Lesson{"siadoc no me deja reasignar", records, "Usuario 1", 20000})
	if got := rank(x.Learn(l), text, records); got >= 0 {
		t.Errorf("one person taught the word: place %d", got)
	}
	l.Add(Lesson{"Siadoc se quedó cargando", records, "Usuario 2", 20001})
	taught := x.Learn(l)
	if got := rank(taught, text, records); got != 0 {
		t.Errorf("two people taught the word: place %d, want the first", got)
	}
	if why := taught.Find(text, 1)[0].Why; why[0].Field != FieldLesson || why[0].Word != "siadoc" {
		t.Errorf("why: %+v", why)
	}
	if got := rank(x, text, records); got >= 0 {
		t.Error("the old index has changed")
	}
	if got := rank(taught.Learn(Lessons{}), text, records); got >= 0 {
		t.Error("lessons cannot be switched off")
	}
	l.Remove(Lesson{"Siadoc se quedó cargando", records, "Usuario 2", 20001})
	if got := rank(x.Learn(l), text, records); got >= 0 {
		t.Error("a removed lesson still counts")
	}
}

// One person who repeats nonsense a thousand times changes no result.
func TestOnePersonTeachesNoNonsense(t *testing.T) {
	cat := catalog(t)
	x := New(cat)
	var l Lessons
	for day := range 1000 {
		l.Add(Lesson{"la impresora no imprime, no hay internet, el mouse", "centro-de-computo.mantenimiento.ups", "Usuario 1", day})
	}
	taught := x.Learn(l)
	for _, s := range own(t) {
		if a, b := x.Find(s.text, 3), taught.Find(s.text, 3); !reflect.DeepEqual(a, b) {
			t.Fatalf("%q: %v, after nonsense %v", s.text, a, b)
		}
	}
}

// Many people who agree on nonsense do not change the meaning of a word of the catalogue.
func TestLessonsDoNotOverrideTheCatalogue(t *testing.T) {
	x := New(catalog(t))
	var l Lessons
	for i := range 50 {
		l.Add(Lesson{"internet", "hardware.falla-el-mouse", fmt.Sprint("Usuario ", i), 1})
	}
	if got := rank(x.Learn(l), "no tengo internet", noNet); got != 0 {
		t.Errorf("place %d, want the first", got)
	}
}

func TestLessonsAreBounded(t *testing.T) {
	var l Lessons
	for i := range 20000 {
		for p := range 2 {
			l.Add(Lesson{fmt.Sprintf("palabra%s otra%s", letterNumber(i), letterNumber(i)), fmt.Sprint("entry-", i%10), fmt.Sprint("Usuario ", p), i})
		}
	}
	for i := range 40 {
		for p := range 40 {
			l.Add(Lesson{"siadoc", fmt.Sprint("entry-", i), fmt.Sprint("Usuario ", p), 20000})
		}
	}
	if len(l.Words) > maxLearnedWords {
		t.Errorf("%d words", len(l.Words))
	}
	for w, meanings := range l.Words {
		if len(meanings) > maxMeanings {
			t.Errorf("%s: %d meanings", w, len(meanings))
		}
		for _, m := range meanings {
			if len(m.Teachers) > maxTeachers {
				t.Errorf("%s: %d teachers", w, len(m.Teachers))
			}
		}
	}
	if _, ok := l.Words["siadoc"]; !ok {
		t.Error("the word with the most teachers was evicted")
	}
	b, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	var back Lessons
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(l, back) {
		t.Error("lessons changed on their way through JSON")
	}
	t.Logf("%d KiB of JSON when full", len(b)/1024)
}

func letterNumber(n int) string {
	s := ""
	for range 5 {
		s += string(rune('a' + n%26))
		n /= 26
	}
	return s
}

// Old lessons lose their votes: as many people of today outweigh those of long ago.
func TestOldLessonsFade(t *testing.T) {
	var l Lessons
	for p := range 3 {
		l.Add(Lesson{"siadoc", noNet, fmt.Sprint("Usuario ", p), 0})
		l.Add(Lesson{"siadoc", records, fmt.Sprint("Usuario ", p), 2 * halfLifeDays})
	}
	x := New(catalog(t), WithLessons(l))
	if got := rank(x, "siadoc", records); got != 0 {
		t.Errorf("place %d, want the first", got)
	}
	if got := rank(x, "siadoc", noNet); got == 0 {
		t.Error("the old meaning comes first")
	}
}

// Lessons from four fifths of the sentences do not make the results of the last fifth worse.
func TestLessonsDoNoHarm(t *testing.T) {
	cat := catalog(t)
	x := New(cat)
	var before, after result
	for f := range folds {
		var l Lessons
		var test []labelled
		for _, s := range own(t) {
			if part(s.text, folds) == f {
				test = append(test, s)
				continue
			}
			for p := range 3 {
				l.Add(Lesson{s.text, s.right[0], fmt.Sprint("Usuario ", p), 1})
			}
		}
		before.add(measure(x, cat, test))
		after.add(measure(x.Learn(l), cat, test))
	}
	t.Logf("before: %v", before)
	t.Logf("after:  %v", after)
	if after.first < before.first-4 || after.three < before.three-4 {
		t.Error("lessons did harm")
	}
}

// Lessons of any JSON break nothing.
func FuzzLessons(f *testing.F) {
	f.Add([]byte(`{"words":{"siadoc":[{"entry":"soporte-a-aplicativos.infodoc","teachers":[1,2],"day":3}]}}`))
	f.Add([]byte(`{"words":{"":[{"entry":"","teachers":null,"day":-9223372036854775808}],"no":[{"entry":"x","day":9223372036854775807}]}}`))
	cat := catalog(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		var l Lessons
		if json.Unmarshal(b, &l) != nil {
			return
		}
		x := New(cat, WithLessons(l))
		for _, s := range x.Find("siadoc no imprime", 3) {
			if !(s.Score > 0) {
				t.Errorf("%v", s)
			}
		}
		l.Add(Lesson{"siadoc", records, "Usuario 1", 1})
		l.Remove(Lesson{"siadoc", records, "Usuario 1", 1})
	})
}

// Where the catalogue does not decide, reclassifications do.
func TestReclassificationsDecideAnOpenWord(t *testing.T) {
	x := New(catalog(t))
	const text = "ayuda con el lector"
	found := x.Find(text, 3)
	if len(found) < 2 {
		t.Fatalf("%v", found)
	}
	second := found[1].Entry.ID
	var l Lessons
	for i := range maxTeachers {
		l.Add(Lesson{"el lector otra vez", second, fmt.Sprint("Agente ", i), 1})
	}
	if got := rank(x.Learn(l), text, second); got != 0 {
		t.Errorf("%s has place %d, want the first", second, got)
	}
}

package intake

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/flows/command"
	"helptic/suggest"
	"helptic/ticket"
)

func newIntake(t testing.TB) *Intake {
	t.Helper()
	data, err := os.ReadFile("../../catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	cat, err := ticket.LoadCatalog(data)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	return &Intake{View: card.View{Catalog: cat, Now: now}, Find: suggest.New(cat).Find}
}

func newDraft(text string) *ticket.Draft {
	return &ticket.Draft{ID: "D", Answers: map[string]string{FirstText: text}}
}

// typed answers a question in words.
func typed(t testing.TB, in *Intake, d *ticket.Draft, text string) Outcome {
	t.Helper()
	c, err := in.Read(d, text, false)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	outcome, err := in.Answer(d, c)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return outcome
}

// pressed answers with the control that has a label.
func pressed(t testing.TB, in *Intake, d *ticket.Draft, label string) Outcome {
	t.Helper()
	c := in.Card(d)
	do, value := "", ""
	for _, b := range c.Buttons {
		if b.Label == label {
			do = b.Do
		}
	}
	for _, s := range c.Selects {
		for _, o := range s.Options {
			if o.Label == label {
				do, value = s.Do, o.Value
			}
		}
	}
	parsed, ok := command.Parse(do)
	if !ok {
		t.Fatalf("no control %q on %+v", label, c)
	}
	if value != "" {
		parsed.Argument = value
	}
	outcome, err := in.Answer(d, parsed)
	if err != nil {
		t.Fatalf("%q: %v", label, err)
	}
	return outcome
}

func title(in *Intake, d *ticket.Draft) string { return card.Summary(in.Card(d)) }

// The same walk, typed and pressed, leaves the same answers.
func TestTypedAndPressedMeet(t *testing.T) {
	in := newIntake(t)
	byWords, byPress := newDraft(""), newDraft("")
	steps := []struct{ title, words, label string }{
		{"¿En qué le podemos ayudar? · Paso 1 de 5", "impresoras", "Impresoras"},
		{"¿Qué necesita exactamente? · Paso 2 de 5", "ATASCO", "Atasco de papel"},
		{"¿A quién afecta? · Paso 3 de 5", "3", "Mediana"},
		{"Describa su solicitud · Paso 4 de 5", "Se atascó el papel.", ""},
		{"¿Desea adjuntar archivos? · Paso 5 de 5", "no", "Continuar"},
	}
	for _, s := range steps {
		for _, d := range []*ticket.Draft{byWords, byPress} {
			if got := title(in, d); got != s.title {
				t.Fatalf("%q, want %q", got, s.title)
			}
		}
		typed(t, in, byWords, s.words)
		if s.label == "" {
			typed(t, in, byPress, s.words) // there is nothing to press
		} else {
			pressed(t, in, byPress, s.label)
		}
	}
	if got := title(in, byWords); got != "Revise y confirme · Último paso" || !in.Complete(byWords) {
		t.Fatalf("%q", got)
	}
	if fmt.Sprint(byWords.Answers) != fmt.Sprint(byPress.Answers) {
		t.Errorf("typed   %v\npressed %v", byWords.Answers, byPress.Answers)
	}
	if typed(t, in, byWords, "sí") != Register || pressed(t, in, byPress, "Registrar solicitud") != Register {
		t.Error("it is not registered")
	}
}

// A question is one row: what it asks, how it is answered, counted, corrected, confirmed and kept
// follows from it.
func TestAQuestionIsOneRow(t *testing.T) {
	in := newIntake(t)
	in.extra = []question{
		{name: "building", title: "¿En qué sede está?", choice: "Sede", correct: "Sede", detail: "Sede", options: func(*Intake, *ticket.Draft) []bot.Option {
			return []bot.Option{{Label: "Sede principal", Value: "main"}, {Label: "Archivo", Value: "archive"}}
		}},
		{name: "room", title: "¿En qué oficina?", correct: "Oficina", detail: "Oficina"},
	}
	d := newDraft("")
	for _, words := range []string{"impresoras", "atasco", "mediana", "Se atascó el papel."} {
		typed(t, in, d, words)
	}
	if got := title(in, d); got != "¿En qué sede está? · Paso 5 de 7" {
		t.Fatalf("%q", got)
	}
	if _, err := in.Read(d, "marte", false); err == nil {
		t.Error("an option that is none was taken")
	}
	if _, err := in.Answer(d, command.Command{Question: "building", Argument: "mars"}); err == nil {
		t.Error("a value that is none was taken")
	}
	pressed(t, in, d, "Sede principal")
	typed(t, in, d, "301")
	typed(t, in, d, "continuar")
	facts := fmt.Sprint(in.Card(d).Facts)
	if !strings.Contains(facts, "{Sede Sede principal false} {Oficina 301 false}") {
		t.Errorf("confirmed: %s", facts)
	}
	pressed(t, in, d, "Corregir")
	pressed(t, in, d, "Sede")
	typed(t, in, d, "archivo")
	want := []ticket.Detail{{Question: "building", Label: "Sede", Value: "Archivo"}, {Question: "room", Label: "Oficina", Value: "301"}}
	if got := in.Details(d); !slices.Equal(got, want) || !in.Complete(d) {
		t.Errorf("kept %+v", got)
	}
}

// Every entry of Anexo 1 can be chosen by presses alone, and by typing the names on the way.
func TestEveryEntryCanBeChosen(t *testing.T) {
	in := newIntake(t)
	n := 0
	for e := range in.Catalog.Entries() {
		n++
		labels := []string{e.Category.Label}
		if all := groups(e.Category); len(all) > 1 && e.Group != "" {
			labels = append(labels, e.Group)
		}
		labels = append(labels, e.Label)
		byPress, byWords := newDraft(""), newDraft("")
		for _, label := range labels {
			pressed(t, in, byPress, label)
			typed(t, in, byWords, label)
		}
		for how, d := range map[string]*ticket.Draft{"pressed": byPress, "typed": byWords} {
			if d.Answers[Entry] != e.ID || in.Card(d).Title != "¿A quién afecta?" {
				t.Errorf("%s, %q leads to %q", how, labels, d.Answers[Entry])
			}
		}
	}
	if n != 136 {
		t.Errorf("%d entries", n)
	}
}

func TestBackTakesAnswersAwayOneByOne(t *testing.T) {
	in := newIntake(t)
	d := newDraft("se me atascó el papel en la impresora")
	pressed(t, in, d, "Impresoras > Atasco de papel")
	typed(t, in, d, "mediana")
	typed(t, in, d, "usar")
	typed(t, in, d, "continuar")
	var titles []string
	for in.Back(d) {
		titles = append(titles, in.Card(d).Title)
	}
	want := []string{"¿Desea adjuntar archivos?", "Describa su solicitud", "¿A quién afecta?", "¿Se trata de algo de esto?"}
	if !slices.Equal(titles, want) {
		t.Errorf("back over %q", titles)
	}
}

// A control of a question that has passed changes nothing.
func TestStaleControls(t *testing.T) {
	in := newIntake(t)
	d := newDraft("")
	typed(t, in, d, "impresoras")
	before := fmt.Sprint(d.Answers)
	for _, question := range []string{Category, Impact, Files, confirm, correcting, doComment, doUnattach, doSearch, doDescribe, allCategories, "nothing", ""} {
		if outcome, err := in.Answer(d, command.Command{Question: question, Argument: "x"}); outcome != Stale || err != nil {
			t.Errorf("%q: %v %v", question, outcome, err)
		}
	}
	if after := fmt.Sprint(d.Answers); after != before {
		t.Errorf("the answers became %s", after)
	}
}

// The catalogue changed under a draft: what it knows no more is asked again.
func TestTheCatalogueChangedUnderADraft(t *testing.T) {
	in := newIntake(t)
	d := newDraft("")
	for _, words := range []string{"impresoras", "atasco", "mediana", "Se atascó el papel.", "continuar"} {
		typed(t, in, d, words)
	}
	d.Answers[Entry] = "gone"
	if got := in.Card(d).Title; got != "¿Qué necesita exactamente?" {
		t.Errorf("an entry that is gone: %q", got)
	}
	d.Answers[Category] = "gone"
	if got := in.Card(d).Title; got != "¿En qué le podemos ayudar?" {
		t.Errorf("a category that is gone: %q", got)
	}
	d.Answers[Entry], d.Answers[Impact] = "impresoras.atasco-de-papel", "gone"
	if got := in.Card(d).Title; got != "¿A quién afecta?" {
		t.Errorf("an impact that is gone: %q", got)
	}
}

func TestTooManyFiles(t *testing.T) {
	in, d := newIntake(t), newDraft("")
	if err := in.Attach(d, make([]bot.File, mostFiles)); err != nil {
		t.Fatal(err)
	}
	var complaint *bot.UserError
	if err := in.Attach(d, make([]bot.File, 1)); !errors.As(err, &complaint) || len(d.Files) != mostFiles {
		t.Errorf("%v, %d files", err, len(d.Files))
	}
}

// Whatever is typed or pressed, at every question, is answered or refused with a sentence, and
// the draft can be shown.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{"impresoras\natasco\nmediana\nSe atascó el papel.\ncontinuar\nsi", "1\n1\n1\n\x00", "/back\n/correcting category\n/entry x", "ver todas\natrás", "asesoria\nofimatica", strings.Repeat("ñ", 4100)} {
		f.Add(seed)
	}
	in := newIntake(f)
	f.Fuzz(func(t *testing.T, walk string) {
		d := newDraft("se me atascó el papel")
		for line := range strings.SplitSeq(walk, "\n") {
			line = bot.CleanText(line)
			var c command.Command
			var err error
			if do, isPress := strings.CutPrefix(line, "/"); isPress {
				c, _ = command.Parse("intake D " + do)
			} else {
				c, err = in.Read(d, line, len(line)%2 == 0)
			}
			outcome := Ask
			if err == nil {
				outcome, err = in.Answer(d, c)
			}
			var complaint *bot.UserError
			if err != nil && !errors.As(err, &complaint) {
				t.Fatal(err)
			}
			if m := Question(in.Card(d)); m.Text == "" || m.Card.Title == "" {
				t.Fatalf("a card without a title after %q", line)
			}
			if outcome == Register && !in.Complete(d) {
				t.Fatal("registered before it was complete")
			}
		}
	})
}

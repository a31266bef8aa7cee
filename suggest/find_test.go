package suggest

import (
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"helptic/ticket"
)

// floor fails where a rate is below its minimum, in percent.
func floor(t *testing.T, r result, first, three, category float64) {
	t.Helper()
	if r.rate(r.first) < first || r.rate(r.three) < three || r.rate(r.category) < category {
		t.Errorf("%v; must be at least %.0f, %.0f and %.0f", r, first, three, category)
	}
}

// Sentences with the entries as the procedure names them: ours, written for this test after the finder and never read
// to improve it, and those of the issue, where they are beside the repository.
func TestNamedSentences(t *testing.T) {
	cat := catalog(t)
	x := New(cat)
	t.Run("ours", func(t *testing.T) {
		r := measure(x, cat, namedSentences(t, cat, "testdata/named.tsv"))
		t.Logf("named: %v\n%s", r, strings.Join(r.misses, "\n"))
		floor(t, r, 93, 93, 93)
	})
	if _, err := os.Stat(developed); err == nil {
		t.Run("of the issue", func(t *testing.T) { development(t, x, cat) })
	}
}

// development measures the sentences of the issue in two halves: the one that was read while the keywords were
// written, and the one that was kept back until the finder was measured by testdata/fresh.tsv. Then
// 79.5, 89.7 and 92.3 of a hundred of it were found; its misses have been read since.
func development(t *testing.T, x *Index, cat *ticket.Catalog) {
	t.Helper()
	var seen, kept []labelled
	for _, s := range namedSentences(t, cat, developed) {
		if half(s.text) {
			seen = append(seen, s)
		} else {
			kept = append(kept, s)
		}
	}
	s, k := measure(x, cat, seen), measure(x, cat, kept)
	t.Logf("looked at: %v\n%s", s, strings.Join(s.misses, "\n"))
	t.Logf("kept back: %v\n%s", k, strings.Join(k.misses, "\n"))
	s.add(k)
	t.Logf("all:       %v", s)
	floor(t, k, 80, 95, 95)
	floor(t, s, 90, 95, 97)
}

// Sentences that describe a problem without naming the thing.
func TestDescriptionsWithoutTheName(t *testing.T) {
	cat := catalog(t)
	r := measure(New(cat), cat, hard(t))
	t.Logf("hard: %v\n%s", r, strings.Join(r.misses, "\n"))
	floor(t, r, 88, 95, 96)
}

func TestOwnSentences(t *testing.T) {
	cat := catalog(t)
	sentences := own(t)
	right := map[string]bool{}
	for _, s := range sentences {
		for _, id := range s.right {
			if _, ok := cat.Entry(id); !ok {
				t.Fatalf("%q: no entry %s", s.text, id)
			}
			right[id] = true
		}
	}
	if len(sentences) < 150 || len(right) < 136 {
		t.Errorf("%d sentences for %d entries", len(sentences), len(right))
	}
	r := measure(New(cat), cat, sentences)
	t.Logf("own: %v\n%s", r, strings.Join(r.misses, "\n"))
	floor(t, r, 93, 97, 97)
}

// Greetings, thanks, nonsense, and matters of other offices.
func TestNothingIsFoundOutsideTheDesk(t *testing.T) {
	x := New(catalog(t))
	for _, file := range []struct {
		name string
		most int // wrong results
	}{
		{"testdata/none.txt", 0},      // written before the finder
		{"testdata/none-more.txt", 2}, // written after; 22 had a result, so a second specific term became necessary
		{"testdata/none-held.txt", 2}, // written after that, for measuring
		{"testdata/none-last.txt", 4}, // made of words of the lexicon
	} {
		wrong := 0
		lines := readLines(t, file.name)
		for _, l := range lines {
			for _, s := range x.Find(l, 1) {
				wrong++
				t.Logf("%q: %s %.1f %v", l, s.Entry.Path(), s.Score, s.Why)
			}
		}
		t.Logf("%s: no result for %d of %d", file.name, len(lines)-wrong, len(lines))
		if wrong > file.most {
			t.Errorf("%s: %d of %d have a result", file.name, wrong, len(lines))
		}
	}
}

// Words of other offices do not hide a matter of the desk.
func TestWordsOfOtherOfficesAsLocation(t *testing.T) {
	x := New(catalog(t))
	tests := []struct{ text, category string }{
		{"se regó café en el teclado", "hardware"},
		{"no hay internet en la cafetería", "internet"},
		{"el computador de nómina no prende", "hardware"},
		{"la impresora de talento humano no imprime", "impresoras"},
		{"instalar un programa de nómina", "software"},
		{"el celador golpeó el cable y quedamos sin internet", "internet"},
		{"se perdió la señal wifi en el parqueadero", "conectividad"},
	}
	for _, tt := range tests {
		if found := x.Find(tt.text, 1); len(found) == 0 || found[0].Entry.Category.ID != tt.category {
			t.Errorf("%q: %v, want %s", tt.text, found, tt.category)
		}
	}
}

func TestSecurityIncidentsComeFirst(t *testing.T) {
	x := New(catalog(t))
	tests := []struct {
		text     string
		security bool
	}{
		{"me llegó un correo sospechoso y además la impresora no imprime ni escanea", true},
		{"no tengo internet ni teléfono desde que abrí un phishing", true},
		{"ransomware en el servidor de archivos", true},
		{"todos los archivos quedaron cifrados y piden rescate", true},
		{"mi pc tiene un virus y está lentísimo", true},
		{"hackearon el correo de la dirección", true},
		{"un supuesto banco me pide la clave por mensaje, creo que es una estafa", true},
		{"recibí un email muy raro con un enlace extraño", true},
		{"están suplantando a alguien por whatsapp", true},
		{"instalaron un troyano en mi equipo", true},
		{"me llego un correo de pishing", true},
		{"mi jefe no puede entrar porque robaron su clave con una llamada", true},
		{"hace un ruido raro el computador", false},
		{"no me llegan los correos", false},
		{"olvidé la clave del computador", false},
		{"instalar acrobat reader", false},
		{"no puedo imprimir", false},
		{"escanear un documento", false},
	}
	for _, tt := range tests {
		found := x.Find(tt.text, 3)
		if len(found) == 0 || found[0].Entry.Security != tt.security {
			t.Errorf("%q: %v, want security %v", tt.text, found, tt.security)
		}
	}
}

// A request finds a service request, and a failure finds an incident.
func TestFailureOrRequest(t *testing.T) {
	x := New(catalog(t))
	tests := []struct {
		text string
		want ticket.Type
	}{
		{"el correo no envía", ticket.Incident},
		{"crear un correo para un contratista", ticket.ServiceRequest},
		{"la vpn no conecta", ticket.Incident},
		{"solicito una vpn", ticket.ServiceRequest},
		{"el teléfono no tiene tono", ticket.Incident},
		{"instalar un teléfono en la oficina nueva", ticket.ServiceRequest},
		{"el plóter se dañó", ticket.Incident},
		{"configurar el plóter", ticket.ServiceRequest},
		{"me prestan un portátil", ticket.ServiceRequest},
		{"la máquina virtual está lenta", ticket.Incident},
		{"crear una máquina virtual", ticket.ServiceRequest},
		{"publicar un documento en la página web", ticket.ServiceRequest},
		{"la página web de la entidad no abre", ticket.Incident},
		{"se daña el archivo de word", ticket.Incident},
		{"necesito licencia para word", ticket.ServiceRequest},
		{"el escáner no prende", ticket.Incident},
		{"limpiar el escáner", ticket.ServiceRequest},
		{"el teclado falla", ticket.Incident},
		{"siif muestra un error", ticket.Incident},
		{"instalar autocad", ticket.ServiceRequest},
	}
	for _, tt := range tests {
		if found := x.Find(tt.text, 1); len(found) == 0 || found[0].Entry.Type != tt.want {
			t.Errorf("%q: %v, want %s", tt.text, found, tt.want)
		}
	}
}

// The same text with other letters and typing errors.
func TestSpellingVariants(t *testing.T) {
	x := New(catalog(t))
	tests := []struct{ text, want string }{
		{"SE ME ATASCÓ EL PAPEL EN LA IMPRESORA", "impresoras.atasco-de-papel"},
		{"se me atasco el papel en la impresora", "impresoras.atasco-de-papel"},
		{"se me atasco\u0301 el papel en la impresora", "impresoras.atasco-de-papel"}, // decomposed
		{"se me atazco el papel en la inpresora", "impresoras.atasco-de-papel"},
		{"papel atascadooooo en la impre", "impresoras.atasco-de-papel"},
		{"los papeles se atascan en las impresoras", "impresoras.atasco-de-papel"},
		{"q se acabo el tonner d la impre", "impresoras.cambio-de-toner"},
		{"no me abre el exel", "asesoria-tecnica.ofimatica.inconvenientes-con-excel"},
		{"el mause no funsiona", "hardware.falla-el-mouse"},
		{"instálenme el autocad porfa", "software.autocad"},
		{"desbloqueenme la cuenta", "cuentas-de-usuarios.desbloqueo-de-cuenta"},
		{"nesesito un videobeam", "audiovisuales.solicitud-de-equipo-audiovisual"},
		{"el video beam para la reunión", "audiovisuales.solicitud-de-equipo-audiovisual"},
		{"no ay internet", "internet.falla-en-navegacion"},
	}
	for _, tt := range tests {
		if found := x.Find(tt.text, 1); len(found) == 0 || found[0].Entry.ID != tt.want {
			t.Errorf("%q: %v, want %s", tt.text, found, tt.want)
		}
	}
}

// The words of the reasons stand in the text, and their scores with the score of the category make
// the score.
func TestReasonsExplainTheScore(t *testing.T) {
	x := New(catalog(t))
	for _, s := range own(t) {
		for _, f := range x.Find(s.text, 3) {
			sum := 0.0
			for i, r := range f.Why {
				if !strings.Contains(s.text, r.Word) || r.Word == "" || r.Term == "" || r.Field == "" {
					t.Fatalf("%q: %+v", s.text, r)
				}
				if i > 0 && r.Score > f.Why[i-1].Score {
					t.Errorf("%q: reasons out of order: %v", s.text, f.Why)
				}
				sum += r.Score
			}
			if sum <= 0 || sum > 1.2*f.Score {
				t.Errorf("%q: reasons of %.1f for a score of %.1f", s.text, sum, f.Score)
			}
		}
	}
}

// Two indexes of one catalogue have the same results: nothing depends on the order of a map.
func TestResultsAreDeterministic(t *testing.T) {
	cat := catalog(t)
	a, b := New(cat), New(cat)
	for _, s := range own(t) {
		if one, two := a.Find(s.text, 5), b.Find(s.text, 5); !reflect.DeepEqual(one, two) {
			t.Fatalf("%q: %v and %v", s.text, one, two)
		}
	}
}

func TestFindRespectsItsLimits(t *testing.T) {
	x := New(catalog(t))
	if got := x.Find("no imprime la impresora", 0); got != nil {
		t.Errorf("limit 0: %v", got)
	}
	if got := x.Find("no imprime la impresora", -1); got != nil {
		t.Errorf("limit -1: %v", got)
	}
	if got := x.Find("no imprime la impresora", 1000); len(got) < 3 || len(got) > 136 {
		t.Errorf("limit 1000: %d", len(got))
	}
	if got := New(&ticket.Catalog{}).Find("no imprime", 3); len(got) != 0 {
		t.Errorf("empty catalogue: %v", got)
	}
	long := "la impresora no imprime " + strings.Repeat("palabra ", 1_000_000)
	if got := x.Find(long, 1); len(got) != 1 || got[0].Entry.Category.ID != "impresoras" {
		t.Errorf("long text: %v", got)
	}
}

// Any bytes may come. What is read of them is bounded.
func FuzzFind(f *testing.F) {
	f.Add("se me atascó el papel", 3)
	f.Add("\xff\xfe\x00 impresora \xc3", 1)
	f.Add(strings.Repeat("ñ", 5000), 3)
	f.Add(strings.Repeat("a b ", 5000), 200)
	f.Add("İıſKÅ impr\u0301esora", 3)
	cat := catalog(f)
	for _, s := range namedSentences(f, cat, "testdata/named.tsv") {
		f.Add(s.text, 3)
	}
	x := New(cat)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		tokens := tokenize(text, nil)
		if len(tokens) > maxTokens {
			t.Fatalf("%d words", len(tokens))
		}
		last := 0
		for _, w := range tokens {
			if n := utf8.RuneCountInString(w.word); n == 0 || n > maxWordRunes {
				t.Fatalf("%q has %d letters", w.word, n)
			}
			if w.start < last || w.end <= w.start || w.end > len(text) || w.end > maxTextBytes {
				t.Fatalf("%q stands from %d to %d of %d", w.word, w.start, w.end, len(text))
			}
			last = w.end
		}
		for _, found := range [][]Suggestion{x.Find(text, limit), x.Search(text, limit)} {
			if len(found) > max(limit, 0) {
				t.Fatalf("%d suggestions, limit %d", len(found), limit)
			}
			for _, s := range found {
				for _, r := range s.Why {
					if !strings.Contains(text, r.Word) {
						t.Fatalf("%q does not stand in the text", r.Word)
					}
				}
			}
		}
	})
}

// Concurrent searches have the same results as searches alone.
func TestConcurrentSearches(t *testing.T) {
	x := New(catalog(t))
	sentences := own(t)
	var alone [][]Suggestion
	for _, s := range sentences {
		alone = append(alone, x.Find(s.text, 3))
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i, s := range sentences {
				if got := x.Find(s.text, 3); !reflect.DeepEqual(got, alone[i]) {
					t.Errorf("%q: %v, alone %v", s.text, got, alone[i])
				}
			}
		})
	}
	group.Wait()
}

package suggest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/spanish"
)

// Limits of what is read of a text, so that the cost of a text is bounded. A request says what it
// is about in its first lines.
const (
	maxTextBytes = 4096
	maxTokens    = 80
	maxWordRunes = 24 // a longer word is no word
)

// token is a word of a text.
type token struct {
	word       string // folded; all words of a text share one buffer
	start, end int    // bytes in the text
}

// foldRune is a letter in lower case without its accent. It is 0 for everything that separates
// words, and -1 for a mark that belongs to the letter before it.
func foldRune(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
		return r
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A'
	case r < utf8.RuneSelf:
		return 0
	}
	switch r {
	case 'á', 'à', 'ä', 'â', 'ã', 'å', 'ª', 'Á', 'À', 'Ä', 'Â', 'Ã', 'Å':
		return 'a'
	case 'é', 'è', 'ë', 'ê', 'É', 'È', 'Ë', 'Ê':
		return 'e'
	case 'í', 'ì', 'ï', 'î', 'Í', 'Ì', 'Ï', 'Î':
		return 'i'
	case 'ó', 'ò', 'ö', 'ô', 'õ', 'º', 'Ó', 'Ò', 'Ö', 'Ô', 'Õ':
		return 'o'
	case 'ú', 'ù', 'ü', 'û', 'Ú', 'Ù', 'Ü', 'Û':
		return 'u'
	case 'ñ', 'Ñ':
		return 'n'
	case 'ç', 'Ç':
		return 'c'
	case 0x200B, 0x200C, 0x200D, 0xAD, 0xFEFF: // invisible
		return -1
	}
	if unicode.Is(unicode.Mn, r) {
		return -1
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return unicode.ToLower(r)
	}
	return 0
}

// tokenize appends the words of a text to out. A letter that is repeated three times or more
// ("nooooo") becomes one.
func tokenize(text string, out []token) []token {
	if len(text) > maxTextBytes {
		text = text[:maxTextBytes]
	}
	var space [1024]byte
	buf := space[:0] // passed by value: a slice in the tokenizer would be allocated on the heap
	t := tokenizer{start: -1}
	for i, r := range text {
		switch f := foldRune(r); {
		case f < 0:
		case f == 0:
			t.endWord(buf, i)
		default:
			buf = t.add(buf, i, f)
		}
		if t.n == maxTokens {
			break
		}
	}
	t.endWord(buf, len(text))
	folded := string(buf)
	for _, s := range t.spans[:t.n] {
		out = append(out, token{folded[s.from:s.to], s.start, s.end})
	}
	return out
}

// tokenizer finds the words of a text, whose folded letters are in one buffer.
type tokenizer struct {
	spans [maxTokens]span
	n     int // spans that are used

	// The current word.
	from         int // first byte in the buffer
	start        int // first byte in the text, -1 before the first letter
	runes        int
	last, before rune // the last two letters
}

// span is where a word stands in the buffer and in the text.
type span struct{ from, to, start, end int }

// add adds a folded letter, which stands at a byte of the text, to the current word.
func (t *tokenizer) add(buf []byte, at int, f rune) []byte {
	isDigit := f >= '0' && f <= '9'
	if f == t.last && f == t.before && !isDigit {
		t.runes++
		return t.removeRepeated(buf, byte(f))
	}
	if t.start < 0 {
		t.start = at
	}
	if t.runes <= maxWordRunes {
		buf = utf8.AppendRune(buf, f)
	}
	t.runes++
	t.last, t.before = f, t.last
	return buf
}

// removeRepeated leaves one letter of several equal ones at the end of the current word.
func (t *tokenizer) removeRepeated(buf []byte, letter byte) []byte {
	for n := len(buf); n > t.from+1 && buf[n-1] == letter && buf[n-2] == letter; n = len(buf) {
		buf = buf[:n-1]
	}
	return buf
}

// endWord ends the current word before a byte of the text. It drops a word that is too long, or
// that is one repeated letter ("zzzz").
func (t *tokenizer) endWord(buf []byte, at int) {
	oneLetter := t.runes > 2 && len(buf)-t.from == 1
	if t.start >= 0 && t.runes <= maxWordRunes && t.n < maxTokens && !oneLetter {
		t.spans[t.n] = span{t.from, len(buf), t.start, at}
		t.n++
	}
	t.from, t.start, t.runes = len(buf), -1, 0
	t.last, t.before = 0, 0
}

// singular removes the endings of number and gender of a folded word: "dañados" and "dañada" become
// one word, "imprimir" and "impresora" do not.
func singular(w string) string {
	n := len(w)
	switch {
	case n > 5 && w[n-2:] == "es":
		return w[:n-2]
	case n > 5 && w[n-1] == 's' && (w[n-2] == 'a' || w[n-2] == 'o'):
		return w[:n-2]
	case n > 4 && (w[n-1] == 's' || w[n-1] == 'a' || w[n-1] == 'o' || w[n-1] == 'e'):
		return w[:n-1]
	}
	return w
}

// stem is the stem of a word, so that "imprimiendo" matches "imprimir". Unrelated words can share
// a stem, so it is used only for a word that is unknown as it is and in the singular.
func stem(word string) string {
	env := snowballstem.NewEnv(word)
	spanish.Stem(env)
	return env.Current()
}

// enclitics are the pronouns at the end of a verb: "instálenme", "revisarlo".
var enclitics = []string{"melos", "melas", "melo", "mela", "nos", "los", "las", "les", "me", "lo", "la", "le", "se"}

// stripEnclitics removes the pronouns at the end of a verb.
func stripEnclitics(word string) (string, bool) {
	for _, e := range enclitics {
		if v, ok := strings.CutSuffix(word, e); ok && len(v) >= 5 {
			return v, true
		}
	}
	return word, false
}

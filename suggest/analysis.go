package suggest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/spanish"
)

// Limits of what is read of a text. A request says what it is about in its first lines;
// the rest is cut, so that no text costs more than these.
const (
	mostBytes = 4096 // of the text
	mostWords = 80   // of the text
	mostRunes = 24   // of a word; what is longer is no word
)

// token is a word of a text: folded, and where it stands in what was typed.
type token struct {
	word       string // folded; shares the buffer of its text
	start, end int    // bytes of the text
}

// fold gives a letter in lower case without its accent; 0 for what is no letter or digit,
// and -1 for a mark that belongs to the letter before it.
func fold(r rune) rune {
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

// tokenize splits a text into folded words. Letters that somebody leaned on ("nooooo")
// are written once. The words share one allocation.
func tokenize(text string, out []token) []token {
	if len(text) > mostBytes {
		text = text[:mostBytes]
	}
	var room [1024]byte
	buf := room[:0]
	type span struct{ from, to, start, end int }
	var spans [mostWords]span
	n, from, start, runes := 0, 0, -1, 0
	end := func(at int) {
		leaned := runes > 2 && len(buf)-from == 1 // "zzzz" is no word
		if start >= 0 && runes <= mostRunes && n < mostWords && !leaned {
			spans[n] = span{from, len(buf), start, at}
			n++
		}
		from, start, runes = len(buf), -1, 0
	}
	var last, before rune
	for i, r := range text {
		f := fold(r)
		switch {
		case f < 0:
		case f == 0:
			end(i)
			last, before = 0, 0
		case f == last && f == before && (f < '0' || f > '9'):
			runes++
			if n < mostWords { // the third in a row: the second goes too
				for len(buf) > from+1 && buf[len(buf)-1] == byte(f) && buf[len(buf)-2] == byte(f) {
					buf = buf[:len(buf)-1]
				}
			}
		default:
			if start < 0 {
				start = i
			}
			if runes <= mostRunes {
				buf = utf8.AppendRune(buf, f)
			}
			runes++
			last, before = f, last
		}
		if n == mostWords {
			break
		}
	}
	end(len(text))
	folded := string(buf)
	for _, s := range spans[:n] {
		out = append(out, token{folded[s.from:s.to], s.start, s.end})
	}
	return out
}

// singular takes plural and gender off a folded word: "dañados" and "dañada" are one word,
// "imprimir" and "impresora" are not.
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

// stem takes a word to its root, so that "imprimiendo" and "imprimir" meet. Roots also bring
// together words that have little to do with each other, so a word that is known
// as it stands, or by its singular, is never asked for its root.
func stem(word string) string {
	env := snowballstem.NewEnv(word)
	spanish.Stem(env)
	return env.Current()
}

// enclitics are pronouns that a verb carries at its end: "instálenme", "revisarlo".
var enclitics = []string{"melos", "melas", "melo", "mela", "nos", "los", "las", "les", "me", "lo", "la", "le", "se"}

// bare is a verb without its pronouns.
func bare(word string) (string, bool) {
	for _, e := range enclitics {
		if v, ok := strings.CutSuffix(word, e); ok && len(v) >= 5 {
			return v, true
		}
	}
	return word, false
}

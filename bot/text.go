package bot

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// CleanText removes control characters (except line breaks and tabs) and the marks that
// change the direction of writing, replaces invalid UTF-8, and trims the text.
func CleanText(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F:
			return -1
		}
		return r
	}, s))
}

// FoldText normalizes a text for comparison: lower case, no accents, no punctuation,
// single spaces.
func FoldText(s string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		default:
			space = true
		}
	}
	return b.String()
}

// Clip shortens a text to a number of runes; an ellipsis stands for what is cut.
func Clip(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return strings.TrimSpace(string(runes[:most-1])) + "…"
}

// OneLine puts a text on one line and clips it.
func OneLine(s string, most int) string { return Clip(strings.Join(strings.Fields(s), " "), most) }

package googlechat

import (
	"html"
	"strconv"
	"strings"
	"unicode"

	"helptic/bot"
)

// Limits that Google does not document, in runes. Longer texts end with an ellipsis.
const (
	maxTitle    = 200
	maxLabel    = 200
	maxButton   = 60
	maxItemText = 150
	maxText     = 4000 // of a message without a card
)

// lineBreaks makes every line break a "\n", and removes byte order marks.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\ufeff", "")

// clean returns a text without control characters, marks of writing direction and invalid UTF-8. Unlike
// bot.CleanText it does not trim the text: a form shows a value as it was typed.
func clean(text string) string {
	guarded := bot.CleanText("|" + lineBreaks.Replace(text) + "|")
	return guarded[1 : len(guarded)-1]
}

// oneLine returns a clean text without line breaks.
func oneLine(text string) string { return strings.Join(strings.Fields(clean(text)), " ") }

// label returns a text for titles, buttons and options. Google does not document whether HTML and
// mentions work there, so the brackets of both are replaced.
func label(text string) string { return replaceBrackets(oneLine(text)) }

// replaceBrackets puts similar characters in place of the brackets that mention, link or quote. The
// bracket in "Impresoras > Atasco" does none of these and stays.
func replaceBrackets(text string) string {
	var b strings.Builder
	previous, lineHasText := '\n', false
	for _, r := range text {
		switch {
		case r == '<':
			b.WriteRune('‹')
		case r == '>' && (previous != ' ' || !lineHasText):
			b.WriteRune('›')
		default:
			b.WriteRune(r)
		}
		previous, lineHasText = r, r != '\n' && (lineHasText || !unicode.IsSpace(r))
	}
	return b.String()
}

// inert returns a text for a message without a card. Google Chat's markup has no escape: the characters that
// mention, link or format are replaced, or followed by a space of no width.
func inert(text string) string {
	var b strings.Builder
	lineStart := true
	for _, r := range replaceBrackets(clean(text)) {
		switch r {
		case '*', '_', '~', '`':
			b.WriteRune(r)
			b.WriteRune('\u200b')
		case '-':
			if lineStart {
				b.WriteRune('\u200b')
			}
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
		lineStart = r == '\n'
	}
	return b.String()
}

// markup returns a text for a card, with its HTML escaped. That also disables mentions.
func markup(text string) string {
	return strings.ReplaceAll(html.EscapeString(clean(text)), "\n", "<br>")
}

// clip shortens a text to a number of runes, with an ellipsis. Unlike bot.Clip it does not split
// a character that consists of several runes, such as an emoji with a skin tone.
func clip(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	end := max(limit-1, 0)
	for end > 0 && (extendsCluster(runes[end]) || runes[end-1] == zeroWidthJoiner) {
		end--
	}
	if end == 0 {
		end = max(limit-1, 0) // a single character longer than the limit
	}
	return strings.TrimRightFunc(string(runes[:end]), unicode.IsSpace) + "…"
}

const zeroWidthJoiner = '\u200d'

// extendsCluster reports whether a rune belongs to the character before it.
func extendsCluster(r rune) bool {
	return r == zeroWidthJoiner || unicode.Is(unicode.M, r) || r >= 0x1f3fb && r <= 0x1f3ff
}

// blank reports whether a text has no visible character.
func blank(text string) bool { return strings.TrimSpace(clean(text)) == "" }

// orDash returns the text, or a dash if it has no visible character.
func orDash(text string) string {
	if strings.TrimSpace(text) == "" {
		return "—"
	}
	return text
}

// formatSize writes a number of bytes for people.
func formatSize(n int64) string {
	switch {
	case n < 1<<10:
		return strconv.FormatInt(n, 10) + " B"
	case n < 1<<20:
		return strconv.FormatInt(n>>10, 10) + " KB"
	}
	return strings.Replace(strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64), ".", ",", 1) + " MB"
}

// fileLines names files, one a line.
func fileLines(files []bot.File) string {
	lines := make([]string, len(files))
	for i, f := range files {
		lines[i] = "📎 " + clip(orDash(oneLine(f.Name)), maxLabel) + " (" + formatSize(f.Size) + ")"
	}
	return strings.Join(lines, "\n")
}

package googlechat

import (
	"html"
	"strconv"
	"strings"
	"unicode"

	"helptic/bot"
)

// Lengths that Google does not document, in runes; what is longer is cut visibly.
const (
	maxTitle    = 200
	maxLabel    = 200
	maxButton   = 60
	maxItemText = 150
	maxText     = 4000 // of a message without a card
)

// clean takes out what would not show or would turn the text around it, and broken UTF-8.
func clean(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0xfeff:
			return -1
		}
		return r
	}, text)
}

// oneLine is a text for where line breaks have no place.
func oneLine(text string) string { return strings.Join(strings.Fields(clean(text)), " ") }

// label is a text for titles, buttons and options. Whether Chat reads HTML or mentions there
// is not documented, so there is nothing to read.
func label(text string) string { return unbracketed(oneLine(text)) }

// unbracketed puts likenesses in the place of the brackets that mention, link and quote; the one in
// "Impresoras > Atasco" does none of that.
func unbracketed(text string) string {
	var b strings.Builder
	before, worded := '\n', false
	for _, r := range text {
		switch {
		case r == '<':
			b.WriteRune('‹')
		case r == '>' && (before != ' ' || !worded):
			b.WriteRune('›')
		default:
			b.WriteRune(r)
		}
		before, worded = r, r != '\n' && (worded || !unicode.IsSpace(r))
	}
	return b.String()
}

// inert is text as it stands in a message: Chat's markup has no escape, so the characters
// that mention, link or format are replaced by likenesses or broken by a space of no width.
func inert(text string) string {
	var b strings.Builder
	lineStart := true
	for _, r := range unbracketed(clean(text)) {
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

// markup is text as it stands in a card: its HTML is escaped, and that keeps mentions out too.
func markup(text string) string {
	return strings.ReplaceAll(html.EscapeString(clean(text)), "\n", "<br>")
}

// cut shortens a text to so many runes, visibly and between characters as people see them.
func clip(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	at := max(limit-1, 0)
	for at > 0 && (extendsCluster(runes[at]) || runes[at-1] == '\u200d') {
		at--
	}
	if at == 0 {
		at = max(limit-1, 0) // one endless character
	}
	return strings.TrimRightFunc(string(runes[:at]), unicode.IsSpace) + "…"
}

// joins tells whether a rune belongs to the character before it.
func extendsCluster(r rune) bool {
	return r == '\u200d' || unicode.Is(unicode.M, r) || r >= 0x1f3fb && r <= 0x1f3ff
}

// blank tells whether nothing of a text would be seen.
func blank(text string) bool { return strings.TrimSpace(clean(text)) == "" }

// something is the text, or a dash where nothing of it would be seen.
func orDash(text string) string {
	if strings.TrimSpace(text) == "" {
		return "—"
	}
	return text
}

// size as people read it.
func formatSize(n int64) string {
	switch {
	case n < 1<<10:
		return strconv.FormatInt(n, 10) + " B"
	case n < 1<<20:
		return strconv.FormatInt(n>>10, 10) + " KB"
	}
	return strings.Replace(strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64), ".", ",", 1) + " MB"
}

// fileLines name files.
func fileLines(files []bot.File) string {
	lines := make([]string, len(files))
	for i, f := range files {
		lines[i] = "📎 " + clip(orDash(oneLine(f.Name)), maxLabel) + " (" + formatSize(f.Size) + ")"
	}
	return strings.Join(lines, "\n")
}

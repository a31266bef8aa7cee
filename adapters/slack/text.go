package slack

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"helptic/bot"
)

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape makes a text inert where Slack reads mrkdwn.
func escape(text string) string { return escaper.Replace(text) }

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

// clean removes what Slack refuses or does not show: invalid UTF-8 and control characters.
// It keeps what bot.CleanText removes, spaces around the text and marks of direction: the
// parts of a split text must add up to the whole, and blocks show text as it was typed.
func clean(text string) string {
	text = lineBreaks.Replace(strings.ToValidUTF8(text, "\ufffd"))
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
}

// oneLine is a clean text on one line, whole.
func oneLine(text string) string {
	text = clean(text)
	return bot.OneLine(text, len(text))
}

// orDash replaces a text without visible characters, which Slack refuses, by a dash.
func orDash(text string) string {
	if strings.TrimSpace(text) == "" {
		return "—"
	}
	return text
}

// runeLength is how much of a limit a rune may use: Slack counts some as two, and counts
// the characters of its markup escaped.
func runeLength(r rune) int {
	switch {
	case r == '&':
		return len("&amp;")
	case r == '<' || r == '>':
		return len("&lt;")
	case r > 0xffff:
		return 2
	}
	return 1
}

// length is the length of a text as Slack may count it.
func length(text string) int {
	n := 0
	for _, r := range text {
		n += runeLength(r)
	}
	return n
}

// truncate shortens a text to a limit of Slack's, between characters as people see them.
// An ellipsis replaces what is cut. bot.Clip counts runes, which can exceed the limit.
func truncate(text string, limit int) string {
	if length(text) <= limit {
		return text
	}
	head, _ := splitAt(text, limit-1)
	return strings.TrimRightFunc(head, unicode.IsSpace) + "…"
}

// chunks splits a text into parts within a limit: at a line break or space if one is in the
// second half of the part. The parts add up to the text.
func chunks(text string, limit int) []string {
	var out []string
	for {
		head, rest := splitAt(text, limit)
		if rest == "" {
			break
		}
		for _, gap := range []string{"\n", " "} {
			if i := strings.LastIndex(head, gap); i > len(head)/2 {
				head, rest = text[:i+1], text[i+1:]
				break
			}
		}
		out = append(out, head)
		text = rest
	}
	if text != "" || len(out) == 0 {
		out = append(out, text)
	}
	return out
}

// splitAt splits a text after as many runes as the limit allows, but not inside a character
// that consists of several runes.
func splitAt(text string, limit int) (head, rest string) {
	n, end, boundary := 0, 0, 0
	joined := false
	for i, r := range text {
		if !isCombining(r) && !joined {
			boundary = i
		}
		joined = r == zeroWidthJoiner
		if n+runeLength(r) > limit {
			end = i
			break
		}
		n += runeLength(r)
		end = i + utf8.RuneLen(r)
	}
	if end == len(text) {
		return text, ""
	}
	if boundary == 0 {
		boundary = end // the limit is shorter than the character
	}
	return text[:boundary], text[boundary:]
}

const zeroWidthJoiner = '\u200d'

// isCombining reports whether a rune belongs to the character before it.
func isCombining(r rune) bool {
	skinTone := r >= 0x1f3fb && r <= 0x1f3ff
	return r == zeroWidthJoiner || unicode.Is(unicode.M, r) || skinTone
}

// formatSize is a file size as people read it.
func formatSize(n int64) string {
	switch {
	case n < 1<<10:
		return strconv.FormatInt(n, 10) + " B"
	case n < 1<<20:
		return strconv.FormatInt(n>>10, 10) + " KB"
	}
	return strings.Replace(strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64), ".", ",", 1) + " MB"
}

package slack

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape makes text inert where Slack reads markup.
func escape(text string) string { return escaper.Replace(text) }

// clean takes out what Slack refuses or what would not show: broken UTF-8 and control characters.
func clean(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
}

// something is the text, or a dash where nothing of it would be seen: Slack refuses empty texts.
func something(text string) string {
	if strings.TrimSpace(text) == "" {
		return "—"
	}
	return text
}

// cost is how much of a limit a rune may use up: Slack counts some as two and the
// characters of its markup escaped.
func cost(r rune) int {
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

func length(text string) int {
	n := 0
	for _, r := range text {
		n += cost(r)
	}
	return n
}

// cut shortens a text to a limit, visibly and between characters as people see them.
func cut(text string, limit int) string {
	if length(text) <= limit {
		return text
	}
	head, _ := split(text, limit-1)
	return strings.TrimRightFunc(head, unicode.IsSpace) + "…"
}

// pieces are the parts of a text that fit into a limit each, cut between lines or words
// where there are any. Nothing is lost.
func pieces(text string, limit int) []string {
	var out []string
	for {
		head, rest := split(text, limit)
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

// split cuts a text after as many runes as fit, never inside a character that is made of several.
func split(text string, limit int) (head, rest string) {
	n, at, safe := 0, 0, 0
	joined := false
	for i, r := range text {
		if !joins(r) && !joined {
			safe = i
		}
		joined = r == '\u200d'
		if n+cost(r) > limit {
			at = i
			break
		}
		n += cost(r)
		at = i + utf8.RuneLen(r)
	}
	if at == len(text) {
		return text, ""
	}
	if safe == 0 {
		safe = at // one endless character
	}
	return text[:safe], text[safe:]
}

// joins tells whether a rune belongs to the character before it.
func joins(r rune) bool {
	return r == '\u200d' || unicode.Is(unicode.M, r) || r >= 0x1f3fb && r <= 0x1f3ff
}

var (
	reference = regexp.MustCompile(`<([^<>]*)>`)
	unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	person    = regexp.MustCompile(`@([UW][A-Z0-9]{5,})\b`)
	shortcode = regexp.MustCompile(`:([a-z0-9_+-]+)(?:::skin-tone-\d)?:`)
)

// plain is what somebody typed, without Slack's markup. People who are mentioned become
// "@U…", which Complete gives its name.
func plain(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	return unescaper.Replace(reference.ReplaceAllStringFunc(text, func(token string) string {
		what, label, labelled := strings.Cut(token[1:len(token)-1], "|")
		switch {
		case strings.HasPrefix(what, "@"):
			if labelled && label != "" {
				return "@" + strings.TrimPrefix(label, "@")
			}
			return what
		case strings.HasPrefix(what, "#"):
			if labelled && label != "" {
				return "#" + label
			}
			return what
		case strings.HasPrefix(what, "!"):
			if labelled && label != "" {
				return label
			}
			name, _, _ := strings.Cut(strings.TrimPrefix(what, "!"), "^")
			return "@" + name
		}
		url := strings.TrimPrefix(what, "mailto:")
		if labelled && label != "" && label != url {
			return label + " (" + url + ")"
		}
		return url
	}))
}

// addressed tells whether a text calls somebody, and is the text without the call.
func addressed(text, user string) (string, bool) {
	if user == "" {
		return text, false
	}
	called := false
	text = reference.ReplaceAllStringFunc(text, func(token string) string {
		if id, _, _ := strings.Cut(token[1:len(token)-1], "|"); id == "@"+user {
			called = true
			return ""
		}
		return token
	})
	if called {
		text = strings.TrimSpace(text)
	}
	return text, called
}

// withEmoji puts the characters of emoji in the place of their names, as the blocks of
// the message give them; names that they do not give stay.
func withEmoji(text string, blocks json.RawMessage) string {
	if len(blocks) == 0 || !strings.Contains(text, ":") {
		return text
	}
	var tree any
	if json.Unmarshal(blocks, &tree) != nil {
		return text
	}
	known := map[string]string{}
	emojiIn(tree, known, 0)
	if len(known) == 0 {
		return text
	}
	return shortcode.ReplaceAllStringFunc(text, func(code string) string {
		name, _, _ := strings.Cut(strings.Trim(code, ":"), "::")
		if character, ok := known[name]; ok {
			return character
		}
		return code
	})
}

func emojiIn(node any, known map[string]string, depth int) {
	if depth > 12 {
		return
	}
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			emojiIn(child, known, depth+1)
		}
	case map[string]any:
		name, _ := n["name"].(string)
		code, _ := n["unicode"].(string)
		if n["type"] == "emoji" && name != "" && code != "" {
			if character := fromHex(code); character != "" {
				known[name] = character
			}
			return
		}
		for _, child := range n {
			emojiIn(child, known, depth+1)
		}
	}
}

// fromHex reads "1f469-200d-1f527".
func fromHex(code string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(code, "-") {
		n, err := strconv.ParseUint(part, 16, 21)
		if err != nil || !utf8.ValidRune(rune(n)) {
			return ""
		}
		b.WriteRune(rune(n))
	}
	return b.String()
}

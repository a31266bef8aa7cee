package slack

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	// reference is a link or mention in mrkdwn: "<@U012AB3CD>", "<https://example.org|label>".
	reference = regexp.MustCompile(`<([^<>]*)>`)
	unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	shortcode = regexp.MustCompile(`:([a-z0-9_+-]+)(?:::skin-tone-\d)?:`)
)

// fromMrkdwn is the text that a person typed, without Slack's markup. A mentioned user
// becomes "@U…", which Enrich replaces by a name.
func fromMrkdwn(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	return unescaper.Replace(reference.ReplaceAllStringFunc(text, func(token string) string {
		target, label, _ := strings.Cut(token[1:len(token)-1], "|")
		switch {
		case strings.HasPrefix(target, "@"):
			if label != "" {
				return "@" + strings.TrimPrefix(label, "@")
			}
			return target
		case strings.HasPrefix(target, "#"):
			if label != "" {
				return "#" + label
			}
			return target
		case strings.HasPrefix(target, "!"):
			if label != "" {
				return label
			}
			name, _, _ := strings.Cut(strings.TrimPrefix(target, "!"), "^")
			return "@" + name
		}
		url := strings.TrimPrefix(target, "mailto:")
		if label != "" && label != url {
			return label + " (" + url + ")"
		}
		return url
	}))
}

// removeMention removes the mentions of a user, and reports whether there were any.
func removeMention(text, user string) (string, bool) {
	if user == "" {
		return text, false
	}
	mentioned := false
	text = reference.ReplaceAllStringFunc(text, func(token string) string {
		if id, _, _ := strings.Cut(token[1:len(token)-1], "|"); id == "@"+user {
			mentioned = true
			return ""
		}
		return token
	})
	if mentioned {
		text = strings.TrimSpace(text)
	}
	return text, mentioned
}

// replaceShortcodes replaces names of emoji (":fire:") by the characters that the rich text
// blocks of the message give for them. Other names stay.
func replaceShortcodes(text string, blocks json.RawMessage) string {
	if len(blocks) == 0 || !strings.Contains(text, ":") {
		return text
	}
	var tree any
	if json.Unmarshal(blocks, &tree) != nil {
		return text
	}
	characters := map[string]string{}
	collectEmoji(tree, characters, 0)
	if len(characters) == 0 {
		return text
	}
	return shortcode.ReplaceAllStringFunc(text, func(code string) string {
		name, _, _ := strings.Cut(strings.Trim(code, ":"), "::")
		if character, ok := characters[name]; ok {
			return character
		}
		return code
	})
}

// maxBlockDepth is how deep collectEmoji follows nested blocks.
const maxBlockDepth = 12

func collectEmoji(node any, characters map[string]string, depth int) {
	if depth > maxBlockDepth {
		return
	}
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			collectEmoji(child, characters, depth+1)
		}
	case map[string]any:
		name, _ := n["name"].(string)
		code, _ := n["unicode"].(string)
		if n["type"] == "emoji" && name != "" && code != "" {
			if character := parseCodePoints(code); character != "" {
				characters[name] = character
			}
			return
		}
		for _, child := range n {
			collectEmoji(child, characters, depth+1)
		}
	}
}

// parseCodePoints reads "1f469-200d-1f527", "" if it is not valid.
func parseCodePoints(code string) string {
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

package slacktest

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// UTF16 counts UTF-16 code units of the text as it is sent: "&amp;" is five, and an emoji outside
// the basic plane two. Slack does not document how it counts; a text within a limit by this count
// is also within it by code points.
func UTF16(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// Runes counts Unicode code points.
func Runes(s string) int { return utf8.RuneCountInString(s) }

var (
	angle     = regexp.MustCompile(`<([^<>]*)>`)
	bareCall  = regexp.MustCompile(`(^|[^\pL\pN_@])@(here|channel|everyone)\b`)
	bareLink  = regexp.MustCompile(`https?://[^\s<>|]+`)
	formatted = regexp.MustCompile(`(^|[\s(«"])([*_~])([^\s*_~][^*_~\n]*)([*_~])`)
)

// readable is mrkdwn as a user reads it: mentions by name, links by label, entities decoded,
// without the marks of bold, italic and struck text.
func (ws *Workspace) readable(s string) string {
	s = formatted.ReplaceAllStringFunc(s, func(m string) string {
		parts := formatted.FindStringSubmatch(m)
		if parts[2] != parts[4] {
			return m
		}
		return parts[1] + parts[3]
	})
	s = angle.ReplaceAllStringFunc(s, func(m string) string { return ws.reference(m[1 : len(m)-1]) })
	return unescape(s)
}

func (ws *Workspace) reference(inside string) string {
	target, label, labelled := strings.Cut(inside, "|")
	switch {
	case strings.HasPrefix(target, "@"):
		if u := ws.users[target[1:]]; u != nil {
			return "@" + u.name
		}
	case strings.HasPrefix(target, "#"):
		if c := ws.channels[target[1:]]; c != nil {
			return "#" + c.name
		}
	case target == "!here" || target == "!channel" || target == "!everyone":
		return "@" + target[1:]
	}
	if labelled {
		return label
	}
	return target
}

func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

// escape escapes a text as Slack does with what users type.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// texts calls f with every text of a message or view, and whether it is formatted.
func texts(x any, f func(s string, formatted, verbatim bool)) {
	switch x := x.(type) {
	case []any:
		for _, item := range x {
			texts(item, f)
		}
	case map[string]any:
		switch text(x, "type") {
		case "mrkdwn":
			verbatim, _ := x["verbatim"].(bool)
			f(text(x, "text"), true, verbatim)
			return
		case "plain_text", "raw_text":
			f(text(x, "text"), false, true)
			return
		case "markdown":
			f(text(x, "text"), true, false)
			return
		}
		for _, value := range x {
			texts(value, f)
		}
	}
}

// Mentions are the users, groups and channels that the message mentions, sorted: "@U1", "#C1",
// "!channel", "!here". What a user typed must not mention.
func (m Message) Mentions() []string {
	return m.collect(func(s string, verbatim bool) []string {
		var found []string
		for _, hit := range angle.FindAllStringSubmatch(s, -1) {
			target, _, _ := strings.Cut(hit[1], "|")
			if strings.HasPrefix(target, "@") || strings.HasPrefix(target, "#") || (strings.HasPrefix(target, "!") && !strings.HasPrefix(target, "!date")) {
				found = append(found, target)
			}
		}
		if !verbatim {
			for _, hit := range bareCall.FindAllStringSubmatch(s, -1) {
				found = append(found, "!"+hit[2])
			}
		}
		return found
	})
}

// Links are the URLs in the message, sorted: of links, of buttons, and bare ones that Slack
// makes links of.
func (m Message) Links() []string {
	links := m.collect(func(s string, verbatim bool) []string {
		var found []string
		for _, hit := range angle.FindAllStringSubmatch(s, -1) {
			if target, _, _ := strings.Cut(hit[1], "|"); target != "" && !strings.ContainsAny(target[:1], "@#!") {
				found = append(found, target)
			}
		}
		if !verbatim {
			found = append(found, bareLink.FindAllString(angle.ReplaceAllString(s, ""), -1)...)
		}
		return found
	})
	for _, c := range controls(m.Blocks, m.Attachments) {
		if to := text(c.element, "url"); to != "" {
			links = append(links, to)
		}
	}
	slices.Sort(links)
	return slices.Compact(links)
}

// collect calls find with the formatted texts of a message, and with its text, in which mentions
// notify users even if blocks are shown instead.
func (m Message) collect(find func(s string, verbatim bool) []string) []string {
	found := find(m.Text, false)
	texts([]any{m.Blocks, m.Attachments}, func(s string, formatted, verbatim bool) {
		if formatted {
			found = append(found, find(s, verbatim)...)
		}
	})
	for _, a := range objects(m.Attachments) {
		found = append(found, find(text(a, "text"), false)...)
		found = append(found, find(text(a, "pretext"), false)...)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

package slack

import (
	"strings"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// Limits of blocks without controls, in Slack's characters.
const (
	maxHeader  = 150
	maxSection = 3000
	maxField   = 2000
	maxContext = 2000
	maxFields  = 10 // of a section
)

// plainText is a plain_text object: a text that does nothing, truncated to a limit.
func plainText(text string, limit int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, orDash(truncate(clean(text), limit)), true, false)
}

// header is a header block, or sections if the title is too long for one.
func header(title string) []slack.Block {
	line := oneLine(title)
	if length(line) > maxHeader {
		return sections(title)
	}
	return []slack.Block{slack.NewHeaderBlock(plainText(line, maxHeader))}
}

// sections are as many section blocks as a text needs.
func sections(text string) []slack.Block {
	var out []slack.Block
	for _, chunk := range chunks(clean(text), maxSection) {
		if len(out) > 0 && strings.TrimSpace(chunk) == "" {
			continue
		}
		out = append(out, slack.NewSectionBlock(plainText(chunk, maxSection), nil, nil))
	}
	return out
}

// contextBlocks are as many context blocks, in small print, as a text needs.
func contextBlocks(text string) []slack.Block {
	var out []slack.Block
	for _, chunk := range chunks(clean(text), maxContext) {
		out = append(out, slack.NewContextBlock("", plainText(chunk, maxContext)))
	}
	return out
}

// boldLabel is a bold label. One that contains markup is plain text.
func boldLabel(text string) *slack.TextBlockObject {
	text = oneLine(text)
	if text == "" || strings.ContainsAny(text, "*_~`<>&:") || length(text) > maxField {
		return plainText(text, maxField)
	}
	return slack.NewTextBlockObject(slack.MarkdownType, "*"+text+"*", false, true)
}

// factBlocks are sections with two columns, label and value. A long value has the whole width.
func factBlocks(facts []bot.Fact) []slack.Block {
	var out []slack.Block
	var fields []*slack.TextBlockObject
	flush := func() {
		if len(fields) > 0 {
			out = append(out, slack.NewSectionBlock(nil, fields, nil))
			fields = nil
		}
	}
	for _, f := range facts {
		if f.Long || length(f.Value) > maxField {
			flush()
			out = append(out, slack.NewSectionBlock(boldLabel(f.Label), nil, nil))
			out = append(out, sections(f.Value)...)
			continue
		}
		if fields = append(fields, boldLabel(f.Label), plainText(f.Value, maxField)); len(fields) == maxFields {
			flush()
		}
	}
	flush()
	return out
}

// fileBlocks are the names and sizes of files.
func fileBlocks(files []bot.File) []slack.Block {
	if len(files) == 0 {
		return nil
	}
	lines := make([]string, len(files))
	for i, f := range files {
		lines[i] = "📎 " + oneLine(f.Name) + " (" + formatSize(f.Size) + ")"
	}
	return contextBlocks(strings.Join(lines, "\n"))
}

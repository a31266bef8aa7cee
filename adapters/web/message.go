package web

import (
	"reflect"
	"strconv"
	"strings"

	"helptic/bot"
)

// content is a bot.Message in the shape that is stored and that the page reads.
type content struct {
	Text  string     `json:"text"`
	Card  *card      `json:"card,omitempty"`
	Files []bot.File `json:"files,omitempty"`
}

type card struct {
	Title    string       `json:"title,omitempty"`
	Subtitle string       `json:"subtitle,omitempty"`
	Tone     bot.Tone     `json:"tone,omitempty"`
	Text     string       `json:"text,omitempty"`
	Facts    []fact       `json:"facts,omitempty"`
	Files    []bot.File   `json:"files,omitempty"`
	Selects  []selectMenu `json:"selects,omitempty"`
	Buttons  []button     `json:"buttons,omitempty"`
	Note     string       `json:"note,omitempty"`
}

type fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
	Long  bool   `json:"long,omitempty"`
}

type button struct {
	Label   string   `json:"label"`
	Do      string   `json:"do"`
	Tone    bot.Tone `json:"tone,omitempty"`
	Confirm string   `json:"confirm,omitempty"`
}

type selectMenu struct {
	Label   string   `json:"label"`
	Do      string   `json:"do"`
	Options []option `json:"options"`
}

type option struct {
	Label  string `json:"label"`
	Value  string `json:"value"`
	Detail string `json:"detail,omitempty"`
	Group  string `json:"group,omitempty"`
}

func newContent(m bot.Message) *content {
	c := &content{Text: m.Text, Files: newFiles(m.Files)}
	if m.Card == nil {
		return c
	}
	c.Card = &card{
		Title: m.Card.Title, Subtitle: m.Card.Subtitle, Tone: m.Card.Tone, Text: m.Card.Text,
		Facts: convert(m.Card.Facts, func(f bot.Fact) fact { return fact(f) }),
		Files: newFiles(m.Card.Files),
		Selects: convert(m.Card.Selects, func(s bot.Select) selectMenu {
			return selectMenu{Label: s.Label, Do: s.Do, Options: newOptions(s.Options)}
		}),
		Buttons: convert(m.Card.Buttons, func(b bot.Button) button { return button{b.Label, b.Do, b.Tone, b.Confirm} }),
		Note:    m.Card.Note,
	}
	return c
}

func newOptions(options []bot.Option) []option {
	return convert(options, func(o bot.Option) option { return option(o) })
}

func newFiles(files []bot.File) []bot.File {
	return convert(files, func(f bot.File) bot.File { return f })
}

func convert[A, B any](from []A, to func(A) B) []B {
	if len(from) == 0 {
		return nil
	}
	all := make([]B, len(from))
	for i, a := range from {
		all[i] = to(a)
	}
	return all
}

// allFiles are the files of the message and of its card.
func (c *content) allFiles() []bot.File {
	if c.Card == nil {
		return c.Files
	}
	return append(c.Files[:len(c.Files):len(c.Files)], c.Card.Files...)
}

func (c *content) equal(o *content) bool {
	return reflect.DeepEqual(c, o)
}

// messageID is the id of the message that an entry of the stream begins.
func messageID(number int64) string { return "m" + strconv.FormatInt(number, 10) }

// messageNumber is the number in a message id. It is 0 for any other text.
func messageNumber(id string) int64 {
	digits, ok := strings.CutPrefix(id, "m")
	if !ok || digits == "" || digits[0] < '1' || digits[0] > '9' {
		return 0
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 {
		return 0
	}
	return n
}

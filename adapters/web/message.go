package web

import (
	"reflect"

	"helptic/bot"
)

// message is a bot.Message as it is stored and as the page reads it.
type message struct {
	Text  string     `json:"text"`
	Card  *card      `json:"card,omitempty"`
	Files []bot.File `json:"files,omitempty"`
}

type card struct {
	Title    string     `json:"title,omitempty"`
	Subtitle string     `json:"subtitle,omitempty"`
	Tone     bot.Tone   `json:"tone,omitempty"`
	Text     string     `json:"text,omitempty"`
	Facts    []fact     `json:"facts,omitempty"`
	Files    []bot.File `json:"files,omitempty"`
	Selects  []choice   `json:"selects,omitempty"`
	Buttons  []button   `json:"buttons,omitempty"`
	Note     string     `json:"note,omitempty"`
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

type choice struct {
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

func storedMessage(m bot.Message) *message {
	s := &message{Text: m.Text, Files: storedFiles(m.Files)}
	if m.Card == nil {
		return s
	}
	s.Card = &card{
		Title: m.Card.Title, Subtitle: m.Card.Subtitle, Tone: m.Card.Tone, Text: m.Card.Text,
		Facts: convert(m.Card.Facts, func(f bot.Fact) fact { return fact(f) }),
		Files: storedFiles(m.Card.Files),
		Selects: convert(m.Card.Selects, func(s bot.Select) choice {
			return choice{Label: s.Label, Do: s.Do, Options: storedOptions(s.Options)}
		}),
		Buttons: convert(m.Card.Buttons, func(b bot.Button) button { return button{b.Label, b.Do, b.Tone, b.Confirm} }),
		Note:    m.Card.Note,
	}
	return s
}

func storedOptions(options []bot.Option) []option {
	return convert(options, func(o bot.Option) option { return option(o) })
}

func storedFiles(files []bot.File) []bot.File {
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

// files are all that the message carries.
func (m *message) files() []bot.File {
	if m.Card == nil {
		return m.Files
	}
	return append(m.Files[:len(m.Files):len(m.Files)], m.Card.Files...)
}

// equal tells whether two messages look the same.
func (m *message) equal(o *message) bool {
	return reflect.DeepEqual(m, o)
}

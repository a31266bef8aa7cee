package command

import (
	"strings"
	"testing"

	"helptic/ticket"
)

// The written forms that stand in chats: none of them may change.
func TestWrittenForms(t *testing.T) {
	for text, want := range map[string]Command{
		"act take 12 -":             Of(ticket.AssignSelf, 12).With(NoAssignee),
		"act take 12 slack:U1":      Of(ticket.AssignSelf, 12).With("slack:U1"),
		"act rate 7 5":              Of(ticket.Rate, 7).With("5"),
		"act resolve 7":             Of(ticket.Resolve, 7),
		"show 3":                    {Verb: Show, Ticket: 3},
		"show mine":                 {Verb: Show},
		"why 3":                     {Verb: Why, Ticket: 3},
		"intake ABC category":       {Verb: Intake, Draft: "ABC", Question: "category"},
		"intake ABC entry a.b":      {Verb: Intake, Draft: "ABC", Question: "entry", Argument: "a.b"},
		"undo 3 12":                 {Verb: Undo, Ticket: 3, Argument: "12"},
		"start":                     {Verb: Start},
		"digest":                    {Verb: Digest},
		"late agents":               {Verb: Late, Argument: "agents"},
		"late googlechat:users/123": {Verb: Late, Argument: "googlechat:users/123"},
	} {
		if got := want.String(); got != text {
			t.Errorf("%+v is written %q, want %q", want, got, text)
		}
		if got, ok := Parse(text); !ok || got != want {
			t.Errorf("%q is read as %+v, %t", text, got, ok)
		}
	}
}

func TestWhatIsNoCommand(t *testing.T) {
	for _, text := range []string{"", " ", "fly", "act", "act take", "act take 0", "act take -3", "act take x", "act take 99999999999999999999", "show", "show x", "why mine", "intake", "intake ABC", "late", "undo", "undo 3", "undo x 1", "home", "react"} {
		if c, ok := Parse(text); ok {
			t.Errorf("%q is read as %+v", text, c)
		}
	}
}

// What is read comes out as it was written, but for spaces.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"act take 12 -", "show mine", "why 3", "intake ABC entry a.b c", "late x", "start", "act \x00 1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, ok := Parse(text)
		if !ok {
			return
		}
		again, ok := Parse(c.String())
		if !ok || again != c {
			t.Errorf("%q is %+v, and written again %+v", text, c, again)
		}
		if strings.ContainsAny(c.Argument+c.Draft+c.Question+string(c.Action), " \n") {
			t.Errorf("%+v has spaces", c)
		}
	})
}

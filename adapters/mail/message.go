package mail

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"helptic/bot"
)

const (
	mostSubject = 150      // runes
	mostBytes   = 17 << 20 // of all attachments of a mail together: with base64 below the 25 MB that servers commonly take
	mostName    = 60       // runes of a file's name: encoded, a header line stays below the 998 bytes of RFC 5322
)

//go:embed mail.html
var page string

var layout = template.Must(template.New("mail").Parse(page))

// letter is a message as the layouts write it.
type letter struct {
	Subject, Title, Subtitle string
	Paragraphs               []string
	Facts, Long              []bot.Fact
	LeftOut                  []string // files that are too large together
	Note                     string
}

// compose writes a mail of a message: the same words as text and as a page.
func (a *Adapter) compose(ctx context.Context, o bot.Outgoing, to string, ids thread) (*gomail.Msg, error) {
	l := write(o.Message)
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(a.from)
	if err := m.To(to); err != nil {
		return nil, errors.New("mail: not an address")
	}
	m.Subject(l.Subject)
	m.SetDate()
	m.SetMessageIDWithValue(strings.Trim(ids.id, "<>"))
	m.SetGenHeader(gomail.HeaderInReplyTo, ids.root)
	m.SetGenHeader(gomail.HeaderReferences, ids.root)
	// RFC 3834: nobody's holiday answers this.
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	files := o.Message.Files
	if c := o.Message.Card; c != nil {
		files = append(files[:len(files):len(files)], c.Files...)
	}
	room := int64(mostBytes)
	for _, f := range files {
		if f.Size > room {
			l.LeftOut = append(l.LeftOut, clean(f.Name))
			continue
		}
		content, err := a.read(ctx, f.ID)
		if errors.Is(err, bot.ErrNoFile) {
			l.LeftOut = append(l.LeftOut, clean(f.Name))
			continue
		}
		room -= f.Size
		if err != nil {
			return nil, err
		}
		if err := m.AttachReader(fileName(f.Name), bytes.NewReader(content), gomail.WithFileContentType(contentType(f.Type))); err != nil {
			return nil, fmt.Errorf("mail: %w", err)
		}
	}
	m.SetBodyString(gomail.TypeTextPlain, l.text())
	var html bytes.Buffer
	if err := layout.Execute(&html, l); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	m.AddAlternativeString(gomail.TypeTextHTML, html.String())
	return m, nil
}

func (a *Adapter) read(ctx context.Context, id string) ([]byte, error) {
	_, content, err := a.files.OpenFile(ctx, id)
	if errors.Is(err, bot.ErrNoFile) {
		return nil, err
	} else if err != nil {
		return nil, &bot.RetryError{Err: err}
	}
	defer content.Close()
	all, err := io.ReadAll(io.LimitReader(content, mostBytes+1))
	if err != nil {
		return nil, &bot.RetryError{Err: err}
	}
	return all, nil
}

// write makes a letter of a message.
func write(m bot.Message) letter {
	l := letter{Subject: subject(m.Text)}
	c := m.Card
	if c == nil {
		l.Title = l.Subject
		l.Paragraphs = paragraphs(m.Text)
		return l
	}
	l.Title, l.Subtitle, l.Note, l.Paragraphs = clean(c.Title), clean(c.Subtitle), clean(c.Note), paragraphs(c.Text)
	for _, f := range c.Facts {
		f := bot.Fact{Label: clean(f.Label), Value: strings.TrimSpace(inert(f.Value)), Long: f.Long}
		if f.Long {
			l.Long = append(l.Long, f)
		} else {
			l.Facts = append(l.Facts, f)
		}
	}
	return l
}

// text is the letter without a page.
func (l letter) text() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s", l.Title)
	if l.Subtitle != "" {
		line("%s", l.Subtitle)
	}
	for _, p := range l.Paragraphs {
		line("\n%s", p)
	}
	if len(l.Facts) > 0 {
		line("")
	}
	for _, f := range l.Facts {
		line("%s: %s", f.Label, f.Value)
	}
	for _, f := range l.Long {
		line("\n%s:\n%s", f.Label, f.Value)
	}
	for _, name := range l.LeftOut {
		line("\nNo cabe en el correo: %s. Véalo en el chat.", name)
	}
	if l.Note != "" {
		line("\n-- \n%s", l.Note)
	}
	return b.String()
}

func subject(text string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(inert(text)), "\n")
	// Typed "=?…?=" is not what RFC 2047 means by it.
	s := []rune(strings.ReplaceAll(clean(first), "=?", "= ?"))
	if len(s) > mostSubject {
		s = append(s[:mostSubject-1], '…')
	}
	if len(s) == 0 {
		return "Mesa de ayuda"
	}
	return string(s)
}

func paragraphs(text string) []string {
	var out []string
	for p := range strings.SplitSeq(inert(text), "\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// inert takes out what has no place in a mail: control characters, and marks that turn the
// direction of writing.
func inert(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || !unicode.IsControl(r) && !unicode.Is(unicode.Bidi_Control, r) && r != utf8.RuneError {
			return r
		}
		if unicode.IsSpace(r) {
			return ' '
		}
		return -1
	}, s)
}

// clean is inert on one line: nothing of it begins another header.
func clean(s string) string { return strings.Join(strings.Fields(inert(s)), " ") }

// fileName has no folder, no quote and no end of line in it.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\":<>|?*`, r) {
			return '_'
		}
		return r
	}, clean(name))
	if name == "" {
		return "adjunto"
	}
	if s := []rune(name); len(s) > mostName { // the ending tells what it is
		name = string(s[:mostName-12]) + "…" + string(s[len(s)-11:])
	}
	return strings.ReplaceAll(name, "=?", "= ?")
}

// contentType keeps a media type that is one.
func contentType(given string) gomail.ContentType {
	kind, rest, ok := strings.Cut(given, "/")
	token := func(s string) bool {
		return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
			return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-.+", r)
		})
	}
	if !ok || !token(kind) || !token(rest) || kind == "message" || kind == "multipart" { // these may not be base64
		return gomail.TypeAppOctetStream
	}
	return gomail.ContentType(given)
}

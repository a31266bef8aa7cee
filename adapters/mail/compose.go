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

	gomail "github.com/wneessen/go-mail"

	"helptic/bot"
)

const (
	maxSubject         = 150      // runes
	maxAttachmentBytes = 17 << 20 // of all files of a mail: in base64 below the 25 MB that servers commonly accept
	maxNameRunes       = 60       // of a file name: encoded, a header line stays below the 998 bytes of RFC 5322
)

//go:embed mail.html
var htmlSource string

var htmlTemplate = template.Must(template.New("mail").Parse(htmlSource))

// view is a message as the plain text and the HTML template render it.
type view struct {
	Subject, Title, Subtitle string
	Paragraphs               []string
	Facts, LongFacts         []bot.Fact
	LeftOut                  []string // one sentence for each file that is not attached
	Note                     string
}

// compose makes a mail with the same content as plain text and as HTML.
func (a *Adapter) compose(ctx context.Context, o bot.Outgoing, to string, ids thread) (*gomail.Msg, error) {
	v := newView(o.Message)
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(a.from)
	if err := m.To(to); err != nil {
		return nil, errors.New("mail: not an address")
	}
	m.Subject(v.Subject)
	m.SetDate()
	m.SetMessageIDWithValue(strings.Trim(ids.id, "<>"))
	m.SetGenHeader(gomail.HeaderInReplyTo, ids.root)
	m.SetGenHeader(gomail.HeaderReferences, ids.root)
	// RFC 3834: no vacation responder answers this mail.
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	if err := a.attach(ctx, m, &v, o.Message); err != nil {
		return nil, err
	}
	m.SetBodyString(gomail.TypeTextPlain, v.plainText())
	var html bytes.Buffer
	if err := htmlTemplate.Execute(&html, v); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	m.AddAlternativeString(gomail.TypeTextHTML, html.String())
	return m, nil
}

// attach attaches the files that fit and are still stored. It names the others in the view.
func (a *Adapter) attach(ctx context.Context, m *gomail.Msg, v *view, message bot.Message) error {
	files := message.Files
	if c := message.Card; c != nil {
		files = append(files[:len(files):len(files)], c.Files...)
	}
	remaining := int64(maxAttachmentBytes)
	for _, f := range files {
		if f.Size > remaining {
			v.leaveOut(f)
			continue
		}
		data, err := a.readFile(ctx, f.ID)
		if errors.Is(err, bot.ErrNoFile) {
			v.leaveOut(f)
			continue
		} else if err != nil {
			return err
		}
		remaining -= f.Size
		if err := m.AttachReader(fileName(f.Name), bytes.NewReader(data), gomail.WithFileContentType(contentType(f.Type))); err != nil {
			return fmt.Errorf("mail: %w", err)
		}
	}
	return nil
}

func (v *view) leaveOut(f bot.File) {
	v.LeftOut = append(v.LeftOut, fmt.Sprintf(textFileLeftOut, oneLine(f.Name)))
}

func (a *Adapter) readFile(ctx context.Context, id string) ([]byte, error) {
	_, content, err := a.files.OpenFile(ctx, id)
	if errors.Is(err, bot.ErrNoFile) {
		return nil, err
	} else if err != nil {
		return nil, &bot.RetryError{Err: err}
	}
	defer content.Close()
	data, err := io.ReadAll(io.LimitReader(content, maxAttachmentBytes+1))
	if err != nil {
		return nil, &bot.RetryError{Err: err}
	}
	return data, nil
}

func newView(m bot.Message) view {
	v := view{Subject: subject(m.Text)}
	c := m.Card
	if c == nil {
		v.Title = v.Subject
		v.Paragraphs = paragraphs(m.Text)
		return v
	}
	v.Title, v.Subtitle, v.Note, v.Paragraphs = oneLine(c.Title), oneLine(c.Subtitle), oneLine(c.Note), paragraphs(c.Text)
	for _, f := range c.Facts {
		f := bot.Fact{Label: oneLine(f.Label), Value: bot.CleanText(f.Value), Long: f.Long}
		if f.Long {
			v.LongFacts = append(v.LongFacts, f)
		} else {
			v.Facts = append(v.Facts, f)
		}
	}
	return v
}

func (v view) plainText() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s", v.Title)
	if v.Subtitle != "" {
		line("%s", v.Subtitle)
	}
	for _, p := range v.Paragraphs {
		line("\n%s", p)
	}
	if len(v.Facts) > 0 {
		line("")
	}
	for _, f := range v.Facts {
		line("%s: %s", f.Label, f.Value)
	}
	for _, f := range v.LongFacts {
		line("\n%s:\n%s", f.Label, f.Value)
	}
	for _, sentence := range v.LeftOut {
		line("\n%s", sentence)
	}
	if v.Note != "" {
		line("\n-- \n%s", v.Note)
	}
	return b.String()
}

func subject(text string) string {
	first, _, _ := strings.Cut(bot.CleanText(text), "\n")
	s := bot.Clip(withoutEncodedWords(oneLine(first)), maxSubject)
	if s == "" {
		return textDefaultSubject
	}
	return s
}

func paragraphs(text string) []string {
	var out []string
	for p := range strings.SplitSeq(bot.CleanText(text), "\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// oneLine is a clean text without line breaks, so that it cannot begin another header.
func oneLine(s string) string { return strings.Join(strings.Fields(bot.CleanText(s)), " ") }

// withoutEncodedWords breaks "=?" apart, so that a mailbox does not decode a typed "=?…?=" as an
// encoded word of RFC 2047.
func withoutEncodedWords(s string) string { return strings.ReplaceAll(s, "=?", "= ?") }

// fileName is a name without folders, quotes and line breaks. A long name keeps its extension.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\":<>|?*`, r) {
			return '_'
		}
		return r
	}, oneLine(name))
	if name == "" {
		return nameUnnamedFile
	}
	if s := []rune(name); len(s) > maxNameRunes {
		name = string(s[:maxNameRunes-12]) + "…" + string(s[len(s)-11:])
	}
	return withoutEncodedWords(name)
}

// contentType is the given media type, or application/octet-stream where it is malformed.
func contentType(given string) gomail.ContentType {
	kind, rest, ok := strings.Cut(given, "/")
	token := func(s string) bool {
		return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
			return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-.+", r)
		})
	}
	if !ok || !token(kind) || !token(rest) || kind == "message" || kind == "multipart" { // RFC 2046 forbids base64 for these
		return gomail.TypeAppOctetStream
	}
	return gomail.ContentType(given)
}

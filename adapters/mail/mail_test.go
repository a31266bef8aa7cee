package mail_test

import (
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/rs/zerolog"

	"helptic/adapters/mail"
	"helptic/bot"
	"helptic/bot/bottest"
	"helptic/storage/sqlite"
)

var update = flag.Bool("update", false, "rewrite the golden mails")

// rig is the adapter over a server.
type rig struct {
	t      *testing.T
	server *mailServer
	store  *sqlite.Store
	log    strings.Builder
	mail   *mail.Adapter
}

func newRig(t *testing.T, b behaviour, url func(addr string) string) *rig {
	t.Helper()
	store, err := sqlite.Open(t.Context(), t.TempDir(), 64<<20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &rig{t: t, server: serve(t, b), store: store}
	if r.mail, err = mail.New(mail.Config{URL: url(r.server.addr), From: "Mesa de ayuda <mesa@entidad.gov.co>", Files: store, AppendLog: store, Log: zerolog.New(zerolog.SyncWriter(&r.log)), TLS: r.server.tls}); err != nil {
		t.Fatal(err)
	}
	return r
}

func plainURL(addr string) string { return "smtp://" + addr }

func out(key string, m bot.Message) bot.Outgoing {
	return bot.Outgoing{Room: bot.Direct("mail:usuario1@entidad.gov.co"), Key: key, Message: m}
}

var solved = bot.Message{Text: "Resolvimos su solicitud N.º 12", Card: &bot.Card{Title: "Solución de la solicitud N.º 12", Subtitle: "¿Quedó resuelta?",
	Text: "Se cambió el rodillo.\nYa imprime.", Facts: []bot.Fact{{Label: "La resolvió", Value: "Agente 1"}}, Note: "Díganos en el chat si quedó resuelta."}}

// part is one part of a mail that is none of its own.
type part struct{ kind, name, text string }

// read takes a mail apart, as a mailbox does.
func read(t *testing.T, raw []byte) (netmail.Header, []part) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var parts []part
	var walk func(kind, encoding, disposition string, body io.Reader)
	walk = func(kind, encoding, disposition string, body io.Reader) {
		media, params, err := mime.ParseMediaType(kind)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(media, "multipart/") {
			for r := multipart.NewReader(body, params["boundary"]); ; {
				p, err := r.NextRawPart()
				if errors.Is(err, io.EOF) {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				walk(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition"), p)
			}
		}
		switch strings.ToLower(encoding) {
		case "quoted-printable":
			body = quotedprintable.NewReader(body)
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, body)
		}
		text, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		name := ""
		if disposition != "" {
			_, params, err := mime.ParseMediaType(disposition)
			if err != nil {
				t.Fatal(err)
			}
			if name, err = new(mime.WordDecoder).DecodeHeader(params["filename"]); err != nil {
				t.Fatal(err)
			}
		}
		parts = append(parts, part{media, name, string(text)})
	}
	walk(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), "", m.Body)
	return m.Header, parts
}

func TestMailArrives(t *testing.T) {
	for name, test := range map[string]struct {
		b   behaviour
		url func(string) string
	}{
		"plain, on this machine": {behaviour{}, plainURL},
		"STARTTLS":               {behaviour{startTLS: true}, plainURL},
		"TLS from the start":     {behaviour{implicit: true}, func(addr string) string { return "smtps://" + addr }},
		"with a password":        {behaviour{implicit: true, auth: true}, func(addr string) string { return "smtps://mesa:clave%20correcta@" + addr }},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, test.b, test.url)
			if err := r.mail.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			f, err := r.store.SaveFile(t.Context(), "año «1».txt", "text/plain", strings.NewReader("evidencia"))
			if err != nil {
				t.Fatal(err)
			}
			m := solved
			m.Files = []bot.File{f}
			id, err := r.mail.Send(t.Context(), out("ticket/12/mail/r5", m))
			if err != nil {
				t.Fatal(err)
			}
			header, parts := read(t, r.server.mails()[0])
			subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
			if err != nil || subject != "Resolvimos su solicitud N.º 12" {
				t.Errorf("subject %q, %v", subject, err)
			}
			if header.Get("Message-Id") != id || header.Get("To") != "<usuario1@entidad.gov.co>" || !strings.Contains(header.Get("From"), "<mesa@entidad.gov.co>") {
				t.Errorf("id %q, header %v", id, header)
			}
			if len(parts) != 3 || parts[0].kind != "text/plain" || parts[1].kind != "text/html" || parts[2] != (part{"text/plain", "año «1».txt", "evidencia"}) {
				t.Fatalf("parts %q", parts)
			}
			for _, p := range parts[:2] {
				for _, words := range []string{"Solución de la solicitud N.º 12", "Se cambió el rodillo.", "Agente 1", "Díganos en el chat"} {
					if !strings.Contains(p.text, words) {
						t.Errorf("%s without %q:\n%s", p.kind, words, p.text)
					}
				}
			}
			if strings.Contains(r.log.String(), "usuario1") || strings.Contains(r.log.String(), "rodillo") {
				t.Errorf("the log tells %s", &r.log)
			}
		})
	}
}

// The mails about one ticket stand together, and the same one sent again is the same.
func TestThreads(t *testing.T) {
	r := newRig(t, behaviour{}, plainURL)
	var ids, roots []string
	for _, key := range []string{"ticket/12/mail/r1", "ticket/12/mail/r5", "ticket/12/mail/r5", "ticket/13/mail/r1"} {
		id, err := r.mail.Send(t.Context(), out(key, solved))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	for _, raw := range r.server.mails() {
		header, _ := read(t, raw)
		if header.Get("References") != header.Get("In-Reply-To") || header.Get("References") == "" {
			t.Errorf("header %v", header)
		}
		roots = append(roots, header.Get("References"))
	}
	if ids[1] != ids[2] || ids[0] == ids[1] || roots[0] != roots[1] || roots[0] == roots[3] || roots[0] == ids[0] {
		t.Errorf("ids %v, threads %v", ids, roots)
	}
	if err := r.mail.Edit(t.Context(), ids[0], out("ticket/12/mail/r1", solved)); err != nil || len(r.server.mails()) != 4 {
		t.Errorf("what was sent cannot be changed: %v, %d mails", err, len(r.server.mails()))
	}
}

func TestFailures(t *testing.T) {
	put := func(f func(*mailServer)) func(*rig) { return func(r *rig) { r.server.set(f) } }
	for name, test := range map[string]struct {
		b         behaviour
		url       func(string) string
		breaks    func(*rig)
		final     bool
		atLeast   time.Duration
		delivered int
	}{
		"greylisted": {breaks: put(func(s *mailServer) {
			s.rcpt = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "usuario1@entidad.gov.co: later"}
		}), atLeast: time.Minute},
		"no such mailbox": {breaks: put(func(s *mailServer) {
			s.rcpt = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "usuario1@entidad.gov.co?"}
		}), final: true},
		"content refused": {breaks: put(func(s *mailServer) {
			s.data = &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "spam"}
		}), final: true},
		"full for now": {breaks: put(func(s *mailServer) {
			s.data = &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "full"}
		}), atLeast: time.Minute},
		// It arrived, and nobody can know: it is sent again under the same Message-ID.
		"cut before the answer": {breaks: put(func(s *mailServer) { s.cut = true }), delivered: 1},
		"cut in the middle":     {breaks: put(func(s *mailServer) { s.cutEarly = true })},
		"wrong password":        {b: behaviour{implicit: true, auth: true}, url: func(addr string) string { return "smtps://mesa:otra@" + addr }},
		"password wanted":       {b: behaviour{auth: true}},
	} {
		t.Run(name, func(t *testing.T) {
			if test.url == nil {
				test.url = plainURL
			}
			r := newRig(t, test.b, test.url)
			if test.breaks != nil {
				test.breaks(r)
			}
			_, err := r.mail.Send(t.Context(), out("ticket/12/mail/r5", solved))
			var again *bot.RetryError
			switch {
			case err == nil:
				t.Fatal("it was sent")
			case errors.As(err, &again) == test.final:
				t.Fatalf("final: %v, %v", !test.final, err)
			case again != nil && again.After < test.atLeast:
				t.Errorf("again after %v", again.After)
			}
			if n := len(r.server.mails()); n != test.delivered {
				t.Errorf("%d mails arrived", n)
			}
			for _, secret := range []string{"usuario1", "otra", "clave"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error tells: %v", err)
				}
			}
			r.server.set(func(s *mailServer) { s.rcpt, s.data, s.cut, s.cutEarly = nil, nil, false, false })
			if _, err := r.mail.Send(t.Context(), out("ticket/12/mail/r5", solved)); (err == nil) == test.b.auth {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// A server that dawdles is given up in time, and nothing is sent in the clear to one that should
// offer TLS and does not.
func TestSlowAndStripped(t *testing.T) {
	r := newRig(t, behaviour{}, plainURL)
	stall := make(chan struct{})
	r.server.set(func(s *mailServer) { s.stall = stall })
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := r.mail.Send(ctx, out("ticket/12/mail/r5", solved))
	close(stall)
	var again *bot.RetryError
	if !errors.As(err, &again) {
		t.Errorf("slow: %v", err)
	}

	r = newRig(t, behaviour{implicit: true}, func(addr string) string { return "smtps://" + addr })
	distrusting, err := mail.New(mail.Config{URL: "smtps://" + r.server.addr, From: "mesa@entidad.gov.co", Files: r.store, AppendLog: r.store})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := distrusting.Send(t.Context(), out("ticket/12/mail/r5", solved)); !errors.As(err, &again) || len(r.server.mails()) != 0 {
		t.Errorf("a certificate that nobody vouches for: %v", err)
	}
	if err := distrusting.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "no hay conexión segura") {
		t.Errorf("check: %v", err)
	}
}

// What people name their files, and how they write, arrives as it was typed; a file that is gone
// keeps no mail back.
func TestOddNames(t *testing.T) {
	r := newRig(t, behaviour{}, plainURL)
	long := strings.Repeat("ñandú ", 200) + ".pdf"
	f, err := r.store.SaveFile(t.Context(), long, "message/rfc822", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	m := bot.Message{Text: "=?utf-8?q?otra_cosa?=", Files: []bot.File{f, {ID: "gone", Name: "perdido.txt", Type: "text/plain", Size: 1}}}
	if _, err := r.mail.Send(t.Context(), out("ticket/12/mail/r1", m)); err != nil {
		t.Fatal(err)
	}
	raw := r.server.mails()[0]
	header, parts := read(t, raw)
	if subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject")); err != nil || !strings.Contains(subject, "utf-8?q?otra_cosa") {
		t.Errorf("subject %q, %v", subject, err)
	}
	if len(parts) != 3 || parts[2].kind != "application/octet-stream" || !strings.HasSuffix(parts[2].name, ".pdf") || !strings.Contains(parts[0].text, "perdido.txt") {
		t.Errorf("parts %q", parts)
	}
	for line := range strings.SplitSeq(string(raw), "\r\n") {
		if len(line) > 998 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}

func TestParseURL(t *testing.T) {
	for url, want := range map[string]string{
		"smtps://u:p@mail.example:465": "", "smtp://mail.example": "", "smtp://[::1]:25": "", "smtps://u%40x:p%2F@mail.example": "",
		"": "debe empezar por", "http://mail.example": "debe empezar por", "smtp://": "después del servidor",
		"smtp://mail.example/x": "después del servidor", "smtp://mail.example?starttls=off": "después del servidor",
		"smtp://mail.example:0": "el puerto", "smtp://mail.example:99999": "el puerto", "smtp://mail.example:puerto": "no se entiende",
		"smtps://u@mail.example": "con usuario va también la clave", "smtps://u:secreta%zz@mail.example": "no se entiende",
	} {
		_, err := mail.ParseURL(url)
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", url, err, want)
		}
	}
}

// golden compares a text with a file of testdata. -update rewrites the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update rewrites it):\n%s", path, got)
	}
}

// Everything that the desk may show, as a mail. -update rewrites the golden files.
func TestGallery(t *testing.T) {
	r := newRig(t, behaviour{}, plainURL)
	for _, name := range []string{"confirmation", "agents_card", "hostile_card", "odd_characters", "text"} {
		for _, p := range bottest.Gallery("mail") {
			if p.Name != name {
				continue
			}
			m := p.Post.Message
			m.Files = nil
			if m.Card != nil {
				c := *m.Card
				c.Files, m.Card = nil, &c
			}
			before := len(r.server.mails())
			if _, err := r.mail.Send(t.Context(), out("gallery/"+name, m)); err != nil {
				t.Fatal(err)
			}
			_, parts := read(t, r.server.mails()[before])
			for i, suffix := range []string{".txt", ".html"} {
				got := strings.ReplaceAll(parts[i].text, "\r\n", "\n")
				golden(t, name+suffix, got)
				if suffix == ".html" && strings.Contains(got, "<script>") {
					t.Error("words of people became markup")
				}
			}
		}
	}
}

// Whatever is written to somebody, no header of it is more than one line, and none is added.
func FuzzHeaders(f *testing.F) {
	for _, s := range []string{"hola", "a\r\nBcc: x@y.co", "á\u2028ñ\u0085Bcc: x", strings.Repeat("ñ", 400), "\x00\x07", "=?utf-8?q?x?=", "\u202eabc"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		raw, err := mail.Compose("Mesa <mesa@entidad.gov.co>", out("ticket/12/r1", bot.Message{Text: s, Card: &bot.Card{Title: s, Facts: []bot.Fact{{Label: s, Value: s}}}}))
		if err != nil {
			t.Fatal(err)
		}
		header, parts := read(t, raw)
		for name, values := range header {
			if len(values) != 1 || strings.Contains(values[0], "\n") || name == "Bcc" || name == "Cc" {
				t.Errorf("%s: %q", name, values)
			}
		}
		if header.Get("To") != "<usuario1@entidad.gov.co>" || len(parts) != 2 {
			t.Errorf("to %q, %d parts", header.Get("To"), len(parts))
		}
	})
}

package mail_test

import (
	"context"
	"errors"
	"mime"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"helptic/adapters/mail"
	"helptic/bot"
	"helptic/bot/bottest"
)

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
				for _, text := range []string{"Solución de la solicitud N.º 12", "Se cambió el rodillo.", "Agente 1", "Díganos en el chat"} {
					if !strings.Contains(p.text, text) {
						t.Errorf("%s without %q:\n%s", p.kind, text, p.text)
					}
				}
			}
			if strings.Contains(r.log.String(), "usuario1") || strings.Contains(r.log.String(), "rodillo") {
				t.Errorf("the log contains an address or a text: %s", &r.log)
			}
		})
	}
}

// A repeated key has the same Message-ID.
func TestMailsOfOneTicketShareAThread(t *testing.T) {
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
		t.Errorf("an edit of a sent mail: %v, %d mails", err, len(r.server.mails()))
	}
}

func TestServerErrorsAreFinalOrRetried(t *testing.T) {
	with := func(f func(*mailServer)) func(*rig) { return func(r *rig) { r.server.set(f) } }
	for name, test := range map[string]struct {
		b         behaviour
		url       func(string) string
		breaks    func(*rig)
		final     bool
		atLeast   time.Duration
		delivered int
	}{
		"greylisted": {breaks: with(func(s *mailServer) {
			s.rcpt = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "usuario1@entidad.gov.co: later"}
		}), atLeast: time.Minute},
		"no such mailbox": {breaks: with(func(s *mailServer) {
			s.rcpt = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "usuario1@entidad.gov.co?"}
		}), final: true},
		"content refused": {breaks: with(func(s *mailServer) {
			s.data = &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "spam"}
		}), final: true},
		"full for now": {breaks: with(func(s *mailServer) {
			s.data = &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "full"}
		}), atLeast: time.Minute},
		// The mail arrived but the sender cannot know. The retry has the same Message-ID.
		"cut before the answer": {breaks: with(func(s *mailServer) { s.cut = true }), delivered: 1},
		"cut in the middle":     {breaks: with(func(s *mailServer) { s.cutEarly = true })},
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
			var retry *bot.RetryError
			switch {
			case err == nil:
				t.Fatal("it was sent")
			case errors.As(err, &retry) == test.final:
				t.Fatalf("final: %v, %v", !test.final, err)
			case retry != nil && retry.After < test.atLeast:
				t.Errorf("retried after %v", retry.After)
			}
			if n := len(r.server.mails()); n != test.delivered {
				t.Errorf("%d mails arrived", n)
			}
			for _, secret := range []string{"usuario1", "otra", "clave"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error contains a secret: %v", err)
				}
			}
			r.server.set(func(s *mailServer) { s.rcpt, s.data, s.cut, s.cutEarly = nil, nil, false, false })
			if _, err := r.mail.Send(t.Context(), out("ticket/12/mail/r5", solved)); (err == nil) == test.b.auth {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// A slow server ends in a timeout, and nothing is sent to a server with an unknown certificate.
func TestSlowServerAndUnknownCertificateAreRetried(t *testing.T) {
	r := newRig(t, behaviour{}, plainURL)
	stall := make(chan struct{})
	r.server.set(func(s *mailServer) { s.stall = stall })
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := r.mail.Send(ctx, out("ticket/12/mail/r5", solved))
	close(stall)
	var retry *bot.RetryError
	if !errors.As(err, &retry) {
		t.Errorf("slow: %v", err)
	}

	r = newRig(t, behaviour{implicit: true}, func(addr string) string { return "smtps://" + addr })
	distrusting, err := mail.New(mail.Config{URL: "smtps://" + r.server.addr, From: "mesa@entidad.gov.co", Files: r.store, AppendLog: r.store})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := distrusting.Send(t.Context(), out("ticket/12/mail/r5", solved)); !errors.As(err, &retry) || len(r.server.mails()) != 0 {
		t.Errorf("an unknown certificate: %v", err)
	}
	if err := distrusting.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "no hay conexión segura") {
		t.Errorf("check: %v", err)
	}
}

// File names and subjects arrive as they were typed. A mail goes out without a file that is gone.
func TestOddNamesOfFilesAndSubjects(t *testing.T) {
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

// Every kind of message as a mail. -update rewrites the golden files.
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
					t.Error("text of a person became markup")
				}
			}
		}
	}
}

// No text makes a header of more than one line, or one more header.
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

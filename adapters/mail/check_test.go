package mail_test

import (
	"errors"
	"strings"
	"testing"

	"helptic/adapters/mail"
	"helptic/bot"
)

func TestCheckSaysWhatToRepair(t *testing.T) {
	for name, test := range map[string]struct {
		b    behaviour
		url  func(string) string
		want string
	}{
		"wrong password":     {behaviour{implicit: true, auth: true}, func(addr string) string { return "smtps://mesa:otra@" + addr }, "no acepta el usuario o la clave"},
		"TLS is not offered": {behaviour{}, func(addr string) string { return "smtps://" + addr }, "no hay conexión segura"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, test.b, test.url)
			err := r.mail.Check(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "otra") {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

func TestConfigurationIsChecked(t *testing.T) {
	for name, c := range map[string]mail.Config{
		"server": {URL: "http://mail.example", From: "mesa@entidad.gov.co"},
		"sender": {URL: "smtp://mail.example", From: "mesa"},
	} {
		if _, err := mail.New(c); err == nil {
			t.Errorf("a wrong %s was accepted", name)
		}
	}
}

func TestPersonIsTheAddress(t *testing.T) {
	r := newRig(t, behaviour{}, plainURL)
	const address = "mail:usuario1@entidad.gov.co"
	p, err := r.mail.Person(t.Context(), address)
	if want := (bot.Person{ID: address, Name: "usuario1@entidad.gov.co", Email: "usuario1@entidad.gov.co"}); err != nil || p != want {
		t.Errorf("%+v, %v", p, err)
	}
	for _, other := range []string{"slack:U1", "mail:usuario1", "mail:"} {
		if _, err := r.mail.Person(t.Context(), other); err == nil {
			t.Errorf("%q is a person", other)
		}
		o := out("ticket/12/mail/r1", solved)
		o.Room = bot.Direct(other)
		var retry *bot.RetryError
		if _, err := r.mail.Send(t.Context(), o); err == nil || errors.As(err, &retry) {
			t.Errorf("a mail to %q: %v", other, err)
		}
	}
	if member, err := r.mail.Member(t.Context(), "mail:mesa", address); member || err != nil {
		t.Errorf("member of a channel: %v, %v", member, err)
	}
}

func TestFilesThatDoNotFitAreNamed(t *testing.T) {
	r := newRig(t, behaviour{}, plainURL)
	f, err := r.store.SaveFile(t.Context(), " \x00", "nonsense", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	m := bot.Message{Text: " \u202e ", Files: []bot.File{{ID: "large", Name: "video.mp4", Type: "video/mp4", Size: 18 << 20}, f}}
	if _, err := r.mail.Send(t.Context(), out("ticket/12/mail/r1", m)); err != nil {
		t.Fatal(err)
	}
	header, parts := read(t, r.server.mails()[0])
	if header.Get("Subject") != "Mesa de ayuda" {
		t.Errorf("an empty text has the subject %q", header.Get("Subject"))
	}
	if len(parts) != 3 || parts[2].name != "adjunto" {
		t.Fatalf("parts %q", parts)
	}
	for _, p := range parts[:2] {
		if !strings.Contains(p.text, "No cabe en el correo: video.mp4. Véalo en el chat.") {
			t.Errorf("%s does not name the file:\n%s", p.kind, p.text)
		}
	}
}

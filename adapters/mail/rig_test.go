package mail_test

import (
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

	"github.com/rs/zerolog"

	"helptic/adapters/mail"
	"helptic/bot"
	"helptic/storage/sqlite"
)

var update = flag.Bool("update", false, "rewrite the golden mails")

// rig is the adapter with an SMTP server and a database.
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

// part is a leaf of the MIME tree of a mail.
type part struct{ kind, name, text string }

// read parses a mail.
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

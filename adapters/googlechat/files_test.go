package googlechat_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"helptic/adapters/googlechat"
	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
)

const mega = 1 << 20

// newRecordingDesk starts a desk that records its events, with a limit of a megabyte for files.
func newRecordingDesk(t *testing.T, s setup) (*desk, *recorder) {
	t.Helper()
	var h recorder
	s.handle = h.echo
	change := s.change
	s.change = func(c *googlechat.Config) {
		c.MaxFileBytes = mega
		if change != nil {
			change(c)
		}
	}
	return newDesk(t, s), &h
}

func (d *desk) bytesOf(f bot.File) []byte {
	d.t.Helper()
	_, r, err := d.store.OpenFile(d.t.Context(), f.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		d.t.Fatal(err)
	}
	return content
}

func TestFilesAreStored(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, h := newRecordingDesk(t, s)
			person := d.user("Usuario 1")
			whole := bytes.Repeat([]byte("b"), mega) // the largest
			person.Says(person.Direct(), "mire", googlechattest.File{Name: "foto.png", Type: "image/png", Bytes: []byte("una foto")},
				googlechattest.File{Name: "grande.bin", Type: "application/zip", Bytes: whole}, googlechattest.File{Name: "sin largo.txt", Bytes: []byte("texto"), Length: -1},
				googlechattest.File{Name: "vacío.txt", Type: "text/plain"})
			person.AwaitMessage(person.Direct(), "Usted escribió: mire")
			files := h.events()[0].Files
			if len(files) != 4 {
				t.Fatalf("%+v", files)
			}
			for i, want := range []struct {
				name, kind string
				content    []byte
			}{{"foto.png", "image/png", []byte("una foto")}, {"grande.bin", "application/zip", whole}, {"sin largo.txt", "application/octet-stream", []byte("texto")}, {"vacío.txt", "text/plain", nil}} {
				if f := files[i]; f.Name != want.name || f.Type != want.kind || !bytes.Equal(d.bytesOf(f), want.content) || f.Size != int64(len(want.content)) {
					t.Errorf("%+v, want %s of %s", f, want.name, want.kind)
				}
			}
		})
	}
}

// A person whose file cannot be received reads which one and what to do. The rest of the message is handled.
func TestFilesNotReceivedAreNamed(t *testing.T) {
	t.Parallel()
	large := bytes.Repeat([]byte("x"), mega+1)
	for name, test := range map[string]struct {
		file  googlechattest.File
		fault []googlechattest.Fault
		why   string
	}{
		"in Drive":                          {file: googlechattest.File{Drive: true, Bytes: []byte("x")}, why: "está en Google Drive y no se recibió. Descárguelo y adjúntelo."},
		"too large":                         {file: googlechattest.File{Bytes: large}, why: "pesa más de 1,0 MB y no se recibió. Envíelo en partes o más pequeño."},
		"too large, without Content-Length": {file: googlechattest.File{Bytes: large, Length: -1}, why: "pesa más de 1,0 MB"},
		"not found":                         {fault: []googlechattest.Fault{{Status: http.StatusNotFound}}, why: "no se pudo recibir. Adjúntelo de nuevo."},
		"forbidden":                         {fault: []googlechattest.Fault{{Status: http.StatusForbidden}}, why: "no se pudo recibir. Adjúntelo de nuevo."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, h := newRecordingDesk(t, setup{})
			d.ws.Fault("media.download", test.fault...)
			person := d.user("Usuario 1")
			test.file.Name = "foto.jpg"
			person.Says(person.Direct(), "mire", test.file, googlechattest.File{Name: "otra.jpg", Bytes: []byte("otra"), Type: "image/jpeg"})
			person.AwaitMessage(person.Direct(), "El archivo «foto.jpg» "+test.why)
			person.AwaitMessage(person.Direct(), "Usted escribió: mire")
			if files := h.events()[0].Files; len(files) != 1 || files[0].Name != "otra.jpg" {
				t.Errorf("%+v", files)
			}
			if log := d.logText(); strings.Contains(log, "foto.jpg") || strings.Contains(log, "mire") {
				t.Errorf("the log:\n%s", log)
			}
		})
	}
}

func TestFileDownloadIsRetried(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string][]googlechattest.Fault{
		"unavailable": {{Status: http.StatusServiceUnavailable}, {Status: http.StatusInternalServerError}},
		"too many":    {{Status: http.StatusTooManyRequests, RetryAfter: time.Second}},
		"lost":        {{Lose: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, h := newRecordingDesk(t, setup{})
			d.ws.Fault("media.download", faults...)
			person := d.user("Usuario 1")
			person.Says(person.Direct(), "mire", googlechattest.File{Name: "uno.txt", Bytes: []byte("uno")}, googlechattest.File{Name: "dos.txt", Bytes: []byte("dos")})
			person.AwaitMessage(person.Direct(), "Usted escribió: mire")
			if e := h.events(); len(e) != 1 || len(e[0].Files) != 2 || string(d.bytesOf(e[0].Files[0])) != "uno" || string(d.bytesOf(e[0].Files[1])) != "dos" {
				t.Errorf("%+v", e)
			}
		})
	}
}

// A download that keeps failing delays the person's later events for a limited time.
func TestFileIsSkippedAfterItsWindow(t *testing.T) {
	t.Parallel()
	began := time.Now()
	var passed atomic.Int64
	d := newDesk(t, setup{handle: (&recorder{}).echo, change: func(c *googlechat.Config) {
		c.Now = func() time.Time { return began.Add(time.Duration(passed.Load())) }
	}})
	person := d.user("Usuario 1")
	person.Says(person.Direct(), "espere")
	person.AwaitMessage(person.Direct(), "Usted escribió: espere")
	short := person.Direct().Upload(googlechattest.File{Name: "cortado.bin", Bytes: []byte("cor"), Length: 100})
	e := bot.Event{Key: "k", At: began, From: bot.Person{ID: person.Address()}, Room: bot.Direct(person.Address()), Files: []bot.File{{ID: "googlechat:" + short, Name: "cortado.bin"}}}
	for _, at := range []time.Duration{0, time.Minute, 9 * time.Minute} {
		passed.Store(int64(at))
		var again *bot.RetryError
		if note, err := d.adapter.Enrich(t.Context(), &e); !errors.As(err, &again) {
			t.Errorf("after %s: %q, %v", at, note, err)
		}
	}
	passed.Store(int64(11 * time.Minute))
	note, err := d.adapter.Enrich(t.Context(), &e)
	if err != nil || note != "El archivo «cortado.bin» no se pudo recibir. Adjúntelo de nuevo." || len(e.Files) != 0 {
		t.Errorf("%q, %v, %+v", note, err, e.Files)
	}
}

func TestOddFileNamesAndTooManyFiles(t *testing.T) {
	t.Parallel()
	d, h := newRecordingDesk(t, setup{})
	person := d.user("Usuario 1")
	files := []googlechattest.File{{Name: "../../etc/passwd"}, {Name: ""}, {Name: "con\nsalto\u202egnp.exe"}, {Name: strings.Repeat("ñ", 300) + ".txt"}, {Name: "<users/all>.txt"}}
	for n := range 17 {
		files = append(files, googlechattest.File{Name: fmt.Sprintf("%d.txt", n)})
	}
	for i := range files {
		files[i].Bytes, files[i].Type = []byte("x"), "text/plain"
	}
	person.Says(person.Direct(), "mire", files...)
	notice := person.AwaitMessage(person.Direct(), "El archivo «15.txt» no se recibió: caben 20 por mensaje. Envíelo en otro.")
	if !strings.Contains(notice.Plain(), "«16.txt»") {
		t.Errorf("the notice: %s", notice.Plain())
	}
	person.AwaitMessage(person.Direct(), "Usted escribió: mire")
	kept := h.events()[0].Files
	if len(kept) != 20 {
		t.Fatalf("%d files", len(kept))
	}
	for _, f := range kept {
		if f.Name == "" || strings.ContainsAny(f.Name, "\n\u202e") || len([]rune(f.Name)) > 120 || string(d.bytesOf(f)) != "x" {
			t.Errorf("%q", f.Name)
		}
	}
}

// fileReply is a desk that replies with a file.
func fileReply(file *bot.File) bot.Handler {
	return func(_ context.Context, e bot.Event) (bot.Reply, error) {
		m := bot.Message{Text: "Vea el archivo.", Files: []bot.File{*file}}
		if e.Text == "tarjeta" {
			m = bot.Message{Text: "Vea la tarjeta.", Card: &bot.Card{Title: "Tarjeta", Text: "Vea el archivo.", Files: []bot.File{*file}}}
		}
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "file:" + e.Key, Message: m}}}, nil
	}
}

// A file is attached to its message. If Google refuses it, the message says that it is stored.
func TestFilesAreSent(t *testing.T) {
	t.Parallel()
	kept := "está guardado con la solicitud, pero Google Chat no dejó enviarlo aquí"
	for name, test := range map[string]struct {
		s       setup
		fault   []googlechattest.Fault
		uploads bool
		calls   int // of media.upload, for two messages
	}{
		"sent":          {uploads: true, calls: 2},
		"later":         {fault: []googlechattest.Fault{{Status: http.StatusServiceUnavailable}}, uploads: true, calls: 3},
		"not allowed":   {s: setup{config: googlechattest.Config{NoUploads: true}}, calls: 1},
		"not this file": {fault: []googlechattest.Fault{{Status: http.StatusBadRequest}, {Status: http.StatusBadRequest}}, calls: 2},
		"unauthorized":  {fault: []googlechattest.Fault{{Status: http.StatusUnauthorized}}, calls: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var file bot.File
			test.s.handle = fileReply(&file)
			d := newDesk(t, test.s)
			var err error
			if file, err = d.store.SaveFile(t.Context(), "evidencia.pdf", "application/pdf", strings.NewReader("%PDF")); err != nil {
				t.Fatal(err)
			}
			d.ws.Fault("media.upload", test.fault...)
			person := d.user("Usuario 1")
			direct := person.Direct()
			for _, text := range []string{"palabras", "tarjeta"} {
				person.Says(direct, text)
				d.ws.Await("both messages", func() bool {
					n := 0
					for _, m := range direct.Messages() {
						if strings.Contains(m.Plain(), "Vea el archivo.") {
							n++
						}
					}
					return n == map[string]int{"palabras": 1, "tarjeta": 2}[text]
				})
			}
			for _, m := range direct.Messages() {
				if !strings.Contains(m.Plain(), "Vea el archivo.") {
					continue
				}
				switch named := strings.Contains(m.Plain(), "«evidencia.pdf»"); {
				case test.uploads && (len(m.Files) != 1 || string(m.Files[0].Bytes) != "%PDF" || m.Files[0].Name != "evidencia.pdf" || m.Files[0].Type != "application/pdf" || strings.Contains(m.Plain(), kept)):
					t.Errorf("files %+v under\n%s", m.Files, m.Plain())
				case !test.uploads && (len(m.Files) != 0 || !named || !strings.Contains(m.Plain(), kept)):
					t.Errorf("files %+v under\n%s", m.Files, m.Plain())
				}
			}
			if n := len(d.ws.Calls("media.upload")); n != test.calls {
				t.Errorf("%d uploads, want %d", n, test.calls)
			}
		})
	}
}

// A file that an agent sends with a reply reaches the requester.
func TestEvidenceOfAgents(t *testing.T) {
	t.Parallel()
	d := newDesk(t, setup{})
	person, agent := d.user("Usuario 1"), d.user("Agente 1")
	d.agents.Join(agent)
	request := registers(d, person)
	agent.Presses(request, "Asignarme")
	agent.AwaitMessage(d.agents, "Agente 1 se asignó la solicitud")
	agent.MentionsUnder(request, "La foto del rodillo.", googlechattest.File{Name: "rodillo.jpg", Type: "image/jpeg", Bytes: []byte("rodillo")})
	d.ws.Await("the file with the ticket", func() bool {
		kept, err := d.store.Ticket(t.Context(), 1)
		if err != nil {
			return false
		}
		last := kept.History[len(kept.History)-1]
		return len(last.Files) == 1 && last.Files[0].Name == "rodillo.jpg"
	})
	person.SaysUnder(person.AwaitMessage(person.Direct(), "Solicitud N.º 1"), "Así está.", googlechattest.File{Name: "así.png", Type: "image/png", Bytes: []byte("captura")})
	note := agent.AwaitMessage(d.agents, "Así está.")
	if note.Thread != request.Thread || len(note.Files) != 1 || string(note.Files[0].Bytes) != "captura" {
		t.Errorf("in thread %s with %+v:\n%s", note.Thread, note.Files, note.Plain())
	}
}

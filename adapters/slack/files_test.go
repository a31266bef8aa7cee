package slack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"helptic/bot"
)

// withFile is a direct message with a file.
func withFile(id string, size int) string {
	return fmt.Sprintf(`{"type":"message","subtype":"file_share","channel":"D%s","channel_type":"im","user":%q,"text":"mire","ts":"1600000000.%06d","files":[{"id":%q,"name":"foto.jpg","mimetype":"image/jpeg","size":%d}]}`,
		testUser, testUser, size, id, size)
}

func (b *bench) serveFile(info, body string) {
	b.api.on("files.info", func(_ call, w http.ResponseWriter) { fmt.Fprint(w, info) })
	b.api.on("files/foto.jpg", func(_ call, w http.ResponseWriter) {
		w.Header().Set("Content-Type", "image/jpeg")
		fmt.Fprint(w, body)
	})
}

func (b *bench) fileInfo(size int, url string) string {
	return fmt.Sprintf(`{"ok":true,"file":{"id":"F1","name":"foto.jpg","mimetype":"image/jpeg","size":%d,"url_private_download":%q}}`, size, url)
}

func TestFilesAreStored(t *testing.T) {
	b := newBench(t)
	b.serveFile(b.fileInfo(5, b.api.URL+"/files/foto.jpg"), "bytes")
	b.deliver(withFile("F1", 5))
	e := b.handledEvents()[0]
	if len(e.Files) != 1 || e.Files[0].Name != "foto.jpg" || e.Files[0].Type != "image/jpeg" || e.Files[0].Size != 5 || e.Files[0].SHA256 == "" {
		t.Fatalf("%+v", e.Files)
	}
	_, r, err := b.store.OpenFile(t.Context(), e.Files[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if body, err := io.ReadAll(r); err != nil || string(body) != "bytes" {
		t.Errorf("%q, %v", body, err)
	}
	if c := b.api.of("files/foto.jpg"); len(c) != 1 || c[0].token != "xoxb-test" {
		t.Errorf("%v", c)
	}
}

func TestFilesOfAForm(t *testing.T) {
	b := newBench(t)
	b.serveFile(b.fileInfo(5, b.api.URL+"/files/foto.jpg"), "bytes")
	b.interact("/slack/interactions", submitted(viewMetadata{Do: "act note 12", Channel: "C1"}, "T", `{"files":{"ask":{"type":"file_input","files":[{"id":"F1","name":"foto.jpg","size":5},{"id":"F2","name":"otra.jpg","size":99999999}]}},"text":{"ask":{"type":"plain_text_input","value":"slack:F1"}}}`))
	e := b.handledEvents()[0]
	if len(e.Files) != 1 || e.Values["files"] != e.Files[0].ID {
		t.Errorf("%v %+v", e.Values, e.Files)
	}
	if c := b.api.wait(t, "chat.postEphemeral"); !strings.Contains(c.form.Get("text"), "«otra.jpg» pesa más de 1,0 MB") {
		t.Errorf("%v", c.form)
	}
}

// The token is sent to Slack's own hosts and that of the Web API only. A file elsewhere is
// not downloaded; its sender is notified, and the rest of the message is handled.
func TestUnavailableFilesAreRefusedWithANotice(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("requested from another host, with %q", r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	for name, test := range map[string]struct{ info, body, reason string }{
		"another host":  {`{"ok":true,"file":{"id":"F1","name":"foto.jpg","size":5,"url_private_download":"` + elsewhere.URL + `/foto.jpg"}}`, "", "no se pudo recibir"},
		"external":      {`{"ok":true,"file":{"id":"F1","name":"foto.jpg","size":5,"is_external":true,"url_private":"` + elsewhere.URL + `/foto.jpg"}}`, "", "está en otro servicio"},
		"deleted":       {`{"ok":true,"file":{"id":"F1","name":"foto.jpg","mode":"tombstone"}}`, "", "ya no está"},
		"too large":     {`{"ok":true,"file":{"id":"F1","name":"foto.jpg","size":2000000}}`, "", "pesa más de"},
		"not visible":   {`{"ok":false,"error":"file_not_found"}`, "", "no se puede leer"},
		"size is wrong": {"", strings.Repeat("x", 1<<20+1), "pesa más de"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			if test.info == "" {
				test.info = b.fileInfo(5, b.api.URL+"/files/foto.jpg")
			}
			b.serveFile(test.info, test.body)
			b.deliver(withFile("F1", 5))
			events := b.handledEvents()
			if len(events) != 1 || len(events[0].Files) != 0 || events[0].Text != "mire" {
				t.Fatalf("%+v", events)
			}
			if c := b.api.of("chat.postMessage"); len(c) != 1 || !strings.Contains(c[0].form.Get("text"), "«foto.jpg» "+test.reason) {
				t.Errorf("notified %v", c)
			}
		})
	}
}

func TestDownloadIsRetried(t *testing.T) {
	b := newBench(t)
	n := 0
	b.serveFile(b.fileInfo(5, b.api.URL+"/files/foto.jpg"), "")
	b.api.on("files/foto.jpg", func(_ call, w http.ResponseWriter) {
		if n++; n == 1 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "image/jpeg")
		fmt.Fprint(w, "bytes")
	})
	b.deliver(withFile("F1", 5))
	if e := b.handledEvents()[0]; len(e.Files) != 1 || n != 2 {
		t.Errorf("%+v after %d attempts", e.Files, n)
	}
}

func TestTokenIsSentToSlackOnly(t *testing.T) {
	for address, want := range map[string]bool{
		"https://files.slack.com/files-pri/T1-F1/a.png": true, "https://slack.com/x": true, "https://a.slack-gov.com/x": true, "https://proxy.example.org/files/x": true,
		"http://files.slack.com/x": false, "https://slack.com.example.net/x": false, "https://evilslack.com/x": false, "https://example.net/slack.com": false,
		"http://proxy.example.org/x": false, "https://files.slack.com@example.net/x": false, "": false, "::": false,
	} {
		if got := mayReceiveToken("https://proxy.example.org/api/", address); got != want {
			t.Errorf("%s: %t", address, got)
		}
	}
}

func (b *bench) save(t *testing.T, name, body string) bot.File {
	t.Helper()
	f, err := b.store.SaveFile(t.Context(), name, "text/plain", bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFilesAreUploadedAndShared(t *testing.T) {
	b := newBench(t)
	b.api.on("files.getUploadURLExternal", func(c call, w http.ResponseWriter) {
		fmt.Fprintf(w, `{"ok":true,"file_id":"F%s","upload_url":%q}`, c.form.Get("length"), b.api.URL+"/up")
	})
	b.api.on("files.completeUploadExternal", func(c call, w http.ResponseWriter) {
		if len(b.api.of("files.completeUploadExternal")) == 1 {
			w.WriteHeader(http.StatusBadGateway) // its answer is lost
			return
		}
		fmt.Fprint(w, `{"ok":true,"files":[{"id":"F1"}]}`)
	})
	one, two, own := b.save(t, "uno.txt", "1234"), b.save(t, "dos.txt", "12345"), b.save(t, "suyo.txt", "123456")
	if _, err := loadOrStore(t.Context(), b.adapter, streamFiles, own.ID, fileSource{User: "U9", Channel: "C1"}); err != nil {
		t.Fatal(err)
	}
	o := outgoing(agents, "Solicitud N.º 12")
	o.Message.Card = &bot.Card{Title: "Solicitud N.º 12", Files: []bot.File{one, two, own, {ID: "gone", Name: "no está", Size: 3}}}
	var retry *bot.RetryError
	if _, err := b.adapter.Send(t.Context(), o); !errors.As(err, &retry) {
		t.Fatalf("lost answer: %v", err)
	}
	post := b.api.of("chat.postMessage")[0]
	b.api.on("conversations.history", func(_ call, w http.ResponseWriter) {
		fmt.Fprintf(w, `{"ok":true,"messages":[{"ts":"1600000001.000002","metadata":%s}]}`, post.form.Get("metadata"))
	})
	b.api.on("conversations.replies", func(_ call, w http.ResponseWriter) {
		fmt.Fprintf(w, `{"ok":true,"messages":[{"user":%q,"ts":"2","files":[{"id":"F4","name":"uno.txt"}]},{"user":"U9","ts":"3","files":[{"name":"dos.txt"}]}]}`, testBot)
	})
	if id, err := b.adapter.Send(t.Context(), o); err != nil || id != "1600000001.000002" {
		t.Fatalf("%q, %v", id, err)
	}
	if n := len(b.api.of("chat.postMessage")); n != 1 {
		t.Errorf("posted %d times", n)
	}
	complete := b.api.of("files.completeUploadExternal")
	if len(complete) != 2 || !strings.Contains(complete[0].form.Get("files"), "uno.txt") || strings.Contains(complete[0].form.Get("files"), "suyo.txt") {
		t.Fatalf("%d shared: %v", len(complete), complete)
	}
	if c := complete[1].form; c.Get("channel_id") != "C1" || c.Get("thread_ts") != "1600000001.000002" || !strings.Contains(c.Get("files"), "dos.txt") || strings.Contains(c.Get("files"), "uno.txt") {
		t.Errorf("%v", c)
	}
	// A person's own file is not uploaded for them; a file of the desk is.
	d := bot.Outgoing{Room: bot.Direct("slack:U9"), Key: "k", Message: bot.Message{Text: "Hola", Files: []bot.File{own, one}}}
	if _, err := b.adapter.Send(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	complete = b.api.of("files.completeUploadExternal")
	if c := complete[len(complete)-1].form; len(complete) != 3 || c.Get("channel_id") != "DU9" || c.Has("thread_ts") || !strings.Contains(c.Get("files"), "uno.txt") {
		t.Errorf("%v", c)
	}
}

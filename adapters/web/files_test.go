package web

import (
	"mime"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"helptic/bot"
)

const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"

func (d *desk) upload(person, name, media, body string) string {
	d.t.Helper()
	status, answer := d.uploadStatus(person, name, media, body)
	if status != 200 {
		d.t.Fatalf("upload: %d %v", status, answer)
	}
	return answer["id"].(string)
}

func (d *desk) uploadStatus(person, name, media, body string) (int, map[string]any) {
	d.t.Helper()
	query := url.Values{"person": {person}, "name": {name}, "type": {media}}
	status, answer, _ := d.request(http.MethodPost, "/web/files?"+query.Encode(), body, func(r *http.Request) {
		r.Header.Set("Content-Type", mediaTypeBytes)
		r.ContentLength = -1 // streamed
	})
	return status, answer
}

func TestFilesAreServedToThoseWhoMayRead(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	id := d.upload(user1, `..\carpeta/informe "final".html`, "text/html; charset=utf-8", "<script>alert(1)</script>")
	get := func(person string) (int, map[string]any, http.Header) {
		return d.request("GET", "/web/files/"+id+"?person="+person, nil)
	}
	if status, _, _ := get(user2); status != 404 {
		t.Fatalf("somebody else's upload: %d", status)
	}
	status, body, h := get(user1)
	if status != 200 || body["text"] != "<script>alert(1)</script>" {
		t.Fatalf("one's own upload: %d %v", status, body)
	}
	disposition, params, err := mime.ParseMediaType(h.Get("Content-Disposition"))
	if err != nil || disposition != "attachment" || params["filename"] != "informe _final_.html" || h.Get("Content-Type") != mediaTypeBytes ||
		!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Fatalf("the file is served with %v", h)
	}

	room := bot.Channel(defaultAgentChannel)
	file, _ := d.adapter.projection.readableFile(person{ID: user1, Role: User}, id)
	shown := d.send(room, "card", bot.Message{Text: "x", Card: &bot.Card{Files: []bot.File{file}}})
	for person, want := range map[string]int{agent1: 200, supervisor1: 200, official1: 404, user2: 404, user1: 200, "web:nadie": 404} {
		if status, _, _ := get(person); status != want {
			t.Errorf("on the agents' card, for %s: %d", person, status)
		}
	}
	if err := d.adapter.Edit(t.Context(), shown, bot.Outgoing{Room: room, Message: bot.Message{Text: "x"}}); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := get(agent1); status != 404 {
		t.Errorf("after it was taken off the card: %d", status)
	}
	body = messageBody(1, user2, user2, "es mío")
	body["files"] = []string{id}
	if status, _ := d.post("/web/messages", body); status != 403 {
		t.Errorf("somebody else's file in a message: %d", status)
	}
	body = messageBody(2, user1, user1, "")
	body["files"] = []string{id}
	if status, answer := d.post("/web/messages", body); status != 200 {
		t.Errorf("a message of a file alone: %d %v", status, answer)
	}
	if e := d.handled(1)[0]; len(e.Files) != 1 || e.Files[0].ID != id || e.Files[0].SHA256 == "" {
		t.Errorf("the event carries %+v", e.Files)
	}
}

func TestUploadsAreLimitedAndTyped(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil, func(c *Config) { c.MaxFileBytes = 1 << 10 })
	if status, answer := d.uploadStatus(user1, "a.bin", "", strings.Repeat("x", 1<<10+1)); status != 413 || !strings.Contains(answer["error"].(string), "1 KB") {
		t.Errorf("too large, streamed: %d %v", status, answer)
	}
	status, answer, _ := d.request("POST", "/web/files?person="+user1, strings.Repeat("x", 1<<10+1), func(r *http.Request) { r.Header.Set("Content-Type", mediaTypeBytes) })
	if status != 413 {
		t.Errorf("too large, announced: %d %v", status, answer)
	}
	if status, answer := d.uploadStatus(user1, "a.bin", "", ""); status != 400 {
		t.Errorf("empty: %d %v", status, answer)
	}
	if status, answer := d.post("/web/files?person="+user1, "x"); status != 415 {
		t.Errorf("as JSON: %d %v", status, answer)
	}
	if status, _ := d.uploadStatus("web:nadie", "a.bin", "", "x"); status != 404 {
		t.Errorf("by nobody: %d", status)
	}
	for _, c := range []struct{ given, body, stored, disposition string }{
		{"image/png", png, "image/png", "inline"},
		{"image/png", "<html><script>", "text/html", "attachment"},
		{"", png, "image/png", "inline"},
		{"image/svg+xml", "<svg xmlns='x'/>", "image/svg+xml", "attachment"},
		{"nonsense", "words", "text/plain", "attachment"},
	} {
		id := d.upload(user1, "a", c.given, c.body)
		_, _, h := d.request("GET", "/web/files/"+id+"?person="+user1, nil)
		if got := d.db.typeOf(t, id); got != c.stored || !strings.HasPrefix(h.Get("Content-Disposition"), c.disposition) {
			t.Errorf("%q: stored as %s, served as %s", c.given, got, h.Get("Content-Disposition"))
		}
	}
}

func FuzzFileName(f *testing.F) {
	for _, seed := range []string{"informe.pdf", "../../etc/passwd", `C:\a\b.txt`, "\u202egpj.exe", "", ".", "..", "a\x00b", strings.Repeat("ñ", 300) + ".docx", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := fileName(name)
		if got == "" || got == "." || got == ".." || utf8.RuneCountInString(got) > maxNameOfFile || !utf8.ValidString(got) || strings.ContainsAny(got, "/\\\x00\n\r\"<>") {
			t.Fatalf("%q became %q", name, got)
		}
		if mime.FormatMediaType("attachment", map[string]string{"filename": got}) == "" {
			t.Fatalf("%q cannot stand in a header", got)
		}
	})
}

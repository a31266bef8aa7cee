package web

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"helptic/bot"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// storedEntry is one line of testdata/stream.jsonl: an entry of the append-only log.
type storedEntry struct {
	Position int64           `json:"position"`
	Key      string          `json:"key"`
	Body     json.RawMessage `json:"body"`
}

const (
	goldenKey = "0123456789abcdef0123456789abcdef" // signs the tokens of forms
	storedID  = "00000000000000000000000000000001" // id of a stored file
)

// newGoldenDatabase has the key of the forms that the golden token is signed with.
func newGoldenDatabase(t *testing.T) *database {
	t.Helper()
	db := newDatabase(t)
	if _, err := db.Append(t.Context(), "web/secret", "form", []byte(goldenKey)); err != nil {
		t.Fatal(err)
	}
	return db
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

// The log holds every kind of entry with every field. A field that is renamed in the code must
// not change what is stored.
func TestStoredEntriesKeepTheirShape(t *testing.T) {
	d := newDesk(t, newGoldenDatabase(t), nil)
	file := bot.File{ID: storedID, Name: "foto.png", Type: "image/png", Size: 16, SHA256: strings.Repeat("ab", 32)}
	if _, err := d.adapter.append(t.Context(), "", entry{Kind: kindFile, At: startTime, From: agent1, File: &file}); err != nil {
		t.Fatal(err)
	}
	if status, answer := d.post("/web/people", map[string]any{"once": uuid(1), "name": "Ventanilla Única", "role": "agent"}); status != http.StatusOK {
		t.Fatalf("person: %d %v", status, answer)
	}
	channel := bot.Channel(defaultAgentChannel)
	card := galleryCard("Nueva", bot.Info)
	card.Files, card.Card.Files = []bot.File{file}, []bot.File{file}
	card.Card.Selects[0].Options[0].Group = "Mesa de ayuda"
	root := d.send(channel, "card", card)
	d.send(channel, "only", bot.Message{Text: "aviso"}, func(o *bot.Outgoing) { o.EphemeralFor, o.Thread = agent1, root })
	if err := d.adapter.Edit(t.Context(), root, bot.Outgoing{Room: channel, Message: galleryCard("En curso", bot.Working)}); err != nil {
		t.Fatal(err)
	}
	message := messageBody(2, agent1, defaultAgentChannel, "ya voy")
	message["thread"], message["files"] = root, []string{storedID}
	if status, answer := d.post("/web/messages", message); status != http.StatusOK {
		t.Fatalf("message: %d %v", status, answer)
	}
	d.send(bot.Direct(user1), "", bot.Message{Text: "sin clave"})

	entries, err := d.db.Store.Read(t.Context(), stream, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	for _, e := range entries {
		line, err := json.Marshal(storedEntry{e.Position, e.Key, e.Body})
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	golden(t, "stream.jsonl", lines.String())
}

// readStream appends the entries of the golden log, as an earlier version stored them.
func readStream(t *testing.T, db *database) {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "stream.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(body) {
		var e storedEntry
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		if position, err := db.Append(t.Context(), stream, e.Key, e.Body); err != nil || position != e.Position {
			t.Fatalf("entry %d stands at %d: %v", e.Position, position, err)
		}
	}
}

func TestStoredEntriesAreReadAsBefore(t *testing.T) {
	db := newGoldenDatabase(t)
	readStream(t, db)
	length := db.length(t, stream)
	d := newDesk(t, db, nil)
	if got := db.length(t, stream); got != length {
		t.Errorf("the start appended %d entries", got-length)
	}
	for _, person := range []string{agent1, user1} {
		s := d.state(person)
		s.Version = ""
		body, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "state-"+strings.TrimPrefix(person, "web:")+".json", string(body)+"\n")
	}
	// Repetitions of what was stored find it again.
	if id := d.send(bot.Channel(defaultAgentChannel), "card", bot.Message{Text: "otra"}); id != "m9" {
		t.Errorf("a repeated key gave %s", id)
	}
	if status, p := d.post("/web/people", map[string]any{"once": uuid(1), "name": "Ventanilla Única", "role": "agent"}); status != http.StatusOK || p["id"] != "web:ventanilla-unica" {
		t.Errorf("a repeated person: %d %v", status, p)
	}
	if status, answer := d.post("/web/messages", messageBody(2, agent1, defaultAgentChannel, "ya voy")); status != http.StatusOK || answer["message"].(map[string]any)["id"] != "m12" {
		t.Errorf("a repeated message: %d %v", status, answer)
	}
	if got := db.length(t, stream); got != length {
		t.Errorf("repetitions appended %d entries", got-length)
	}
	if e := d.handled(1)[0]; e.Key != "web:"+uuid(2) || e.Thread != "m9" || len(e.Files) != 1 {
		t.Errorf("the message reached the inbox as %+v", e)
	}
}

// A form that was opened by an earlier version can still be sent.
func TestTokensOfFormsKeepTheirShape(t *testing.T) {
	g := grant{Person: agent1, Room: defaultAgentChannel, Message: 9, Do: "resolve 123", Fields: map[string]bool{"solution": false, "evidence": true}}
	golden(t, "token.txt", sign([]byte(goldenKey), g)+"\n")

	db := newGoldenDatabase(t)
	readStream(t, db)
	d := newDesk(t, db, nil)
	token, err := os.ReadFile(filepath.Join("testdata", "token.txt"))
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{"solution": "Se cambió el rodillo.", "evidence": storedID}
	if status, answer := d.post("/web/forms", map[string]any{"person": agent1, "once": uuid(3), "token": strings.TrimSpace(string(token)), "values": values}); status != http.StatusOK {
		t.Fatalf("%d %v", status, answer)
	}
	for _, e := range d.handled(2) { // the message of the log, and the form
		if e.Form && (e.Do != "resolve 123" || e.Message != "m9" || e.Room != bot.Channel(defaultAgentChannel) || len(e.Files) != 1) {
			t.Errorf("the form reached the inbox as %+v", e)
		}
	}
}

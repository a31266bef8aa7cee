package flows_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"helptic/bot"
	"helptic/storage"
	"helptic/storage/mongodb"
	"helptic/storage/mongodb/ferrettest"
	"helptic/storage/sqlite"
)

// drawnV1 is a message as it stood in the chat of the version that made the data.
type drawnV1 struct {
	ID      string      `json:"id"`
	Room    string      `json:"room"`
	Key     string      `json:"key"`
	Thread  string      `json:"thread,omitempty"`
	Only    string      `json:"only,omitempty"`
	Title   string      `json:"title,omitempty"`
	Buttons [][2]string `json:"buttons,omitempty"` // label and command
	Lists   []struct {
		Label   string      `json:"label"`
		Do      string      `json:"do"`
		Options [][2]string `json:"options"` // label and value
	} `json:"lists,omitempty"`
}

func drawnOfV1(t *testing.T, kind string) (all []drawnV1) {
	if err := json.Unmarshal(unzippedV1(t, "desk."+kind+".chat.json.gz"), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func roomOfV1(name string) bot.Room {
	person, home := strings.CutSuffix(name, "#home")
	switch {
	case home:
		return bot.Home(person)
	case name == "chat:mesa" || name == "chat:seguridad":
		return bot.Channel(name)
	}
	return bot.Direct(name)
}

// resumeV1 is a process over the data, in the chat as it stood.
func resumeV1(t *testing.T, store storage.Store, kind string) *stage {
	s := newStageOver(t, store)
	peopleOfV1(s)
	s.events = 1000
	s.now = time.Date(2026, 11, 26, 13, 30, 0, 0, time.UTC)
	for _, d := range drawnOfV1(t, kind) {
		o := bot.Outgoing{Room: roomOfV1(d.Room), Key: d.Key, Thread: d.Thread, EphemeralFor: d.Only, Message: bot.Message{Text: "Como estaba."}}
		if d.Title != "" {
			c := &bot.Card{Title: d.Title}
			for _, b := range d.Buttons {
				c.Buttons = append(c.Buttons, bot.Button{Label: b[0], Do: b[1]})
			}
			for _, l := range d.Lists {
				sel := bot.Select{Label: l.Label, Do: l.Do}
				for _, option := range l.Options {
					sel.Options = append(sel.Options, bot.Option{Label: option[0], Value: option[1]})
				}
				c.Selects = append(c.Selects, sel)
			}
			o.Message.Card = c
		}
		if id, err := s.chat.Send(t.Context(), o); err != nil || id != d.ID {
			t.Fatalf("%s stands as %s, %v", d.ID, id, err)
		}
	}
	s.chat.Changes()
	return s
}

// peopleOfV1 are those of the data that no story has.
func peopleOfV1(s *stage) {
	for i := range 20 {
		id := fmt.Sprintf("chat:m%d", i+1)
		s.chat.People[id] = bot.Person{ID: id, Name: fmt.Sprintf("Usuario %d", i+11)}
	}
	p := s.chat.People["chat:m18"]
	p.Email = "usuario28@entidad.gov.co"
	s.chat.People["chat:m18"] = p
}

// openV1 opens a copy of a database of the first version.
func openV1(t *testing.T, name, kind string) storage.Store {
	t.Helper()
	if kind == "sqlite" {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "helptic.db"), unzippedV1(t, name+".sqlite.gz"), 0o600); err != nil {
			t.Fatal(err)
		}
		store, err := sqlite.Open(t.Context(), dir, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		return store
	}
	uri := ferrettest.Start(t)
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(unzippedV1(t, name+".mongodb.jsonl.gz")) {
		var entry struct {
			Collection string
			Document   bson.Raw
		}
		if err := bson.UnmarshalExtJSON(line, true, &entry); err != nil {
			t.Fatal(err)
		}
		if _, err := client.Database("v1").Collection(entry.Collection).InsertOne(t.Context(), entry.Document); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.Disconnect(t.Context()); err != nil {
		t.Fatal(err)
	}
	store, err := mongodb.Open(t.Context(), uri, "v1", 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func unzippedV1(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/v1", name))
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if data, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	return data
}

// idsV1 are what stores and conversations make up: they differ from one making of the data to the next.
var idsV1 = regexp.MustCompile(`[A-Z2-7]{26}`)

// numberedV1 puts a number in the place of each id, by where it first stands.
func numberedV1(text string) string {
	known := map[string]string{}
	return idsV1.ReplaceAllStringFunc(text, func(id string) string {
		if known[id] == "" {
			known[id] = "id-" + strconv.Itoa(len(known)+1)
		}
		return known[id]
	})
}

func ticketsOfV1(t *testing.T, store storage.Store) string {
	t.Helper()
	all, err := store.Tickets(t.Context(), storage.Query{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(all)
	body, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return numberedV1(string(body)) + "\n"
}

func conversationsOfV1(t *testing.T, s *stage) string {
	t.Helper()
	var all []*storage.Conversation
	for person := range s.chat.People {
		c, err := s.store.Conversation(t.Context(), person)
		switch {
		case errors.Is(err, storage.ErrNotFound):
			continue
		case err != nil:
			t.Fatal(err)
		}
		c.Answer = nil // the journal's test shows it
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *storage.Conversation) int { return strings.Compare(a.Person, b.Person) })
	body, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return numberedV1(string(body)) + "\n"
}

func filesOfV1(t *testing.T, store storage.Store) {
	n := 0
	for _, found := range regexp.MustCompile(`"id": "([A-Z2-7]{26})",\s*"name": "(.+)",\s*"type": "(.+)",\s*"size": (\d+),\s*"sha256": "(\w+)"`).FindAllStringSubmatch(rawTickets(t, store), -1) {
		n++
		f, r, err := store.OpenFile(t.Context(), found[1])
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if got := []string{f.ID, f.Name, f.Type, strconv.FormatInt(f.Size, 10), f.SHA256}; !slices.Equal(got, found[1:]) || string(data) != "contenido de "+f.Name {
			t.Errorf("%q is %q and has %q", found[1:], got, data)
		}
	}
	if n < 5 {
		t.Errorf("only %d files", n)
	}
}

func rawTickets(t *testing.T, store storage.Store) string {
	all, err := store.Tickets(t.Context(), storage.Query{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// assertHoldsV1 compares JSON with what the first version read of the same data: nothing may be missing
// or different. What is new may be there.
func assertHoldsV1(t *testing.T, name, got string) {
	t.Helper()
	compareV1(t, unzippedV1(t, name), []byte(got))
}

func compareV1(t *testing.T, want, got []byte) {
	t.Helper()
	var w, g any
	if err := errors.Join(json.Unmarshal(want, &w), json.Unmarshal(got, &g)); err != nil {
		t.Fatal(err)
	}
	faults := 0
	containsV1(w, g, "", func(format string, args ...any) {
		if faults++; faults <= 10 {
			t.Errorf(format, args...)
		}
	})
	if faults > 10 {
		t.Errorf("and %d more", faults-10)
	}
}

func containsV1(want, got any, at string, fault func(string, ...any)) {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for k, v := range w {
			containsV1(v, g[k], at+"."+k, fault)
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			fault("%s has %d entries, want %d", at, len(g), len(w))
			return
		}
		for i := range w {
			containsV1(w[i], g[i], fmt.Sprintf("%s[%d]", at, i), fault)
		}
	default:
		empty := want == nil || want == "" || want == false || want == 0.0 || want == "0001-01-01T00:00:00Z"
		if !reflect.DeepEqual(want, got) && (!empty || got != nil) {
			fault("%s is %v, want %v", at, got, want)
		}
	}
}

// assertGoldenV1 compares text with a file. Files that show what was stored are only written where there is none.
func assertGoldenV1(t *testing.T, name, got string, rewrite bool) {
	t.Helper()
	path := filepath.Join("testdata/v1", name)
	want, err := os.ReadFile(path)
	if rewrite && !t.Failed() || *update && errors.Is(err, os.ErrNotExist) {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s reads another way now:\n%s", name, firstDifference(string(want), got))
	}
}

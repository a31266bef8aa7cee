package flows_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
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
	"helptic/bot/bottest"
	"helptic/storage"
	"helptic/storage/mongodb"
	"helptic/storage/mongodb/ferrettest"
	"helptic/storage/sqlite"
)

// TestDataOfV1 opens databases that the first version left in the middle of everything
// (testdata/v1/README.md) and goes on with them.
func TestDataOfV1(t *testing.T) {
	for _, kind := range []string{"sqlite", "mongodb"} {
		t.Run(kind, func(t *testing.T) {
			store := openV1(t, "desk", kind)
			t.Run("tickets are read", func(t *testing.T) {
				holds(t, "desk."+kind+".tickets.json.gz", ticketsOfV1(t, store))
			})
			t.Run("files are read", func(t *testing.T) { filesOfV1(t, store) })
			one := &oneByOne{Store: store}
			s := resumeV1(t, one, kind)
			t.Run("conversations are read", func(t *testing.T) {
				holds(t, "desk."+kind+".conversations.json.gz", conversationsOfV1(t, s))
			})
			t.Run("the journal is taken up", func(t *testing.T) { journalOfV1(t, s) })
			t.Run("the outbox is sent", func(t *testing.T) {
				s.t = t
				s.out.Reset()
				s.deliver(t)
				same(t, "desk.outbox.txt", s.out.String(), *update)
				later := s.now.Add(24 * time.Hour)
				if left, err := store.Owing(t.Context(), later, later, 100); err != nil || len(left) > 0 {
					t.Errorf("%d tickets have more to send, %v", len(left), err)
				}
			})
			t.Run("conversations go on", func(t *testing.T) {
				s.t = t
				s.out.Reset()
				for line := range strings.Lines(goOnWithV1) {
					who, what, _ := strings.Cut(strings.TrimSpace(line), "> ")
					fmt.Fprint(&s.out, line)
					s.act(who, what)
				}
				same(t, "desk.goeson.txt", s.out.String(), *update)
			})
			t.Run("time goes on", func(t *testing.T) {
				s.t = t
				s.out.Reset()
				for range 6 {
					s.now = s.now.Add(15 * time.Minute)
					if err := s.desk.Sweep(t.Context()); err != nil {
						t.Fatal(err)
					}
					s.recoverAll(t)
					s.deliver(t)
				}
				same(t, "desk.time.txt", s.out.String(), *update)
			})
		})
	}
}

// goOnWithV1 goes on from every question, with the buttons and lists as the first version drew them.
const goOnWithV1 = `m1> [Impresoras]
m2> [Mediana]
m3> [Físico]
m4> [Atasco de papel]
m5> El papel se atasca siempre.
m6> (Usar lo que escribí)
m7> (Quitar adjuntos)
m8> (Registrar solicitud)
m9> (Descripción)
m10> [Software]
m14> (Continuar)
m15> atrás
m16> (Retirar solicitud)
m17> (Ver todas las categorías)
m20> cancelar
agente1> (Telefonía IP > Configuración)
agente1> (Atrás)
usuario> (Agregarlo a la solicitud N.º 17)
agente1@mesa/7> Nota bajo una tarjeta de antes.
usuario@yo/7> Dato bajo una tarjeta de antes.
agente1@seguridad/12> {👀}
oficial> (Confirmar solución)
oficial> = Causas del problema: Desgaste. ; Solución: Se cambió.
usuaria2> (5 · Muy satisfecho)
`

// A button or list of the first version does today what it did: none is unknown.
func TestButtonsOfV1(t *testing.T) {
	s := resumeV1(t, &oneByOne{Store: openV1(t, "desk", "sqlite")}, "sqlite")
	for _, m := range drawnOfV1(t, "sqlite") {
		room := roomOfV1(m.Room)
		who := cmp.Or(m.Only, room.Direct, room.Home, "chat:agente1")
		press := func(label, do, value string) {
			s.events++
			e := bot.Event{Key: fmt.Sprintf("e%d", s.events), At: s.now, From: s.chat.People[who], Room: room, Message: m.ID, Do: do}
			if room.Home != "" {
				e.Room, e.Message = bot.Direct(who), ""
			}
			if value != "" {
				e.Values = map[string]string{"value": value}
			}
			fmt.Fprintf(&s.out, "%s · %s · %s\n", m.Room, m.Key, label)
			a, err := s.inbox.Accept(t.Context(), e)
			if err != nil {
				t.Fatal(err)
			}
			r, ok := a.Wait(t.Context())
			if !ok {
				t.Fatal("no answer")
			}
			if r.Notice != "" {
				s.print("", "~", r.Notice)
			}
			if r.Open != nil {
				s.print("", "?", r.Open.Title)
			}
			s.inbox.Wait()
			if strings.Contains(r.Notice, "ya no existe") {
				t.Errorf("%s: nobody knows %q any more", label, do)
			}
		}
		for _, b := range m.Buttons {
			press(b[0], b[1], "")
		}
		for _, l := range m.Lists {
			press(l.Options[0][0], l.Do, l.Options[0][1])
		}
	}
	same(t, "desk.buttons.txt", ids.ReplaceAllString(s.out.String(), "…"), *update)
}

// journalOfV1 takes up every event that was left, oldest first. What was handled is shown as it
// was stored, and never handled again.
func journalOfV1(t *testing.T, s *stage) {
	var handled []string
	handle := s.handle
	s.handle = func(ctx context.Context, e bot.Event) (bot.Reply, error) {
		handled = append(handled, e.Key)
		return handle(ctx, e)
	}
	defer func() { s.handle = handle }()
	var events, shown strings.Builder
	one := s.store.(*oneByOne)
	for {
		handled, one.last = nil, ""
		if err := s.inbox.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if one.last == "" {
			break
		}
		s.inbox.Wait()
		if len(handled) > 0 {
			fmt.Fprintf(&events, "%s is handled\n", one.last)
			fmt.Fprintf(&s.out, "%s\n", one.last)
			s.changes()
			continue
		}
		fmt.Fprintf(&events, "%s is shown\n", one.last)
		fmt.Fprintf(&shown, "%s\n", one.last)
		for _, c := range s.chat.Changes() {
			fmt.Fprintf(&shown, "%s %s %s\n", c.Room, ids.ReplaceAllString(c.Key, "…"), whole(t, c))
		}
	}
	same(t, "desk.events.txt", events.String(), false)
	same(t, "desk.shown.txt", shown.String(), false)
	same(t, "desk.handled.txt", s.out.String(), *update)
	later := s.now.Add(24 * time.Hour)
	if left, err := s.store.Pending(t.Context(), later, later, 100); err != nil || len(left) > 0 {
		t.Errorf("%d events are left, %v", len(left), err)
	}
}

// whole is everything that a message has, by names that belong to this file.
func whole(t *testing.T, c bottest.Change) string {
	type (
		m  = map[string]any
		ms = []map[string]any
	)
	files := func(all []bot.File) (out ms) {
		for _, f := range all {
			out = append(out, m{"id": f.ID, "name": f.Name, "type": f.Type, "size": f.Size, "sha256": f.SHA256})
		}
		return out
	}
	out := m{"text": c.Message.Text, "files": files(c.Message.Files), "only": c.Only, "in thread": c.Thread != "", "edited": c.Before != nil}
	if card := c.Message.Card; card != nil {
		var facts, selects, buttons ms
		for _, f := range card.Facts {
			facts = append(facts, m{"label": f.Label, "value": f.Value, "long": f.Long})
		}
		for _, s := range card.Selects {
			var options ms
			for _, o := range s.Options {
				options = append(options, m{"label": o.Label, "value": o.Value, "detail": o.Detail, "group": o.Group})
			}
			selects = append(selects, m{"label": s.Label, "do": s.Do, "options": options})
		}
		for _, b := range card.Buttons {
			buttons = append(buttons, m{"label": b.Label, "do": b.Do, "tone": b.Tone, "confirm": b.Confirm, "form": b.Form})
		}
		out["card"] = m{"title": card.Title, "subtitle": card.Subtitle, "tone": card.Tone, "text": card.Text, "note": card.Note,
			"facts": facts, "files": files(card.Files), "selects": selects, "buttons": buttons}
	}
	body, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return ids.ReplaceAllString(string(body), "…")
}

// oneByOne gives one event of the journal at a time, so that what comes of them has an order.
type oneByOne struct {
	storage.Store
	last string
}

func (o *oneByOne) Pending(ctx context.Context, now, until time.Time, _ int) ([]bot.Stored, error) {
	found, err := o.Store.Pending(ctx, now, until, 1)
	if len(found) > 0 {
		o.last = found[0].Key
	}
	return found, err
}

// recoverAll takes up what is pending.
func (s *stage) recoverAll(t *testing.T) {
	s.inbox.Wait()
	for one := s.store.(*oneByOne); ; s.inbox.Wait() {
		one.last = ""
		if err := s.inbox.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if one.last == "" {
			return
		}
	}
}

// deliver sends all that is to be sent and prints what changed.
func (s *stage) deliver(t *testing.T) {
	for {
		n, err := s.delivery.Deliver(t.Context(), s.desk)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	s.changes()
}

// changes prints every message that changed once, as it is now: those of many tickets come in any order.
func (s *stage) changes() {
	type at struct{ room, key string }
	last := map[at]bottest.Change{}
	for _, c := range append(s.chat.Changes(), s.mail.Changes()...) {
		last[at{c.Room.String(), c.Key}] = c
	}
	var out []string
	for a, c := range last {
		head := fmt.Sprintf("  %s %s", strings.TrimPrefix(a.room, "chat:"), ids.ReplaceAllString(a.key, "…"))
		if c.Thread != "" {
			head += " (hilo)"
		}
		if c.Only != "" {
			head += " (solo " + strings.TrimPrefix(c.Only, "chat:") + ")"
		}
		out = append(out, head+"\n      "+strings.Join(render(c.Message), "\n      ")+"\n")
	}
	slices.Sort(out)
	s.out.WriteString(strings.Join(out, ""))
}

// drawn is a message as it stood in the chat of the version that made the data.
type drawn struct {
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

func drawnOfV1(t *testing.T, kind string) (all []drawn) {
	if err := json.Unmarshal(unzipped(t, "desk."+kind+".chat.json.gz"), &all); err != nil {
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
		o := bot.Outgoing{Room: roomOfV1(d.Room), Key: d.Key, Thread: d.Thread, Only: d.Only, Message: bot.Message{Text: "Como estaba."}}
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
		if err := os.WriteFile(filepath.Join(dir, "helptic.db"), unzipped(t, name+".sqlite.gz"), 0o600); err != nil {
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
	for line := range bytes.Lines(unzipped(t, name+".mongodb.jsonl.gz")) {
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

func unzipped(t *testing.T, name string) []byte {
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

// ids are what stores and conversations make up: they differ from one making of the data to the next.
var ids = regexp.MustCompile(`[A-Z2-7]{26}`)

// numbered puts a number in the place of each id, by where it first stands.
func numbered(text string) string {
	known := map[string]string{}
	return ids.ReplaceAllStringFunc(text, func(id string) string {
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
	return numbered(string(body)) + "\n"
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
	return numbered(string(body)) + "\n"
}

func filesOfV1(t *testing.T, store storage.Store) {
	n := 0
	for _, found := range regexp.MustCompile(`"id": "([A-Z2-7]{26})",\s*"name": "([^"]+)"`).FindAllStringSubmatch(rawTickets(t, store), -1) {
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
		if f.Name != found[2] || f.Size != int64(len(data)) || string(data) != "contenido de "+f.Name {
			t.Errorf("%s is %+v and has %q", found[2], f, data)
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

// holds compares JSON with what the first version read of the same data: nothing may be missing
// or different. What is new may be there.
func holds(t *testing.T, name, got string) {
	t.Helper()
	compare(t, unzipped(t, name), []byte(got))
}

func compare(t *testing.T, want, got []byte) {
	t.Helper()
	var w, g any
	if err := errors.Join(json.Unmarshal(want, &w), json.Unmarshal(got, &g)); err != nil {
		t.Fatal(err)
	}
	faults := 0
	contains(w, g, "", func(format string, args ...any) {
		if faults++; faults <= 10 {
			t.Errorf(format, args...)
		}
	})
	if faults > 10 {
		t.Errorf("and %d more", faults-10)
	}
}

func contains(want, got any, at string, fault func(string, ...any)) {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for k, v := range w {
			contains(v, g[k], at+"."+k, fault)
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			fault("%s has %d entries, want %d", at, len(g), len(w))
			return
		}
		for i := range w {
			contains(w[i], g[i], fmt.Sprintf("%s[%d]", at, i), fault)
		}
	default:
		empty := want == nil || want == "" || want == false || want == 0.0 || want == "0001-01-01T00:00:00Z"
		if !reflect.DeepEqual(want, got) && (!empty || got != nil) {
			fault("%s is %v, want %v", at, got, want)
		}
	}
}

// same compares text with a file. Files that show what was stored are only written where there is none.
func same(t *testing.T, name, got string, rewrite bool) {
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

package flows_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/rs/zerolog"

	"helptic/bot"
	"helptic/bot/bottest"
	"helptic/flows"
	"helptic/flows/card"
	"helptic/storage"
	"helptic/storage/sqlite"
	"helptic/ticket"
)

var update = flag.Bool("update", false, "rewrite the bot's lines of the stories")

// TestStories plays the chats in testdata. What people do stands at the margin, what the
// bot answers is indented; -update rewrites only the latter.
//
//	usuario> hola                    writes to the bot
//	usuario> (Continuar)             presses the newest button with that label
//	usuario> (Continuar) viejo       presses the oldest one, as it was shown first
//	usuario> [Impresoras]            chooses it in the newest list that offers it
//	agente1@mesa> (Asignarme)        does it in the channel
//	agente1@mesa/1> texto            writes under the card of ticket 1
//	agente1> = Motivo: … ; Archivos  sends the form that is open
//	usuario> +foto.png texto         sends a file
//	+4h                              time passes
//
// Of the bot: "|" a message, "*" what changed in one, "?" a form, "!" its complaint, "~" a
// sentence that only that person sees; "🔔" is what notifications and screen readers say of a
// card, where that is not its title.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(want), once)
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(want) {
				t.Errorf("the story goes another way now (-update rewrites it):\n%s", firstDifference(string(want), got))
			}
		})
	}
}

// A process that dies between the effects of an event and the mark that they stand leaves the
// event to be handled again. Every story goes the same way where that happens at every event.
func TestStoriesHandledTwice(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	twice := func(handle bot.Handler) bot.Handler {
		return func(ctx context.Context, e bot.Event) (bot.Reply, error) {
			first, firstErr := handle(ctx, e)
			second, err := handle(ctx, e)
			if fmt.Sprint(firstErr) != fmt.Sprint(err) {
				t.Errorf("%s %q %q was answered %v, and again %v", e.Key, e.Do, e.Text, firstErr, err)
			}
			if (first.Open == nil) != (second.Open == nil) {
				t.Errorf("%s %q opened a form once", e.Key, e.Do)
			}
			return second, err
		}
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got := play(t, string(want), twice); got != string(want) {
				t.Errorf("handled twice, the story goes another way:\n%s", firstDifference(string(want), got))
			}
		})
	}
}

// once leaves the handler as it is.
func once(h bot.Handler) bot.Handler { return h }

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		at := func(l []string) string {
			if i < len(l) {
				return l[i]
			}
			return "(end)"
		}
		if at(w) != at(g) {
			return fmt.Sprintf("line %d\nwant %s\ngot  %s", i+1, at(w), at(g))
		}
	}
	return ""
}

// stage is the desk with a chat, a database and a clock of its own.
type stage struct {
	t        testing.TB
	now      time.Time
	mail     *bottest.Chat
	chat     *bottest.Chat
	store    storage.Store
	desk     *flows.Desk
	handle   bot.Handler
	inbox    *bot.Inbox
	delivery *bot.Outbox
	events   int
	forms    map[string]*bot.Form    // open, by person
	old      map[[2]string][2]string // by room and label, the first button: message and command
	out      strings.Builder
}

func newStage(t testing.TB) *stage {
	t.Helper()
	store, err := sqlite.Open(t.Context(), t.TempDir(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return newStageOver(t, store)
}

func newStageOver(t testing.TB, store storage.Store) *stage {
	t.Helper()
	data, err := os.ReadFile("../catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	cat, err := ticket.LoadCatalog(data)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, store: store, forms: map[string]*bot.Form{}, old: map[[2]string][2]string{},
		// A Friday, 10:00 in Bogotá.
		now: time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)}
	s.chat = &bottest.Chat{People: map[string]bot.Person{}, Members: map[string][]string{
		"chat:mesa": {"chat:agente1", "chat:agente2"}, "chat:seguridad": {"chat:agente1"}}}
	for id, name := range map[string]string{"usuario": "Usuario 1", "usuaria2": "Usuaria 2", "agente1": "Agente 1", "agente2": "Agente 2", "oficial": "Oficial 1", "supervisor": "Supervisión 1"} {
		s.chat.People["chat:"+id] = bot.Person{ID: "chat:" + id, Name: name}
	}
	s.chat.People["chat:usuaria2"] = bot.Person{ID: "chat:usuaria2", Name: "Usuaria 2", Email: "usuaria2@entidad.gov.co"}
	s.chat.People["chat:externo"] = bot.Person{ID: "chat:externo", Name: "Externo", Guest: true}
	now := func() time.Time { return s.now }
	s.mail = &bottest.Chat{AdapterName: "mail"}
	chats := []bot.Adapter{s.chat, s.mail}
	s.delivery = bot.NewOutbox(store, chats, now, zerolog.Nop())
	s.desk = &flows.Desk{Store: store, Catalog: cat, Directory: bot.NewDirectory(chats, now), Now: now, Log: zerolog.Nop(),
		WakeOutbox: s.delivery.Wake, Send: s.delivery.Send, AgentChannel: "chat:mesa", SecurityChannel: "chat:seguridad", Homes: []string{"chat"}, Mail: true, MailDesk: "mesa@entidad.gov.co", Supervisors: []string{"chat:supervisor"}}
	s.handle = s.desk.Handle
	s.inbox = bot.NewInbox(store, func(ctx context.Context, e bot.Event) (bot.Reply, error) { return s.handle(ctx, e) }, s.delivery, card.InboxTexts, now, zerolog.Nop())
	s.desk.Accept = func(ctx context.Context, e bot.Event) error {
		_, err := s.inbox.Accept(ctx, e)
		return err
	}
	t.Cleanup(func() {
		s.inbox.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func play(t *testing.T, story string, wrap func(bot.Handler) bot.Handler) string {
	s := newStage(t)
	s.handle = wrap(s.handle)
	for line := range strings.Lines(story) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "  ") {
			continue
		}
		fmt.Fprintln(&s.out, line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '+':
			d, err := time.ParseDuration(line[1:])
			if err != nil {
				t.Fatal(err)
			}
			s.now = s.now.Add(d)
			if err := s.desk.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.settle()
		default:
			who, what, ok := strings.Cut(line, "> ")
			if !ok {
				t.Fatalf("not a line of a story: %q", line)
			}
			s.act(who, what)
		}
	}
	return s.out.String()
}

// act does one thing of a person and prints what comes of it.
func (s *stage) act(who, what string) {
	s.t.Helper()
	who, place, _ := strings.Cut(who, "@")
	place, under, _ := strings.Cut(place, "/")
	s.events++
	e := bot.Event{Key: fmt.Sprintf("e%d", s.events), At: s.now, From: s.chat.People["chat:"+who], Room: bot.Direct("chat:" + who)}
	if place != "" && place != "yo" {
		e.Room = bot.Channel("chat:" + place)
	}
	if under != "" {
		for _, m := range s.chat.Room(e.Room.String()) {
			if m.Thread == "" && m.Message.Card != nil && strings.Contains(m.Message.Card.Title, "N.º "+under) {
				e.Thread = m.ID
			}
		}
		if e.Thread == "" {
			s.t.Fatalf("no card of ticket %s in %s", under, e.Room)
		}
	}
	switch {
	case strings.HasSuffix(what, ") viejo"):
		label := strings.Trim(strings.TrimSuffix(what, " viejo"), "()")
		e.Message, e.Do = s.old[[2]string{e.Room.String(), label}][0], s.old[[2]string{e.Room.String(), label}][1]
	case strings.HasPrefix(what, "("):
		s.press(&e, strings.Trim(what, "()"))
	case strings.HasPrefix(what, "["):
		s.choose(&e, strings.Trim(what, "[]"))
	case what == "{inicio}":
		e.Do = bot.DoHome
	case strings.HasPrefix(what, "{de "): // the shortcut at a message
		author, text, _ := strings.Cut(strings.TrimPrefix(what, "{de "), "} ")
		e.Do, e.Text, e.Values = bot.DoFromMessage, text, map[string]string{"author": "chat:" + author}
	case strings.HasPrefix(what, "{"): // a sign on the card
		e.Do, e.Message, e.Thread, e.Values = bot.DoReaction, e.Thread, "", map[string]string{"value": strings.Trim(what, "{}")}
	case strings.HasPrefix(what, "@"):
		e.Mention, e.Text = true, what[1:]
	case strings.HasPrefix(what, "= "):
		s.fill(&e, who, what[2:])
	case strings.HasPrefix(what, "+"):
		name, text, _ := strings.Cut(what[1:], " ")
		f, err := s.store.SaveFile(s.t.Context(), name, "application/octet-stream", strings.NewReader("contenido de "+name))
		if err != nil {
			s.t.Fatal(err)
		}
		e.Files, e.Text = []bot.File{f}, text
	default:
		e.Text = what
	}
	s.send(e, who)
}

func (s *stage) send(e bot.Event, who string) {
	s.t.Helper()
	a, err := s.inbox.Accept(s.t.Context(), e)
	if err != nil {
		s.t.Fatal(err)
	}
	if e.Do != "" {
		r, ok := a.Wait(s.t.Context())
		if !ok {
			s.t.Fatal("no answer")
		}
		if r.Notice != "" {
			s.print(who, "~", r.Notice)
		}
		for _, complaint := range r.Reject {
			s.print(who, "!", complaint)
		}
		if r.Open != nil {
			s.forms[who] = r.Open
			s.print(who, "?", r.Open.Title)
			for _, f := range r.Open.Fields {
				s.print(who, "?", "  "+f.Label)
			}
		}
	}
	s.settle()
}

// newest finds the last message of a room that has something.
func (s *stage) newest(room bot.Room, has func(*bot.Card) string) (id, do string) {
	for _, m := range slices.Backward(s.chat.Room(room.String())) {
		if m.Message.Card != nil {
			if do := has(m.Message.Card); do != "" {
				return m.ID, do
			}
		}
	}
	s.t.Fatalf("nothing like that in %s", room)
	return "", ""
}

func (s *stage) press(e *bot.Event, label string) {
	room := e.Room
	label, home := strings.CutPrefix(label, "inicio: ")
	if home {
		room = bot.Home(e.From.ID)
	}
	e.Message, e.Do = s.newest(room, func(c *bot.Card) string {
		for _, b := range c.Buttons {
			if b.Label == label {
				return b.Do
			}
		}
		return ""
	})
	if home {
		e.Message = "" // a page is no message
	}
}

func (s *stage) choose(e *bot.Event, label string) {
	e.Message, e.Do = s.newest(e.Room, func(c *bot.Card) string {
		for _, sel := range c.Selects {
			for _, o := range sel.Options {
				if o.Label == label {
					e.Values = map[string]string{"value": o.Value}
					return sel.Do
				}
			}
		}
		return ""
	})
}

// fill sends the open form: "Label: value ; Label: value".
func (s *stage) fill(e *bot.Event, who, text string) {
	form := s.forms[who]
	if form == nil {
		s.t.Fatalf("%s has no form open", who)
	}
	e.Do, e.Form, e.Values = form.Do, true, map[string]string{}
	for _, f := range form.Fields {
		e.Values[f.Name] = f.Value
	}
	for part := range strings.SplitSeq(text, " ; ") {
		label, value, _ := strings.Cut(part, ": ")
		i := slices.IndexFunc(form.Fields, func(f bot.Field) bool { return f.Label == label })
		if i < 0 {
			s.t.Fatalf("the form has no field %q", label)
		}
		f := form.Fields[i]
		if f.Kind == bot.PersonPicker {
			value = "chat:" + value
		}
		for _, o := range f.Options {
			if o.Label == value {
				value = o.Value
			}
		}
		e.Values[f.Name] = value
	}
}

// settle lets everything that is owed be said, and prints it room by room.
func (s *stage) settle() {
	s.t.Helper()
	s.inbox.Wait()
	for {
		n, err := s.delivery.Drain(s.t.Context(), s.desk)
		if err != nil {
			s.t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	changes := append(s.chat.Changes(), s.mail.Changes()...)
	slices.SortStableFunc(changes, func(a, b bottest.Change) int { return strings.Compare(a.Room.String(), b.Room.String()) })
	for _, c := range changes {
		s.keep(c)
		room := strings.TrimPrefix(c.Room.String(), "chat:")
		if c.Thread != "" {
			room += "/hilo"
		}
		if c.EphemeralFor != "" {
			room += " (solo " + strings.TrimPrefix(c.EphemeralFor, "chat:") + ")"
		}
		lines := render(c.Message)
		mark := "|"
		if c.Before != nil {
			mark = "*"
			before := render(*c.Before)
			if slices.Equal(lines, before) {
				continue
			}
			lines = slices.DeleteFunc(lines[1:], func(l string) bool { return slices.Contains(before, l) })
			lines = append([]string{render(c.Message)[0]}, lines...)
		}
		for _, l := range lines {
			s.print(room, mark, l)
		}
	}
}

// keep remembers the first button with each label.
func (s *stage) keep(c bottest.Change) {
	if c.Message.Card == nil {
		return
	}
	for _, b := range c.Message.Card.Buttons {
		k := [2]string{c.Room.String(), b.Label}
		if _, ok := s.old[k]; !ok {
			s.old[k] = [2]string{c.ID, b.Do}
		}
	}
}

func (s *stage) print(room, mark, text string) {
	for l := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(&s.out, "  %s %s %s\n", room, mark, l)
	}
}

// render is a message as lines of text.
func render(m bot.Message) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if m.Card == nil {
		out = strings.Split(m.Text, "\n")
	} else {
		c := m.Card
		title := card.Summary(c)
		add("[%s]", title)
		if m.Text != title {
			add("🔔 %s", m.Text)
		}
		if c.Text != "" {
			out = append(out, strings.Split(c.Text, "\n")...)
		}
		for _, f := range c.Facts {
			add("%s: %s", f.Label, f.Value)
		}
		for _, f := range c.Files {
			add("+%s", f.Name)
		}
		for _, sel := range c.Selects {
			var names []string
			for _, o := range sel.Options {
				names = append(names, o.Label)
			}
			if len(names) > 6 {
				names = append(names[:5], strconv.Itoa(len(sel.Options)-5)+" más")
			}
			add("<%s: %s>", sel.Label, strings.Join(names, ", "))
		}
		var labels []string
		for _, b := range c.Buttons {
			labels = append(labels, "("+b.Label+")")
		}
		if len(labels) > 0 {
			add("%s", strings.Join(labels, " "))
		}
		if c.Note != "" {
			add("_%s_", c.Note)
		}
	}
	for _, f := range m.Files {
		add("+%s", f.Name)
	}
	return out
}

package flows_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"helptic/bot"
	"helptic/storage"
	"helptic/ticket"
)

// A file that comes with a word of courtesy, or with a command, is attached once.
func TestFilesWithKeywordsAreAttachedOnce(t *testing.T) {
	for _, text := range []string{"listo", "ok", "gracias", "continuar", "atrás", "menú", "la foto"} {
		t.Run(text, func(t *testing.T) {
			s := newStage(t)
			for _, words := range []string{"nueva", "impresoras", "atasco", "mediana", "Se atascó el papel."} {
				s.act("usuario", words)
			}
			s.act("usuario", "+foto.png "+text)
			c, err := s.store.Conversation(t.Context(), "chat:usuario")
			if err != nil || len(c.Files) != 1 {
				t.Errorf("%d files, %v", len(c.Files), err)
			}
		})
	}
}

// What somebody writes under the card of an old ticket goes to that ticket, however many
// they have registered since.
func TestWordsUnderAnOldCard(t *testing.T) {
	s := newStage(t)
	s.register(1)
	s.settle()
	who := bot.Person{ID: "chat:persona1", Name: "Usuario"}
	card := s.chat.Room(who.ID)
	old := card[len(card)-1].ID
	first, err := s.store.Ticket(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 105 {
		other := *first
		other.Draft, other.Card, other.Outbox = fmt.Sprint("other", n), fmt.Sprintf("draft/other%d/1", n), nil
		if _, err := s.store.CreateTicket(t.Context(), &other, func(*ticket.Ticket) {}); err != nil {
			t.Fatal(err)
		}
	}
	s.send(bot.Event{Key: "under", At: s.now, From: who, Room: bot.Direct(who.ID), Thread: old, Text: "Es la del piso 3."}, "persona1")
	first, err = s.store.Ticket(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if last := first.Last(); last.Action != ticket.Comment || last.Fields["text"] != "Es la del piso 3." {
		t.Errorf("the last record is %+v", last)
	}
	if c, err := s.store.Conversation(t.Context(), who.ID); err != nil || c.ID != "" {
		t.Errorf("a request was begun: %+v, %v", c, err)
	}
}

// sealed is a store whose files cannot be opened.
type sealed struct {
	storage.Store
	t *testing.T
}

func (s sealed) OpenFile(context.Context, string) (bot.File, io.ReadCloser, error) {
	s.t.Error("the bytes of a file were read")
	return bot.File{}, nil, errors.New("sealed")
}

// A form's files are described from what is stored about them, without their bytes; an id that
// nobody stored is refused.
func TestFormFilesAreNotRead(t *testing.T) {
	s := newStage(t)
	s.register(1)
	f, err := s.store.SaveFile(t.Context(), "foto.png", "image/png", strings.NewReader("bytes"))
	if err != nil {
		t.Fatal(err)
	}
	s.desk.Store = sealed{s.store, t}
	e := bot.Event{Key: "note", At: s.now, From: s.chat.People["chat:agente1"], Room: bot.Channel("chat:mesa"), Do: "act note 1", Form: true,
		Values: map[string]string{"text": "Con foto.", "files": f.ID}}
	if _, err := s.desk.Handle(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	tk, err := s.store.Ticket(t.Context(), 1)
	if err != nil || len(tk.Last().Files) != 1 || bot.File(tk.Last().Files[0]) != f {
		t.Errorf("%+v, %v", tk.Last(), err)
	}
	e.Key, e.Values["files"] = "other", "nobody"
	var complaint *bot.UserError
	if _, err := s.desk.Handle(t.Context(), e); !errors.As(err, &complaint) || complaint.Field != "files" {
		t.Errorf("a file that nobody stored: %v", err)
	}
}

// Two people of one name who cannot be notified are two records, and what is refused on another
// day is recorded again.
func TestUndeliverableIsRecordedByAddressAndDay(t *testing.T) {
	s := newStage(t)
	s.desk.Mail = false
	for _, who := range []string{"oficial1", "oficial2"} {
		s.chat.People["chat:"+who] = bot.Person{ID: "chat:" + who, Name: "Oficial"}
	}
	s.register(1)
	s.settle()
	s.chat.Fail(func(o bot.Outgoing) error {
		if strings.HasPrefix(o.Room.Direct, "chat:oficial") {
			return errors.New("account_inactive")
		}
		return nil
	})
	n := 0
	do := func(do string, values map[string]string) {
		t.Helper()
		n++
		e := bot.Event{Key: fmt.Sprint("k", n), At: s.now, From: s.chat.People["chat:agente1"], Room: bot.Channel("chat:mesa"), Do: do, Form: true, Values: values}
		if _, err := s.desk.Handle(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		s.settle()
	}
	recorded := func() (addresses []string) {
		t.Helper()
		tk, err := s.store.Ticket(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range tk.History {
			if r.Action == ticket.Undeliverable {
				addresses = append(addresses, r.Fields["address"])
			}
		}
		return addresses
	}
	for _, who := range []string{"chat:oficial1", "chat:oficial2"} {
		do("act escalate 1", map[string]string{"person": who, "justification": "No hay repuesto."})
		do("act note 1", map[string]string{"text": "Sigue igual."})
		do("act resume 1", nil)
	}
	if got := fmt.Sprint(recorded()); got != "[chat:oficial1 chat:oficial2]" {
		t.Errorf("recorded for %s", got)
	}
	s.now = s.now.Add(24 * time.Hour)
	do("act note 1", map[string]string{"text": "Otro día."})
	if got := fmt.Sprint(recorded()); got != "[chat:oficial1 chat:oficial2 chat:oficial2]" {
		t.Errorf("recorded the next day for %s", got)
	}
}

// After an outage, whoever has late reminders gets one message; it is accepted before the
// reminders are marked as given.
func TestLateRemindersSurviveAnInboxThatIsAway(t *testing.T) {
	s := newStage(t)
	s.register(1)
	s.settle()
	accept := s.desk.Accept
	s.desk.Accept = func(context.Context, bot.Event) error { return errors.New("database is away") }
	s.now = s.now.Add(72 * time.Hour) // a weekend, and the promise broken hours ago
	if err := s.desk.Sweep(t.Context()); err == nil {
		t.Fatal("the sweep hides that nothing could be accepted")
	}
	tk, err := s.store.Ticket(t.Context(), 1)
	if err != nil || len(tk.Reminded) != 0 || len(tk.Outbox) != 0 {
		t.Fatalf("marked %v, enqueued %v, %v", tk.Reminded, tk.Outbox, err)
	}
	s.desk.Accept = accept
	if err := s.desk.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.settle()
	catchUps := 0
	for _, m := range s.chat.Room("chat:mesa") {
		if strings.HasPrefix(m.Message.Text, "Puesta al día") {
			catchUps++
		}
	}
	if tk, err = s.store.Ticket(t.Context(), 1); err != nil || catchUps != 1 || len(tk.Reminded) == 0 {
		t.Errorf("%d messages, marked %v, %v", catchUps, tk.Reminded, err)
	}
}

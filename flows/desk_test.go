package flows_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"helptic/bot"
	"helptic/storage"
	"helptic/ticket"
)

// forgetful is a store whose process dies before the conversation is saved, once.
type forgetful struct {
	storage.Store
	die bool
}

var errDied = errors.New("the process died here")

func (f *forgetful) SaveConversation(ctx context.Context, c *storage.Conversation) error {
	if f.die && c.ID == "" {
		f.die = false
		return errDied
	}
	return f.Store.SaveConversation(ctx, c)
}

// Registering is repeated when the process dies between the ticket and the end of the
// conversation: it finds the ticket that it made.
func TestRegisterSurvivesDeath(t *testing.T) {
	s := newStage(t)
	f := &forgetful{Store: s.store}
	s.desk.Store = f
	who := bot.Person{ID: "chat:usuario", Name: "Usuario 1"}
	for i, text := range []string{"se me atascó el papel en la impresora", "impresoras > atasco de papel", "mediana", "usar", "continuar", "registrar"} {
		e := bot.Event{Key: fmt.Sprint("k", i), At: s.now, From: who, Room: bot.Direct(who.ID), Text: text}
		f.die = text == "registrar"
		_, err := s.desk.Handle(t.Context(), e)
		if f.die = false; text == "registrar" {
			if !errors.Is(err, errDied) {
				t.Fatalf("it did not die: %v", err)
			}
			_, err = s.desk.Handle(t.Context(), e)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	found, err := s.store.Tickets(t.Context(), storage.Query{})
	if err != nil || len(found) != 1 || len(found[0].History) != 1 {
		t.Fatalf("%d tickets, %v", len(found), err)
	}
	s.settle()
	cards := 0
	for _, m := range s.chat.Room("chat:mesa") {
		if m.Thread == "" {
			cards++
		}
	}
	if cards != 1 {
		t.Errorf("%d cards", cards)
	}
}

// Thirty-two people press at once: one takes the ticket, the others are told who has it.
func TestManyTakeOne(t *testing.T) {
	s := newStage(t)
	s.register(1)
	s.settle()
	const agents = 32
	for i := range agents {
		id := fmt.Sprintf("chat:a%d", i)
		s.chat.People[id] = bot.Person{ID: id, Name: fmt.Sprintf("Agente %d", i)}
		s.chat.Members["chat:mesa"] = append(s.chat.Members["chat:mesa"], id)
	}
	var mu sync.Mutex
	won, told := 0, 0
	var all sync.WaitGroup
	for i := range agents {
		all.Go(func() {
			e := bot.Event{Key: fmt.Sprintf("t%d", i), At: s.now, From: s.chat.People[fmt.Sprintf("chat:a%d", i)], Room: bot.Channel("chat:mesa"), Do: "act take 1 -"}
			_, err := s.desk.Handle(t.Context(), e)
			mu.Lock()
			defer mu.Unlock()
			var said *bot.UserError
			switch {
			case err == nil:
				won++
			case errors.As(err, &said) && strings.Contains(said.Text, "ya tiene la solicitud"):
				told++
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won != 1 || told != agents-1 {
		t.Errorf("%d won, %d were told", won, told)
	}
}

// A requester who cannot be written to is recorded once, and the agents see it.
func TestUnreachableRequester(t *testing.T) {
	s := newStage(t)
	s.register(1)
	s.settle()
	s.chat.Fail(func(o bot.Outgoing) error {
		if o.Room.Direct == "chat:persona1" {
			return errors.New("account_inactive")
		}
		return nil
	})
	for i, do := range []string{"act take 1 -", "act note 1", "act take 1 chat:agente1"} {
		e := bot.Event{Key: fmt.Sprint("d", i), At: s.now, From: s.chat.People[fmt.Sprint("chat:agente", 1+i/2)], Room: bot.Channel("chat:mesa"),
			Do: do, Form: true, Values: map[string]string{"text": "nota"}}
		if _, err := s.desk.Handle(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		s.settle()
	}
	tk, err := s.store.Ticket(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	times := 0
	for _, r := range tk.History {
		if r.Action == ticket.Undeliverable {
			times++
		}
	}
	if times != 1 || len(tk.Outbox) != 0 {
		t.Errorf("recorded %d times, %d notifications left", times, len(tk.Outbox))
	}
}

// Whoever the chat lets nobody write to is written to by mail, once for each thing that is news.
func TestMailInstead(t *testing.T) {
	s := newStage(t)
	s.desk.Mail = true
	s.register(1)
	s.settle()
	s.chat.Fail(func(o bot.Outgoing) error {
		if o.Room.Direct == "chat:usuaria2" || o.Room.Direct == "chat:persona1" {
			return errors.New("never wrote to the bot")
		}
		return nil
	})
	s.chat.People["chat:persona1"] = bot.Person{ID: "chat:persona1", Name: "Persona 1", Email: "persona1@entidad.gov.co"}
	_, err := s.store.UpdateTicket(t.Context(), 1, func(tk *ticket.Ticket) error {
		tk.Requester.Email = "persona1@entidad.gov.co"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range []bot.Event{
		{Do: "act take 1 -"},
		{Do: "act reply 1", Values: map[string]string{"text": "¿De qué piso es?\nConteste por favor."}},
		{Do: "act escalate 1", Values: map[string]string{"person": "chat:usuaria2", "justification": "No hay repuesto."}},
		{Do: "act note 1", Values: map[string]string{"text": "Sigue igual."}},
	} {
		e.Key, e.At, e.From, e.Room, e.Form = fmt.Sprint("d", i), s.now, s.chat.People["chat:agente1"], bot.Channel("chat:mesa"), e.Values != nil
		if _, err := s.desk.Handle(t.Context(), e); err != nil {
			t.Fatal(e.Do, err)
		}
		s.settle()
	}
	tk, err := s.store.Ticket(t.Context(), 1)
	if err != nil || len(tk.Outbox) != 0 {
		t.Fatalf("%d notifications left, %v", len(tk.Outbox), err)
	}
	var subjects []string
	for _, address := range []string{"persona1@entidad.gov.co", "usuaria2@entidad.gov.co"} {
		for _, m := range s.mail.Room("mail:" + address) {
			subjects = append(subjects, m.Message.Text)
			if strings.Contains(m.Message.Text, "Agente 1 le respondió") && !strings.Contains(m.Message.Card.Text, "Conteste por favor.") {
				t.Errorf("the question is not in the mail: %+v", m.Message.Card)
			}
			if len(m.Message.Card.Buttons) > 0 {
				t.Error("a mail has buttons")
			}
		}
	}
	want := []string{"Ya atendemos su solicitud N.º 1", "Solicitud N.º 1: Agente 1 le respondió", "Solicitud N.º 1: se escaló a Usuaria 2, de la Oficina de Tecnología",
		"Se le escaló la solicitud N.º 1: Impresoras > Atasco de papel"}
	if !slices.Equal(subjects, want) {
		t.Errorf("mails\n got %q\nwant %q", subjects, want)
	}
	for _, m := range s.chat.Room("chat:mesa") {
		if strings.Contains(m.Message.Text, "Avísele por otro medio") {
			t.Errorf("the agents are asked to do what a mail did: %s", m.Message.Text)
		}
	}
}

// A channel that fails for a while gets everything afterwards, in order, and nothing spins
// meanwhile.
func TestChannelAway(t *testing.T) {
	s := newStage(t)
	asked := 0
	s.chat.Fail(func(o bot.Outgoing) error {
		if o.Room.Channel == "" {
			return nil
		}
		asked++
		return &bot.RetryError{After: 10 * time.Minute, Err: errors.New("429")}
	})
	s.register(1)
	for i, do := range []string{"act take 1 -", "act note 1"} {
		e := bot.Event{Key: fmt.Sprint("d", i), At: s.now, From: s.chat.People["chat:agente1"], Room: bot.Channel("chat:mesa"), Do: do, Form: true, Values: map[string]string{"text": "nota"}}
		if _, err := s.desk.Handle(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		s.settle()
	}
	if asked != 1 {
		t.Errorf("a resting channel was asked %d times", asked)
	}
	s.chat.Fail(nil)
	s.now = s.now.Add(11 * time.Minute)
	s.settle()
	said := s.chat.Room("chat:mesa")
	if len(said) != 3 || said[0].Message.Card == nil || !strings.Contains(said[1].Message.Text, "se asignó") || !strings.Contains(said[2].Message.Text, "nota") {
		t.Errorf("said %+v", said)
	}
}

// Nobody acts on, reads or rates what is not theirs.
func TestNotTheirs(t *testing.T) {
	s := newStage(t)
	s.register(1)
	s.settle()
	for _, do := range []string{"act take 1 -", "act resolve 1", "act validate 1", "act rate 1 5", "act withdraw 1", "act reply 1", "act close 1", "act receive 1", "show 1", "act take 0 -", "act take 99 -", "act fly 1", "fly", "intake x confirm"} {
		for _, form := range []bool{false, true} {
			e := bot.Event{Key: do + fmt.Sprint(form), At: s.now, From: s.chat.People["chat:usuaria2"], Room: bot.Direct("chat:usuaria2"), Do: do, Form: form,
				Values: map[string]string{"solution": "x", "adequate": "yes", "reason": "x", "text": "x"}}
			r, err := s.desk.Handle(t.Context(), e)
			var said *bot.UserError
			if r.Notice == "" && !errors.As(err, &said) || r.Open != nil || len(r.Posts) > 0 {
				t.Errorf("%s: %+v %v", do, r, err)
			}
		}
	}
	tk, err := s.store.Ticket(t.Context(), 1)
	if err != nil || len(tk.History) != 1 {
		t.Errorf("history %v, %v", tk.History, err)
	}
	guest := bot.Event{Key: "g", From: bot.Person{ID: "chat:externo", Guest: true}, Room: bot.Direct("chat:externo"), Text: "hola"}
	if r, err := s.desk.Handle(t.Context(), guest); err != nil || r.Notice == "" || len(r.Posts) > 0 {
		t.Errorf("a guest was served: %+v %v", r, err)
	}
}

// FuzzWords: whatever somebody writes or presses, the desk answers without failing.
func FuzzWords(f *testing.F) {
	for _, text := range []string{"hola", "estado 99999999999999999999", "se me atascó el papel", "\x00\u202e<!channel>", "1", "atrás", strings.Repeat("ñ", 5000)} {
		f.Add(text, "")
	}
	for _, do := range []string{"intake x category", "act take 1 -", "act rate 1 9", "show", "act assign 1"} {
		f.Add("x", do)
	}
	s := newStage(f)
	s.register(1)
	n := 0
	f.Fuzz(func(t *testing.T, text, do string) {
		n++
		for _, who := range []string{"chat:usuario", "chat:agente1"} {
			e := bot.Event{Key: fmt.Sprint("f", n, who), At: s.now, From: s.chat.People[who], Room: bot.Direct(who), Text: text, Do: do, Form: n%2 == 0,
				Values: map[string]string{"value": text, "person": text, "reason": text, "files": text, "expected": text, "entry": text, "impact": text, "email": text}}
			_, err := s.desk.Handle(context.Background(), e)
			var said *bot.UserError
			if err != nil && !errors.As(err, &said) {
				t.Fatal(err)
			}
		}
	})
}

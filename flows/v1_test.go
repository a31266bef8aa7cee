package flows_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"helptic/bot"
	"helptic/bot/bottest"
	"helptic/storage"
)

// TestDataOfV1 opens databases that the first version left in the middle of everything
// (testdata/v1/README.md) and goes on with them.
func TestDataOfV1(t *testing.T) {
	for _, kind := range []string{"sqlite", "mongodb"} {
		t.Run(kind, func(t *testing.T) {
			store := openV1(t, "desk", kind)
			t.Run("tickets are read", func(t *testing.T) {
				assertHoldsV1(t, "desk."+kind+".tickets.json.gz", ticketsOfV1(t, store))
			})
			t.Run("files are read", func(t *testing.T) { filesOfV1(t, store) })
			one := &oneEventV1{Store: store}
			s := resumeV1(t, one, kind)
			t.Run("conversations are read", func(t *testing.T) {
				assertHoldsV1(t, "desk."+kind+".conversations.json.gz", conversationsOfV1(t, s))
			})
			t.Run("the journal is taken up", func(t *testing.T) { journalOfV1(t, s) })
			t.Run("the outbox is sent", func(t *testing.T) {
				s.t = t
				s.out.Reset()
				s.deliverV1(t)
				assertGoldenV1(t, "desk.outbox.txt", s.out.String(), *update)
				later := s.now.Add(24 * time.Hour)
				if left, err := store.LeaseNotifications(t.Context(), later, later, 100); err != nil || len(left) > 0 {
					t.Errorf("%d tickets have more to send, %v", len(left), err)
				}
			})
			t.Run("conversations go on", func(t *testing.T) {
				s.t = t
				s.out.Reset()
				for line := range strings.Lines(stepsOverV1) {
					who, what, _ := strings.Cut(strings.TrimSpace(line), "> ")
					fmt.Fprint(&s.out, line)
					s.act(who, what)
				}
				assertGoldenV1(t, "desk.goeson.txt", s.out.String(), *update)
			})
			t.Run("time goes on", func(t *testing.T) {
				s.t = t
				s.out.Reset()
				for range 6 {
					s.now = s.now.Add(15 * time.Minute)
					if err := s.desk.Sweep(t.Context()); err != nil {
						t.Fatal(err)
					}
					s.recoverAllV1(t)
					s.deliverV1(t)
				}
				assertGoldenV1(t, "desk.time.txt", s.out.String(), *update)
			})
		})
	}
}

// stepsOverV1 goes on from every question, with the buttons and lists as the first version drew them.
const stepsOverV1 = `m1> [Impresoras]
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
	s := resumeV1(t, &oneEventV1{Store: openV1(t, "desk", "sqlite")}, "sqlite")
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
	assertGoldenV1(t, "desk.buttons.txt", idsV1.ReplaceAllString(s.out.String(), "…"), *update)
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
	one := s.store.(*oneEventV1)
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
			s.changesV1()
			continue
		}
		fmt.Fprintf(&events, "%s is shown\n", one.last)
		fmt.Fprintf(&shown, "%s\n", one.last)
		for _, c := range s.chat.Changes() {
			fmt.Fprintf(&shown, "%s %s %s\n", c.Room, idsV1.ReplaceAllString(c.Key, "…"), fullV1(t, c))
		}
	}
	assertGoldenV1(t, "desk.events.txt", events.String(), false)
	assertGoldenV1(t, "desk.shown.txt", shown.String(), false)
	assertGoldenV1(t, "desk.handled.txt", s.out.String(), *update)
	later := s.now.Add(24 * time.Hour)
	if left, err := s.store.LeaseEvents(t.Context(), later, later, 100); err != nil || len(left) > 0 {
		t.Errorf("%d events are left, %v", len(left), err)
	}
}

// fullV1 is everything that a message has, by names that belong to this file.
func fullV1(t *testing.T, c bottest.Change) string {
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
	out := m{"text": c.Message.Text, "files": files(c.Message.Files), "only": c.EphemeralFor, "in thread": c.Thread != "", "edited": c.Before != nil}
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
	return idsV1.ReplaceAllString(string(body), "…")
}

// oneEventV1 gives one event of the journal at a time, so that what comes of them has an order.
type oneEventV1 struct {
	storage.Store
	last string
}

func (o *oneEventV1) LeaseEvents(ctx context.Context, now, until time.Time, _ int) ([]bot.StoredEvent, error) {
	found, err := o.Store.LeaseEvents(ctx, now, until, 1)
	if len(found) > 0 {
		o.last = found[0].Key
	}
	return found, err
}

// recoverAllV1 takes up what is pending.
func (s *stage) recoverAllV1(t *testing.T) {
	s.inbox.Wait()
	for one := s.store.(*oneEventV1); ; s.inbox.Wait() {
		one.last = ""
		if err := s.inbox.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if one.last == "" {
			return
		}
	}
}

// deliverV1 sends all that is to be sent and prints what changed.
func (s *stage) deliverV1(t *testing.T) {
	for {
		n, err := s.delivery.Drain(t.Context(), s.desk)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	s.changesV1()
}

// changesV1 prints every message that changed once, as it is now: those of many tickets come in any order.
func (s *stage) changesV1() {
	type at struct{ room, key string }
	last := map[at]bottest.Change{}
	for _, c := range append(s.chat.Changes(), s.mail.Changes()...) {
		last[at{c.Room.String(), c.Key}] = c
	}
	var out []string
	for a, c := range last {
		head := fmt.Sprintf("  %s %s", strings.TrimPrefix(a.room, "chat:"), idsV1.ReplaceAllString(a.key, "…"))
		if c.Thread != "" {
			head += " (hilo)"
		}
		if c.EphemeralFor != "" {
			head += " (solo " + strings.TrimPrefix(c.EphemeralFor, "chat:") + ")"
		}
		out = append(out, head+"\n      "+strings.Join(render(c.Message), "\n      ")+"\n")
	}
	slices.Sort(out)
	s.out.WriteString(strings.Join(out, ""))
}

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"helptic/storage"
	"helptic/ticket"
)

// person does in the web chat what a browser does: the same request again until it is answered.
type person struct {
	vs   *victims
	name string
	once *int
	lost *int // presses that were sent more than once
}

type shownMessage struct {
	ID, Text, Thread, From string
	Card                   *struct {
		Title, Subtitle string
		Buttons         []struct{ Label, Do string }
	}
}

type answered struct {
	Open *struct {
		Token  string
		Fields []struct{ Name, Value string }
	}
	Reject map[string]string
	Notice string
}

type shownState struct {
	Position int64
	Rooms    []struct {
		ID       string
		Earlier  bool
		Messages []shownMessage
	}
}

func (p person) ask(method, path string, body any, into any) bool {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			p.vs.t.Fatal(err)
		}
	}
	v := p.vs.next()
	r, err := http.NewRequestWithContext(p.vs.t.Context(), method, "http://"+v.addr+path, bytes.NewReader(text))
	if err != nil {
		p.vs.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if method == http.MethodPost {
		p.vs.sending(v, p.name+" "+path)
	}
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 500 {
		return false
	}
	if answer.StatusCode >= 400 {
		p.vs.t.Fatalf("%s was answered %d %s", path, answer.StatusCode, all)
	}
	return into == nil || json.Unmarshal(all, into) == nil
}

func (p person) until(what string, try func() bool) {
	p.vs.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 6000 { // a minute: a lease of a dead process and more
		if p.vs.t.Failed() {
			p.vs.t.FailNow()
		}
		if try() {
			return
		}
		<-tick.C
	}
	p.vs.t.Fatalf("%s: never %s", p.name, what)
}

func (p person) uuid() string {
	*p.once++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", *p.once)
}

// room reads what stands in one of the person's rooms.
func (p person) room(id string) (all []shownMessage, ok bool) {
	var s shownState
	if !p.ask(http.MethodGet, "/web/state?person=web:"+p.name, nil, &s) {
		return nil, false
	}
	for _, r := range s.Rooms {
		if r.ID == id {
			return r.Messages, true
		}
	}
	return nil, true
}

func (p person) says(text string) {
	body := map[string]any{"person": "web:" + p.name, "once": p.uuid(), "room": "web:" + p.name, "thread": "", "text": text, "files": []string{}}
	p.until("said", func() bool { return p.ask(http.MethodPost, "/web/messages", body, nil) })
}

// presses the newest button with a label on a card about something once it is there, and
// fills in the form it opens. A form that was lost with the process is opened again.
func (p person) presses(room, about, label string, values map[string]string) {
	p.vs.t.Helper()
	p.until("pressed "+label, func() bool {
		message, do := p.find(room, about, label)
		if do == "" {
			return false
		}
		body := map[string]any{"person": "web:" + p.name, "once": p.uuid(), "message": message, "do": do}
		var a answered
		tries := 0
		p.until("answered", func() bool { tries++; return p.ask(http.MethodPost, "/web/presses", body, &a) })
		if tries > 1 {
			*p.lost++
		}
		if a.Notice != "" {
			p.vs.t.Fatalf("%s pressed %s and was told %q", p.name, label, a.Notice)
		}
		if values == nil {
			return true
		}
		if a.Open == nil {
			return false
		}
		sent := map[string]string{}
		for _, f := range a.Open.Fields {
			sent[f.Name] = f.Value
			if v, ok := values[f.Name]; ok {
				sent[f.Name] = v
			}
		}
		form := map[string]any{"person": "web:" + p.name, "once": p.uuid(), "token": a.Open.Token, "values": sent}
		var done answered
		p.until("sent", func() bool { return p.ask(http.MethodPost, "/web/forms", form, &done) })
		if done.Notice != "" || len(done.Reject) > 0 {
			p.vs.t.Fatalf("the form of %s was answered %q %v", label, done.Notice, done.Reject)
		}
		return true
	})
}

func (p person) find(room, about, label string) (message, do string) {
	all, _ := p.room(room)
	return button(all, about, label)
}

func button(all []shownMessage, about, label string) (message, do string) {
	for _, m := range slices.Backward(all) {
		if m.Card == nil || !strings.Contains(m.Card.Title+" ", about) {
			continue
		}
		for _, b := range m.Card.Buttons {
			if b.Label == label {
				return m.ID, b.Do
			}
		}
	}
	return "", ""
}

// isRidOf waits until a button is not offered any more: what it did has been done.
func (p person) isRidOf(room, about, label string) {
	p.vs.t.Helper()
	p.until("rid of "+label, func() bool {
		all, ok := p.room(room)
		_, do := button(all, about, label)
		return ok && do == ""
	})
}

func (p person) sees(room, text string) {
	p.vs.t.Helper()
	p.until("saw "+text, func() bool {
		all, _ := p.room(room)
		return slices.ContainsFunc(all, func(m shownMessage) bool {
			return strings.Contains(m.Text, text) || m.Card != nil && strings.Contains(m.Card.Title+" · "+m.Card.Subtitle, text)
		})
	})
}

const mesa = "web:mesa-de-ayuda"

func mainJob(vs *victims, once, lost *int, n int) {
	vs.t.Helper()
	user, agent, official := person{vs, "usuario-1", once, lost}, person{vs, "agente-1", once, lost}, person{vs, "oficial-1", once, lost}
	mine := "web:usuario-1"
	user.says("nueva")
	user.sees(mine, "¿En qué le podemos ayudar?")
	user.says("se me atascó el papel en la impresora")
	user.presses(mine, "", "Impresoras > Atasco de papel", nil)
	user.sees(mine, "¿A quién afecta?")
	user.says("mediana")
	user.presses(mine, "", "Usar lo que escribí", nil)
	user.presses(mine, "", "Continuar", nil)
	user.presses(mine, "", "Registrar solicitud", nil)
	number := fmt.Sprintf("N.º %d ", n) // the space: 1 is not 10
	agent.sees(mesa, "Solicitud "+number+"· Atasco de papel · Nueva")
	agent.presses(mesa, number, "Asignarme", nil)
	agent.sees(mesa, "Solicitud "+number+"· Atasco de papel · En curso")
	agent.presses(mesa, number, "Escalar", map[string]string{"person": "web:oficial-1", "justification": "No hay repuesto."})
	official.sees("web:oficial-1", "Solicitud "+number+"escalada a usted")
	official.presses("web:oficial-1", number, "Recibir", nil)
	official.isRidOf("web:oficial-1", number, "Recibir")
	official.presses("web:oficial-1", number, "Confirmar solución", map[string]string{"causes": "Rodillo gastado.", "solution": "Se cambió."})
	agent.sees(mesa, "Solicitud "+number+"· Atasco de papel · En curso")
	agent.presses(mesa, number, "Resolver", map[string]string{"adequate": "yes"})
	user.presses(mine, number, "Sí, quedó resuelta", nil)
	user.presses(mine, number, "5 · Muy satisfecho", nil)
	user.sees(mine, "Solución de la solicitud "+number+"· Gracias por su evaluación")
	agent.presses(mesa, number, "Cerrar", nil)
	agent.sees(mesa, "Solicitud "+number+"· Atasco de papel · Cerrada")
	user.sees(mine, fmt.Sprintf("Solicitud N.º %d: quedó cerrada", n))
}

// unopened tells whether a message says that a form was lost with the process, or that the
// press for it, when it was taken up, came after the person had pressed again and gone on.
func unopened(text string) bool {
	return text == "El formulario no se pudo abrir a tiempo. Pulse el botón otra vez." || strings.Contains(text, "ya no se puede hacer eso") || strings.Contains(text, "ya terminó")
}

// checkRooms reads what stands in the rooms once nothing more is said.
func checkRooms(t *testing.T, vs *victims, rounds, lost int) {
	t.Helper()
	notices, digests := 0, map[string]int{}
	for name, want := range map[string]map[string]int{ // what each ticket leaves in each room
		"usuario-1": {"web:usuario-1": 1 + 3 + 1},     // card; take, escalate, close; solution
		"agente-1":  {mesa: 1 + 8, "web:agente-1": 2}, // card and lines; confirm_solution and rate
		"oficial-1": {"web:oficial-1": 1},             // card
	} {
		for _, room := range (person{vs: vs, name: name}).settled().Rooms {
			if room.Earlier {
				t.Errorf("%s: there is more than what was read", room.ID)
			}
			stands, cards, said, lines := map[string]int{}, map[string]int{}, 0, map[string]int{}
			for _, m := range room.Messages {
				switch {
				case unopened(m.Text):
					notices++
					continue
				case m.From != "":
					said++
					continue
				}
				content := m.Thread + " " + m.Text
				if m.Card != nil {
					content = m.Card.Title
					if content == "Buenos días" || content == "La semana que pasó" { // on a working day's morning
						if digests[content]++; digests[content] > 1 {
							t.Errorf("%s: %q stands there again", room.ID, content)
						}
						continue
					}
					cards[m.Card.Title]++
				}
				if m.Thread != "" {
					lines[m.Thread]++
				}
				stands[content]++
			}
			for content, times := range stands {
				if times != 1 {
					t.Errorf("%s: %q stands there %d times", room.ID, content, times)
				}
			}
			if len(stands) != want[room.ID]*rounds {
				t.Errorf("%s: %d messages of %d tickets, want %d of each\n%s", room.ID, len(stands), rounds, want[room.ID],
					strings.Join(slices.Sorted(maps.Keys(stands)), "\n"))
			}
			switch room.ID {
			case "web:usuario-1":
				if said != 3*rounds || len(cards) != 2*rounds {
					t.Errorf("the user said %d things in %d requests and has %d cards", said, rounds, len(cards))
				}
			case mesa:
				if len(cards) != rounds || len(lines) != rounds {
					t.Errorf("%d cards and %d timelines of %d tickets", len(cards), len(lines), rounds)
				}
				for card, n := range lines {
					if n != 8 {
						t.Errorf("%d lines under %s", n, card)
					}
				}
			}
		}
	}
	if notices > lost {
		t.Errorf("%d times told that a form was not opened, of %d presses that were repeated", notices, lost)
	}
	t.Logf("%d requests, %d presses repeated, %d forms lost", rounds, lost, notices)
}

// settled is the state once nothing has come for a while: a round of the delivery and more.
func (p person) settled() shownState {
	p.vs.t.Helper()
	var s shownState
	since := time.Now()
	p.until("quiet", func() bool {
		before := s.Position
		s = shownState{}
		if p.ask(http.MethodGet, "/web/state?person=web:"+p.name, nil, &s) && s.Position == before {
			return time.Since(since) > p.vs.quiet
		}
		since = time.Now()
		return false
	})
	p.vs.quiet = min(p.vs.quiet, 1500*time.Millisecond)
	return s
}

// checkDatabase reads the tickets, and that nothing is left to do.
func checkDatabase(t *testing.T, store storage.Store, rounds int) {
	t.Helper()
	defer store.Close()
	found, err := store.Tickets(t.Context(), storage.Query{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != rounds {
		t.Errorf("%d tickets of %d requests", len(found), rounds)
	}
	want := []ticket.Action{ticket.Register, ticket.AssignSelf, ticket.Escalate, ticket.Receive, ticket.ConfirmSolution, ticket.Resolve, ticket.Validate, ticket.Rate, ticket.Close}
	for i, f := range found {
		if f.Number != int64(rounds-i) {
			t.Errorf("number %d stands at %d", f.Number, rounds-i)
		}
		var did []ticket.Action
		for _, r := range f.History {
			did = append(did, r.Action)
		}
		if !slices.Equal(did, want) {
			t.Errorf("ticket %d: %v", f.Number, did)
		}
		if len(f.Outbox) > 0 {
			t.Errorf("ticket %d still owes %v", f.Number, f.Outbox)
		}
	}
	later := time.Now().AddDate(1, 0, 0) // every lease has run out
	pending, err := store.LeaseEvents(t.Context(), later, later, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range pending {
		t.Errorf("event %s of %s is not done", e.Key, e.OrderingKey)
	}
	owing, err := store.LeaseNotifications(t.Context(), later, later, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if len(owing) > 0 {
		t.Errorf("%d tickets owe something", len(owing))
	}
}

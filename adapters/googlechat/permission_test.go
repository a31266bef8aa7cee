package googlechat_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/ticket"
)

const (
	noGuests  = "La Mesa de ayuda atiende a servidores y contratistas de la Entidad."
	notYours  = "Esta solicitud no es suya."
	noSuchFor = "Este formulario ya no sirve."
)

// setUser changes the person of the event.
func (e *forged) setUser(name string, u *googlechattest.User) {
	who := map[string]any{"name": strings.TrimPrefix(u.Address(), "googlechat:"), "displayName": name, "type": "HUMAN", "domainId": "home0domain"}
	if chat, ok := e.tree["chat"].(map[string]any); ok {
		chat["user"] = who
		return
	}
	e.tree["user"] = who
}

// lastDelivery is the last delivered event.
func (d *desk) lastDelivery() googlechattest.Delivery {
	all := d.ws.Deliveries()
	return all[len(all)-1]
}

// histories says how often each ticket was changed.
func (d *desk) histories() string {
	d.t.Helper()
	var b strings.Builder
	for n := int64(1); n <= 2; n++ {
		t, err := d.store.Ticket(d.t.Context(), n)
		if err != nil {
			d.t.Fatal(err)
		}
		fmt.Fprintf(&b, "%d: %s, %d changes; ", n, t.State, len(t.History))
	}
	return b.String()
}

var dialects = map[string]setup{
	"classic": {config: googlechattest.Config{Dialect: googlechattest.Classic}},
	"add-on":  {config: googlechattest.Config{Dialect: googlechattest.Addon}},
}

// No parameter of a click gives a person more permissions than their role in the ticket:
// the person is the one that Google names.
func TestForgedParameters(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, s)
			one, two, agent := d.user("Usuario 1"), d.user("Usuario 2"), d.user("Agente 1")
			d.agents.Join(agent)
			registers(d, one)
			request := registersNext(d, two, 2)
			agent.Presses(request, "Escalar") // its form is stored, and its id can be guessed
			own := two.AwaitMessage(two.Direct(), "Solicitud N.º 2")
			two.Presses(own, "¿Por qué vence a esa hora?")
			pressed := d.lastDelivery()
			before := d.histories()
			long := strings.Repeat("a", 900_000)
			for _, c := range []struct {
				params map[string]string
				want   string // in the response
			}{
				{map[string]string{"do": "act take 1 -"}, notYours},
				{map[string]string{"do": "act note 1"}, notYours},
				{map[string]string{"do": "act close 1"}, notYours},
				{map[string]string{"do": "act withdraw 1"}, notYours},
				{map[string]string{"do": "act validate 1"}, notYours},
				{map[string]string{"do": "act rate 1 5"}, notYours},
				{map[string]string{"do": "act take 2 -"}, ""},
				{map[string]string{"do": "act assign 2"}, ""},
				{map[string]string{"do": "act take 1 -", "user": agent.Address(), "from": agent.Address(), "email": "agente.1@entidad.example"}, notYours},
				{map[string]string{"do": "act take 99 -"}, ""},
				{map[string]string{"do": "act take -1 -"}, ""},
				{map[string]string{"do": "act nothing 1"}, "Ese botón ya no existe."},
				{map[string]string{"do": long}, ""},
				{map[string]string{"do": "\x00\u202e<users/all>"}, "Ese botón ya no existe."},
				{map[string]string{"do": ""}, "Ese botón ya no sirve."},
				{map[string]string{"do": "show 1", "select": long}, ""},
				{map[string]string{"form": "1", "do": "act close 1"}, ""},
				{map[string]string{"form": "1", "on": request.Name}, ""},
				{map[string]string{"form": long}, noSuchFor},
				{map[string]string{"do": "act note 1", "on": "spaces/OTHER/messages/A.A"}, notYours},
				{map[string]string{"do": "act note 1", "on": "../../etc"}, notYours},
				{map[string]string{"do": "act take 1 -", "ask": "<users/all> <b>" + long, "label": long}, ""},
			} {
				answer := d.forge(pressed, func(e *forged) { e.params = c.params })
				if !strings.Contains(answer, c.want) {
					t.Errorf("%.60q: answered %.300s", c.params, answer)
				}
				if strings.Contains(answer, "<users/all>") || strings.Contains(answer, "\\u003cusers/all") {
					t.Errorf("%.60q: calls everybody: %.300s", c.params, answer)
				}
				if now := d.histories(); now != before {
					t.Fatalf("%.60q: before %s, now %s", c.params, before, now)
				}
			}
			// A click on a message of another space is refused, and invalid UTF-8 does nothing.
			for what, change := range map[string]func(*forged){
				"another space": func(e *forged) { e.clickedMessage()["name"] = request.Name },
				"no message":    func(e *forged) { e.clickedMessage()["name"] = "spaces/../messages/x" },
				"not UTF-8":     func(e *forged) { e.params["do"] = "act note 1 ?"; e.raw = notUTF8 },
			} {
				if answer := d.forge(pressed, change); answer != "{}" && !strings.Contains(answer, notYours) {
					t.Errorf("%s: answered %s", what, answer)
				}
			}
			if now := d.histories(); now != before {
				t.Errorf("before %s, now %s", before, now)
			}
		})
	}
}

func notUTF8(body []byte) []byte {
	return []byte(strings.Replace(string(body), "act note 1 ?", "act note 1 \xff\xfe", 1))
}

// clickedMessage is the message that was clicked.
func (e *forged) clickedMessage() map[string]any {
	if chat, ok := e.tree["chat"].(map[string]any); ok {
		clicked, _ := chat["buttonClickedPayload"].(map[string]any)
		m, _ := clicked["message"].(map[string]any)
		return m
	}
	m, _ := e.tree["message"].(map[string]any)
	return m
}

// A form that another person submits has the permissions of that person.
func TestFormSentBySomebodyElse(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, s)
			person, agent, other := d.user("Usuario 1"), d.user("Agente 1"), d.user("Usuario 2")
			d.agents.Join(agent)
			request := registers(d, person)
			agent.Presses(request, "Nota interna")
			form, ok := agent.Dialog()
			if !ok {
				t.Fatal("no dialog")
			}
			agent.Fills(form, map[string]string{"Mensaje": "Revisar el rodillo."})
			agent.Presses(form, "Enviar")
			agent.AwaitMessage(d.agents, "Revisar el rodillo.")
			sent := d.lastDelivery()
			other.Says(other.Direct(), "hola") // not a member of the agents' space
			other.AwaitMessage(other.Direct(), "Paso 1 de 5")
			answer := d.forge(sent, func(e *forged) { e.setUser("Usuario 2", other); e.setSpace(other.Direct()) })
			if !strings.Contains(answer, notYours) {
				t.Errorf("answered %s", answer)
			}
			kept, err := d.store.Ticket(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range kept.History {
				if r.Action == ticket.Note && r.By.ID != agent.Address() {
					t.Errorf("a note of %s", r.By.ID)
				}
			}
		})
	}
}

// setSpace moves the event to direct messages.
func (e *forged) setSpace(s *googlechattest.Space) {
	room := map[string]any{"name": s.Name, "type": "DM", "spaceType": "DIRECT_MESSAGE", "singleUserBotDm": true}
	host := e.clickedMessage()
	host["name"], host["space"] = s.Name+"/messages/A.B", room
	delete(host, "thread")
	if chat, ok := e.tree["chat"].(map[string]any); ok {
		clicked, _ := chat["buttonClickedPayload"].(map[string]any)
		clicked["space"] = room
		return
	}
	e.tree["space"] = room
}

// People of other organizations are refused, whatever they do.
func TestExternalPeopleAreRefused(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, s)
			agent, stranger, person := d.user("Agente 1"), d.ws.Stranger("Externo 1"), d.user("Usuario 1")
			d.agents.Join(agent)
			d.agents.Join(stranger)
			// Before any agent has acted.
			stranger.Says(stranger.Direct(), "ábrame un caso")
			stranger.AwaitMessage(stranger.Direct(), noGuests)
			request := registers(d, person)
			stranger.Presses(request, "Asignarme")
			refusal := awaitInAgentSpace(d, stranger, noGuests)
			if refusal.Private == "" {
				t.Errorf("everybody reads it:\n%s", refusal.Plain())
			}
			stranger.MentionsUnder(request, "una nota de afuera")
			agent.Presses(request, "Asignarme")
			agent.AwaitMessage(d.agents, "Agente 1 se asignó la solicitud")
			kept, err := d.store.Ticket(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range kept.History {
				if r.By.ID == stranger.Address() {
					t.Errorf("%s by a stranger", r.Action)
				}
			}
			if kept.Assignee.ID != agent.Address() {
				t.Errorf("assigned to %s", kept.Assignee.ID)
			}
		})
	}
}

// awaitInAgentSpace awaits a message in the agents' space that a person sees.
func awaitInAgentSpace(d *desk, u *googlechattest.User, text string) googlechattest.Message {
	d.t.Helper()
	return u.AwaitMessage(d.agents, text)
}

// Members of the agents' space by a Google group have no membership of their own: their
// domain decides whether they may act.
func TestMembersByGoogleGroup(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, s)
			agent, byGroup, stranger, person := d.user("Agente 1"), d.user("Agente 2"), d.ws.Stranger("Externo 1"), d.user("Usuario 1")
			d.agents.Join(agent)
			d.agents.JoinGroup(byGroup)
			d.agents.JoinGroup(stranger)
			request := registers(d, person)
			byGroup.Presses(request, "Asignarme")
			agent.AwaitMessage(d.agents, "Agente 2 se asignó la solicitud")
			stranger.Presses(request.Now(), "Asignarme")
			awaitInAgentSpace(d, stranger, noGuests)
			kept, err := d.store.Ticket(t.Context(), 1)
			if err != nil || kept.Assignee.ID != byGroup.Address() {
				t.Errorf("assigned to %v, %v", kept.Assignee, err)
			}
		})
	}
}

// Events of other apps are ignored.
func TestBotsAreIgnored(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, s)
			person := d.user("Usuario 1")
			person.Says(person.Direct(), "hola")
			person.AwaitMessage(person.Direct(), "Paso 1 de 5")
			before := len(person.Direct().Messages())
			answer := d.forge(d.lastDelivery(), func(e *forged) {
				who, _ := e.tree["user"].(map[string]any)
				if chat, ok := e.tree["chat"].(map[string]any); ok {
					who, _ = chat["user"].(map[string]any)
				}
				who["type"] = "BOT"
			})
			if answer != "{}" || len(person.Direct().Messages()) != before {
				t.Errorf("answered %s", answer)
			}
		})
	}
}

// While the membership look-up fails, the event waits: it is neither refused nor handled.
func TestMembershipLookupIsRetried(t *testing.T) {
	t.Parallel()
	d := newDesk(t, setup{})
	agent, person := d.user("Agente 1"), d.user("Usuario 1")
	d.agents.Join(agent)
	d.ws.Fault("members.get", googlechattest.Fault{Status: http.StatusServiceUnavailable}, googlechattest.Fault{Status: http.StatusTooManyRequests})
	d.ws.Fault("members.list", googlechattest.Fault{Status: http.StatusInternalServerError})
	person.Says(person.Direct(), "hola")
	person.AwaitMessage(person.Direct(), "Paso 1 de 5")
	if n := len(d.ws.Calls("members.get")); n < 3 {
		t.Errorf("asked %d times", n)
	}
}

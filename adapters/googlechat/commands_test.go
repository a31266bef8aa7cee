package googlechat_test

import (
	"strings"
	"testing"

	"helptic/adapters/googlechat"
	"helptic/adapters/googlechat/googlechattest"
	"helptic/ticket"
)

const textNoDirectMessages = "Para responderle hace falta un mensaje directo: abra esta aplicación en Google Chat"

// Commands are words, wherever they are given; the answer stands in the direct messages.
func TestCommands(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, s)
			person := d.user("Usuario 1")
			registers(d, person)
			hall := d.ws.Space("Pasillo", person)
			direct := person.Direct()
			for _, c := range []struct {
				slash, words string
				quick        int
				want         string
			}{
				{slash: "/ayuda", want: "¿Cómo le puedo ayudar?"},
				{slash: "/mis-solicitudes", want: "Sus solicitudes abiertas"},
				{slash: "/estado", words: "1", want: "Solicitud N.º 1"},
				{slash: "/helptic", words: "mis solicitudes", want: "Sus solicitudes abiertas"},
				{slash: "/Nueva", want: "Paso 1 de 5"},
				{slash: "/helptic", words: "ayuda", want: "¿Cómo le puedo ayudar?"},
				{quick: 2, want: "Sus solicitudes abiertas"},
				{quick: 4, want: "¿Cómo le puedo ayudar?"},
				{quick: 77, want: "Paso 1 de 5"}, // whatever it is called: the beginning
			} {
				for where, space := range map[string]*googlechattest.Space{"direct": direct, "space": hall} {
					before := len(person.Sees(space))
					last := lastOf(person, direct)
					if c.quick > 0 {
						person.Quick(space, c.quick)
					} else {
						person.Slash(space, c.slash, c.words)
					}
					d.ws.Await(c.want+" in the direct messages, "+where, func() bool {
						now := lastOf(person, direct)
						return strings.Contains(now.Plain(), c.want) && (now.Name != last.Name || now.Edits > last.Edits || now.Plain() == last.Plain())
					})
					if space == hall {
						told := person.AwaitMessage(space, "Le respondí por mensaje directo.")
						if told.Private != person.Address() {
							t.Errorf("%s%d: everybody reads %s", c.slash, c.quick, told.Plain())
						}
						for _, m := range person.Sees(space)[before:] {
							if m.Private == "" && strings.Contains(m.Plain(), c.want) {
								t.Errorf("%s%d: everybody reads %s", c.slash, c.quick, m.Plain())
							}
						}
					}
				}
			}
		})
	}
}

// lastOf is the newest message of the app that somebody sees.
func lastOf(u *googlechattest.User, s *googlechattest.Space) googlechattest.Message {
	var last googlechattest.Message
	for _, m := range u.Sees(s) {
		if m.Sender()["type"] == "BOT" {
			last = m
		}
	}
	return last
}

// Whoever has no direct messages with the app is told how to have them, in every way of calling it.
func TestCommandsOfSomebodyWithoutDirectMessages(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, s)
			calls := map[string]func(u *googlechattest.User){
				"slash": func(u *googlechattest.User) { u.Slash(d.agents, "/nueva", "") },
				"quick": func(u *googlechattest.User) { u.Quick(d.agents, 1) },
				"button": func(u *googlechattest.User) {
					u.Mentions(d.agents, "")
					u.Presses(u.AwaitMessage(d.agents, "[Nueva solicitud]"), "Nueva solicitud")
				},
			}
			for what, call := range calls {
				person := d.user("Usuario " + what)
				d.agents.Join(person)
				call(person)
				if told := person.AwaitMessage(d.agents, textNoDirectMessages); told.Private != person.Address() {
					t.Errorf("%s: everybody reads it", what)
				}
			}
			author := d.user("Usuario adopta")
			d.agents.Join(author)
			if answer := d.adopts(author, d.agents, author.Says(d.agents, "no imprime")); !strings.Contains(answer, textNoDirectMessages) {
				t.Errorf("action: answered %s", answer)
			}
			author.Opens()
			author.AwaitMessage(author.Direct(), "no imprime") // it was not lost
		})
	}
}

// A message becomes a request: one's own, and that of somebody else only for agents.
func TestMessageBecomesARequest(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, s)
			agent, author, other := d.user("Agente 1"), d.user("Usuario 1"), d.user("Usuario 2")
			d.agents.Join(agent)
			for _, u := range []*googlechattest.User{agent, author, other} {
				u.Opens()
				u.AwaitMessage(u.Direct(), "Paso 1 de 5")
			}
			hall := d.ws.Space("Pasillo", agent, author, other)
			message := author.Says(hall, "no imprime la impresora")
			if answer := d.adopts(author, hall, message); !strings.Contains(answer, "Le escribí por mensaje directo") || !strings.Contains(answer, "privateMessageViewer") {
				t.Errorf("answered %s", answer)
			}
			author.AwaitMessage(author.Direct(), "no imprime la impresora")
			d.adopts(agent, hall, message)
			agent.AwaitMessage(agent.Direct(), "A nombre de: Usuario 1")
			nobody := author.Says(hall, "   ")
			if answer := d.adopts(author, hall, nobody); !strings.Contains(answer, "no tiene texto ni archivos") {
				t.Errorf("answered %s", answer)
			}
		})
	}
}

// Who calls the app by its name in a space is shown the way, alone; under a card it is a note.
func TestMentions(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, s)
			agent, person := d.user("Agente 1"), d.user("Usuario 1")
			d.agents.Join(agent)
			request := registers(d, person)
			before := len(d.agents.Messages())
			for _, words := range []string{"necesito ayuda", ""} {
				said := agent.Mentions(d.agents, words)
				d.ws.Await("the way, under the words or beside them", func() bool {
					n := 0
					for _, m := range agent.Sees(d.agents) {
						if m.Private == agent.Address() && strings.Contains(m.Plain(), "[Nueva solicitud]") {
							n++
						}
					}
					return n == map[string]int{"necesito ayuda": 1, "": 2}[words]
				})
				if said.Private != "" {
					t.Error("the test's own words are private")
				}
			}
			agent.MentionsUnder(request, "Reviso mañana.")
			d.ws.Await("the note in the history", func() bool {
				kept, err := d.store.Ticket(t.Context(), 1)
				if err != nil {
					return false
				}
				r := kept.History[len(kept.History)-1]
				return r.Action == ticket.Note && r.Fields["text"] == "Reviso mañana." && r.By.ID == agent.Address()
			})
			d.inbox.Wait()
			if n := len(d.agents.Messages()); n != before+3 {
				t.Errorf("everybody sees %d messages, before %d: want those of the agent besides\n%s", n, before, d.ws.Transcript())
			}
		})
	}
}

// Calling the app by its name where it is not yet adds it: one event in one dialect, two in the
// other; the words are answered once.
func TestAddedByAMention(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, s)
			person := d.user("Usuario 1")
			d.agents.Join(person)
			person.Adds(d.agents)
			addition := d.lastDelivery()
			person.Mentions(d.agents, "ayuda")
			person.AwaitMessage(d.agents, "[Nueva solicitud]")
			mention := d.lastDelivery()
			said := map[string]any{"name": d.agents.Name + "/messages/ADD.ADD", "thread": map[string]any{"name": d.agents.Name + "/threads/ADD"}, "text": "@HELPTIC",
				"annotations": []any{map[string]any{"type": "USER_MENTION"}}} // a bare mention has no argumentText
			bare := func(e *forged) {
				if chat, ok := e.tree["chat"].(map[string]any); ok {
					payload, _ := chat["messagePayload"].(map[string]any)
					payload["message"] = said
					return
				}
				e.tree["type"], e.tree["message"] = "ADDED_TO_SPACE", said
			}
			if s.config.Dialect == googlechattest.Addon {
				answer := d.forge(addition, func(e *forged) {
					chat, _ := e.tree["chat"].(map[string]any)
					payload, _ := chat["addedToSpacePayload"].(map[string]any)
					payload["interactionAdd"] = true
				})
				if answer != "{}" {
					t.Errorf("the addition alone is answered %s", answer)
				}
			}
			if answer := d.forge(mention, bare); answer != "{}" {
				t.Errorf("answered %s", answer)
			}
			d.ws.Await("the way, a second time", func() bool {
				n := 0
				for _, m := range person.Sees(d.agents) {
					if strings.Contains(m.Plain(), "[Nueva solicitud]") {
						n++
					}
				}
				return n == 2
			})
		})
	}
}

// Added to a space, the app says what the space is for it; removed, it says nothing.
func TestAddedAndRemoved(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var security *googlechattest.Space
			s.config.Pace = testPace
			s.spaces = func(d *desk) { security = d.ws.Space("Seguridad") }
			s.change = func(c *googlechat.Config) { c.SecurityChannel = security.Address() }
			d := newDesk(t, s)
			person := d.user("Usuario 1")
			elsewhere := d.ws.Space("Otro")
			for _, space := range []*googlechattest.Space{d.agents, security, elsewhere} {
				space.Join(person)
				person.Adds(space)
			}
			person.AwaitMessage(d.agents, "En este espacio se publican las solicitudes.")
			person.AwaitMessage(security, "En este espacio se publican los incidentes de seguridad.")
			person.AwaitMessage(elsewhere, "configure AGENT_CHANNEL="+elsewhere.Address())
			person.Opens()
			person.AwaitMessage(person.Direct(), "Paso 1 de 5")
			answer := d.forge(d.lastDelivery(), func(e *forged) {
				if chat, ok := e.tree["chat"].(map[string]any); ok {
					chat["removedFromSpacePayload"] = chat["addedToSpacePayload"]
					delete(chat, "addedToSpacePayload")
					return
				}
				e.tree["type"] = "REMOVED_FROM_SPACE"
			})
			if answer != "{}" {
				t.Errorf("the removal is answered %s", answer)
			}
		})
	}
}

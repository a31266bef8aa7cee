package googlechat_test

import (
	"strings"
	"testing"

	"helptic/adapters/googlechat"
	"helptic/adapters/googlechat/googlechattest"
	"helptic/ticket"
)

const textNoDirectMessages = "Para responderle hace falta un mensaje directo: abra esta aplicación en Google Chat"

// Commands are answered in the direct messages, wherever they are given.
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
				slash, text string
				quick       int
				want        string
			}{
				{slash: "/ayuda", want: "¿Cómo le puedo ayudar?"},
				{slash: "/mis-solicitudes", want: "Sus solicitudes abiertas"},
				{slash: "/estado", text: "1", want: "Solicitud N.º 1"},
				{slash: "/helptic", text: "mis solicitudes", want: "Sus solicitudes abiertas"},
				{slash: "/Nueva", want: "Paso 1 de 5"},
				{slash: "/helptic", text: "ayuda", want: "¿Cómo le puedo ayudar?"},
				{quick: 2, want: "Sus solicitudes abiertas"},
				{quick: 4, want: "¿Cómo le puedo ayudar?"},
				{quick: 77, want: "Paso 1 de 5"}, // an unknown command begins a conversation
			} {
				for where, space := range map[string]*googlechattest.Space{"direct": direct, "space": hall} {
					before := len(person.Sees(space))
					last := lastMessage(person, direct)
					if c.quick > 0 {
						person.Quick(space, c.quick)
					} else {
						person.Slash(space, c.slash, c.text)
					}
					d.ws.Await(c.want+" in the direct messages, "+where, func() bool {
						now := lastMessage(person, direct)
						return strings.Contains(now.Plain(), c.want) && (now.Name != last.Name || now.Edits > last.Edits || now.Plain() == last.Plain())
					})
					if space == hall {
						notice := person.AwaitMessage(space, "Le respondí por mensaje directo.")
						if notice.Private != person.Address() {
							t.Errorf("%s%d: everybody reads %s", c.slash, c.quick, notice.Plain())
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

// lastMessage is the newest message of the app that a person sees.
func lastMessage(u *googlechattest.User, s *googlechattest.Space) googlechattest.Message {
	var last googlechattest.Message
	for _, m := range u.Sees(s) {
		if m.Sender()["type"] == "BOT" {
			last = m
		}
	}
	return last
}

// A person without direct messages reads how to open them, whatever they used to call the app.
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
				if notice := person.AwaitMessage(d.agents, textNoDirectMessages); notice.Private != person.Address() {
					t.Errorf("%s: everybody reads it", what)
				}
			}
			author := d.user("Usuario adopta")
			d.agents.Join(author)
			if answer := d.createsFromMessage(author, d.agents, author.Says(d.agents, "no imprime")); !strings.Contains(answer, textNoDirectMessages) {
				t.Errorf("action: answered %s", answer)
			}
			author.Opens()
			author.AwaitMessage(author.Direct(), "no imprime") // the message is not lost
		})
	}
}

// A person can make a request of their own message, an agent of any message.
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
			if answer := d.createsFromMessage(author, hall, message); !strings.Contains(answer, "Le escribí por mensaje directo") || !strings.Contains(answer, "privateMessageViewer") {
				t.Errorf("answered %s", answer)
			}
			author.AwaitMessage(author.Direct(), "no imprime la impresora")
			d.createsFromMessage(agent, hall, message)
			agent.AwaitMessage(agent.Direct(), "A nombre de: Usuario 1")
			empty := author.Says(hall, "   ")
			if answer := d.createsFromMessage(author, hall, empty); !strings.Contains(answer, "no tiene texto ni archivos") {
				t.Errorf("answered %s", answer)
			}
		})
	}
}

// A mention in a space gets a private welcome. A mention under a card is a note.
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
			for _, text := range []string{"necesito ayuda", ""} {
				mention := agent.Mentions(d.agents, text)
				d.ws.Await("the welcome", func() bool {
					n := 0
					for _, m := range agent.Sees(d.agents) {
						if m.Private == agent.Address() && strings.Contains(m.Plain(), "[Nueva solicitud]") {
							n++
						}
					}
					return n == map[string]int{"necesito ayuda": 1, "": 2}[text]
				})
				if mention.Private != "" {
					t.Error("the mention is private")
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

// Mentioning the app where it is not a member adds it. That is one event in the classic dialect and two in the
// other; the text is answered once.
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
			bareMention := map[string]any{"name": d.agents.Name + "/messages/ADD.ADD", "thread": map[string]any{"name": d.agents.Name + "/threads/ADD"}, "text": "@HELPTIC",
				"annotations": []any{map[string]any{"type": "USER_MENTION"}}} // a bare mention has no argumentText
			bare := func(e *forged) {
				if chat, ok := e.tree["chat"].(map[string]any); ok {
					payload, _ := chat["messagePayload"].(map[string]any)
					payload["message"] = bareMention
					return
				}
				e.tree["type"], e.tree["message"] = "ADDED_TO_SPACE", bareMention
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
			d.ws.Await("the welcome, a second time", func() bool {
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

// Added to a space, the app says what the space is for. Removed from it, it does not answer.
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

package googlechat_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"helptic/adapters/googlechat"
	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
)

// directMessage is a post for a person's direct messages.
func directMessage(u *googlechattest.User, key string) bot.Outgoing {
	return bot.Outgoing{Room: bot.Direct(u.Address()), Key: key, Message: bot.Message{Text: "Su solicitud: " + key}}
}

// sendOutgoing sends a message, and retries if another process wrote to the space just before.
func (d *desk) sendOutgoing(a *googlechat.Adapter, o bot.Outgoing) {
	d.t.Helper()
	d.ws.Await("the message to be sent", func() bool {
		_, err := a.Send(d.t.Context(), o)
		var again *bot.RetryError
		if err != nil && !errors.As(err, &again) {
			d.t.Fatal(err)
		}
		return err == nil
	})
}

// The space of the direct messages is stored with the first event, and not looked up.
func TestDirectSpaceIsStored(t *testing.T) {
	t.Parallel()
	d := newDesk(t, setup{handle: (&recorder{}).echo})
	person := d.user("Usuario 1")
	person.Says(person.Direct(), "hola")
	person.AwaitMessage(person.Direct(), "Usted escribió: hola")
	d.stop()
	d.start(setup{store: d.store, handle: (&recorder{}).echo})
	d.sendOutgoing(d.adapter, directMessage(person, "recordada"))
	person.AwaitMessage(person.Direct(), "Su solicitud: recordada")
	if n := len(d.ws.Calls("spaces.findDirectMessage")); n != 0 {
		t.Errorf("asked Google %d times", n)
	}
}

// A person who never opened the app has no direct messages: sending is refused for good. Once
// they open it, or an administrator installs it for them, messages arrive.
func TestPersonWithoutDirectMessages(t *testing.T) {
	t.Parallel()
	d := newDesk(t, setup{handle: (&recorder{}).echo})
	second, err := googlechat.New(t.Context(), googlechat.Config{Audience: d.ws.Audience(), APIURL: d.ws.APIURL(), CertsURL: d.ws.CertsURL(), HTTPClient: d.ws.Client(), AppendLog: d.store, Files: d.store})
	if err != nil {
		t.Fatal(err)
	}
	opens, installed := d.user("Usuario 1"), d.user("Usuario 2")
	for _, person := range []*googlechattest.User{opens, installed} {
		for _, adapter := range []*googlechat.Adapter{d.adapter, second} {
			var again *bot.RetryError
			if _, err := adapter.Send(t.Context(), directMessage(person, "uno")); err == nil || errors.As(err, &again) {
				t.Errorf("sent, or to be tried again: %v", err)
			}
		}
	}
	opens.Opens()
	installed.Direct()
	for _, adapter := range []*googlechat.Adapter{d.adapter, second} {
		adapter.SetPace(testPace + testPace/4)
		for _, person := range []*googlechattest.User{opens, installed} {
			d.sendOutgoing(adapter, directMessage(person, "dos"))
			person.AwaitMessage(person.Direct(), "Su solicitud: dos")
		}
	}
	for _, person := range []*googlechattest.User{opens, installed} {
		n := 0
		for _, m := range person.Direct().Messages() {
			if strings.Contains(m.Plain(), "Su solicitud: dos") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("sent %d times", n)
		}
	}
	d.ws.Fault("spaces.findDirectMessage", googlechattest.Fault{Status: http.StatusServiceUnavailable})
	var again *bot.RetryError
	if _, err := d.adapter.Send(t.Context(), directMessage(d.user("Usuario 3"), "tres")); !errors.As(err, &again) {
		t.Errorf("while Google does not answer: %v", err)
	}
}

func TestPersonLookup(t *testing.T) {
	t.Parallel()
	d := newDesk(t, setup{handle: (&recorder{}).echo})
	agent, stranger, person, never := d.user("Agente 1"), d.ws.Stranger("Externo 1"), d.user("Usuario 1"), d.user("Usuario 2")
	d.agents.Join(agent)
	d.agents.Join(stranger)
	person.Says(person.Direct(), "hola")
	person.AwaitMessage(person.Direct(), "Usted escribió: hola")
	for _, c := range []struct {
		address, name, email string
		guest, found         bool
	}{
		{person.Address(), "Usuario 1", "usuario.1@entidad.example", false, true},
		{agent.Address(), "Agente 1", "agente.1@entidad.example", false, true}, // known by the membership alone
		{stranger.Address(), "Externo 1", "externo.1@otra.example", true, true},
		{never.Address(), "", "", false, false},
		{"googlechat:users/900000000000000000009999", "", "", false, false},
		{"googlechat:users/all", "", "", false, false},
		{"googlechat:users/../spaces/A", "", "", false, false},
		{"googlechat:" + d.agents.Name, "", "", false, false},
		{"slack:U1", "", "", false, false},
		{"googlechat:", "", "", false, false},
		{"nada", "", "", false, false},
	} {
		p, err := d.adapter.Person(t.Context(), c.address)
		var again *bot.RetryError
		if (err == nil) != c.found || errors.As(err, &again) || c.found && (p.ID != c.address || p.Name != c.name || p.Email != c.email || p.Guest != c.guest) {
			t.Errorf("%s: %+v, %v", c.address, p, err)
		}
	}
	d.ws.Fault("members.get", googlechattest.Fault{Status: http.StatusInternalServerError})
	var again *bot.RetryError
	if _, err := d.adapter.Person(t.Context(), never.Address()); !errors.As(err, &again) {
		t.Errorf("while Google does not answer: %v", err)
	}
}

// The name is that of the last event that had one.
func TestNamesFollowTheLastEvent(t *testing.T) {
	t.Parallel()
	for name, s := range dialects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var h recorder
			s.handle = h.echo
			d := newDesk(t, s)
			person := d.user("Usuario 1")
			person.Says(person.Direct(), "hola")
			delivery := d.lastDelivery()
			for i, c := range []struct {
				user map[string]any
				want string // after the event
			}{
				{map[string]any{"displayName": "Usuario Uno\n\u202e<b>", "email": "nuevo@entidad.example"}, "Usuario Uno <b>"},
				{map[string]any{}, "Usuario Uno <b>"},
				{map[string]any{"displayName": strings.Repeat("ñ", 5000)}, strings.Repeat("ñ", 199) + "…"},
			} {
				c.user["name"], c.user["type"] = strings.TrimPrefix(person.Address(), "googlechat:"), "HUMAN"
				d.forge(delivery, func(e *forged) {
					if chat, ok := e.tree["chat"].(map[string]any); ok {
						chat["user"] = c.user
					} else {
						e.tree["user"] = c.user
					}
					e.renameMessage(person.Direct(), i)
				})
				p, err := d.adapter.Person(t.Context(), person.Address())
				if err != nil || p.Name != c.want || p.Email != "nuevo@entidad.example" {
					t.Errorf("%d: %.80q <%s>, %v", i, p.Name, p.Email, err)
				}
			}
		})
	}
}

func TestMembership(t *testing.T) {
	t.Parallel()
	d := newDesk(t, setup{handle: (&recorder{}).echo})
	agent, other, byGroup := d.user("Agente 1"), d.user("Usuario 1"), d.user("Agente 2")
	d.agents.Join(agent)
	d.agents.JoinGroup(byGroup)
	for address, want := range map[string]bool{agent.Address(): true, other.Address(): false, byGroup.Address(): false, "slack:U1": false, "googlechat:users/../x": false, "googlechat:users/all": false} {
		if got, err := d.adapter.Member(t.Context(), d.agents.Address(), address); err != nil || got != want {
			t.Errorf("%s: %t, %v", address, got, err)
		}
	}
	byGroup.Mentions(d.agents, "aquí estoy")
	d.ws.Await("who spoke in the space to be in it", func() bool {
		in, err := d.adapter.Member(t.Context(), d.agents.Address(), byGroup.Address())
		return in && err == nil
	})
	d.agents.Leave(agent)
	d.ws.Await("who left to be in it no more", func() bool {
		in, err := d.adapter.Member(t.Context(), d.agents.Address(), agent.Address())
		return err == nil && !in
	})
	d.ws.Fault("members.get", googlechattest.Fault{Status: http.StatusBadGateway})
	var again *bot.RetryError
	if _, err := d.adapter.Member(t.Context(), d.agents.Address(), other.Address()); !errors.As(err, &again) {
		t.Errorf("while Google does not answer: %v", err)
	}
}

// An agent registers a request for a person who never opened the app. The desk works, and reports
// that the person could not be notified.
func TestRequesterWhoNeverOpenedTheApp(t *testing.T) {
	t.Parallel()
	d := newDesk(t, setup{})
	agent, author := d.user("Agente 1"), d.user("Usuario 1")
	d.agents.Join(agent)
	d.agents.Join(author)
	agent.Opens()
	direct := agent.Direct()
	agent.AwaitMessage(direct, "Paso 1 de 5")
	d.createsFromMessage(agent, d.agents, author.Says(d.agents, "no me imprime la impresora del piso 2"))
	card := agent.AwaitMessage(direct, "Usuario 1")
	agent.Presses(card, "Impresoras > Sin conexión")
	card = agent.AwaitMessage(direct, "Paso 3 de 5")
	agent.Chooses(card, "Impacto", "Mediana")
	card = agent.AwaitMessage(direct, "Paso 4 de 5")
	agent.Presses(card, "Usar lo que escribí")
	card = agent.AwaitMessage(direct, "Paso 5 de 5")
	agent.Presses(card, "Continuar")
	card = agent.AwaitMessage(direct, "Revise y confirme")
	agent.Presses(card, "Registrar solicitud")
	request := agent.AwaitMessage(d.agents, "Solicitud N.º 1 ·")
	if !strings.Contains(request.Plain(), "Usuario: Usuario 1") {
		t.Errorf("the card:\n%s", request.Plain())
	}
	agent.Presses(request, "Asignarme")
	agent.AwaitMessage(d.agents, "no pudo entregar")
	author.Opens()
	author.Says(author.Direct(), "mis solicitudes")
	author.AwaitMessage(author.Direct(), "N.º 1")
}

// renameMessage gives the message of the event another name.
func (e *forged) renameMessage(s *googlechattest.Space, n int) {
	m, _ := e.tree["message"].(map[string]any)
	if chat, ok := e.tree["chat"].(map[string]any); ok {
		payload, _ := chat["messagePayload"].(map[string]any)
		m, _ = payload["message"].(map[string]any)
	}
	id := "F" + strings.Repeat("0", n+1)
	m["name"], m["thread"] = s.Name+"/messages/"+id+"."+id, map[string]any{"name": s.Name + "/threads/" + id}
}

// createsFromMessage gives the message action «Crear solicitud».
func (d *desk) createsFromMessage(u *googlechattest.User, in *googlechattest.Space, m googlechattest.Message) string {
	d.t.Helper()
	u.Quick(in, 2)
	return d.forge(d.lastDelivery(), func(e *forged) {
		order := map[string]any{"appCommandId": 5, "appCommandType": "MESSAGE_ACTION"}
		on := map[string]any{"name": m.Name, "text": m.Body["text"], "thread": map[string]any{"name": m.Thread}, "sender": m.Sender()}
		if chat, ok := e.tree["chat"].(map[string]any); ok {
			payload, _ := chat["appCommandPayload"].(map[string]any)
			payload["appCommandMetadata"], payload["message"] = order, on
			return
		}
		e.tree["appCommandMetadata"], e.tree["message"] = order, on
	})
}

// An ephemeral post to a person who is not in the space reaches them in their direct messages.
func TestEphemeralPostToSomebodyOutsideTheSpace(t *testing.T) {
	t.Parallel()
	d := newDesk(t, setup{handle: func(context.Context, bot.Event) (bot.Reply, error) { return bot.Reply{}, nil }})
	person := d.user("Usuario 1")
	person.Opens()
	o := bot.Outgoing{Room: bot.Channel(d.agents.Address()), Key: "solo", EphemeralFor: person.Address(), Message: bot.Message{Text: "Solo para usted."}}
	if _, err := d.adapter.Send(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	person.AwaitMessage(person.Direct(), "Solo para usted.")
	if n := len(d.agents.Messages()); n != 0 {
		t.Errorf("%d messages in the space", n)
	}
}

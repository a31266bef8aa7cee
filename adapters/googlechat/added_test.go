package googlechat_test

import (
	"testing"

	"helptic/adapters/googlechat/googlechattest"
)

// The person who adds the app by mentioning it, with a text or without, gets one welcome.
func TestAddedByMentionIsAnswered(t *testing.T) {
	for name, dialect := range map[string]googlechattest.Dialect{"classic": googlechattest.Classic, "add-on": googlechattest.Addon} {
		for _, text := range []string{"", "hola"} {
			t.Run(name+" «"+text+"»", func(t *testing.T) {
				t.Parallel()
				d := newDesk(t, setup{config: googlechattest.Config{Dialect: dialect}})
				u := d.user("Usuario 1")
				u.Opens()
				room := d.ws.Space("Otra", u)
				u.AddsByMention(room, text)
				welcome := u.AwaitMessage(room, "¿Necesita soporte?")
				if welcome.Private != u.Address() || len(u.Sees(room)) != 2 {
					t.Error(d.ws.Transcript())
				}
			})
		}
	}
}

// Other apps are not answered, an invited person is not a member, and a person with a hidden profile is answered.
func TestBotsInvitedAndHiddenPeople(t *testing.T) {
	d := newDesk(t, setup{handle: replyToButtons})
	robot, invited, hidden := d.ws.Robot("Otra aplicación"), d.user("Usuario 2"), d.user("Usuario 3")
	d.agents.Join(robot)
	d.agents.Invite(invited)
	d.agents.Join(hidden)
	hidden.HideProfile()
	robot.Mentions(d.agents, "hola")
	hidden.Mentions(d.agents, "hola")
	hidden.AwaitMessage(d.agents, "Pruebas uno")
	if n := d.ws.Count("messages.create"); n != 1 {
		t.Errorf("%d messages of the app", n)
	}
	for u, want := range map[*googlechattest.User]bool{invited: false, hidden: true} {
		if got, err := d.adapter.Member(t.Context(), d.agents.Address(), u.Address()); err != nil || got != want {
			t.Errorf("%v %v, want %v", got, err, want)
		}
	}
	// The membership has what the event lacks.
	if p, err := d.adapter.Person(t.Context(), hidden.Address()); err != nil || p.Name != "Usuario 3" {
		t.Errorf("%+v %v", p, err)
	}
}

package googlechat_test

import (
	"testing"

	"helptic/adapters/googlechat/googlechattest"
)

// Whoever adds the app by calling it, with words or without, reads what it is for, and once.
func TestAddedByMentionIsAnswered(t *testing.T) {
	for name, dialect := range map[string]googlechattest.Dialect{"classic": googlechattest.Classic, "add-on": googlechattest.Addon} {
		for _, words := range []string{"", "hola"} {
			t.Run(name+" «"+words+"»", func(t *testing.T) {
				t.Parallel()
				d := newDesk(t, setup{config: googlechattest.Config{Dialect: dialect}})
				u := d.user("Usuario 1")
				u.Opens()
				room := d.ws.Space("Otra", u)
				u.AddsByMention(room, words)
				welcome := u.AwaitMessage(room, "¿Necesita soporte?")
				if welcome.Private != u.Address() || len(u.Sees(room)) != 2 {
					t.Error(d.ws.Transcript())
				}
			})
		}
	}
}

// Other apps are not answered, whoever is only invited is no member, and whoever hides their profile is served all the same.
func TestUnusualPeople(t *testing.T) {
	d := newDesk(t, setup{handle: answering})
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
	// What an event does not tell, the membership does.
	if p, err := d.adapter.Person(t.Context(), hidden.Address()); err != nil || p.Name != "Usuario 3" {
		t.Errorf("%+v %v", p, err)
	}
}

package googlechat_test

import (
	"strings"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
)

// setups are the ways of showing forms, for the real desk.
func setups(t *testing.T) map[string]setup {
	t.Helper()
	p := newPubSub(t)
	p.subscribe(t)
	return map[string]setup{
		"classic": {config: googlechattest.Config{Dialect: googlechattest.Classic}},
		"add-on":  {config: googlechattest.Config{Dialect: googlechattest.Addon}},
		"Pub/Sub": p.configure(setup{}),
	}
}

// formOf clicks a button of a card in the agents' space, and returns the form that it opens.
func formOf(d *desk, u *googlechattest.User, card googlechattest.Message, button, text string) googlechattest.Place {
	d.t.Helper()
	u.Presses(card.Now(), button)
	return awaitForm(u, d.agents, text)
}

// An agent finds the new subcategory by searching, or in lists where a search is not possible.
func TestReclassifyBySearchAndByLists(t *testing.T) {
	t.Parallel()
	for name, s := range setups(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, s)
			person, agent := d.user("Usuario 1"), d.user("Agente 1")
			d.agents.Join(agent)
			request := registers(d, person)
			form := formOf(d, agent, request, "Reclasificar", "Subcategoría")
			agent.Fills(form, map[string]string{"Subcategoría": "Impresoras › Sin papel", "Justificación": "Solo faltaba papel."})
			agent.Presses(form, "Enviar")
			agent.AwaitMessage(d.agents, "Categoría: Impresoras > Sin papel")
			kept, err := d.store.Ticket(t.Context(), 1)
			if err != nil || kept.Subcategory != "IMPRESORAS > Sin Papel" {
				t.Errorf("%q, %v", kept.Subcategory, err)
			}
		})
	}
}

// A form with a person who lacks the permission is rejected and stays open.
func TestPersonNamedInAFormIsChecked(t *testing.T) {
	t.Parallel()
	for name, s := range setups(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, s)
			person, agent := d.user("Usuario 1"), d.user("Agente 1")
			stranger, colleague := d.ws.Stranger("Externo 1"), d.user("Agente 2")
			d.user("Nadie 1") // in no space of the app
			for _, u := range []*googlechattest.User{agent, stranger, colleague} {
				d.agents.Join(u)
			}
			request := registers(d, person)
			form := formOf(d, agent, request, "Asignar a…", "Agente de la Mesa de ayuda")
			for _, who := range []string{"Nadie 1", "Usuario 1", "Externo 1"} {
				agent.Fills(form, map[string]string{"Agente de la Mesa de ayuda": who})
				agent.Presses(form, "Enviar")
				form = awaitForm(agent, d.agents, "⚠")
				kept, err := d.store.Ticket(t.Context(), 1)
				if err != nil || kept.Assignee != nil {
					t.Errorf("%s: %+v, %v", who, kept.Assignee, err)
				}
			}
			agent.Fills(form, map[string]string{"Agente de la Mesa de ayuda": "Agente 2"})
			agent.Presses(form, "Enviar")
			agent.AwaitMessage(d.agents, "Responsable: Agente 2")
			if log := d.logText(); strings.Contains(log, "Externo 1") || strings.Contains(log, strings.TrimPrefix(stranger.Address(), "googlechat:")) {
				t.Errorf("the log names people:\n%s", log)
			}
		})
	}
}

package googlechat_test

import (
	"strings"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
)

// The main job, from the first word to the closing, as people see it.
func TestMainJob(t *testing.T) {
	for name, config := range map[string]googlechattest.Config{
		"classic":     {Dialect: googlechattest.Classic},
		"classic URL": {Dialect: googlechattest.ClassicURL},
		"add-on":      {Dialect: googlechattest.Addon},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, setup{config: config})
			mainJob(t, d)
		})
	}
}

func mainJob(t *testing.T, d *desk) {
	t.Helper()
	person, agent := d.user("Usuario 1"), d.user("Agente 1")
	d.agents.Join(agent)
	direct := person.Direct()

	person.Opens()
	person.AwaitMessage(direct, "Mesa de ayuda")
	person.Says(direct, "nueva")
	card := person.AwaitMessage(direct, "Paso 1")
	t.Log(card.Plain())
	_ = strings.TrimSpace
}

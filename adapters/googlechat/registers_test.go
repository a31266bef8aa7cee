package googlechat_test

import (
	"fmt"

	"helptic/adapters/googlechat/googlechattest"
)

// registers registers a request from the first message on, and returns its card
// in the agents' space.
func registers(d *desk, person *googlechattest.User) googlechattest.Message {
	d.t.Helper()
	return registersNext(d, person, 1)
}

// registersNext registers the request with a number.
func registersNext(d *desk, person *googlechattest.User, number int) googlechattest.Message {
	d.t.Helper()
	direct := person.Direct()
	person.Says(direct, "se me atascó el papel en la impresora del piso 3")
	card := person.AwaitMessage(direct, "¿Se trata de algo de esto?")
	person.Presses(card, "Impresoras > Atasco de papel")
	person.AwaitMessage(direct, "Paso 3 de 5")
	person.Chooses(card.Now(), "Impacto", "Mediana")
	person.AwaitMessage(direct, "Paso 4 de 5")
	person.Presses(card.Now(), "Usar lo que escribí")
	person.AwaitMessage(direct, "Paso 5 de 5")
	person.Presses(card.Now(), "Continuar")
	person.AwaitMessage(direct, "Revise y confirme")
	person.Presses(card.Now(), "Registrar solicitud")
	person.AwaitMessage(direct, "Quedó registrada")
	agent := d.anyAgent()
	return agent.AwaitMessage(d.agents, fmt.Sprintf("Solicitud N.º %d ·", number))
}

// anyAgent is a person who sees what everybody sees in the agents' space.
func (d *desk) anyAgent() *googlechattest.User {
	if d.observer == nil {
		d.observer = d.ws.User("Observador")
	}
	return d.observer
}

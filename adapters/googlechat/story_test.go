package googlechat_test

import (
	"slices"
	"strings"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/ticket"
)

// The main journey, from the first message to the closing, as people see it, in both dialects.
func TestMainJob(t *testing.T) {
	for name, s := range map[string]setup{
		"classic":        {config: googlechattest.Config{Dialect: googlechattest.Classic}},
		"classic by URL": {config: googlechattest.Config{Dialect: googlechattest.ClassicURL}},
		"add-on":         {config: googlechattest.Config{Dialect: googlechattest.Addon}},
		"no uploads":     {config: googlechattest.Config{Dialect: googlechattest.Classic, NoUploads: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mainJob(t, newDesk(t, s))
		})
	}
}

// submitForm opens a form with a button, fills it in and submits it, in a dialog or in a message.
func submitForm(u *googlechattest.User, s *googlechattest.Space, card googlechattest.Message, button string, answers map[string]string) {
	u.Presses(card.Now(), button)
	if dialog, ok := u.Dialog(); ok {
		u.Fills(dialog, answers)
		u.Presses(dialog, "Enviar")
		return
	}
	form := u.AwaitMessage(s, "[Enviar] [Cancelar]")
	u.Fills(form, answers)
	u.Presses(form, "Enviar")
}

func mainJob(t *testing.T, d *desk) {
	t.Helper()
	person, agent, official := d.user("Usuario 1"), d.user("Agente 1"), d.user("Oficial 1")
	d.agents.Join(agent)
	direct := person.Direct()
	photo := googlechattest.File{Name: "foto.png", Type: "image/png", Bytes: []byte("\x89PNG\r\n\x1a\nfoto")}

	agent.Opens()
	official.Opens()
	person.Opens()
	card := person.AwaitMessage(direct, "Paso 1 de 5")
	person.Says(direct, "se me atascó el papel en la impresora del piso 3")
	person.AwaitMessage(direct, "¿Se trata de algo de esto?")
	person.Presses(card.Now(), "Impresoras > Atasco de papel")
	person.AwaitMessage(direct, "Paso 3 de 5")
	person.Chooses(card.Now(), "Impacto", "Mediana")
	person.AwaitMessage(direct, "Paso 4 de 5")
	person.Presses(card.Now(), "Usar lo que escribí")
	person.AwaitMessage(direct, "Paso 5 de 5")
	person.Says(direct, "", photo)
	person.AwaitMessage(direct, "Quitar adjuntos")
	person.Presses(card.Now(), "Continuar")
	person.AwaitMessage(direct, "Revise y confirme")
	person.Presses(card.Now(), "Registrar solicitud")
	person.AwaitMessage(direct, "Quedó registrada")
	if n := len(direct.Messages()); n != 3 {
		t.Errorf("%d messages in the direct messages, want the two of the person and one card", n)
	}

	request := agent.AwaitMessage(d.agents, "Solicitud N.º 1")
	if files := request.Files; len(files) == 1 && string(files[0].Bytes) != string(photo.Bytes) {
		t.Error("the photo is another")
	} else if len(files) == 0 && !strings.Contains(request.Plain(), "«foto.png»") {
		t.Errorf("no word about the photo:\n%s", request.Plain())
	}
	agent.Presses(request, "Asignarme")
	agent.AwaitMessage(d.agents, "Agente 1 se asignó la solicitud")
	person.AwaitMessage(direct, "la atiende Agente 1")
	submitForm(agent, d.agents, request, "Escalar", map[string]string{"Funcionario de la Oficina de Tecnología": "Oficial 1", "Justificación": "El rodillo está roto y no hay repuesto."})
	agent.AwaitMessage(d.agents, "Agente 1 la escaló")

	escalated := official.AwaitMessage(official.Direct(), "escalada a usted")
	official.Presses(escalated, "Recibir")
	official.AwaitMessage(d.agents, "Oficial 1 recibió el escalamiento")
	submitForm(official, official.Direct(), escalated, "Confirmar solución", map[string]string{"Causas": "Rodillo gastado.", "Solución": "Se cambió el rodillo."})
	agent.AwaitMessage(d.agents, "Oficial 1 confirmó la solución")

	agent.MentionsUnder(request, "Quedó bien.")
	d.ws.Await("the note in the history", func() bool {
		kept, err := d.store.Ticket(t.Context(), 1)
		return err == nil && slices.ContainsFunc(kept.History, func(r ticket.Record) bool { return r.Fields["text"] == "Quedó bien." })
	})
	submitForm(agent, d.agents, request, "Resolver", map[string]string{"Solución": "Se cambió el rodillo de la impresora.", "¿Se dio": "Sí, quedó solucionado"})
	agent.AwaitMessage(d.agents, "Agente 1 la resolvió")
	solution := person.AwaitMessage(direct, "¿Quedó resuelta?")
	person.Presses(solution, "Sí, quedó resuelta")
	agent.AwaitMessage(d.agents, "confirmó que quedó resuelta")
	survey := person.AwaitMessage(direct, "[5 · Muy satisfecho]")
	person.Presses(survey, "5 · Muy satisfecho")
	agent.AwaitMessage(d.agents, "Ya puede cerrarla")
	agent.AwaitMessage(d.agents, "[Cerrar]")
	agent.Presses(request.Now(), "Cerrar")
	agent.AwaitMessage(d.agents, "la cerró")

	for _, m := range d.agents.Messages() {
		if m.Thread != request.Thread {
			t.Errorf("is outside the thread of the ticket: %s", m.Plain())
		}
	}
	for _, secret := range []string{"atascó", "Usuario 1", "usuario.1@", "token=secret", "Rodillo"} {
		if strings.Contains(d.logText(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

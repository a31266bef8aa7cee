package e2e

import (
	"strings"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/adapters/slack/slacktest"
)

// A ticket whose requester and agents are in different chats: names, files, questions, the
// escalation and notifications reach the other chat.
func TestAcrossChats(t *testing.T) {
	t.Run("agents in Slack", func(t *testing.T) {
		t.Parallel()
		g := newGoogleWorkspace(t, googlechattest.Config{Dialect: googlechattest.Addon})
		s := slacktest.New(t, slacktest.Config{SocketMode: true})
		agent := s.User("U2", "Agente 1", "agente1@entidad.gov.co")
		desk := s.Channel("C1", true, agent)
		g.vars["SLACK_BOT_TOKEN"], g.vars["SLACK_APP_TOKEN"], g.vars["SLACK_API_URL"] = s.Config().BotToken, s.Config().AppToken, s.APIURL()
		g.vars["AGENT_CHANNEL"], g.vars["OFFICIALS"] = "slack:"+desk, g.official.Address()
		g.serve(t)
		card := func(words string) slacktest.Message {
			var found slacktest.Message
			s.Await("a card with "+words, func() bool {
				for _, m := range s.Messages(desk) {
					if (m.ThreadTS == "" || m.ThreadTS == m.TS) && strings.Contains(m.Plain(), words) {
						found = m
						return true
					}
				}
				return false
			})
			return found
		}
		user, dm := g.user, g.user.Direct()
		g.official.Opens()
		user.Opens()
		mine := user.AwaitMessage(dm, "Paso 1 de 5")
		for _, step := range []struct{ text, then string }{{"impresoras", "¿Qué necesita exactamente?"}, {"atasco de papel", "¿A quién afecta?"}, {"mediana", "Describa su solicitud"}, {"Se atascó <otra vez>.", "¿Desea adjuntar"}} {
			user.Says(dm, step.text)
			user.AwaitMessage(dm, step.then)
		}
		user.Says(dm, "", googlechattest.File{Name: "foto.png", Type: "image/png", Bytes: []byte("\x89PNG\r\n\x1a\nfoto")})
		user.AwaitMessage(dm, "foto.png")
		user.Says(dm, "continuar")
		user.AwaitMessage(dm, "Revise y confirme")
		user.Presses(mine.Now(), "Registrar solicitud")
		request := card("Solicitud N.º 1")
		for _, want := range []string{"Usuario 1", "Se atascó <otra vez>.", "foto.png"} {
			if !strings.Contains(request.Plain(), want) {
				t.Errorf("the agents' card in Slack lacks %q:\n%s", want, request.Plain())
			}
		}
		agent.Presses(request, "Asignarme")
		user.AwaitMessage(dm, "la atiende Agente 1")
		agent.Presses(card("En curso (asignada)"), "Responder al usuario")
		agent.Submits(agent.AwaitView("Responder al usuario"), slacktest.Answers{"Mensaje": "¿De qué *piso* es?"})
		question := user.AwaitMessage(dm, "¿De qué *piso* es?")
		user.SaysUnder(question, "Del piso 3.", googlechattest.File{Name: "plano.txt", Type: "text/plain", Bytes: []byte("piso 3")})
		s.AwaitMessage(desk, "Del piso 3.")
		agent.Presses(card("Solicitud N.º 1"), "Escalar")
		agent.Submits(agent.AwaitView("Escalar"), slacktest.Answers{"Funcionario de la Oficina de Tecnología": "Oficial 1", "Justificación": "El rodillo está roto."})
		received := g.official.AwaitMessage(g.official.Direct(), "escalada a usted")
		g.official.Presses(received, "Recibir")
		card("recibida el")
		asksGoogle(g.official, received, g.official.Direct(), "Confirmar solución", map[string]string{"Causas del problema": "Rodillo gastado.", "Solución": "Se cambió el rodillo."})
		s.AwaitMessage(desk, "Oficial 1 confirmó la solución")
		agent.Presses(card("Solicitud N.º 1"), "Resolver")
		agent.Submits(agent.AwaitView("Resolver"), slacktest.Answers{"¿Se dio solución adecuada?": "Sí, quedó solucionado"})
		solution := user.AwaitMessage(dm, "¿Quedó resuelta?")
		user.Presses(solution, "Sí, quedó resuelta")
		user.AwaitMessage(dm, "4 · Satisfecho")
		user.Presses(solution.Now(), "4 · Satisfecho")
		agent.Presses(card("Encuesta"), "Cerrar")
		user.AwaitMessage(dm, "quedó cerrada")
		s.Settle()
		for _, m := range s.Messages(desk) {
			if m.TS != request.TS && !digest(m.Plain()) && m.ThreadTS != request.TS {
				t.Errorf("stands outside the thread of the ticket: %s", m.Plain())
			}
		}
		if t.Failed() {
			t.Log(s.Transcript(), g.Transcript())
		}
	})
	t.Run("agents in Google Chat", func(t *testing.T) {
		t.Parallel()
		g := newGoogleWorkspace(t, googlechattest.Config{Dialect: googlechattest.Classic})
		s := slacktest.New(t, slacktest.Config{SocketMode: true})
		user := s.User("U1", "Usuario 1", "usuario1@entidad.gov.co")
		g.vars["SLACK_BOT_TOKEN"], g.vars["SLACK_APP_TOKEN"], g.vars["SLACK_API_URL"] = s.Config().BotToken, s.Config().AppToken, s.APIURL()
		g.serve(t)
		dm := user.DM()
		for _, text := range []string{"nueva", "impresoras", "atasco", "mediana", "Se atascó el papel *otra vez*."} {
			user.Says(dm, text)
			s.Settle()
		}
		user.Says(dm, "", slacktest.File{Name: "foto.png", Type: "image/png", Content: []byte("\x89PNG\r\n\x1a\nfoto")})
		user.Presses(s.AwaitMessage(dm, "foto.png"), "Continuar")
		user.Presses(s.AwaitMessage(dm, "Revise y confirme"), "Registrar solicitud")
		request := g.agent.AwaitMessage(g.desk, "Solicitud N.º 1")
		if text := request.Plain(); !strings.Contains(text, "Usuario 1") || !strings.Contains(text, "Se atascó el papel *otra vez*.") {
			t.Errorf("the agents' card in Google Chat:\n%s", text)
		}
		if len(request.Files) != 1 || string(request.Files[0].Bytes) != "\x89PNG\r\n\x1a\nfoto" {
			t.Errorf("%d files with the card", len(request.Files))
		}
		g.agent.Presses(request, "Asignarme")
		s.AwaitMessage(dm, "la atiende Agente 1")
		asksGoogle(g.agent, request, g.desk, "Responder al usuario", map[string]string{"Mensaje": "¿De qué <piso> es?"})
		question := s.AwaitMessage(dm, "¿De qué <piso> es?")
		user.SaysInThread(question, "Del piso 3.")
		g.agent.AwaitMessage(g.desk, "Del piso 3.")
		g.agent.MentionsUnder(request, "Voy para allá, es el rodillo.")
		asksGoogle(g.agent, request, g.desk, "Resolver", map[string]string{"Solución": "Se cambió el rodillo.", "¿Se dio solución adecuada?": "Sí, quedó solucionado"})
		user.Presses(s.AwaitMessage(dm, "¿Quedó resuelta?"), "Sí, quedó resuelta")
		user.Presses(s.AwaitMessage(dm, "¿Qué tan satisfecho"), "5 · Muy satisfecho")
		g.agent.AwaitMessage(g.desk, "[Cerrar]")
		g.agent.Presses(request.Now(), "Cerrar")
		s.AwaitMessage(dm, "quedó cerrada")
		s.Settle()
		for _, m := range s.Messages(dm) {
			if strings.Contains(m.Plain(), "es el rodillo") {
				t.Errorf("the user reads an internal note: %s", m.Plain())
			}
		}
		for _, m := range g.desk.Messages() {
			if m.Thread != request.Thread && !digest(m.Plain()) {
				t.Errorf("stands outside the thread of the ticket: %s", m.Plain())
			}
		}
		if t.Failed() {
			t.Log(s.Transcript(), g.Transcript())
		}
	})
}

package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"helptic/adapters/slack/slacktest"
)

// workspace is a Slack with a user, two agents in their channel, an official, and the bot.
type workspace struct {
	*slacktest.Workspace
	user, agent, agent2, official, guest *slacktest.User
	desk                                 string
	bot                                  *program
	vars                                 map[string]string
}

func newWorkspace(t *testing.T, c slacktest.Config) *workspace {
	t.Helper()
	ws := slacktest.New(t, c)
	w := &workspace{Workspace: ws,
		user: ws.User("U1", "Usuario 1", "usuario1@entidad.gov.co"), agent: ws.User("U2", "Agente 1", "agente1@entidad.gov.co"),
		agent2: ws.User("U3", "Agente 2", "agente2@entidad.gov.co"), official: ws.User("U4", "Oficial 1", "oficial1@entidad.gov.co"),
		guest: ws.User("U5", "Externo", "externo@example.com", slacktest.Guest)}
	w.desk = ws.Channel("C1", true, w.agent, w.agent2)
	dir := t.TempDir()
	w.vars = map[string]string{"SLACK_BOT_TOKEN": ws.Config().BotToken, "SLACK_API_URL": ws.APIURL(), "AGENT_CHANNEL": "slack:" + w.desk, "DATA_DIR": filepath.Join(dir, "data")}
	if c.SocketMode {
		w.vars["SLACK_APP_TOKEN"] = ws.Config().AppToken
	} else {
		w.vars["SLACK_SIGNING_SECRET"] = ws.Config().SigningSecret
	}
	w.serve(t)
	return w
}

// serve starts the bot and waits until Slack can reach it.
func (w *workspace) serve(t *testing.T) {
	t.Helper()
	w.bot = start(t, w.vars)
	if !w.Config().SocketMode {
		w.PointAt(w.bot.url)
	}
	client := &http.Client{Timeout: 5 * time.Second}
	await(t, "ready", func() bool { return status(t, client, http.MethodGet, w.bot.url+"/readyz", nil) == http.StatusOK })
}

// card is the agents' card, once it has those words. Its thread is not looked at.
func (w *workspace) card(words string) slacktest.Message {
	var card slacktest.Message
	w.Await("a card with "+words, func() bool {
		for _, m := range w.Messages(w.desk) {
			if (m.ThreadTS == "" || m.ThreadTS == m.TS) && strings.Contains(m.Plain(), words) {
				card = m
				return true
			}
		}
		return false
	})
	return card
}

// The main job in Slack, seen and pressed as people see and press it.
func TestSlackMainJob(t *testing.T) {
	for name, c := range map[string]slacktest.Config{"HTTP": {}, "Socket Mode": {SocketMode: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, c)
			user, agent, official, dm := w.user, w.agent, w.official, w.user.DM()
			user.Says(dm, "se me atascó el papel en la impresora")
			user.Presses(w.AwaitMessage(dm, "¿Se trata de algo de esto?"), "Impresoras > Atasco de papel")
			user.Chooses(w.AwaitMessage(dm, "¿A quién afecta?"), "Impacto", "Mediana")
			user.Presses(w.AwaitMessage(dm, "Describa su solicitud"), "Usar lo que escribí")
			w.AwaitMessage(dm, "¿Desea adjuntar archivos?")
			user.Says(dm, "", slacktest.File{Name: "foto.png", Type: "image/png", Content: []byte("\x89PNG\r\n\x1a\n...")})
			user.Presses(w.AwaitMessage(dm, "foto.png"), "Continuar")
			user.Presses(w.AwaitMessage(dm, "Revise y confirme"), "Registrar solicitud")
			w.AwaitMessage(dm, "Solicitud N.º 1")

			agent.Presses(w.card("Solicitud N.º 1"), "Asignarme")
			w.AwaitMessage(dm, "la atiende Agente 1")
			agent.Presses(w.card("En curso (asignada)"), "Escalar")
			agent.Submits(agent.AwaitView("Escalar"), slacktest.Answers{"Funcionario de la Oficina de Tecnología": "Oficial 1", "Justificación": "El rodillo está roto."})
			received := w.AwaitMessage(official.DM(), "escalada a usted")
			official.Presses(received, "Recibir")
			w.card("recibida el")
			official.Presses(received, "Confirmar solución")
			official.Submits(official.AwaitView("Confirmar"), slacktest.Answers{"Causas del problema": "Rodillo gastado.", "Solución": "Se cambió el rodillo."})
			agent.Presses(w.card("Responsable"), "Resolver")
			agent.Submits(agent.AwaitView("Resolver"), slacktest.Answers{"¿Se dio solución adecuada?": "Sí, quedó solucionado"})
			user.Presses(w.AwaitMessage(dm, "¿Quedó resuelta?"), "Sí, quedó resuelta")
			user.Presses(w.AwaitMessage(dm, "¿Qué tan satisfecho"), "5 · Muy satisfecho")
			w.AwaitMessage(dm, "Gracias por su evaluación")
			agent.Presses(w.card("Encuesta"), "Cerrar")
			w.AwaitMessage(dm, "quedó cerrada")
			w.Settle()
			if code := w.bot.stop(); code != 0 {
				t.Fatalf("the program ended with %d\n%s", code, w.bot.stderr)
			}
			for _, secret := range []string{"rodillo", "atascó", w.Config().BotToken, "usuario1@"} {
				if strings.Contains(w.bot.stderr.String(), secret) {
					t.Errorf("%q is in the log", secret)
				}
			}
			if t.Failed() {
				t.Log(w.Transcript())
			}
			checkRecord(t, w.vars)
		})
	}
}

package e2e

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

// register takes the user from the first word to the ticket.
func (w *workspace) register(words string) {
	dm := w.user.DM()
	for _, text := range []string{"nueva", "impresoras", "atasco", "mediana", words, "continuar"} {
		w.user.Says(dm, text)
		w.Settle()
	}
	w.user.Presses(w.AwaitMessage(dm, "Revise y confirme"), "Registrar solicitud")
}

// The other ways in: home page, command, mention, shortcut and signs; and who may not.
func TestSlackWays(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, slacktest.Config{})
	user, agent, guest, dm := w.user, w.agent, w.guest, w.user.DM()
	hall := w.Channel("C2", false, user, agent, guest)

	guest.Says(guest.DM(), "hola")
	w.AwaitMessage(guest.DM(), "La Mesa de ayuda atiende a servidores y contratistas")

	user.OpensHome()
	user.Presses(user.AwaitHome("No tiene solicitudes abiertas"), "Nueva solicitud")
	w.AwaitMessage(dm, "¿En qué le podemos ayudar?")
	user.Says(dm, "cancelar")
	w.AwaitMessage(dm, "Solicitud cancelada")
	user.Slash("/helptic", "mis")
	w.AwaitMessage(dm, "Usted no tiene solicitudes")
	user.SlashIn(hall, "/helptic", "ayuda")
	user.AwaitEphemeral("mensaje directo")
	w.AwaitMessage(dm, "¿Cómo le puedo ayudar?")
	user.Mentions(hall, "no me abre el correo")
	user.AwaitEphemeral("¿Necesita soporte?")

	w.register("El papel se atasca <!channel> & <@U2> *siempre*.")
	card := w.card("El papel se atasca <!channel> & <@U2> *siempre*.")
	user.AwaitHome("N.º 1 · Nueva")
	w.agent2.Reacts(card, "eyes")
	w.AwaitMessage(dm, "la atiende Agente 2")
	agent.Reacts(card, "white_check_mark")
	agent.Presses(agent.AwaitEphemeral("¿Resolvió la solicitud N.º 1?"), "Resolver")
	form := agent.AwaitView("Resolver")
	if complaints := agent.Submits(form, slacktest.Answers{"¿Se dio solución adecuada?": "Sí, quedó solucionado", "Solución": "   "}); len(complaints) == 0 {
		t.Error("a solution of spaces was taken")
	}
	agent.Closes(agent.AwaitView("Resolver"))

	agent.Presses(w.card("Solicitud N.º 1"), "Reclasificar")
	form = agent.AwaitView("Reclasificar")
	if found := agent.Types(form, "Subcategoría", "toner"); len(found) == 0 || !strings.Contains(strings.Join(found, " "), "Cambio de tóner") {
		t.Errorf("toner: %q", found)
	}
	agent.Chooses(form, "Subcategoría", "Cambio de tóner")
	agent.Submits(form, slacktest.Answers{"Justificación": "Era el tóner."})
	w.card("Solicitud N.º 1 · Cambio de tóner")

	// What the user writes under their card appears under the agents', and the other way round when asked to.
	user.SaysInThread(w.AwaitMessage(dm, "Para agregar algo"), "También suena <raro>.", slacktest.File{Name: "ruido.txt", Type: "text/plain", Content: []byte("crac")})
	w.AwaitMessage(w.desk, "También suena <raro>.")
	agent.SaysInThread(w.card("Solicitud N.º 1"), "Ya lo reviso, es el rodillo.")
	agent.Presses(w.card("Solicitud N.º 1"), "Responder al usuario")
	agent.Submits(agent.AwaitView("Responder al usuario"), slacktest.Answers{"Mensaje": "Ya vamos para allá."})
	w.AwaitMessage(dm, "Ya vamos para allá.")
	w.Settle()
	for _, m := range w.Messages(dm) {
		if strings.Contains(m.Plain(), "es el rodillo") {
			t.Errorf("the user reads an internal note: %s", m.Plain())
		}
	}

	said := user.Says(hall, "La impresora del segundo piso no prende.")
	agent.Shortcut("adopt", said)
	w.AwaitMessage(agent.DM(), "A nombre de")
	heard := agent.Says(hall, "Mi equipo está lento.")
	user.Shortcut("adopt", heard)
	user.AwaitEphemeral("Solo la Mesa de ayuda registra solicitudes a nombre de otra persona")
	w.Settle()
}

// Whatever Slack repeats, refuses for a while or answers too late, everything stands there once.
func TestSlackTrouble(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, slacktest.Config{Patience: time.Minute})
	dm := w.user.DM()
	w.DuplicateEvents(3)
	w.Fault("chat.postMessage", slacktest.LoseAnswer().On(w.desk), slacktest.RateLimited(time.Second).On(dm), slacktest.Status(503).On(dm), slacktest.LoseAnswer().On(dm))
	w.Fault("chat.update", slacktest.RateLimited(time.Second), slacktest.Cut(), slacktest.Status(500))
	w.register("El papel se atasca.")
	w.agent.Presses(w.card("Solicitud N.º 1"), "Asignarme")
	w.card("En curso (asignada)")
	w.AwaitMessage(dm, "la atiende Agente 1")
	w.Settle()
	times := map[string]int{}
	for _, channel := range []string{w.desk, dm} {
		for _, m := range w.Messages(channel) {
			if m.Bot {
				times[channel+" "+m.Plain()]++
			}
		}
	}
	for what, n := range times {
		if n != 1 {
			t.Errorf("%d times: %s", n, what)
		}
	}
	// A channel that was taken away from the bot: readiness stays, people are told what they can be told.
	w.RemoveBot(w.desk)
	w.user.Says(dm, "estado 1")
	w.AwaitMessage(dm, "Así estaba")
	w.Settle()
}

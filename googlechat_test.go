package main

import (
	"bytes"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/adapters/slack/slacktest"
)

// googleWorkspace is a Google Chat with a user, two agents in their space, an official, and the bot.
type googleWorkspace struct {
	*googlechattest.Workspace
	user, agent, agent2, official *googlechattest.User
	desk                          *googlechattest.Space
	bot                           *program
	vars                          map[string]string
}

// newGoogleWorkspace makes one; the bot is not started.
func newGoogleWorkspace(t *testing.T, c googlechattest.Config) *googleWorkspace {
	t.Helper()
	ws := googlechattest.New(t, c)
	w := &googleWorkspace{Workspace: ws, user: ws.User("Usuario 1"), agent: ws.User("Agente 1"), agent2: ws.User("Agente 2"), official: ws.User("Oficial 1")}
	w.desk = ws.Space("Mesa de ayuda", w.agent, w.agent2)
	w.vars = map[string]string{"GOOGLE_CHAT_AUDIENCE": ws.Audience(), "GOOGLE_CHAT_ADDON_EMAIL": ws.AddonEmail(), "GOOGLE_CHAT_API_URL": ws.APIURL(),
		"GOOGLE_CHAT_CERTS_URL": ws.CertsURL(), "GOOGLE_APPLICATION_CREDENTIALS": ws.Credentials(),
		"AGENT_CHANNEL": w.desk.Address(), "DATA_DIR": filepath.Join(t.TempDir(), "data")}
	return w
}

// serve starts the bot and waits until it can be reached.
func (w *googleWorkspace) serve(t *testing.T) {
	t.Helper()
	w.bot = start(t, w.vars)
	w.PointAt(w.bot.url + "/googlechat/events")
	client := &http.Client{Timeout: 5 * time.Second}
	await(t, "ready", func() bool { return status(t, client, http.MethodGet, w.bot.url+"/readyz", nil) == http.StatusOK })
}

// asks opens a form with a button of a message, in a dialog or in a message beside it, and sends it.
func asksGoogle(u *googlechattest.User, card googlechattest.Message, s *googlechattest.Space, button string, answers map[string]string) {
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

// The main job in Google Chat through the program, in both dialects, with its own pace and credentials.
func TestGoogleChatMainJob(t *testing.T) {
	for name, c := range map[string]googlechattest.Config{"classic": {Dialect: googlechattest.Classic}, "add-on": {Dialect: googlechattest.Addon}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newGoogleWorkspace(t, c)
			w.serve(t)
			w.mainJob(t)
			if code := w.bot.stop(); code != 0 {
				t.Fatalf("the program ended with %d\n%s", code, w.bot.stderr)
			}
			for _, secret := range []string{"rodillo", "atascó", "usuario.1@", "googlechattest-token", "token=secret"} {
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

func (w *googleWorkspace) mainJob(t *testing.T) {
	t.Helper()
	user, agent, official, dm := w.user, w.agent, w.official, w.user.Direct()
	official.Opens()
	user.Opens()
	card := user.AwaitMessage(dm, "Paso 1 de 5")
	user.Says(dm, "se me atascó el papel en la impresora")
	user.AwaitMessage(dm, "¿Se trata de algo de esto?")
	user.Presses(card.Now(), "Impresoras > Atasco de papel")
	user.AwaitMessage(dm, "¿A quién afecta?")
	user.Chooses(card.Now(), "Impacto", "Mediana")
	user.AwaitMessage(dm, "Describa su solicitud")
	user.Presses(card.Now(), "Usar lo que escribí")
	user.AwaitMessage(dm, "¿Desea adjuntar archivos?")
	user.Says(dm, "", googlechattest.File{Name: "foto.png", Type: "image/png", Bytes: []byte("\x89PNG\r\n\x1a\n...")})
	user.AwaitMessage(dm, "foto.png")
	user.Presses(card.Now(), "Continuar")
	user.AwaitMessage(dm, "Revise y confirme")
	user.Presses(card.Now(), "Registrar solicitud")
	user.AwaitMessage(dm, "Solicitud N.º 1")

	request := agent.AwaitMessage(w.desk, "Solicitud N.º 1")
	agent.Presses(request, "Asignarme")
	user.AwaitMessage(dm, "la atiende Agente 1")
	asksGoogle(agent, request, w.desk, "Escalar", map[string]string{"Funcionario de la Oficina de Tecnología": "Oficial 1", "Justificación": "El rodillo está roto."})
	received := official.AwaitMessage(official.Direct(), "escalada a usted")
	official.Presses(received, "Recibir")
	agent.AwaitMessage(w.desk, "recibida el")
	asksGoogle(official, received, official.Direct(), "Confirmar solución", map[string]string{"Causas del problema": "Rodillo gastado.", "Solución": "Se cambió el rodillo."})
	agent.AwaitMessage(w.desk, "confirmó la solución")
	asksGoogle(agent, request, w.desk, "Resolver", map[string]string{"¿Se dio solución adecuada?": "Sí, quedó solucionado"})
	solution := user.AwaitMessage(dm, "¿Quedó resuelta?")
	user.Presses(solution, "Sí, quedó resuelta")
	user.AwaitMessage(dm, "5 · Muy satisfecho")
	user.Presses(solution.Now(), "5 · Muy satisfecho")
	user.AwaitMessage(dm, "Gracias por su evaluación")
	agent.AwaitMessage(w.desk, "[Cerrar]")
	agent.Presses(request.Now(), "Cerrar")
	user.AwaitMessage(dm, "quedó cerrada")
}

// digest tells whether a message is one of the morning's, which are about no ticket.
func digest(text string) bool {
	return strings.Contains(text, "Buenos días") || strings.Contains(text, "La semana que pasó")
}

// Without a public address: events are pulled from Pub/Sub, and forms stand in messages.
func TestGoogleChatPubSub(t *testing.T) {
	const topic, subscription = "projects/mesa/topics/chat", "projects/mesa/subscriptions/chat"
	server := pstest.NewServer()
	defer server.Close()
	t.Setenv("PUBSUB_EMULATOR_HOST", server.Addr) // the client library's own
	w := newGoogleWorkspace(t, googlechattest.Config{Publish: func(event []byte) { server.Publish(topic, event, nil) }})
	if _, err := server.GServer.CreateTopic(t.Context(), &pubsubpb.Topic{Name: topic}); err != nil {
		t.Fatal(err)
	}
	if _, err := server.GServer.CreateSubscription(t.Context(), &pubsubpb.Subscription{Name: subscription, Topic: topic, AckDeadlineSeconds: 10}); err != nil {
		t.Fatal(err)
	}
	delete(w.vars, "GOOGLE_CHAT_AUDIENCE")
	w.vars["GOOGLE_CHAT_SUBSCRIPTION"] = subscription
	w.serve(t)
	w.mainJob(t)
	if code := w.bot.stop(); code != 0 {
		t.Fatalf("the program ended with %d\n%s", code, w.bot.stderr)
	}
	checkRecord(t, w.vars)
}

// What check says of Google Chat, with everything well and with nothing.
func TestCheckGoogleChat(t *testing.T) {
	t.Parallel()
	w := newGoogleWorkspace(t, googlechattest.Config{Dialect: googlechattest.Addon})
	says := func() (string, int) {
		env := func(name string) (string, bool) { v, ok := w.vars[name]; return v, ok }
		var out, errs bytes.Buffer
		code := dispatch(t.Context(), []string{"check"}, env, t.TempDir(), &out, &errs)
		return out.String(), code
	}
	if said, code := says(); code != 0 || strings.Count(said, "✓ Google Chat:") != 3 || !strings.Contains(said, "la aplicación está en «Mesa de ayuda», con 2 personas") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	w.desk.Remove()
	if said, code := says(); code != 1 || !strings.Contains(said, "✗ Google Chat: AGENT_CHANNEL: el espacio "+w.desk.Name+" no existe o la aplicación no está en él") {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// One ticket between two chats: names, files, questions, escalation and notices cross.
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

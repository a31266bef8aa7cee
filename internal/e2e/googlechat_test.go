package e2e

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"

	"helptic/adapters/googlechat/googlechattest"
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

// The lines of "helptic check" about Google Chat, with the app in its space and after it was removed.
func TestCheckGoogleChat(t *testing.T) {
	t.Parallel()
	w := newGoogleWorkspace(t, googlechattest.Config{Dialect: googlechattest.Addon})
	if code, out, _ := command(t, w.vars, "check"); code != 0 || strings.Count(out, "✓ Google Chat:") != 3 || !strings.Contains(out, "la aplicación está en «Mesa de ayuda», con 2 personas") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	w.desk.Remove()
	if code, out, _ := command(t, w.vars, "check"); code != 1 || !strings.Contains(out, "✗ Google Chat: AGENT_CHANNEL: el espacio "+w.desk.Name+" no existe o la aplicación no está en él") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

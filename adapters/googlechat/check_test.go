package googlechat_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"google.golang.org/grpc/codes"

	"helptic/adapters/googlechat"
	"helptic/adapters/googlechat/googlechattest"
)

// checkSetup is a workspace with a space of agents and an adapter that is not started.
type checkSetup struct {
	t        *testing.T
	ws       *googlechattest.Workspace
	agents   *googlechattest.Space
	security *googlechattest.Space
	config   googlechat.Config
	pubSub   *pubSub
}

func newCheckSetup(t *testing.T, dialect googlechattest.Dialect, reactors ...pstest.ServerReactorOption) *checkSetup {
	t.Helper()
	w := &checkSetup{t: t, ws: googlechattest.New(t, googlechattest.Config{Dialect: dialect, Pace: testPace})}
	w.agents, w.security = w.ws.Space("Mesa de ayuda", w.ws.User("Agente 1"), w.ws.User("Agente 2"), w.ws.User("Agente 3")), w.ws.Space("Seguridad", w.ws.User("Oficial 1"))
	store := openStore(t, t.TempDir())
	w.config = googlechat.Config{Audience: w.ws.Audience(), AddonEmail: w.ws.AddonEmail(), APIURL: w.ws.APIURL(), CertsURL: w.ws.CertsURL(), HTTPClient: w.ws.Client(),
		AppendLog: store, Files: store, AgentChannel: w.agents.Address()}
	w.pubSub = newPubSub(t, reactors...)
	return w
}

// usePubSub configures a subscription instead of an endpoint.
func (w *checkSetup) usePubSub() {
	w.pubSub.configure(setup{}).change(&w.config)
}

// check returns the findings, one a line, each with a mark.
func (w *checkSetup) check() string {
	w.t.Helper()
	a, err := googlechat.New(w.t.Context(), w.config)
	if err != nil {
		w.t.Fatal(err)
	}
	a.SetReceiveTimes(testPace, testPace)
	var b strings.Builder
	for _, f := range a.Check(w.t.Context()) {
		sign := "✗ "
		if f.OK {
			sign = "✓ "
		}
		b.WriteString(sign + f.Text + "\n")
	}
	return b.String()
}

// A failed check says what to do.
func TestCheckFindings(t *testing.T) {
	t.Parallel()
	const credentials, space = "✓ las credenciales sirven", "✓ AGENT_CHANNEL: la aplicación está en «Mesa de ayuda», con 3 personas\n"
	for name, test := range map[string]struct {
		dialect  googlechattest.Dialect
		reactors []pstest.ServerReactorOption
		change   func(*checkSetup)
		want     []string
		without  string
	}{
		"well, by number":    {change: func(*checkSetup) {}, want: []string{credentials, "✓ se atiende como aplicación clásica del proyecto", "«Project number»", space}, without: "✗"},
		"well, by URL":       {dialect: googlechattest.ClassicURL, change: func(*checkSetup) {}, want: []string{credentials, "«HTTP endpoint URL»", "GOOGLE_CHAT_ADDON_EMAIL", space}, without: "✗"},
		"well, as an add-on": {dialect: googlechattest.Addon, change: func(*checkSetup) {}, want: []string{"✓ se atiende como complemento", space}, without: "✗"},
		"both spaces": {change: func(w *checkSetup) { w.config.SecurityChannel = w.security.Address() },
			want: []string{space, "✓ SECURITY_CHANNEL: la aplicación está en «Seguridad», con 1 persona\n"}, without: "✗"},
		"agents elsewhere": {change: func(w *checkSetup) { w.config.AgentChannel = "slack:C1" }, want: []string{credentials}, without: "AGENT_CHANNEL"},
		"a key of another project": {change: func(w *checkSetup) {
			w.ws.Fault("spaces.list", googlechattest.Fault{Status: http.StatusUnauthorized})
		}, want: []string{"✗ Google no acepta las credenciales. Ponga en GOOGLE_APPLICATION_CREDENTIALS"}, without: "AGENT_CHANNEL"},
		"no scope": {change: func(w *checkSetup) {
			w.ws.Fault("spaces.list", googlechattest.Fault{Status: http.StatusForbidden})
		}, want: []string{"✗ las credenciales no sirven para Google Chat. Deben ser de una cuenta de servicio", "«Google Chat API» habilitada"}, without: "AGENT_CHANNEL"},
		"unavailable": {change: func(w *checkSetup) {
			w.ws.Fault("spaces.list", googlechattest.Fault{Status: http.StatusServiceUnavailable})
		}, want: []string{"✗ Google Chat no atiende ahora (503). Intente de nuevo"}, without: "AGENT_CHANNEL"},
		"unreachable": {change: func(w *checkSetup) { w.config.APIURL = unreachableURL() }, want: []string{"✗ Google Chat no responde", "Revise la conexión"}, without: "127.0.0.1"},
		"credentials that give no token": {change: func(w *checkSetup) {
			w.config.HTTPClient, w.config.Credentials = nil, w.keyFile(unreachableURL()+"token")
		}, want: []string{"✗ Google Chat no responde", "Revise la conexión"}, without: "127.0.0.1"},
		"credentials refused": {change: func(w *checkSetup) {
			w.config.HTTPClient, w.config.Credentials = nil, w.keyFile(w.refusingTokenURL())
		}, want: []string{"✗ Google no acepta las credenciales"}, without: "AGENT_CHANNEL"},
		"no keys": {change: func(w *checkSetup) { w.config.CertsURL = unreachableURL() }, want: []string{"✗ no se pueden leer las llaves con que Google firma. Revise la conexión y GOOGLE_CHAT_CERTS_URL", space}},
		"no such space": {change: func(w *checkSetup) { w.config.AgentChannel = "googlechat:spaces/NOPE" },
			want: []string{"✗ AGENT_CHANNEL: el espacio spaces/NOPE no existe o la aplicación no está en él. Abra el espacio en Google Chat, agregue la aplicación"}},
		"not in it": {change: func(w *checkSetup) { w.agents.Remove() }, want: []string{"✗ AGENT_CHANNEL: el espacio", "agregue la aplicación"}},
		"direct messages": {change: func(w *checkSetup) { w.config.AgentChannel = w.ws.User("Usuario 1").Direct().Address() },
			want: []string{"✗ AGENT_CHANNEL: ", "es un mensaje directo. Cree un espacio para los agentes"}},
		"the space cannot be read": {change: func(w *checkSetup) {
			w.ws.Fault("spaces.get", googlechattest.Fault{Status: http.StatusBadGateway})
		}, want: []string{"✗ AGENT_CHANNEL: no se pudo consultar spaces/", "502", "Intente de nuevo"}},
		"the members cannot be listed": {change: func(w *checkSetup) {
			w.ws.Fault("members.list", googlechattest.Fault{Status: http.StatusTooManyRequests})
		}, want: []string{"✗ AGENT_CHANNEL: no se pudo consultar quién está en", "Intente de nuevo"}},
		"members by a group only": {change: func(w *checkSetup) {
			empty := w.ws.Space("Vacío")
			empty.JoinGroup(w.ws.User("Agente 4"))
			w.config.AgentChannel = empty.Address()
		}, want: []string{"✗ AGENT_CHANNEL: en «Vacío» no hay personas por su nombre. Agréguelas una por una"}},
		"people from outside": {change: func(w *checkSetup) { w.agents.Join(w.ws.Stranger("Externo 1")) },
			want: []string{"con 4 personas (1 de fuera de la entidad, que no podrá atender)"}, without: "✗"},
		"only people from outside": {change: func(w *checkSetup) {
			w.config.AgentChannel = w.ws.Space("Vacío", w.ws.Stranger("Externo 1")).Address()
		}, want: []string{"✗ AGENT_CHANNEL: en «Vacío» solo hay personas de fuera de la entidad, que no pueden atender. Agregue a los agentes"}},
		"Pub/Sub, well":   {change: func(w *checkSetup) { w.pubSub.subscribe(w.t); w.usePubSub() }, want: []string{credentials, "✓ se reciben eventos de " + subscriptionName, "debe estar desmarcada", space}, without: "✗"},
		"no subscription": {change: (*checkSetup).usePubSub, want: []string{"✗ GOOGLE_CHAT_SUBSCRIPTION: la suscripción " + subscriptionName + " no existe. Créela, de tipo pull", space}},
		"push": {change: func(w *checkSetup) {
			w.usePubSub()
			if _, err := w.pubSub.GServer.CreateSubscription(w.t.Context(), &pubsubpb.Subscription{Name: subscriptionName, Topic: topicName, AckDeadlineSeconds: 10, PushConfig: &pubsubpb.PushConfig{PushEndpoint: "https://example.org/"}}); err != nil {
				w.t.Error(err)
			}
		}, want: []string{"✗ GOOGLE_CHAT_SUBSCRIPTION: la suscripción es de tipo push. Cree una de tipo pull"}},
		"may pull and no more": {reactors: []pstest.ServerReactorOption{failMethod("GetSubscription", codes.PermissionDenied)},
			change: func(w *checkSetup) { w.pubSub.subscribe(w.t); w.usePubSub() }, want: []string{"✓ se reciben eventos de"}, without: "✗"},
		"may not pull": {reactors: []pstest.ServerReactorOption{failMethod("GetSubscription", codes.PermissionDenied), failMethod("Pull", codes.PermissionDenied)},
			change: func(w *checkSetup) { w.pubSub.subscribe(w.t); w.usePubSub() }, want: []string{"✗ GOOGLE_CHAT_SUBSCRIPTION: la cuenta de servicio no puede recibir", "«Pub/Sub Subscriber»"}},
		"Pub/Sub fails": {reactors: []pstest.ServerReactorOption{failMethod("GetSubscription", codes.FailedPrecondition)},
			change: func(w *checkSetup) { w.usePubSub() }, want: []string{"✗ GOOGLE_CHAT_SUBSCRIPTION: Pub/Sub no responde (FailedPrecondition). Revise la conexión"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newCheckSetup(t, test.dialect, test.reactors...)
			test.change(w)
			got := w.check()
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("want %q in\n%s", want, got)
				}
			}
			if test.without != "" && strings.Contains(got, test.without) {
				t.Errorf("want no %q in\n%s", test.without, got)
			}
		})
	}
}

// A message that the check receives is not acknowledged.
func TestCheckGivesBackAnEvent(t *testing.T) {
	t.Parallel()
	w := newCheckSetup(t, googlechattest.Classic, failMethod("GetSubscription", codes.PermissionDenied))
	w.pubSub.subscribe(t)
	w.usePubSub()
	id := w.pubSub.publishEvent([]byte("{}"))
	if got := w.check(); !strings.Contains(got, "✓ se reciben eventos de") {
		t.Error(got)
	}
	if m := w.pubSub.Message(id); m.Acks != 0 {
		t.Error("an event was acknowledged")
	}
}

// unreachableURL is the URL of a closed server.
func unreachableURL() string {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	return server.URL + "/"
}

// refusingTokenURL is a token endpoint that does not know the key.
func (w *checkSetup) refusingTokenURL() string {
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "application/json")
		out.WriteHeader(http.StatusBadRequest)
		_, _ = out.Write([]byte(`{"error":"invalid_grant","error_description":"Invalid JWT Signature."}`))
	}))
	w.t.Cleanup(server.Close)
	return server.URL + "/token"
}

// keyFile is the service account's key file with another token endpoint.
func (w *checkSetup) keyFile(tokenURL string) string {
	w.t.Helper()
	body, err := os.ReadFile(w.ws.Credentials())
	if err != nil {
		w.t.Fatal(err)
	}
	path := filepath.Join(w.t.TempDir(), "key.json")
	text := strings.Replace(string(body), strings.TrimSuffix(w.ws.APIURL(), "/")+"/token", tokenURL, 1)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/storage"
	"helptic/storage/sqlite"
	"helptic/ticket"
)

// TestKillGoogleChat kills the process at random moments while people write and press in Google
// Chat, which delivers again what was not taken: every message stands there once, in the thread
// of its ticket, and no request is lost.
func TestKillGoogleChat(t *testing.T) {
	t.Parallel()
	ws := googlechattest.New(t, googlechattest.Config{Dialect: googlechattest.Addon})
	user, agent := ws.User("Usuario 1"), ws.User("Agente 1")
	desk, dm := ws.Space("Mesa de ayuda", agent), user.Direct()
	const kills = 8
	vs := newVictims(t, 1, moments(t, kills), "GOOGLE_CHAT_AUDIENCE="+ws.Audience(), "GOOGLE_CHAT_ADDON_EMAIL="+ws.AddonEmail(), "GOOGLE_CHAT_API_URL="+ws.APIURL(),
		"GOOGLE_CHAT_CERTS_URL="+ws.CertsURL(), "GOOGLE_APPLICATION_CREDENTIALS="+ws.Credentials(), "AGENT_CHANNEL="+desk.Address())
	v := vs.all[0]
	ws.PointAt(redeliver(t, "http://"+v.addr) + "/googlechat/events")

	says := func(text, then string) {
		vs.sending(v, "«"+text+"»")
		user.Says(dm, text)
		user.AwaitMessage(dm, then)
	}
	rounds := 0
	for vs.killed.Load() < kills {
		if rounds++; rounds > 12 {
			t.Fatalf("only %d kills in 12 rounds", vs.killed.Load())
		}
		says("nueva", "¿En qué le podemos ayudar?")
		says("impresoras", "¿Qué necesita exactamente?")
		says("atasco de papel", "¿A quién afecta?")
		says("mediana", "Describa su solicitud")
		says(fmt.Sprintf("El papel se atasca por %d.ª vez.", rounds), "¿Desea adjuntar archivos?")
		says("continuar", "Revise y confirme")
		number := fmt.Sprintf("Solicitud N.º %d", rounds)
		says("registrar", number)
		card := agent.AwaitMessage(desk, number)
		vs.sending(v, "Asignarme")
		agent.Presses(card, "Asignarme")
		user.AwaitMessage(dm, fmt.Sprintf("Solicitud N.º %d: la atiende Agente 1.", rounds))
		agent.AwaitMessage(desk, "Agente 1 se asignó la solicitud")
	}
	vs.kills.Wait()
	var found []*ticket.Ticket
	ws.Await("everything said", func() bool {
		n := 0
		for _, m := range desk.Messages() {
			if strings.Contains(m.Plain(), "se asignó la solicitud") {
				n++
			}
		}
		return n >= rounds
	})
	if how := v.end(syscall.SIGTERM); how != "exit status 0" {
		t.Errorf("the last process ended with %s", how)
	}
	times := map[string]int{}
	for _, m := range append(desk.Messages(), dm.Messages()...) {
		if m.FromApp() {
			times[m.Thread+" "+m.Plain()]++
		}
	}
	for what, n := range times {
		if n != 1 {
			t.Errorf("%d times: %s", n, what)
		}
	}
	store, err := sqlite.Open(t.Context(), v.dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if found, err = store.Tickets(t.Context(), storage.Query{}); err != nil || len(found) != rounds {
		t.Fatalf("%d tickets of %d requests, %v", len(found), rounds, err)
	}
	for i, f := range found {
		if f.Number != int64(rounds-i) || len(f.History) != 2 || f.History[1].Action != ticket.AssignSelf {
			t.Errorf("ticket %d: %d records", f.Number, len(f.History))
		}
	}
	t.Logf("%d requests", rounds)
}

// redeliver is the way from Google Chat to a process that is killed now and then: what gets no
// answer, or is not taken, is delivered again until it is, for as long as Chat waits.
func redeliver(t *testing.T, to string) string {
	t.Helper()
	client := &http.Client{Timeout: 25 * time.Second}
	way := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for range 250 {
			again, err := http.NewRequestWithContext(r.Context(), r.Method, to+r.URL.Path, bytes.NewReader(body))
			if err != nil {
				return
			}
			again.Header = r.Header.Clone()
			answer, err := client.Do(again)
			if err == nil {
				text, err := io.ReadAll(answer.Body)
				answer.Body.Close()
				if err == nil && answer.StatusCode < 500 {
					w.Header().Set("Content-Type", answer.Header.Get("Content-Type"))
					w.WriteHeader(answer.StatusCode)
					_, _ = w.Write(text) // the fake complains where it is missing
					return
				}
			}
			select {
			case <-tick.C:
			case <-r.Context().Done():
				return
			}
		}
		http.Error(w, "nobody there", http.StatusBadGateway)
	}))
	t.Cleanup(way.Close)
	return way.URL
}

package e2e

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"helptic/adapters/slack/slacktest"
	"helptic/storage"
	"helptic/storage/sqlite"
	"helptic/ticket"
)

// TestKillSlack kills the process at random moments while people write and press in Slack, which
// delivers again what was not taken: every message stands there once, and no request is lost.
func TestKillSlack(t *testing.T) {
	t.Parallel()
	ws := slacktest.New(t, slacktest.Config{Patience: time.Minute})
	user, agent := ws.User("U1", "Usuario 1", "usuario1@entidad.gov.co"), ws.User("U2", "Agente 1", "agente1@entidad.gov.co")
	desk, dm := ws.Channel("C1", true, agent), user.DM()
	const kills = 12
	vs := newVictims(t, 1, moments(t, kills), "SLACK_BOT_TOKEN="+ws.Config().BotToken, "SLACK_SIGNING_SECRET="+ws.Config().SigningSecret,
		"SLACK_API_URL="+ws.APIURL(), "AGENT_CHANNEL=slack:"+desk)
	v := vs.all[0]
	ws.PointAt("http://" + v.addr)

	// await lets Slack's minutes pass until something stands there, so that it delivers again.
	await := func(channel, words string) (found slacktest.Message) {
		t.Helper()
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for n := range 2400 {
			for _, m := range ws.Messages(channel) {
				if (m.ThreadTS == "" || m.ThreadTS == m.TS) && m.Bot && strings.Contains(m.Plain(), words) {
					found = m
				}
			}
			if found.TS != "" {
				return found
			}
			if n%10 == 9 {
				ws.Advance(time.Minute)
			}
			if t.Failed() {
				t.FailNow()
			}
			<-tick.C
		}
		t.Fatalf("never %q\n%s", words, ws.Transcript())
		return found
	}
	says := func(text, then string) {
		vs.sending(v, "«"+text+"»")
		user.Says(dm, text)
		await(dm, then)
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
		card := await(desk, number)
		for !strings.Contains(card.Plain(), "En curso") {
			vs.sending(v, "Asignarme")
			agent.PressesStale(card, "Asignarme") // Slack does not deliver presses again: one presses again
			tick := time.NewTicker(300 * time.Millisecond)
			for range 10 {
				<-tick.C
				if card = await(desk, number); strings.Contains(card.Plain(), "En curso") {
					break
				}
			}
			tick.Stop()
			if strings.Contains(card.Plain(), "En curso") {
				break
			}
		}
		await(dm, fmt.Sprintf("Solicitud N.º %d: la atiende Agente 1.", rounds))
	}
	vs.kills.Wait()
	ws.Settle()
	ws.Troubles() // people saw that the bot was away
	times := map[string]int{}
	for _, channel := range []string{desk, dm} {
		for _, m := range ws.Messages(channel) {
			if m.Bot {
				times[channel+" "+m.ThreadTS+" "+m.Plain()]++
			}
		}
	}
	for what, n := range times {
		if n != 1 {
			t.Errorf("%d times: %s", n, what)
		}
	}
	if how := v.end(syscall.SIGTERM); how != "exit status 0" {
		t.Errorf("the last process ended with %s", how)
	}
	store, err := sqlite.Open(t.Context(), v.dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	found, err := store.Tickets(t.Context(), storage.Query{})
	if err != nil || len(found) != rounds {
		t.Fatalf("%d tickets of %d requests, %v", len(found), rounds, err)
	}
	for i, f := range found {
		if f.Number != int64(rounds-i) || len(f.History) != 2 || f.History[1].Action != ticket.AssignSelf || len(f.Outbox) > 0 {
			t.Errorf("ticket %d: %d records, owes %v", f.Number, len(f.History), f.Outbox)
		}
	}
	t.Logf("%d requests", rounds)
}

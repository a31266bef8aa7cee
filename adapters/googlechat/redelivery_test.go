package googlechat_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
)

// eventCounter replies as replyToButtons does, and counts the events.
type eventCounter struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *eventCounter) handle(ctx context.Context, e bot.Event) (bot.Reply, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n[e.Do+e.Text]++
	return replyToButtons(ctx, e)
}

func (c *eventCounter) count(what string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n[what]
}

// Whatever happens to the connection, an event is handled once, and each delivery gets the same response.
func TestRedeliveriesAreHandledOnce(t *testing.T) {
	for name, dialect := range map[string]googlechattest.Dialect{"classic": googlechattest.Classic, "add-on": googlechattest.Addon} {
		for how, trouble := range map[string]func(*googlechattest.Workspace){
			"doubled":           func(ws *googlechattest.Workspace) { ws.Duplicate(2) },
			"answer lost":       func(ws *googlechattest.Workspace) { ws.LoseAnswers(1) },
			"hung up":           func(ws *googlechattest.Workspace) { ws.HangUp(1) },
			"all of it at once": func(ws *googlechattest.Workspace) { ws.Duplicate(1); ws.LoseAnswers(1); ws.HangUp(1) },
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				c := &eventCounter{n: map[string]int{}}
				d := newDesk(t, setup{config: googlechattest.Config{Dialect: dialect}, handle: c.handle})
				u := d.user("Usuario 1")
				d.agents.Join(u)
				trouble(d.ws)
				u.Mentions(d.agents, "hola")
				card := u.AwaitMessage(d.agents, "Pruebas uno")
				for i, label := range []string{"corto", "nada", "abre"} {
					trouble(d.ws)
					u.Presses(card.Now(), "Formulario "+label)
					if got := c.count(label); got != 1 {
						t.Errorf("click %d handled %d times", i, got)
					}
				}
				dialog, ok := u.Dialog()
				if !ok {
					t.Fatal("no dialog")
				}
				trouble(d.ws)
				u.Fills(dialog, map[string]string{"Motivo": "sin más"})
				u.Presses(dialog, "Enviar")
				if !sees(u, d.agents, "Recibido: sin más") || c.count("form") != 1 || c.count("hola") != 1 {
					t.Errorf("%v %s", c.n, d.ws.Transcript())
				}
				if n := strings.Count(fmt.Sprint(u.Toasts()), "Recibido"); n != 1 {
					t.Errorf("shown %d times", n)
				}
			})
		}
	}
}

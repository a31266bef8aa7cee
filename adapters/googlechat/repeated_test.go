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

// counting answers as answering does, and counts what happened.
type counting struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *counting) handle(ctx context.Context, e bot.Event) (bot.Reply, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n[e.Do+e.Text]++
	return answering(ctx, e)
}

func (c *counting) times(what string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n[what]
}

// Whatever becomes of the connection, what somebody does happens once, and is answered alike however often Chat asks.
func TestRepeatedDeliveriesHappenOnce(t *testing.T) {
	for name, dialect := range map[string]googlechattest.Dialect{"classic": googlechattest.Classic, "add-on": googlechattest.Addon} {
		for how, trouble := range map[string]func(*googlechattest.Workspace){
			"doubled":           func(ws *googlechattest.Workspace) { ws.Duplicate(2) },
			"answer lost":       func(ws *googlechattest.Workspace) { ws.LoseAnswers(1) },
			"hung up":           func(ws *googlechattest.Workspace) { ws.HangUp(1) },
			"all of it at once": func(ws *googlechattest.Workspace) { ws.Duplicate(1); ws.LoseAnswers(1); ws.HangUp(1) },
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				c := &counting{n: map[string]int{}}
				d := newDesk(t, setup{config: googlechattest.Config{Dialect: dialect}, handle: c.handle})
				u := d.user("Usuario 1")
				d.agents.Join(u)
				trouble(d.ws)
				u.Mentions(d.agents, "hola")
				card := u.AwaitMessage(d.agents, "Pruebas uno")
				for i, label := range []string{"corto", "nada", "abre"} {
					trouble(d.ws)
					u.Presses(card.Now(), "Formulario "+label)
					if got := c.times(label); got != 1 {
						t.Errorf("press %d happened %d times", i, got)
					}
				}
				dialog, ok := u.Dialog()
				if !ok {
					t.Fatal("no dialog")
				}
				trouble(d.ws)
				u.Fills(dialog, map[string]string{"Motivo": "sin más"})
				u.Presses(dialog, "Enviar")
				if !reads(u, d.agents, "Recibido: sin más") || c.times("form") != 1 || c.times("hola") != 1 {
					t.Errorf("%v %s", c.n, d.ws.Transcript())
				}
				if n := strings.Count(fmt.Sprint(u.Toasts()), "Recibido"); n != 1 {
					t.Errorf("%d times read", n)
				}
			})
		}
	}
}

package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"helptic/storage"
	"helptic/ticket"
)

const mesa = "web:mesa-de-ayuda"

func mainJob(vs *victims, once, lost *int, n int) {
	vs.t.Helper()
	user, agent, official := person{vs, "usuario-1", once, lost}, person{vs, "agente-1", once, lost}, person{vs, "oficial-1", once, lost}
	mine := "web:usuario-1"
	user.says("nueva")
	user.sees(mine, "¿En qué le podemos ayudar?")
	user.says("se me atascó el papel en la impresora")
	user.presses(mine, "", "Impresoras > Atasco de papel", nil)
	user.sees(mine, "¿A quién afecta?")
	user.says("mediana")
	user.presses(mine, "", "Usar lo que escribí", nil)
	user.presses(mine, "", "Continuar", nil)
	user.presses(mine, "", "Registrar solicitud", nil)
	number := fmt.Sprintf("N.º %d ", n) // the space: 1 is not 10
	agent.sees(mesa, "Solicitud "+number+"· Atasco de papel · Nueva")
	agent.presses(mesa, number, "Asignarme", nil)
	agent.sees(mesa, "Solicitud "+number+"· Atasco de papel · En curso")
	agent.presses(mesa, number, "Escalar", map[string]string{"person": "web:oficial-1", "justification": "No hay repuesto."})
	official.sees("web:oficial-1", "Solicitud "+number+"escalada a usted")
	official.presses("web:oficial-1", number, "Recibir", nil)
	official.isRidOf("web:oficial-1", number, "Recibir")
	official.presses("web:oficial-1", number, "Confirmar solución", map[string]string{"causes": "Rodillo gastado.", "solution": "Se cambió."})
	agent.sees(mesa, "Solicitud "+number+"· Atasco de papel · En curso")
	agent.presses(mesa, number, "Resolver", map[string]string{"adequate": "yes"})
	user.presses(mine, number, "Sí, quedó resuelta", nil)
	user.presses(mine, number, "5 · Muy satisfecho", nil)
	user.sees(mine, "Solución de la solicitud "+number+"· Gracias por su evaluación")
	agent.presses(mesa, number, "Cerrar", nil)
	agent.sees(mesa, "Solicitud "+number+"· Atasco de papel · Cerrada")
	user.sees(mine, fmt.Sprintf("Solicitud N.º %d: quedó cerrada", n))
}

// unopened tells whether a message says that a form was lost with the process, or that the
// press for it, when it was taken up, came after the person had pressed again and gone on.
func unopened(text string) bool {
	return text == "El formulario no se pudo abrir a tiempo. Pulse el botón otra vez." || strings.Contains(text, "ya no se puede hacer eso") || strings.Contains(text, "ya terminó")
}

// checkRooms reads what stands in the rooms once nothing more is said.
func checkRooms(t *testing.T, vs *victims, rounds, lost int) {
	t.Helper()
	notices, digests := 0, map[string]int{}
	for name, want := range map[string]map[string]int{ // what each ticket leaves in each room
		"usuario-1": {"web:usuario-1": 1 + 3 + 1},     // card; take, escalate, close; solution
		"agente-1":  {mesa: 1 + 8, "web:agente-1": 2}, // card and lines; confirm_solution and rate
		"oficial-1": {"web:oficial-1": 1},             // card
	} {
		for _, room := range (person{vs: vs, name: name}).settled().Rooms {
			if room.Earlier {
				t.Errorf("%s: there is more than what was read", room.ID)
			}
			stands, cards, said, lines := map[string]int{}, map[string]int{}, 0, map[string]int{}
			for _, m := range room.Messages {
				switch {
				case unopened(m.Text):
					notices++
					continue
				case m.From != "":
					said++
					continue
				}
				content := m.Thread + " " + m.Text
				if m.Card != nil {
					content = m.Card.Title
					if content == "Buenos días" || content == "La semana que pasó" { // on a working day's morning
						if digests[content]++; digests[content] > 1 {
							t.Errorf("%s: %q stands there again", room.ID, content)
						}
						continue
					}
					cards[m.Card.Title]++
				}
				if m.Thread != "" {
					lines[m.Thread]++
				}
				stands[content]++
			}
			for content, times := range stands {
				if times != 1 {
					t.Errorf("%s: %q stands there %d times", room.ID, content, times)
				}
			}
			if len(stands) != want[room.ID]*rounds {
				t.Errorf("%s: %d messages of %d tickets, want %d of each\n%s", room.ID, len(stands), rounds, want[room.ID],
					strings.Join(slices.Sorted(maps.Keys(stands)), "\n"))
			}
			switch room.ID {
			case "web:usuario-1":
				if said != 3*rounds || len(cards) != 2*rounds {
					t.Errorf("the user said %d things in %d requests and has %d cards", said, rounds, len(cards))
				}
			case mesa:
				if len(cards) != rounds || len(lines) != rounds {
					t.Errorf("%d cards and %d timelines of %d tickets", len(cards), len(lines), rounds)
				}
				for card, n := range lines {
					if n != 8 {
						t.Errorf("%d lines under %s", n, card)
					}
				}
			}
		}
	}
	if notices > lost {
		t.Errorf("%d times told that a form was not opened, of %d presses that were repeated", notices, lost)
	}
	t.Logf("%d requests, %d presses repeated, %d forms lost", rounds, lost, notices)
}

// checkDatabase reads the tickets, and that nothing is left to do.
func checkDatabase(t *testing.T, store storage.Store, rounds int) {
	t.Helper()
	defer store.Close()
	found, err := store.Tickets(t.Context(), storage.Query{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != rounds {
		t.Errorf("%d tickets of %d requests", len(found), rounds)
	}
	want := []ticket.Action{ticket.Register, ticket.AssignSelf, ticket.Escalate, ticket.Receive, ticket.ConfirmSolution, ticket.Resolve, ticket.Validate, ticket.Rate, ticket.Close}
	for i, f := range found {
		if f.Number != int64(rounds-i) {
			t.Errorf("number %d stands at %d", f.Number, rounds-i)
		}
		var did []ticket.Action
		for _, r := range f.History {
			did = append(did, r.Action)
		}
		if !slices.Equal(did, want) {
			t.Errorf("ticket %d: %v", f.Number, did)
		}
		if len(f.Outbox) > 0 {
			t.Errorf("ticket %d still owes %v", f.Number, f.Outbox)
		}
	}
	later := time.Now().AddDate(1, 0, 0) // every lease has run out
	pending, err := store.LeaseEvents(t.Context(), later, later, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range pending {
		t.Errorf("event %s of %s is not done", e.Key, e.OrderingKey)
	}
	owing, err := store.LeaseNotifications(t.Context(), later, later, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if len(owing) > 0 {
		t.Errorf("%d tickets owe something", len(owing))
	}
}

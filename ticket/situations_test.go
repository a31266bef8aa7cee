package ticket_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"helptic/ticket"
)

var (
	user     = ticket.Person{ID: "web:usuario-1", Name: "Usuario 1"}
	agent1   = ticket.Person{ID: "web:agente-1", Name: "Agente 1"}
	agent2   = ticket.Person{ID: "web:agente-2", Name: "Agente 2"}
	agent3   = ticket.Person{ID: "web:agente-3", Name: "Agente 3"}
	official = ticket.Person{ID: "web:oficial-1", Name: "Oficial 1"}
	nobody   = ticket.Person{}
)

// acting is who acts in a role.
var acting = map[ticket.Role]ticket.Person{ticket.Requester: user, ticket.Agent: agent2, ticket.Official: official, ticket.System: nobody}

// shipped is the catalogue of the repository.
func shipped(t testing.TB) *ticket.Catalog {
	t.Helper()
	data, err := os.ReadFile("../catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	cat, err := ticket.LoadCatalog(data)
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// bogota reads a clock time of the entity.
func bogota(t testing.TB, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("America/Bogota")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func entry(t testing.TB, cat *ticket.Catalog, id string) ticket.Entry {
	t.Helper()
	e, ok := cat.Entry(id)
	if !ok {
		t.Fatalf("no entry %s", id)
	}
	return e
}

// registered is a new ticket: an incident of "mediana", four hours.
func registered(t testing.TB, cat *ticket.Catalog, at time.Time) *ticket.Ticket {
	t.Helper()
	return ticket.Open(cat, ticket.Request{
		Draft: "draft", Entry: entry(t, cat, "asesoria-tecnica.ofimatica"), Impact: "mediana", Description: "No puedo abrir el documento",
		Requester: user, OpenedBy: user, Role: ticket.Requester, FirstMessageAt: at, At: at, Event: "e0",
	})
}

// full is a change with all that its action may ask for.
func full(t testing.TB, cat *ticket.Catalog, a ticket.Action, r ticket.Role, at time.Time) ticket.Change {
	t.Helper()
	c := ticket.Change{Action: a, By: acting[r], Roles: []ticket.Role{r}, At: at, Fields: map[string]string{}}
	switch a {
	case ticket.AssignSelf:
		c.Assignee = agent1.ID
	case ticket.Assign:
		c.Person = &agent3
	case ticket.PutOnHold:
		c.For, c.Fields["reason"] = ticket.ForProvider, "Llega un repuesto"
	case ticket.Escalate:
		c.Person, c.Fields["justification"] = &official, "Falta un permiso"
	case ticket.AskProvider:
		c.Fields = map[string]string{"provider": "Proveedor 1", "email": "soporte@example.com", "message": "Revisar el equipo"}
	case ticket.ConfirmSolution:
		c.Fields = map[string]string{"causes": "Permiso vencido", "solution": "Permiso renovado"}
	case ticket.Resolve:
		c.Fields = map[string]string{"solution": "Se reinstaló", "adequate": "yes"}
	case ticket.Reject, ticket.Reopen, ticket.Withdraw:
		c.Fields["reason"] = "Sigue igual"
	case ticket.Rate:
		c.Rating = 5
	case ticket.Reclassify:
		c.Entry, c.Impact, c.Fields["justification"] = entry(t, cat, "asesoria-tecnica.ofimatica"), "alta", "Afecta a un grupo"
	case ticket.Reply:
		c.Fields["text"] = "Ya lo revisamos"
	}
	return c
}

// must applies an action that has to succeed.
func must(t testing.TB, cat *ticket.Catalog, tk *ticket.Ticket, c ticket.Change) {
	t.Helper()
	if err := tk.Apply(cat, c); err != nil {
		t.Fatalf("%s in %s: %v", c.Action, tk.State, err)
	}
}

// situations are the tickets that every row is tried on.
var situations = []string{"new", "in_progress", "on_hold", "escalated", "resolved", "validated", "closed"}

func inSituation(t testing.TB, cat *ticket.Catalog, name string) *ticket.Ticket {
	t.Helper()
	at := bogota(t, "2026-11-17 09:00")
	tk := registered(t, cat, at)
	do := func(a ticket.Action, r ticket.Role) {
		at = at.Add(10 * time.Minute)
		c := full(t, cat, a, r, at)
		if r == ticket.Agent {
			c.By = agent1
		}
		must(t, cat, tk, c)
	}
	if name == "new" {
		return tk
	}
	do(ticket.AssignSelf, ticket.Agent)
	switch name {
	case "on_hold":
		do(ticket.PutOnHold, ticket.Agent)
	case "escalated":
		do(ticket.Escalate, ticket.Agent)
	case "resolved":
		do(ticket.Resolve, ticket.Agent)
	case "validated":
		do(ticket.Resolve, ticket.Agent)
		do(ticket.Validate, ticket.Requester)
	case "closed":
		do(ticket.Resolve, ticket.Agent)
		do(ticket.Close, ticket.Agent)
	}
	return tk
}

func document(t testing.TB, tk *ticket.Ticket) []byte {
	t.Helper()
	b, err := json.Marshal(tk)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

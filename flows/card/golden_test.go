package card_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/ticket"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Who acts, and on what.
var (
	user       = ticket.Person{ID: "chat:usuario", Name: "Usuario 1", Email: "usuario1@entidad.gov.co"}
	agent      = ticket.Person{ID: "chat:agente1", Name: "Agente 1"}
	otherAgent = ticket.Person{ID: "chat:agente2", Name: "Agente 2"}
	official   = ticket.Person{ID: "chat:oficial", Name: "Oficial 1"}
)

const (
	printer   = "impresoras.atasco-de-papel"
	suspect   = "correo-electronico.correo-sospechoso"
	publish   = "pagina-web-uspec.publicacion-de-contenido"
	fileBytes = 1234
)

var evidence = []ticket.File{{ID: "F1", Name: "foto.png", Type: "image/png", Size: fileBytes, SHA256: strings.Repeat("ab", 32)}}

func shipped(t testing.TB) *ticket.Catalog {
	t.Helper()
	data, err := os.ReadFile("../../catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	cat, err := ticket.LoadCatalog(data)
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// life is a ticket that people act on, an hour after the other, from a Friday at 10:00.
type life struct {
	t   testing.TB
	cat *ticket.Catalog
	*ticket.Ticket
	at time.Time
}

// change is one step of a life.
type change func(l *life)

func begin(t testing.TB, cat *ticket.Catalog, edit ...func(*ticket.Request)) *life {
	t.Helper()
	at := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	r := ticket.Request{Draft: "d", Impact: "mediana", Description: "Se atascó el papel en la impresora del piso 3.", Files: evidence,
		Requester: user, OpenedBy: user, Role: ticket.Requester, FirstMessageAt: at.Add(-3 * time.Minute), At: at, Event: "e0"}
	r.Entry, _ = cat.Entry(printer)
	for _, e := range edit {
		e(&r)
	}
	l := &life{t: t, cat: cat, Ticket: ticket.Open(cat, r), at: r.At}
	l.Number = 7
	return l
}

func does(by ticket.Person, role ticket.Role, a ticket.Action, edit ...func(*ticket.Change)) change {
	return func(l *life) {
		l.t.Helper()
		l.at = l.at.Add(time.Hour)
		c := ticket.Change{Action: a, By: by, Roles: []ticket.Role{role}, At: l.at, Event: fmt.Sprint("e", len(l.History)), Fields: map[string]string{}}
		for _, e := range edit {
			e(&c)
		}
		if err := l.Apply(l.cat, c); err != nil {
			l.t.Fatalf("%s: %v", a, err)
		}
	}
}

func later(days int) change {
	return func(l *life) { l.at = l.cat.Calendar.AddDays(l.at, days) }
}

func fields(pairs ...string) func(*ticket.Change) {
	return func(c *ticket.Change) {
		for i := 0; i < len(pairs); i += 2 {
			c.Fields[pairs[i]] = pairs[i+1]
		}
	}
}

func waits(for_ ticket.HoldFor) change {
	expected := time.Date(2026, 11, 26, 5, 0, 0, 0, time.UTC)
	return does(agent, ticket.Agent, ticket.PutOnHold, fields("reason", "¿De qué piso es?"), func(c *ticket.Change) { c.For, c.Expected = for_, expected })
}

func names(p ticket.Person) func(*ticket.Change) {
	return func(c *ticket.Change) { c.Person = &p }
}

var (
	taken      = does(agent, ticket.Agent, ticket.AssignSelf)
	escalated  = does(agent, ticket.Agent, ticket.Escalate, names(official), fields("justification", "No hay repuesto."))
	received   = does(official, ticket.Official, ticket.Receive)
	confirmed  = does(official, ticket.Official, ticket.ConfirmSolution, fields("causes", "Rodillo gastado.", "solution", "Se cambió el rodillo."))
	provider   = does(agent, ticket.Agent, ticket.AskProvider, fields("provider", "Proveedor 1", "email", "soporte@proveedor.com", "message", "¿Hay garantía?"), func(c *ticket.Change) { c.Files = evidence })
	resolved   = does(agent, ticket.Agent, ticket.Resolve, fields("solution", "Se cambió el rodillo.", "adequate", "yes"), func(c *ticket.Change) { c.Files = evidence })
	workaround = does(agent, ticket.Agent, ticket.Resolve, fields("solution", "Use la del piso 4.", "adequate", "workaround"))
	validated  = does(user, ticket.Requester, ticket.Validate)
	rejected   = does(user, ticket.Requester, ticket.Reject, fields("reason", "Sigue atascada."))
	reopened   = does(user, ticket.Requester, ticket.Reopen, fields("reason", "Volvió a pasar."))
	rated      = does(user, ticket.Requester, ticket.Rate, fields("rating", "5 · Muy satisfecho"), func(c *ticket.Change) { c.Rating, c.Answers = 5, map[string]int{"trato": 5} })
	closed     = does(agent, ticket.Agent, ticket.Close)
	closedLate = does(ticket.Person{}, ticket.System, ticket.Close)
	withdrawn  = does(user, ticket.Requester, ticket.Withdraw, fields("reason", "Ya no hace falta."))
)

// situations are those in which a ticket can be, each with how it came there.
var situations = []struct {
	name    string
	request func(*ticket.Request, *ticket.Catalog)
	changes []change
}{
	{name: "new"},
	{name: "new_security", request: func(r *ticket.Request, cat *ticket.Catalog) { r.Entry, _ = cat.Entry(suspect) }},
	{name: "new_web_content_after_four", request: func(r *ticket.Request, cat *ticket.Catalog) {
		r.Entry, _ = cat.Entry(publish)
		r.At = r.At.Add(6*time.Hour + 30*time.Minute)
	}},
	{name: "new_for_another", request: func(r *ticket.Request, _ *ticket.Catalog) { r.OpenedBy, r.Role = agent, ticket.Agent }},
	{name: "new_with_details", request: func(r *ticket.Request, _ *ticket.Catalog) {
		r.Details = []ticket.Detail{{Question: "place", Label: "Oficina", Value: "Piso 3"}}
	}},
	{name: "in_progress", changes: []change{taken}},
	{name: "in_progress_assigned_and_moved", changes: []change{taken, does(agent, ticket.Agent, ticket.Assign, names(otherAgent)), does(otherAgent, ticket.Agent, ticket.Reply, fields("text", "Vamos para allá."), func(c *ticket.Change) { c.Files = evidence }),
		does(otherAgent, ticket.Agent, ticket.Note, fields("text", "Falta el repuesto.")), does(user, ticket.Requester, ticket.Comment, fields("text", "Gracias."))}},
	{name: "in_progress_reclassified", changes: []change{taken, func(l *life) {
		e, _ := l.cat.Entry("impresoras.sin-papel")
		does(agent, ticket.Agent, ticket.Reclassify, fields("justification", "Era otra cosa."), func(c *ticket.Change) { c.Entry, c.Impact = e, "alta" })(l)
	}}},
	{name: "in_progress_overdue", changes: []change{taken, later(1)}},
	{name: "on_hold_user", changes: []change{taken, waits(ticket.ForUser)}},
	{name: "on_hold_user_answered", changes: []change{taken, waits(ticket.ForUser), does(user, ticket.Requester, ticket.Comment, fields("text", "Del piso 3."))}},
	{name: "on_hold_user_retracted", changes: []change{taken, waits(ticket.ForUser), does(user, ticket.Requester, ticket.Comment, fields("text", "El mouse no sirve.")),
		does(user, ticket.Requester, ticket.Retract, func(c *ticket.Change) { c.Record = 4 })}},
	{name: "on_hold_other", changes: []change{taken, waits(ticket.ForOther)}},
	{name: "on_hold_provider", changes: []change{taken, provider}},
	{name: "escalated", changes: []change{taken, escalated}},
	{name: "escalated_received", changes: []change{taken, escalated, received}},
	{name: "escalated_confirmed", changes: []change{taken, escalated, received, confirmed}},
	{name: "resolved", changes: []change{taken, resolved}},
	{name: "resolved_workaround", changes: []change{workaround}},
	{name: "resolved_validated", changes: []change{taken, resolved, validated}},
	{name: "resolved_rated", changes: []change{taken, resolved, validated, rated}},
	{name: "resolved_rated_badly", changes: []change{taken, resolved, validated, does(user, ticket.Requester, ticket.Rate, fields("rating", "2 · Insatisfecho", "comment", "Tardó mucho."), func(c *ticket.Change) { c.Rating = 2 })}},
	{name: "resolved_by_the_requester", request: func(r *ticket.Request, _ *ticket.Catalog) { r.Requester, r.OpenedBy = agent, agent },
		changes: []change{taken, resolved, does(agent, ticket.Requester, ticket.Validate)}},
	{name: "rejected", changes: []change{taken, resolved, rejected}},
	{name: "closed", changes: []change{taken, resolved, validated, rated, closed}},
	{name: "closed_after_the_survey", changes: []change{taken, resolved, validated, later(4), closed}},
	{name: "closed_administratively", changes: []change{taken, resolved, later(3), closedLate}},
	{name: "closed_and_over", changes: []change{taken, resolved, validated, rated, closed, later(5)}},
	{name: "withdrawn", changes: []change{taken, withdrawn}},
	{name: "reopened", changes: []change{taken, resolved, validated, closed, reopened}},
	{name: "undeliverable", changes: []change{taken, does(ticket.Person{}, ticket.System, ticket.Undeliverable, fields("person", "Oficial 1", "address", "chat:oficial", "reason", card.ReasonChat)),
		does(ticket.Person{}, ticket.System, ticket.Mailed, fields("person", "usuario1@entidad.gov.co", "message_id", "<1@entidad.gov.co>"))}},
}

// Every message about a ticket, in every situation, for everybody whom it is for.
func TestEveryMessage(t *testing.T) {
	cat := shipped(t)
	seen := map[ticket.Action]bool{}
	for _, s := range situations {
		t.Run(s.name, func(t *testing.T) {
			l := begin(t, cat, func(r *ticket.Request) {
				if s.request != nil {
					s.request(r, cat)
				}
			})
			for _, c := range s.changes {
				c(l)
			}
			for _, r := range l.History {
				seen[r.Action] = true
			}
			compare(t, s.name, messages(l))
		})
	}
	for _, r := range ticket.Rules {
		if !seen[r.Action] && r.Action != ticket.Resume {
			t.Errorf("no situation has the action %s", r.Action)
		}
	}
}

// messages are all that can be said about a ticket as it is.
func messages(l *life) string {
	v := card.View{Catalog: l.cat, Now: l.at.Add(10 * time.Minute), HasMail: true}
	tk := l.Ticket
	var b strings.Builder
	add := func(title string, m bot.Message) { fmt.Fprintf(&b, "== %s\n%s\n", title, draw(m)) }
	add("agents", v.Agents(tk))
	add("requester", v.Requester(tk))
	add("status for the requester", v.Status(tk, ticket.Requester))
	if tk.Escalation != nil {
		add("official", v.Official(tk))
	}
	if _, ok := tk.LastOf(ticket.Resolve); ok {
		add("solution", v.Solution(tk))
	}
	switch tk.State {
	case ticket.Resolved:
		add("asked to reject", v.AskReject(tk))
	case ticket.InProgress:
		add("asked to resolve", v.AskResolve(tk))
	}
	last := tk.History[len(tk.History)-1]
	if last.Action == ticket.Retract {
		add("added to the ticket that waits", v.Added(tk, tk.History[3]))
		add("taken back from it", card.Retracted(tk))
	}
	if last.Role == ticket.System && len(tk.History) > 1 {
		add("timeline, the record before", v.Timeline(tk, tk.History[len(tk.History)-2]))
	}
	add("timeline", v.Timeline(tk, last))
	if last.Action == ticket.AskProvider {
		add("timeline without mail", card.View{Catalog: l.cat, Now: v.Now}.Timeline(tk, last))
	}
	add("news for the requester", v.RequesterNews(tk, last))
	add("news for the assignee", v.AssigneeNews(tk, last, false))
	add("news for the assignee before", v.AssigneeNews(tk, last, true))
	add("news for the requester, by mail", card.AsMail(v.RequesterNews(tk, last)))
	switch last.Action {
	case ticket.Register, ticket.AssignSelf, ticket.Assign, ticket.Resolve, ticket.AskProvider, ticket.Rate:
		add("mail", v.Mail(tk, last))
	}
	for _, r := range reminders(tk) {
		for _, a := range []card.Audience{card.Responsible, card.Channel, card.Supervisor} {
			add(fmt.Sprintf("reminder %s for %d", r.Kind, a), v.Reminder(tk, r, a))
		}
	}
	for a := range allActions(tk) {
		if x, ok := card.ActionOf(a); ok && len(v.Fields(x, tk)) > 0 {
			fmt.Fprintf(&b, "== form %s\n%s", a, drawForm(v.Form(x, tk, 0)))
		}
	}
	add("why", v.Why(tk))
	add("home", v.Home([]*ticket.Ticket{tk}))
	add("my tickets", v.MyTickets([]*ticket.Ticket{tk}, true))
	fmt.Fprintf(&b, "== record\n%s", v.Record(tk))
	return b.String()
}

// reminders are those that apply to a ticket as it is.
func reminders(t *ticket.Ticket) []ticket.Reminder {
	var out []ticket.Reminder
	add := func(kind string, about time.Time) {
		if r := (ticket.Reminder{Kind: kind, About: about}); t.Applies(r) {
			out = append(out, r)
		}
	}
	add("promise_75", t.DueAt)
	if t.Hold != nil {
		add("news_1", t.Hold.Since)
	}
	if t.Escalation != nil {
		add("receive_1", t.Escalation.At)
	}
	if t.Solution != nil {
		add(ticket.RemindSurvey, t.Solution.ValidatedAt)
	}
	return out
}

// allActions are those that somebody may do now, in the order of the table.
func allActions(t *ticket.Ticket) func(func(ticket.Action) bool) {
	return func(yield func(ticket.Action) bool) {
		for _, r := range ticket.Rules {
			if t.Permits(r.Action, ticket.Requester, ticket.Agent, ticket.Official) && !yield(r.Action) {
				return
			}
		}
	}
}

// draw is a message as lines of text, all of it.
func draw(m bot.Message) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("🔔 %s", m.Text)
	if c := m.Card; c != nil {
		line("[%s] %s", card.Summary(c), c.Tone)
		if c.Text != "" {
			line("%s", c.Text)
		}
		for _, f := range c.Facts {
			line("%s: %s", f.Label, f.Value)
		}
		for _, f := range c.Files {
			line("+%s", f.Name)
		}
		for _, x := range c.Buttons {
			form := ""
			if x.Form {
				form = " …"
			}
			line("(%s) %s%s %s", x.Label, x.Do, form, x.Tone)
		}
		if c.Note != "" {
			line("_%s_", c.Note)
		}
	}
	for _, f := range m.Files {
		line("+%s", f.Name)
	}
	return b.String()
}

func drawForm(f *bot.Form) string {
	var b strings.Builder
	fmt.Fprintf(&b, "[%s] %s\n%s\n", f.Title, f.Do, f.Text)
	for _, x := range f.Fields {
		optional := ""
		if x.Optional {
			optional = " (opcional)"
		}
		fmt.Fprintf(&b, "%s%s: %s %s %q, %d options\n", x.Label, optional, x.Kind, x.Hint, x.Value, len(x.Options))
	}
	fmt.Fprintf(&b, "(%s)\n\n", f.Submit)
	return b.String()
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
		for i := range g {
			if i >= len(w) || g[i] != w[i] {
				t.Fatalf("%s, line %d (-update rewrites it):\n got %s\nwant %s", path, i+1, g[i], append(w, make([]string, len(g))...)[i])
			}
		}
		t.Fatalf("%s is longer than what is said now (-update rewrites it)", path)
	}
}

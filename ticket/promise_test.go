package ticket_test

import (
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata"

	"helptic/ticket"
)

// Two entries of each kind that the promise treats differently.
const (
	anIncident = "asesoria-tecnica.ofimatica"
	aDemand    = "licenciamiento.licencia-de-office"
	aWebPage   = "pagina-web-uspec.publicacion-de-contenido"
)

func TestPromises(t *testing.T) {
	cat := shipped(t)
	for _, c := range []struct{ entry, impact, at, start, due string }{
		{anIncident, "muy_urgente", "2026-11-20 16:30", "2026-11-20 16:30", "2026-11-23 08:30"},
		{anIncident, "alta", "2026-11-20 16:00", "2026-11-20 16:00", "2026-11-23 09:00"},
		{anIncident, "mediana", "2026-11-18 15:00", "2026-11-18 15:00", "2026-11-19 10:00"},
		{anIncident, "baja", "2026-11-20 16:00", "2026-11-20 16:00", "2026-11-23 15:00"},
		{anIncident, "muy_baja", "2026-11-18 08:00", "2026-11-18 08:00", "2026-11-19 11:00"},
		{aDemand, "muy_urgente", "2026-11-18 08:00", "2026-11-18 08:00", "2026-11-18 16:00"},
		{aDemand, "alta", "2026-11-20 16:00", "2026-11-20 16:00", "2026-11-23 16:00"},
		{aDemand, "mediana", "2026-11-20 18:30", "2026-11-23 08:00", "2026-11-25 08:00"},
		{aDemand, "baja", "2026-11-21 10:00", "2026-11-23 08:00", "2026-11-26 08:00"},
		{aDemand, "muy_baja", "2026-11-17 09:15", "2026-11-17 09:15", "2026-11-23 09:15"},
		// The 4 p. m. rule.
		{aWebPage, "alta", "2026-11-18 15:59", "2026-11-18 15:59", "2026-11-19 15:59"},
		{aWebPage, "alta", "2026-11-18 16:00", "2026-11-18 16:00", "2026-11-19 16:00"},
		{aWebPage, "alta", "2026-11-18 16:01", "2026-11-19 08:00", "2026-11-20 08:00"},
		{aWebPage, "alta", "2026-11-18 06:00", "2026-11-18 08:00", "2026-11-19 08:00"},
		{aWebPage, "alta", "2026-11-20 16:01", "2026-11-23 08:00", "2026-11-24 08:00"},
		{aWebPage, "alta", "2026-11-21 10:00", "2026-11-23 08:00", "2026-11-24 08:00"},
		{aWebPage, "muy_urgente", "2026-11-18 23:00", "2026-11-19 08:00", "2026-11-19 16:00"},
		{aDemand, "alta", "2026-11-18 16:01", "2026-11-18 16:01", "2026-11-19 16:01"}, // the rule is for the web page alone
	} {
		p := cat.Promise(entry(t, cat, c.entry), c.impact, bogota(t, c.at))
		same(t, c.entry+" "+c.impact+" at "+c.at+" starts", p.Start, bogota(t, c.start))
		same(t, c.entry+" "+c.impact+" at "+c.at+" is due", p.Due, bogota(t, c.due))
	}
	if p := cat.Promise(entry(t, cat, aWebPage), "alta", bogota(t, "2026-11-18 16:00").Add(time.Second)); !p.Start.Equal(bogota(t, "2026-11-19 08:00")) {
		t.Errorf("a second after 4 p. m. starts at %v", p.Start)
	}
}

// step applies an action of an agent, or of whom it is for.
func step(t *testing.T, cat *ticket.Catalog, tk *ticket.Ticket, a ticket.Action, at string) {
	t.Helper()
	rule, _ := ticket.RuleOf(a)
	must(t, cat, tk, full(t, cat, a, rule.Who[0], bogota(t, at)))
}

func TestPausesAreCreditedExactly(t *testing.T) {
	cat := shipped(t)
	type s struct {
		action ticket.Action
		at     string
	}
	for _, c := range []struct {
		name, opened, impact string
		steps                []s
		due                  string
	}{
		{"a pause of 65 minutes", "2026-11-17 08:00", "alta", []s{{ticket.AssignSelf, "2026-11-17 08:10"}, {ticket.PutOnHold, "2026-11-17 09:00"}, {ticket.Resume, "2026-11-17 10:05"}}, "2026-11-17 11:05"},
		{"a pause that lasts", "2026-11-17 08:00", "alta", []s{{ticket.AssignSelf, "2026-11-17 08:10"}, {ticket.PutOnHold, "2026-11-17 09:00"}}, "2026-11-17 10:00"},
		{"a pause over the night", "2026-11-17 15:00", "alta", []s{{ticket.AssignSelf, "2026-11-17 15:10"}, {ticket.PutOnHold, "2026-11-17 16:00"}, {ticket.Resume, "2026-11-18 10:30"}}, "2026-11-18 11:30"},
		{"a pause of the night alone", "2026-11-17 16:00", "alta", []s{{ticket.AssignSelf, "2026-11-17 16:10"}, {ticket.PutOnHold, "2026-11-17 18:00"}, {ticket.Resume, "2026-11-18 07:00"}}, "2026-11-18 09:00"},
		{"a pause before the start", "2026-11-21 10:00", "alta", []s{{ticket.AssignSelf, "2026-11-21 10:10"}, {ticket.PutOnHold, "2026-11-21 11:00"}, {ticket.Resume, "2026-11-23 09:00"}}, "2026-11-23 11:00"},
		{"two pauses", "2026-11-17 08:00", "mediana", []s{{ticket.AssignSelf, "2026-11-17 08:10"}, {ticket.PutOnHold, "2026-11-17 09:00"}, {ticket.Resume, "2026-11-17 09:30"},
			{ticket.PutOnHold, "2026-11-17 10:00"}, {ticket.Resume, "2026-11-17 10:20"}}, "2026-11-17 12:50"},
		{"while it was solved", "2026-11-17 08:00", "alta", []s{{ticket.Resolve, "2026-11-17 09:00"}, {ticket.Reject, "2026-11-17 13:00"}}, "2026-11-17 14:00"},
		{"while it was closed", "2026-11-17 08:00", "alta", []s{{ticket.Resolve, "2026-11-17 09:00"}, {ticket.Close, "2026-11-17 10:00"}, {ticket.Reopen, "2026-11-18 09:00"}}, "2026-11-18 10:00"},
		{"from hold to solved", "2026-11-17 08:00", "alta", []s{{ticket.AssignSelf, "2026-11-17 08:10"}, {ticket.PutOnHold, "2026-11-17 08:30"}, {ticket.Resolve, "2026-11-17 09:30"},
			{ticket.Reject, "2026-11-17 10:00"}}, "2026-11-17 11:30"},
		{"an escalation does not stop it", "2026-11-17 08:00", "alta", []s{{ticket.Escalate, "2026-11-17 08:30"}, {ticket.Receive, "2026-11-17 09:00"}, {ticket.ConfirmSolution, "2026-11-17 09:30"}}, "2026-11-17 10:00"},
		{"the provider of an escalation does", "2026-11-17 08:00", "alta", []s{{ticket.Escalate, "2026-11-17 08:30"}, {ticket.AskProvider, "2026-11-17 09:00"}, {ticket.AskProvider, "2026-11-17 09:15"},
			{ticket.ConfirmSolution, "2026-11-17 09:30"}}, "2026-11-17 10:30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := bogota(t, c.opened)
			tk := ticket.Open(cat, ticket.Request{Draft: "d", Entry: entry(t, cat, anIncident), Impact: c.impact, Requester: user, OpenedBy: user, Role: ticket.Requester, At: at})
			for _, s := range c.steps {
				step(t, cat, tk, s.action, s.at)
			}
			same(t, "due", tk.DueAt, bogota(t, c.due))
		})
	}
}

func TestReclassifyThereAndBack(t *testing.T) {
	cat := shipped(t)
	tk := registered(t, cat, bogota(t, "2026-11-18 16:30"))
	step(t, cat, tk, ticket.AssignSelf, "2026-11-19 08:10")
	step(t, cat, tk, ticket.PutOnHold, "2026-11-19 09:00")
	step(t, cat, tk, ticket.Resume, "2026-11-19 09:40")
	start, due := tk.StartAt, tk.DueAt
	same(t, "due before", due, bogota(t, "2026-11-19 12:10"))
	to := func(id, impact, at string) {
		t.Helper()
		c := full(t, cat, ticket.Reclassify, ticket.Agent, bogota(t, at))
		c.Entry, c.Impact = entry(t, cat, id), impact
		must(t, cat, tk, c)
	}
	to(aWebPage, "alta", "2026-11-19 10:00")
	// From the original start, which the 4 p. m. rule moves, and with the pause.
	same(t, "start as a web page", tk.StartAt, bogota(t, "2026-11-19 08:00"))
	same(t, "due as a web page", tk.DueAt, bogota(t, "2026-11-20 08:40"))
	if tk.Type != ticket.ServiceRequest || tk.Category != "PÁGINA WEB USPEC" || tk.Last().Fields["to"] == "" || tk.Last().Fields["from"] == "" {
		t.Errorf("reclassified to %s in %s: %v", tk.Type, tk.Category, tk.Last().Fields)
	}
	to("antivirus.malware", "baja", "2026-11-19 10:10")
	if !tk.Security {
		t.Error("malware is no security incident")
	}
	to(anIncident, "mediana", "2026-11-19 10:20")
	if !tk.StartAt.Equal(start) || !tk.DueAt.Equal(due) || tk.Security {
		t.Errorf("there and back: start %v due %v, were %v and %v", tk.StartAt, tk.DueAt, start, due)
	}
}

func TestAnEntryThatTheCatalogueLost(t *testing.T) {
	cat := shipped(t)
	tk := registered(t, cat, bogota(t, "2026-11-17 08:00"))
	due := tk.DueAt
	tk.EntryID = "gone"
	step(t, cat, tk, ticket.AssignSelf, "2026-11-17 09:00")
	if !tk.DueAt.Equal(due) {
		t.Errorf("the promise became %v", tk.DueAt)
	}
}

// TestWorkingTimeOfATicket: from start to due, pauses left out, lies exactly what was promised.
func TestWorkingTimeOfATicket(t *testing.T) {
	cat := shipped(t)
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		at := bogota(t, "2026-11-02 00:00").Add(time.Duration(r.IntN(7*24*60)) * time.Minute)
		tk := registered(t, cat, at)
		start := tk.StartAt
		must(t, cat, tk, full(t, cat, ticket.AssignSelf, ticket.Agent, at))
		var paused time.Duration
		for range r.IntN(5) {
			from := at.Add(time.Duration(r.IntN(90)) * time.Minute)
			at = from.Add(time.Duration(r.IntN(2000)) * time.Minute)
			must(t, cat, tk, full(t, cat, ticket.PutOnHold, ticket.Agent, from))
			must(t, cat, tk, full(t, cat, ticket.Resume, ticket.Agent, at))
			paused += cat.Calendar.Between(from, at)
		}
		if got := cat.Calendar.Between(start, tk.DueAt) - paused; got != 4*time.Hour {
			t.Errorf("seed %d: %v of working time", seed, got)
		}
	}
}

func TestTargets(t *testing.T) {
	for in, want := range map[string]ticket.Target{"1h": {Hours: time.Hour}, "12h": {Hours: 12 * time.Hour}, "1d": {Days: 1}, "4d": {Days: 4}} {
		var target ticket.Target
		if err := target.UnmarshalText([]byte(in)); err != nil || target != want {
			t.Errorf("%s: %v, %v", in, target, err)
		}
		if out, _ := target.MarshalText(); string(out) != in {
			t.Errorf("%s comes back as %s", in, out)
		}
	}
	for _, in := range []string{"", "0h", "h", "1", "1w", "-1h", "01h", "1 h", "99999h", "1h1h"} {
		var target ticket.Target
		if target.UnmarshalText([]byte(in)) == nil {
			t.Errorf("%q is read as %v", in, target)
		}
	}
}

// TestAPauseBeforeTheStart is not credited, though it lies in working time: the 4 p. m.
// rule had not let the clock start.
func TestAPauseBeforeTheStart(t *testing.T) {
	cat := shipped(t)
	tk := ticket.Open(cat, ticket.Request{Draft: "d", Entry: entry(t, cat, aWebPage), Impact: "alta", Requester: user, OpenedBy: user, Role: ticket.Requester, At: bogota(t, "2026-11-17 16:01")})
	step(t, cat, tk, ticket.AssignSelf, "2026-11-17 16:05")
	step(t, cat, tk, ticket.PutOnHold, "2026-11-17 16:10")
	step(t, cat, tk, ticket.Resume, "2026-11-17 16:40")
	same(t, "due, paused before the start", tk.DueAt, bogota(t, "2026-11-19 08:00"))
	step(t, cat, tk, ticket.PutOnHold, "2026-11-17 16:50")
	step(t, cat, tk, ticket.Resume, "2026-11-18 09:00")
	same(t, "due, paused over the start", tk.DueAt, bogota(t, "2026-11-19 09:00"))
}

package ticket_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"helptic/ticket"
)

var update = flag.Bool("update", false, "rewrite ../docs/life-cycle.md from the table of rules")

// stateNames are the states as the procedure names them.
var stateNames = map[ticket.State]string{
	ticket.New: "Nueva", ticket.InProgress: "En curso (asignada)", ticket.OnHold: "En espera", ticket.Resolved: "Resuelta", ticket.Closed: "Cerrada",
}

var roleNames = map[ticket.Role]string{
	ticket.Requester: "requester", ticket.Agent: "agent", ticket.Official: "official", ticket.System: "the bot itself",
}

// TestLifeCycleDrawing keeps the drawing of the life cycle what Rules says.
func TestLifeCycleDrawing(t *testing.T) {
	const path = "../docs/life-cycle.md"
	want := drawing()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: write it with go test ./ticket -run Drawing -update", err)
	}
	if string(got) != want {
		t.Errorf("%s is not what ticket.Rules says: rewrite it with go test ./ticket -run Drawing -update", path)
	}
}

func drawing() string {
	var b strings.Builder
	b.WriteString("# Life cycle of a ticket\n\nDrawn from `ticket.Rules`; rewrite it with `go test ./ticket -run Drawing -update`.\n\n```mermaid\nstateDiagram-v2\n")
	for _, s := range ticket.States {
		fmt.Fprintf(&b, "    state %q as %s\n", stateNames[s], s)
	}
	fmt.Fprintf(&b, "    [*] --> %s: %s\n", ticket.New, ticket.Register)
	for _, from := range ticket.States {
		for _, to := range ticket.States {
			if labels := between(from, to); len(labels) > 0 {
				fmt.Fprintf(&b, "    %s --> %s: %s\n", from, to, strings.Join(labels, ", "))
			}
		}
	}
	fmt.Fprintf(&b, "    %s --> [*]\n```\n\n", ticket.Closed)
	b.WriteString("A drawn arrow changes the state; what leaves the state as it is stands in the table alone.\n" +
		"`ask_provider` holds in En espera only while escalated. When the user who is waited for writes, the `comment` is followed by a `resume` of the bot itself.\n\n")
	b.WriteString("| action | from | to | who | needs | activities of TI-PR-001 |\n|---|---|---|---|---|---|\n")
	fmt.Fprintf(&b, "| `%s` | – | %s | requester, agent | – | 1 |\n", ticket.Register, stateNames[ticket.New])
	for _, r := range ticket.Rules {
		var from, who []string
		for _, s := range r.From {
			from = append(from, stateNames[s])
		}
		for _, w := range r.Who {
			who = append(who, roleNames[w])
		}
		if r.Escalated {
			from[len(from)-1] += ", escalated"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", r.Action, strings.Join(from, " · "), leadsTo(r), strings.Join(who, ", "),
			orDash(strings.Join(r.Required, ", ")), orDash(strings.Trim(strings.ReplaceAll(fmt.Sprint(r.Activities), " ", ", "), "[]")))
	}
	return b.String()
}

// target is where an action leads from a state. Three actions decide it themselves: who
// takes or gets a new ticket begins it, and one withdrawn before anybody had it is
// reopened as new by its requester.
func target(r ticket.Rule, from ticket.State) []ticket.State {
	switch {
	case (r.Action == ticket.AssignSelf || r.Action == ticket.Assign) && from == ticket.New:
		return []ticket.State{ticket.InProgress}
	case r.Action == ticket.Reopen && from == ticket.Closed:
		return []ticket.State{ticket.InProgress, ticket.New}
	case r.To == "":
		return []ticket.State{from}
	}
	return []ticket.State{r.To}
}

func between(from, to ticket.State) (labels []string) {
	for _, r := range ticket.Rules {
		if from != to && slices.Contains(r.From, from) && slices.Contains(target(r, from), to) {
			labels = append(labels, string(r.Action))
		}
	}
	return labels
}

func leadsTo(r ticket.Rule) string {
	switch {
	case r.Action == ticket.AssignSelf || r.Action == ticket.Assign:
		return stateNames[ticket.InProgress] + "; " + stateNames[ticket.OnHold] + " stays"
	case r.Action == ticket.Reopen:
		return stateNames[r.To] + "; " + stateNames[ticket.New] + " when nobody had it"
	case r.To == "":
		return "stays"
	}
	return stateNames[r.To]
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// TestTargetsAreTrue holds the drawing to what the tickets really do.
func TestTargetsAreTrue(t *testing.T) {
	for _, r := range table {
		rule, _ := ticket.RuleOf(r.action)
		for situation, to := range r.to {
			if from := ticket.State(stateOf(situation)); !slices.Contains(target(rule, from), to) {
				t.Errorf("%s in %s is drawn to %v, goes to %s", r.action, situation, target(rule, from), to)
			}
		}
	}
}

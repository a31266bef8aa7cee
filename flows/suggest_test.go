package flows_test

import (
	"fmt"
	"testing"

	"helptic/bot"
	"helptic/flows"
	"helptic/storage"
	"helptic/suggest"
)

// A word of the house is learnt from the tickets of several people, never from one alone, and
// an agent who puts the classification right outweighs who filed it.
func TestSuggestionsLearn(t *testing.T) {
	s := newStage(t)
	file := func(person, n string) {
		who := bot.Person{ID: "chat:" + person, Name: "Usuario"}
		for i, text := range []string{"nueva", "escáner", "atasco", "baja", "Se dañó el cacharrito otra vez.", "continuar", "registrar"} {
			e := bot.Event{Key: fmt.Sprint(person, n, i), At: s.now, From: who, Room: bot.Direct(who.ID), Text: text}
			if _, err := s.desk.Handle(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
	}
	best := func() string {
		x, err := flows.Trained(t.Context(), s.desk.Catalog, s.store, suggest.New(s.desk.Catalog))
		if err != nil {
			t.Fatal(err)
		}
		if found := x.Find("mi cacharrito", 1); len(found) > 0 {
			return found[0].Entry.ID
		}
		return ""
	}
	for n := range 5 {
		file("persona1", fmt.Sprint(n))
	}
	if got := best(); got != "" {
		t.Errorf("one person alone taught %s", got)
	}
	file("persona2", "a")
	file("persona3", "a")
	if got := best(); got != "escaner.atasco-de-papel" {
		t.Errorf("three people taught %q", got)
	}
	all, err := s.store.Tickets(t.Context(), storage.Query{})
	if err != nil {
		t.Fatal(err)
	}
	for i, tk := range all {
		e := bot.Event{Key: fmt.Sprint("c", i), At: s.now, From: s.chat.People[fmt.Sprint("chat:agente", 1+i%2)], Room: bot.Channel("chat:mesa"), Form: true,
			Do: fmt.Sprintf("act reclassify %d", tk.Number), Values: map[string]string{"entry": "impresoras.sin-papel", "impact": "baja", "justification": "Era la impresora."}}
		if _, err := s.desk.Handle(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if got := best(); got != "impresoras.sin-papel" {
		t.Errorf("the agents taught %q", got)
	}
	s.desk.Catalog.Suggestions.Learn = false
	if got := best(); got != "" {
		t.Errorf("switched off, it knows %s", got)
	}
}

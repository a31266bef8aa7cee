package googlechat_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
)

// What a button may do, and what the desk may say to it.
var (
	pressKinds = []bot.Button{{Label: "Simple"}, {Label: "Formulario", Form: true}, {Label: "Seguro", Confirm: "¿Lo quiere así?"}}
	longWords  = strings.Repeat("Eso no se puede ahora, y hay mucho que decir al respecto. ", 6) + "Fin."
	says       = map[string]bot.Reply{
		"nada":  {},
		"corto": {Notice: "Eso ya no se puede."},
		"largo": {Notice: longWords},
		"abre":  {Open: &bot.Form{Title: "Formulario de prueba", Do: "form", Submit: "Enviar", Fields: []bot.Field{{Name: "why", Label: "Motivo", Kind: bot.Long, Optional: true}, {Name: "when", Label: "Día", Kind: bot.DatePicker, Optional: true}}}},
		"falta": {Reject: map[string]string{"": "Falta algo."}},
		"carta": {},
	}
)

// outcomeCard has a button of each kind for each thing that may be said.
func outcomeCard(edition string) bot.Message {
	card := &bot.Card{Title: "Pruebas " + edition}
	for _, kind := range pressKinds {
		for _, what := range []string{"nada", "corto", "largo", "abre", "falta", "carta"} {
			b := kind
			b.Label, b.Do = kind.Label+" "+what, what
			card.Buttons = append(card.Buttons, b)
		}
	}
	return bot.Message{Text: "Pruebas", Card: card}
}

// answering replies as its buttons say.
func answering(_ context.Context, e bot.Event) (bot.Reply, error) {
	switch {
	case e.Form && e.Values["why"] == "":
		return bot.Reply{Reject: map[string]string{"why": "Escriba el motivo."}}, nil
	case e.Form:
		return bot.Reply{Notice: "Recibido: " + e.Values["why"] + " " + e.Values["when"]}, nil
	case e.Do == "":
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "card", Message: outcomeCard("uno")}}}, nil
	case e.Do == "carta":
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "card", Message: outcomeCard("dos")}}}, nil
	}
	return says[e.Do], nil
}

// reads tells whether a person has these words before them: a sentence that flashed up, a message, a dialog.
func reads(u *googlechattest.User, s *googlechattest.Space, words string) bool {
	if slices.ContainsFunc(u.Toasts(), func(t string) bool { return strings.Contains(t, words) }) {
		return true
	}
	if d, ok := u.Dialog(); ok && strings.Contains(d.Plain(), words) {
		return true
	}
	return slices.ContainsFunc(u.Sees(s), func(m googlechattest.Message) bool { return strings.Contains(m.Plain(), words) })
}

// Whatever the desk says to whatever button, in a space and in direct messages, it is said in a way that Google takes, in the
// dialect of the question, and the person reads it.
func TestEveryOutcomeIsRead(t *testing.T) {
	for name, dialect := range map[string]googlechattest.Dialect{"classic": googlechattest.Classic, "classic by URL": googlechattest.ClassicURL, "add-on": googlechattest.Addon} {
		for _, place := range []string{"space", "space, by group", "direct"} {
			t.Run(name+", "+place, func(t *testing.T) {
				t.Parallel()
				d := newDesk(t, setup{config: googlechattest.Config{Dialect: dialect}, handle: answering, members: []string{"Agente 1"}})
				u := d.user("Usuario 1")
				room := d.agents
				switch place {
				case "direct":
					room = u.Direct()
				case "space":
					room.Join(u)
				default:
					room.JoinGroup(u)
				}
				if place == "direct" {
					u.Says(room, "hola")
				} else {
					u.Mentions(room, "hola")
				}
				card := u.AwaitMessage(room, "Pruebas uno")
				for _, kind := range pressKinds {
					for _, c := range []struct{ what, words string }{{"nada", ""}, {"corto", "Eso ya no se puede."}, {"largo", "Fin."}, {"falta", "Falta algo."}, {"abre", "Formulario de prueba"}} {
						u.Presses(card.Now(), kind.Label+" "+c.what)
						if kind.Confirm != "" {
							confirm(t, u, room, kind.Label+" "+c.what)
						}
						if c.words != "" && !reads(u, room, c.words) {
							t.Errorf("%s %s: nobody reads %q\n%s", kind.Label, c.what, c.words, d.ws.Transcript())
						}
						if c.what == "abre" {
							fillIn(t, u, room, kind.Label)
						}
					}
				}
				u.Presses(card.Now(), "Simple carta")
				u.AwaitMessage(room, "Pruebas dos")
			})
		}
	}
}

// confirm says yes where that is asked.
func confirm(t *testing.T, u *googlechattest.User, room *googlechattest.Space, label string) {
	t.Helper()
	if dialog, ok := u.Dialog(); ok && strings.Contains(dialog.Plain(), "¿Lo quiere así?") {
		u.Presses(dialog, label)
		return
	}
	u.Presses(u.AwaitMessage(room, "¿Lo quiere así?"), label)
}

// fillIn sends a form first as it is, which is refused, and then with a reason.
func fillIn(t *testing.T, u *googlechattest.User, room *googlechattest.Space, reason string) {
	t.Helper()
	place := func() googlechattest.Place {
		if dialog, ok := u.Dialog(); ok {
			return dialog
		}
		return u.AwaitMessage(room, "Formulario de prueba").Now()
	}
	u.Presses(place(), "Enviar")
	if !reads(u, room, "Escriba el motivo.") {
		t.Error("nobody reads what is missing")
	}
	u.Fills(place(), map[string]string{"Motivo": "Motivo " + reason, "Día": "2026-11-24"})
	u.Presses(place(), "Enviar")
	if want := "Recibido: Motivo " + reason + " 2026-11-24"; !reads(u, room, want) {
		t.Errorf("nobody reads %q", want)
	}
	if _, open := u.Dialog(); open {
		t.Error("the dialog is still open")
	}
}

package googlechat_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
)

// The kinds of buttons, and the replies of the desk.
var (
	buttonKinds = []bot.Button{{Label: "Simple"}, {Label: "Formulario", Form: true}, {Label: "Seguro", Confirm: "¿Lo quiere así?"}}
	longWords   = strings.Repeat("Eso no se puede ahora, y hay mucho que decir al respecto. ", 6) + "Fin."
	replies     = map[string]bot.Reply{
		"nada":  {},
		"corto": {Notice: "Eso ya no se puede."},
		"largo": {Notice: longWords},
		"abre":  {Open: &bot.Form{Title: "Formulario de prueba", Do: "form", Submit: "Enviar", Fields: []bot.Field{{Name: "why", Label: "Motivo", Kind: bot.Long, Optional: true}, {Name: "when", Label: "Día", Kind: bot.DatePicker, Optional: true}}}},
		"falta": {Reject: map[string]string{"": "Falta algo."}},
		"carta": {},
	}
)

// outcomeCard has a button of each kind for each reply.
func outcomeCard(edition string) bot.Message {
	card := &bot.Card{Title: "Pruebas " + edition}
	for _, kind := range buttonKinds {
		for _, what := range []string{"nada", "corto", "largo", "abre", "falta", "carta"} {
			b := kind
			b.Label, b.Do = kind.Label+" "+what, what
			card.Buttons = append(card.Buttons, b)
		}
	}
	return bot.Message{Text: "Pruebas", Card: card}
}

// replyToButtons replies what the button's command names.
func replyToButtons(_ context.Context, e bot.Event) (bot.Reply, error) {
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
	return replies[e.Do], nil
}

// sees reports whether a person sees a text, in a toast, a message or a dialog.
func sees(u *googlechattest.User, s *googlechattest.Space, text string) bool {
	if slices.ContainsFunc(u.Toasts(), func(t string) bool { return strings.Contains(t, text) }) {
		return true
	}
	if d, ok := u.Dialog(); ok && strings.Contains(d.Plain(), text) {
		return true
	}
	return slices.ContainsFunc(u.Sees(s), func(m googlechattest.Message) bool { return strings.Contains(m.Plain(), text) })
}

// Every reply to every kind of button, in a space and in direct messages, is a response that Google accepts, in the
// dialect of the event, and the person sees it.
func TestEveryOutcomeIsSeen(t *testing.T) {
	for name, dialect := range map[string]googlechattest.Dialect{"classic": googlechattest.Classic, "classic by URL": googlechattest.ClassicURL, "add-on": googlechattest.Addon} {
		for _, place := range []string{"space", "space, by group", "direct"} {
			t.Run(name+", "+place, func(t *testing.T) {
				t.Parallel()
				d := newDesk(t, setup{config: googlechattest.Config{Dialect: dialect}, handle: replyToButtons, members: []string{"Agente 1"}})
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
				for _, kind := range buttonKinds {
					for _, c := range []struct{ what, text string }{{"nada", ""}, {"corto", "Eso ya no se puede."}, {"largo", "Fin."}, {"falta", "Falta algo."}, {"abre", "Formulario de prueba"}} {
						u.Presses(card.Now(), kind.Label+" "+c.what)
						if kind.Confirm != "" {
							answerConfirmation(t, u, room, kind.Label+" "+c.what)
						}
						if c.text != "" && !sees(u, room, c.text) {
							t.Errorf("%s %s: the person does not see %q\n%s", kind.Label, c.what, c.text, d.ws.Transcript())
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

// answerConfirmation confirms.
func answerConfirmation(t *testing.T, u *googlechattest.User, room *googlechattest.Space, label string) {
	t.Helper()
	if dialog, ok := u.Dialog(); ok && strings.Contains(dialog.Plain(), "¿Lo quiere así?") {
		u.Presses(dialog, label)
		return
	}
	u.Presses(u.AwaitMessage(room, "¿Lo quiere así?"), label)
}

// fillIn submits a form first as it is, which is rejected, and then with a reason.
func fillIn(t *testing.T, u *googlechattest.User, room *googlechattest.Space, reason string) {
	t.Helper()
	place := func() googlechattest.Place {
		if dialog, ok := u.Dialog(); ok {
			return dialog
		}
		return u.AwaitMessage(room, "Formulario de prueba").Now()
	}
	u.Presses(place(), "Enviar")
	if !sees(u, room, "Escriba el motivo.") {
		t.Error("the person does not see the error")
	}
	u.Fills(place(), map[string]string{"Motivo": "Motivo " + reason, "Día": "2026-11-24"})
	u.Presses(place(), "Enviar")
	if want := "Recibido: Motivo " + reason + " 2026-11-24"; !sees(u, room, want) {
		t.Errorf("the person does not see %q", want)
	}
	if _, open := u.Dialog(); open {
		t.Error("the dialog is still open")
	}
}

package googlechat_test

import (
	"context"
	"strings"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
)

// A form was rejected by one process, the response was lost, and the event is delivered to another process. That
// process does not know the reply: the values stay, and nothing says that they were submitted.
func TestFormRejectedByAnotherProcess(t *testing.T) {
	t.Parallel()
	for name, dialect := range map[string]googlechattest.Dialect{"classic": googlechattest.Classic, "add-on": googlechattest.Addon} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			handled := 0
			s := setup{config: googlechattest.Config{Dialect: dialect}, store: openStore(t, t.TempDir()), handle: func(_ context.Context, e bot.Event) (bot.Reply, error) {
				switch {
				case e.Form:
					handled++
					return bot.Reply{Reject: map[string]string{"why": "Escriba más."}}, nil
				case e.Do == "ask":
					return bot.Reply{Open: &bot.Form{Title: "Formulario", Do: "send", Submit: "Enviar", Fields: []bot.Field{{Name: "why", Label: "Motivo", Kind: bot.Long}}}}, nil
				}
				return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "card", Message: bot.Message{Text: "Tarjeta", Card: &bot.Card{Title: "Tarjeta", Buttons: []bot.Button{{Label: "Pregunte", Do: "ask", Form: true}}}}}}}, nil
			}}
			d := newDesk(t, s)
			person := d.user("Usuario 1")
			person.Says(person.Direct(), "hola")
			person.Presses(person.AwaitMessage(person.Direct(), "Tarjeta"), "Pregunte")
			dialog, ok := person.Dialog()
			if !ok {
				t.Fatal("no dialog")
			}
			person.Fills(dialog, map[string]string{"Motivo": "Lo que escribí."})
			person.Presses(dialog, "Enviar")
			if dialog, ok = person.Dialog(); !ok || !strings.Contains(dialog.Plain(), "Escriba más.") {
				t.Fatalf("not rejected:\n%s", dialog.Plain())
			}
			sent := d.lastDelivery()
			d.start(s) // another process
			answer := string(d.ws.Redeliver(sent).Answer)
			if !strings.Contains(answer, "Lo que escribí.") || !strings.Contains(answer, "No sabemos si esto llegó") {
				t.Errorf("answered %s", answer)
			}
			if handled != 1 {
				t.Errorf("handled %d times", handled)
			}
		})
	}
}

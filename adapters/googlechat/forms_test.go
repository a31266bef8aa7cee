package googlechat_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
)

func TestRejectedFormKeepsItsValues(t *testing.T) {
	t.Parallel()
	eachVariant(t, func(t *testing.T, d *desk, a *formDesk) {
		person, other := d.user("Usuario 1"), d.user("Usuario 2")
		direct := person.Direct()
		person.Fills(a.opens(d, person), map[string]string{"Título": "mal", "Motivo": "Dos\nlíneas <b> & *más*", "Clase": "Opción 001", "Categoría": "Opción 142",
			"Responsable": "Usuario 2", "Fecha": "2026-12-24", "Detalle": "Opción 002"})
		person.Presses(awaitForm(person, direct, "Escriba los datos."), "Enviar")
		rejected := awaitForm(person, direct, "Escriba otro título.")
		person.Fills(rejected, map[string]string{"Título": "bien"})
		person.Presses(rejected, "Enviar")
		person.AwaitMessage(direct, "Recibido: bien")
		want := map[string]string{"title": "bien", "reason": "Dos\nlíneas <b> & *más*", "kind": "o1", "entry": "o142", "person": other.Address(), "day": "2026-12-24", "extra": "o2", "note": ""}
		sent := a.submitted()
		if len(sent) != 2 || !maps.Equal(sent[1], want) {
			t.Errorf("sent %q,\nwant the second to be %q", sent, want)
		}
		if dialog, open := person.Dialog(); open {
			t.Errorf("the dialog is still open:\n%s", dialog.Plain())
		}
		if !a.variant.dialog || a.variant.pubSub {
			person.AwaitMessage(direct, "Enviado.")
		}
	})
}

// Optional fields may stay empty, or be emptied again.
func TestOptionalFieldsLeftEmpty(t *testing.T) {
	t.Parallel()
	eachVariant(t, func(t *testing.T, d *desk, a *formDesk) {
		person := d.user("Usuario 1")
		direct := person.Direct()
		form := a.opens(d, person)
		person.Fills(form, map[string]string{"Título": "mal", "Motivo": "x", "Clase": "Opción 000", "Categoría": "Opción 007", "Responsable": "Usuario 1", "Fecha": "2026-12-24", "Detalle": "Opción 002", "Nota": "algo"})
		person.Presses(form, "Enviar")
		form = awaitForm(person, direct, "Escriba otro título.")
		person.Fills(form, map[string]string{"Título": "bien", "Detalle": "—", "Nota": ""})
		person.Presses(form, "Enviar")
		person.AwaitMessage(direct, "Recibido: bien")
		if last := a.submitted()[1]; last["extra"] != "" || last["note"] != "" || last["kind"] != "o0" || last["entry"] != "o7" {
			t.Errorf("sent %q", last)
		}
	})
}

func TestOptionsWhileTyping(t *testing.T) {
	t.Parallel()
	for name, w := range formVariants {
		if w.pubSub {
			continue // no search there: the options are in lists
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, a := newFormDesk(t, w)
			person := d.user("Usuario 1")
			form := a.opens(d, person)
			options := person.Types(form, "Categoría", "14")
			if len(options) != 12 || options[1] != "Opción 114" {
				t.Errorf("offered %q", options)
			}
			if more := person.Types(form, "Categoría", "Opción"); len(more) != 20 {
				t.Errorf("%d options, want the 20 best", len(more))
			}
			if none := person.Types(form, "Categoría", "zzz"); len(none) != 0 {
				t.Errorf("offered %q", none)
			}
			a.mu.Lock()
			a.findError = errors.New("no index")
			a.mu.Unlock()
			if none := person.Types(form, "Categoría", "14"); len(none) != 0 {
				t.Errorf("offered %q", none)
			}
			a.mu.Lock()
			defer a.mu.Unlock()
			if got := strings.Join(a.queries, ", "); got != "entries: 14, entries: Opción, entries: zzz, entries: 14" {
				t.Errorf("asked for %s", got)
			}
		})
	}
}

// A cancelled form submits nothing, and can be opened again.
func TestCancelledFormSendsNothing(t *testing.T) {
	t.Parallel()
	eachVariant(t, func(t *testing.T, d *desk, a *formDesk) {
		person := d.user("Usuario 1")
		direct := person.Direct()
		form := a.opens(d, person)
		person.Fills(form, map[string]string{"Título": "mal"})
		if _, dialog := form.(googlechattest.Dialog); dialog {
			person.Closes()
		} else {
			person.Presses(form, "Cancelar")
			person.AwaitMessage(direct, "No se envió nada.")
		}
		a.opens(d, person)
		for _, e := range a.events() {
			if e.Form {
				t.Errorf("sent %q", e.Values)
			}
		}
	})
}

func TestConfirmationComesBeforeTheCommand(t *testing.T) {
	t.Parallel()
	eachVariant(t, func(t *testing.T, d *desk, a *formDesk) {
		person := d.user("Usuario 1")
		direct := person.Direct()
		deleted := func() (n int) {
			for _, e := range a.events() {
				if e.Do == "delete" {
					n++
				}
			}
			return n
		}
		person.Says(direct, "hola")
		card := person.AwaitMessage(direct, "[Borrar]")
		person.Presses(card, "Borrar")
		question := awaitForm(person, direct, "Se borra todo lo que escribió.")
		if _, dialog := question.(googlechattest.Dialog); dialog {
			person.Closes()
		} else {
			person.Presses(question, "No, volver")
			person.AwaitMessage(direct, "No se hizo nada.")
		}
		person.Presses(card, "Borrar")
		question = awaitForm(person, direct, "Se borra todo lo que escribió.")
		if deleted() != 0 {
			t.Fatal("done before it was confirmed")
		}
		person.Presses(question, "Borrar")
		person.AwaitMessage(direct, "Borrado.")
		if n := deleted(); n != 1 {
			t.Errorf("done %d times", n)
		}
		for _, e := range a.events() {
			if e.Do == "delete" && e.Message != card.Name {
				t.Errorf("is about %q, want the card that asked", e.Message)
			}
		}
	})
}

// A form that was opened before a restart, or by another process, can be submitted.
func TestFormIsSubmittedAfterARestart(t *testing.T) {
	t.Parallel()
	for name, w := range formVariants {
		if w.pubSub {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, a := newFormDesk(t, w)
			person := d.user("Usuario 1")
			form := a.opens(d, person)
			d.stop()
			d.start(setup{store: d.store, handle: a.handle, find: a.find})
			person.Fills(form, map[string]string{"Título": "después", "Motivo": "x", "Clase": "Opción 000", "Categoría": "Opción 007", "Responsable": "Usuario 1", "Fecha": "2026-12-24"})
			person.Presses(form, "Enviar")
			person.AwaitMessage(person.Direct(), "Recibido: después")
		})
	}
}

// The id of a form that is not stored is refused.
func TestUnknownFormIsStale(t *testing.T) {
	t.Parallel()
	d, a := newFormDesk(t, formVariant{dialect: googlechattest.Classic})
	person := d.user("Usuario 1")
	direct := person.Direct()
	form := a.opens(d, person)
	person.Fills(form, map[string]string{"Título": "bien", "Motivo": "x", "Clase": "Opción 000", "Categoría": "Opción 007", "Responsable": "Usuario 1", "Fecha": "2026-12-24"})
	person.Presses(form, "Enviar")
	person.AwaitMessage(direct, "Recibido: bien")
	deliveries := d.ws.Deliveries()
	last := deliveries[len(deliveries)-1]
	for _, id := range []string{"99", "0", "-1", "1e3", "x", strings.Repeat("9", 400), "../1", "\u0000"} {
		got := d.forge(last, func(e *forged) { e.params["form"] = id })
		if !strings.Contains(got, "Este formulario ya no sirve.") {
			t.Errorf("form %.20q: answered %s", id, got)
		}
	}
	if n := len(a.submitted()); n != 1 {
		t.Errorf("%d forms arrived", n)
	}
}

// A click waits for a slow desk for a limited time. Then the person reads that it is in progress.
func TestSlowReplyIsAnnounced(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	d := newDesk(t, setup{handle: func(ctx context.Context, e bot.Event) (bot.Reply, error) {
		if e.Do == "" {
			return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "card", Message: bot.Message{Text: "Pruebe", Card: &bot.Card{Title: "Pruebe", Buttons: []bot.Button{{Label: "Pulse", Do: "slow"}}}}}}}, nil
		}
		select {
		case <-release:
		case <-ctx.Done():
			return bot.Reply{}, ctx.Err()
		}
		return bot.Reply{}, nil
	}})
	d.adapter.SetReplyTimeout(50 * time.Millisecond)
	person := d.user("Usuario 1")
	person.Says(person.Direct(), "hola")
	person.Presses(person.AwaitMessage(person.Direct(), "[Pulse]"), "Pulse")
	person.AwaitMessage(person.Direct(), "Estamos en eso")
}

// A second click on the submit button, before the response to the first, submits nothing. A dialog is closed
// by the first click.
func TestFormSubmittedTwiceArrivesOnce(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"classic message", "add-on message"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, a := newFormDesk(t, formVariants[name])
			person := d.user("Usuario 1")
			form := a.opens(d, person)
			person.Fills(form, map[string]string{"Título": "una vez", "Motivo": "x", "Clase": "Opción 001", "Categoría": "Opción 142", "Responsable": "Usuario 1", "Fecha": "2026-12-24"})
			d.ws.Hold()
			person.Presses(form, "Enviar")
			person.Presses(form, "Enviar")
			d.ws.Release(false)
			person.AwaitMessage(person.Direct(), "Recibido: una vez")
			person.AwaitMessage(person.Direct(), "Enviado.")
			if n := len(a.submitted()); n != 1 {
				t.Errorf("sent %d times", n)
			}
		})
	}
}

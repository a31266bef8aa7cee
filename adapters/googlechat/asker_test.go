package googlechat_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
)

// way is how forms are asked.
type way struct {
	dialect googlechattest.Dialect
	dialog  bool // the button says that it opens one
	pulled  bool
}

var ways = map[string]way{
	"classic dialog":  {dialect: googlechattest.Classic, dialog: true},
	"classic by URL":  {dialect: googlechattest.ClassicURL, dialog: true},
	"add-on dialog":   {dialect: googlechattest.Addon, dialog: true},
	"classic message": {dialect: googlechattest.Classic},
	"add-on message":  {dialect: googlechattest.Addon},
	"Pub/Sub":         {dialect: googlechattest.Classic, dialog: true, pulled: true},
}

// asker is a small desk with one form and one button that asks first.
type asker struct {
	way way
	heard
	mu    sync.Mutex
	typed []string // what options were asked for
	fault error    // of Find
}

const manyOptions = 150

func (a *asker) form() *bot.Form {
	options := make([]bot.Option, manyOptions)
	for i := range options {
		options[i] = bot.Option{Label: fmt.Sprintf("Opción %03d", i), Value: fmt.Sprintf("o%d", i)}
	}
	return &bot.Form{Title: "Datos", Text: "Escriba los datos.", Do: "send 7", Submit: "Enviar", Fields: []bot.Field{
		{Name: "title", Label: "Título", Kind: bot.Line, Max: 80},
		{Name: "reason", Label: "Motivo", Kind: bot.Long, Hint: "Por qué."},
		{Name: "kind", Label: "Clase", Kind: bot.Choice, Options: options[:3]},
		{Name: "entry", Label: "Categoría", Kind: bot.Search, List: "entries", Options: options},
		{Name: "person", Label: "Responsable", Kind: bot.PersonPicker},
		{Name: "day", Label: "Fecha", Kind: bot.DatePicker},
		{Name: "extra", Label: "Detalle", Kind: bot.Choice, Optional: true, Options: options[:3]},
		{Name: "note", Label: "Nota", Kind: bot.Long, Optional: true},
		{Name: "files", Label: "Archivos", Kind: bot.FileUpload, Optional: true},
	}}
}

func (a *asker) handle(_ context.Context, e bot.Event) (bot.Reply, error) {
	a.take(e)
	switch {
	case e.Do == "open":
		return bot.Reply{Open: a.form()}, nil
	case e.Form && e.Values["title"] == "mal":
		return bot.Reply{Reject: map[string]string{"title": "Escriba otro título."}}, nil
	case e.Form:
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "sent", Message: bot.Message{Text: "Recibido: " + e.Values["title"]}}}}, nil
	case e.Do == "delete":
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "sent", Message: bot.Message{Text: "Borrado."}}}}, nil
	case e.Do != "":
		return bot.Reply{Notice: "Ese botón ya no existe."}, nil
	}
	return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "card", Message: bot.Message{Text: "Pruebe", Card: &bot.Card{Title: "Pruebe", Buttons: []bot.Button{
		{Label: "Llenar", Do: "open", Form: a.way.dialog}, {Label: "Borrar", Do: "delete", Tone: bot.Danger, Confirm: "Se borra todo lo que escribió."}}}}}}}, nil
}

func (a *asker) find(_ context.Context, list, text string, limit int) ([]bot.Option, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.typed = append(a.typed, list+": "+text)
	if a.fault != nil {
		return nil, a.fault
	}
	var found []bot.Option
	for _, o := range a.form().Fields[3].Options {
		if strings.Contains(o.Label, text) && len(found) < limit {
			found = append(found, o)
		}
	}
	return found, nil
}

// sent are the values of the forms that arrived.
func (a *asker) sent() []map[string]string {
	var all []map[string]string
	for _, e := range a.events() {
		if e.Form {
			all = append(all, e.Values)
		}
	}
	return all
}

func newAsker(t *testing.T, w way) (*desk, *asker) {
	t.Helper()
	a := &asker{way: w}
	s := setup{config: googlechattest.Config{Dialect: w.dialect}, handle: a.handle, find: a.find}
	if w.pulled {
		p := newPubSub(t)
		p.subscribe(t)
		s = p.over(s)
	}
	return newDesk(t, s), a
}

// eachWay runs a test in every way in which forms are asked.
func eachWay(t *testing.T, test func(*testing.T, *desk, *asker)) {
	for name, w := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, a := newAsker(t, w)
			test(t, d, a)
		})
	}
}

// place is where a form stands on somebody's screen once it says certain words.
func place(u *googlechattest.User, s *googlechattest.Space, words string) googlechattest.Place {
	if dialog, ok := u.Dialog(); ok && strings.Contains(dialog.Plain(), words) {
		return dialog
	}
	return u.AwaitMessage(s, words)
}

// opens brings a person to the open form.
func (a *asker) opens(d *desk, person *googlechattest.User) googlechattest.Place {
	d.t.Helper()
	direct := person.Direct()
	person.Says(direct, "hola")
	person.Presses(person.AwaitMessage(direct, "[Llenar]"), "Llenar")
	_, dialog := place(person, direct, "Escriba los datos.").(googlechattest.Dialog)
	if want := a.way.dialog && !a.way.pulled; dialog != want {
		d.t.Errorf("the form stands in a dialog: %v, want %v", dialog, want)
	}
	return place(person, direct, "Escriba los datos.")
}

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

// formVariant is a way of showing forms.
type formVariant struct {
	dialect googlechattest.Dialect
	dialog  bool // the button can open a dialog
	pubSub  bool
}

var formVariants = map[string]formVariant{
	"classic dialog":  {dialect: googlechattest.Classic, dialog: true},
	"classic by URL":  {dialect: googlechattest.ClassicURL, dialog: true},
	"add-on dialog":   {dialect: googlechattest.Addon, dialog: true},
	"classic message": {dialect: googlechattest.Classic},
	"add-on message":  {dialect: googlechattest.Addon},
	"Pub/Sub":         {dialect: googlechattest.Classic, dialog: true, pubSub: true},
}

// formDesk is a small desk with one form, and one button that asks for confirmation.
type formDesk struct {
	variant formVariant
	recorder
	mu        sync.Mutex
	queries   []string // searches for options
	findError error    // returned by find
}

const manyOptions = 150

func (a *formDesk) form() *bot.Form {
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

func (a *formDesk) handle(_ context.Context, e bot.Event) (bot.Reply, error) {
	a.record(e)
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
		{Label: "Llenar", Do: "open", Form: a.variant.dialog}, {Label: "Borrar", Do: "delete", Tone: bot.Danger, Confirm: "Se borra todo lo que escribió."}}}}}}}, nil
}

func (a *formDesk) find(_ context.Context, list, text string, limit int) ([]bot.Option, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queries = append(a.queries, list+": "+text)
	if a.findError != nil {
		return nil, a.findError
	}
	var found []bot.Option
	for _, o := range a.form().Fields[3].Options {
		if strings.Contains(o.Label, text) && len(found) < limit {
			found = append(found, o)
		}
	}
	return found, nil
}

// submitted are the values of the submitted forms.
func (a *formDesk) submitted() []map[string]string {
	var all []map[string]string
	for _, e := range a.events() {
		if e.Form {
			all = append(all, e.Values)
		}
	}
	return all
}

func newFormDesk(t *testing.T, w formVariant) (*desk, *formDesk) {
	t.Helper()
	a := &formDesk{variant: w}
	s := setup{config: googlechattest.Config{Dialect: w.dialect}, handle: a.handle, find: a.find}
	if w.pubSub {
		p := newPubSub(t)
		p.subscribe(t)
		s = p.configure(s)
	}
	return newDesk(t, s), a
}

// eachVariant runs a test with every way of showing forms.
func eachVariant(t *testing.T, test func(*testing.T, *desk, *formDesk)) {
	for name, w := range formVariants {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, a := newFormDesk(t, w)
			test(t, d, a)
		})
	}
}

// awaitForm returns the form that a person sees, once it contains a text.
func awaitForm(u *googlechattest.User, s *googlechattest.Space, text string) googlechattest.Place {
	if dialog, ok := u.Dialog(); ok && strings.Contains(dialog.Plain(), text) {
		return dialog
	}
	return u.AwaitMessage(s, text)
}

// opens opens the form for a person.
func (a *formDesk) opens(d *desk, person *googlechattest.User) googlechattest.Place {
	d.t.Helper()
	direct := person.Direct()
	person.Says(direct, "hola")
	person.Presses(person.AwaitMessage(direct, "[Llenar]"), "Llenar")
	_, dialog := awaitForm(person, direct, "Escriba los datos.").(googlechattest.Dialog)
	if want := a.variant.dialog && !a.variant.pubSub; dialog != want {
		d.t.Errorf("the form is in a dialog: %v, want %v", dialog, want)
	}
	return awaitForm(person, direct, "Escriba los datos.")
}

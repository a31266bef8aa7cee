package googlechat

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"google.golang.org/api/chat/v1"

	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
	"helptic/bot/bottest"
	"helptic/storage/sqlite"
)

// everyField is a form with every field set.
var everyField = bot.Form{Title: "Título", Text: "Texto", Do: "act note 7", Submit: "Enviar", Fields: []bot.Field{
	{Name: "a", Label: "Campo", Hint: "Ayuda", Kind: bot.Search, List: "entries", Value: "v", Optional: true, Max: 80,
		Options: []bot.Option{{Label: "Opción", Value: "v", Detail: "Detalle", Group: "Grupo"}}},
	{Kind: bot.Line}, {Kind: bot.Long}, {Kind: bot.Choice}, {Kind: bot.PersonPicker}, {Kind: bot.DatePicker}, {Kind: bot.FileUpload},
}}

func TestStoredShapesStay(t *testing.T) {
	for name, c := range map[string]struct {
		value any
		want  string
	}{
		"profile": {storedProfile{Name: "Usuario 1", Email: "usuario.1@entidad.example", Domain: "d1", Direct: "spaces/D"},
			`{"name":"Usuario 1","email":"usuario.1@entidad.example","domain":"d1","direct":"spaces/D"}`},
		"empty profile": {storedProfile{}, `{}`},
		"root":          {storedRoot("spaces/A/messages/T.M"), `"spaces/A/messages/T.M"`},
		"form": {newStoredForm(everyField), `{"title":"Título","text":"Texto","do":"act note 7","submit":"Enviar","fields":[` +
			`{"name":"a","label":"Campo","hint":"Ayuda","kind":"search","options":[{"label":"Opción","value":"v","detail":"Detalle","group":"Grupo"}],"list":"entries","value":"v","optional":true,"max":80},` +
			`{"kind":"line"},{"kind":"long"},{"kind":"pick"},{"kind":"who"},{"kind":"day"},{"kind":"attach"}]}`},
		"empty form": {newStoredForm(bot.Form{}), `{}`},
		"parameters": {actionParameters{Do: "act take 7", Select: "select0-0", Form: "12", Cancel: cancelForm, Confirm: "¿Seguro?", Label: "Borrar", Message: "spaces/A/messages/T.M", List: "entries", Widget: "f1"}.encode(),
			`[{"key":"do","value":"act take 7"},{"key":"select","value":"select0-0"},{"key":"form","value":"12"},{"key":"cancel","value":"1"},{"key":"ask","value":"¿Seguro?"},` +
				`{"key":"label","value":"Borrar"},{"key":"on","value":"spaces/A/messages/T.M"},{"key":"list","value":"entries"},{"key":"widget","value":"f1"}]`},
		"parameters of a refused confirmation": {actionParameters{Cancel: cancelConfirmation}.encode(), `[{"key":"cancel","value":"ask"}]`},
		"references of files": {[]string{
			attachedFiles([]attachment{{Source: "DRIVE_FILE"}})[0].ID, attachedFiles(slices.Repeat([]attachment{{}}, maxFiles+1))[maxFiles].ID,
		}, `["googlechat:drive","googlechat:more"]`},
		"streams": {[]string{streamPeople, streamForms, streamDeleted, streamRoots, streamDomains},
			`["googlechat/people/","googlechat/forms","googlechat/gone/","googlechat/roots/","googlechat/home"]`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := mustJSON(t, c.value); got != c.want {
				t.Errorf("%s,\nwant %s", got, c.want)
			}
		})
	}
}

// The keys of events and the ids of posts are stored by the inbox, the outbox and Google Chat.
func TestStoredKeysStay(t *testing.T) {
	i := interaction{user: user{Name: "users/1"}, space: space{Name: "spaces/A"}, message: message{Name: "spaces/A/messages/T.M"}, eventTime: "2026-11-23T15:00:00Z", dialogEvent: submitDialog,
		parameters: map[string]string{"do": "act take 7"}, formInputs: map[string]input{"f0": {DateInput: &instant{MsSinceEpoch: 1}}}, command: command{AppCommandID: 1, AppCommandType: "QUICK_COMMAND"}}
	var got []string
	for _, prefix := range []string{keyCommand, keyMessageAction, keyAdded, keyClick, keyResponse, keyForm} {
		got = append(got, contentKey(prefix, i))
	}
	room := bot.Channel("googlechat:spaces/A")
	got = append(got, messageID(room, "ticket/7", 0), messageID(room, "ticket/7", 2))
	want := []string{
		"googlechat:32e1595f34185156b598a2892b5e304c", "googlechat:8957f0863b23af0cd0f830c5d072219c", "googlechat:fd1c432c57d51204378b6efdab8c6075", "googlechat:048f1b87f9a9a4f18296b5c40c4e7427", "googlechat:44722d7a1d01ed0763b1755eeba44960", "googlechat:0ea94f08ad01d0c4fcdea55df6d055b0", "client-e67cc33ac643074cf0dd165e7de3414b550c5d95c081e9a2", "client-b20240543d90b3d3539f8227c455d2d9c2fd2946361069fc",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q,\nwant %q", got, want)
	}
}

func TestStoredFormIsReadAsItWas(t *testing.T) {
	forms := bottest.Forms()
	forms["every field"] = everyField
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		var stored storedForm
		if err := json.Unmarshal([]byte(mustJSON(t, newStoredForm(forms[name]))), &stored); err != nil {
			t.Fatal(err)
		}
		if got := stored.form(); !reflect.DeepEqual(got, forms[name]) {
			t.Errorf("%s: %+v,\nwant %+v", name, got, forms[name])
		}
	}
}

func TestActionParametersAreReadAsTheyWereWritten(t *testing.T) {
	for _, want := range []actionParameters{{}, {Do: "x"}, {Do: "a", Select: "b", Form: "c", Cancel: "d", Confirm: "e", Label: "f", Message: "g", List: "h", Widget: "i"}} {
		values := map[string]string{queryParameter: "q"}
		for _, p := range want.encode() {
			values[p.Key] = p.Value
		}
		if got := decodeParameters(values); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if button := (renderer{function: "f"}).button("x", bot.Neutral, actionParameters{Do: "y"}); !reflect.DeepEqual(button.OnClick.Action, &chat.GoogleAppsCardV1Action{Function: "f", Parameters: []*chat.GoogleAppsCardV1ActionParameter{{Key: "do", Value: "y"}}}) {
		t.Errorf("%+v", button.OnClick.Action)
	}
}

// newStoredAdapter returns an adapter over a new database and a workspace.
func newStoredAdapter(t *testing.T) (*Adapter, *googlechattest.Workspace) {
	t.Helper()
	ws := googlechattest.New(t, googlechattest.Config{})
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "data"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	a, err := New(t.Context(), Config{Audience: ws.Audience(), APIURL: ws.APIURL(), CertsURL: ws.CertsURL(), HTTPClient: ws.Client(), AppendLog: store, Files: store, Now: fixedNow})
	if err != nil {
		t.Fatal(err)
	}
	return a, ws
}

// What earlier versions appended is read: forms had the names of Go's fields.
func TestEntriesOfEarlierVersionsAreRead(t *testing.T) {
	a, _ := newStoredAdapter(t)
	for _, e := range []struct{ stream, key, body string }{
		{"googlechat/forms", "k1", `{"Title":"Título","Text":"Texto","Do":"act note 7","Submit":"Enviar","Fields":[{"Name":"a","Label":"Campo","Hint":"Ayuda","Kind":"search","Options":[{"Label":"Opción","Value":"v","Detail":"Detalle","Group":"Grupo"}],"List":"entries","Value":"v","Optional":true,"Max":80},` +
			`{"Name":"","Label":"","Hint":"","Kind":"line","Options":null,"List":"","Value":"","Optional":false,"Max":0},{"Kind":"long"},{"Kind":"pick"},{"Kind":"who"},{"Kind":"day"},{"Kind":"attach"}]}`},
		{"googlechat/people/users/1", "", `{"name":"Usuario 1","direct":"spaces/D"}`},
		{"googlechat/people/users/1", "", `{"name":"Usuario Uno","email":"uno@entidad.example","domain":"d1"}`},
		{"googlechat/roots/spaces/A/messages/T.T", "spaces/A/messages/T.M", `"spaces/A/messages/T.M"`},
		{"googlechat/home", "d1", `{}`},
		{"googlechat/gone/" + messageID(bot.Channel("googlechat:spaces/A"), "ticket/7", 0), "spaces/A/messages/T.T", `{}`},
	} {
		if _, err := a.config.AppendLog.Append(t.Context(), e.stream, e.key, []byte(e.body)); err != nil {
			t.Fatal(err)
		}
	}
	if form, err := a.loadForm(t.Context(), "1"); err != nil || !reflect.DeepEqual(form, everyField) {
		t.Errorf("form %+v, %v", form, err)
	}
	if p, err := a.profile(t.Context(), "users/1"); err != nil || p != (storedProfile{"Usuario Uno", "uno@entidad.example", "d1", "spaces/D"}) {
		t.Errorf("profile %+v, %v", p, err)
	}
	if root, err := a.currentRoot(t.Context(), "spaces/A/messages/T.T"); err != nil || root != "spaces/A/messages/T.M" {
		t.Errorf("root %q, %v", root, err)
	}
	if known, err := a.organizationDomains(t.Context()); err != nil || !maps.Equal(known, map[string]bool{"d1": true}) {
		t.Errorf("domains %v, %v", known, err)
	}
	if n, last, err := a.generation(t.Context(), bot.Channel("googlechat:spaces/A"), "ticket/7"); err != nil || n != 1 || last != "spaces/A/messages/T.T" {
		t.Errorf("generation %d after %q, %v", n, last, err)
	}
}

// The same form has one id, also one that an earlier version stored as a bot.Form.
func TestStoredFormIsStoredOnce(t *testing.T) {
	a, _ := newStoredAdapter(t)
	var ids []string
	for range 2 {
		id, err := a.saveForm(t.Context(), everyField)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if body := mustJSON(t, newStoredForm(everyField)); body != mustJSON(t, everyField) {
		t.Errorf("stored %s", body)
	}
	if fmt.Sprint(ids) != "[1 1]" {
		t.Errorf("ids %v", ids)
	}
}

package bot_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"helptic/bot"
)

// storedReply has a value in every field of the types that a reply is stored with.
func storedReply() bot.Reply {
	options := []bot.Option{{Label: "Agente 1", Value: "a1", Detail: "disponible", Group: "Mesa de ayuda"}}
	files := []bot.File{{ID: "f1", Name: "foto.jpg", Type: "image/jpeg", Size: 48213, SHA256: "9f86d081"}}
	return bot.Reply{
		Posts: []bot.Post{{
			Room:         bot.Room{Channel: "chat:mesa", Direct: "chat:usuario", Home: "chat:agente"},
			Key:          "card/12",
			Thread:       "card/11",
			EphemeralFor: "chat:usuario",
			EditOnly:     true,
			Message: bot.Message{
				Text:  "Solicitud N.º 12",
				Files: files,
				Card: &bot.Card{
					Title: "N.º 12", Subtitle: "En curso", Tone: bot.Working, Text: "Atasco de papel", Note: "Escriba debajo.",
					Facts:   []bot.Fact{{Label: "Descripción", Value: "No imprime.", Long: true}},
					Files:   files,
					Selects: []bot.Select{{Label: "Responsable", Do: "act assign 12", Options: options}},
					Buttons: []bot.Button{{Label: "Cerrar", Do: "act close 12", Tone: bot.Danger, Confirm: "¿Cerrarla?", Form: true}},
				},
			},
		}},
		Open: &bot.Form{Title: "Cerrar", Text: "Diga por qué.", Do: "act close 12", Submit: "Enviar", Fields: []bot.Field{{
			Name: "reason", Label: "Motivo", Hint: "En una frase.", Kind: bot.Search, Options: options, List: "reasons",
			Value: "a1", Optional: true, Max: 150}}},
		Reject: map[string]string{"reason": "Falta el motivo."},
		Notice: "Ya está cerrada.",
	}
}

// storedEvent has a value in every field of an event that is stored.
func storedEvent() bot.Event {
	return bot.Event{
		Key:     "press/1",
		At:      time.Date(2026, 11, 20, 15, 4, 5, 678_000_000, time.UTC),
		From:    bot.Person{ID: "chat:usuario", Name: "Usuario 1", Email: "usuario1@entidad.gov.co", Guest: true},
		Room:    bot.Room{Channel: "chat:mesa", Direct: "chat:usuario", Home: "chat:agente"},
		Thread:  "m1",
		Message: "m2",
		Text:    "No imprime.",
		Files:   []bot.File{{ID: "f1", Name: "foto.jpg", Type: "image/jpeg", Size: 48213, SHA256: "9f86d081"}},
		Mention: true,
		Do:      "act close 12",
		Values:  map[string]string{"value": "a1"},
		Form:    true,
	}
}

// The files are what databases hold: a change of one of them breaks what is in flight
// during an update. Version 1 of the reply was written before its fields had tags; an
// event has always looked the same.
func TestStoredShapesDoNotChange(t *testing.T) {
	reply, event := storedReply(), storedEvent()
	tests := []struct {
		file     string
		value    any
		into     any
		readOnly bool // the file is of an earlier version: it is read, never written
	}{
		{"reply.json", &reply, &bot.Reply{}, false},
		{"event.json", &event, &bot.Event{}, false},
		{"reply_v1.json", &reply, &bot.Reply{}, true},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join("testdata", "stored", test.file))
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(test.value, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			if !test.readOnly && string(got)+"\n" != string(want) {
				t.Errorf("stored as\n%s", got)
			}
			if err := json.Unmarshal(want, test.into); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(test.into, test.value) {
				t.Errorf("read as\n%+v", test.into)
			}
		})
	}
}

// A new field needs a tag, and a value in the sample that the files are made from.
func TestEveryStoredFieldHasATagAndASample(t *testing.T) {
	checkStored(t, reflect.ValueOf(storedReply()), "Reply")
	checkStored(t, reflect.ValueOf(storedEvent()), "Event")
}

// notStored are the fields that the inbox sets for the handler.
var notStored = map[string]bool{"Event.ThreadKey": true, "Event.MessageKey": true}

func checkStored(t *testing.T, v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		checkStored(t, v.Elem(), path)
	case reflect.Slice:
		for i := range v.Len() {
			checkStored(t, v.Index(i), path)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if !field.IsExported() {
				continue
			}
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			at := path + "." + field.Name
			switch {
			case notStored[at]:
				if name != "-" {
					t.Errorf("%s is stored as %q", at, name)
				}
			case name == "" || name == "-":
				t.Errorf("%s has no name in its json tag", at)
			case v.Field(i).IsZero():
				t.Errorf("%s has no value in the sample", at)
			default:
				checkStored(t, v.Field(i), at)
			}
		}
	}
}

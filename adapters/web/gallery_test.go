package web

import (
	"context"
	"fmt"
	"strings"

	"helptic/bot"
)

// The gallery has a message, card or form with every field.

func galleryCard(state string, tone bot.Tone) bot.Message {
	return bot.Message{
		Text: "Solicitud N.º 123: Atasco de papel. " + state + ".",
		Card: &bot.Card{
			Title: "Solicitud N.º 123", Subtitle: state, Tone: tone,
			Text: "Impresoras > Atasco de papel",
			Facts: []bot.Fact{
				{Label: "Tipo", Value: "Incidente"}, {Label: "Prioridad", Value: "Alta"},
				{Label: "Solicitante", Value: "Usuario 1"}, {Label: "Vence", Value: "lunes 23 de noviembre, 4:05 p. m. (quedan 2 h)"},
				{Label: "Descripción", Value: "La impresora del piso 3 atasca el papel.\n<b>No</b> imprime *nada* <!channel> https://example.com", Long: true},
			},
			Selects: []bot.Select{{Label: "Asignar a", Do: "assign 123", Options: []bot.Option{
				{Label: "Agente 1", Value: agent1, Detail: "3 solicitudes abiertas"}, {Label: "Agente 2", Value: agent2, Detail: "1 solicitud abierta"},
			}}},
			Buttons: []bot.Button{
				{Label: "Asignarme", Do: "take 123", Tone: bot.Good}, {Label: "Resolver", Do: "form 123"}, {Label: "¿Por qué vence a esa hora?", Do: "why 123"},
				{Label: "Retirar solicitud", Do: "withdraw 123", Tone: bot.Danger, Confirm: "¿Retirar la solicitud N.º 123? No se puede deshacer."},
			},
			Note: "Se registró a las 2:05 p. m. Mesa de ayuda atiende de 8:00 a. m. a 5:00 p. m.",
		},
	}
}

func galleryTones() []bot.Message {
	var all []bot.Message
	for _, c := range []struct {
		tone  bot.Tone
		state string
	}{{bot.Info, ""}, {bot.Working, "En curso (asignada)"}, {bot.Waiting, "En espera: proveedor"}, {bot.Good, "Resuelta"}, {bot.Danger, ""}} {
		all = append(all, bot.Message{Text: "Tono " + string(c.tone), Card: &bot.Card{Title: "Tono " + string(c.tone), Subtitle: c.state, Tone: c.tone}})
	}
	return all
}

// galleryForm has a field of each kind. Its search has as many options as the catalogue.
func galleryForm() *bot.Form {
	var catalogue []bot.Option
	groups := []string{"Correo electrónico", "Impresoras", "Máquinas virtuales", "Página web"}
	for i := range 136 {
		group := groups[i*len(groups)/136]
		catalogue = append(catalogue, bot.Option{Label: fmt.Sprintf("%s %d", []string{"Configuración", "Atasco de papel", "Creación", "Publicación"}[i%4], i+1), Value: fmt.Sprint("s", i+1), Group: group})
	}
	return &bot.Form{
		Title: "Resolver la solicitud N.º 123", Text: "Diga qué se hizo. El usuario recibirá la solución y podrá validarla.", Do: "resolve 123", Submit: "Resolver",
		Fields: []bot.Field{
			{Name: "title", Label: "Asunto", Kind: bot.Line, Value: "Atasco de papel", Max: 40},
			{Name: "solution", Label: "Solución", Hint: "Con palabras que el usuario entienda.", Kind: bot.Long, Max: 60},
			{Name: "control", Label: "¿Se dio solución adecuada? (C2)", Kind: bot.Choice, Options: []bot.Option{{Label: "Sí", Value: "yes", Detail: "Se cierra el ciclo"}, {Label: "No", Value: "no"}}},
			{Name: "rating", Label: "Causa", Kind: bot.Choice, Optional: true, Options: []bot.Option{{Label: "Uno", Value: "1"}, {Label: "Dos", Value: "2"}, {Label: "Tres", Value: "3"}, {Label: "Cuatro", Value: "4"}, {Label: "Cinco", Value: "5"}, {Label: "Seis", Value: "6"}}},
			{Name: "entry", Label: "Subcategoría", Kind: bot.Search, Options: catalogue},
			{Name: "who", Label: "Responsable", Kind: bot.PersonPicker},
			{Name: "day", Label: "Fecha esperada", Kind: bot.DatePicker, Value: "2026-11-30"},
			{Name: "evidence", Label: "Evidencia", Kind: bot.FileUpload, Optional: true},
		},
	}
}

// gallery handles the events of the gallery.
func gallery(_ context.Context, e bot.Event) (bot.Reply, error) {
	channel := bot.Channel(defaultAgentChannel)
	line := func(key, text string) bot.Post {
		return bot.Post{Room: channel, Key: "line/" + key, Thread: "card", Message: bot.Message{Text: text}}
	}
	switch verb, _, _ := strings.Cut(e.Do, " "); {
	case e.Form && e.Values["solution"] == "":
		return bot.Reply{Reject: map[string]string{"solution": "Escriba qué se hizo para resolverla.", "who": "Elija una persona de la lista.", "control": "Responda el punto de control C2."}}, nil
	case e.Form:
		var names []string
		for _, f := range e.Files {
			names = append(names, f.Name)
		}
		text := fmt.Sprintf("Solución: %s / %s / %s / %s / %s", e.Values["solution"], e.Values["control"], e.Values["entry"], e.Values["who"], strings.Join(names, " "))
		return bot.Reply{Notice: "Solicitud N.º 123 resuelta.", Posts: []bot.Post{{Room: channel, Key: "card", Message: galleryCard("Resuelta", bot.Good)}, line(e.Key, text)}}, nil
	case verb == "form":
		return bot.Reply{Open: galleryForm()}, nil
	case verb == "why":
		return bot.Reply{Notice: "Son 2 horas hábiles desde las 2:05 p. m."}, nil
	case verb == "take" || verb == "assign":
		return bot.Reply{Posts: []bot.Post{{Room: channel, Key: "card", Message: galleryCard("En curso (asignada)", bot.Working)}, line(e.Key, e.From.Name+": asignada "+e.Value())}}, nil
	case verb == "withdraw":
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "gone", Message: bot.Message{Text: "Retirada."}}}}, nil
	case e.Text == "hola":
		posts := []bot.Post{{Room: e.Room, Key: "hi", Message: bot.Message{Text: "Buenas tardes. Cuéntenos qué necesita.\nPuede escribir «ayuda» en cualquier momento."}}}
		for i, m := range galleryTones() {
			posts = append(posts, bot.Post{Room: e.Room, Key: fmt.Sprint("tone", i), Message: m})
		}
		return bot.Reply{Posts: append(posts,
			bot.Post{Room: e.Room, Key: "mine", Message: galleryCard("Nueva", bot.Info)},
			bot.Post{Room: channel, Key: "card", Message: galleryCard("Nueva", bot.Info)},
			line("first", "Registrada por Usuario 1."), line("second", "Recordatorio: lleva 1 h sin asignar."),
			bot.Post{Room: channel, Key: "only", EphemeralFor: agent1, Message: bot.Message{Text: "La tiene Agente 2 desde las 2:10 p. m."}},
		)}, nil
	case len(e.Files) > 0:
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "files", Message: bot.Message{Text: "Archivos recibidos", Card: &bot.Card{Title: "Archivos recibidos", Files: e.Files}}}}}, nil
	case e.Text != "":
		return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "echo/" + e.Key, Thread: e.ThreadKey, Message: bot.Message{Text: "Recibido: " + e.Text}}}}, nil
	}
	return bot.Reply{}, nil
}

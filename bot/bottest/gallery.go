package bottest

import (
	"fmt"
	"strings"

	"helptic/bot"
)

// Sample is a post of the gallery.
type Sample struct {
	Name string
	Post bot.Post
}

// Gallery returns posts with every kind of content that a flow sends, both usual content
// and the extremes of what people type. Every adapter keeps its rendering of them as
// golden files. The rooms belong to the chat with the given name: its channel "desk" and
// its person "user".
func Gallery(chat string) []Sample {
	direct, channel := bot.Direct(chat+":user"), bot.Channel(chat+":desk")
	file := bot.File{ID: "f1", Name: "foto del equipo.jpg", Type: "image/jpeg", Size: 48_213}
	var gallery []Sample
	add := func(name string, room bot.Room, m bot.Message) {
		gallery = append(gallery, Sample{name, bot.Post{Room: room, Key: "gallery/" + name, Message: m}})
	}

	add("text", direct, bot.Message{Text: "No hay ninguna solicitud en curso. Escriba «nueva» para comenzar una."})
	add("text_with_file", direct, bot.Message{Text: "Solicitud N.º 12: la Mesa de ayuda le envió un archivo.", Files: []bot.File{file}})
	add("question_with_select", direct, bot.Message{Text: "Paso 1 de 6: ¿de qué se trata?", Card: &bot.Card{
		Title: "Nueva solicitud", Subtitle: "Paso 1 de 6", Text: "¿De qué se trata?",
		Selects: []bot.Select{{Label: "Categoría", Do: "intake pick abc category", Options: options(19, 0)}},
		Buttons: []bot.Button{{Label: "Cancelar", Do: "intake cancel abc"}},
		Note:    "También puede escribir el número o el nombre.",
	}})
	add("suggestions", direct, bot.Message{Text: "¿Es alguna de estas?", Card: &bot.Card{
		Title: "Nueva solicitud", Subtitle: "Paso 1 de 6", Text: "Esto es lo que más se parece a lo que escribió.",
		Buttons: []bot.Button{
			{Label: "Impresoras > Atasco de papel", Do: "intake entry abc impresoras.atasco-de-papel", Tone: bot.Good},
			{Label: "Hardware > Impresoras", Do: "intake entry abc hardware.impresoras"},
			{Label: "Ver todas las categorías", Do: "intake all abc"},
		},
	}})
	add("confirmation", direct, bot.Message{Text: "Revise su solicitud y regístrela.", Card: &bot.Card{
		Title: "Revise su solicitud", Subtitle: "Paso 6 de 6", Tone: bot.Info,
		Facts: []bot.Fact{
			{Label: "Categoría", Value: "Impresoras > Atasco de papel"},
			{Label: "Tipo", Value: "Incidente"},
			{Label: "Impacto", Value: "Alta: Afectación a una dependencia"},
			{Label: "Descripción", Value: "La impresora del tercer piso traga las hojas de a dos.\nPasa desde ayer.", Long: true},
		},
		Files: []bot.File{file},
		Buttons: []bot.Button{
			{Label: "Registrar solicitud", Do: "intake register abc", Tone: bot.Good},
			{Label: "Corregir", Do: "intake correct abc"},
			{Label: "Cancelar", Do: "intake cancel abc", Tone: bot.Danger, Confirm: "¿Descartar la solicitud? De ella no se registra nada."},
		},
	}})
	agents := bot.Message{Text: "Solicitud N.º 12: Impresoras > Atasco de papel.", Card: &bot.Card{
		Title: "N.º 12 · Impresoras > Atasco de papel", Subtitle: "En curso (asignada)", Tone: bot.Working,
		Facts: []bot.Fact{
			{Label: "Usuario", Value: "Usuario 1"}, {Label: "Tipo", Value: "Incidente"},
			{Label: "Prioridad", Value: "Alta"}, {Label: "Responsable", Value: "Agente 1"},
			{Label: "Solución prometida", Value: "lunes 23 de noviembre, 10:00 a. m. (faltan 2 h)"},
			{Label: "Descripción", Value: "La impresora del tercer piso traga las hojas de a dos.", Long: true},
		},
		Files: []bot.File{file, {ID: "f2", Name: "registro.txt", Type: "text/plain", Size: 900}},
		Note:  "Lo que escriba debajo de este mensaje queda como nota interna.",
	}}
	for i, label := range []string{"Resolver", "Asignar a…", "En espera", "Escalar", "Solicitar apoyo a proveedor", "Responder al usuario", "Nota interna", "Reclasificar"} {
		agents.Card.Buttons = append(agents.Card.Buttons, bot.Button{Label: label, Do: fmt.Sprintf("act a%d 12", i)})
	}
	add("agents_card", channel, agents)
	gallery = append(gallery, Sample{"line_in_thread", bot.Post{Room: channel, Key: "gallery/line_in_thread", Thread: "gallery/agents_card",
		Message: bot.Message{Text: "Agente 1 la tomó · En curso (asignada)\nPunto de control C1: se resuelve con los recursos disponibles"}}})
	gallery = append(gallery, Sample{"private_notice", bot.Post{Room: channel, Key: "gallery/private_notice", EphemeralFor: chat + ":user",
		Message: bot.Message{Text: "La tiene Agente 2 desde las 9:14 a. m."}}})
	for _, tone := range []bot.Tone{bot.Neutral, bot.Waiting, bot.Good, bot.Danger} {
		name := string(tone)
		if name == "" {
			name = "neutral"
		}
		add("tone_"+name, channel, bot.Message{Text: "Solicitud N.º 12.", Card: &bot.Card{Title: "N.º 12", Subtitle: "Estado", Tone: tone}})
	}
	add("survey", direct, bot.Message{Text: "Su solicitud N.º 12 quedó resuelta. ¿Cómo le pareció la atención?", Card: &bot.Card{
		Title: "Solución de la solicitud N.º 12", Tone: bot.Good, Text: "Se cambió el rodillo.\n\n¿Cómo le pareció la atención?",
		Buttons: []bot.Button{{Label: "1 · Muy mala", Do: "act rate 12 1"}, {Label: "2 · Mala", Do: "act rate 12 2"}, {Label: "3 · Regular", Do: "act rate 12 3"},
			{Label: "4 · Buena", Do: "act rate 12 4"}, {Label: "5 · Excelente", Do: "act rate 12 5", Tone: bot.Good}},
	}})
	gallery = append(gallery, Sample{"home", bot.Post{Room: bot.Home(chat + ":user"), Key: "home", Message: bot.Message{Text: "Mesa de ayuda", Card: &bot.Card{
		Title: "Mesa de ayuda", Text: "Usted tiene una solicitud abierta.",
		Facts:   []bot.Fact{{Label: "N.º 12 · En espera", Value: "Impresoras > Atasco de papel\nSolución prometida: lunes 23 de noviembre, 10:00 a. m.", Long: true}},
		Buttons: []bot.Button{{Label: "Nueva solicitud", Do: "intake new", Tone: bot.Good}},
	}}}})

	hostile := "<!channel> <@U1> <users/all> <https://example.org|banco> *negrita* _x_ ~y~ `z` & &amp; </b><script>alert(1)</script> @todos"
	add("hostile_text", channel, bot.Message{Text: hostile})
	add("hostile_card", channel, bot.Message{Text: hostile, Card: &bot.Card{Title: hostile, Subtitle: hostile, Text: hostile, Note: hostile,
		Facts: []bot.Fact{{Label: hostile, Value: hostile}, {Label: "Descripción", Value: hostile, Long: true}},
		Files: []bot.File{{ID: "f3", Name: hostile, Type: "text/html", Size: 1}}}})
	odd := "\u202eאבגד\u202c \x00\x07 e\u0301\u0302\u0303 👩🏽\u200d🔧 \u200b\u2028fin"
	add("odd_characters", direct, bot.Message{Text: odd, Card: &bot.Card{Title: odd, Text: odd, Facts: []bot.Fact{{Label: odd, Value: odd}}}})
	add("longest", channel, bot.Message{Text: strings.Repeat("ñ", 4000), Card: &bot.Card{
		Title: strings.Repeat("Título ", 60), Subtitle: strings.Repeat("Estado ", 60), Text: strings.Repeat("Palabras de a ocho. 👩🏽‍🔧 ", 400),
		Facts: []bot.Fact{{Label: strings.Repeat("Rótulo ", 40), Value: strings.Repeat("& < > ", 700), Long: true}, {Label: "Corto", Value: strings.Repeat("v", 2500)}},
		Note:  strings.Repeat("Nota. ", 700),
	}})
	many := &bot.Card{Title: "Mucho de todo"}
	for i := range 30 {
		many.Facts = append(many.Facts, bot.Fact{Label: fmt.Sprintf("Dato %d", i+1), Value: fmt.Sprint(i)})
		many.Buttons = append(many.Buttons, bot.Button{Label: fmt.Sprintf("Botón %d con un nombre que pasa de los setenta y cinco caracteres que caben en él", i+1), Do: fmt.Sprintf("act b%d 12", i)})
		many.Files = append(many.Files, bot.File{ID: fmt.Sprintf("m%d", i), Name: fmt.Sprintf("archivo %d.pdf", i+1), Type: "application/pdf", Size: 1 << 20})
	}
	many.Selects = []bot.Select{{Label: "Subcategoría", Do: "intake pick abc entry", Options: options(136, 14)}, {Label: "Sin grupos", Do: "intake pick abc x", Options: options(120, 0)}}
	add("many", channel, bot.Message{Text: "Mucho de todo.", Card: many})
	return gallery
}

// Forms returns the forms that go with the gallery, by name.
func Forms() map[string]bot.Form {
	pick := options(3, 0)
	every := bot.Form{Title: "Solicitar apoyo a proveedor · N.º 12", Text: "Control C3: se requiere apoyo adicional.", Do: "act provider 12", Submit: "Enviar", Fields: []bot.Field{
		{Name: "line", Label: "Proveedor", Kind: bot.Line, Max: 150},
		{Name: "long", Label: "Mensaje", Hint: "Qué se necesita.", Kind: bot.Long, Max: 3000, Value: "Buenos días:"},
		{Name: "pick", Label: "¿A quién se espera?", Kind: bot.Choice, Options: pick, Value: pick[1].Value},
		{Name: "search", Label: "Subcategoría", Kind: bot.Search, List: "entries", Options: options(136, 14), Value: "o7"},
		{Name: "who", Label: "Funcionario", Kind: bot.PersonPicker},
		{Name: "day", Label: "Fecha esperada", Kind: bot.DatePicker, Value: "2026-11-24", Optional: true},
		{Name: "files", Label: "Archivos", Kind: bot.FileUpload, Optional: true},
	}}
	long := bot.Form{Title: strings.Repeat("Título ", 40), Text: strings.Repeat("Texto. ", 900), Do: "act long 12", Submit: strings.Repeat("Enviar ", 20)}
	for i := range 12 {
		long.Fields = append(long.Fields, bot.Field{Name: fmt.Sprintf("f%d", i), Label: strings.Repeat("Rótulo ", 60), Hint: strings.Repeat("Ayuda ", 60),
			Kind: bot.Long, Value: strings.Repeat("ñ", 5000), Max: 4000})
	}
	few := bot.Form{Title: "Asignar · N.º 12", Do: "act assign 12", Submit: "Enviar", Fields: []bot.Field{
		{Name: "person", Label: "Agente", Kind: bot.PersonPicker, Options: []bot.Option{{Label: "Agente 1", Value: "a1"}, {Label: "Agente 2", Value: "a2"}}}}}
	return map[string]bot.Form{"every_kind": every, "longest": long, "who_of_few": few}
}

// options returns n options, in groups of the given size; 0: without groups.
func options(n, group int) []bot.Option {
	var out []bot.Option
	for i := range n {
		o := bot.Option{Label: fmt.Sprintf("Opción %d", i+1), Value: fmt.Sprintf("o%d", i)}
		if group > 0 {
			o.Group = fmt.Sprintf("Grupo %d", i/group+1)
		}
		out = append(out, o)
	}
	return out
}

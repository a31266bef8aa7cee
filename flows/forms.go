package flows

import (
	"helptic/bot"
	"helptic/ticket"
)

// What the forms of the actions ask. The names are those of the record's words.

const longText = 3000 // runes; every chat takes them in one field

func long(name, label, hint string) bot.Field {
	return bot.Field{Name: name, Label: label, Hint: hint, Kind: bot.Long, Max: longText}
}

var evidence = bot.Field{Name: "files", Label: "Archivos de evidencia", Kind: bot.FileUpload, Optional: true}

func reasonFields(*Desk, *ticket.Ticket) []bot.Field {
	return []bot.Field{long("reason", "Motivo", "Cuéntenos por qué.")}
}

func noteFields(*Desk, *ticket.Ticket) []bot.Field {
	f := long("note", "Nota", "Qué permite continuar.")
	f.Optional = true
	return []bot.Field{f}
}

func textFields(*Desk, *ticket.Ticket) []bot.Field {
	return []bot.Field{long("text", "Mensaje", ""), {Name: "files", Label: "Archivos", Kind: bot.FileUpload, Optional: true}}
}

func assignFields(*Desk, *ticket.Ticket) []bot.Field {
	return []bot.Field{{Name: "person", Label: "Agente de la Mesa de ayuda", Kind: bot.PersonPicker}}
}

func escalateFields(*Desk, *ticket.Ticket) []bot.Field {
	return []bot.Field{
		{Name: "person", Label: "Funcionario de la Oficina de Tecnología", Kind: bot.PersonPicker},
		long("justification", "Justificación", "Por qué no basta con los recursos de la Mesa de ayuda."),
	}
}

func holdFields(*Desk, *ticket.Ticket) []bot.Field {
	return []bot.Field{
		{Name: "for", Label: "¿A quién se espera?", Kind: bot.Choice, Options: []bot.Option{
			{Label: "Proveedor", Value: string(ticket.ForProvider)},
			{Label: "Usuario", Value: string(ticket.ForUser)},
			{Label: "Otra dependencia", Value: string(ticket.ForOther)},
		}},
		long("reason", "Motivo", "Qué se espera. Si se espera al usuario, escríbale aquí la pregunta."),
		{Name: "expected", Label: "Fecha esperada", Kind: bot.DatePicker},
	}
}

func providerFields(_ *Desk, t *ticket.Ticket) []bot.Field {
	return []bot.Field{
		{Name: "provider", Label: "Proveedor", Kind: bot.Line, Max: 150},
		{Name: "email", Label: "Correo del proveedor", Kind: bot.Line, Max: 150},
		long("message", "Mensaje", "Qué se necesita del proveedor."),
		{Name: "expected", Label: "Fecha esperada", Kind: bot.DatePicker, Optional: true},
		evidence,
	}
}

func confirmFields(*Desk, *ticket.Ticket) []bot.Field {
	return []bot.Field{
		long("causes", "Causas del problema", ""),
		long("solution", "Solución", "Qué se hizo."),
		evidence,
	}
}

func resolveFields(_ *Desk, t *ticket.Ticket) []bot.Field {
	solution := long("solution", "Solución", "Qué se hizo. El usuario lo lee.")
	if n := lastOf(t, ticket.ConfirmSolution); n > 0 {
		solution.Value = t.History[n-1].Fields["solution"]
	}
	return []bot.Field{
		solution,
		{Name: "adequate", Label: "¿Se dio solución adecuada?", Kind: bot.Choice, Options: []bot.Option{
			{Label: "Sí, quedó solucionado", Value: "yes"},
			{Label: "Sí, con una solución provisional", Value: "workaround"},
		}},
		evidence,
	}
}

func reclassifyFields(d *Desk, t *ticket.Ticket) []bot.Field {
	entry := bot.Field{Name: "entry", Label: "Subcategoría", Kind: bot.Search, List: listEntries, Options: d.entryOptions(), Value: t.EntryID}
	return []bot.Field{
		entry,
		{Name: "impact", Label: "Impacto", Kind: bot.Choice, Value: t.Impact, Options: d.options(nil, stepImpact)},
		long("justification", "Justificación", "Por qué cambia."),
	}
}

// surveyFields ask what the rating's buttons do not: the catalogue's questions, and a comment.
func surveyFields(d *Desk, t *ticket.Ticket) []bot.Field {
	var fields []bot.Field
	for _, q := range d.Catalog.Survey.Questions {
		f := bot.Field{Name: q.ID, Label: q.Text, Kind: bot.Choice, Optional: true}
		for i := 1; i < len(ratingNames); i++ {
			f.Options = append(f.Options, bot.Option{Label: ratingNames[i], Value: string(rune('0' + i))})
		}
		fields = append(fields, f)
	}
	comment := long("comment", "Comentario", "Obligatorio si la calificación es 1 o 2.")
	comment.Optional = true
	if t.Survey != nil {
		comment.Value = t.Survey.Comment
	}
	return append(fields, comment)
}

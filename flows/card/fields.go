package card

import (
	"fmt"
	"strconv"

	"helptic/bot"
	"helptic/ticket"
)

// What the forms of the actions ask. The names of the fields are those of the record's.

const longText = 3000 // runes; every chat takes them in one field

func long(name, label, hint string) bot.Field {
	return bot.Field{Name: name, Label: label, Hint: hint, Kind: bot.Long, Max: longText}
}

var evidence = bot.Field{Name: "files", Label: "Archivos de evidencia", Kind: bot.FileUpload, Optional: true}

func reasonFields(View, *ticket.Ticket) []bot.Field {
	return []bot.Field{long("reason", "Motivo", "Cuéntenos por qué.")}
}

func noteFields(View, *ticket.Ticket) []bot.Field {
	f := long("note", "Nota", "Qué permite continuar.")
	f.Optional = true
	return []bot.Field{f}
}

func textFields(View, *ticket.Ticket) []bot.Field {
	return []bot.Field{long("text", "Mensaje", ""), {Name: "files", Label: "Archivos", Kind: bot.FileUpload, Optional: true}}
}

func assignFields(View, *ticket.Ticket) []bot.Field {
	return []bot.Field{{Name: "person", Label: "Agente de la Mesa de ayuda", Kind: bot.PersonPicker}}
}

func escalateFields(View, *ticket.Ticket) []bot.Field {
	return []bot.Field{
		{Name: "person", Label: "Funcionario de la Oficina de Tecnología", Kind: bot.PersonPicker},
		long("justification", "Justificación", "Por qué no basta con los recursos de la Mesa de ayuda."),
	}
}

func holdFields(View, *ticket.Ticket) []bot.Field {
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

func providerFields(_ View, t *ticket.Ticket) []bot.Field {
	return []bot.Field{
		{Name: "provider", Label: "Proveedor", Kind: bot.Line, Max: 150},
		{Name: "email", Label: "Correo del proveedor", Kind: bot.Line, Max: 150},
		long("message", "Mensaje", "Qué se necesita del proveedor."),
		{Name: "expected", Label: "Fecha esperada", Kind: bot.DatePicker, Optional: true},
		evidence,
	}
}

func confirmFields(View, *ticket.Ticket) []bot.Field {
	return []bot.Field{
		long("causes", "Causas del problema", ""),
		long("solution", "Solución", "Qué se hizo."),
		evidence,
	}
}

func resolveFields(_ View, t *ticket.Ticket) []bot.Field {
	solution := long("solution", "Solución", "Qué se hizo. El usuario lo lee.")
	if confirmed, ok := t.LastOf(ticket.ConfirmSolution); ok {
		solution.Value = confirmed.Fields["solution"]
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

// EntryList is what Inbox.Find calls the list of what a ticket can be classified as.
const EntryList = "entries"

// EntryOption is an entry of the catalogue in that list.
func EntryOption(e ticket.Entry) bot.Option {
	return bot.Option{Label: e.Label, Value: e.ID, Group: e.Category.Label}
}

// ImpactOptions are the five levels, with the document's descriptions.
func ImpactOptions(c *ticket.Catalog) []bot.Option {
	var out []bot.Option
	for _, i := range c.Impacts {
		out = append(out, bot.Option{Label: i.Name, Value: i.ID, Detail: i.Description})
	}
	return out
}

func reclassifyFields(v View, t *ticket.Ticket) []bot.Field {
	entry := bot.Field{Name: "entry", Label: "Subcategoría", Kind: bot.Search, List: EntryList, Value: t.EntryID}
	for e := range v.Catalog.Entries() {
		entry.Options = append(entry.Options, EntryOption(e))
	}
	return []bot.Field{
		entry,
		{Name: "impact", Label: "Impacto", Kind: bot.Choice, Value: t.Impact, Options: ImpactOptions(v.Catalog)},
		long("justification", "Justificación", "Por qué cambia."),
	}
}

// surveyFields ask what the rating's buttons do not: the catalogue's questions, and a comment.
func surveyFields(v View, t *ticket.Ticket) []bot.Field {
	var fields []bot.Field
	for _, q := range v.Catalog.Survey.Questions {
		f := bot.Field{Name: q.ID, Label: q.Text, Kind: bot.Choice, Optional: true}
		for i := 1; i < len(ratingNames); i++ {
			f.Options = append(f.Options, bot.Option{Label: ratingNames[i], Value: strconv.Itoa(i)})
		}
		fields = append(fields, f)
	}
	comment := long("comment", "Comentario", commentHint(v.Catalog.Survey.CommentRequiredAtMost))
	comment.Optional = true
	if t.Survey != nil {
		comment.Value = t.Survey.Comment
	}
	return append(fields, comment)
}

// commentHint says with which ratings a comment is required.
func commentHint(most int) string {
	var ratings []string
	for i := 1; i <= most; i++ {
		ratings = append(ratings, strconv.Itoa(i))
	}
	if len(ratings) == 0 {
		return "Qué le gustó y qué podemos mejorar."
	}
	return fmt.Sprintf("Obligatorio si la calificación es %s.", List(ratings, "o"))
}

package flows

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"helptic/bot"
	"helptic/ticket"
)

// The activities of TI-PR-001, section 7, each with its record.
var activities = []struct{ text, record string }{
	{"Registrar la solicitud", "HELPTIC"},
	{"Revisar la solicitud y determinar si se escala", "HELPTIC"},
	{"Resolver, evaluar y hacer seguimiento", "HELPTIC"},
	{"Poner en espera", "HELPTIC"},
	{"Registrar el escalamiento", "HELPTIC"},
	{"Recibir la solicitud e identificar las causas", "No aplica"},
	{"Resolver y determinar si se requiere apoyo adicional", "HELPTIC"},
	{"Solicitar apoyo al proveedor y confirmar la solución", "Correo electrónico"},
	{"Informar al usuario la solución", "Mensaje directo"},
	{"Validar la solución y evaluar el servicio", "Encuesta de satisfacción"},
	{"Cerrar la solicitud", "HELPTIC"},
}

// Sheet is the "hoja de vida" of a ticket: what was done for each activity of TI-PR-001, by
// whom and when, the control points, the service level, and the whole history.
func Sheet(cat *ticket.Catalog, t *ticket.Ticket) string {
	d := &Desk{Catalog: cat}
	stamp := func(at time.Time) string {
		return at.In(cat.Calendar.Location()).Format("2006-01-02 15:04")
	}
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("HOJA DE VIDA DE LA SOLICITUD N.º %d · TI-PR-001 v03", t.Number)
	line("")
	line("Estado:             %s", d.stateOf(t))
	line("Usuario:            %s", t.Requester.Name)
	line("Categoría:          %s", t.Category)
	line("Subcategoría:       %s", t.Subcategory)
	line("Tipo:               %s", t.Type.Label())
	line("Impacto:            %s", d.impact(t))
	line("Responsable:        %s", d.assignee(t))
	line("Descripción:        %s", bot.OneLine(t.Description, 4000))
	for _, f := range t.Files {
		line("Adjunto:            %s (%d bytes, SHA-256 %s)", bot.OneLine(f.Name, 200), f.Size, f.SHA256)
	}
	line("")
	line("ACUERDO DE NIVEL DE SERVICIO")
	line("Primer mensaje:     %s", stamp(t.FirstMessageAt))
	line("Registro:           %s", stamp(t.RegisteredAt))
	line("Comienza a contar:  %s", stamp(t.StartAt))
	if !t.AssignedAt.IsZero() {
		line("Primera asignación: %s", stamp(t.AssignedAt))
	}
	line("Prometida:          %s (%s)", stamp(t.DueAt), cat.ServiceLevels[t.Type][t.Impact])
	for _, p := range t.Pauses {
		to := ""
		if !p.To.IsZero() {
			to = " hasta " + stamp(p.To)
		}
		why := holdNames[ticket.HoldFor(p.Why)]
		if p.Why == "resolved" {
			why = "la validación del usuario"
		}
		line("Pausa:              desde %s%s, en espera de %s", stamp(p.From), to, why)
	}
	if t.Solution != nil {
		kept := "dentro del plazo"
		if due := t.DueAt; t.Solution.At.After(due) {
			kept = "fuera del plazo"
		}
		line("Solución:           %s, %s", stamp(t.Solution.At), kept)
	}
	line("")
	line("ACTIVIDADES")
	for i, a := range activities {
		n := i + 1
		var done []string
		for _, r := range t.History {
			if slices.Contains(r.Activities, n) {
				done = append(done, fmt.Sprintf("%s %s (%s)", stamp(r.At), who(r.By), did[r.Action]))
			}
		}
		line("%2d. %s. Registro: %s", n, a.text, a.record)
		if len(done) == 0 {
			line("    —")
		}
		for _, s := range done {
			line("    %s", s)
		}
	}
	line("")
	line("PUNTOS DE CONTROL")
	for _, p := range []ticket.Control{ticket.C1, ticket.C2, ticket.C3} {
		line("%s %s", p, controlNames[p])
		none := true
		for _, r := range t.History {
			for _, a := range r.Controls {
				if a.Control == p {
					none = false
					line("    %s %s: %s", stamp(r.At), who(r.By), controlAnswers[a])
				}
			}
		}
		if none {
			line("    —")
		}
	}
	if t.Survey != nil {
		line("")
		line("ENCUESTA")
		line("%s  %d de 5, %s", stamp(t.Survey.At), t.Survey.Rating, ratingNames[t.Survey.Rating])
		for _, q := range cat.Survey.Questions {
			if n := t.Survey.Answers[q.ID]; n > 0 {
				line("    %s: %d de 5", q.Text, n)
			}
		}
		if t.Survey.Comment != "" {
			line("    Comentario: %s", bot.OneLine(t.Survey.Comment, 3000))
		}
	}
	line("")
	line("HISTORIA")
	for _, r := range t.History {
		line("%3d. %s  %s %s", r.N, stamp(r.At), who(r.By), did[r.Action])
		if r.From != r.To && r.From != "" {
			line("     %s → %s", stateNames[r.From], stateNames[r.To])
		}
		if words := d.words(r); words != "" {
			for l := range strings.SplitSeq(words, "\n") {
				line("     %s", bot.OneLine(l, 4000))
			}
		}
		for _, f := range r.Files {
			line("     Archivo: %s", bot.OneLine(f.Name, 200))
		}
	}
	return b.String()
}

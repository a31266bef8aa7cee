package card

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

// Record is the "hoja de vida" of a ticket: what was done for each activity of TI-PR-001, by
// whom and when, the control points, the service level, and the whole history.
func (v View) Record(t *ticket.Ticket) string {
	p := &recordPage{View: v, t: t}
	p.line("HOJA DE VIDA DE LA SOLICITUD N.º %d · TI-PR-001 v03", t.Number)
	p.summary()
	p.serviceLevel()
	p.activities()
	p.controls()
	p.survey()
	p.history()
	return p.text.String()
}

// recordPage is the hoja de vida while it is written, part by part.
type recordPage struct {
	View
	t    *ticket.Ticket
	text strings.Builder
}

func (p *recordPage) line(format string, args ...any) { fmt.Fprintf(&p.text, format+"\n", args...) }

func (p *recordPage) heading(text string) {
	p.line("")
	p.line("%s", text)
}

func (p *recordPage) stamp(at time.Time) string {
	return at.In(p.Catalog.Calendar.Location()).Format("2006-01-02 15:04")
}

func (p *recordPage) summary() {
	t := p.t
	p.line("")
	p.line("Estado:             %s", p.state(t))
	p.line("Usuario:            %s", t.Requester.Name)
	p.line("Categoría:          %s", t.Category)
	p.line("Subcategoría:       %s", t.Subcategory)
	p.line("Tipo:               %s", TypeName(t.Type))
	p.line("Impacto:            %s", p.impact(t))
	p.line("Responsable:        %s", p.assignee(t))
	for _, d := range t.Details {
		p.line("%-19s %s", d.Label+":", bot.OneLine(d.Value, 4000))
	}
	p.line("Descripción:        %s", bot.OneLine(t.Description, 4000))
	for _, f := range t.Files {
		p.line("Adjunto:            %s (%d bytes, SHA-256 %s)", bot.OneLine(f.Name, 200), f.Size, f.SHA256)
	}
}

func (p *recordPage) serviceLevel() {
	t := p.t
	p.heading("ACUERDO DE NIVEL DE SERVICIO")
	p.line("Primer mensaje:     %s", p.stamp(t.FirstMessageAt))
	p.line("Registro:           %s", p.stamp(t.RegisteredAt))
	p.line("Comienza a contar:  %s", p.stamp(t.StartAt))
	if !t.AssignedAt.IsZero() {
		p.line("Primera asignación: %s", p.stamp(t.AssignedAt))
	}
	p.line("Prometida:          %s (%s)", p.stamp(t.DueAt), Target(p.Catalog.ServiceLevels[t.Type][t.Impact]))
	for _, pause := range t.Pauses {
		to := ""
		if !pause.To.IsZero() {
			to = " hasta " + p.stamp(pause.To)
		}
		why := holdNames[ticket.HoldFor(pause.Why)]
		if pause.Why == "resolved" {
			why = "la validación del usuario"
		}
		p.line("Pausa:              desde %s%s, en espera de %s", p.stamp(pause.From), to, why)
	}
	if t.Solution != nil {
		kept := "dentro del plazo"
		if t.Solution.At.After(t.DueAt) {
			kept = "fuera del plazo"
		}
		p.line("Solución:           %s, %s", p.stamp(t.Solution.At), kept)
	}
}

func (p *recordPage) activities() {
	p.heading("ACTIVIDADES")
	for i, a := range activities {
		p.line("%2d. %s. Registro: %s", i+1, a.text, a.record)
		none := true
		for _, r := range p.t.History {
			if slices.Contains(r.Activities, i+1) {
				p.line("    %s %s (%s)", p.stamp(r.At), actor(r.By), actionNames[r.Action])
				none = false
			}
		}
		if none {
			p.line("    —")
		}
	}
}

func (p *recordPage) controls() {
	p.heading("PUNTOS DE CONTROL")
	for _, point := range []ticket.Control{ticket.C1, ticket.C2, ticket.C3} {
		p.line("%s %s", point, controlNames[point])
		none := true
		for _, r := range p.t.History {
			for _, a := range r.Controls {
				if a.Control == point {
					p.line("    %s %s: %s", p.stamp(r.At), actor(r.By), controlAnswers[a])
					none = false
				}
			}
		}
		if none {
			p.line("    —")
		}
	}
}

func (p *recordPage) survey() {
	s := p.t.Survey
	if s == nil {
		return
	}
	p.heading("ENCUESTA")
	p.line("%s  %d de 5, %s", p.stamp(s.At), s.Rating, ratingNames[s.Rating])
	for _, q := range p.Catalog.Survey.Questions {
		if n := s.Answers[q.ID]; n > 0 {
			p.line("    %s: %d de 5", q.Text, n)
		}
	}
	if s.Comment != "" {
		p.line("    Comentario: %s", bot.OneLine(s.Comment, 3000))
	}
}

func (p *recordPage) history() {
	p.heading("HISTORIA")
	for _, r := range p.t.History {
		p.line("%3d. %s  %s %s", r.N, p.stamp(r.At), actor(r.By), actionNames[r.Action])
		if r.From != r.To && r.From != "" {
			p.line("     %s → %s", StateName(r.From), StateName(r.To))
		}
		if f := fields(r); f != "" {
			for l := range strings.SplitSeq(f, "\n") {
				p.line("     %s", bot.OneLine(l, 4000))
			}
		}
		for _, f := range r.Files {
			p.line("     Archivo: %s", bot.OneLine(f.Name, 200))
		}
	}
}

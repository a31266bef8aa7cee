package flows

import (
	"fmt"
	"strconv"

	"helptic/bot"
	"helptic/ticket"
)

// solutionCard tells the user the solution and takes them through activity 10: first
// whether it is solved, then the survey. It is one message that changes.
func (d *Desk) solutionCard(t *ticket.Ticket) bot.Message {
	solved := t.History[lastOf(t, ticket.Resolve)-1]
	c := &bot.Card{
		Title: fmt.Sprintf("Solución de la solicitud N.º %d", t.Number),
		Tone:  bot.Good,
		Text:  solved.Fields["solution"],
		Files: botFiles(solved.Files),
		Facts: []bot.Fact{{Label: "La resolvió", Value: solved.By.Name}},
	}
	number := strconv.FormatInt(t.Number, 10)
	switch {
	case t.Solution == nil:
		c.Tone, c.Note = bot.Neutral, "La solicitud N.º "+number+" se reabrió: esta solución ya no cuenta."
	case t.State == ticket.Resolved && !t.Validated():
		c.Subtitle = "¿Quedó resuelta?"
		c.Buttons = []bot.Button{
			d.button("Sí, quedó resuelta", bot.Good, ticket.Validate, t.Number),
			d.button("No, el problema sigue", bot.Neutral, ticket.Reject, t.Number),
		}
		c.Note = stop("Si no responde, se cierra sola el " + d.time(t.CloseAt(d.Catalog)))
	case !t.Validated():
		c.Note = d.ending(t)
	case !t.SurveyWanted():
		c.Subtitle = "Confirmada"
	case t.Survey == nil && d.Now().After(t.SurveyUntil(d.Catalog)):
		c.Subtitle, c.Note = "Confirmada", "El plazo de la encuesta ya pasó."
	case t.Survey == nil:
		c.Subtitle = "Confirmada · " + d.Catalog.Survey.Overall.Text
		c.Buttons = d.ratingButtons(t.Number)
		c.Note = stop("La encuesta se puede responder hasta el " + d.time(t.SurveyUntil(d.Catalog)))
	default:
		c.Subtitle = "Gracias por su evaluación"
		c.Facts = append(c.Facts, bot.Fact{Label: "Su calificación", Value: ratingText(t.Survey)})
		if !d.Now().After(t.SurveyEditableUntil(d.Catalog)) {
			c.Buttons = append(d.ratingButtons(t.Number), d.button("Responder más preguntas", bot.Neutral, ticket.Rate, t.Number))
			c.Note = stop("Puede cambiarla hasta el " + d.time(t.SurveyEditableUntil(d.Catalog)))
		}
	}
	return bot.Message{Text: fmt.Sprintf("Solicitud N.º %d resuelta. ¿Quedó bien?", t.Number), Card: c}
}

func (d *Desk) ratingButtons(number int64) []bot.Button {
	var out []bot.Button
	for i := len(ratingNames) - 1; i > 0; i-- {
		out = append(out, d.button(strconv.Itoa(i)+" · "+ratingNames[i], bot.Neutral, ticket.Rate, number, strconv.Itoa(i)))
	}
	return out
}

func ratingText(s *ticket.Survey) string {
	text := fmt.Sprintf("%d de 5, %s", s.Rating, ratingNames[s.Rating])
	if s.Comment != "" {
		text += ". " + s.Comment
	}
	return text
}

// surveyChange reads the form's answers. A form without a rating of its own keeps the
// one that was given.
func surveyChange(d *Desk, v map[string]string, c *ticket.Change) error {
	c.Answers = map[string]int{}
	for _, q := range d.Catalog.Survey.Questions {
		if n, err := strconv.Atoi(v[q.ID]); err == nil && n >= 1 && n <= 5 {
			c.Answers[q.ID] = n
		}
	}
	return nil
}

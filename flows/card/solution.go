package card

import (
	"fmt"
	"strconv"

	"helptic/bot"
	"helptic/flows/command"
	"helptic/ticket"
)

// Solution tells the user the solution and takes them through activity 10: first whether it is
// solved, then the survey. It is one message that changes. The ticket was resolved at least once.
func (v View) Solution(t *ticket.Ticket) bot.Message {
	solved, _ := t.LastOf(ticket.Resolve)
	c := &bot.Card{
		Title: fmt.Sprintf("Solución de la solicitud N.º %d", t.Number),
		Tone:  bot.Good,
		Text:  solved.Fields["solution"],
		Files: Files(solved.Files),
		Facts: []bot.Fact{{Label: "La resolvió", Value: solved.By.Name}},
	}
	switch {
	case t.Solution == nil:
		c.Tone, c.Note = bot.Neutral, fmt.Sprintf("La solicitud N.º %d se reabrió: esta solución ya no cuenta.", t.Number)
	case t.State == ticket.Resolved && !t.Validated():
		c.Subtitle = "¿Quedó resuelta?"
		c.Buttons = []bot.Button{
			v.button("Sí, quedó resuelta", bot.Good, command.Of(ticket.Validate, t.Number)),
			v.button("No, el problema sigue", bot.Neutral, command.Of(ticket.Reject, t.Number)),
		}
		c.Note = Stop("Si no responde, se cierra sola el " + v.Time(t.CloseAt(v.Catalog)))
	case !t.Validated():
		c.Note = v.ending(t)
	case !t.SurveyWanted():
		c.Subtitle = "Confirmada"
	case t.Survey == nil && !v.surveyAwaited(t):
		c.Subtitle, c.Note = "Confirmada", "El plazo de la encuesta ya pasó."
	case t.Survey == nil:
		c.Subtitle = "Confirmada · " + v.Catalog.Survey.Overall.Text
		c.Buttons = v.ratingButtons(t.Number)
		c.Note = Stop("La encuesta se puede responder hasta el " + v.Time(t.SurveyUntil(v.Catalog)))
	default:
		c.Subtitle = "Gracias por su evaluación"
		c.Facts = append(c.Facts, bot.Fact{Label: "Su calificación", Value: surveyText(t.Survey)})
		if !v.Now.After(t.SurveyEditableUntil(v.Catalog)) {
			c.Buttons = append(v.ratingButtons(t.Number), v.button("Responder más preguntas", bot.Neutral, command.Of(ticket.Rate, t.Number)))
			c.Note = Stop("Puede cambiarla hasta el " + v.Time(t.SurveyEditableUntil(v.Catalog)))
		}
	}
	return bot.Message{Text: fmt.Sprintf("Solicitud N.º %d resuelta. ¿Quedó bien?", t.Number), Card: c}
}

func (v View) ratingButtons(number int64) []bot.Button {
	var out []bot.Button
	for i := len(ratingNames) - 1; i > 0; i-- {
		out = append(out, v.button(RatingText(i), bot.Neutral, command.Of(ticket.Rate, number).With(strconv.Itoa(i))))
	}
	return out
}

func surveyText(s *ticket.Survey) string {
	text := fmt.Sprintf("%d de 5, %s", s.Rating, ratingNames[s.Rating])
	if s.Comment != "" {
		text += ". " + s.Comment
	}
	return text
}

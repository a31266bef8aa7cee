package intake

import (
	"slices"
	"unicode/utf8"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/flows/command"
	"helptic/ticket"
)

// The impact.

func impacts(in *Intake, _ *ticket.Draft) []bot.Option { return card.ImpactOptions(in.Catalog) }

func hasImpact(in *Intake, d *ticket.Draft) bool {
	_, ok := in.Catalog.Impact(d.Answers[Impact])
	return ok
}

// drawRule shows what the procedure wants people to know about the entry.
func drawRule(in *Intake, d *ticket.Draft, c *bot.Card) { c.Text = in.rule(d) }

func (in *Intake) rule(d *ticket.Draft) string {
	switch e, ok := in.Catalog.Entry(d.Answers[Entry]); {
	case !ok:
		return ""
	case e.Security:
		return in.Catalog.Rules.Security.Text
	case e.WebContent:
		return in.Catalog.Rules.WebContent.Text
	}
	return ""
}

func impactFacts(in *Intake, d *ticket.Draft) []bot.Fact {
	impact, _ := in.Catalog.Impact(d.Answers[Impact])
	e, ok := in.Catalog.Entry(d.Answers[Entry])
	if !ok {
		return nil
	}
	promise := in.Catalog.Promise(e, impact.ID, in.Now)
	return []bot.Fact{
		{Label: "Impacto", Value: impact.Name + ": " + impact.Description},
		{Label: "Tiempo de solución", Value: card.Target(promise.Target)},
		{Label: "Solución prometida", Value: in.Time(promise.Due)},
	}
}

// The description.

// setDescription takes the first text where the value is empty, as the button has it.
func setDescription(_ *Intake, d *ticket.Draft, value string) error {
	if value == "" {
		value = d.Answers[FirstText]
	}
	value = bot.CleanText(value)
	switch n := utf8.RuneCountInString(value); {
	case n < shortest:
		return descriptionTooShort()
	case n > longest:
		return descriptionTooLong(value)
	}
	d.Answers[Description] = value
	return nil
}

func readDescription(_ *Intake, _ *ticket.Draft, c command.Command, _ bool) (command.Command, error) {
	if p := bot.FoldText(c.Argument); p == "usar" || p == "usar lo que escribi" {
		c.Argument = ""
	}
	return c, nil
}

func drawDescription(in *Intake, d *ticket.Draft, c *bot.Card) {
	text := d.Answers[FirstText]
	if utf8.RuneCountInString(text) < shortest {
		return
	}
	c.Text += "\nTambién puede usar lo que ya escribió:"
	c.Facts = append(c.Facts, bot.Fact{Label: "Lo que escribió", Value: bot.Clip(text, clipFirstText), Long: true})
	c.Buttons = append(c.Buttons, bot.Button{Label: "Usar lo que escribí", Do: in.do(d, Description), Tone: bot.Good})
}

func descriptionFacts(_ *Intake, d *ticket.Draft) []bot.Fact {
	return []bot.Fact{{Label: "Descripción", Value: d.Answers[Description], Long: true}}
}

// The files.

// filesDone is the answer that there are no more.
const filesDone = "done"

func setFiles(_ *Intake, d *ticket.Draft, _ string) error {
	d.Answers[Files] = filesDone
	return nil
}

// readFiles takes text that comes with a file as what the file shows.
func readFiles(_ *Intake, _ *ticket.Draft, c command.Command, withFiles bool) (command.Command, error) {
	switch bot.FoldText(c.Argument) {
	case "continuar", "no", "listo", "siguiente", "ninguno", "sin adjuntos", "ok":
		c.Argument = filesDone
		return c, nil
	}
	if withFiles {
		c.Question = doDescribe
		return c, nil
	}
	return c, attachOrContinue()
}

func drawFiles(in *Intake, d *ticket.Draft, c *bot.Card) {
	c.Files = card.Files(d.Files)
	c.Buttons = []bot.Button{{Label: "Continuar", Do: in.do(d, Files, filesDone), Tone: bot.Good}}
	if len(d.Files) > 0 {
		c.Buttons = append(c.Buttons, bot.Button{Label: "Quitar adjuntos", Do: in.do(d, doUnattach)})
	}
}

// The confirmation.

func readConfirm(_ *Intake, _ *ticket.Draft, c command.Command, _ bool) (command.Command, error) {
	switch bot.FoldText(c.Argument) {
	case "si", "registrar", "registrar solicitud", "confirmar", "ok", "listo":
	case "corregir", "no":
		c.Question = correcting
	default:
		return c, registerOrCorrect()
	}
	c.Argument = ""
	return c, nil
}

func drawConfirm(in *Intake, d *ticket.Draft, c *bot.Card) {
	c.Text, c.Facts = in.rule(d), nil
	for _, q := range in.all() {
		switch {
		case q.facts != nil:
			c.Facts = append(c.Facts, q.facts(in, d)...)
		case q.detail != "" && d.Answers[q.name] != "":
			c.Facts = append(c.Facts, bot.Fact{Label: q.detail, Value: q.text(in, d)})
		}
	}
	c.Files = card.Files(d.Files)
	c.Buttons = []bot.Button{
		{Label: "Registrar solicitud", Do: in.do(d, confirm), Tone: bot.Good},
		{Label: "Corregir", Do: in.do(d, correcting)},
	}
	c.Note = "El tiempo cuenta desde el registro, en horario hábil."
}

// What to correct.

func correctable(in *Intake, _ *ticket.Draft) []bot.Option {
	var out []bot.Option
	for _, q := range in.all() {
		if q.correct != "" {
			out = append(out, bot.Option{Label: q.correct, Value: q.name})
		}
	}
	return out
}

func setCorrection(in *Intake, d *ticket.Draft, value string) error {
	if !slices.ContainsFunc(correctable(in, d), func(o bot.Option) bool { return o.Value == value }) {
		return unclear(nil)
	}
	correct(d, value)
	return nil
}

func drawCorrection(in *Intake, d *ticket.Draft, c *bot.Card) {
	for _, o := range correctable(in, d) {
		c.Buttons = append(c.Buttons, bot.Button{Label: o.Label, Do: in.do(d, correcting, o.Value)})
	}
}

package intake

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/flows/command"
	"helptic/ticket"
)

// The names of the questions, as drafts keep them.
const (
	About       = "about"
	Category    = "category"
	Group       = "group"
	Entry       = "entry"
	Impact      = "impact"
	Description = "description"
	Files       = "files"
	confirm     = "confirm"
)

// question is one row of the intake. A row with a name, a title and either options or nothing
// else asks a complete question; the functions are for what is special about one.
type question struct {
	name  string
	title string
	help  string // below the title
	joins bool   // it has the number of the question before it: "Paso 2 de 5" for both
	first bool   // nothing is before it
	// correct names the question where one chooses what to correct; "" leaves it out.
	correct string
	// detail is the label under which the ticket keeps the answer; "" where the ticket has
	// a field of its own for it.
	detail string
	// choice labels the list of options on the card; "" where draw shows them.
	choice string

	options func(in *Intake, d *ticket.Draft) []bot.Option
	// answered tells whether the answer is there, or the question does not apply.
	answered func(in *Intake, d *ticket.Draft) bool
	// set checks an answer and keeps it.
	set func(in *Intake, d *ticket.Draft, value string) error
	// read finds what typed text stands for.
	read func(in *Intake, d *ticket.Draft, c command.Command, withFiles bool) (command.Command, error)
	// draw completes the card.
	draw func(in *Intake, d *ticket.Draft, c *bot.Card)
	// facts are what the confirmation shows of the answer.
	facts func(in *Intake, d *ticket.Draft) []bot.Fact
}

// questions are asked in this order.
var questions []question

// correction asks what to correct.
var correction question

func init() { // the rows ask one another for their answers
	questions = []question{
		{name: About, title: "¿Para cuál solicitud es su mensaje?", help: "Varias esperan por usted.", first: true, options: awaiting, answered: hasAbout, read: readAbout, draw: drawAbout},
		{name: Category, correct: "Categoría", first: true, options: categories, answered: hasCategory, set: setCategory, read: readCategory, draw: drawCategory},
		{name: Group, title: "¿De qué se trata?", help: "Elija una opción, o escriba su nombre.", choice: "Elija", options: groupOptions, answered: hasGroup, set: setGroup},
		{name: Entry, joins: true, title: "¿Qué necesita exactamente?", help: "Elija una opción de la lista, o escriba su nombre.", choice: "Elija",
			options: entries, answered: hasEntry, set: setEntry, facts: entryFacts},
		{name: Impact, correct: "Impacto", title: "¿A quién afecta?", choice: "Impacto", options: impacts, answered: hasImpact, draw: drawRule, facts: impactFacts},
		{name: Description, correct: "Descripción", title: "Describa su solicitud", set: setDescription, read: readDescription, draw: drawDescription, facts: descriptionFacts,
			help: "Escríbala aquí: qué pasa, dónde y desde cuándo. Entre " + card.Number(shortest) + " y " + card.Number(longest) + " caracteres."},
		{name: Files, correct: "Adjuntos", title: "¿Desea adjuntar archivos?", help: "Si hace falta, adjúntelos aquí (una foto, un documento). Después pulse «Continuar».", set: setFiles, read: readFiles, draw: drawFiles},
		{name: confirm, title: "Revise y confirme", first: true, read: readConfirm, draw: drawConfirm},
	}
	correction = question{name: correcting, title: "¿Qué desea corregir?", options: correctable, set: setCorrection, draw: drawCorrection}
}

func (q *question) isAnswered(in *Intake, d *ticket.Draft) bool {
	if q.answered != nil {
		return q.answered(in, d)
	}
	return d.Answers[q.name] != ""
}

// answer checks an answer and keeps it.
func (q *question) answer(in *Intake, d *ticket.Draft, value string) error {
	if q.set != nil {
		return q.set(in, d, value)
	}
	if q.options != nil && !slices.ContainsFunc(q.options(in, d), func(o bot.Option) bool { return o.Value == value }) {
		return unclear(nil)
	}
	if value = bot.CleanText(value); utf8.RuneCountInString(value) > longest {
		return descriptionTooLong(value)
	}
	d.Answers[q.name] = value
	return nil
}

// text is the answer as people read it.
func (q *question) text(in *Intake, d *ticket.Draft) string {
	value := d.Answers[q.name]
	if q.options != nil {
		for _, o := range q.options(in, d) {
			if o.Value == value {
				return o.Label
			}
		}
	}
	return value
}

// Which ticket the first text is for, where several wait for the person.

// aboutNew is the answer that it is for none of them.
const aboutNew = "new"

func hasAbout(_ *Intake, d *ticket.Draft) bool {
	return d.Answers[Awaiting] == "" || d.Answers[About] != ""
}

func awaiting(_ *Intake, d *ticket.Draft) []bot.Option {
	var out []bot.Option
	for n := range strings.SplitSeq(d.Answers[Awaiting], ",") {
		out = append(out, bot.Option{Label: d.Answers[AwaitingLabel+n], Value: n})
	}
	return append(out, bot.Option{Label: "Es una solicitud nueva", Value: aboutNew})
}

// readAbout takes what is no choice as more of the same message.
func readAbout(in *Intake, d *ticket.Draft, c command.Command, _ bool) (command.Command, error) {
	chosen, several := choose(awaiting(in, d), c.Argument)
	switch {
	case len(several) > 0:
		return c, unclear(several)
	case chosen.Value == "":
		c.Question = doMore
	case chosen.Value == aboutNew:
		c.Argument = aboutNew
	default:
		c.Question, c.Argument = doComment, chosen.Value
	}
	return c, nil
}

func drawAbout(in *Intake, d *ticket.Draft, c *bot.Card) {
	for _, o := range awaiting(in, d) {
		do := in.do(d, doComment, o.Value)
		if o.Value == aboutNew {
			do = in.do(d, About, aboutNew)
		}
		c.Buttons = append(c.Buttons, bot.Button{Label: o.Label, Do: do})
	}
	if text := d.Answers[FirstText]; text != "" {
		c.Facts = append(c.Facts, bot.Fact{Label: "Lo que escribió", Value: bot.Clip(text, clipFirstText), Long: true})
	}
}

// The category, or straight to the entry from free text.

func categories(in *Intake, _ *ticket.Draft) []bot.Option {
	var out []bot.Option
	for i := range in.Catalog.Categories {
		out = append(out, bot.Option{Label: in.Catalog.Categories[i].Label, Value: in.Catalog.Categories[i].ID})
	}
	return out
}

func hasCategory(in *Intake, d *ticket.Draft) bool {
	_, ok := in.Catalog.Category(d.Answers[Category])
	return ok || hasEntry(in, d)
}

func setCategory(in *Intake, d *ticket.Draft, value string) error {
	if _, ok := in.Catalog.Category(value); !ok {
		return unclear(nil)
	}
	delete(d.Answers, Group)
	d.Answers[Category] = value
	return nil
}

// suggestions are the entries that the first text may mean; none once they were turned down.
func (in *Intake) suggestions(d *ticket.Draft) []bot.Option {
	text := d.Answers[FirstText]
	if text == "" || d.Answers[allCategories] != "" {
		return nil
	}
	var out []bot.Option
	for _, s := range in.Find(text, mostSuggested) {
		out = append(out, bot.Option{Label: s.Entry.Path(), Value: s.Entry.ID})
	}
	return out
}

// readCategory looks for the text among the suggestions first, then among the categories, and
// takes the rest as what the request is about.
func readCategory(in *Intake, d *ticket.Draft, c command.Command, _ bool) (command.Command, error) {
	text := c.Argument
	to := func(question, argument string) (command.Command, error) {
		c.Question, c.Argument = question, argument
		return c, nil
	}
	suggested, some := choose(in.suggestions(d), text)
	chosen, several := choose(categories(in, d), text)
	turnsDown := bot.FoldText(text) == "ver todas las categorias" || bot.FoldText(text) == "ver todas"
	switch {
	case suggested.Label != "":
		return to(Entry, suggested.Value)
	case turnsDown && d.Answers[FirstText] != "" && d.Answers[allCategories] == "":
		return to(allCategories, "")
	case chosen.Label != "":
		return to(Category, chosen.Value)
	case len(some) > 0:
		return c, unclear(some)
	case len(several) > 0:
		return c, unclear(several)
	case d.Answers[FirstText] != "" && d.Answers[allCategories] == "":
		return to(doMore, text) // told in several messages
	case len(in.Find(text, 1)) > 0:
		return to(doSearch, text)
	}
	return c, unclear(nil)
}

func drawCategory(in *Intake, d *ticket.Draft, c *bot.Card) {
	text, suggested := d.Answers[FirstText], in.suggestions(d)
	if len(suggested) > 0 {
		c.Title, c.Text = "¿Se trata de algo de esto?", "Según lo que escribió. Si no es ninguna, vea todas las categorías."
		for _, o := range suggested {
			c.Buttons = append(c.Buttons, bot.Button{Label: o.Label, Do: in.do(d, Entry, o.Value), Tone: bot.Good})
		}
		c.Buttons = append(c.Buttons, bot.Button{Label: "Ver todas las categorías", Do: in.do(d, allCategories)})
	} else {
		c.Title, c.Text = "¿En qué le podemos ayudar?", "Elija una categoría, o cuénteme con sus palabras qué pasa o qué necesita."
		if text != "" && d.Answers[allCategories] == "" {
			c.Text = "No reconocí de qué se trata. Elija una categoría de la lista, o cuéntemelo de otra manera."
		}
		c.Selects = []bot.Select{{Label: "Categoría", Do: in.do(d, Category), Options: categories(in, d)}}
	}
	if text == "" {
		return
	}
	c.Facts = append(c.Facts, bot.Fact{Label: "Lo que escribió", Value: bot.Clip(text, clipFirstText), Long: true})
	if n := d.Answers[OpenTicket]; n != "" {
		c.Buttons = append(c.Buttons, bot.Button{Label: "Agregarlo a la solicitud N.º " + n, Do: in.do(d, doComment, n)})
	}
}

// The second level of a category, where it has one.

// entryInGroups marks, among the groups, an entry that belongs to none.
const entryInGroups = "entry:"

// groups are the second levels of a category, "" standing for entries without one.
func groups(c *ticket.Category) []string {
	var out []string
	for _, s := range c.Subcategories {
		if !slices.Contains(out, s.Group) {
			out = append(out, s.Group)
		}
	}
	return out
}

func groupOptions(in *Intake, d *ticket.Draft) []bot.Option {
	category, ok := in.Catalog.Category(d.Answers[Category])
	if !ok {
		return nil
	}
	var out []bot.Option
	for _, g := range groups(category) {
		if g != "" {
			out = append(out, bot.Option{Label: g, Value: g})
			continue
		}
		for _, s := range category.Subcategories {
			if s.Group == "" {
				out = append(out, bot.Option{Label: s.Label, Value: entryInGroups + s.ID})
			}
		}
	}
	return out
}

func hasGroup(in *Intake, d *ticket.Draft) bool {
	category, ok := in.Catalog.Category(d.Answers[Category])
	if !ok {
		return hasEntry(in, d)
	}
	all := groups(category)
	group, answered := d.Answers[Group] // "" is an answer: the entries without a second level
	return len(all) < 2 || answered && slices.Contains(all, group) || hasEntry(in, d)
}

func setGroup(in *Intake, d *ticket.Draft, value string) error {
	if id, ok := strings.CutPrefix(value, entryInGroups); ok {
		return setEntry(in, d, id)
	}
	d.Answers[Group] = value
	return nil
}

// The entry of the catalogue.

func entries(in *Intake, d *ticket.Draft) []bot.Option {
	category, ok := in.Catalog.Category(d.Answers[Category])
	if !ok {
		return nil
	}
	whole := len(groups(category)) < 2
	var out []bot.Option
	for _, s := range category.Subcategories {
		if whole || s.Group == d.Answers[Group] {
			out = append(out, bot.Option{Label: s.Label, Value: s.ID})
		}
	}
	return out
}

func hasEntry(in *Intake, d *ticket.Draft) bool {
	_, ok := in.Catalog.Entry(d.Answers[Entry])
	return ok
}

func setEntry(in *Intake, d *ticket.Draft, value string) error {
	e, ok := in.Catalog.Entry(value)
	if !ok {
		return unclear(nil)
	}
	d.Answers[Category], d.Answers[Group], d.Answers[Entry] = e.Category.ID, e.Group, value
	return nil
}

func entryFacts(in *Intake, d *ticket.Draft) []bot.Fact {
	e, ok := in.Catalog.Entry(d.Answers[Entry])
	if !ok {
		return nil
	}
	return []bot.Fact{{Label: "Categoría", Value: e.Path()}, {Label: "Tipo", Value: card.TypeName(e.Type)}}
}

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

// position is the number that somebody typed for an option; 0: it is none.
func position(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

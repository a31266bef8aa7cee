package intake

import (
	"slices"
	"strings"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/flows/command"
	"helptic/ticket"
)

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

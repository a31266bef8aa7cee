package flows

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"helptic/bot"
	"helptic/storage"
	"helptic/ticket"
)

// What can be corrected before a request is registered.
var correctable = []bot.Option{
	{Label: "Categoría", Value: stepCategory},
	{Label: "Impacto", Value: stepImpact},
	{Label: "Descripción", Value: stepDescription},
	{Label: "Adjuntos", Value: stepFiles},
}

// cardKey is what the card of a conversation stands under.
func cardKey(c *storage.Conversation) string { return "draft/" + c.ID + "/" + strconv.Itoa(c.Card) }

// current shows the question that is asked now, in the conversation's card.
func (d *Desk) current(c *storage.Conversation) bot.Reply {
	if c.ID == "" {
		return bot.Reply{}
	}
	card := d.question(c)
	return bot.Reply{Posts: []bot.Post{{Room: bot.Direct(c.Person), Key: cardKey(c), Message: bot.Message{Text: summary(card), Card: card}}}}
}

// summary of a card, for notifications and screen readers.
func summary(c *bot.Card) string {
	return strings.TrimSuffix(strings.Join([]string{c.Title, c.Subtitle}, " · "), " · ")
}

// leave replaces the conversation's card by one that has ended.
func (d *Desk) leave(c *storage.Conversation, title, text string) bot.Post {
	return bot.Post{Room: bot.Direct(c.Person), Key: cardKey(c), EditOnly: true,
		Message: bot.Message{Text: title + ". " + text, Card: &bot.Card{Title: title, Text: text}}}
}

func (d *Desk) question(c *storage.Conversation) *bot.Card {
	do := func(what ...string) string { return strings.Join(append([]string{"intake", c.ID}, what...), " ") }
	back := bot.Button{Label: "Atrás", Do: do("back")}
	cancel := bot.Button{Label: "Cancelar", Do: do("cancel")}
	step := d.next(c)
	entry, classified := d.Catalog.Entry(c.Answers[stepEntry])
	card := &bot.Card{Tone: bot.Info}
	if c.For != nil {
		defer func() { card.Facts = append([]bot.Fact{{Label: "A nombre de", Value: c.For.Name}}, card.Facts...) }()
	}
	if classified {
		card.Facts = []bot.Fact{{Label: "Categoría", Value: entry.Path()}}
	} else if cat, ok := d.Catalog.Category(c.Answers[stepCategory]); ok {
		card.Facts = []bot.Fact{{Label: "Categoría", Value: cat.Label}}
	}
	ask := func(n int, title, text string) {
		card.Title, card.Text = title, text
		card.Subtitle = fmt.Sprintf("Paso %d de 5", n)
	}
	switch {
	case c.Answers[correcting] != "":
		card.Title, card.Text = "¿Qué desea corregir?", ""
		for _, o := range correctable {
			card.Buttons = append(card.Buttons, bot.Button{Label: o.Label, Do: do(correcting, o.Value)})
		}
		card.Buttons = append(card.Buttons, back)
	case step == stepCategory:
		d.askCategory(c, card, ask, do)
		card.Buttons = append(card.Buttons, cancel)
	case step == stepGroup:
		ask(2, "¿De qué se trata?", "Elija una opción, o escriba su nombre.")
		card.Selects = []bot.Select{{Label: "Elija", Do: do(step), Options: d.options(c, step)}}
		card.Buttons = []bot.Button{back, cancel}
	case step == stepEntry:
		ask(2, "¿Qué necesita exactamente?", "Elija una opción de la lista, o escriba su nombre.")
		card.Selects = []bot.Select{{Label: "Elija", Do: do(step), Options: d.options(c, step)}}
		card.Buttons = []bot.Button{back, cancel}
	case step == stepImpact:
		ask(3, "¿A quién afecta?", d.ruleOf(entry))
		card.Selects = []bot.Select{{Label: "Impacto", Do: do(step), Options: d.options(c, step)}}
		card.Buttons = []bot.Button{back, cancel}
	case step == stepDescription:
		ask(4, "Describa su solicitud", "Escríbala aquí: qué pasa, dónde y desde cuándo. Entre 10 y 4.000 caracteres.")
		if words := c.Answers[firstWords]; utf8.RuneCountInString(words) >= shortest {
			card.Text += "\nTambién puede usar lo que ya escribió:"
			card.Facts = append(card.Facts, bot.Fact{Label: "Lo que escribió", Value: bot.Clip(words, 500), Long: true})
			card.Buttons = append(card.Buttons, bot.Button{Label: "Usar lo que escribí", Do: do(step), Tone: bot.Good})
		}
		card.Buttons = append(card.Buttons, back, cancel)
	case step == stepFiles:
		ask(5, "¿Desea adjuntar archivos?", "Si hace falta, adjúntelos aquí (una foto, un documento). Después pulse «Continuar».")
		card.Files = botFiles(c.Files)
		card.Buttons = []bot.Button{{Label: "Continuar", Do: do(step, "done"), Tone: bot.Good}}
		if len(c.Files) > 0 {
			card.Buttons = append(card.Buttons, bot.Button{Label: "Quitar adjuntos", Do: do("unattach")})
		}
		card.Buttons = append(card.Buttons, back, cancel)
	default:
		d.askConfirm(c, card, entry, do, cancel)
	}
	return card
}

func (d *Desk) askCategory(c *storage.Conversation, card *bot.Card, ask func(int, string, string), do func(...string) string) {
	words := c.Answers[firstWords]
	suggested := d.suggested(c)
	if words == "" || c.Answers[seeAll] != "" || len(suggested) == 0 {
		text := "Elija una categoría, o cuénteme con sus palabras qué pasa o qué necesita."
		if words != "" && len(suggested) == 0 && c.Answers[seeAll] == "" {
			text = "No reconocí de qué se trata. Elija una categoría de la lista, o cuéntemelo de otra manera."
		}
		ask(1, "¿En qué le podemos ayudar?", text)
		card.Selects = []bot.Select{{Label: "Categoría", Do: do(stepCategory), Options: d.options(c, stepCategory)}}
	} else {
		ask(1, "¿Se trata de algo de esto?", "Según lo que escribió. Si no es ninguna, vea todas las categorías.")
		for _, o := range suggested {
			card.Buttons = append(card.Buttons, bot.Button{Label: o.Label, Do: do(stepEntry, o.Value), Tone: bot.Good})
		}
		card.Buttons = append(card.Buttons, bot.Button{Label: "Ver todas las categorías", Do: do(seeAll)})
	}
	if words != "" {
		card.Facts = append(card.Facts, bot.Fact{Label: "Lo que escribió", Value: bot.Clip(words, 500), Long: true})
		if n := c.Answers[openNumber]; n != "" {
			card.Buttons = append(card.Buttons, bot.Button{Label: "Agregarlo a la solicitud N.º " + n, Do: do("comment", n)})
		}
	}
}

func (d *Desk) askConfirm(c *storage.Conversation, card *bot.Card, entry ticket.Entry, do func(...string) string, cancel bot.Button) {
	impact, _ := d.Catalog.Impact(c.Answers[stepImpact])
	promise := d.Catalog.Promise(entry, impact.ID, d.Now())
	card.Title, card.Subtitle, card.Text = "Revise y confirme", "Último paso", d.ruleOf(entry)
	card.Facts = []bot.Fact{
		{Label: "Categoría", Value: entry.Path()},
		{Label: "Tipo", Value: entry.Type.Label()},
		{Label: "Impacto", Value: impact.Name + ": " + impact.Description},
		{Label: "Tiempo de solución", Value: promise.Target.String()},
		{Label: "Solución prometida", Value: d.time(promise.Due)},
		{Label: "Descripción", Value: c.Answers[stepDescription], Long: true},
	}
	card.Files = botFiles(c.Files)
	card.Buttons = []bot.Button{
		{Label: "Registrar solicitud", Do: do(stepConfirm), Tone: bot.Good},
		{Label: "Corregir", Do: do(correcting)},
		cancel,
	}
	card.Note = "El tiempo cuenta desde el registro, en horario hábil."
}

// ruleOf is what the procedure wants people to know about an entry.
func (d *Desk) ruleOf(e ticket.Entry) string {
	switch {
	case e.Subcategory == nil:
		return ""
	case e.Security:
		return d.Catalog.Rules.Security.Text
	case e.WebContent:
		return d.Catalog.Rules.WebContent.Text
	}
	return ""
}

// suggested are the entries that the first words may mean.
func (d *Desk) suggested(c *storage.Conversation) []bot.Option {
	var out []bot.Option
	for _, s := range d.suggest(c.Answers[firstWords], mostSuggested) {
		out = append(out, bot.Option{Label: s.Entry.Path(), Value: s.Entry.ID})
	}
	return out
}

// options of a question, in the order of Anexo 1.
func (d *Desk) options(c *storage.Conversation, step string) []bot.Option {
	var out []bot.Option
	switch step {
	case stepCategory:
		for i := range d.Catalog.Categories {
			out = append(out, bot.Option{Label: d.Catalog.Categories[i].Label, Value: d.Catalog.Categories[i].ID})
		}
	case stepGroup:
		cat, _ := d.Catalog.Category(c.Answers[stepCategory])
		for _, g := range groups(cat) {
			if g == "" {
				for _, s := range cat.Subcategories {
					if s.Group == "" {
						out = append(out, bot.Option{Label: s.Label, Value: groupOfEntry + s.ID})
					}
				}
				continue
			}
			out = append(out, bot.Option{Label: g, Value: g})
		}
	case stepEntry:
		cat, ok := d.Catalog.Category(c.Answers[stepCategory])
		for i := 0; ok && i < len(cat.Subcategories); i++ {
			if s := cat.Subcategories[i]; len(groups(cat)) < 2 || s.Group == c.Answers[stepGroup] {
				out = append(out, bot.Option{Label: s.Label, Value: s.ID})
			}
		}
	case stepImpact:
		for _, i := range d.Catalog.Impacts {
			out = append(out, bot.Option{Label: i.Name, Value: i.ID, Detail: i.Description})
		}
	}
	return out
}

// openTicket is the number of the open ticket that somebody's words may belong to, "" for none.
func (d *Desk) openTicket(ctx context.Context, person string) (string, error) {
	found, err := d.Store.Tickets(ctx, storage.Query{Requester: person, Limit: 1, States: unfinished})
	if err != nil || len(found) == 0 {
		return "", err
	}
	return strconv.FormatInt(found[0].Number, 10), nil
}

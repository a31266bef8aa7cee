package flows

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"helptic/bot"
	"helptic/storage"
	"helptic/ticket"
)

// The questions of a request, in the order in which a person meets them. The next one
// is always the first without an answer, so a deploy that adds or removes one
// breaks no one's conversation.
const (
	stepCategory    = "category"
	stepGroup       = "group"
	stepEntry       = "entry"
	stepImpact      = "impact"
	stepDescription = "description"
	stepFiles       = "files"
	stepConfirm     = "confirm"
)

var steps = []string{stepCategory, stepGroup, stepEntry, stepImpact, stepDescription, stepFiles, stepConfirm}

// Answers that are not questions: the words it began with, that the suggestions were
// turned down, and that the person is choosing what to correct.
const (
	firstWords = "words"
	seeAll     = "all"
	correcting = "correcting"
	openNumber = "open" // of a ticket that the words may belong to
)

// groupOfEntry marks the choice of an entry that has no second level among those that do.
const groupOfEntry = "entry:"

// Limits of a request.
const (
	shortest  = 10   // runes of a description
	longest   = 4000 // runes of a description
	mostFiles = 20
	mostWords = 20 // fields of one action
	remember  = 20 // events that a conversation remembers
)

// next is the first question without an answer that the catalogue still knows.
func (d *Desk) next(c *storage.Conversation) string {
	_, classified := d.Catalog.Entry(c.Answers[stepEntry])
	for _, s := range steps {
		switch s {
		case stepCategory, stepGroup, stepEntry:
			if classified {
				continue
			}
			if cat, ok := d.Catalog.Category(c.Answers[stepCategory]); ok {
				if s == stepCategory || s == stepGroup && (len(groups(cat)) < 2 || slices.Contains(groups(cat), c.Answers[stepGroup])) {
					continue
				}
			}
		case stepImpact:
			if _, ok := d.Catalog.Impact(c.Answers[s]); ok {
				continue
			}
		default:
			if c.Answers[s] != "" {
				continue
			}
		}
		return s
	}
	return stepConfirm
}

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

// conversation reads the one that somebody is in; a new, empty one where there is none.
func (d *Desk) conversation(ctx context.Context, e bot.Event) (*storage.Conversation, error) {
	c, err := d.Store.Conversation(ctx, e.From.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return &storage.Conversation{Person: e.From.ID}, nil
	}
	return c, err
}

// begin starts a request, in place of the one that was there.
func (d *Desk) begin(c *storage.Conversation) {
	now := d.Now()
	c.ID, c.Answers, c.Files, c.For, c.Card = rand.Text(), map[string]string{}, nil, nil, 1
	c.StartedAt = now
}

// save keeps the conversation with the event that changed it and what that is answered with.
func (d *Desk) save(ctx context.Context, c *storage.Conversation, e bot.Event, r bot.Reply) (bot.Reply, error) {
	answer, err := json.Marshal(r)
	if err != nil {
		return bot.Reply{}, err
	}
	c.TouchedAt = d.Now()
	c.Events = append(c.Events, e.Key)
	c.Events = c.Events[max(0, len(c.Events)-remember):]
	c.Answer = answer
	return r, d.Store.SaveConversation(ctx, c)
}

// again is the answer to an event that was handled before the process died.
func (d *Desk) again(c *storage.Conversation, e bot.Event) (r bot.Reply, handled bool, err error) {
	switch i := slices.Index(c.Events, e.Key); {
	case i < 0:
		return bot.Reply{}, false, nil
	case i < len(c.Events)-1:
		return d.current(c), true, nil
	}
	return r, true, json.Unmarshal(c.Answer, &r)
}

// intakeWords answers what somebody typed that is no command about tickets.
func (d *Desk) intakeWords(ctx context.Context, e bot.Event, cmd command) (bot.Reply, error) {
	c, err := d.conversation(ctx, e)
	if err != nil {
		return bot.Reply{}, err
	}
	if r, handled, err := d.again(c, e); handled {
		return r, err
	}
	var before []bot.Post
	var complaint *bot.UserError
	text := inert(e.Text)
	running := c.ID != ""
	switch {
	case cmd == cmdThanks && !running && len(e.Files) == 0:
		return say(e, bot.Message{Text: "Con gusto. Si necesita algo más, escríbame."}), nil
	case (cmd == cmdCancel || cmd == cmdBack) && !running:
		return say(e, bot.Message{Text: "No hay ninguna solicitud en curso. Escriba «nueva» para comenzar una."}), nil
	case cmd == cmdCancel:
		return d.cancel(ctx, c, e)
	case cmd == cmdNew:
		if running {
			before = append(before, d.leave(c, "Solicitud descartada", "Comenzó una nueva; de esta no se registró nada."))
		}
		d.begin(c)
	case cmd == cmdBack:
		if !d.back(c) {
			return say(e, bot.Message{Text: "Esta es la primera pregunta. Para dejar la solicitud, escriba «cancelar»."}), nil
		}
	case cmd == cmdMenu && running:
		before = append(before, d.leave(c, "Solicitud en curso", "Continúa más abajo."))
		c.Card++
	case cmd == cmdMenu:
		d.begin(c)
	case !running:
		d.begin(c)
		c.Answers[firstWords] = text
		if n, err := d.openTicket(ctx, e.From.ID); err != nil {
			return bot.Reply{}, err
		} else if n != "" {
			c.Answers[openNumber] = n
		}
	default:
		if err := d.attach(c, e.Files); err != nil {
			return bot.Reply{}, err
		}
		if text == "" {
			break
		}
		done, reply, err := d.typed(ctx, c, e, text)
		if done || err != nil && !errors.As(err, &complaint) {
			return reply, err
		}
	}
	if !running || cmd != "" {
		if err := d.attach(c, e.Files); err != nil {
			return bot.Reply{}, err
		}
	}
	r := d.current(c)
	r.Posts = append(before, r.Posts...)
	if complaint != nil {
		r.Notice = complaint.Text // what came with the words is kept
	}
	return d.save(ctx, c, e, r)
}

// typed takes words as the answer to the question that is asked. It is done when the
// conversation has ended.
func (d *Desk) typed(ctx context.Context, c *storage.Conversation, e bot.Event, text string) (bool, bot.Reply, error) {
	step := d.next(c)
	switch {
	case c.Answers[correcting] != "":
		chosen, several := choose(correctable, text)
		if chosen.Value == "" {
			return false, bot.Reply{}, unclear(several)
		}
		d.correct(c, chosen.Value)
		return false, bot.Reply{}, nil
	case step == stepDescription:
		if p := plain(text); p == "usar" || p == "usar lo que escribi" {
			text = c.Answers[firstWords]
		}
		return false, bot.Reply{}, d.take(c, step, text)
	case step == stepFiles:
		if p := plain(text); p == "continuar" || p == "no" || p == "listo" || p == "siguiente" || p == "ninguno" || p == "sin adjuntos" || p == "ok" {
			return false, bot.Reply{}, d.take(c, step, "done")
		}
		if len(e.Files) > 0 {
			// Words that come with a file say what it shows.
			return false, bot.Reply{}, d.take(c, stepDescription, c.Answers[stepDescription]+"\n"+text)
		}
		return false, bot.Reply{}, bot.Sorry("Adjunte los archivos aquí mismo, o escriba «continuar» si no hay más.")
	case step == stepConfirm:
		switch p := plain(text); p {
		case "si", "registrar", "registrar solicitud", "confirmar", "ok", "listo":
			r, err := d.register(ctx, c, e)
			return true, r, err
		case "corregir", "no":
			return false, bot.Reply{}, d.take(c, correcting, "yes")
		}
		return false, bot.Reply{}, bot.Sorry("Escriba «registrar» para registrar la solicitud, «corregir» para cambiar algo o «cancelar».")
	}
	options := d.options(c, step)
	suggested := step == stepCategory && c.Answers[firstWords] != "" && c.Answers[seeAll] == ""
	chosen, several := choose(options, text)
	if suggested {
		found, some := choose(d.suggested(c), text)
		switch {
		case found.Label != "":
			return false, bot.Reply{}, d.take(c, stepEntry, found.Value)
		case plain(text) == "ver todas las categorias", plain(text) == "ver todas":
			c.Answers[seeAll] = "yes"
			return false, bot.Reply{}, nil
		case chosen.Label == "" && len(some) > 0:
			several = some
		}
	}
	switch {
	case chosen.Label != "":
		return false, bot.Reply{}, d.take(c, step, chosen.Value)
	case len(several) > 0:
		return false, bot.Reply{}, unclear(several)
	case step == stepCategory:
		if found := Suggest(d.Catalog, text); len(found) > 0 {
			c.Answers[firstWords] = text
			delete(c.Answers, seeAll)
			return false, bot.Reply{}, nil
		}
	}
	return false, bot.Reply{}, unclear(nil)
}

// unclear says that what was typed is none of the options, or several of them.
func unclear(several []bot.Option) error {
	if len(several) == 0 {
		return bot.Sorry("No entendí su respuesta. Elija una opción de la lista, o escriba su número o su nombre.")
	}
	var names []string
	for _, o := range several[:min(len(several), 5)] {
		names = append(names, "«"+o.Label+"»")
	}
	return bot.Sorry("Hay varias opciones que coinciden: %s. Escriba el nombre completo.", enumerate(names))
}

// take checks an answer and keeps it.
func (d *Desk) take(c *storage.Conversation, step, answer string) error {
	switch step {
	case stepCategory:
		if _, ok := d.Catalog.Category(answer); !ok {
			return unclear(nil)
		}
		delete(c.Answers, stepGroup)
	case stepGroup:
		if id, ok := strings.CutPrefix(answer, groupOfEntry); ok {
			return d.take(c, stepEntry, id)
		}
	case stepEntry:
		e, ok := d.Catalog.Entry(answer)
		if !ok {
			return unclear(nil)
		}
		c.Answers[stepCategory] = e.Category.ID
		c.Answers[stepGroup] = e.Group
	case stepImpact:
		if _, ok := d.Catalog.Impact(answer); !ok {
			return unclear(nil)
		}
	case stepDescription:
		answer = inert(answer)
		if n := utf8.RuneCountInString(answer); n < shortest {
			return bot.Sorry("Cuéntenos un poco más, con %d letras al menos: qué pasa, dónde y desde cuándo.", shortest)
		} else if n > longest {
			return bot.Sorry("La descripción tiene %d caracteres y caben %d. Resúmala o adjúntela en un archivo.", n, longest)
		}
	}
	c.Answers[step] = answer
	return nil
}

func (d *Desk) attach(c *storage.Conversation, files []bot.File) error {
	if len(c.Files)+len(files) > mostFiles {
		return bot.Sorry("Caben %d archivos por solicitud. Envíe los demás, si hacen falta, cuando esté registrada.", mostFiles)
	}
	c.Files = append(c.Files, ticketFiles(files)...)
	return nil
}

// back takes the last answer away; false where there is none.
func (d *Desk) back(c *storage.Conversation) bool {
	if c.Answers[correcting] != "" {
		delete(c.Answers, correcting)
		return true
	}
	step := d.next(c)
	for _, s := range slices.Backward(steps[:slices.Index(steps, step)]) {
		if _, answered := c.Answers[s]; !answered {
			continue
		}
		if s == stepGroup && c.Answers[s] == "" {
			continue // there was no second level to choose
		}
		delete(c.Answers, s)
		if s == stepEntry && c.Answers[seeAll] == "" && c.Answers[firstWords] != "" {
			delete(c.Answers, stepCategory) // it came from a suggestion
			delete(c.Answers, stepGroup)
		}
		return true
	}
	_, all := c.Answers[seeAll]
	delete(c.Answers, seeAll)
	return all
}

// correct forgets the answers about what is to be corrected.
func (d *Desk) correct(c *storage.Conversation, what string) {
	delete(c.Answers, correcting)
	delete(c.Answers, what)
	if what == stepCategory {
		delete(c.Answers, stepGroup)
		delete(c.Answers, stepEntry)
		c.Answers[seeAll] = "yes"
	}
}

// intakePress answers a button or list of the conversation: "intake <id> <step> [value]".
func (d *Desk) intakePress(ctx context.Context, e bot.Event, args []string) (bot.Reply, error) {
	c, err := d.conversation(ctx, e)
	if err != nil {
		return bot.Reply{}, err
	}
	if r, handled, err := d.again(c, e); handled {
		return r, err
	}
	if len(args) < 2 || args[0] != c.ID {
		if c.ID == "" {
			return bot.Reply{Notice: "Esa solicitud ya terminó. Escriba «nueva» para comenzar otra o «mis solicitudes» para ver las suyas."}, nil
		}
		r := d.current(c)
		r.Notice = "Esa pregunta ya pasó. Continúe con la que está más abajo."
		return r, nil
	}
	what, value := args[1], e.Value()
	if len(args) > 2 {
		value = args[2]
	}
	asked := d.next(c)
	switch {
	case what == "cancel":
		return d.cancel(ctx, c, e)
	case what == "back":
		d.back(c)
	case what == "comment" && asked == stepCategory:
		return d.commentInstead(ctx, c, e, value)
	case what == "unattach" && asked == stepFiles:
		c.Files = nil
	case c.Answers[correcting] != "" && what == correcting:
		if !slices.ContainsFunc(correctable, func(o bot.Option) bool { return o.Value == value }) {
			return bot.Reply{}, unclear(nil)
		}
		d.correct(c, value)
	case what == correcting && asked == stepConfirm:
		c.Answers[correcting] = "yes"
	case what == seeAll && asked == stepCategory:
		c.Answers[seeAll] = "yes"
	case what == stepConfirm && asked == stepConfirm && c.Answers[correcting] == "":
		return d.register(ctx, c, e)
	case what == stepDescription && asked == stepDescription:
		err = d.take(c, what, c.Answers[firstWords])
	case what == asked && c.Answers[correcting] == "", what == stepEntry && asked == stepCategory:
		err = d.take(c, what, value)
	default:
		r := d.current(c)
		r.Notice = "Esa pregunta ya pasó. Esta es la actual."
		return r, nil
	}
	if err != nil {
		return bot.Reply{}, err
	}
	return d.save(ctx, c, e, d.current(c))
}

// cancel ends the conversation without a ticket.
func (d *Desk) cancel(ctx context.Context, c *storage.Conversation, e bot.Event) (bot.Reply, error) {
	card := d.leave(c, "Solicitud cancelada", "No se registró nada. Escriba «nueva» cuando quiera comenzar otra.")
	d.end(c)
	return d.save(ctx, c, e, bot.Reply{Posts: []bot.Post{card}})
}

// end leaves of the conversation what its events led to, and nothing to go on with.
func (d *Desk) end(c *storage.Conversation) {
	c.ID, c.Answers, c.Files, c.For = "", nil, nil, nil
}

// commentInstead gives the words that began the conversation to a ticket that is open already.
func (d *Desk) commentInstead(ctx context.Context, c *storage.Conversation, e bot.Event, value string) (bot.Reply, error) {
	n, ok := numberOf([]string{value}, 0)
	if !ok {
		return bot.Reply{}, d.said(storage.ErrNotFound, nil)
	}
	if _, err := d.apply(ctx, e, n, ticket.Change{Action: ticket.Comment, Words: map[string]string{"text": c.Answers[firstWords]}, Files: c.Files}); err != nil {
		return bot.Reply{}, err
	}
	card := d.leave(c, "Mensaje agregado", "Su mensaje quedó en la solicitud N.º "+value+". La Mesa de ayuda ya lo ve.")
	d.end(c)
	return d.save(ctx, c, e, bot.Reply{Posts: []bot.Post{card}})
}

// register makes the ticket: first the ticket, then the conversation ends. Done twice,
// it finds the ticket that it made.
func (d *Desk) register(ctx context.Context, c *storage.Conversation, e bot.Event) (bot.Reply, error) {
	entry, ok := d.Catalog.Entry(c.Answers[stepEntry])
	if !ok || d.next(c) != stepConfirm {
		return d.current(c), nil
	}
	now := d.Now()
	person := ticketPerson(e.From)
	request := ticket.Request{
		Draft: c.ID, Card: cardKey(c), Entry: entry, Impact: c.Answers[stepImpact],
		Description: c.Answers[stepDescription], Files: c.Files,
		Requester: person, OpenedBy: person, Role: ticket.Requester,
		FirstWordAt: c.StartedAt, At: now, Event: e.Key,
	}
	if c.For != nil {
		request.Requester, request.Role = *c.For, ticket.Agent
		request.Card = "" // the requester's card is another than the one in which an agent put it together
	}
	t := ticket.Open(d.Catalog, request)
	fresh, err := d.Store.CreateTicket(ctx, t, func(t *ticket.Ticket) {
		t.Owed = nil
		d.owe(t, t.Last(), now, e)
	})
	if err != nil {
		return bot.Reply{}, err
	}
	if fresh {
		d.Log.Info().Int64("ticket", t.Number).Str("entry", t.EntryID).Str("event", e.Key).Msg("ticket registered")
	}
	var r bot.Reply
	if c.For != nil {
		r.Posts = []bot.Post{d.leave(c, fmt.Sprintf("Solicitud N.º %d registrada", t.Number), "A nombre de "+c.For.Name+", que recibe los avisos.")}
	}
	d.end(c)
	d.Nudge()
	return d.save(ctx, c, e, r)
}

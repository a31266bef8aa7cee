package flows

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"helptic/bot"
	"helptic/storage"
	"helptic/ticket"
	"slices"
	"strings"
	"unicode/utf8"
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

// end leaves of the conversation what its events led to, and nothing to go on with.
func (d *Desk) end(c *storage.Conversation) {
	c.ID, c.Answers, c.Files, c.For = "", nil, nil, nil
}

// unclear says that what was typed is none of the options, or several of them.
func unclear(several []bot.Option) error {
	if len(several) == 0 {
		return bot.UserErrorf("No entendí su respuesta. Elija una opción de la lista, o escriba su número o su nombre.")
	}
	var names []string
	for _, o := range several[:min(len(several), 5)] {
		names = append(names, "«"+o.Label+"»")
	}
	return bot.UserErrorf("Hay varias opciones que coinciden: %s. Escriba el nombre completo.", enumerate(names))
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
		answer = bot.CleanText(answer)
		if n := utf8.RuneCountInString(answer); n < shortest {
			return bot.UserErrorf("Cuéntenos un poco más, con %d letras al menos: qué pasa, dónde y desde cuándo.", shortest)
		} else if n > longest {
			return bot.UserErrorf("La descripción tiene %d caracteres y caben %d. Resúmala o adjúntela en un archivo.", n, longest)
		}
	}
	c.Answers[step] = answer
	return nil
}

func (d *Desk) attach(c *storage.Conversation, files []bot.File) error {
	if len(c.Files)+len(files) > mostFiles {
		return bot.UserErrorf("Caben %d archivos por solicitud. Envíe los demás, si hacen falta, cuando esté registrada.", mostFiles)
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

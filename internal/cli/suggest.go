package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rs/zerolog"

	"helptic/flows"
	"helptic/internal/app"
	"helptic/internal/config"
	"helptic/suggest"
	"helptic/ticket"
)

// suggestOptions are the arguments and flags of "helptic suggest".
type suggestOptions struct {
	Text    []string `arg:"" name:"texto" help:"Lo que una persona escribiría."`
	JSON    bool     `name:"json" help:"Escribe JSON en vez de texto."`
	Explain bool     `name:"explain" help:"Dice qué palabras hablaron por cada opción."`
}

// suggestion is an entry of the catalogue in the output, with its names in Anexo 1.
type suggestion struct {
	Category    string   `json:"category"`
	Subcategory string   `json:"subcategory"`
	ID          string   `json:"id"`
	Score       float64  `json:"score"`
	Why         []reason `json:"why,omitempty"`
}

// reason is a part of a suggestion's score: a word of the text and the term that it matched.
type reason struct {
	Word  string  `json:"word"`
	Term  string  `json:"term"`
	Field string  `json:"field"`
	Score float64 `json:"score"`
}

// showSuggestions prints up to three entries for free text, best first, as the bot would
// offer them. Where there is a database, the index is trained with its tickets.
func showSuggestions(ctx context.Context, c config.Config, cat *ticket.Catalog, log zerolog.Logger, o suggestOptions, stdout io.Writer) error {
	index := suggest.New(cat)
	if store, err := app.OpenReader(ctx, c); err == nil {
		trained, err := flows.Trained(ctx, cat, store, index)
		if err = errors.Join(err, store.Close()); err != nil {
			log.Warn().Err(err).Msg("training the suggestions failed, using the catalogue alone")
		} else {
			index = trained
		}
	}
	all := []suggestion{}
	for _, s := range index.Find(strings.Join(o.Text, " "), 3) {
		one := suggestion{Category: s.Entry.Category.Name, Subcategory: s.Entry.Name, ID: s.Entry.ID, Score: s.Score}
		for _, w := range s.Why {
			if o.Explain {
				one.Why = append(one.Why, reason{w.Word, w.Term, string(w.Field), w.Score})
			}
		}
		all = append(all, one)
	}
	if o.JSON {
		e := json.NewEncoder(stdout)
		e.SetEscapeHTML(false)
		return e.Encode(all)
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(stdout, "Ninguna sugerencia: el bot ofrecería todas las categorías.")
		return err
	}
	for i, s := range all {
		fmt.Fprintf(stdout, "%d. %s > %s  (%s, %.2f)\n", i+1, s.Category, s.Subcategory, s.ID, s.Score)
		for _, w := range s.Why {
			fmt.Fprintf(stdout, "     «%s» como «%s», %s: %.2f\n", w.Word, w.Term, w.Field, w.Score)
		}
	}
	return nil
}

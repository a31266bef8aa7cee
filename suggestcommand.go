package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rs/zerolog"

	"helptic/flows"
	"helptic/suggest"
)

// asksSuggest is what the command suggest is asked.
type asksSuggest struct {
	Text    []string `arg:"" name:"texto" help:"Lo que una persona escribiría."`
	JSON    bool     `name:"json" help:"Escribe JSON en vez de texto."`
	Explain bool     `name:"explain" help:"Dice qué palabras hablaron por cada opción."`
}

// suggested is an entry in the answer, by its names in Anexo 1.
type suggested struct {
	Category    string   `json:"category"`
	Subcategory string   `json:"subcategory"`
	ID          string   `json:"id"`
	Score       float64  `json:"score"`
	Why         []reason `json:"why,omitempty"`
}

type reason struct {
	Word  string  `json:"word"`
	Term  string  `json:"term"`
	Field string  `json:"field"`
	Score float64 `json:"score"`
}

// showSuggestions prints up to three entries for free text, best first, as the bot would offer
// them: what the desk has taught speaks where there is a database.
func showSuggestions(ctx context.Context, c config, log zerolog.Logger, asked asksSuggest, stdout io.Writer) error {
	cat, err := loadCatalog(c)
	if err != nil {
		return err
	}
	index := suggest.New(cat)
	if store, err := openReader(ctx, c); err == nil {
		taught, err := flows.Trained(ctx, cat, store, index)
		if err = errors.Join(err, store.Close()); err != nil {
			log.Warn().Err(err).Msg("suggestions without what the desk has taught")
		} else {
			index = taught
		}
	}
	all := []suggested{}
	for _, s := range index.Find(strings.Join(asked.Text, " "), 3) {
		one := suggested{Category: s.Entry.Category.Name, Subcategory: s.Entry.Name, ID: s.Entry.ID, Score: s.Score}
		for _, w := range s.Why {
			if asked.Explain {
				one.Why = append(one.Why, reason{w.Word, w.Term, string(w.Field), w.Score})
			}
		}
		all = append(all, one)
	}
	if asked.JSON {
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

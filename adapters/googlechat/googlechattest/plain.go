package googlechattest

import (
	"fmt"
	"html"
	"regexp"
	"strings"
)

// Plain is what one reads of a message, line by line.
func (m Message) Plain() string { return plain(m.Text, m.cards()) }

var anyTag = regexp.MustCompile(`<[^>]*>`)

func reads(markup string) string {
	return html.UnescapeString(anyTag.ReplaceAllString(strings.ReplaceAll(markup, "<br>", "\n"), ""))
}

func plain(text string, cards []map[string]any) string {
	var lines []string
	add := func(parts ...string) {
		if line := strings.TrimSpace(strings.Join(parts, "")); line != "" {
			lines = append(lines, line)
		}
	}
	add(strings.ReplaceAll(text, "\u200b", ""))
	for _, card := range cards {
		header := asMap(card["header"])
		add(str(header, "title"))
		add(str(header, "subtitle"))
		for w := range widgets(card) {
			switch {
			case w["textParagraph"] != nil:
				add(reads(str(asMap(w["textParagraph"]), "text")))
			case w["decoratedText"] != nil:
				of := asMap(w["decoratedText"])
				add(reads(str(of, "topLabel")), ": ", reads(str(of, "text")))
			case w["buttonList"] != nil:
				var labels []string
				for _, b := range list(asMap(w["buttonList"]), "buttons") {
					labels = append(labels, "["+str(asMap(b), "text")+"]")
				}
				add(strings.Join(labels, " "))
			default:
				if of := input(w); of != nil {
					add(str(of, "label"), " ___ ", str(of, "value"))
				}
			}
		}
	}
	return strings.Join(lines, "\n")
}

// widgets are all of a card, those in columns and its footer's buttons too.
func widgets(card map[string]any) func(func(map[string]any) bool) {
	return func(yield func(map[string]any) bool) {
		for _, s := range list(card, "sections") {
			for _, w := range list(asMap(s), "widgets") {
				if !yield(asMap(w)) {
					return
				}
				for _, column := range list(asMap(asMap(w)["columns"]), "columnItems") {
					for _, inner := range list(asMap(column), "widgets") {
						if !yield(asMap(inner)) {
							return
						}
					}
				}
			}
		}
		if footer := asMap(card["fixedFooter"]); footer != nil {
			var buttons []any
			for _, which := range []string{"primaryButton", "secondaryButton"} {
				if footer[which] != nil {
					buttons = append(buttons, footer[which])
				}
			}
			yield(map[string]any{"buttonList": map[string]any{"buttons": buttons}})
		}
	}
}

// input is the part of a widget that one can fill in, nil for none.
func input(w map[string]any) map[string]any {
	for _, kind := range []string{"textInput", "selectionInput", "dateTimePicker"} {
		if of := asMap(w[kind]); of != nil {
			return of
		}
	}
	return nil
}

// initial is what the widgets of a card hold before anybody touches them.
func initial(card map[string]any) map[string][]string {
	out := map[string][]string{}
	for w := range widgets(card) {
		of := input(w)
		if of == nil {
			continue
		}
		name := str(of, "name")
		switch {
		case of["items"] != nil:
			for _, i := range list(of, "items") {
				if asMap(i)["selected"] == true {
					out[name] = append(out[name], str(asMap(i), "value"))
				}
			}
		case of["valueMsEpoch"] != nil:
			out[name] = []string{fmt.Sprint(of["valueMsEpoch"])}
		case str(of, "value") != "":
			out[name] = []string{str(of, "value")}
		}
	}
	return out
}

package googlechattest

import (
	"slices"
	"unicode/utf8"
)

// The members of which a widget has exactly one: of a card, of a column, of a card in a carousel.
var (
	widgetKinds   = []string{"buttonList", "carousel", "chipList", "columns", "dateTimePicker", "decoratedText", "divider", "grid", "image", "selectionInput", "textInput", "textParagraph"}
	columnKinds   = []string{"buttonList", "chipList", "dateTimePicker", "decoratedText", "image", "selectionInput", "textInput", "textParagraph"}
	carouselKinds = []string{"textParagraph", "buttonList", "image"}
)

func (r *rules) widget(w map[string]any, kinds []string) {
	r.widgets++
	for _, field := range []string{"eventActions", "visibility", "id"} {
		if w[field] != nil {
			r.fault("%s of a widget is of other add-ons than Chat's", field)
		}
	}
	kind := r.one("widget", w, kinds)
	of := asMap(w[kind])
	switch kind {
	case "textParagraph":
		r.html("textParagraph", str(of, "text"))
	case "decoratedText":
		r.decorated(of)
	case "buttonList":
		r.each("buttonList", of, "buttons", r.button)
	case "chipList":
		r.each("chipList", of, "chips", func(chip map[string]any) {
			if bare(str(chip, "label")) && chip["icon"] == nil {
				r.fault("chip without label and icon")
			}
			r.icon(chip["icon"])
			r.onClick("chip", chip["onClick"])
		})
	case "image":
		r.image(of)
	case "selectionInput":
		r.selection(of)
	case "textInput":
		r.text(of)
	case "dateTimePicker":
		r.name(of)
		r.onChange(of)
	case "columns":
		if n := len(list(of, "columnItems")); n > mostColumns {
			r.fault("%d columns", n)
		}
		r.each("columns", of, "columnItems", func(column map[string]any) {
			r.each("column", column, "widgets", func(w map[string]any) { r.widget(w, columnKinds) })
		})
	case "carousel":
		r.each("carousel", of, "carouselCards", func(card map[string]any) {
			r.each("carousel card", card, "widgets", func(w map[string]any) { r.widget(w, carouselKinds) })
		})
	case "grid":
		r.each("grid", of, "items", func(item map[string]any) {
			if item["image"] != nil {
				r.url("grid: imageUri", asMap(item["image"])["imageUri"])
			}
		})
		if of["onClick"] != nil {
			r.onClick("grid", of["onClick"])
		}
	}
}

func (r *rules) each(what string, of map[string]any, key string, do func(map[string]any)) {
	all := list(of, key)
	if len(all) == 0 {
		r.fault("%s without %s", what, key)
	}
	for _, v := range all {
		do(asMap(v))
	}
}

func (r *rules) decorated(of map[string]any) {
	r.html("decoratedText", str(of, "text"))
	for _, label := range []string{"topLabel", "bottomLabel"} {
		if of[label] != nil {
			r.html(label, str(of, label))
		}
	}
	r.icon(of["startIcon"])
	r.icon(of["endIcon"])
	var ends []string
	for _, end := range []string{"button", "switchControl", "endIcon"} {
		if of[end] != nil {
			ends = append(ends, end)
		}
	}
	if len(ends) > 1 {
		r.fault("decoratedText that ends with %v", ends)
	}
	if b := asMap(of["button"]); b != nil {
		r.button(b)
	}
	if s := asMap(of["switchControl"]); s != nil {
		r.name(s)
		r.onChange(s)
	}
	if of["onClick"] != nil {
		r.onClick("decoratedText", of["onClick"])
	}
}

func (r *rules) image(of map[string]any) {
	if of["imageUrl"] == nil {
		r.fault("image without imageUrl")
	}
	r.url("imageUrl", of["imageUrl"])
	if of["onClick"] != nil {
		r.onClick("image", of["onClick"])
	}
}

func (r *rules) text(of map[string]any) {
	r.name(of)
	r.onChange(of)
	if bare(str(of, "label")) && bare(str(of, "hintText")) {
		r.fault("textInput without label or hint")
	}
	if of["initialSuggestions"] != nil && str(of, "type") == "MULTIPLE_LINE" {
		r.fault("suggestions are of one line, and textInput has several")
	}
	if limit, ok := obj(of, "validation", "characterLimit").(float64); ok && utf8.RuneCountInString(str(of, "value")) > int(limit) {
		r.fault("textInput with more than its limit")
	}
	if str(of, "type") != "MULTIPLE_LINE" && slices.Contains([]rune(str(of, "value")), '\n') {
		r.fault("textInput of one line with several")
	}
}

func (r *rules) name(of map[string]any) {
	name := str(of, "name")
	if name == "" || r.names[name] {
		r.fault("widget named %q, which is empty or taken", name)
	}
	r.names[name] = true
	if n := utf8.RuneCountInString(str(of, "label")); n > mostLabel {
		r.fault("label of %d characters", n)
	}
}

func (r *rules) onChange(of map[string]any) {
	for _, action := range []string{"onChangeAction", "externalDataSource", "autoCompleteAction"} {
		if a, ok := of[action].(map[string]any); ok {
			r.action(a, false)
		}
	}
}

func (r *rules) selection(of map[string]any) {
	r.name(of)
	r.onChange(of)
	kind, items := str(of, "type"), list(of, "items")
	sources := 0
	for _, source := range []string{"externalDataSource", "platformDataSource", "dataSourceConfigs"} {
		if of[source] != nil {
			sources++
		}
	}
	switch {
	case kind == "":
		r.fault("selectionInput without type")
	case sources > 1:
		r.fault("selectionInput with %d data sources", sources)
	case sources == 1 && kind != "MULTI_SELECT":
		r.fault("selectionInput of type %s with a data source", kind)
	}
	if kind != "MULTI_SELECT" && (of["multiSelectMaxSelectedItems"] != nil || of["multiSelectMinQueryLength"] != nil) {
		r.fault("multiSelect settings of a selectionInput of type %s", kind)
	}
	if p := asMap(of["platformDataSource"]); p != nil && str(p, "commonDataSource") != "USER" {
		r.fault("platformDataSource without USER")
	}
	if len(items) > mostItems || len(items) == 0 && sources == 0 {
		r.fault("selectionInput with %d items", len(items))
	}
	most := 1
	switch kind {
	case "MULTI_SELECT":
		most = 3
		if n, ok := of["multiSelectMaxSelectedItems"].(float64); ok {
			most = int(n)
		}
		if most < 1 {
			r.fault("multiSelectMaxSelectedItems %d", most)
		}
	case "CHECK_BOX", "SWITCH":
		most = mostItems
	}
	selected := 0
	values := map[string]bool{}
	for _, i := range items {
		item := asMap(i)
		value, ok := item["value"].(string)
		if bare(str(item, "text")) || !ok {
			r.fault("item without text or value")
		}
		if values[value] {
			r.fault("items of the same value %q", value)
		}
		values[value] = true
		r.url("startIconUri", item["startIconUri"])
		if item["selected"] == true {
			selected++
		}
	}
	if selected > most {
		r.fault("%d items selected", selected)
	}
}

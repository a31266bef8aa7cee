package googlechattest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"helptic/adapters/googlechat/googlechattest"
)

func with(base o, key string, value any) o {
	out := maps.Clone(base)
	if out[key] = value; value == nil {
		delete(out, key)
	}
	return out
}

func many(n int, each func(i int) any) l {
	out := l{}
	for i := range n {
		out = append(out, each(i))
	}
	return out
}

func paragraph(text string) o { return o{"textParagraph": o{"text": text}} }

func action(more o) o {
	out := o{"function": googlechattest.Endpoint}
	maps.Copy(out, more)
	return out
}

func button(more o) o { return o{"text": "Asignarme", "onClick": o{"action": action(more)}} }

func buttons(all ...any) o { return o{"buttonList": o{"buttons": append(l{}, all...)}} }

func entry(n int) any { return o{"text": fmt.Sprint("Opción ", n), "value": fmt.Sprint(n)} }

func selection(more o) o {
	out := o{"name": "s", "label": "Lista", "type": "DROPDOWN", "items": l{entry(1), entry(2)}}
	maps.Copy(out, more)
	for key, value := range out {
		if value == nil {
			delete(out, key)
		}
	}
	return o{"selectionInput": out}
}

func card(widgets ...any) o {
	return o{"header": o{"title": "Solicitud N.º 1"}, "sections": l{o{"widgets": widgets}}}
}

// fullCard has all that the desk shows, and within the rules.
func fullCard() o {
	return o{
		"header": o{"title": "Solicitud N.º 7", "subtitle": "Impresoras", "imageUrl": "https://images.example/a.png", "imageType": "CIRCLE"},
		"sections": l{
			o{"header": "Datos", "collapsible": true, "uncollapsibleWidgetsCount": 1, "widgets": l{
				paragraph(`<b>Uno</b> &amp; <i>dos</i><br><font color="#b3261e">tres</font> <a href="https://a.example/x">cuatro</a>`),
				o{"decoratedText": o{"topLabel": "Estado", "text": "Asignada", "wrapText": true, "startIcon": o{"knownIcon": "TICKET"}, "button": button(nil)}},
				o{"divider": o{}},
				o{"image": o{"imageUrl": "https://images.example/b.png", "altText": "Foto"}},
				o{"columns": o{"columnItems": l{o{"widgets": l{paragraph("izquierda")}}, o{"widgets": l{paragraph("derecha")}}}}},
			}},
			o{"widgets": l{
				selection(o{"onChangeAction": action(nil)}),
				selection(o{"name": "who", "type": "MULTI_SELECT", "items": nil, "multiSelectMaxSelectedItems": 1, "platformDataSource": o{"commonDataSource": "USER"}}),
				o{"textInput": o{"name": "why", "label": "Justificación", "type": "MULTIPLE_LINE", "value": "a\nb", "validation": o{"characterLimit": 100}}},
				o{"dateTimePicker": o{"name": "when", "label": "Fecha", "type": "DATE_ONLY", "valueMsEpoch": "1785369600000"}},
				buttons(button(o{"requiredWidgets": l{"why"}, "parameters": l{o{"key": "do", "value": "x"}}}),
					o{"text": "Abrir", "onClick": o{"openLink": o{"url": "https://a.example/x"}}},
					o{"text": "Más", "onClick": o{"overflowMenu": o{"items": l{o{"text": "Una", "onClick": o{"action": action(nil)}}}}}}),
				o{"chipList": o{"chips": l{o{"label": "Ficha", "onClick": o{"action": action(nil)}}}}},
			}},
		},
	}
}

// What the discovery document does not say of cards: a card that keeps each rule, and one that breaks it.
func TestCardRules(t *testing.T) {
	for name, c := range map[string]struct {
		card   o
		dialog bool
		words  string
	}{
		"full":                                {fullCard(), false, ""},
		"full, in a dialog":                   {fullCard(), true, ""},
		"32,000 bytes":                        {card(paragraph(strings.Repeat("x", 31_800))), false, ""},
		"more bytes":                          {card(paragraph(strings.Repeat("x", 32_000))), false, "at most 32000"},
		"100 widgets":                         {card(many(100, func(int) any { return paragraph("x") })...), false, ""},
		"101 widgets":                         {card(many(101, func(int) any { return paragraph("x") })...), false, "101 widgets"},
		"101 widgets, of columns":             {card(append(many(97, func(int) any { return paragraph("x") }), o{"columns": o{"columnItems": l{o{"widgets": l{paragraph("x"), paragraph("x")}}, o{"widgets": l{paragraph("x")}}}}})...), false, "101 widgets"},
		"section without widgets":             {o{"sections": l{o{"header": "Vacía"}}}, false, "section without widgets"},
		"nothing":                             {o{}, false, "without header and sections"},
		"header without title":                {o{"header": o{"subtitle": "x"}}, false, "header: title of 0"},
		"image of the header over HTTP":       {o{"header": o{"title": "x", "imageUrl": "http://a.example/i.png"}}, false, "is not https"},
		"no member of a widget":               {card(o{}), false, "widget with 0 members"},
		"only an alignment":                   {card(o{"horizontalAlignment": "CENTER"}), false, "widget with 0 members"},
		"two members of a widget":             {card(o{"divider": o{}, "textParagraph": o{"text": "x"}}), false, "widget with 2 members"},
		"of add-ons of Workspace Studio":      {card(with(paragraph("x"), "visibility", "HIDDEN")), false, "visibility of a widget"},
		"expressionData":                      {with(card(paragraph("x")), "expressionData", l{}), false, "expressionData"},
		"divider inside a column":             {card(o{"columns": o{"columnItems": l{o{"widgets": l{o{"divider": o{}}}}}}}), false, "widget with 0 members"},
		"three columns":                       {card(o{"columns": o{"columnItems": many(3, func(int) any { return o{"widgets": l{paragraph("x")}} })}}), false, "3 columns"},
		"column without widgets":              {card(o{"columns": o{"columnItems": l{o{}}}}), false, "column without widgets"},
		"text input inside a carousel":        {card(o{"carousel": o{"carouselCards": l{o{"widgets": l{o{"textInput": o{"name": "a", "label": "a"}}}}}}}), false, "widget with 0 members"},
		"carousel":                            {card(o{"carousel": o{"carouselCards": l{o{"widgets": l{paragraph("x")}}}}}), false, ""},
		"image over HTTP":                     {card(o{"image": o{"imageUrl": "http://a.example/i.png"}}), false, "is not https"},
		"image without address":               {card(o{"image": o{"altText": "x"}}), false, "image without imageUrl"},
		"empty paragraph":                     {card(paragraph("  ")), false, "textParagraph is empty"},
		"tag that cards do not know":          {card(paragraph("<script>x")), false, `textParagraph has "<script>"`},
		"mention":                             {card(paragraph("<users/all>")), false, `textParagraph has "<users/all>"`},
		"bare &":                              {card(paragraph("a & b")), false, "bare &"},
		"two ends":                            {card(o{"decoratedText": o{"text": "x", "button": button(nil), "endIcon": o{"knownIcon": "STAR"}}}), false, "decoratedText that ends with"},
		"icon of two kinds":                   {card(o{"decoratedText": o{"text": "x", "startIcon": o{"knownIcon": "STAR", "iconUrl": "https://a.example/i.png"}}}), false, "icon with 2 members"},
		"no buttons":                          {card(buttons()), false, "buttonList without buttons"},
		"button without words":                {card(buttons(with(button(nil), "text", " "))), false, "button: text"},
		"button without words, with an icon":  {card(buttons(with(with(button(nil), "text", nil), "icon", o{"knownIcon": "STAR"}))), false, ""},
		"button that does nothing":            {card(buttons(o{"text": "Nada"})), false, "onClick with 0 members"},
		"button that does two things":         {card(buttons(o{"text": "Dos", "onClick": o{"action": action(nil), "openLink": o{"url": "https://a.example"}}})), false, "onClick with 2 members"},
		"button with a card of its own":       {card(buttons(o{"text": "Carta", "onClick": o{"card": o{}}})), false, "card is of other add-ons"},
		"link to a script":                    {card(buttons(o{"text": "Ver", "onClick": o{"openLink": o{"url": "javascript:alert(1)"}}})), false, "openLink to"},
		"menu inside a menu":                  {card(buttons(o{"text": "Más", "onClick": o{"overflowMenu": o{"items": l{o{"text": "Más", "onClick": o{"overflowMenu": o{"items": l{}}}}}}}})), false, "overflowMenu inside"},
		"empty menu":                          {card(buttons(o{"text": "Más", "onClick": o{"overflowMenu": o{"items": l{}}}})), false, "overflowMenu without items"},
		"action without function":             {card(buttons(button(o{"function": ""}))), false, "action without function"},
		"parameter twice":                     {card(buttons(button(o{"parameters": l{o{"key": "a", "value": "1"}, o{"key": "a", "value": "2"}}}))), false, `parameter "a" empty or twice`},
		"requires what is not there":          {card(buttons(button(o{"requiredWidgets": l{"nada"}}))), false, `required widget "nada"`},
		"opens a dialog":                      {card(buttons(button(o{"interaction": "OPEN_DIALOG"}))), false, ""},
		"opens a dialog inside a dialog":      {card(buttons(button(o{"interaction": "OPEN_DIALOG"}))), true, "OPEN_DIALOG inside a dialog"},
		"a choice opens a dialog":             {card(selection(o{"onChangeAction": action(o{"interaction": "OPEN_DIALOG"})})), false, "something else than a click"},
		"footer in a dialog":                  {with(card(paragraph("x")), "fixedFooter", o{"primaryButton": button(nil)}), true, ""},
		"footer in a message":                 {with(card(paragraph("x")), "fixedFooter", o{"primaryButton": button(nil)}), false, "fixedFooter outside a dialog"},
		"footer with a second button alone":   {with(card(paragraph("x")), "fixedFooter", o{"secondaryButton": button(nil)}), true, "fixedFooter without primaryButton"},
		"eleven actions":                      {with(card(paragraph("x")), "cardActions", many(11, func(int) any { return o{} })), false, "11 cardActions"},
		"100 items":                           {card(selection(o{"items": many(100, entry)})), false, ""},
		"101 items":                           {card(selection(o{"items": many(101, entry)})), false, "101 items"},
		"no items":                            {card(selection(o{"items": l{}})), false, "0 items"},
		"item without text":                   {card(selection(o{"items": l{o{"value": "1"}}})), false, "item without text or value"},
		"items of the same value":             {card(selection(o{"items": l{entry(1), entry(1)}})), false, "items of the same value"},
		"two items selected":                  {card(selection(o{"items": l{with(entry(1).(o), "selected", true), with(entry(2).(o), "selected", true)}})), false, "2 items selected"},
		"two boxes checked":                   {card(selection(o{"type": "CHECK_BOX", "items": l{with(entry(1).(o), "selected", true), with(entry(2).(o), "selected", true)}})), false, ""},
		"list without type":                   {card(selection(o{"type": nil})), false, "without type"},
		"two sources":                         {card(selection(o{"type": "MULTI_SELECT", "externalDataSource": action(nil), "platformDataSource": o{"commonDataSource": "USER"}})), false, "2 data sources"},
		"source of a dropdown":                {card(selection(o{"externalDataSource": action(nil)})), false, "type DROPDOWN with a data source"},
		"source of an unknown kind":           {card(selection(o{"type": "MULTI_SELECT", "platformDataSource": o{"commonDataSource": "UNKNOWN"}})), false, "without USER"},
		"most selected of a dropdown":         {card(selection(o{"multiSelectMaxSelectedItems": 1})), false, "multiSelect settings"},
		"input without name":                  {card(selection(o{"name": nil})), false, `widget named ""`},
		"two inputs of a name":                {card(selection(nil), o{"textInput": o{"name": "s", "label": "x"}}), false, `widget named "s"`},
		"two inputs of a name, one in column": {card(selection(nil), o{"columns": o{"columnItems": l{o{"widgets": l{selection(nil)}}}}}), false, `widget named "s"`},
		"text input without label":            {card(o{"textInput": o{"name": "a"}}), false, "without label or hint"},
		"text input with a hint":              {card(o{"textInput": o{"name": "a", "hintText": "x"}}), false, ""},
		"text over its limit":                 {card(o{"textInput": o{"name": "a", "label": "x", "value": "abc", "validation": o{"characterLimit": 2}}}), false, "more than its limit"},
		"two lines in one":                    {card(o{"textInput": o{"name": "a", "label": "x", "value": "a\nb"}}), false, "one line with several"},
		"label of many words":                 {card(selection(o{"label": strings.Repeat("x", 401)})), false, "label of 401"},
		"none to be selected":                 {card(selection(o{"type": "MULTI_SELECT", "multiSelectMaxSelectedItems": 0})), false, "multiSelectMaxSelectedItems 0"},
		"empty chip":                          {card(o{"chipList": o{"chips": l{o{"onClick": o{"action": action(nil)}}}}}), false, "chip without label and icon"},
		"suggestions of several lines":        {card(o{"textInput": o{"name": "a", "label": "x", "type": "MULTIPLE_LINE", "initialSuggestions": o{"items": l{o{"text": "a"}}}}}), false, "suggestions are of one line"},
	} {
		t.Run(name, func(t *testing.T) {
			v := over(t, c.card).(map[string]any)
			if faults := googlechattest.Schema("GoogleAppsCardV1Card", v); c.words == "" && len(faults) > 0 {
				t.Error(faults)
			}
			hold(t, googlechattest.Card(v, c.dialog), c.words)
		})
	}
}

func message(more o) o {
	out := o{"text": "Hola", "markupSyntax": "MARKUP_SYNTAX_CHAT"}
	maps.Copy(out, more)
	for key, value := range out {
		if value == nil {
			delete(out, key)
		}
	}
	return out
}

func carded(cards ...o) o {
	all := l{}
	for i, c := range cards {
		all = append(all, o{"cardId": fmt.Sprint("c", i), "card": c})
	}
	return message(o{"text": nil, "cardsV2": all})
}

// What the discovery document does not say of messages.
func TestMessageRules(t *testing.T) {
	for name, c := range map[string]struct {
		body  o
		words string
	}{
		"words":                       {message(nil), ""},
		"a card":                      {carded(fullCard()), ""},
		"a card and what it is short": {with(carded(fullCard()), "fallbackText", "Solicitud"), ""},
		"nothing":                     {message(o{"text": " "}), "neither text nor cards"},
		"markup not said":             {message(o{"markupSyntax": nil}), "markupSyntax is not said"},
		"another markup":              {message(o{"markupSyntax": "MARKUP_SYNTAX_MARKDOWN"}), "markupSyntax is not said"},
		"card without markup":         {with(carded(card(paragraph("x"))), "markupSyntax", nil), "markupSyntax is not said"},
		"mention":                     {message(o{"text": "<users/all>"}), "mentions or links"},
		"quote":                       {message(o{"text": "a\n > b"}), "mentions or links"},
		"32,000 bytes":                {message(o{"text": strings.Repeat("x", 31_900)}), ""},
		"more bytes":                  {message(o{"text": strings.Repeat("x", 32_000)}), "at most 32000"},
		"two cards":                   {carded(card(paragraph("x")), card(paragraph("y"))), ""},
		"two cards of one id":         {message(o{"cardsV2": l{o{"cardId": "a", "card": card(paragraph("x"))}, o{"cardId": "a", "card": card(paragraph("x"))}}}), `cardId "a"`},
		"two cards, one without id":   {message(o{"cardsV2": l{o{"card": card(paragraph("x"))}, o{"cardId": "a", "card": card(paragraph("x"))}}}), `cardId ""`},
		"card that is none":           {message(o{"cardsV2": l{o{"cardId": "a"}}}), "without card"},
		"what it is short of nothing": {message(o{"fallbackText": "x"}), "fallbackText without cards"},
		"private":                     {message(o{"privateMessageViewer": o{"name": "users/1"}}), ""},
		"private, with a file":        {message(o{"privateMessageViewer": o{"name": "users/1"}, "attachment": l{o{"attachmentDataRef": o{"attachmentUploadToken": "x"}}}}), "takes no attachments"},
		"buttons under the words":     {message(o{"accessoryWidgets": l{buttons(button(nil))}}), ""},
		"empty buttons under them":    {message(o{"accessoryWidgets": l{buttons()}}), "buttonList without buttons"},
		"nothing under the words":     {message(o{"accessoryWidgets": l{o{}}}), "accessory widget that is no buttonList"},
		"an answer's word":            {message(o{"actionResponse": o{"type": "NEW_MESSAGE"}}), "actionResponse is not for requests"},
		"a time of its own":           {message(o{"createTime": "2026-11-23T15:00:00Z"}), "createTime is not for requests"},
		"an id in the body":           {message(o{"clientAssignedMessageId": "client-a"}), "clientAssignedMessageId is not for requests"},
		"a footer":                    {carded(with(card(paragraph("x")), "fixedFooter", o{"primaryButton": button(nil)})), "fixedFooter outside a dialog"},
		"a field of nobody":           {message(o{"colour": "red"}), "colour: unknown field"},
	} {
		t.Run(name, func(t *testing.T) {
			body, err := json.Marshal(c.body)
			if err != nil {
				t.Fatal(err)
			}
			hold(t, googlechattest.Validate(body), c.words)
		})
	}
	hold(t, googlechattest.Validate([]byte("{")), "not JSON")
	for id, words := range map[string]string{"client-a": "", "client-" + strings.Repeat("a", 56): "", "client-" + strings.Repeat("a", 57): "messageId", "client-": "messageId", "a": "messageId", "client-A": "messageId", "client-a_b": "messageId", "client-ñ": "messageId"} {
		hold(t, googlechattest.MessageID(id), words)
	}
}

package slacktest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"helptic/adapters/slack/slacktest"
)

type o = map[string]any
type l = []any

func letters(n int) string { return strings.Repeat("a", n) }
func pt(s string) o        { return o{"type": "plain_text", "text": s} }
func mk(s string) o        { return o{"type": "mrkdwn", "text": s} }
func opt(s string) o       { return o{"text": pt(s), "value": s} }
func button(id string) o   { return o{"type": "button", "action_id": id, "text": pt("Ver")} }
func actions(elements l) o { return o{"type": "actions", "elements": elements} }
func one(element o) o      { return actions(l{element}) }
func with(base o, name string, value any) o {
	all := o{name: value}
	for k, v := range base {
		if k != name {
			all[k] = v
		}
	}
	return all
}

func many(n int, each func(i int) o) l {
	all := l{}
	for i := range n {
		all = append(all, each(i))
	}
	return all
}

func opts(n int) l { return many(n, func(i int) o { return opt(fmt.Sprint("o", i)) }) }

func field(element o) o {
	return o{"type": "input", "label": pt("Campo"), "element": element}
}

func modalOf(blocks l) o {
	return o{"type": "modal", "title": pt("Título"), "submit": pt("Guardar"), "blocks": blocks}
}

func homeOf(blocks l) o { return o{"type": "home", "blocks": blocks} }

// decoded is what arrives over the wire.
func decoded(t testing.TB, x any) any {
	raw, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	var back any
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

// Every number is accepted at its limit, and refused one beyond it.
func TestLimits(t *testing.T) {
	message := func(b o) any { return l{b} }
	section := func(text o) o { return o{"type": "section", "text": text} }
	static := o{"type": "static_select", "action_id": "s", "options": opts(2)}
	external := o{"type": "external_select", "action_id": "e"}
	line := o{"type": "plain_text_input", "action_id": "i"}
	confirm := o{"title": pt("a"), "text": pt("a"), "confirm": pt("a"), "deny": pt("a")}
	inModal := func(b o) any { return modalOf(l{b}) }
	tests := []struct {
		name  string
		where slacktest.Surface
		limit int
		at    func(n int) any
	}{
		{"blocks of a message", slacktest.MessageSurface, 50, func(n int) any { return many(n, func(int) o { return o{"type": "divider"} }) }},
		{"blocks of a modal", slacktest.ModalSurface, 100, func(n int) any { return modalOf(many(n, func(int) o { return o{"type": "divider"} })) }},
		{"blocks of a home", slacktest.HomeSurface, 100, func(n int) any { return homeOf(many(n, func(int) o { return o{"type": "divider"} })) }},
		{"questions of a modal", slacktest.ModalSurface, 20, func(n int) any { return modalOf(many(n, func(int) o { return field(line) })) }},
		{"block_id", slacktest.MessageSurface, 255, func(n int) any { return message(o{"type": "divider", "block_id": letters(n)}) }},
		{"action_id", slacktest.MessageSurface, 255, func(n int) any { return message(one(button(letters(n)))) }},
		{"section text", slacktest.MessageSurface, 3000, func(n int) any { return message(section(mk(letters(n)))) }},
		{"section text of emoji", slacktest.MessageSurface, 1500, func(n int) any { return message(section(mk(strings.Repeat("😀", n)))) }},
		{"section text escaped", slacktest.MessageSurface, 600, func(n int) any { return message(section(mk(strings.Repeat("&amp;", n)))) }},
		{"section text accented", slacktest.MessageSurface, 3000, func(n int) any { return message(section(mk(strings.Repeat("ñ", n)))) }},
		{"fields", slacktest.MessageSurface, 10, func(n int) any {
			return message(o{"type": "section", "fields": many(n, func(int) o { return mk("a") })})
		}},
		{"field", slacktest.MessageSurface, 2000, func(n int) any { return message(o{"type": "section", "fields": l{mk(letters(n))}}) }},
		{"header", slacktest.MessageSurface, 150, func(n int) any { return message(o{"type": "header", "text": pt(letters(n))}) }},
		{"buttons", slacktest.MessageSurface, 25, func(n int) any {
			return message(actions(many(n, func(i int) o { return button(fmt.Sprint(i)) })))
		}},
		{"button", slacktest.MessageSurface, 75, func(n int) any { return message(one(with(button("b"), "text", pt(letters(n))))) }},
		{"button value", slacktest.MessageSurface, 2000, func(n int) any { return message(one(with(button("b"), "value", letters(n)))) }},
		{"button url", slacktest.MessageSurface, 3000, func(n int) any { return message(one(with(button("b"), "url", letters(n)))) }},
		{"accessibility_label", slacktest.MessageSurface, 75, func(n int) any { return message(one(with(button("b"), "accessibility_label", letters(n)))) }},
		{"confirm title", slacktest.MessageSurface, 100, func(n int) any {
			return message(one(with(button("b"), "confirm", with(confirm, "title", pt(letters(n))))))
		}},
		{"confirm text", slacktest.MessageSurface, 300, func(n int) any {
			return message(one(with(button("b"), "confirm", with(confirm, "text", pt(letters(n))))))
		}},
		{"confirm button", slacktest.MessageSurface, 30, func(n int) any {
			return message(one(with(button("b"), "confirm", with(confirm, "deny", pt(letters(n))))))
		}},
		{"options", slacktest.MessageSurface, 100, func(n int) any { return message(one(with(static, "options", opts(n)))) }},
		{"option groups", slacktest.MessageSurface, 100, func(n int) any {
			return message(one(o{"type": "static_select", "option_groups": many(n, func(i int) o {
				return o{"label": pt("g"), "options": l{opt(fmt.Sprint(i))}}
			})}))
		}},
		{"options of a group", slacktest.MessageSurface, 100, func(n int) any {
			return message(one(o{"type": "static_select", "option_groups": l{o{"label": pt("g"), "options": opts(n)}}}))
		}},
		{"group label", slacktest.MessageSurface, 75, func(n int) any {
			return message(one(o{"type": "static_select", "option_groups": l{o{"label": pt(letters(n)), "options": opts(1)}}}))
		}},
		{"option text", slacktest.MessageSurface, 75, func(n int) any {
			return message(one(with(static, "options", l{o{"text": pt(letters(n)), "value": "v"}})))
		}},
		{"option value", slacktest.MessageSurface, 150, func(n int) any {
			return message(one(with(static, "options", l{o{"text": pt("a"), "value": letters(n)}})))
		}},
		{"option description", slacktest.MessageSurface, 75, func(n int) any {
			return message(one(with(static, "options", l{with(opt("a"), "description", pt(letters(n)))})))
		}},
		{"placeholder", slacktest.MessageSurface, 150, func(n int) any { return message(one(with(external, "placeholder", pt(letters(n))))) }},
		{"overflow", slacktest.MessageSurface, 5, func(n int) any { return message(one(o{"type": "overflow", "options": opts(n)})) }},
		{"radio buttons", slacktest.MessageSurface, 10, func(n int) any { return message(one(o{"type": "radio_buttons", "options": opts(n)})) }},
		{"checkboxes", slacktest.MessageSurface, 10, func(n int) any { return message(one(o{"type": "checkboxes", "options": opts(n)})) }},
		{"context", slacktest.MessageSurface, 10, func(n int) any {
			return message(o{"type": "context", "elements": many(n, func(int) o { return mk("a") })})
		}},
		{"alt text", slacktest.MessageSurface, 2000, func(n int) any {
			return message(o{"type": "image", "image_url": "https://example.com/a.png", "alt_text": letters(n)})
		}},
		{"markdown", slacktest.MessageSurface, 12000, func(n int) any { return message(o{"type": "markdown", "text": letters(n)}) }},
		{"markdown in all", slacktest.MessageSurface, 6000, func(n int) any {
			return many(2, func(int) o { return o{"type": "markdown", "text": letters(n)} })
		}},
		{"tables", slacktest.MessageSurface, 1, func(n int) any {
			return many(n, func(int) o { return o{"type": "table", "rows": l{l{o{"type": "raw_text", "text": "a"}}}} })
		}},
		{"input label", slacktest.ModalSurface, 2000, func(n int) any { return inModal(with(field(line), "label", pt(letters(n)))) }},
		{"input hint", slacktest.ModalSurface, 2000, func(n int) any { return inModal(with(field(line), "hint", pt(letters(n)))) }},
		{"initial value", slacktest.ModalSurface, 3000, func(n int) any { return inModal(field(with(line, "initial_value", letters(n)))) }},
		{"initial value under max_length", slacktest.ModalSurface, 10, func(n int) any {
			return inModal(field(with(with(line, "max_length", 10), "initial_value", letters(n))))
		}},
		{"max_length", slacktest.ModalSurface, 3000, func(n int) any { return inModal(field(with(line, "max_length", n))) }},
		{"max_files", slacktest.ModalSurface, 10, func(n int) any { return inModal(field(o{"type": "file_input", "max_files": n})) }},
		{"title", slacktest.ModalSurface, 24, func(n int) any { return with(modalOf(l{field(line)}), "title", pt(letters(n))) }},
		{"submit", slacktest.ModalSurface, 24, func(n int) any { return with(modalOf(l{field(line)}), "submit", pt(letters(n))) }},
		{"close", slacktest.ModalSurface, 24, func(n int) any { return with(modalOf(l{field(line)}), "close", pt(letters(n))) }},
		{"private_metadata", slacktest.ModalSurface, 3000, func(n int) any { return with(modalOf(l{field(line)}), "private_metadata", letters(n)) }},
		{"callback_id", slacktest.ModalSurface, 255, func(n int) any { return with(modalOf(l{field(line)}), "callback_id", letters(n)) }},
		{"external_id", slacktest.HomeSurface, 255, func(n int) any { return with(homeOf(l{o{"type": "divider"}}), "external_id", letters(n)) }},
		{"focus", slacktest.ModalSurface, 1, func(n int) any {
			return modalOf(many(n, func(int) o { return field(with(line, "focus_on_load", true)) }))
		}},
	}
	for _, test := range tests {
		if faults := slacktest.Validate(test.where, decoded(t, test.at(test.limit))); len(faults) > 0 {
			t.Errorf("%s: %d are refused: %v", test.name, test.limit, faults)
		}
		if faults := slacktest.Validate(test.where, decoded(t, test.at(test.limit+1))); len(faults) == 0 {
			t.Errorf("%s: %d are taken", test.name, test.limit+1)
		}
	}
}

// Each pair is a valid value, and the same with one fault that is not a number.
func TestShapes(t *testing.T) {
	sec := o{"type": "section", "text": mk("a")}
	static := o{"type": "static_select", "action_id": "s", "options": opts(2)}
	line := field(o{"type": "plain_text_input", "action_id": "i"})
	file := field(o{"type": "file_input", "action_id": "f"})
	date := o{"type": "datepicker", "initial_date": "2026-11-20"}
	rich := o{"type": "rich_text", "elements": l{o{"type": "rich_text_section", "elements": l{o{"type": "text", "text": "a"}}}}}
	tests := []struct {
		name      string
		where     slacktest.Surface
		good, bad any
		fault     string
	}{
		{"unknown property", slacktest.MessageSurface, l{sec}, l{with(sec, "colour", "red")}, "no more fields allowed: colour [json-pointer:/blocks/0]"},
		{"null property", slacktest.MessageSurface, l{sec}, l{with(sec, "accessory", nil)}, "must not be null [json-pointer:/blocks/0/accessory]"},
		{"unknown block", slacktest.MessageSurface, l{sec}, l{with(sec, "type", "sektion")}, "unsupported type: sektion [json-pointer:/blocks/0/type]"},
		{"no type", slacktest.MessageSurface, l{sec}, l{o{"text": mk("a")}}, "missing required field: type"},
		{"not an array", slacktest.MessageSurface, l{sec}, sec, "must be an array [json-pointer:/blocks]"},
		{"not an object", slacktest.MessageSurface, l{sec}, l{"a"}, "must be an object [json-pointer:/blocks/0]"},
		{"wrong type of text", slacktest.MessageSurface, l{sec}, l{with(sec, "text", "a")}, "must be an object [json-pointer:/blocks/0/text]"},
		{"unknown text object", slacktest.MessageSurface, l{sec}, l{with(sec, "text", o{"type": "markdown", "text": "a"})}, "unsupported type: markdown"},
		{"empty text", slacktest.MessageSurface, l{sec}, l{with(sec, "text", mk(""))}, "must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
		{"section of nothing", slacktest.MessageSurface, l{sec}, l{o{"type": "section"}}, "missing required field: text or fields"},
		{"formatted header", slacktest.MessageSurface, l{o{"type": "header", "text": pt("a")}}, l{o{"type": "header", "text": mk("a")}}, "must be one of: plain_text"},
		{"formatted button", slacktest.MessageSurface, l{one(button("b"))}, l{one(with(button("b"), "text", mk("a")))}, "must be one of: plain_text"},
		{"verbatim plain text", slacktest.MessageSurface, l{with(sec, "text", with(mk("a"), "verbatim", true))}, l{with(sec, "text", with(pt("a"), "verbatim", true))}, "no more fields allowed: verbatim"},
		{"style", slacktest.MessageSurface, l{one(with(button("b"), "style", "danger"))}, l{one(with(button("b"), "style", "default"))}, "must be one of: primary, danger"},
		{"no elements", slacktest.MessageSurface, l{one(button("b"))}, l{actions(l{})}, "no fewer than 1 items allowed"},
		{"no blocks", slacktest.MessageSurface, l{sec}, l{}, "no fewer than 1 items allowed"},
		{"misspelt element", slacktest.MessageSurface, l{one(button("b"))}, l{one(with(button("b"), "type", "buton"))}, "unsupported type: buton"},
		{"element of another block", slacktest.ModalSurface, modalOf(l{line}), modalOf(l{one(o{"type": "plain_text_input"})}), "unsupported type: plain_text_input"},
		{"block_id twice", slacktest.MessageSurface, l{with(sec, "block_id", "a"), with(sec, "block_id", "b")}, l{with(sec, "block_id", "a"), with(sec, "block_id", "a")}, "block_id must be unique: a"},
		{"action_id twice", slacktest.MessageSurface, l{actions(l{button("a"), button("b")})}, l{actions(l{button("a"), button("a")})}, "action_id must be unique in the block: a"},
		{"select without options", slacktest.MessageSurface, l{one(static)}, l{one(o{"type": "static_select"})}, "exactly one of options and option_groups"},
		{"select with both", slacktest.MessageSurface, l{one(static)}, l{one(with(static, "option_groups", l{o{"label": pt("g"), "options": opts(1)}}))}, "exactly one of options and option_groups"},
		{"initial_option", slacktest.MessageSurface, l{one(with(static, "initial_option", opt("o1")))}, l{one(with(static, "initial_option", opt("o2")))}, "must match one of the options exactly"},
		{"initial_option almost", slacktest.MessageSurface, l{one(with(static, "initial_option", opt("o1")))}, l{one(with(static, "initial_option", with(opt("o1"), "text", pt("otra"))))}, "must match one of the options exactly"},
		{"option values twice", slacktest.MessageSurface, l{one(static)}, l{one(with(static, "options", l{opt("a"), opt("a")}))}, "option values must be unique: a"},
		{"option link", slacktest.MessageSurface, l{one(o{"type": "overflow", "options": l{with(opt("a"), "url", "https://example.com")}})}, l{one(with(static, "options", l{with(opt("a"), "url", "https://example.com")}))}, "no more fields allowed: url"},
		{"text instead of a number", slacktest.ModalSurface, modalOf(l{field(o{"type": "plain_text_input", "max_length": 5})}), modalOf(l{field(o{"type": "plain_text_input", "max_length": "5"})}), "must be an integer"},
		{"text instead of a truth", slacktest.ModalSurface, modalOf(l{with(line, "optional", true)}), modalOf(l{with(line, "optional", "true")}), "must be a boolean"},
		{"lengths that nothing meets", slacktest.ModalSurface, modalOf(l{field(o{"type": "plain_text_input", "min_length": 3, "max_length": 3})}), modalOf(l{field(o{"type": "plain_text_input", "min_length": 4, "max_length": 3})}), "min_length is greater than max_length"},
		{"input without label", slacktest.ModalSurface, modalOf(l{line}), modalOf(l{o{"type": "input", "element": o{"type": "plain_text_input"}}}), "missing required field: label"},
		{"day", slacktest.MessageSurface, l{one(date)}, l{one(with(date, "initial_date", "20/11/2026"))}, "must be a date"},
		{"picture of nothing", slacktest.MessageSurface, l{o{"type": "image", "alt_text": "a", "image_url": "https://example.com/a.png"}}, l{o{"type": "image", "alt_text": "a"}}, "exactly one of image_url and slack_file"},
		{"files in a message", slacktest.ModalSurface, modalOf(l{file}), nil, ""},
		{"files in a message", slacktest.MessageSurface, l{line}, l{file}, "file_input is only allowed in modals"},
		{"files in a home", slacktest.HomeSurface, homeOf(l{line}), homeOf(l{file}), "file_input is only allowed in modals"},
		{"markdown in a home", slacktest.MessageSurface, l{o{"type": "markdown", "text": "a"}}, nil, ""},
		{"markdown in a home", slacktest.HomeSurface, homeOf(l{sec}), homeOf(l{o{"type": "markdown", "text": "a"}}), "block not supported in this surface"},
		{"form without button", slacktest.ModalSurface, modalOf(l{line}), o{"type": "modal", "title": pt("a"), "blocks": l{line}}, "missing required field: submit"},
		{"modal without title", slacktest.ModalSurface, modalOf(l{line}), o{"type": "modal", "submit": pt("a"), "blocks": l{line}}, "missing required field: title"},
		{"home with title", slacktest.HomeSurface, homeOf(l{sec}), with(homeOf(l{sec}), "title", pt("a")), "no more fields allowed: title"},
		{"empty view", slacktest.HomeSurface, homeOf(l{sec}), homeOf(l{}), "no fewer than 1 items allowed"},
		{"home as a modal", slacktest.ModalSurface, modalOf(l{line}), homeOf(l{sec}), "must be one of: modal"},
		{"rich text", slacktest.MessageSurface, l{rich}, l{o{"type": "rich_text", "elements": l{o{"type": "text", "text": "a"}}}}, "unsupported type: text"},
		{"conversation filter", slacktest.MessageSurface, l{one(o{"type": "conversations_select", "filter": o{"include": l{"im"}}})}, l{one(o{"type": "conversations_select", "filter": o{"include": l{"dm"}}})}, "must be one of: im"},
	}
	for _, test := range tests {
		if faults := slacktest.Validate(test.where, decoded(t, test.good)); len(faults) > 0 {
			t.Errorf("%s: the valid call is refused: %v", test.name, faults)
		}
		if test.bad == nil {
			continue
		}
		if faults := strings.Join(slacktest.Validate(test.where, decoded(t, test.bad)), "\n"); !strings.Contains(faults, test.fault) {
			t.Errorf("%s: got %q, want %q", test.name, faults, test.fault)
		}
	}
}

// Whatever JSON comes, the validator answers.
func FuzzValidate(f *testing.F) {
	f.Add(`[{"type":"section","text":{"type":"mrkdwn","text":"a"},"accessory":{"type":"button"}}]`)
	f.Add(`{"type":"modal","blocks":[{"type":"input","element":{"type":"static_select","option_groups":[{"options":[1]}]}}]}`)
	for _, folder := range []string{"blockkit", "views"} {
		for _, p := range slacktest.Payloads(f, folder) {
			f.Add(string(p.Body))
		}
	}
	f.Add(`[null,[],{"type":7},{"type":"table","rows":[[{}]]}]`)
	f.Fuzz(func(t *testing.T, raw string) {
		var x any
		if json.Unmarshal([]byte(raw), &x) != nil {
			return
		}
		for _, where := range []slacktest.Surface{slacktest.MessageSurface, slacktest.ModalSurface, slacktest.HomeSurface} {
			slacktest.Validate(where, x)
		}
	})
}

package slacktest

import (
	"fmt"
	"strings"
)

// Plain is the message as text: one line for each block, buttons as [Label], selects as [Label ▾], files as
// (archivo.png).
func (m Message) Plain() string {
	w := writer{ws: m.ws}
	if len(m.Blocks) == 0 && len(m.Attachments) == 0 || !m.Bot {
		w.line(w.mrkdwn(m.Text))
	} else {
		if len(m.Blocks) == 0 {
			w.line(w.mrkdwn(m.Text))
		}
		w.blocks(m.Blocks)
	}
	for _, a := range objects(m.Attachments) {
		for _, name := range []string{"pretext", "title", "text", "footer"} {
			w.line(w.mrkdwn(text(a, name)))
		}
		inner, _ := a["blocks"].([]any)
		w.blocks(inner)
	}
	for _, f := range m.Files {
		w.line("(" + f.Name + ")")
	}
	return strings.Join(w.lines, "\n")
}

// Plain is the view as text: its title, fields with their values, errors, and the submit button.
func (v View) Plain() string {
	w := writer{ws: v.ws, state: v.State, errors: v.Errors}
	w.line(v.Title)
	w.blocks(v.Blocks)
	if v.Submit != "" {
		w.line("[" + v.Submit + "]")
	}
	return strings.Join(w.lines, "\n")
}

type writer struct {
	ws     *Workspace
	state  map[string]any
	errors map[string]string
	lines  []string
}

func (w *writer) line(s string) {
	if s = strings.TrimRight(s, " \n"); s != "" {
		w.lines = append(w.lines, s)
	}
}

func (w *writer) mrkdwn(s string) string {
	if w.ws == nil {
		return unescape(s)
	}
	w.ws.mu.Lock()
	defer w.ws.mu.Unlock()
	return w.ws.readable(s)
}

// object is the text of a text object.
func (w *writer) object(o map[string]any) string {
	if o["type"] == "plain_text" {
		return unescape(text(o, "text"))
	}
	return w.mrkdwn(text(o, "text"))
}

func (w *writer) blocks(list []any) {
	for _, b := range objects(list) {
		w.block(b)
	}
}

func (w *writer) block(b map[string]any) {
	switch b["type"] {
	case "section":
		beside := ""
		if e := child(b, "accessory"); e != nil {
			beside = " " + w.element(b, e)
		}
		w.line(strings.TrimLeft(w.object(child(b, "text"))+beside, " "))
		for _, f := range objects(b["fields"]) {
			w.line(w.object(f))
		}
	case "header":
		w.line(w.object(child(b, "text")))
	case "markdown":
		w.line(text(b, "text"))
	case "divider":
		w.line("──")
	case "image":
		w.line("(" + text(b, "alt_text") + ")")
	case "context", "actions":
		var parts []string
		for _, e := range objects(b["elements"]) {
			parts = append(parts, w.element(b, e))
		}
		w.line(strings.Join(parts, " "))
	case "input":
		label := text(child(b, "label"), "text")
		e := child(b, "element")
		w.line(label + ": " + w.element(b, e))
		if message := w.errors[label]; message != "" {
			w.line("! " + message)
		}
		w.line(w.object(child(b, "hint")))
	case "table":
		rows, _ := b["rows"].([]any)
		for _, row := range rows {
			var cells []string
			for _, c := range objects(row) {
				cells = append(cells, text(c, "text")+richPlain(c["elements"]))
			}
			w.line(strings.Join(cells, " | "))
		}
	case "rich_text":
		w.line(richPlain(b["elements"]))
	}
}

func (w *writer) element(b, e map[string]any) string {
	c := control{element: e, blockID: text(b, "block_id"), actionID: text(e, "action_id")}
	switch kind := c.kind(); {
	case kind == "plain_text" || kind == "mrkdwn":
		return w.object(e)
	case kind == "image":
		return "(" + text(e, "alt_text") + ")"
	case kind == "button":
		return "[" + text(child(e, "text"), "text") + "]"
	case kind == "overflow":
		return "[⋯]"
	}
	value := c.value(w.state)
	if value == nil {
		value = c.initial()
	}
	shown := w.shown(value[c.valueField()])
	switch kind := c.kind(); {
	case strings.HasSuffix(kind, "_select") || strings.HasSuffix(kind, "picker"):
		if shown == "" {
			shown = text(child(e, "placeholder"), "text")
		}
		return "[" + shown + " ▾]"
	case kind == "radio_buttons" || kind == "checkboxes":
		var all []string
		for _, o := range c.options() {
			mark := "( ) "
			if label := text(child(o, "text"), "text"); strings.Contains("\n"+shown+"\n", "\n"+label+"\n") {
				mark = "(•) "
			}
			all = append(all, mark+w.object(child(o, "text")))
		}
		return strings.Join(all, " ")
	}
	return "[" + shown + "]"
}

// shown is a value of the state as text.
func (w *writer) shown(x any) string {
	switch x := x.(type) {
	case nil:
		return ""
	case string:
		if w.ws != nil {
			w.ws.mu.Lock()
			defer w.ws.mu.Unlock()
			if u := w.ws.users[x]; u != nil {
				return u.name
			}
			if c := w.ws.channels[x]; c != nil {
				return "#" + c.name
			}
		}
		return x
	case map[string]any:
		if name := text(x, "name"); name != "" {
			return name
		}
		return text(child(x, "text"), "text")
	case []any:
		var all []string
		for _, item := range x {
			all = append(all, w.shown(item))
		}
		return strings.Join(all, "\n")
	}
	return fmt.Sprint(x)
}

func richPlain(x any) string {
	var b strings.Builder
	for _, e := range objects(x) {
		switch e["type"] {
		case "text":
			b.WriteString(text(e, "text"))
		case "emoji":
			b.WriteString(":" + text(e, "name") + ":")
		case "user":
			b.WriteString("@" + text(e, "user_id"))
		case "link":
			b.WriteString(text(e, "url"))
		case "rich_text_list":
			for _, item := range objects(e["elements"]) {
				b.WriteString("• " + richPlain(item["elements"]) + "\n")
			}
		default:
			b.WriteString(richPlain(e["elements"]) + "\n")
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

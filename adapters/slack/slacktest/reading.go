package slacktest

import (
	"fmt"
	"slices"
	"strings"
)

// Message is a snapshot of a message as users see it.
type Message struct {
	ws          *Workspace
	Channel     string
	TS          string
	ThreadTS    string
	User        string
	Bot         bool   // posted by the app
	Ephemeral   string // the only user who sees it
	Text        string // the text for notifications, or the whole message
	Blocks      []any
	Attachments []any
	Metadata    map[string]any
	Files       []File
	Reactions   map[string][]string // users by emoji
	Edited      bool
	// Previews reports whether Slack would add previews of links.
	Previews bool
}

// View is a snapshot of a modal or home tab as its owner sees it.
type View struct {
	ws       *Workspace
	ID       string
	Surface  Surface
	Owner    *User
	Callback string
	Private  string // private_metadata
	Title    string
	Submit   string
	Blocks   []any
	State    map[string]any
	Hash     string
	// Errors are the errors under its fields, by label.
	Errors map[string]string
}

// Place has controls: a Message or a View.
type Place interface {
	// Plain is the place as text, with buttons and selects in brackets.
	Plain() string
	controls() []control
}

func (m Message) controls() []control { return controls(m.Blocks, m.Attachments) }
func (v View) controls() []control    { return controls(v.Blocks, nil) }

// Buttons are the labels of the buttons, in their order.
func (m Message) Buttons() []string { return pressable(m.controls()) }

// Buttons are the labels of the buttons in the view, without the submit button.
func (v View) Buttons() []string { return pressable(v.controls()) }

func pressable(all []control) []string {
	var found []string
	for _, c := range all {
		if c.button() {
			found = append(found, c.names()[0])
		}
	}
	return found
}

// Fields are the labels of the inputs of a form, in their order.
func (v View) Fields() []string {
	var found []string
	for _, c := range v.controls() {
		if c.input {
			found = append(found, c.label)
		}
	}
	return found
}

// Colors are the colours of the message's attachments.
func (m Message) Colors() []string {
	var found []string
	for _, a := range objects(m.Attachments) {
		found = append(found, text(a, "color"))
	}
	return found
}

func (ws *Workspace) snapshot(m *message) Message {
	s := Message{
		ws: ws, Channel: m.in.id, TS: m.ts, ThreadTS: m.threadTS, User: m.user, Bot: m.botID != "", Ephemeral: m.ephemeral, Text: m.text,
		Blocks: m.blocks, Attachments: m.attachments, Metadata: m.metadata, Edited: m.edited != "", Previews: m.links || m.media,
		Reactions: map[string][]string{},
	}
	for _, r := range m.reactions {
		s.Reactions[r.name] = slices.Clone(r.users)
	}
	for _, f := range m.files {
		s.Files = append(s.Files, f.File)
	}
	return s
}

// stored is the message of a snapshot, nil if it was deleted.
func (ws *Workspace) stored(m Message) *message {
	c := ws.channels[m.Channel]
	if c == nil {
		return nil
	}
	if m.Ephemeral != "" {
		for _, w := range c.ephemerals {
			if w.ts == m.TS {
				return w
			}
		}
		return nil
	}
	return c.find(m.TS)
}

func (ws *Workspace) view(v *view) View {
	if v == nil {
		return View{ws: ws}
	}
	list, _ := v.sent["blocks"].([]any)
	s := View{
		ws: ws, ID: v.id, Surface: v.kind, Owner: v.owner, Callback: text(v.sent, "callback_id"), Private: text(v.sent, "private_metadata"),
		Title: text(child(v.sent, "title"), "text"), Submit: text(child(v.sent, "submit"), "text"), Blocks: list, State: copied(v.state), Hash: v.hash,
		Errors: map[string]string{},
	}
	for _, c := range controls(list, nil) {
		if message := v.errors[c.blockID]; message != "" {
			s.Errors[c.label] = message
		}
	}
	return s
}

// Messages are the messages of a channel, oldest first, without threads and ephemeral messages.
func (ws *Workspace) Messages(channel string) []Message {
	return ws.messagesWhere(channel, func(m *message) bool { return m.threadTS == "" || m.threadTS == m.ts || m.broadcast })
}

// Thread are the replies to a message, oldest first.
func (ws *Workspace) Thread(under Message) []Message {
	root := under.TS
	if under.ThreadTS != "" {
		root = under.ThreadTS
	}
	return ws.messagesWhere(under.Channel, func(m *message) bool { return m.threadTS == root && m.ts != root })
}

func (ws *Workspace) messagesWhere(channel string, which func(*message) bool) []Message {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	var found []Message
	if c := ws.channels[channel]; c != nil {
		for _, m := range c.messages {
			if which(m) {
				found = append(found, ws.snapshot(m))
			}
		}
	}
	return found
}

// Now is the message as it is now; ok is false if it was deleted.
func (m Message) Now() (now Message, ok bool) {
	m.ws.mu.Lock()
	defer m.ws.mu.Unlock()
	found := m.ws.stored(m)
	if found == nil {
		return m, false
	}
	return m.ws.snapshot(found), true
}

// Ephemerals are the messages that only this user sees, in all channels, oldest first.
func (u *User) Ephemerals() []Message {
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	var found []Message
	for _, c := range u.ws.channels {
		for _, m := range c.ephemerals {
			if m.ephemeral == u.ID {
				found = append(found, u.ws.snapshot(m))
			}
		}
	}
	slices.SortFunc(found, func(a, b Message) int { return strings.Compare(a.TS, b.TS) })
	return found
}

// View is the topmost open modal of a user; ok is false if there is none.
func (ws *Workspace) View(u *User) (v View, ok bool) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if len(u.stack) == 0 {
		return View{}, false
	}
	return ws.view(u.stack[len(u.stack)-1]), true
}

// Home is the home tab of a user; ok is false if the app published none.
func (ws *Workspace) Home(u *User) (v View, ok bool) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return ws.view(u.home), u.home != nil
}

// Transcript is all messages by channel, and what failed, for the output of a failed test.
func (ws *Workspace) Transcript() string {
	ws.mu.Lock()
	var ids []string
	for id := range ws.channels {
		ids = append(ids, id)
	}
	ws.mu.Unlock()
	slices.Sort(ids)
	var b strings.Builder
	for _, id := range ids {
		fmt.Fprintf(&b, "== %s\n", id)
		for _, m := range ws.messagesWhere(id, func(*message) bool { return true }) {
			fmt.Fprintf(&b, "%s %s: %s\n", m.TS, m.User, m.Plain())
		}
	}
	for _, c := range ws.Calls() {
		if c.Answer != "ok" {
			fmt.Fprintf(&b, "-- %s: %s %s\n", c.Method, c.Answer, strings.Join(c.Messages, "; "))
		}
	}
	for _, trouble := range ws.peekTroubles() {
		fmt.Fprintf(&b, "-- %s saw %s\n", trouble.User, trouble.What)
	}
	return b.String()
}

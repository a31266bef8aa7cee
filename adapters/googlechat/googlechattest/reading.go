package googlechattest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Message is one as it stood when it was read.
type Message struct {
	ws      *Workspace
	Name    string
	Thread  string
	Text    string         // words, where it has no card
	Private string         // address of whom alone it is for
	Edits   int            // how often it was changed
	Files   []File         // attachments
	Body    map[string]any // as it was sent
	space   *Space
	mine    bool // of the app
}

// FromApp tells whether the app wrote the message.
func (m Message) FromApp() bool { return m.mine }

// Sender is who wrote the message, as events tell it.
func (m Message) Sender() map[string]any {
	m.ws.mu.Lock()
	defer m.ws.mu.Unlock()
	return asMap(m.ws.find(m.Name).resource()["sender"])
}

// Place is where one can press: a message or a dialog.
type Place interface {
	cards() []map[string]any
	key() string
}

func (m Message) cards() []map[string]any {
	var out []map[string]any
	for _, c := range list(m.Body, "cardsV2") {
		out = append(out, asMap(obj(c, "card")))
	}
	if under := list(m.Body, "accessoryWidgets"); len(under) > 0 {
		out = append(out, map[string]any{"sections": []any{map[string]any{"widgets": under}}})
	}
	return out
}

func (m Message) key() string { return m.Name }

// Now is the message as it stands now.
func (m Message) Now() Message {
	m.ws.mu.Lock()
	defer m.ws.mu.Unlock()
	return m.ws.find(m.Name).snapshot()
}

func (s *stored) snapshot() Message {
	m := Message{ws: s.space.ws, Name: s.name, Thread: s.thread, Text: str(s.body, "text"), Edits: s.edits, Files: s.files, Body: maps.Clone(s.body), space: s.space, mine: s.sender == appUser}
	if s.viewer != "" {
		m.Private = "googlechat:" + s.viewer
	}
	return m
}

// Messages are those that everybody in a space sees, oldest first.
func (s *Space) Messages() []Message { return s.seen("") }

// Sees are the messages that a person sees in a space.
func (u *User) Sees(s *Space) []Message { return s.seen(u.id) }

func (s *Space) seen(by string) []Message {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	var out []Message
	for _, m := range s.ws.messages {
		if m.space == s && !m.deleted && (m.viewer == "" || m.viewer == by) {
			out = append(out, m.snapshot())
		}
	}
	return out
}

// Delete deletes a message, as an administrator would.
func (m Message) Delete() {
	m.ws.mu.Lock()
	defer m.ws.mu.Unlock()
	m.ws.find(m.Name).deleted = true
	m.ws.touch()
}

// AwaitMessage is the last message that a person sees in a space with these words, once there is one.
func (u *User) AwaitMessage(s *Space, words string) Message {
	u.ws.t.Helper()
	var found Message
	u.ws.Await("a message with «"+words+"»", func() bool {
		for _, m := range slices.Backward(u.Sees(s)) {
			if m.mine && strings.Contains(m.Plain(), words) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// Dialog is one that is open on a person's screen.
type Dialog struct {
	ws   *Workspace
	user *User
	body map[string]any
	on   *stored
}

func (d Dialog) cards() []map[string]any { return []map[string]any{d.body} }
func (d Dialog) key() string             { return "dialog" }

// Plain is what one reads in the dialog.
func (d Dialog) Plain() string { return plain("", d.cards()) }

// Dialog is the one on the person's screen now.
func (u *User) Dialog() (Dialog, bool) {
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	if u.dialog == nil {
		return Dialog{}, false
	}
	return *u.dialog, true
}

// Toasts are the sentences that flashed up.
func (u *User) Toasts() []string {
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	return slices.Clone(u.toasts)
}

// Transcript is all that was said, for a test that failed.
func (ws *Workspace) Transcript() string {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	var b strings.Builder
	for _, s := range ws.messages {
		m := s.snapshot()
		fmt.Fprintf(&b, "-- %s thread %s private %q edits %d\n%s\n", s.name, s.thread, s.viewer, s.edits, m.Plain())
	}
	return b.String()
}

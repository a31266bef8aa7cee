package googlechattest

import (
	"fmt"
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// stored is a message as Google keeps it.
type stored struct {
	name      string
	client    string
	sender    string
	thread    string
	threadKey string
	viewer    string
	space     *Space
	body      map[string]any
	edits     int
	deleted   bool
	forgotten bool // with its thread: the space keeps no history
	files     []File
}

// post keeps a message, in a thread or as the first of its own.
func (ws *Workspace) post(space *Space, sender, thread string, body map[string]any) *stored {
	id := fmt.Sprintf("M%06d", ws.next())
	if thread == "" {
		thread = space.Name + "/threads/" + id
	}
	s := &stored{name: space.Name + "/messages/" + strings.TrimPrefix(thread, space.Name+"/threads/") + "." + id, sender: sender, thread: thread, space: space, body: body}
	for _, a := range list(body, "attachment") {
		token, _ := obj(a, "attachmentDataRef", "attachmentUploadToken").(string)
		if up := ws.uploads[token]; up != nil {
			s.files = append(s.files, up.File)
		}
	}
	ws.messages = append(ws.messages, s)
	return s
}

// keep forgets what people typed into widgets that are not there any more.
func (s *stored) keep(body map[string]any) {
	for _, u := range s.space.ws.users {
		if typed := u.typed[s.name]; typed != nil {
			fresh := map[string][]string{}
			for _, c := range list(body, "cardsV2") {
				maps.Copy(fresh, initial(asMap(obj(c, "card"))))
			}
			u.typed[s.name] = fresh
		}
	}
}

func (ws *Workspace) find(name string) *stored {
	for _, s := range ws.messages {
		if s.name == name || s.client != "" && s.space.Name+"/messages/"+s.client == name {
			return s
		}
	}
	return nil
}

func (ws *Workspace) threadByKey(space *Space, key string) string {
	for _, s := range ws.messages {
		if s.space == space && s.threadKey == key && !s.forgotten {
			return s.thread
		}
	}
	return ""
}

func (ws *Workspace) threadExists(space *Space, thread string) bool {
	return slices.ContainsFunc(ws.messages, func(s *stored) bool { return s.space == space && s.thread == thread && !s.forgotten })
}

// resource is the message as the API and events show it.
func (s *stored) resource() map[string]any {
	m := maps.Clone(s.body)
	delete(m, "privateMessageViewer")
	m["name"], m["createTime"] = s.name, "2026-11-23T15:00:00.123456Z"
	m["thread"] = map[string]any{"name": s.thread, "retentionSettings": map[string]any{"state": "PERMANENT"}}
	m["space"] = s.space.resource()
	m["messageHistoryState"] = m["space"].(map[string]any)["spaceHistoryState"]
	if s.client != "" {
		m["clientAssignedMessageId"] = s.client
	}
	if s.viewer != "" {
		m["privateMessageViewer"] = map[string]any{"name": s.viewer}
	}
	if s.sender == appUser {
		m["sender"] = map[string]any{"name": appUser, "displayName": AppName, "type": "BOT"}
	} else {
		m["sender"] = s.space.ws.users[s.sender].resource()
	}
	return m
}

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

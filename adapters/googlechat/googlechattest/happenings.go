package googlechattest

import "strings"

// Rename gives a person another name; their e-mail address stays.
func (u *User) Rename(name string) {
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	u.name = name
}

// Rename gives a space another name; its id stays.
func (s *Space) Rename(title string) {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	s.Title = title
}

// HistoryOff turns the history of a space off: what is written there lasts a day.
func (s *Space) HistoryOff() {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	s.forgets = true
}

// Forget lets the day pass after which a space without history has no messages and no threads any more.
func (s *Space) Forget() {
	s.ws.t.Helper()
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	if !s.forgets {
		s.ws.t.Fatal("the space keeps its history")
	}
	for _, m := range s.ws.messages {
		if m.space == s {
			m.deleted, m.forgotten = true, true
		}
	}
	s.ws.touch()
}

// Forget lets a message of a space without history expire, before the others.
func (m Message) Forget() {
	m.ws.mu.Lock()
	defer m.ws.mu.Unlock()
	stored := m.ws.find(m.Name)
	stored.deleted, stored.forgotten = true, true
	m.ws.touch()
}

// Opens opens the direct messages for the first time: the app is told that it was added.
func (u *User) Opens() {
	u.ws.t.Helper()
	u.Adds(u.Direct())
}

// Installed lets an administrator install the app for a person: they have direct messages without having opened them.
func (u *User) Installed() {
	u.ws.t.Helper()
	s := u.Direct()
	u.ws.mu.Lock()
	s.install = true
	u.ws.mu.Unlock()
	u.Adds(s)
}

// Adds adds the app to a space.
func (u *User) Adds(s *Space) {
	u.ws.t.Helper()
	u.ws.comeBack(s)
	u.ws.deliver(u, s, &happened{kind: "added"}, u.ws.event(u, s, "ADDED_TO_SPACE", "addedToSpacePayload", nil))
}

// AddsByMention adds the app to a space by calling it there: one event in the classic dialect, which has the
// message; two for an add-on, and the second has no words of its own where the person wrote none.
func (u *User) AddsByMention(s *Space, text string) Message {
	u.ws.t.Helper()
	u.ws.comeBack(s)
	sent, resource := u.written(s, "", text, true, nil)
	h := func(kind string) *happened { return &happened{kind: kind, thread: sent.Thread} }
	if u.ws.config.Dialect != Addon {
		u.ws.deliver(u, s, h("added"), u.ws.event(u, s, "ADDED_TO_SPACE", "", map[string]any{"message": resource}))
		return sent
	}
	u.ws.deliver(u, s, h("added"), u.ws.event(u, s, "", "addedToSpacePayload", map[string]any{"interactionAdd": true}))
	u.ws.deliver(u, s, h("said"), u.ws.event(u, s, "", "messagePayload", map[string]any{"message": resource}))
	return sent
}

func (ws *Workspace) comeBack(s *Space) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	s.removed = false
}

// Removes takes the app out of a space, or the direct messages away; the app hears of it and cannot answer.
func (u *User) Removes(s *Space) {
	u.ws.t.Helper()
	s.Remove()
	u.ws.deliver(u, s, &happened{kind: "removed"}, u.ws.event(u, s, "REMOVED_FROM_SPACE", "removedFromSpacePayload", nil))
}

// Acts gives the command with a number on somebody's message.
func (u *User) Acts(m Message, id int) {
	u.ws.t.Helper()
	u.ws.mu.Lock()
	stored := u.ws.find(m.Name)
	resource, space := stored.resource(), stored.space
	u.ws.mu.Unlock()
	u.ws.deliver(u, space, &happened{kind: "ordered", thread: m.Thread}, u.ws.event(u, space, "APP_COMMAND", "appCommandPayload",
		map[string]any{"message": resource, "thread": map[string]any{"name": m.Thread}, "appCommandMetadata": map[string]any{"appCommandId": id, "appCommandType": "MESSAGE_ACTION"}}))
}

func bare(text string) bool { return strings.TrimSpace(text) == "" }

package web

import (
	"slices"
	"sync"
	"time"

	"helptic/bot"
)

// projection is the chat as it is after the entries of the stream. Its methods return copies;
// a *content never changes once it is stored.
type projection struct {
	mu          sync.RWMutex
	channels    []string
	position    int64
	updated     chan struct{} // closed and replaced when the position moves
	changes     []change      // changes[i] is what entry i+1 changed
	people      map[string]person
	createdKeys map[string]string // idempotency key of the request that added a person
	peopleOrder []string          // ids of the people, first added first
	messages    map[int64]*message
	rooms       map[string][]int64 // messages of a room that are in no thread
	files       map[string]*attachment
}

// change is what an entry changed: a message, a person, or nothing.
type change struct {
	message int64
	person  string
}

// message is a message of the bot or of a person.
type message struct {
	id             int64
	room           string
	thread         int64 // root message of the thread, 0 outside threads
	ephemeralFor   string
	from           string // empty: the bot
	idempotencyKey string
	at             time.Time
	edited         bool
	content        *content
	actions        map[action]bool // all that any version of the content offered
	replies        []int64
}

// action is a button, or one option of a select menu.
type action struct {
	do, value string
	isOption  bool
}

// attachment is a file, with who uploaded it and which messages have carried it.
type attachment struct {
	file      bot.File
	uploaders map[string]bool
	messages  []int64
}

func newProjection(channels []channel) *projection {
	p := &projection{
		updated:     make(chan struct{}),
		people:      map[string]person{},
		createdKeys: map[string]string{},
		messages:    map[int64]*message{},
		rooms:       map[string][]int64{},
		files:       map[string]*attachment{},
	}
	for _, c := range channels {
		p.channels = append(p.channels, c.Address)
	}
	return p
}

// current is the position of the newest applied entry.
func (s *projection) current() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.position
}

// apply applies the entry at the next position. Positions have no gaps; an entry at any other
// position was applied before and is ignored.
func (s *projection) apply(position int64, e entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if position != s.position+1 {
		return
	}
	s.position = position
	s.changes = append(s.changes, s.applyEntry(position, e))
	close(s.updated)
	s.updated = make(chan struct{})
}

func (s *projection) applyEntry(position int64, e entry) change {
	switch e.Kind {
	case kindPerson:
		return s.applyPerson(e)
	case kindBotMessage, kindPersonMessage:
		return s.applyMessage(position, e)
	case kindEdit:
		return s.applyEdit(e)
	case kindFile:
		if e.File != nil {
			s.attachment(*e.File).uploaders[e.From] = true
		}
	}
	return change{}
}

// applyPerson adds a person. The first entry of an address wins.
func (s *projection) applyPerson(e entry) change {
	if e.Person == nil || e.Person.ID == "" {
		return change{}
	}
	if _, exists := s.people[e.Person.ID]; exists {
		return change{}
	}
	s.people[e.Person.ID] = *e.Person
	s.createdKeys[e.Person.ID] = e.IdempotencyKey
	s.peopleOrder = append(s.peopleOrder, e.Person.ID)
	return change{person: e.Person.ID}
}

func (s *projection) applyMessage(position int64, e entry) change {
	if e.Content == nil {
		return change{}
	}
	m := &message{
		id: position, room: e.Room, ephemeralFor: e.EphemeralFor, from: e.From, idempotencyKey: e.IdempotencyKey, at: e.At,
		actions: map[action]bool{},
	}
	if root, ok := s.messages[e.Thread]; ok && root.room == e.Room && root.thread == 0 {
		m.thread = root.id
		root.replies = append(root.replies, position)
	} else {
		s.rooms[e.Room] = append(s.rooms[e.Room], position)
	}
	s.messages[position] = m
	s.setContent(m, e.Content)
	return change{message: position}
}

func (s *projection) applyEdit(e entry) change {
	m, ok := s.messages[e.Edits]
	if !ok || e.Content == nil || m.room != e.Room {
		return change{}
	}
	m.edited = true
	s.setContent(m, e.Content)
	return change{message: m.id}
}

// setContent replaces the content of a message and records its actions and files.
func (s *projection) setContent(m *message, c *content) {
	m.content = c
	if c.Card != nil {
		for _, b := range c.Card.Buttons {
			m.actions[action{do: b.Do}] = true
		}
		for _, menu := range c.Card.Selects {
			for _, o := range menu.Options {
				m.actions[action{do: menu.Do, value: o.Value, isOption: true}] = true
			}
		}
	}
	for _, file := range c.allFiles() {
		f := s.attachment(file)
		if !slices.Contains(f.messages, m.id) {
			f.messages = append(f.messages, m.id)
		}
	}
}

func (s *projection) attachment(file bot.File) *attachment {
	f, ok := s.files[file.ID]
	if !ok {
		f = &attachment{file: file, uploaders: map[string]bool{}}
		s.files[file.ID] = f
	}
	return f
}

func (s *projection) person(address string) (person, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, ok := s.people[address]
	return p, ok
}

// createdBy is the idempotency key of the request that added a person. It is empty for the
// initial people.
func (s *projection) createdBy(address string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.createdKeys[address]
}

func (s *projection) allPeople() []person {
	s.mu.RLock()
	defer s.mu.RUnlock()
	people := make([]person, 0, len(s.peopleOrder))
	for _, id := range s.peopleOrder {
		people = append(people, s.people[id])
	}
	return people
}

// root is the root message of the thread of a message. A message outside threads is its own
// root. It is 0 where the room has no such message.
func (s *projection) root(room string, number int64) int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	m, ok := s.messages[number]
	switch {
	case !ok || m.room != room:
		return 0
	case m.thread != 0:
		return m.thread
	}
	return m.id
}

// botContent is the current content of a message of the bot.
func (s *projection) botContent(room string, number int64) (*content, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	m, ok := s.messages[number]
	if !ok || m.room != room || m.from != "" {
		return nil, false
	}
	return m.content, true
}

// personMessagesSince are the messages of people after a time, oldest first.
func (s *projection) personMessagesSince(after time.Time) []message {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []message
	for number := int64(1); number <= s.position; number++ {
		if m, ok := s.messages[number]; ok && m.from != "" && m.at.After(after) {
			found = append(found, *m)
		}
	}
	return found
}

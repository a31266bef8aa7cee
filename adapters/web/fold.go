package web

import (
	"slices"
	"sync"
	"time"

	"helptic/bot"
)

// fold is the chat as it stands after the entries of the stream. Other goroutines see
// it only through methods that copy; what a *message points to never changes.
type fold struct {
	mu       sync.RWMutex
	channels []string
	position int64
	changed  chan struct{} // closed, and made anew, when the position moves
	touched  []touch       // touched[i] is what entry i+1 changed
	people   map[string]person
	added    map[string]string // person to the UUID under which the page added them
	order    []string          // ids of the people as they came
	messages map[int64]*post
	rooms    map[string][]int64 // messages that stand in the room itself
	files    map[string]*stored
}

// touch is what an entry changed: a message, or a person.
type touch struct {
	message int64
	person  string
}

// post is a message of the chat, the bot's or a person's.
type post struct {
	id      int64
	room    string
	thread  int64
	only    string
	from    string // empty: the bot
	once    string
	at      time.Time
	edited  bool
	message *message
	offered map[offer]bool // all that it ever offered
	replies []int64
}

// offer is a button, or one option of a select.
type offer struct {
	do, value string
	choice    bool
}

// stored is a file, who uploaded it and where it was ever shown.
type stored struct {
	file  bot.File
	by    map[string]bool
	shown []int64
}

func newFold(channels []channel) *fold {
	f := &fold{
		changed:  make(chan struct{}),
		people:   map[string]person{},
		added:    map[string]string{},
		messages: map[int64]*post{},
		rooms:    map[string][]int64{},
		files:    map[string]*stored{},
	}
	for _, c := range channels {
		f.channels = append(f.channels, c.Address)
	}
	return f
}

func (f *fold) at() int64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.position
}

// add folds the entry at the next position; positions have no gaps.
func (f *fold) add(position int64, e entry) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if position != f.position+1 {
		return
	}
	f.position = position
	f.touched = append(f.touched, f.apply(position, e))
	close(f.changed)
	f.changed = make(chan struct{})
}

func (f *fold) apply(position int64, e entry) touch {
	switch e.Kind {
	case kindPerson:
		if e.Person == nil || e.Person.ID == "" {
			return touch{}
		}
		if _, known := f.people[e.Person.ID]; known {
			return touch{}
		}
		f.people[e.Person.ID] = *e.Person
		f.added[e.Person.ID] = e.Once
		f.order = append(f.order, e.Person.ID)
		return touch{person: e.Person.ID}
	case kindPost, kindSay:
		if e.Message == nil {
			return touch{}
		}
		m := &post{
			id: position, room: e.Room, only: e.Only, from: e.From, once: e.Once, at: e.At,
			offered: map[offer]bool{},
		}
		if root, ok := f.messages[e.Thread]; ok && root.room == e.Room && root.thread == 0 {
			m.thread = root.id
			root.replies = append(root.replies, position)
		} else {
			f.rooms[e.Room] = append(f.rooms[e.Room], position)
		}
		f.messages[position] = m
		f.show(m, e.Message)
		return touch{message: position}
	case kindEdit:
		m, ok := f.messages[e.Edits]
		if !ok || e.Message == nil || m.room != e.Room {
			return touch{}
		}
		m.edited = true
		f.show(m, e.Message)
		return touch{message: m.id}
	case kindFile:
		if e.File != nil {
			f.file(*e.File).by[e.From] = true
		}
	}
	return touch{}
}

// show gives a message its face, and remembers what it offers and carries.
func (f *fold) show(m *post, face *message) {
	m.message = face
	if face.Card != nil {
		for _, b := range face.Card.Buttons {
			m.offered[offer{do: b.Do}] = true
		}
		for _, s := range face.Card.Selects {
			for _, o := range s.Options {
				m.offered[offer{do: s.Do, value: o.Value, choice: true}] = true
			}
		}
	}
	for _, file := range face.files() {
		s := f.file(file)
		if !slices.Contains(s.shown, m.id) {
			s.shown = append(s.shown, m.id)
		}
	}
}

func (f *fold) file(file bot.File) *stored {
	s, ok := f.files[file.ID]
	if !ok {
		s = &stored{file: file, by: map[string]bool{}}
		f.files[file.ID] = s
	}
	return s
}

func (f *fold) person(address string) (person, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	p, ok := f.people[address]
	return p, ok
}

// addedUnder is the UUID under which the page added somebody, "" for the first people.
func (f *fold) addedUnder(address string) string {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.added[address]
}

func (f *fold) everyone() []person {
	f.mu.RLock()
	defer f.mu.RUnlock()
	people := make([]person, 0, len(f.order))
	for _, id := range f.order {
		people = append(people, f.people[id])
	}
	return people
}

// root is the message that begins the thread in which a message stands: itself where
// it stands in the room, 0 where the room has no such message.
func (f *fold) root(room string, number int64) int64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	m, ok := f.messages[number]
	switch {
	case !ok || m.room != room:
		return 0
	case m.thread != 0:
		return m.thread
	}
	return m.id
}

// posted is the bot's message as it stands.
func (f *fold) posted(room string, number int64) (*message, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	m, ok := f.messages[number]
	if !ok || m.room != room || m.from != "" {
		return nil, false
	}
	return m.message, true
}

// inRoom tells whether somebody may read and write in a room.
func (f *fold) inRoom(p person, room string) bool {
	return room == p.ID && p.ID != "" || p.Role.inChannels() && slices.Contains(f.channels, room)
}

// sees tells whether somebody may see a message. The caller holds the lock.
func (f *fold) sees(p person, m *post) bool {
	if !f.inRoom(p, m.room) || m.only != "" && m.only != p.ID {
		return false
	}
	if root, ok := f.messages[m.thread]; ok {
		return root.only == "" || root.only == p.ID
	}
	return true
}

// seen is a copy of a message that somebody may see.
func (f *fold) seen(p person, number int64) (post, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	m, ok := f.messages[number]
	if !ok || !f.sees(p, m) {
		return post{}, false
	}
	return *m, true
}

// offers tells whether a message that somebody may see offers something, or did before
// it was edited: what has passed is for the flows to say, not for the chat.
func (f *fold) offers(p person, number int64, o offer) (room string, visible, offered bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	m, ok := f.messages[number]
	if !ok || !f.sees(p, m) {
		return "", false, false
	}
	return m.room, true, m.offered[o]
}

// fileFor is a file that somebody uploaded, or that a message carries now which they may see.
func (f *fold) fileFor(p person, id string) (bot.File, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	s, ok := f.files[id]
	if !ok {
		return bot.File{}, false
	}
	if s.by[p.ID] {
		return s.file, true
	}
	for _, number := range s.shown {
		m := f.messages[number]
		if !f.sees(p, m) {
			continue
		}
		for _, file := range m.message.files() {
			if file.ID == id {
				return file, true
			}
		}
	}
	return bot.File{}, false
}

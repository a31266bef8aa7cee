package web

import (
	"net/http"
	"time"

	"helptic/bot"
)

const (
	pageMessages = 200 // messages of a room that are sent at once
	pageReplies  = 100 // the last of a thread that come with it
)

// view is a message as the page reads it.
type view struct {
	ID      string     `json:"id"`
	Room    string     `json:"room"`
	Thread  string     `json:"thread,omitempty"`
	From    string     `json:"from,omitempty"` // empty: the bot
	Once    string     `json:"once,omitempty"`
	Only    bool       `json:"only,omitempty"`
	At      time.Time  `json:"at"`
	Edited  bool       `json:"edited,omitempty"`
	Text    string     `json:"text"`
	Card    *card      `json:"card,omitempty"`
	Files   []bot.File `json:"files,omitempty"`
	Replies int        `json:"replies,omitempty"`
}

func (m *post) view() view {
	v := view{
		ID: messageID(m.id), Room: m.room, From: m.from, Once: m.once, Only: m.only != "", At: m.at, Edited: m.edited,
		Text: m.message.Text, Card: m.message.Card, Files: m.message.Files,
	}
	if m.thread != 0 {
		v.Thread = messageID(m.thread)
	}
	return v
}

// room is a conversation of a person, with its last messages and what was answered under them.
type room struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Direct   bool   `json:"direct,omitempty"`
	Messages []view `json:"messages"`
	Earlier  bool   `json:"earlier,omitempty"` // there are more
}

type state struct {
	Position int64           `json:"position"`
	Me       person          `json:"me"`
	People   []person        `json:"people"`
	Roles    map[Role]string `json:"roles"`
	Rooms    []room          `json:"rooms"`
	MaxBytes int64           `json:"maxBytes"`
	Version  string          `json:"version"`
}

// serveState answers all that a person sees when they open the page.
func (a *Adapter) serveState(_ *connection, w http.ResponseWriter, r *http.Request) {
	p, ok := a.asked(w, r, r.FormValue("person"))
	if !ok {
		return
	}
	if err := a.sync(r.Context()); err != nil {
		a.fail(w, err, "El chat no se puede leer ahora. Se intentará de nuevo.")
		return
	}
	rooms := []room{{ID: p.ID, Name: "HELPTIC", Direct: true}}
	for _, c := range a.channels {
		if a.fold.inRoom(p, c.Address) {
			rooms = append(rooms, room{ID: c.Address, Name: c.Name})
		}
	}
	// The position is read first: what comes in between is told again by the events, and changes nothing.
	s := state{
		Position: a.fold.at(), Me: p, People: a.fold.everyone(), Roles: labels,
		MaxBytes: a.config.MaxFileBytes, Version: a.version(),
	}
	for _, room := range rooms {
		room.Messages, room.Earlier = a.fold.before(p, room.ID, 0, 0)
		s.Rooms = append(s.Rooms, room)
	}
	answerJSON(w, http.StatusOK, s)
}

// serveEarlier answers what stands above a message of a room or of a thread.
func (a *Adapter) serveEarlier(_ *connection, w http.ResponseWriter, r *http.Request) {
	p, ok := a.asked(w, r, r.FormValue("person"))
	if !ok {
		return
	}
	before, thread := messageNumber(r.FormValue("before")), messageNumber(r.FormValue("thread"))
	if before == 0 || thread == 0 && r.FormValue("thread") != "" {
		refuse(w, http.StatusBadRequest, "La petición no se entiende. Recargue la página.")
		return
	}
	if !a.fold.inRoom(p, r.FormValue("room")) {
		refuse(w, http.StatusForbidden, errorRoom)
		return
	}
	messages, earlier := a.fold.before(p, r.FormValue("room"), thread, before)
	answerJSON(w, http.StatusOK, struct {
		Messages []view `json:"messages"`
		Earlier  bool   `json:"earlier"`
	}{messages, earlier})
}

// before is a page of the messages that a person may see in a room, or in a thread of
// it, oldest first, that stand above a message (0: the last ones). Those of a room bring
// the last replies of their threads with them.
func (f *fold) before(p person, room string, thread, number int64) (views []view, earlier bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	numbers, limit := f.rooms[room], pageMessages
	if thread != 0 {
		root, ok := f.messages[thread]
		if !ok || root.room != room || !f.sees(p, root) {
			return []view{}, false
		}
		numbers, limit = root.replies, pageReplies
	}
	kept := f.last(p, numbers, number, limit+1)
	if earlier = len(kept) > limit; earlier {
		kept = kept[1:]
	}
	views = make([]view, 0, len(kept))
	for _, m := range kept {
		v := f.view(p, m)
		views = append(views, v)
		for _, reply := range f.last(p, m.replies, 0, pageReplies) {
			views = append(views, reply.view())
		}
	}
	return views, earlier
}

// last are the last messages that a person may see, of those before a number (0: of all).
// The caller holds the lock.
func (f *fold) last(p person, numbers []int64, before int64, limit int) []*post {
	from := len(numbers)
	for from > 0 && before != 0 && numbers[from-1] >= before {
		from--
	}
	kept := make([]*post, 0, min(limit, from))
	for i := from - 1; i >= 0 && len(kept) < limit; i-- {
		if m := f.messages[numbers[i]]; f.sees(p, m) {
			kept = append(kept, m)
		}
	}
	for i, j := 0, len(kept)-1; i < j; i, j = i+1, j-1 {
		kept[i], kept[j] = kept[j], kept[i]
	}
	return kept
}

// view is a message for a person, with how much of its thread they may see.
// The caller holds the lock.
func (f *fold) view(p person, m *post) view {
	v := m.view()
	v.Replies = f.replies(p, m)
	return v
}

// replies is how many messages of its thread a person may see. The caller holds the lock.
func (f *fold) replies(p person, root *post) int {
	n := 0
	for _, number := range root.replies {
		if f.sees(p, f.messages[number]) {
			n++
		}
	}
	return n
}

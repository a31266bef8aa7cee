package web

import (
	"net/http"
	"time"

	"helptic/bot"
)

const (
	pageMessages = 200 // messages of a room in one response
	pageReplies  = 100 // newest replies that come with a root message
)

// messageView is a message in the shape that the page reads.
type messageView struct {
	ID             string     `json:"id"`
	Room           string     `json:"room"`
	Thread         string     `json:"thread,omitempty"`
	From           string     `json:"from,omitempty"` // empty: the bot
	IdempotencyKey string     `json:"once,omitempty"`
	Ephemeral      bool       `json:"only,omitempty"`
	At             time.Time  `json:"at"`
	Edited         bool       `json:"edited,omitempty"`
	Text           string     `json:"text"`
	Card           *card      `json:"card,omitempty"`
	Files          []bot.File `json:"files,omitempty"`
	Replies        int        `json:"replies,omitempty"`
}

func (m *message) view() messageView {
	v := messageView{
		ID: messageID(m.id), Room: m.room, From: m.from, IdempotencyKey: m.idempotencyKey, Ephemeral: m.ephemeralFor != "", At: m.at, Edited: m.edited,
		Text: m.content.Text, Card: m.content.Card, Files: m.content.Files,
	}
	if m.thread != 0 {
		v.Thread = messageID(m.thread)
	}
	return v
}

// room is a conversation of a person with its newest messages and replies.
type room struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Direct   bool          `json:"direct,omitempty"`
	Messages []messageView `json:"messages"`
	Earlier  bool          `json:"earlier,omitempty"` // there are earlier messages
}

type state struct {
	Position int64           `json:"position"`
	Person   person          `json:"me"`
	People   []person        `json:"people"`
	Roles    map[Role]string `json:"roles"`
	Rooms    []room          `json:"rooms"`
	MaxBytes int64           `json:"maxBytes"`
	Version  string          `json:"version"`
}

// serveState answers with all that the page shows when a person opens it.
func (a *Adapter) serveState(_ *connection, w http.ResponseWriter, r *http.Request) {
	p, ok := a.actor(w, r, r.FormValue("person"))
	if !ok {
		return
	}
	if err := a.sync(r.Context()); err != nil {
		a.writeFailure(w, err, textUnreadable)
		return
	}
	rooms := []room{{ID: p.ID, Name: nameBot, Direct: true}}
	for _, c := range a.channels {
		if a.projection.inRoom(p, c.Address) {
			rooms = append(rooms, room{ID: c.Address, Name: c.Name})
		}
	}
	// The position is read before the messages. A change in between is sent again as an event,
	// and applying it twice changes nothing.
	s := state{
		Position: a.projection.current(), Person: p, People: a.projection.allPeople(), Roles: roleLabels,
		MaxBytes: a.config.MaxFileBytes, Version: a.version(),
	}
	for _, room := range rooms {
		room.Messages, room.Earlier = a.projection.page(p, room.ID, 0, 0)
		s.Rooms = append(s.Rooms, room)
	}
	writeJSON(w, http.StatusOK, s)
}

// serveEarlier answers with the page of messages before a message of a room or of a thread.
func (a *Adapter) serveEarlier(_ *connection, w http.ResponseWriter, r *http.Request) {
	p, ok := a.actor(w, r, r.FormValue("person"))
	if !ok {
		return
	}
	before, thread := messageNumber(r.FormValue("before")), messageNumber(r.FormValue("thread"))
	if before == 0 || thread == 0 && r.FormValue("thread") != "" {
		writeError(w, http.StatusBadRequest, textMalformedRequest)
		return
	}
	if !a.projection.inRoom(p, r.FormValue("room")) {
		writeError(w, http.StatusForbidden, textUnknownRoom)
		return
	}
	messages, earlier := a.projection.page(p, r.FormValue("room"), thread, before)
	writeJSON(w, http.StatusOK, struct {
		Messages []messageView `json:"messages"`
		Earlier  bool          `json:"earlier"`
	}{messages, earlier})
}

package web

import (
	"context"
	"net/http"
	"time"

	"helptic/bot"
)

// reacceptWindow is how far back messages are given to the inbox again at start.
const reacceptWindow = time.Hour

// acceptMessage stores a message of a person in the chat, gives it to the inbox, and then
// answers. Log and inbox both recognize the idempotency key, so the page can repeat the request
// until it has an answer.
func (a *Adapter) acceptMessage(c *connection, w http.ResponseWriter, r *http.Request, request *messageRequest) {
	p, ok := a.actor(w, r, request.Person)
	if !ok {
		return
	}
	if !a.projection.inRoom(p, request.Room) {
		writeError(w, http.StatusForbidden, textUnknownRoom)
		return
	}
	e := entry{
		Kind: kindPersonMessage, At: a.config.Now().UTC(), Room: request.Room, From: p.ID, IdempotencyKey: request.IdempotencyKey,
		Content: &content{Text: request.Text},
	}
	if request.Thread != "" {
		number := messageNumber(request.Thread)
		root := a.projection.root(request.Room, number)
		if _, readable := a.projection.message(p, number); root == 0 || !readable {
			writeError(w, http.StatusNotFound, textUnknownThread)
			return
		}
		e.Thread = root
	}
	var missing bool
	if e.Content.Files, missing = a.readableFiles(p, request.Files); missing {
		writeError(w, http.StatusForbidden, textFileUnavailable)
		return
	}
	position, err := a.append(r.Context(), "say\x00"+request.IdempotencyKey, e)
	if err != nil {
		a.writeFailure(w, err, textMessageNotStored)
		return
	}
	m, readable := a.projection.message(p, position)
	if !readable || m.from != p.ID || m.room != request.Room {
		writeError(w, http.StatusConflict, textKeyReused)
		return
	}
	if err := a.acceptIntoInbox(r.Context(), c, p, m); err != nil {
		a.writeFailure(w, err, textMessageNotAccepted)
		return
	}
	writeJSON(w, http.StatusOK, struct {
		Message  messageView `json:"message"`
		Position int64       `json:"position"`
	}{m.view(), position})
}

// acceptIntoInbox gives a stored message to the inbox. It does not wait for the reply: what the
// flows post appears in the chat.
func (a *Adapter) acceptIntoInbox(ctx context.Context, c *connection, p person, m message) error {
	e := bot.Event{
		Key: eventKey(m.idempotencyKey), At: m.at, From: bot.Person{ID: p.ID, Name: p.Name}, Room: roomOf(p, m.room),
		Text: m.content.Text, Files: m.content.Files,
	}
	if m.thread != 0 {
		e.Thread = messageID(m.thread)
	}
	_, err := c.accept(ctx, e)
	return err
}

// reacceptRecent gives recent messages to the inbox again. A process that dies between the two
// writes of acceptMessage leaves a message that only the chat has, and its page may be closed by
// now. The inbox ignores the events that it has.
func (a *Adapter) reacceptRecent(ctx context.Context, c *connection) error {
	for _, m := range a.projection.personMessagesSince(a.config.Now().Add(-reacceptWindow)) {
		p, ok := a.projection.person(m.from)
		if !ok {
			continue
		}
		if err := a.acceptIntoInbox(ctx, c, p, m); err != nil {
			return err
		}
	}
	return nil
}

// readableFiles are the files with these ids. missing is set where a person may not read one.
func (a *Adapter) readableFiles(p person, ids []string) (files []bot.File, missing bool) {
	for _, id := range ids {
		file, ok := a.projection.readableFile(p, id)
		if !ok {
			return nil, true
		}
		files = append(files, file)
	}
	return files, false
}

// eventKey is the idempotency key of the event of a request.
func eventKey(idempotencyKey string) string { return chat + ":" + idempotencyKey }

func roomOf(p person, room string) bot.Room {
	if room == p.ID {
		return bot.Direct(room)
	}
	return bot.Channel(room)
}

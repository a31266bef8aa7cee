package web

import (
	"context"
	"net/http"
	"time"

	"helptic/bot"
)

// lateFor is how far back messages are given to the inbox again at the start: the page
// repeats what it got no answer for, but the page may have been closed meanwhile.
const lateFor = time.Hour

const errorRoom = "Usted no está en esa conversación. Elija una de la lista."

// acceptMessage answers once the message stands in the chat and the inbox has it: both
// know the UUID, so the page repeats the request until it gets an answer.
func (a *Adapter) acceptMessage(c *connection, w http.ResponseWriter, r *http.Request, s *sayRequest) {
	p, ok := a.asked(w, r, s.Person)
	if !ok {
		return
	}
	if !a.fold.inRoom(p, s.Room) {
		refuse(w, http.StatusForbidden, errorRoom)
		return
	}
	e := entry{
		Kind: kindSay, At: a.config.Now().UTC(), Room: s.Room, From: p.ID, Once: s.Once,
		Message: &message{Text: s.Text},
	}
	if s.Thread != "" {
		number := messageNumber(s.Thread)
		root := a.fold.root(s.Room, number)
		if _, seen := a.fold.seen(p, number); root == 0 || !seen {
			refuse(w, http.StatusNotFound, "El mensaje al que responde no está en esta conversación.")
			return
		}
		e.Thread = root
	}
	var missing bool
	if e.Message.Files, missing = a.ownFiles(p, s.Files); missing {
		refuse(w, http.StatusForbidden, "Un archivo ya no está disponible. Adjúntelo de nuevo.")
		return
	}
	position, err := a.append(r.Context(), "say\x00"+s.Once, e)
	if err != nil {
		a.fail(w, err, "El mensaje no se pudo guardar. Se intentará de nuevo.")
		return
	}
	m, seen := a.fold.seen(p, position)
	if !seen || m.from != p.ID || m.room != s.Room {
		refuse(w, http.StatusConflict, "Ese envío ya se usó para otro mensaje. Escríbalo de nuevo.")
		return
	}
	if err := a.acceptSaid(r.Context(), c, p, m); err != nil {
		a.fail(w, err, "El mensaje no se pudo entregar. Se intentará de nuevo.")
		return
	}
	answerJSON(w, http.StatusOK, struct {
		Message  view  `json:"message"`
		Position int64 `json:"position"`
	}{m.view(), position})
}

// acceptSaid gives a message that stands in the chat to the inbox. Nobody waits for what
// the flows answer: what they post is seen, as in any chat.
func (a *Adapter) acceptSaid(ctx context.Context, c *connection, p person, m post) error {
	e := bot.Event{
		Key: eventKey(m.once), At: m.at, From: bot.Person{ID: p.ID, Name: p.Name}, Room: roomOf(p, m.room),
		Text: m.message.Text, Files: m.message.Files,
	}
	if m.thread != 0 {
		e.Thread = messageID(m.thread)
	}
	_, err := c.accept(ctx, e)
	return err
}

// acceptLate gives the inbox what was written just before a process died: between the
// two writes of acceptMessage a message is seen that no flow knows of. What the inbox
// has it does not take twice.
func (a *Adapter) acceptLate(ctx context.Context, c *connection) error {
	after := a.config.Now().Add(-lateFor)
	for _, m := range a.fold.saidAfter(after) {
		p, ok := a.fold.person(m.from)
		if !ok {
			continue
		}
		if err := a.acceptSaid(ctx, c, p, m); err != nil {
			return err
		}
	}
	return nil
}

// saidAfter are the people's messages since a time, oldest first.
func (f *fold) saidAfter(after time.Time) []post {
	f.mu.RLock()
	defer f.mu.RUnlock()
	var said []post
	for number := int64(1); number <= f.position; number++ {
		if m, ok := f.messages[number]; ok && m.from != "" && m.at.After(after) {
			said = append(said, *m)
		}
	}
	return said
}

// ownFiles are the files that a person names, all of which they may see.
func (a *Adapter) ownFiles(p person, ids []string) (files []bot.File, missing bool) {
	for _, id := range ids {
		file, ok := a.fold.fileFor(p, id)
		if !ok {
			return nil, true
		}
		files = append(files, file)
	}
	return files, false
}

func eventKey(once string) string { return chat + ":" + once }

func roomOf(p person, room string) bot.Room {
	if room == p.ID {
		return bot.Direct(room)
	}
	return bot.Channel(room)
}

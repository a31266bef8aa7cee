package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"helptic/bot"
)

// interactionReply answers a press or a form.
type interactionReply struct {
	Open   *form             `json:"open,omitempty"`
	Reject map[string]string `json:"reject,omitempty"`
	Notice string            `json:"notice,omitempty"`
	// Waiting is set where the flows have not replied in time. Their reply comes in the chat.
	Waiting bool `json:"waiting,omitempty"`
}

// acceptPress gives a press to the inbox, where the message offers that action to the person.
func (a *Adapter) acceptPress(c *connection, w http.ResponseWriter, r *http.Request, request *pressRequest) {
	p, ok := a.actor(w, r, request.Person)
	if !ok {
		return
	}
	pressed := action{do: request.Do}
	e := bot.Event{Key: eventKey(request.IdempotencyKey), Do: request.Do, Message: request.Message}
	if request.Value != nil {
		pressed.isOption, pressed.value = true, *request.Value
		e.Values = map[string]string{"value": *request.Value}
	}
	number := messageNumber(request.Message)
	room, readable, offered := a.projection.hasAction(p, number, pressed)
	if !offered { // another process may have stored the message just now
		if err := a.sync(r.Context()); err != nil {
			a.writeFailure(w, err, textUnavailable)
			return
		}
		room, readable, offered = a.projection.hasAction(p, number, pressed)
	}
	switch {
	case !readable:
		writeError(w, http.StatusNotFound, textUnknownMessage)
	case !offered:
		writeError(w, http.StatusForbidden, textUnknownAction)
	default:
		a.answerEvent(c, w, r, p, room, number, e)
	}
}

// acceptForm gives a form to the inbox, where its token was signed for this person.
func (a *Adapter) acceptForm(c *connection, w http.ResponseWriter, r *http.Request, request *formRequest) {
	p, ok := a.actor(w, r, request.Person)
	if !ok {
		return
	}
	g, err := verify(a.formKey, request.Token)
	if err != nil || g.Person != p.ID || !a.projection.inRoom(p, g.Room) {
		writeError(w, http.StatusForbidden, textInvalidToken)
		return
	}
	e := bot.Event{Key: eventKey(request.IdempotencyKey), Do: g.Do, Values: map[string]string{}, Form: true}
	if g.Message != 0 {
		e.Message = messageID(g.Message)
	}
	for name, value := range request.Values {
		isFiles, granted := g.Fields[name]
		if !granted {
			writeError(w, http.StatusForbidden, textInvalidToken)
			return
		}
		e.Values[name] = value
		if !isFiles {
			continue
		}
		files, complaint := a.fieldFiles(p, value)
		if complaint != "" {
			writeJSON(w, http.StatusOK, interactionReply{Reject: map[string]string{name: complaint}})
			return
		}
		e.Files = append(e.Files, files...)
	}
	a.answerEvent(c, w, r, p, g.Room, g.Message, e)
}

// fieldFiles are the files of a field. The complaint is not empty where the field is wrong.
func (a *Adapter) fieldFiles(p person, value string) (files []bot.File, complaint string) {
	ids := strings.Fields(value)
	if len(ids) > maxFiles {
		return nil, fmt.Sprintf(textFieldFilesLimit, maxFiles)
	}
	files, missing := a.readableFiles(p, ids)
	if missing {
		return nil, textFileUnavailable
	}
	return files, ""
}

// answerEvent gives an event to the inbox and answers the request with the reply of the flows.
func (a *Adapter) answerEvent(c *connection, w http.ResponseWriter, r *http.Request, p person, room string, number int64, e bot.Event) {
	e.At = a.config.Now().UTC()
	e.From = bot.Person{ID: p.ID, Name: p.Name}
	e.Room = roomOf(p, room)
	pending, err := c.accept(r.Context(), e)
	if err != nil {
		a.writeFailure(w, err, textEventNotStored)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), a.timeouts.reply)
	defer cancel()
	reply, ok := pending.Wait(ctx)
	if !ok {
		writeJSON(w, http.StatusOK, interactionReply{Waiting: true})
		return
	}
	answer := interactionReply{Reject: reply.Reject, Notice: reply.Notice}
	if reply.Open != nil {
		f := a.openForm(p, room, number, *reply.Open)
		answer.Open = &f
	}
	writeJSON(w, http.StatusOK, answer)
}

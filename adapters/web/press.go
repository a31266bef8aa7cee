package web

import (
	"context"
	"net/http"
	"strings"

	"helptic/bot"
)

const (
	errorMessage = "Ese mensaje no está en su conversación. Recargue la página."
	errorOffer   = "Ese mensaje no ofrece esa opción. Recargue la página."
	errorToken   = "Este formulario no se abrió para usted. Ábralo de nuevo con su botón."
)

// outcome is what a press or a form is answered with.
type outcome struct {
	Open   *form             `json:"open,omitempty"`
	Reject map[string]string `json:"reject,omitempty"`
	Notice string            `json:"notice,omitempty"`
	// Waiting is set where the flows have not answered yet: they will, in the chat.
	Waiting bool `json:"waiting,omitempty"`
}

func (a *Adapter) acceptPress(c *connection, w http.ResponseWriter, r *http.Request, pressed *pressRequest) {
	p, ok := a.asked(w, r, pressed.Person)
	if !ok {
		return
	}
	o := offer{do: pressed.Do}
	e := bot.Event{Key: eventKey(pressed.Once), Do: pressed.Do, Message: pressed.Message}
	if pressed.Value != nil {
		o.choice, o.value = true, *pressed.Value
		e.Values = map[string]string{"value": *pressed.Value}
	}
	number := messageNumber(pressed.Message)
	room, visible, offered := a.fold.offers(p, number, o)
	if !offered { // the page may have read from a process that is ahead of this one
		if err := a.sync(r.Context()); err != nil {
			a.fail(w, err, "El chat no responde. Intente de nuevo en un momento.")
			return
		}
		room, visible, offered = a.fold.offers(p, number, o)
	}
	switch {
	case !visible:
		refuse(w, http.StatusNotFound, errorMessage)
	case !offered:
		refuse(w, http.StatusForbidden, errorOffer)
	default:
		a.answerEvent(c, w, r, p, room, number, e)
	}
}

func (a *Adapter) acceptForm(c *connection, w http.ResponseWriter, r *http.Request, sent *formRequest) {
	p, ok := a.asked(w, r, sent.Person)
	if !ok {
		return
	}
	g, err := verify(a.formKey, sent.Token)
	if err != nil || g.Person != p.ID || !a.fold.inRoom(p, g.Room) {
		refuse(w, http.StatusForbidden, errorToken)
		return
	}
	e := bot.Event{Key: eventKey(sent.Once), Do: g.Do, Values: map[string]string{}, Form: true}
	if g.Message != 0 {
		e.Message = messageID(g.Message)
	}
	for name, value := range sent.Values {
		attach, known := g.Fields[name]
		if !known {
			refuse(w, http.StatusForbidden, errorToken)
			return
		}
		e.Values[name] = value
		if !attach {
			continue
		}
		ids := strings.Fields(value)
		if len(ids) > maxFiles {
			answerJSON(w, http.StatusOK, outcome{Reject: map[string]string{name: "Adjunte 10 archivos o menos."}})
			return
		}
		files, missing := a.ownFiles(p, ids)
		if missing {
			answerJSON(w, http.StatusOK, outcome{Reject: map[string]string{name: "Un archivo ya no está disponible. Adjúntelo de nuevo."}})
			return
		}
		e.Files = append(e.Files, files...)
	}
	a.answerEvent(c, w, r, p, g.Room, g.Message, e)
}

// answerEvent gives an event to the inbox and waits for what it is answered with.
func (a *Adapter) answerEvent(c *connection, w http.ResponseWriter, r *http.Request, p person, room string, number int64, e bot.Event) {
	e.At = a.config.Now().UTC()
	e.From = bot.Person{ID: p.ID, Name: p.Name}
	e.Room = roomOf(p, room)
	answer, err := c.accept(r.Context(), e)
	if err != nil {
		a.fail(w, err, "No se pudo guardar lo que hizo. Se intentará de nuevo.")
		return
	}
	waiting, cancel := context.WithTimeout(r.Context(), a.patience.answer)
	defer cancel()
	reply, answered := answer.Wait(waiting)
	if !answered {
		answerJSON(w, http.StatusOK, outcome{Waiting: true})
		return
	}
	o := outcome{Reject: reply.Reject, Notice: reply.Notice}
	if reply.Open != nil {
		f := a.openForm(p, room, number, *reply.Open)
		o.Open = &f
	}
	answerJSON(w, http.StatusOK, o)
}

func (a *Adapter) acceptPerson(_ *connection, w http.ResponseWriter, r *http.Request, asked *personRequest) {
	p, err := a.addPerson(r.Context(), asked.Once, asked.Name, asked.Role)
	if err != nil {
		a.fail(w, err, "No se pudo agregar a la persona. Intente de nuevo.")
		return
	}
	answerJSON(w, http.StatusOK, p)
}

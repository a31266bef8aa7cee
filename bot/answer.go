package bot

import (
	"context"
	"sync"
)

// Answer is what becomes of an accepted event.
type Answer struct {
	stored chan struct{} // closed when it is known whether the event is stored
	err    error         // why it is not
	taken  bool          // it is handled here; like err, known once stored is closed
	ready  chan struct{}
	reply  Reply
	mu     sync.Mutex
	state  waiting
}

type waiting int

const (
	expected waiting = iota // the adapter is going to wait
	given                   // the reply is there
	nobody                  // no one waits: what cannot wait is said in the room
)

func newAnswer() *Answer { return &Answer{stored: make(chan struct{}), ready: make(chan struct{})} }

// whenStored returns the answer once the event is stored: whoever delivers it a second
// time meanwhile is not told that it arrived any earlier.
func (a *Answer) whenStored(ctx context.Context) (*Answer, error) {
	select {
	case <-a.stored:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if a.err != nil {
		return nil, a.err
	}
	return a, nil
}

// Known tells that the event had been accepted before and is not in hand here: what it was answered
// with was told to whoever delivered it first, here or in another process.
func (a *Answer) Duplicate() bool { return !a.taken }

// Wait returns the reply once the event is handled, for what must be answered inside
// the request: Open, Reject and Notice. Its posts are delivered in any case. It
// tells false where the context ended first; what could not wait is then said in the room.
func (a *Answer) Wait(ctx context.Context) (Reply, bool) {
	select {
	case <-a.ready:
		return a.reply, true
	case <-ctx.Done():
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.state == given {
		return a.reply, true
	}
	a.state = nobody
	return Reply{}, false
}

// give hands the reply over and tells whether somebody takes it.
func (a *Answer) give(r Reply) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	taken := a.state == expected
	if a.state != given {
		a.reply, a.state = r, given
		close(a.ready)
	}
	return taken
}

// unheard says in the room what nobody waited for.
func unheard(e Event, r Reply) []Post {
	text := r.Notice
	switch {
	case r.Open != nil:
		text = "El formulario no se pudo abrir a tiempo. Pulse el botón otra vez."
	case r.Reject != nil:
		for _, complaint := range r.Reject {
			text = complaint
		}
	}
	if text == "" {
		return nil
	}
	p := Post{Room: e.Room, Key: "notice/" + e.Key, Message: Message{Text: text}, Thread: e.ThreadKey}
	if e.Room.Direct == "" {
		p.EphemeralFor = e.From.ID
	}
	return []Post{p}
}

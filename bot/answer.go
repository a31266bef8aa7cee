package bot

import (
	"context"
	"sync"
)

// Answer is the pending reply to an accepted event.
type Answer struct {
	stored chan struct{} // closed when the event is stored, or cannot be
	// Set before stored is closed:
	err   error // why the event is not stored
	owned bool  // this process handles the event

	cancel context.CancelFunc // ends the handling of the event

	mu       sync.Mutex
	state    answerState
	reply    Reply
	resolved chan struct{} // closed when the reply is set
}

type answerState int

const (
	awaited   answerState = iota // the adapter will wait for the reply
	replied                      // the reply is set
	abandoned                    // nobody waits: the parts of the reply that cannot wait become posts
)

func newAnswer(state answerState, cancel context.CancelFunc) *Answer {
	return &Answer{stored: make(chan struct{}), cancel: cancel, state: state, resolved: make(chan struct{})}
}

// awaitStored returns the answer once the event is stored. An adapter that delivers the
// event again meanwhile must not acknowledge it to the chat any earlier.
func (a *Answer) awaitStored(ctx context.Context) (*Answer, error) {
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

// Duplicate reports that the event was accepted before and is not being handled by this
// process: its reply went to the adapter that delivered it first.
func (a *Answer) Duplicate() bool { return !a.owned }

// Wait returns the reply once the event is handled, for the parts that must be answered
// inside the chat's request: Open, Reject and Notice. The posts are sent by the inbox in
// any case. Wait returns false if the context ends first; then the inbox posts a message
// instead of those parts.
func (a *Answer) Wait(ctx context.Context) (Reply, bool) {
	select {
	case <-a.resolved:
		return a.reply, true
	case <-ctx.Done():
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.state == replied {
		return a.reply, true
	}
	a.state = abandoned
	return Reply{}, false
}

// resolve sets the reply. It returns false if nobody waits for it.
func (a *Answer) resolve(r Reply) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	wasAwaited := a.state == awaited
	if a.state != replied {
		a.reply, a.state = r, replied
		close(a.resolved)
	}
	return wasAwaited
}

// latePosts are the posts in place of a reply's Open, Reject and Notice, which nobody waited for.
func latePosts(e Event, r Reply, texts Texts) []Post {
	text := r.Notice
	switch {
	case r.Open != nil:
		text = texts.FormLate
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

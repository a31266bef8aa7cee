package bot

import (
	"sync"
	"time"
)

// pacer knows when each room may be written to again: after a message, once its pace has
// passed; after a failure of the chat, once its backoff has.
type pacer struct {
	now   func() time.Time
	mu    sync.Mutex
	rooms map[string]*roomPace
}

type roomPace struct {
	ready   time.Time
	retries *schedule // nil while the last message arrived
}

func newPacer(now func() time.Time) *pacer { return &pacer{now: now, rooms: map[string]*roomPace{}} }

// wait returns how long the room may not be written to.
func (p *pacer) wait(room string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.rooms[room]
	if r == nil {
		return 0
	}
	return max(r.ready.Sub(p.now()), 0)
}

// succeeded ends the room's backoff and starts its pace.
func (p *pacer) succeeded(room string, pace time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if pace <= 0 {
		delete(p.rooms, room)
		return
	}
	p.rooms[room] = &roomPace{ready: p.now().Add(pace)}
}

// failed lengthens the room's backoff and returns it.
func (p *pacer) failed(room string, err error) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.rooms[room]
	if r == nil {
		r = &roomPace{}
		p.rooms[room] = r
	}
	if r.retries == nil {
		r.retries = roomRetries.schedule()
	}
	wait := r.retries.after(err)
	r.ready = p.now().Add(wait)
	return wait
}

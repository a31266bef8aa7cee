package bot

import "sync"

// newest knows, of every message that waits to be shown, which post about it was written last. An
// edit that another was written after is left out: one who is quicker than the pace of the
// room never sees a card fall back to an earlier question, and ten changes that wait are one edit.
type coalescer struct {
	mu   sync.Mutex
	last int64
	of   map[[2]string]*waiters // by room and key
}

// waiters are the posts about one message, as long as any of them waits.
type waiters struct {
	n    int
	last int64
}

// oldest is the place of answers that outlived a process: whatever waits here is newer.
const oldest = 1

// next is the place of what is about to be written.
func (n *coalescer) next() int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.last = max(n.last, oldest) + 1
	return n.last
}

// wait gives posts their place, and counts them until they are done.
func (n *coalescer) wait(posts []Post, place int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.of == nil {
		n.of = map[[2]string]*waiters{}
	}
	for i := range posts {
		posts[i].place = place
		w := n.of[posts[i].at()]
		if w == nil {
			w = &waiters{}
			n.of[posts[i].at()] = w
		}
		w.n++
		w.last = max(w.last, place)
	}
}

// done says that posts were shown, left out, refused, or given up.
func (n *coalescer) done(posts ...Post) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range posts {
		if w := n.of[p.at()]; w != nil {
			if w.n--; w.n <= 0 {
				delete(n.of, p.at())
			}
		}
	}
}

// outdated tells whether something newer about the same message waits, or was shown while this waited.
func (n *coalescer) outdated(p Post) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	w := n.of[p.at()]
	return w != nil && w.last > p.place
}

// at is where a post stands.
func (p Post) at() [2]string { return [2]string{p.Room.String(), p.Key} }

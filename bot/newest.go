package bot

import "sync"

// newest knows for every message that is to be shown which post about it was written last. An
// edit that another was written after is left out: one who is quicker than the pace of the
// room never sees a card fall back to an earlier question, and ten changes that wait are one edit.
type newest struct {
	mu   sync.Mutex
	last int64
	of   map[[2]string]int64 // by room and key
}

const (
	// oldest is the place of answers that outlived a process: whatever is written now is newer.
	oldest     = 1
	mostNewest = 10_000
)

// next is the place of what is about to be written.
func (n *newest) next() int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.last < oldest {
		n.last = oldest
	}
	n.last++
	return n.last
}

// wrote gives posts their place.
func (n *newest) wrote(posts []Post, place int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range posts {
		p := &posts[i]
		p.place = place
		if n.of == nil || len(n.of) >= mostNewest {
			n.of = map[[2]string]int64{} // at worst an edit more is made
		}
		if at := [2]string{p.Room.String(), p.Key}; n.of[at] < place {
			n.of[at] = place
		}
	}
}

// outdated tells whether something newer about the same message waits or was shown while this waited.
func (n *newest) outdated(p Post) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.of[[2]string{p.Room.String(), p.Key}] > p.place
}

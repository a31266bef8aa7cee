package bot

import "sync"

// coalescer numbers posts in the order in which they are written, and knows the newest
// number of every message that has posts waiting. An edit is superseded, and left out,
// once a newer post about the same message waits: ten edits that wait become one, and a
// message never goes back to an earlier state. The zero value is ready for use.
type coalescer struct {
	mu      sync.Mutex
	last    int64
	pending map[messageKey]*pendingPosts
	queued  map[string]int // messages in the queue of each room
}

// pendingPosts counts the posts about one message that wait or are being sent.
type pendingPosts struct {
	registered int
	queued     int // of these, the ones in the queue of the room
	newest     int64
}

// messageKey identifies a message: its room and its key there.
type messageKey struct{ room, key string }

// recoveredSequence is the number of the posts that an earlier process wrote: everything
// that this process writes is newer.
const recoveredSequence = 1

// nextSequence returns the number of the posts that are written next.
func (c *coalescer) nextSequence() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = max(c.last, recoveredSequence) + 1
	return c.last
}

// register numbers posts that wait to be sent. Each of them is released once.
func (c *coalescer) register(posts []Post, sequence int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pending == nil {
		c.pending, c.queued = map[messageKey]*pendingPosts{}, map[string]int{}
	}
	for i := range posts {
		posts[i].sequence = sequence
		p := c.pending[posts[i].messageKey()]
		if p == nil {
			p = &pendingPosts{}
			c.pending[posts[i].messageKey()] = p
		}
		p.registered++
		p.newest = max(p.newest, sequence)
	}
}

// release ends the wait of posts: they were sent, superseded or refused, or their caller
// gave up and writes them again later.
func (c *coalescer) release(posts ...Post) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, post := range posts {
		if p := c.pending[post.messageKey()]; p != nil {
			if p.registered--; p.registered <= 0 {
				delete(c.pending, post.messageKey())
			}
		}
	}
}

// superseded reports whether a newer post about the same message waits, or was sent
// while this one waited.
func (c *coalescer) superseded(post Post) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pending[post.messageKey()]
	return p != nil && p.newest > post.sequence
}

// enqueue counts a registered post in the queue of its room, until dequeue.
func (c *coalescer) enqueue(post Post) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pending[post.messageKey()]
	if p.queued++; p.queued == 1 {
		c.queued[post.Room.String()]++
	}
}

func (c *coalescer) dequeue(post Post) {
	c.mu.Lock()
	defer c.mu.Unlock()
	room := post.Room.String()
	p := c.pending[post.messageKey()]
	if p.queued--; p.queued > 0 {
		return
	}
	if c.queued[room]--; c.queued[room] == 0 {
		delete(c.queued, room)
	}
}

// backlog returns how many messages are in the queue of a room. Several edits of one
// message count once, because they are sent as one.
func (c *coalescer) backlog(room string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.queued[room]
}

func (p Post) messageKey() messageKey { return messageKey{p.Room.String(), p.Key} }

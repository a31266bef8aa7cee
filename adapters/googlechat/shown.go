package googlechat

import (
	"crypto/sha256"
	"encoding/json"
	"sync"
	"time"

	"google.golang.org/api/chat/v1"
)

// shownFor is how long the delivery may take to show what an answer has shown already.
const updateWindow = 20 * time.Second

// shown remembers what messages were changed to by the answers to their own buttons. The delivery's
// edit to the same is then left out: it costs one of the space's writes, and whoever presses the next
// button before its turn has come would see their card fall back to it for good, since what
// is owed of a ticket can overtake answers.
type updateCache struct {
	mu  sync.Mutex
	all map[[2]string]time.Time // by message and what it shows: until when
}

func (s *updateCache) add(message string, m *chat.Message, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[[2]string]time.Time{}
	}
	if len(s.all) >= maxCached {
		for key, until := range s.all {
			if !now.Before(until) {
				delete(s.all, key)
			}
		}
	}
	if len(s.all) < maxCached {
		s.all[[2]string{message, contentHash(m)}] = now.Add(updateWindow)
	}
}

// take tells whether a message was changed to this, once.
func (s *updateCache) remove(message string, m *chat.Message, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := [2]string{message, contentHash(m)}
	until, ok := s.all[key]
	delete(s.all, key)
	return ok && now.Before(until)
}

// look is all that a patch replaces, in short.
func contentHash(m *chat.Message) string {
	body, err := json.Marshal([]any{m.Text, m.CardsV2})
	if err != nil {
		panic(err) // unreachable: strings and numbers
	}
	sum := sha256.Sum256(body)
	return string(sum[:])
}

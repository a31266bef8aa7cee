package googlechat

import (
	"crypto/sha256"
	"encoding/json"
	"time"

	"google.golang.org/api/chat/v1"
)

// updateWindow is the time in which the outbox sends an update that a response has made already.
const updateWindow = 20 * time.Second

// updateCache has the updates of messages that were made by the responses to their own buttons. The edit of the outbox
// with the same content is then skipped. It would cost one of the space's writes. And if the person presses
// the next button before the edit is sent, the card would fall back to it.
type updateCache struct {
	made ttlCache[updateKey, struct{}]
}

type updateKey struct{ message, content string }

func newUpdateCache(now func() time.Time) updateCache {
	return updateCache{newTTLCache[updateKey, struct{}](maxCached, now)}
}

func (c updateCache) add(message string, m *chat.Message) {
	c.made.add(updateKey{message, contentHash(m)}, struct{}{}, updateWindow)
}

// take reports whether a message was updated to this content. It does so once.
func (c updateCache) take(message string, m *chat.Message) bool {
	return c.made.take(updateKey{message, contentHash(m)})
}

// contentHash is a hash of what a patch replaces.
func contentHash(m *chat.Message) string {
	body, err := json.Marshal([]any{m.Text, m.CardsV2})
	if err != nil {
		panic(err) // unreachable: strings and numbers
	}
	sum := sha256.Sum256(body)
	return string(sum[:])
}

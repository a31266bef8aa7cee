package googlechat

import (
	"time"

	"golang.org/x/sync/singleflight"
	"google.golang.org/api/chat/v1"
)

// response is the encoded response to an event. update is what it makes of the clicked message, if
// the outbox is going to send the same.
type response struct {
	body   []byte
	update *chat.Message
}

// responseCache returns the same response to the same event, which Google Chat sends again if the response
// was lost. A redelivery may arrive while the first delivery is handled.
type responseCache struct {
	done     ttlCache[string, response]
	inFlight *singleflight.Group
}

const (
	maxResponses    = 2000
	responseTTL     = 10 * time.Minute // redeliveries arrive within minutes
	formResponseTTL = 5 * time.Second  // a second click on the same button
)

func newResponseCache(now func() time.Time) responseCache {
	return responseCache{newTTLCache[string, response](maxResponses, now), &singleflight.Group{}}
}

// once returns the response under a key: the cached one, or that of handle, which runs once for concurrent callers. After
// an error the next caller tries again.
func (c responseCache) once(key string, ttl time.Duration, handle func() (response, error)) (response, error) {
	if r, ok := c.done.get(key); ok {
		return r, nil
	}
	value, err, _ := c.inFlight.Do(key, func() (any, error) {
		if r, ok := c.done.get(key); ok {
			return r, nil
		}
		r, err := handle()
		if err == nil {
			c.done.add(key, r, ttl)
		}
		return r, err
	})
	return value.(response), err
}

// respondOnce handles a click once, however often it is delivered. A form that the same person submits again with
// the same values within seconds comes from a second click, and gets the same response.
func (a *Adapter) respondOnce(i interaction, handle func() (response, error)) (response, error) {
	return a.responses.once(contentKey(keyResponse, i), responseTTL, func() (response, error) {
		if p := i.actionParameters(); p.Form == "" || p.Cancel != "" {
			return handle()
		}
		timeless := i
		timeless.eventTime = ""
		return a.responses.once(contentKey(keyForm, timeless), formResponseTTL, handle)
	})
}

package googlechat

import (
	"context"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"helptic/bot"
)

// maxCached is the number of entries of a cache. When it is full, the entry that was not used for
// longest goes.
const maxCached = 10_000

// newLRU returns a cache whose entries do not expire.
func newLRU[K comparable, V any](size int) *lru.Cache[K, V] {
	c, err := lru.New[K, V](size)
	if err != nil {
		panic(err) // the size is not positive
	}
	return c
}

// ttlCache keeps each value for a time of its own.
//
// It is not expirable.LRU: that one has a single time for all entries, reads time.Now, and starts a
// goroutine that never ends, which testing/synctest does not allow.
type ttlCache[K comparable, V any] struct {
	now     func() time.Time
	entries *lru.Cache[K, ttlEntry[V]]
}

type ttlEntry[V any] struct {
	value   V
	expires time.Time
}

func newTTLCache[K comparable, V any](size int, now func() time.Time) ttlCache[K, V] {
	return ttlCache[K, V]{now, newLRU[K, ttlEntry[V]](size)}
}

func (c ttlCache[K, V]) add(key K, value V, ttl time.Duration) {
	c.entries.Add(key, ttlEntry[V]{value, c.now().Add(ttl)})
}

func (c ttlCache[K, V]) get(key K) (V, bool) {
	e, ok := c.entries.Get(key)
	return e.value, ok && c.now().Before(e.expires)
}

// take removes an entry. Of concurrent callers one gets true.
func (c ttlCache[K, V]) take(key K) bool {
	_, ok := c.get(key)
	return c.entries.Remove(key) && ok
}

// coalesce runs one look-up for all callers that ask for the same key at the same time.
func coalesce[V any](ctx context.Context, group *singleflight.Group, key string, lookup func(context.Context) (V, error)) (V, error) {
	return bot.SharedLookup(ctx, group, key, callTimeout, lookup)
}

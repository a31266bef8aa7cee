package bot

import (
	"context"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"
)

// cache keeps what was looked up for a while; when it is full, the entry that was not used
// for longest goes. Concurrent look-ups of one key are one call. Errors are not kept.
//
// expirable.LRU is not used: it reads time.Now, and it starts a goroutine that never ends,
// which neither an injected clock nor testing/synctest allows.
type cache[V any] struct {
	now     func() time.Time
	ttl     time.Duration
	entries *lru.Cache[string, cacheEntry[V]]
	lookups singleflight.Group
}

type cacheEntry[V any] struct {
	value   V
	expires time.Time
}

// lookupTime bounds one look-up, which does not end with the context of a caller.
const lookupTime = 20 * time.Second

func newCache[V any](size int, ttl time.Duration, now func() time.Time) *cache[V] {
	entries, err := lru.New[string, cacheEntry[V]](size)
	if err != nil {
		panic(err) // the size is not positive
	}
	return &cache[V]{now: now, ttl: ttl, entries: entries}
}

// get returns the value of a key: from the cache, or else from a look-up, which callers
// share. A caller whose context ends stops waiting; the look-up goes on for the others.
func (c *cache[V]) get(ctx context.Context, key string, lookup func(context.Context) (V, error)) (V, error) {
	if v, ok := c.cached(key); ok {
		return v, nil
	}
	return SharedLookup(ctx, &c.lookups, key, lookupTime, func(ctx context.Context) (V, error) {
		if v, ok := c.cached(key); ok {
			return v, nil
		}
		value, err := lookup(ctx)
		if err == nil {
			c.entries.Add(key, cacheEntry[V]{value, c.now().Add(c.ttl)})
		}
		return value, err
	})
}

func (c *cache[V]) cached(key string) (V, bool) {
	e, ok := c.entries.Get(key)
	return e.value, ok && c.now().Before(e.expires)
}

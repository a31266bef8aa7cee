package bot

import (
	"context"
	"time"

	"golang.org/x/sync/singleflight"
)

// SharedLookup runs one look-up for all callers that ask for the same key of a group at the
// same time. A caller whose context ends stops waiting; the look-up goes on for the others,
// for at most the given time. A panic in it is an error of all of them.
func SharedLookup[V any](ctx context.Context, group *singleflight.Group, key string, limit time.Duration, lookup func(context.Context) (V, error)) (V, error) {
	result := group.DoChan(key, func() (value any, err error) {
		defer recoverPanic(&err) // it would end the process: this goroutine is not the caller's
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
		defer cancel()
		return lookup(ctx)
	})
	var none V
	select {
	case r := <-result:
		if r.Err != nil {
			return none, r.Err
		}
		return r.Val.(V), nil
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

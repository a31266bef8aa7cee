package slack

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"

	"helptic/bot"
)

// retryPolicy is exponential backoff with jitter: the wait doubles from first up to last.
// Slack's Retry-After is added to it, so that calls that were refused together are not
// repeated together.
type retryPolicy struct{ first, last time.Duration }

var (
	identifyRetries = retryPolicy{time.Second, 30 * time.Second}
	connectRetries  = retryPolicy{10 * time.Second, time.Minute}
	noticeRetries   = retryPolicy{100 * time.Millisecond, time.Second}
)

// jitter is how much a wait differs from the exact one, as a fraction of it.
const jitter = 0.2

// do calls attempt until it succeeds, or fails with a backoff.PermanentError, or the
// context ends. It returns the last error. Before each wait it calls onFailure, which may be nil.
func (p retryPolicy) do(ctx context.Context, attempt func() error, onFailure func(err error, wait time.Duration)) error {
	waits := &retryWaits{ExponentialBackOff: &backoff.ExponentialBackOff{
		InitialInterval: p.first, RandomizationFactor: jitter, Multiplier: 2, MaxInterval: p.last,
	}}
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		waits.err = attempt()
		return struct{}{}, waits.err
	}, backoff.WithBackOff(waits), backoff.WithMaxElapsedTime(0), backoff.WithNotify(onFailure))
	if err != nil && ctx.Err() != nil {
		return waits.err
	}
	return err
}

// retryWaits are the waits between the attempts at one thing.
type retryWaits struct {
	*backoff.ExponentialBackOff
	err error // of the last attempt
}

// NextBackOff implements backoff.BackOff.
func (w *retryWaits) NextBackOff() time.Duration {
	wait := w.ExponentialBackOff.NextBackOff()
	if retry, ok := errors.AsType[*bot.RetryError](w.err); ok {
		wait += retry.After
	}
	return wait
}

package bot

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// retryPolicy says how long to wait before the next attempt at something that failed:
// the wait doubles from first up to last, with jitter, so that what failed together is
// not tried again together. A chat's Retry-After is a lower bound of the wait.
type retryPolicy struct{ first, last time.Duration }

var (
	eventRetries = retryPolicy{first: 200 * time.Millisecond, last: 30 * time.Second}
	roomRetries  = retryPolicy{first: time.Second, last: 10 * time.Minute}
)

// jitter is how far a wait may be from the exact one, as a fraction of it.
const jitter = 0.2

// schedule returns the waits between the attempts at one thing.
func (p retryPolicy) schedule() *schedule {
	return &schedule{ExponentialBackOff: &backoff.ExponentialBackOff{
		InitialInterval: p.first, RandomizationFactor: jitter, Multiplier: 2,
		MaxInterval: time.Duration(float64(p.last) / (1 + jitter)), // so that last is never exceeded
	}}
}

// schedule is a backoff.BackOff that honours the Retry-After of the last failure. It is
// not safe for concurrent use.
type schedule struct {
	*backoff.ExponentialBackOff
	retryAfter time.Duration
}

// NextBackOff implements backoff.BackOff.
func (s *schedule) NextBackOff() time.Duration {
	return max(s.ExponentialBackOff.NextBackOff(), s.retryAfter)
}

// after returns the wait after a failure.
func (s *schedule) after(err error) time.Duration {
	s.failed(err)
	return s.NextBackOff()
}

// failed keeps the Retry-After of a failure for the next wait.
func (s *schedule) failed(err error) {
	s.retryAfter = 0
	if retry, ok := errors.AsType[*RetryError](err); ok {
		s.retryAfter = retry.After
	}
}

// do calls attempt until it succeeds, or until the context ends: then it returns an error.
// It reports every failure, with the wait that follows, to onFailure.
func (p retryPolicy) do(ctx context.Context, attempt func() error, onFailure func(error, time.Duration)) error {
	s := p.schedule()
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := attempt()
		s.failed(err)
		return struct{}{}, err
	}, backoff.WithBackOff(s), backoff.WithMaxElapsedTime(0), backoff.WithNotify(onFailure))
	return err
}

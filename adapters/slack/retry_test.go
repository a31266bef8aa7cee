package slack

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cenkalti/backoff/v5"

	"helptic/bot"
)

var errTemporary = errors.New("temporary failure")

func TestRetryWaitsLongerEachTimeAndNeverLessThanRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		policy := retryPolicy{time.Second, 4 * time.Second}
		errs := []error{errTemporary, errTemporary, errTemporary, errTemporary, &bot.RetryError{After: time.Minute, Err: errTemporary}, nil}
		var waits []time.Duration
		n, last := 0, time.Now()
		err := policy.do(t.Context(), func() error {
			if n > 0 {
				waits = append(waits, time.Since(last))
			}
			last = time.Now()
			n++
			return errs[n-1]
		}, nil)
		if err != nil || n != len(errs) {
			t.Fatalf("%v after %d attempts", err, n)
		}
		for i, exact := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 4 * time.Second, 4 * time.Second} {
			least, most := exact*8/10, exact*12/10+time.Microsecond
			if i == 4 {
				least, most = least+time.Minute, most+time.Minute
			}
			if waits[i] < least || waits[i] > most {
				t.Errorf("wait %d was %s, want %s to %s", i+1, waits[i], least, most)
			}
		}
	})
}

func TestRetryEndsWithTheContextOrAPermanentError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		failures := 0
		err := retryPolicy{time.Second, 4 * time.Second}.do(ctx, func() error { return errTemporary }, func(error, time.Duration) { failures++ })
		if !errors.Is(err, errTemporary) || failures < 10 {
			t.Errorf("%v after %d failures", err, failures)
		}
		n := 0
		err = retryPolicy{time.Second, 4 * time.Second}.do(t.Context(), func() error {
			n++
			return backoff.Permanent(errTemporary)
		}, nil)
		if !errors.Is(err, errTemporary) || n != 1 {
			t.Errorf("%v after %d attempts", err, n)
		}
	})
}

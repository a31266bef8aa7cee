package bot

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

var errDown = errors.New("down")

// checkWaits checks that the waits double from first to last, each within the jitter. The
// longest are from two thirds of last to last.
func checkWaits(t *testing.T, waits []time.Duration, first, last time.Duration) {
	t.Helper()
	exact := first
	for i, wait := range waits {
		low := min(time.Duration(0.799*float64(exact)), time.Duration(0.666*float64(last)))
		high := min(time.Duration(1.201*float64(exact)), last)
		if wait < low || wait > high {
			t.Errorf("wait %d is %s, not from %s to %s", i, wait, low, high)
		}
		exact *= 2
	}
}

func TestWaitsBetweenAttemptsDoubleUpToTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reported, waited []time.Duration
		ended := time.Now()
		attempts := 0
		err := eventRetries.do(t.Context(), func() error {
			if attempts++; attempts > 1 {
				waited = append(waited, time.Since(ended))
			}
			ended = time.Now()
			if attempts == 16 {
				return nil
			}
			return errDown
		}, func(err error, wait time.Duration) {
			if !errors.Is(err, errDown) {
				t.Error(err)
			}
			reported = append(reported, wait)
		})
		if err != nil || len(waited) != 15 {
			t.Fatalf("%d waits, %v", len(waited), err)
		}
		checkWaits(t, waited, 200*time.Millisecond, 30*time.Second)
		for i := range waited {
			if waited[i] != reported[i] {
				t.Errorf("waited %s, reported %s", waited[i], reported[i])
			}
		}
	})
}

func TestWaitsOfManyAreSpreadByJitter(t *testing.T) {
	waits := map[time.Duration]bool{}
	for range 100 {
		waits[roomRetries.schedule().after(errDown)] = true
	}
	if len(waits) < 90 {
		t.Errorf("%d different first waits of 100", len(waits))
	}
}

func TestRetryAfterIsTheLowerBoundOfOneWait(t *testing.T) {
	s := eventRetries.schedule()
	var waits []time.Duration
	for n := range 4 {
		err := error(errDown)
		if n == 1 {
			err = &RetryError{After: time.Minute, Err: errDown}
		}
		waits = append(waits, s.after(err))
	}
	if waits[1] != time.Minute {
		t.Errorf("waited %s for a Retry-After of a minute", waits[1])
	}
	waits[1] = 400 * time.Millisecond // the growth goes on as if it had been an ordinary wait
	checkWaits(t, waits, 200*time.Millisecond, 30*time.Second)
	if wait := s.after(&RetryError{After: time.Millisecond, Err: errDown}); wait < time.Second {
		t.Errorf("a short Retry-After shortened the wait to %s", wait)
	}
}

func TestRetriesHonourRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		attempts := 0
		err := eventRetries.do(t.Context(), func() error {
			if attempts++; attempts == 1 {
				return &RetryError{After: time.Minute, Err: errDown}
			}
			return nil
		}, nil)
		if err != nil || time.Since(began) != time.Minute {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

func TestRetriesEndWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		err := eventRetries.do(ctx, func() error { return errDown }, nil)
		if err == nil || time.Since(began) != time.Minute {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

func TestBackoffOfARoomGrowsUntilItTakesAMessage(t *testing.T) {
	now := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	p := newPacer(func() time.Time { return now })
	var waits []time.Duration
	for range 15 {
		wait := p.failed("room", errDown)
		if p.wait("room") != wait || p.wait("other") != 0 {
			t.Errorf("backoff %s, the room waits %s, another %s", wait, p.wait("room"), p.wait("other"))
		}
		waits = append(waits, wait)
		now = now.Add(wait)
	}
	checkWaits(t, waits, time.Second, 10*time.Minute)
	if wait := p.failed("room", &RetryError{After: time.Hour, Err: errDown}); wait != time.Hour {
		t.Errorf("waited %s for a Retry-After of an hour", wait)
	}
	p.succeeded("room", 2*time.Second)
	if wait := p.wait("room"); wait != 2*time.Second {
		t.Errorf("after a message the room waits %s, not its pace", wait)
	}
	if wait := p.failed("room", errDown); wait > 2*time.Second {
		t.Errorf("the backoff starts at %s after a message that arrived", wait)
	}
	p.succeeded("room", 0)
	if len(p.rooms) != 0 {
		t.Error("a room without pace is kept")
	}
}

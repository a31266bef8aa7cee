package slacktest

import (
	"sync"
	"time"
)

// Clock is the time of the workspace: of triggers, response URLs, retries, rate limits, and
// the three seconds that an app has to answer.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f once, in its own goroutine, after d; stop prevents it.
	AfterFunc(d time.Duration, f func()) (stop func())
}

// SystemClock is the real time.
func SystemClock() Clock { return system{} }

type system struct{}

func (system) Now() time.Time { return time.Now() }

func (system) AfterFunc(d time.Duration, f func()) func() {
	timer := time.AfterFunc(d, f)
	return func() { timer.Stop() }
}

// ManualClock stands still until it is advanced.
type ManualClock struct {
	mu     sync.Mutex
	now    time.Time
	timers map[*timer]bool
}

type timer struct {
	at time.Time
	f  func()
}

// NewClock returns a clock that stands at that time.
func NewClock(at time.Time) *ManualClock {
	return &ManualClock{now: at, timers: map[*timer]bool{}}
}

// Now is the time it stands at.
func (c *ManualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// AfterFunc implements Clock: f is called when the clock is advanced far enough.
func (c *ManualClock) AfterFunc(d time.Duration, f func()) func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := &timer{at: c.now.Add(d), f: f}
	c.timers[a] = true
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.timers, a)
	}
}

// Advance moves the clock and starts the timers that are due.
func (c *ManualClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	for a := range c.timers {
		if !a.at.After(c.now) {
			delete(c.timers, a)
			go a.f()
		}
	}
}

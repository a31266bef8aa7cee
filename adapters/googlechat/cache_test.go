package googlechat

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/singleflight"

	"helptic/bot"
)

func TestCacheEntriesExpireEachInItsTime(t *testing.T) {
	now := fixedNow()
	c := newTTLCache[string, int](2, func() time.Time { return now })
	c.add("short", 1, time.Minute)
	c.add("long", 2, time.Hour)
	now = now.Add(time.Minute)
	if _, ok := c.get("short"); ok {
		t.Error("an entry outlives its time")
	}
	if v, ok := c.get("long"); !ok || v != 2 {
		t.Errorf("%d, %v", v, ok)
	}
	c.add("a", 3, time.Hour)
	c.get("long")
	c.add("b", 4, time.Hour)
	if _, ok := c.get("a"); ok {
		t.Error("the entry unused for longest is still there")
	}
	if !c.take("long") || c.take("long") {
		t.Error("an entry is not taken once")
	}
}

func TestConcurrentLookupsAreOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var group singleflight.Group
		var calls atomic.Int64
		lookup := func(ctx context.Context) (int, error) {
			select {
			case <-time.After(time.Second):
				return int(calls.Add(1)), nil
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		}
		impatient, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := coalesce(impatient, &group, "k", lookup); !errors.Is(err, context.Canceled) {
				t.Errorf("a caller that gave up: %v", err)
			}
		})
		synctest.Wait()
		for range 20 {
			all.Go(func() {
				if v, err := coalesce(t.Context(), &group, "k", lookup); v != 1 || err != nil {
					t.Errorf("%d, %v", v, err)
				}
			})
		}
		synctest.Wait()
		cancel()
		all.Wait()
	})
}

func TestPanicOfALookupIsAnError(t *testing.T) {
	var group singleflight.Group
	if _, err := coalesce(t.Context(), &group, "k", func(context.Context) (int, error) { panic("fault of the test") }); err == nil {
		t.Error("no error")
	}
}

func TestResponseIsMadeOnceForConcurrentDeliveries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newResponseCache(time.Now)
		calls := 0
		fails := errors.New("fault of the test")
		handle := func() (response, error) {
			calls++
			<-time.After(time.Second)
			if calls == 1 {
				return response{}, fails
			}
			return response{body: []byte("x")}, nil
		}
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if _, err := c.once("k", time.Minute, handle); !errors.Is(err, fails) {
					t.Errorf("the first attempt: %v", err)
				}
			})
		}
		all.Wait()
		for range 5 {
			all.Go(func() {
				if r, err := c.once("k", time.Minute, handle); err != nil || string(r.body) != "x" {
					t.Errorf("%q, %v", r.body, err)
				}
			})
		}
		all.Wait()
		if _, err := c.once("k", time.Minute, handle); err != nil || calls != 2 {
			t.Errorf("%d calls, %v", calls, err)
		}
	})
}

func TestSpaceIsWrittenToAtItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newSpacePace(time.Second)
		began := time.Now()
		for range 3 {
			if err := p.wait(t.Context(), "spaces/A"); err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("three writes took %v", took)
		}
		if err := p.wait(t.Context(), "spaces/B"); err != nil || time.Since(began) != 2*time.Second {
			t.Errorf("another space waits: %v", err)
		}
		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := p.wait(short, "spaces/A"); err == nil {
			t.Error("no error before the deadline")
		}
		if err := p.wait(t.Context(), "spaces/A"); err != nil || time.Since(began) != 3*time.Second {
			t.Errorf("the write that was given up took a turn: %v, %v", time.Since(began), err)
		}
	})
}

// The first events of a person often come together: Google is asked once, and one profile is stored.
func TestEventsOfANewPersonAreLookedUpOnce(t *testing.T) {
	a, ws := newStoredAdapter(t)
	person := ws.User("Usuario 1")
	room := ws.Space("Mesa de ayuda", person)
	u := user{Name: resourceName(person.Address()), DisplayName: "Usuario 1"}
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			if err := a.saveProfileOf(t.Context(), interaction{user: u, space: space{Name: room.Name}}); err != nil {
				t.Error(err)
			}
			e := bot.Event{Key: fmt.Sprint(n), From: bot.Person{ID: person.Address()}, Room: bot.Channel(room.Address())}
			if note, err := a.Enrich(t.Context(), &e); err != nil || note != "" || e.From.Guest {
				t.Errorf("%q, %v, guest %v", note, err, e.From.Guest)
			}
		})
	}
	all.Wait()
	if n := ws.Count("members.get"); n != 1 {
		t.Errorf("Google was asked %d times", n)
	}
	entries, err := a.config.AppendLog.Read(t.Context(), streamPeople+u.Name, 0, 100)
	if err != nil || len(entries) != 1 {
		t.Errorf("%d profiles stored, %v", len(entries), err)
	}
}

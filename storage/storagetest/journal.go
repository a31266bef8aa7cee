package storagetest

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"helptic/bot"
	"helptic/storage"
)

func event(key string, until time.Time) bot.StoredEvent {
	return bot.StoredEvent{Key: key, OrderingKey: "lane", Body: []byte(`{"text":"🙂 ` + key + `"}`), At: noon, Until: until}
}

func keys(found []bot.StoredEvent) string {
	var out []string
	for _, e := range found {
		out = append(out, e.Key)
	}
	return strings.Join(out, " ")
}

// Of the same event arriving many times at once one is new, and it stands as it came.
func accept(t *testing.T, s storage.Store) {
	var fresh atomic.Int64
	together(64, func(i int) {
		is, err := s.Accept(t.Context(), event("same", noon.Add(time.Minute)))
		if err != nil {
			t.Error(err)
		}
		if is {
			fresh.Add(1)
		}
	})
	want(t, "fresh", fresh.Load(), 1)
	other := event("same", noon)
	other.Body = []byte("other")
	is, err := s.Accept(t.Context(), other)
	must(t, err)
	want(t, "fresh again", is, false)
	got, err := s.LeaseEvents(t.Context(), noon.Add(time.Hour), noon.Add(2*time.Hour), 9)
	must(t, err)
	expected := event("same", noon)
	if len(got) != 1 || !bytes.Equal(got[0].Body, expected.Body) || got[0].OrderingKey != "lane" || got[0].Answer != nil {
		t.Fatalf("pending: %+v", got)
	}
	want(t, "accepted at", got[0].At, stored(noon))
	want(t, "leased until", got[0].Until, stored(noon.Add(2*time.Hour)))
}

func pending(t *testing.T, s storage.Store) {
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	for i, key := range []string{"c", "a", "b"} {
		e := event(key, minute(5))
		e.At = minute(i)
		_, err := s.Accept(t.Context(), e)
		must(t, err)
	}
	lease := func(now, until time.Time, limit int, wanted string) []bot.StoredEvent {
		t.Helper()
		got, err := s.LeaseEvents(t.Context(), now, until, limit)
		must(t, err)
		want(t, "pending", keys(got), wanted)
		return got
	}
	lease(minute(4), minute(9), 9, "") // whoever accepted them has them still
	lease(minute(5), minute(9), 9, "")
	lease(minute(6), minute(10), 2, "c a") // oldest first
	lease(minute(6), minute(10), 9, "b")
	lease(minute(7), minute(10), 9, "")
	must(t, s.RenewEvents(t.Context(), []string{"a", "b", "nobody"}, minute(15)))
	lease(minute(12), minute(13), 9, "c")
	lease(minute(14), minute(15), 9, "c")
	must(t, s.RenewEvents(t.Context(), nil, minute(15)))

	must(t, s.MarkHandled(t.Context(), "a", []byte("respuesta")))
	must(t, s.MarkHandled(t.Context(), "b", nil)) // handled with nothing to say is handled
	got := lease(minute(16), minute(17), 9, "c a b")
	if got[0].Answer != nil || string(got[1].Answer) != "respuesta" || got[2].Answer == nil || len(got[2].Answer) != 0 {
		t.Errorf("answers %q", []any{got[0].Answer, got[1].Answer, got[2].Answer})
	}
	must(t, s.MarkDone(t.Context(), "a"))
	must(t, s.MarkDone(t.Context(), "c"))
	must(t, s.MarkHandled(t.Context(), "a", []byte("tarde")))
	must(t, s.MarkHandled(t.Context(), "nobody", nil))
	must(t, s.MarkDone(t.Context(), "nobody"))
	lease(minute(20), minute(21), 9, "b")
	fresh, err := s.Accept(t.Context(), event("a", minute(1)))
	must(t, err)
	want(t, "a done event is new", fresh, false)
	lease(minute(30), minute(31), 9, "b")
}

// No event is leased to two at once.
func pendingRace(t *testing.T, s storage.Store) {
	const n = 12
	for i := range n {
		_, err := s.Accept(t.Context(), event(fmt.Sprint(i), noon))
		must(t, err)
	}
	var mu sync.Mutex
	times := map[string]int{}
	together(4, func(int) {
		for range 6 {
			got, err := s.LeaseEvents(t.Context(), noon.Add(time.Minute), noon.Add(time.Hour), 5)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			for _, e := range got {
				times[e.Key]++
			}
			mu.Unlock()
		}
	})
	left, err := s.LeaseEvents(t.Context(), noon.Add(time.Minute), noon.Add(time.Hour), n)
	must(t, err)
	for _, e := range left {
		times[e.Key]++
	}
	want(t, "events leased", len(times), n)
	for key, got := range times {
		want(t, "leases of "+key, got, 1)
	}
}

func posted(t *testing.T, s storage.Store) {
	check := func(room, key, id, back string) {
		t.Helper()
		got, err := s.MessageID(t.Context(), room, key)
		must(t, err)
		want(t, "posted under "+key, got, id)
		if id != "" {
			got, err = s.PostKey(t.Context(), room, id)
			must(t, err)
			want(t, "key of "+id, got, back)
		}
	}
	check("r1", "k", "", "")
	must(t, s.SaveMessageID(t.Context(), "r1", "k", "m1"))
	must(t, s.SaveMessageID(t.Context(), "r2", "k", "m2"))
	must(t, s.SaveMessageID(t.Context(), "r1", "l", "m3"))
	check("r1", "k", "m1", "k")
	check("r2", "k", "m2", "k")
	check("r1", "l", "m3", "l")
	check("r3", "k", "", "")
	must(t, s.SaveMessageID(t.Context(), "r1", "k", "m4"))
	must(t, s.SaveMessageID(t.Context(), "r1", "k", "m4"))
	check("r1", "k", "m4", "k")
	old, err := s.PostKey(t.Context(), "r1", "m1")
	must(t, err)
	want(t, "key of a message that was replaced", old, "")
	elsewhere, err := s.PostKey(t.Context(), "r2", "m4")
	must(t, err)
	want(t, "key of a message of another room", elsewhere, "")
	together(8, func(int) {
		if err := s.SaveMessageID(t.Context(), "r4", "k", "m5"); err != nil {
			t.Error(err)
		}
	})
	check("r4", "k", "m5", "k")
}

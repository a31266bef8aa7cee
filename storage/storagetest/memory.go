package storagetest

import (
	"fmt"
	"slices"
	"testing"

	"helptic/storage"
)

func memory(t *testing.T, s storage.Store) {
	add := func(stream, key, body string, wanted int64) {
		t.Helper()
		got, err := s.Append(t.Context(), stream, key, []byte(body))
		must(t, err)
		want(t, "position", got, wanted)
	}
	add("a", "k1", "uno 1️⃣", 1)
	add("a", "", "dos", 2)
	add("a", "", "", 3)
	add("b", "k1", "otra", 1)
	add("a", "k1", "otra vez", 1)
	add("a", "k2", "cuatro", 4)
	if got, err := s.Append(t.Context(), "c", "", nil); err != nil || got != 1 {
		t.Errorf("an entry with nothing: %d, %v", got, err)
	}
	for _, test := range []struct {
		stream string
		after  int64
		limit  int
		want   string
	}{
		{"a", 0, 9, "[1 k1 uno 1️⃣][2  dos][3  ][4 k2 cuatro]"},
		{"a", 1, 2, "[2  dos][3  ]"},
		{"a", 4, 9, ""},
		{"b", 0, 9, "[1 k1 otra]"},
		{"c", 0, 9, "[1  ]"},
		{"d", 0, 9, ""},
	} {
		found, err := s.Read(t.Context(), test.stream, test.after, test.limit)
		must(t, err)
		got := ""
		for _, e := range found {
			got += fmt.Sprintf("[%d %s %s]", e.Position, e.Key, e.Body)
		}
		want(t, test.stream, got, test.want)
	}
}

// Positions have no gaps and a key has one, whoever appends at the same time.
func memoryRace(t *testing.T, s storage.Store) {
	const n = 24
	got := make([]int64, n)
	together(n, func(i int) {
		key := "" // a third without a key, the others by twos with the same
		if i%3 > 0 {
			key = fmt.Sprint("k", i/3)
		}
		position, err := s.Append(t.Context(), "a", key, []byte(fmt.Sprint(i/3)))
		if err != nil {
			t.Error(err)
		}
		got[i] = position
	})
	for i := 0; i < n; i += 3 {
		want(t, "position of the same key", got[i+1], got[i+2])
	}
	slices.Sort(got)
	got = slices.Compact(got)
	want(t, "entries", len(got), n/3*2)
	want(t, "last position", got[len(got)-1], n/3*2)
	found, err := s.Read(t.Context(), "a", 0, n)
	must(t, err)
	want(t, "entries read", len(found), n/3*2)
	for i, e := range found {
		want(t, "position", e.Position, int64(i+1))
	}
}

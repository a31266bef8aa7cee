package storagetest

import (
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"helptic/storage"
	"helptic/ticket"
)

func conversation(t *testing.T, s storage.Store) {
	_, err := s.Conversation(t.Context(), "web:1")
	wantError(t, "nobody's", err, storage.ErrNotFound)
	c := &storage.Conversation{Person: "web:1", TouchedAt: noon.Add(time.Minute), Events: []string{"e1", "e2"}, Answer: []byte(`{"posts":null}`),
		Draft: ticket.Draft{ID: "draft-1", Answers: map[string]string{"category": "hardware", "a.b": "$1", "$": "🖨️", "%2E": "مرحبا"},
			Files:     []ticket.File{{ID: "F1", Name: "a.png", Type: "image/png", Size: 7, SHA256: "00"}},
			StartedAt: noon, Card: 3, For: &ticket.Person{ID: "web:9", Name: "Usuario 9"}}}
	must(t, s.SaveConversation(t.Context(), c))
	want(t, "version", c.Version, 1)
	got, err := s.Conversation(t.Context(), "web:1")
	must(t, err)
	expected := *c
	expected.StartedAt, expected.TouchedAt = stored(c.StartedAt), stored(c.TouchedAt)
	if !reflect.DeepEqual(got, &expected) {
		t.Errorf("\ngot  %+v\nwant %+v", got, &expected)
	}

	first := &storage.Conversation{Person: "web:1", Draft: ticket.Draft{ID: "draft-2"}}
	wantError(t, "saving as the first when there is one", s.SaveConversation(t.Context(), first), storage.ErrConflict)
	want(t, "version after a conflict", first.Version, 0)
	absent := &storage.Conversation{Person: "web:2", Version: 1}
	wantError(t, "saving over none", s.SaveConversation(t.Context(), absent), storage.ErrConflict)

	got.Answers["impact"] = "alto"
	must(t, s.SaveConversation(t.Context(), got))
	want(t, "version", got.Version, 2)
	wantError(t, "saving what somebody else changed", s.SaveConversation(t.Context(), c), storage.ErrConflict)
	want(t, "version after a conflict", c.Version, 1)
	got, err = s.Conversation(t.Context(), "web:1")
	must(t, err)
	want(t, "answer", got.Answers["impact"], "alto")

	for round := range 2 { // at the first save and over one that is there
		var won atomic.Int64
		together(16, func(i int) {
			c := &storage.Conversation{Person: "web:3", Version: int64(round), Draft: ticket.Draft{Card: i}}
			if err := s.SaveConversation(t.Context(), c); err == nil {
				won.Add(1)
			} else {
				wantError(t, "saving at the same time", err, storage.ErrConflict)
			}
		})
		want(t, "winners", won.Load(), 1)
	}
}

func idle(t *testing.T, s storage.Store) {
	for i, minutes := range []int{3, 1, 2, 60} {
		must(t, s.SaveConversation(t.Context(), &storage.Conversation{Person: fmt.Sprint("web:", i), Draft: ticket.Draft{ID: fmt.Sprint("draft-", i)}, TouchedAt: noon.Add(time.Duration(minutes) * time.Minute)}))
	}
	must(t, s.SaveConversation(t.Context(), &storage.Conversation{Person: "web:9", TouchedAt: noon})) // without an id
	for _, test := range []struct {
		minutes, limit int
		want           string
	}{{1, 9, ""}, {5, 9, "web:1 web:2 web:0 "}, {5, 2, "web:1 web:2 "}, {70, 9, "web:1 web:2 web:0 web:3 "}} {
		found, err := s.Idle(t.Context(), noon.Add(time.Duration(test.minutes)*time.Minute), test.limit)
		must(t, err)
		got := ""
		for _, c := range found {
			got += c.Person + " "
			want(t, "zone", c.TouchedAt, stored(c.TouchedAt))
		}
		want(t, fmt.Sprintf("idle at %d", test.minutes), got, test.want)
	}
}

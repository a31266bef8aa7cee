package storagetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"helptic/storage"
	"helptic/ticket"
)

func numbers(list []*ticket.Ticket) []int64 {
	var out []int64
	for _, t := range list {
		out = append(out, t.Number)
	}
	return out
}

func queries(t *testing.T, s storage.Store) {
	none, err := s.Tickets(t.Context(), storage.Query{})
	must(t, err)
	want(t, "tickets of an empty store", len(none), 0)
	for i := range 6 {
		made := newTicket(fmt.Sprint(i))
		made.Requester.ID = fmt.Sprint("web:", i%2)
		made.State = ticket.States[i%3]
		if i >= 2 {
			made.Assignee = &ticket.Person{ID: fmt.Sprint("slack:A", i%2)}
		}
		if i >= 4 {
			made.Escalation = &ticket.Escalation{Official: ticket.Person{ID: "slack:O"}}
		}
		create(t, s, made)
	}
	_, err = s.UpdateTicket(t.Context(), 6, func(t *ticket.Ticket) error { // searched by as it is now
		t.State, t.Assignee, t.Requester.ID = ticket.Closed, nil, "web:9"
		return nil
	})
	must(t, err)
	for _, test := range []struct {
		query storage.Query
		want  []int64
	}{
		{storage.Query{}, []int64{6, 5, 4, 3, 2, 1}},
		{storage.Query{Limit: 2}, []int64{6, 5}},
		{storage.Query{Limit: 2, Before: 5}, []int64{4, 3}},
		{storage.Query{Requester: "web:0", Before: 2}, []int64{1}},
		{storage.Query{Requester: "web:0"}, []int64{5, 3, 1}},
		{storage.Query{Requester: "web:1"}, []int64{4, 2}},
		{storage.Query{Requester: "web:9"}, []int64{6}},
		{storage.Query{Requester: "web:"}, nil},
		{storage.Query{Assignee: "slack:A0"}, []int64{5, 3}},
		{storage.Query{Assignee: "slack:A1"}, []int64{4}},
		{storage.Query{Official: "slack:O"}, []int64{6, 5}},
		{storage.Query{Draft: "3"}, []int64{4}},
		{storage.Query{Draft: "3", Requester: "web:0"}, nil},
		{storage.Query{Draft: "none"}, nil},
		{storage.Query{States: []ticket.State{ticket.New}}, []int64{4, 1}},
		{storage.Query{States: []ticket.State{ticket.InProgress, ticket.Closed}}, []int64{6, 5, 2}},
		{storage.Query{Requester: "web:0", Assignee: "slack:A0", Official: "slack:O", States: []ticket.State{ticket.InProgress}}, []int64{5}},
	} {
		got, err := s.Tickets(t.Context(), test.query)
		must(t, err)
		if !slices.Equal(numbers(got), test.want) {
			t.Errorf("%+v: got %v, want %v", test.query, numbers(got), test.want)
		}
	}
}

func owing(t *testing.T, s storage.Store) {
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	for i, owed := range []time.Time{minute(3), {}, minute(1), minute(60), minute(2)} {
		made := newTicket(fmt.Sprint(i))
		made.NotifyAt = owed
		create(t, s, made)
	}
	lease := func(now, until time.Time, limit int, wanted ...int64) {
		t.Helper()
		got, err := s.LeaseNotifications(t.Context(), now, until, limit)
		must(t, err)
		if !slices.Equal(numbers(got), wanted) {
			t.Errorf("got %v, want %v", numbers(got), wanted)
		}
		for _, found := range got {
			want(t, "lease", found.LeaseUntil, stored(until))
		}
	}
	lease(minute(0), minute(5), 9)
	lease(minute(1), minute(5), 9, 3) // owed from this very moment on
	lease(minute(4), minute(5), 1, 5) // who waits longest first
	lease(minute(4), minute(5), 9, 1)
	lease(minute(4), minute(5), 9)
	lease(minute(6), minute(16), 9, 3, 5, 1) // the leases ran out
	_, err := s.UpdateTicket(t.Context(), 3, func(t *ticket.Ticket) error { t.NotifyAt, t.LeaseUntil = time.Time{}, time.Time{}; return nil })
	must(t, err)
	lease(minute(20), minute(30), 9, 5, 1) // what was paid is owed no more

	var mu sync.Mutex
	var all []int64
	together(4, func(int) {
		got, err := s.LeaseNotifications(t.Context(), minute(60), minute(90), 9)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		all = append(all, numbers(got)...)
		mu.Unlock()
	})
	slices.Sort(all)
	if !slices.Equal(all, []int64{1, 4, 5}) {
		t.Errorf("four workers leased %v", all)
	}
}

func due(t *testing.T, s storage.Store) {
	for i, minutes := range []int{3, 0, 1, 60, 2} {
		made := newTicket(fmt.Sprint(i))
		if minutes > 0 {
			made.WakeAt = noon.Add(time.Duration(minutes) * time.Minute)
		}
		create(t, s, made)
	}
	for _, test := range []struct {
		minutes, limit int
		want           []int64
	}{{0, 9, nil}, {1, 9, []int64{3}}, {5, 9, []int64{3, 5, 1}}, {5, 2, []int64{3, 5}}, {61, 9, []int64{3, 5, 1, 4}}} {
		got, err := s.Due(t.Context(), noon.Add(time.Duration(test.minutes)*time.Minute), test.limit)
		must(t, err)
		if !slices.Equal(got, test.want) {
			t.Errorf("after %d minutes: got %v, want %v", test.minutes, got, test.want)
		}
	}
}

package mongodb_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"helptic/bot"
	"helptic/storage/mongodb/ferrettest"
	"helptic/ticket"
)

// concurrently spreads b.N calls over 16 senders and reports how many were done in a
// second, and how long all but one of a hundred took at most.
func concurrently(b *testing.B, unit string, call func(ctx context.Context, i int64) error) {
	b.Helper()
	var next atomic.Int64
	var mu sync.Mutex
	var took []time.Duration
	var senders sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for range 16 {
		senders.Go(func() {
			var mine []time.Duration
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				began := time.Now()
				if err := call(b.Context(), i); err != nil {
					b.Error(err)
					return
				}
				mine = append(mine, time.Since(began))
			}
			mu.Lock()
			took = append(took, mine...)
			mu.Unlock()
		})
	}
	senders.Wait()
	b.StopTimer()
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	b.ReportMetric(float64(len(took))/b.Elapsed().Seconds(), unit+"/s")
	b.ReportMetric(float64(took[len(took)*99/100])/1e6, "p99-ms")
}

func BenchmarkAccept(b *testing.B) {
	s := open(b, ferrettest.Start(b))
	body := []byte(`{"text":"` + strings.Repeat("x", 588) + `"}`)
	now := time.Now()
	concurrently(b, "events", func(ctx context.Context, i int64) error {
		_, err := s.Accept(ctx, bot.StoredEvent{Key: fmt.Sprint("slack:Ev", i), OrderingKey: "slack:U024BE7LH", Body: body, At: now, Until: now})
		return err
	})
}

func BenchmarkCreateTicket(b *testing.B) {
	s := open(b, ferrettest.Start(b))
	concurrently(b, "tickets", func(ctx context.Context, i int64) error {
		_, err := s.CreateTicket(ctx, benchTicket(i), func(*ticket.Ticket) {})
		return err
	})
}

func BenchmarkUpdateTicket(b *testing.B) {
	s := open(b, ferrettest.Start(b))
	for i := range int64(64) {
		if _, err := s.CreateTicket(b.Context(), benchTicket(i), func(*ticket.Ticket) {}); err != nil {
			b.Fatal(err)
		}
	}
	concurrently(b, "changes", func(ctx context.Context, i int64) error {
		_, err := s.UpdateTicket(ctx, i%64+1, func(t *ticket.Ticket) error { t.Reopened++; return nil })
		return err
	})
}

func benchTicket(i int64) *ticket.Ticket {
	now := time.Now()
	requester := ticket.Person{ID: "slack:U024BE7LH", Name: "Usuario 1", Email: "usuario1@example.com"}
	return &ticket.Ticket{Draft: fmt.Sprint("draft-", i), State: ticket.New, Requester: requester, OpenedBy: requester, RegisteredAt: now, NotifyAt: now,
		Description: strings.Repeat("No imprime. ", 20), History: []ticket.Record{{N: 1, At: now, By: requester, To: ticket.New, Action: ticket.Register}}}
}

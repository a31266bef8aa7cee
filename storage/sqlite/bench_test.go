package sqlite

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"helptic/bot"
)

// BenchmarkAccept measures an event accepted, which means on the disk, with 16 senders.
func BenchmarkAccept(b *testing.B) {
	s, err := Open(b.Context(), b.TempDir(), 1<<20)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	const senders = 16
	body := []byte(strings.Repeat("x", 600))
	var next atomic.Int64
	took := make([]time.Duration, b.N)
	var all sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for range senders {
		all.Go(func() {
			for {
				i := next.Add(1) - 1
				if i >= int64(b.N) {
					return
				}
				began := time.Now()
				if _, err := s.Accept(b.Context(), bot.StoredEvent{Key: fmt.Sprintf("event/%d", i), OrderingKey: fmt.Sprintf("chat:u%d", i%1000), Body: body, At: began, Until: began.Add(time.Minute)}); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(began)
			}
		})
	}
	all.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(took[min(b.N-1, b.N*99/100)].Microseconds())/1000, "p99-ms")
}

package bot

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func TestJobsOfOneKeyRunInOrderAndOthersBesideThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q keyedQueue
		var order []int
		release := make(chan struct{})
		q.add("a", func() { <-release })
		for i := range 3 {
			q.add("a", func() { order = append(order, i) })
		}
		ran := false
		q.add("b", func() { ran = true })
		synctest.Wait()
		if !ran || len(order) != 0 || q.len("a") != 4 || q.len("b") != 0 {
			t.Errorf("other key ran: %t; jobs of the blocked key: %d ran, %d are left", ran, len(order), q.len("a"))
		}
		close(release)
		q.wait()
		if len(order) != 3 || order[0] != 0 || order[2] != 2 {
			t.Errorf("order %v", order)
		}
	})
}

// A sync.WaitGroup forbids this, and the race detector reports it.
func TestQueueMayBeWaitedForWhileJobsAreAdded(t *testing.T) {
	var q keyedQueue
	var ran atomic.Int64
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 1000 {
				q.add("key", func() { ran.Add(1) })
			}
		})
		all.Go(func() {
			for range 1000 {
				q.wait()
			}
		})
	}
	all.Wait()
	q.wait()
	if n := ran.Load(); n != 4000 {
		t.Errorf("%d jobs of 4000 ran", n)
	}
}

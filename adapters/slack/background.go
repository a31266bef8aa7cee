package slack

import "sync"

// background runs tasks that go on after Slack was answered.
type background struct {
	mu     sync.Mutex
	closed bool
	tasks  sync.WaitGroup
}

// run calls task in a goroutine. After close it calls task before it returns.
func (b *background) run(task func()) {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		task()
		return
	}
	b.tasks.Add(1)
	b.mu.Unlock()
	go func() {
		defer b.tasks.Done()
		task()
	}()
}

// close waits until all tasks have ended.
func (b *background) close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.tasks.Wait()
}

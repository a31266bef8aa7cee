package bot

import "sync"

// keyedQueue is a serial queue for each key: jobs with the same key run one after the
// other, in the order in which they were added; jobs with different keys run concurrently.
// An empty queue holds no memory and no goroutine. The zero value is ready for use.
type keyedQueue struct {
	mu   sync.Mutex
	jobs map[string][]func() // by key; the first one of each key is running
	idle chan struct{}       // closed when the last job ends; nil while nobody waits
}

// add puts a job at the end of the queue of its key, and returns at once.
func (q *keyedQueue) add(key string, job func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.jobs == nil {
		q.jobs = map[string][]func(){}
	}
	queued, running := q.jobs[key]
	q.jobs[key] = append(queued, job)
	if !running {
		go q.work(key)
	}
}

// len returns how many jobs of a key are queued or running.
func (q *keyedQueue) len(key string) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.jobs[key])
}

// work runs the jobs of a key until there are none.
func (q *keyedQueue) work(key string) {
	for job := q.first(key); job != nil; job = q.next(key) {
		job()
	}
}

func (q *keyedQueue) first(key string) func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.jobs[key][0]
}

// next removes the job that has run and returns the one after it, nil if there is none.
func (q *keyedQueue) next(key string) func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	rest := q.jobs[key][1:]
	if len(rest) > 0 {
		q.jobs[key] = rest
		return rest[0]
	}
	delete(q.jobs, key)
	if len(q.jobs) == 0 && q.idle != nil {
		close(q.idle)
		q.idle = nil
	}
	return nil
}

// wait returns when no job of any key is queued or running. Unlike a sync.WaitGroup, the
// queue may be waited for while jobs are added to it.
func (q *keyedQueue) wait() {
	q.mu.Lock()
	if len(q.jobs) == 0 {
		q.mu.Unlock()
		return
	}
	if q.idle == nil {
		q.idle = make(chan struct{})
	}
	idle := q.idle
	q.mu.Unlock()
	<-idle
}

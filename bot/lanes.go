package bot

import "sync"

// lanes runs functions of the same lane one after the other, in the order they came,
// and those of different lanes side by side. A lane costs nothing while it is empty.
type lanes struct {
	mu    sync.Mutex
	queue map[string][]func()
	all   sync.WaitGroup
}

// run puts f at the end of its lane and returns.
func (l *lanes) run(lane string, f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.queue == nil {
		l.queue = map[string][]func(){}
	}
	waiting, busy := l.queue[lane]
	l.queue[lane] = append(waiting, f)
	if !busy {
		l.all.Go(func() { l.work(lane) })
	}
}

// length is how many functions wait or run in a lane.
func (l *lanes) length(lane string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.queue[lane])
}

func (l *lanes) work(lane string) {
	for {
		l.mu.Lock()
		f := l.queue[lane][0]
		l.mu.Unlock()
		f()
		l.mu.Lock()
		rest := l.queue[lane][1:]
		if len(rest) == 0 {
			delete(l.queue, lane)
			l.mu.Unlock()
			return
		}
		l.queue[lane] = rest
		l.mu.Unlock()
	}
}

// wait returns when every lane is empty.
func (l *lanes) wait() { l.all.Wait() }

package googlechattest

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// Fault is what goes wrong with a call of the API instead of its answer.
type Fault struct {
	Status     int           // answered with this
	RetryAfter time.Duration // and this header, in whole seconds
	Lose       bool          // done, and the answer lost on the way
	Cut        bool          // the connection is closed: before anything is done or, with Lose, after it
	Wait       time.Duration // passes before it is served
	// Hang holds the call until it is closed, or whoever called is gone.
	Hang <-chan struct{}
	// Times is how many calls meet the fault, one where it is 0 and all below it.
	Times int
}

// everyMethod stands for all methods of the API.
const everyMethod = "*"

// Fault makes the next calls of a method ("messages.create", or "*" for all) fail, one after the other.
func (ws *Workspace) Fault(method string, faults ...Fault) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.faults[method] = append(ws.faults[method], faults...)
}

// Heal takes back the faults of a method that were not met yet.
func (ws *Workspace) Heal(method string) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	delete(ws.faults, method)
}

// Faults is how many faults of a method were not met yet.
func (ws *Workspace) Faults(method string) int {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return len(ws.faults[method])
}

// Slow lets every call of the API wait so long before it is served; 0: no more.
func (ws *Workspace) Slow(each time.Duration) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.latency = each
}

// misfortune takes the fault that a call meets.
func (ws *Workspace) misfortune(method string) Fault {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for _, name := range []string{method, everyMethod} {
		queue := ws.faults[name]
		if len(queue) == 0 {
			continue
		}
		fault := queue[0]
		switch {
		case queue[0].Times > 1:
			queue[0].Times--
		case queue[0].Times >= 0:
			ws.faults[name] = queue[1:]
		}
		fault.Wait += ws.latency
		return fault
	}
	return Fault{Wait: ws.latency}
}

// pass lets the time of a fault go by. False: whoever called is gone.
func (f Fault) pass(ctx context.Context) bool {
	if f.Hang != nil {
		select {
		case <-f.Hang:
		case <-ctx.Done():
			return false
		}
	}
	if f.Wait <= 0 {
		return true
	}
	wait := time.NewTimer(f.Wait)
	defer wait.Stop()
	select {
	case <-wait.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// hangUp closes the connection without an answer.
func hangUp(w http.ResponseWriter) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	connection, _, err := hijacker.Hijack()
	if err == nil {
		_ = connection.Close()
	}
}

func retryAfter(w http.ResponseWriter, d time.Duration) {
	if d > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((d+time.Second-1)/time.Second)))
	}
}

// Count is how often a method of the API was called, "*" for all of them; "certs" and "token"
// are the requests for keys and for access tokens.
func (ws *Workspace) Count(method string) int {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	n := 0
	for _, c := range ws.calls {
		if c.Method == method || method == everyMethod {
			n++
		}
	}
	return n + ws.asked[method]
}

// Refusals does something and says what Google Chat would refuse of the app meanwhile, which then
// does not fail the test.
func (ws *Workspace) Refusals(do func()) []string {
	ws.mu.Lock()
	ws.gathering = true
	before := len(ws.gathered)
	ws.mu.Unlock()
	do()
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.gathering = false
	return append([]string(nil), ws.gathered[before:]...)
}

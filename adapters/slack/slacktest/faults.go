package slacktest

import (
	"sync"
	"time"
)

// Fault is a failure of a call of the Web API. It applies to one call; Times changes that.
type Fault struct {
	status   int
	after    time.Duration
	limited  bool
	code     string
	hang     bool
	slow     time.Duration
	cut      bool
	lose     bool
	channel  string
	times    int
	released chan struct{}
	once     *sync.Once
}

// RateLimited answers 429 with Retry-After, in whole seconds.
func RateLimited(retryAfter time.Duration) Fault {
	return Fault{status: 429, limited: true, after: retryAfter, times: 1}
}

// Status answers with that HTTP status and no JSON, as a failing proxy does.
func Status(code int) Fault { return Fault{status: code, times: 1} }

// Refuse answers ok:false with that error code.
func Refuse(code string) Fault { return Fault{code: code, times: 1} }

// Cut closes the connection before the call has an effect.
func Cut() Fault { return Fault{cut: true, times: 1} }

// LoseAnswer lets the call have its effect, but closes the connection instead of answering.
func LoseAnswer() Fault { return Fault{lose: true, times: 1} }

// Hang delays the call until Release. Then it is answered as usual.
func Hang() Fault {
	return Fault{hang: true, times: 1, released: make(chan struct{}), once: &sync.Once{}}
}

// Slow delays the call, on the clock. Then it is answered as usual.
func Slow(d time.Duration) Fault { return Fault{slow: d, times: 1} }

// On limits the fault to calls for one channel; direct messages have the id of the channel or of the user.
func (f Fault) On(channel string) Fault {
	f.channel = channel
	return f
}

// Times applies the fault to that many calls; below zero to all.
func (f Fault) Times(n int) Fault {
	f.times = n
	return f
}

// Release ends the delay of calls that hang, now and later.
func (f Fault) Release() {
	if f.once != nil {
		f.once.Do(func() { close(f.released) })
	}
}

type fault struct {
	Fault
	method string
}

// Fault applies faults, one after the other, to the next calls of a method: "chat.postMessage", "response_url",
// "upload", "download", or "*" for all.
func (ws *Workspace) Fault(method string, faults ...Fault) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for _, f := range faults {
		ws.faults = append(ws.faults, &fault{f, method})
	}
}

// ClearFaults removes the faults of a method that are left.
func (ws *Workspace) ClearFaults(method string) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	var rest []*fault
	for _, f := range ws.faults {
		if f.method == method {
			f.Release()
		} else {
			rest = append(rest, f)
		}
	}
	ws.faults = rest
}

// nextFault returns and uses up the fault of this call. The lock is held.
func (ws *Workspace) nextFault(method, channel string) (Fault, bool) {
	for i, f := range ws.faults {
		if (f.method != method && f.method != "*") || (f.channel != "" && f.channel != channel && !ws.isDM(f.channel, channel)) {
			continue
		}
		if f.times > 0 {
			if f.times--; f.times == 0 {
				ws.faults = append(ws.faults[:i:i], ws.faults[i+1:]...)
			}
		}
		return f.Fault, true
	}
	return Fault{}, false
}

// isDM reports whether one id is of a user and the other of their direct messages.
func (ws *Workspace) isDM(a, b string) bool {
	for _, pair := range [][2]string{{a, b}, {b, a}} {
		if c := ws.channels[pair[0]]; c != nil && c.with != "" && c.with == pair[1] {
			return true
		}
	}
	return false
}

// RevokeToken makes every call fail with that code: "invalid_auth", "token_revoked", "account_inactive".
// The empty code restores the token.
func (ws *Workspace) RevokeToken(code string) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.revoked = code
}

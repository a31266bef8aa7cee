package slacktest

import (
	"sync"
	"time"
)

// Fault is what goes wrong with a call of the Web API. It is used up by one call,
// unless Times says otherwise.
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

// Status answers with that HTTP status and no JSON, as a proxy in trouble does.
func Status(code int) Fault { return Fault{status: code, times: 1} }

// Refuse answers ok:false with that error code.
func Refuse(code string) Fault { return Fault{code: code, times: 1} }

// Cut closes the connection before anything is done.
func Cut() Fault { return Fault{cut: true, times: 1} }

// LoseAnswer does what was asked and closes the connection instead of saying so.
func LoseAnswer() Fault { return Fault{lose: true, times: 1} }

// Hang lets the call wait until Release; then it is answered as usual, if the app still listens.
func Hang() Fault {
	return Fault{hang: true, times: 1, released: make(chan struct{}), once: &sync.Once{}}
}

// Slow lets the call wait for so long, on the clock, before it is answered as usual.
func Slow(d time.Duration) Fault { return Fault{slow: d, times: 1} }

// On limits the fault to calls about one channel (or the direct messages of one person, by either id).
func (f Fault) On(channel string) Fault {
	f.channel = channel
	return f
}

// Times lets that many calls meet the fault; below zero all of them.
func (f Fault) Times(n int) Fault {
	f.times = n
	return f
}

// Release lets go whatever hangs on the fault, now and later.
func (f Fault) Release() {
	if f.once != nil {
		f.once.Do(func() { close(f.released) })
	}
}

type fault struct {
	Fault
	method string
}

func (f *fault) free() { f.Release() }

// Fault makes the next calls of a method ("chat.postMessage", or "response_url", "upload", "download", or "*" for all) go wrong,
// one fault after the other.
func (ws *Workspace) Fault(method string, faults ...Fault) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for _, f := range faults {
		ws.faults = append(ws.faults, &fault{f, method})
	}
}

// Heal takes back the faults of a method that were not met yet.
func (ws *Workspace) Heal(method string) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	var rest []*fault
	for _, f := range ws.faults {
		if f.method == method {
			f.free()
		} else {
			rest = append(rest, f)
		}
	}
	ws.faults = rest
}

// misfortune takes the fault that this call meets. The lock is held.
func (ws *Workspace) misfortune(method, channel string) (Fault, bool) {
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

// isDM tells whether one id is a person and the other the direct messages with them.
func (ws *Workspace) isDM(a, b string) bool {
	for _, pair := range [][2]string{{a, b}, {b, a}} {
		if c := ws.channels[pair[0]]; c != nil && c.with != "" && c.with == pair[1] {
			return true
		}
	}
	return false
}

// RevokeToken makes every call fail with that code: "invalid_auth", "token_revoked", "account_inactive".
// The empty code gives the token back.
func (ws *Workspace) RevokeToken(code string) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.revoked = code
}

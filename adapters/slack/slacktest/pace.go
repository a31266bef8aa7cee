package slacktest

import (
	"math"
	"time"
)

// tiers are calls a minute.
const (
	tier1 = 1
	tier2 = 20
	tier3 = 50
	tier4 = 100
	many  = 600 // the "several hundred a minute" of special methods
)

// burst is how many messages one channel takes at once, before it is held to one a second.
const burst = 3

// pace is a bucket that fills with time.
type pace struct {
	room, rate float64 // tokens, tokens a second
	size       float64
	at         time.Time
}

// take answers how long to wait, or 0 when the call may go ahead.
func (p *pace) take(now time.Time) time.Duration {
	p.room = min(p.size, p.room+now.Sub(p.at).Seconds()*p.rate)
	p.at = now
	if p.room >= 1 {
		p.room--
		return 0
	}
	return time.Duration(math.Ceil((1-p.room)/p.rate)) * time.Second
}

// tooFast answers for how long a method is closed. The lock is held.
func (ws *Workspace) tooFast(m method, name, channel string) time.Duration {
	if !ws.config.RateLimits {
		return 0
	}
	now := ws.clock.Now()
	if name == "chat.postMessage" && channel != "" {
		if c := ws.channels[channel]; c == nil {
			if dm := ws.direct(channel); dm != nil {
				channel = dm.id
			}
		}
		if wait := ws.bucket("channel "+channel, 1, burst, now).take(now); wait > 0 {
			return wait
		}
	}
	size := float64(m.tier)
	return ws.bucket(name, size/60, size, now).take(now)
}

func (ws *Workspace) bucket(key string, rate, size float64, now time.Time) *pace {
	p := ws.paces[key]
	if p == nil {
		p = &pace{room: size, size: size, rate: rate, at: now}
		ws.paces[key] = p
	}
	return p
}

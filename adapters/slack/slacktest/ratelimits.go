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

// burst is how many messages one channel accepts at once; after that it accepts one a second.
const burst = 3

// bucket is a token bucket.
type bucket struct {
	tokens, rate float64 // the rate is tokens a second
	size         float64
	at           time.Time
}

// reserve uses a token and returns 0, or returns how long to wait for one.
func (p *bucket) reserve(now time.Time) time.Duration {
	p.tokens = min(p.size, p.tokens+now.Sub(p.at).Seconds()*p.rate)
	p.at = now
	if p.tokens >= 1 {
		p.tokens--
		return 0
	}
	return time.Duration(math.Ceil((1-p.tokens)/p.rate)) * time.Second
}

// rateLimitWait returns how long a method is rate limited, or 0. The lock is held.
func (ws *Workspace) rateLimitWait(m method, name, channel string) time.Duration {
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
		if wait := ws.bucketOf("channel "+channel, 1, burst, now).reserve(now); wait > 0 {
			return wait
		}
	}
	size := float64(m.tier)
	return ws.bucketOf(name, size/60, size, now).reserve(now)
}

func (ws *Workspace) bucketOf(key string, rate, size float64, now time.Time) *bucket {
	p := ws.buckets[key]
	if p == nil {
		p = &bucket{tokens: size, size: size, rate: rate, at: now}
		ws.buckets[key] = p
	}
	return p
}

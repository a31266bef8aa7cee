package googlechat

import "time"

// SetPace changes what the adapter keeps between two writes to a space.
func (a *Adapter) SetPace(d time.Duration) { a.gates.every = d }

// MessageID is the id that a post has in Google Chat.
var MessageID = messageID

// fixed is a clock that stands.
func fixed() time.Time { return time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) }

package googlechat

import "time"

// SetPace changes what the adapter keeps between two writes to a space.
func (a *Adapter) SetPace(d time.Duration) { a.gates.every = d }

// MessageID is the id that a post has in Google Chat.
var MessageID = messageID

package googlechat

import "time"

// SetPace changes what the adapter keeps between two writes to a space.
func (a *Adapter) SetPace(d time.Duration) { a.pace.every = d }

// SetPull changes when a subscription counts as received, and when one that is not is tried again.
func (a *Adapter) SetReceiveTimes(settled, again time.Duration) {
	a.receiveTimes.grace, a.receiveTimes.retry = settled, again
}

// SetReach changes how long Pub/Sub is waited for at the start.
func (a *Adapter) SetConnectTimeout(d time.Duration) { a.receiveTimes.connect = d }

// SetPullEnd changes how long the end waits for what is in hand.
func (a *Adapter) SetDrainTimeout(d time.Duration) { a.receiveTimes.drain = d }

// SetAnswerTime changes how long a press waits for what the desk answers.
func (a *Adapter) SetReplyTimeout(d time.Duration) { a.replyTimeout = d }

// MessageID is the id that a post has in Google Chat.
var MessageID = messageID

// fixed is a clock that stands.
func fixedNow() time.Time { return time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) }

// Samples are the events of samples_test.go.
var Samples = samples

package googlechat

import "time"

// SetPace changes the interval between two writes to a space.
func (a *Adapter) SetPace(d time.Duration) { a.pace.interval = d }

// SetReceiveTimes changes after which time a subscription counts as received, and after which one that fails is retried.
func (a *Adapter) SetReceiveTimes(grace, retry time.Duration) {
	a.receiveTimes.grace, a.receiveTimes.retry = grace, retry
}

// SetConnectTimeout changes how long the start waits for Pub/Sub.
func (a *Adapter) SetConnectTimeout(d time.Duration) { a.receiveTimes.connect = d }

// SetDrainTimeout changes how long the shutdown waits for the subscription.
func (a *Adapter) SetDrainTimeout(d time.Duration) { a.receiveTimes.drain = d }

// SetReplyTimeout changes how long a click waits for the reply of the desk.
func (a *Adapter) SetReplyTimeout(d time.Duration) { a.replyTimeout = d }

// MessageID is the message id of a post.
var MessageID = messageID

// fixedNow is a clock that stands still.
func fixedNow() time.Time { return time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) }

package googlechat

import "time"

// SetPace changes what the adapter keeps between two writes to a space.
func (a *Adapter) SetPace(d time.Duration) { a.gates.every = d }

// SetPull changes when a subscription counts as received, and when one that is not is tried again.
func (a *Adapter) SetPull(settled, again time.Duration) {
	a.pulling.settled, a.pulling.again = settled, again
}

// SetReach changes how long Pub/Sub is waited for at the start.
func (a *Adapter) SetReach(d time.Duration) { a.pulling.reach = d }

// SetPullEnd changes how long the end waits for what is in hand.
func (a *Adapter) SetPullEnd(d time.Duration) { a.pulling.ends = d }

// SetAnswerTime changes how long a press waits for what the desk answers.
func (a *Adapter) SetAnswerTime(d time.Duration) { a.answerTime = d }

// MessageID is the id that a post has in Google Chat.
var MessageID = messageID

// fixed is a clock that stands.
func fixed() time.Time { return time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) }

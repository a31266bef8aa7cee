package bot

import "time"

// Meter counts what passes through the inbox and the delivery, by chat.
type Meter interface {
	// Accepted says how long it took to store an event, or that it could not be.
	Accepted(chat string, took time.Duration, err error)
	// Handled says how long it took to apply an event and store what it is answered with.
	Handled(chat string, took time.Duration)
	// Said says how long one call to a chat took, and what it answered.
	Sent(chat string, took time.Duration, err error)
}

// silent is a Meter that counts nothing.
type silent struct{}

func (silent) Accepted(string, time.Duration, error) {}
func (silent) Handled(string, time.Duration)         {}
func (silent) Sent(string, time.Duration, error)     {}

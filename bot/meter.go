package bot

import "time"

// Meter counts what passes through the inbox and the outbox, by chat.
type Meter interface {
	// Accepted reports how long it took to store an event, or why it was not stored.
	Accepted(chat string, took time.Duration, err error)
	// Handled reports how long it took to handle an event, with the attempts that failed.
	Handled(chat string, took time.Duration)
	// Sent reports how long one call to a chat took, and its result.
	Sent(chat string, took time.Duration, err error)
}

// noMeter is a Meter that counts nothing.
type noMeter struct{}

func (noMeter) Accepted(string, time.Duration, error) {}
func (noMeter) Handled(string, time.Duration)         {}
func (noMeter) Sent(string, time.Duration, error)     {}

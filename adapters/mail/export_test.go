package mail

import (
	"bytes"
	"context"

	"helptic/bot"
)

// Compose returns the bytes of the mail of a message.
func Compose(from string, o bot.Outgoing) ([]byte, error) {
	a, err := New(Config{URL: "smtp://localhost", From: from})
	if err != nil {
		return nil, err
	}
	to, err := recipient(o.Room.Direct)
	if err != nil {
		return nil, err
	}
	m, err := a.compose(context.Background(), o, to, thread{id: "<message@" + domain(from) + ">", root: "<thread@" + domain(from) + ">"})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = m.WriteTo(&b)
	return b.Bytes(), err
}

package web

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"helptic/bot"
)

// Send implements bot.Adapter. The key makes the message exist once.
func (a *Adapter) Send(ctx context.Context, o bot.Outgoing) (string, error) {
	if err := a.start(ctx); err != nil {
		return "", &bot.RetryError{Err: err}
	}
	if err := a.knowRoom(ctx, o.Room); err != nil {
		return "", err
	}
	e := entry{
		Kind: kindPost, At: a.config.Now().UTC(), Room: o.Room.String(), Only: o.EphemeralFor,
		Message: storedMessage(o.Message),
	}
	if o.Thread != "" {
		e.Thread = a.fold.root(o.Room.String(), messageNumber(o.Thread))
	}
	key := ""
	if o.Key != "" {
		key = "post\x00" + o.Room.String() + "\x00" + o.Key
	}
	position, err := a.append(ctx, key, e)
	if err != nil {
		return "", &bot.RetryError{Err: err}
	}
	return messageID(position), nil
}

// Edit implements bot.Adapter.
func (a *Adapter) Edit(ctx context.Context, id string, o bot.Outgoing) error {
	if err := a.start(ctx); err != nil {
		return &bot.RetryError{Err: err}
	}
	if err := a.knowRoom(ctx, o.Room); err != nil {
		return err
	}
	number := messageNumber(id)
	stood, ok := a.fold.posted(o.Room.String(), number)
	if !ok {
		if err := a.sync(ctx); err != nil {
			return &bot.RetryError{Err: err}
		}
		if stood, ok = a.fold.posted(o.Room.String(), number); !ok {
			return bot.ErrGone
		}
	}
	m := storedMessage(o.Message)
	if m.equal(stood) {
		return nil
	}
	e := entry{Kind: kindEdit, At: a.config.Now().UTC(), Room: o.Room.String(), Edits: number, Message: m}
	if _, err := a.append(ctx, "", e); err != nil {
		return &bot.RetryError{Err: err}
	}
	return nil
}

func (a *Adapter) knowRoom(ctx context.Context, r bot.Room) error {
	if r.Direct != "" {
		_, err := a.lookUp(ctx, r.Direct)
		return err
	}
	for _, c := range a.channels {
		if c.Address == r.Channel {
			return nil
		}
	}
	return errors.New("web chat: no such channel")
}

// messageID is the id of the message that an entry of the stream began.
func messageID(position int64) string { return "m" + strconv.FormatInt(position, 10) }

// messageNumber is the way back, 0 for what is no id.
func messageNumber(id string) int64 {
	digits, ok := strings.CutPrefix(id, "m")
	if !ok || digits == "" || digits[0] < '1' || digits[0] > '9' {
		return 0
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 {
		return 0
	}
	return n
}

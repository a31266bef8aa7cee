package web

import (
	"context"
	"errors"

	"helptic/bot"
)

// Send implements bot.Adapter. A repeated key finds the message that the first call stored.
func (a *Adapter) Send(ctx context.Context, o bot.Outgoing) (string, error) {
	if err := a.start(ctx); err != nil {
		return "", &bot.RetryError{Err: err}
	}
	if err := a.checkRoom(ctx, o.Room); err != nil {
		return "", err
	}
	e := entry{
		Kind: kindBotMessage, At: a.config.Now().UTC(), Room: o.Room.String(), EphemeralFor: o.EphemeralFor,
		Content: newContent(o.Message),
	}
	if o.Thread != "" {
		e.Thread = a.projection.root(o.Room.String(), messageNumber(o.Thread))
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

// Edit implements bot.Adapter. An edit that changes nothing is not stored.
func (a *Adapter) Edit(ctx context.Context, id string, o bot.Outgoing) error {
	if err := a.start(ctx); err != nil {
		return &bot.RetryError{Err: err}
	}
	if err := a.checkRoom(ctx, o.Room); err != nil {
		return err
	}
	number := messageNumber(id)
	old, ok := a.projection.botContent(o.Room.String(), number)
	if !ok {
		if err := a.sync(ctx); err != nil {
			return &bot.RetryError{Err: err}
		}
		if old, ok = a.projection.botContent(o.Room.String(), number); !ok {
			return bot.ErrGone
		}
	}
	c := newContent(o.Message)
	if c.equal(old) {
		return nil
	}
	e := entry{Kind: kindEdit, At: a.config.Now().UTC(), Room: o.Room.String(), Edits: number, Content: c}
	if _, err := a.append(ctx, "", e); err != nil {
		return &bot.RetryError{Err: err}
	}
	return nil
}

// checkRoom fails for a room that this chat does not have.
func (a *Adapter) checkRoom(ctx context.Context, r bot.Room) error {
	if r.Direct != "" {
		_, err := a.lookUp(ctx, r.Direct)
		return err
	}
	if !a.isChannel(r.Channel) {
		return errors.New("web chat: no such channel")
	}
	return nil
}

package slack

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"helptic/bot"
)

// shorten returns the value, or a reference to it if it is longer than a limit of Slack's.
func (a *Adapter) shorten(ctx context.Context, value string, limit int) (string, error) {
	if length(value) <= limit && !strings.HasPrefix(value, longValuePrefix) {
		return value, nil
	}
	position, err := a.config.AppendLog.Append(ctx, streamLongValues, digest(value), []byte(value))
	if err != nil {
		return "", &bot.RetryError{Err: err}
	}
	return longValuePrefix + strconv.FormatInt(position, 10), nil
}

// expand is the reverse of shorten. It returns "" for a reference to nothing.
func (a *Adapter) expand(ctx context.Context, value string) (string, error) {
	digits, ok := strings.CutPrefix(value, longValuePrefix)
	if !ok {
		return value, nil
	}
	position, notOurs := strconv.ParseInt(digits, 10, 64)
	if notOurs != nil || position < 1 {
		return "", nil //nolint:nilerr // a reference to nothing
	}
	e, err := a.entry(ctx, streamLongValues, position)
	return string(e.Body), err
}

// entry reads one entry, an empty one if there is none.
func (a *Adapter) entry(ctx context.Context, stream string, position int64) (bot.Entry, error) {
	entries, err := a.config.AppendLog.Read(ctx, stream, position-1, 1)
	if err != nil || len(entries) == 0 || entries[0].Position != position {
		return bot.Entry{}, err
	}
	return entries[0], nil
}

// loadOrStore returns the value that a stream has under a key, and stores value if there
// is none yet.
func loadOrStore[T any](ctx context.Context, a *Adapter, stream, key string, value T) (T, error) {
	var stored T
	body, err := json.Marshal(value)
	if err != nil {
		return stored, err
	}
	position, err := a.config.AppendLog.Append(ctx, stream, key, body)
	if err != nil {
		return stored, &bot.RetryError{Err: err}
	}
	e, err := a.entry(ctx, stream, position)
	if err != nil {
		return stored, &bot.RetryError{Err: err}
	}
	return stored, json.Unmarshal(e.Body, &stored)
}

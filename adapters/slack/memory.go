package slack

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"helptic/bot"
)

// Streams of the memory: words that are too long for Slack, messages that were begun to
// be posted, and where stored files came from.
const (
	streamWords = "slack/words"
	streamSends = "slack/sends"
	streamFiles = "slack/files"
)

// longMark begins what stands for a long text: its position in the stream follows.
const longMark = "~"

// short is a text that fits into a limit of Slack's, or what stands for it.
func (a *Adapter) short(ctx context.Context, text string, limit int) (string, error) {
	if length(text) <= limit && !strings.HasPrefix(text, longMark) {
		return text, nil
	}
	position, err := a.config.AppendLog.Append(ctx, streamWords, digest(text), []byte(text))
	if err != nil {
		return "", &bot.RetryError{Err: err}
	}
	return longMark + strconv.FormatInt(position, 10), nil
}

// whole is the way back; "" where it stands for nothing.
func (a *Adapter) whole(ctx context.Context, text string) (string, error) {
	digits, ok := strings.CutPrefix(text, longMark)
	if !ok {
		return text, nil
	}
	position, notOurs := strconv.ParseInt(digits, 10, 64)
	if notOurs != nil || position < 1 {
		return "", nil //nolint:nilerr // it stands for nothing
	}
	e, err := a.entry(ctx, streamWords, position)
	return string(e.Body), err
}

// entry reads one entry; an empty one where there is none.
func (a *Adapter) entry(ctx context.Context, stream string, position int64) (bot.Entry, error) {
	entries, err := a.config.AppendLog.Read(ctx, stream, position-1, 1)
	if err != nil || len(entries) == 0 || entries[0].Position != position {
		return bot.Entry{}, err
	}
	return entries[0], nil
}

// first keeps a value under a key unless there is one, and returns the one there is.
func first[T any](ctx context.Context, a *Adapter, stream, key string, value T) (T, error) {
	var kept T
	body, err := json.Marshal(value)
	if err != nil {
		return kept, err
	}
	position, err := a.config.AppendLog.Append(ctx, stream, key, body)
	if err != nil {
		return kept, &bot.RetryError{Err: err}
	}
	e, err := a.entry(ctx, stream, position)
	if err != nil {
		return kept, &bot.RetryError{Err: err}
	}
	return kept, json.Unmarshal(e.Body, &kept)
}

// begun is that a message began to be posted.
type begun struct {
	At   time.Time `json:"at"`
	Once string    `json:"once"` // of whoever began
}

// source is where a stored file was shared in Slack; empty for one from elsewhere.
type source struct {
	User    string `json:"user,omitempty"`
	Channel string `json:"channel,omitempty"`
}

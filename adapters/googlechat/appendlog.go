package googlechat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"helptic/bot"
)

// Streams of the append-only log.
const (
	streamPeople  = "googlechat/people/" // + resource name of a user: storedProfile
	streamForms   = "googlechat/forms"   // storedForm
	streamDeleted = "googlechat/gone/"   // + message id: keys are the names of the post's deleted messages
	streamRoots   = "googlechat/roots/"  // + name of a thread's first message: storedRoot
	streamDomains = "googlechat/home"    // keys are the domains of the organization
)

// emptyBody is the body of an entry that has only a key.
var emptyBody = []byte("{}")

// readStream reads all entries of a stream.
func (a *Adapter) readStream(ctx context.Context, stream string, each func(bot.Entry) error) error {
	const batch = 100
	for after := int64(0); ; {
		entries, err := a.config.AppendLog.Read(ctx, stream, after, batch)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := each(e); err != nil {
				return err
			}
			after = e.Position
		}
		if len(entries) < batch {
			return nil
		}
	}
}

// saveForm stores a form for the process that receives its values. The id of the same form is the same.
func (a *Adapter) saveForm(ctx context.Context, f bot.Form) (id string, err error) {
	body, err := json.Marshal(newStoredForm(f))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	position, err := a.config.AppendLog.Append(ctx, streamForms, hex.EncodeToString(sum[:]), body)
	if err != nil {
		return "", fmt.Errorf("store a form: %w", err)
	}
	return strconv.FormatInt(position, 10), nil
}

var errFormNotFound = errors.New("google chat: form not found")

func (a *Adapter) loadForm(ctx context.Context, id string) (bot.Form, error) {
	position, err := strconv.ParseInt(id, 10, 64)
	if err != nil || position < 1 {
		return bot.Form{}, errFormNotFound
	}
	entries, err := a.config.AppendLog.Read(ctx, streamForms, position-1, 1)
	switch {
	case err != nil:
		return bot.Form{}, fmt.Errorf("load a form: %w", err)
	case len(entries) == 0 || entries[0].Position != position:
		return bot.Form{}, errFormNotFound
	}
	var stored storedForm
	if err := json.Unmarshal(entries[0].Body, &stored); err != nil {
		return bot.Form{}, fmt.Errorf("decode a form: %w", err)
	}
	return stored.form(), nil
}

// recordDeleted records that a message of a post was deleted: its id may not be used again.
func (a *Adapter) recordDeleted(ctx context.Context, r bot.Room, key, message string) error {
	if _, err := a.config.AppendLog.Append(ctx, deletedStream(r, key), message, emptyBody); err != nil {
		return &bot.RetryError{Err: err}
	}
	return nil
}

// generation is the number of a post's messages that were deleted, and the name of the last one.
func (a *Adapter) generation(ctx context.Context, r bot.Room, key string) (n int64, last string, err error) {
	err = a.readStream(ctx, deletedStream(r, key), func(e bot.Entry) error { n, last = e.Position, e.Key; return nil })
	return n, last, err
}

func deletedStream(r bot.Room, key string) string { return streamDeleted + messageID(r, key, 0) }

// recordRoot records which message replaces the deleted first message of a thread.
func (a *Adapter) recordRoot(ctx context.Context, root, message string) error {
	body, err := json.Marshal(storedRoot(message))
	if err != nil {
		return err
	}
	if _, err := a.config.AppendLog.Append(ctx, streamRoots+root, message, body); err != nil {
		return &bot.RetryError{Err: err}
	}
	return nil
}

// currentRoot is the message that stands for the first of a thread: itself, or its replacement.
func (a *Adapter) currentRoot(ctx context.Context, root string) (string, error) {
	if root == "" {
		return "", nil
	}
	current := storedRoot(root)
	err := a.readStream(ctx, streamRoots+root, func(e bot.Entry) error { return json.Unmarshal(e.Body, &current) })
	return string(current), err
}

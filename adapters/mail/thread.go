package mail

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"helptic/bot"
)

// thread has the Message-ID of a mail and the Message-ID of the root of its thread. No mail has
// the root as its own id: mailboxes group the mails that refer to it.
type thread struct{ id, root string }

// threadFor derives both ids from the key and the recipient, so a repeated mail has the same ids.
// The root is derived from the first two parts of the key: "ticket/12" of "ticket/12/mail/r3".
func (a *Adapter) threadFor(ctx context.Context, key, to string) (thread, error) {
	seed, err := a.messageIDSeed(ctx)
	if err != nil {
		return thread{}, &bot.RetryError{Err: fmt.Errorf("mail: seed of the Message-IDs: %w", err)}
	}
	id := func(key string) string {
		sum := sha256.Sum256([]byte(seed + "\n" + key + "\n" + to))
		return "<" + hex.EncodeToString(sum[:16]) + "@" + domain(a.from.Address) + ">"
	}
	parts := strings.SplitN(key, "/", 3)
	return thread{id: id(key), root: id(strings.Join(parts[:min(2, len(parts))], "/"))}, nil
}

// messageIDSeed is a random word of the database, so that ticket 1 of a test installation and
// ticket 1 of the real desk are two threads. It is stored once; testdata/thread.txt holds what is
// derived from it.
func (a *Adapter) messageIDSeed(ctx context.Context) (string, error) {
	const stream = "mail/seed"
	a.seedMu.Lock()
	defer a.seedMu.Unlock()
	if a.seed != "" {
		return a.seed, nil
	}
	// The key makes the first process that appends win.
	position, err := a.appendLog.Append(ctx, stream, "seed", []byte(rand.Text()))
	if err != nil {
		return "", err
	}
	entries, err := a.appendLog.Read(ctx, stream, position-1, 1)
	if err != nil {
		return "", err
	}
	if len(entries) != 1 {
		return "", errors.New("the stored seed was not found")
	}
	a.seed = string(entries[0].Body)
	return a.seed, nil
}

func domain(address string) string {
	_, after, _ := strings.Cut(address, "@")
	return after
}

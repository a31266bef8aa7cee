package mail

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"helptic/bot"
)

// thread is where a mail stands in mailboxes: its Message-ID, and that of what it belongs to.
// No mail bears the root; mailboxes gather those that refer to it.
type thread struct{ id, root string }

// threadOf makes both of the key and the recipient, so that the same mail has the same ones.
// The root is of what the key's first two parts name: "ticket/12" of "ticket/12/mail/r3".
func (a *Adapter) threadOf(ctx context.Context, key, to string) (thread, error) {
	seed, err := a.databaseSeed(ctx)
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

// databaseSeed is the database's own, made once, so that ticket 1 of a trial and of the real
// desk are not one thread.
func (a *Adapter) databaseSeed(ctx context.Context) (string, error) {
	const stream = "mail/seed"
	a.seeding.Lock()
	defer a.seeding.Unlock()
	if a.seed != "" {
		return a.seed, nil
	}
	// The first process to write it decides: the key is taken for the others.
	position, err := a.memory.Append(ctx, stream, "seed", []byte(rand.Text()))
	if err != nil {
		return "", err
	}
	entries, err := a.memory.Read(ctx, stream, position-1, 1)
	if err != nil || len(entries) != 1 {
		return "", fmt.Errorf("%d entries: %w", len(entries), err)
	}
	a.seed = string(entries[0].Body)
	return a.seed, nil
}

func domain(address string) string {
	_, after, _ := strings.Cut(address, "@")
	return after
}

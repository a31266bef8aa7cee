package web

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"helptic/bot"
)

// stream is the stream of the append-only log that holds the chat. The position of an entry is
// also the number of the message that it begins, and the id of its server-sent event.
const stream = "web/chat"

const (
	readBatch    = 500
	pollInterval = time.Second
)

// The kinds of entry. Entries of an unknown kind, which a newer version wrote, are skipped.
const (
	kindPerson        = "person"
	kindBotMessage    = "post"
	kindEdit          = "edit" // new content of a bot message
	kindPersonMessage = "say"
	kindFile          = "file" // a person uploaded a file
)

// entry is one entry of the stream. The shape is stored: a field may be added, but no field may
// change its tag or its meaning. testdata/stream.jsonl holds an entry of every kind.
type entry struct {
	Kind           string    `json:"kind"`
	At             time.Time `json:"at"`
	Room           string    `json:"room,omitempty"`
	Thread         int64     `json:"thread,omitempty"` // number of the root message of the thread
	EphemeralFor   string    `json:"only,omitempty"`
	Edits          int64     `json:"edits,omitempty"` // number of the edited message
	From           string    `json:"from,omitempty"`
	IdempotencyKey string    `json:"once,omitempty"` // UUID of the request of the page
	Content        *content  `json:"message,omitempty"`
	Person         *person   `json:"person,omitempty"`
	File           *bot.File `json:"file,omitempty"`
}

// append stores an entry. When it returns, the projection of this process includes the entry.
func (a *Adapter) append(ctx context.Context, key string, e entry) (int64, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return 0, fmt.Errorf("encode a %s: %w", e.Kind, err)
	}
	position, err := a.config.AppendLog.Append(ctx, stream, key, body)
	if err != nil {
		return 0, fmt.Errorf("append a %s: %w", e.Kind, err)
	}
	if a.projection.current() >= position {
		return position, nil
	}
	return position, a.sync(ctx)
}

// sync applies the entries that any process appended since the last sync.
func (a *Adapter) sync(ctx context.Context) error {
	a.syncMu.Lock()
	defer a.syncMu.Unlock()
	for {
		entries, err := a.config.AppendLog.Read(ctx, stream, a.projection.current(), readBatch)
		if err != nil {
			return fmt.Errorf("read the chat: %w", err)
		}
		for _, e := range entries {
			var decoded entry
			if err := json.Unmarshal(e.Body, &decoded); err != nil {
				a.log.Error().Err(err).Int64("position", e.Position).Msg("entry of the append-only log not decoded, skipping it")
				decoded = entry{}
			}
			a.projection.apply(e.Position, decoded)
		}
		if len(entries) < readBatch {
			return nil
		}
	}
}

// poll applies what other processes append, until the context ends.
func (a *Adapter) poll(ctx context.Context) {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := a.sync(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !failing:
			a.log.Warn().Err(err).Msg("append-only log not read, retrying every second")
		case err == nil && failing:
			a.log.Info().Msg("append-only log read again")
		}
		failing = err != nil
	}
}

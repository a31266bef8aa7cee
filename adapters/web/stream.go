package web

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"helptic/bot"
)

// stream holds all that happened in the chat, in order: the position of an entry is
// the number of the message that it begins and the id of the event that tells of it.
const stream = "web/chat"

const (
	readAtOnce  = 500
	followEvery = time.Second
)

// The kinds of entry. A kind that a newer program wrote is passed over.
const (
	kindPerson = "person"
	kindPost   = "post" // the bot's message
	kindEdit   = "edit" // its new face
	kindSay    = "say"  // a person's message
	kindFile   = "file" // somebody stored a file
)

// entry is one entry of the stream. What is stored must stay readable: fields are
// added, never given another meaning.
type entry struct {
	Kind    string    `json:"kind"`
	At      time.Time `json:"at"`
	Room    string    `json:"room,omitempty"`
	Thread  int64     `json:"thread,omitempty"` // the message that begins the thread
	Only    string    `json:"only,omitempty"`
	Edits   int64     `json:"edits,omitempty"`
	From    string    `json:"from,omitempty"`
	Once    string    `json:"once,omitempty"` // the UUID under which the page sent it
	Message *message  `json:"message,omitempty"`
	Person  *person   `json:"person,omitempty"`
	File    *bot.File `json:"file,omitempty"`
}

// append stores an entry and returns once this process shows it.
func (a *Adapter) append(ctx context.Context, key string, e entry) (int64, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return 0, fmt.Errorf("encode a %s: %w", e.Kind, err)
	}
	position, err := a.config.AppendLog.Append(ctx, stream, key, body)
	if err != nil {
		return 0, fmt.Errorf("append a %s: %w", e.Kind, err)
	}
	if a.fold.at() >= position {
		return position, nil
	}
	return position, a.sync(ctx)
}

// sync folds what was appended since the last time, by whichever process.
func (a *Adapter) sync(ctx context.Context) error {
	a.following.Lock()
	defer a.following.Unlock()
	for {
		entries, err := a.config.AppendLog.Read(ctx, stream, a.fold.at(), readAtOnce)
		if err != nil {
			return fmt.Errorf("read the chat: %w", err)
		}
		for _, e := range entries {
			var decoded entry
			if err := json.Unmarshal(e.Body, &decoded); err != nil {
				a.log.Error().Err(err).Int64("position", e.Position).Msg("an entry of the chat cannot be read; it is passed over")
				decoded = entry{}
			}
			a.fold.add(e.Position, decoded)
		}
		if len(entries) < readAtOnce {
			return nil
		}
	}
}

// follow shows what other processes append.
func (a *Adapter) follow(ctx context.Context) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := a.sync(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !failing:
			a.log.Warn().Err(err).Msg("the chat cannot be read; trying again every second")
		case err == nil && failing:
			a.log.Info().Msg("the chat can be read again")
		}
		failing = err != nil
	}
}

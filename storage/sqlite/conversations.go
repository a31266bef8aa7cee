package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"helptic/storage"
)

// Conversation implements storage.Store.
func (s *Store) Conversation(ctx context.Context, person string) (*storage.Conversation, error) {
	return scanConversation(s.read.QueryRowContext(ctx, "SELECT doc FROM conversations WHERE person = ?", person))
}

func scanConversation(r row) (*storage.Conversation, error) {
	var doc []byte
	if err := r.Scan(&doc); errors.Is(err, sql.ErrNoRows) {
		return nil, storage.ErrNotFound
	} else if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	c := new(storage.Conversation)
	if err := json.Unmarshal(doc, c); err != nil {
		return nil, fmt.Errorf("sqlite: conversation cannot be read: %w", err)
	}
	return c, nil
}

// SaveConversation implements storage.Store.
func (s *Store) SaveConversation(ctx context.Context, c *storage.Conversation) error {
	next := exact(*c)
	next.Version++
	doc, err := json.Marshal(&next)
	if err != nil {
		return err
	}
	err = s.do(ctx, func(tx *sql.Tx) error {
		if c.Version == 0 {
			return changedOne(tx.Exec("INSERT INTO conversations (person, id, version, touched_at, doc) VALUES (?, ?, 1, ?, ?) ON CONFLICT DO NOTHING",
				c.Person, c.ID, millis(c.TouchedAt), doc))
		}
		return changedOne(tx.Exec("UPDATE conversations SET id = ?, version = ?, touched_at = ?, doc = ? WHERE person = ? AND version = ?",
			c.ID, next.Version, millis(c.TouchedAt), doc, c.Person, c.Version))
	})
	if err == nil {
		c.Version = next.Version
	}
	return err
}

// Idle implements storage.Store.
func (s *Store) Idle(ctx context.Context, since time.Time, limit int) ([]*storage.Conversation, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT doc FROM conversations WHERE id <> '' AND touched_at < ? ORDER BY touched_at LIMIT ?", millis(since), limit)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	defer rows.Close()
	var out []*storage.Conversation
	for rows.Next() {
		c, err := scanConversation(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

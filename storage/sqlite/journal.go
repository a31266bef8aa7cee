package sqlite

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"helptic/bot"
)

// Accept implements bot.Journal.
func (s *Store) Accept(ctx context.Context, e bot.StoredEvent) (fresh bool, err error) {
	err = s.do(ctx, func(tx *sql.Tx) error {
		r, err := tx.Exec("INSERT INTO events (key, lane, body, at, until) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			e.Key, e.OrderingKey, e.Body, millis(e.At), millis(e.Until))
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		fresh = n == 1
		return err
	})
	return fresh, err
}

// LeaseEvents implements bot.Journal.
func (s *Store) LeaseEvents(ctx context.Context, now, until time.Time, limit int) ([]bot.StoredEvent, error) {
	var out []bot.StoredEvent
	err := s.do(ctx, func(tx *sql.Tx) error {
		rows, err := tx.Query("SELECT key, lane, body, answer, answer IS NOT NULL, at FROM events WHERE done = 0 AND until < ? ORDER BY seq LIMIT ?", millis(now), limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			e := bot.StoredEvent{Until: until.UTC().Truncate(time.Millisecond)}
			var at int64
			var handled bool
			if err := rows.Scan(&e.Key, &e.OrderingKey, &e.Body, &e.Answer, &handled, &at); err != nil {
				return err
			}
			if handled && e.Answer == nil { // as the driver reads an empty one
				e.Answer = []byte{}
			}
			e.At = instant(at)
			out = append(out, e)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		for _, e := range out {
			if _, err := tx.Exec("UPDATE events SET until = ? WHERE key = ?", millis(until), e.Key); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// RenewEvents implements bot.Journal.
func (s *Store) RenewEvents(ctx context.Context, keys []string, until time.Time) error {
	return s.do(ctx, func(tx *sql.Tx) error {
		for _, key := range keys {
			if _, err := tx.Exec("UPDATE events SET until = ? WHERE key = ? AND done = 0", millis(until), key); err != nil {
				return err
			}
		}
		return nil
	})
}

// MarkHandled implements bot.Journal.
func (s *Store) MarkHandled(ctx context.Context, key string, answer []byte) error {
	if answer == nil {
		answer = []byte{} // it is handled, whatever it is answered with
	}
	return s.do(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE events SET answer = ? WHERE key = ? AND done = 0", answer, key)
		return err
	})
}

// MarkDone implements bot.Journal.
func (s *Store) MarkDone(ctx context.Context, key string) error {
	return s.do(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE events SET done = 1, body = NULL, answer = NULL WHERE key = ?", key)
		return err
	})
}

// MessageID implements bot.Journal.
func (s *Store) MessageID(ctx context.Context, room, key string) (string, error) {
	return s.text(ctx, "SELECT id FROM posts WHERE room = ? AND key = ?", room, key)
}

// PostKey implements bot.Journal.
func (s *Store) PostKey(ctx context.Context, room, id string) (string, error) {
	return s.text(ctx, "SELECT key FROM posts WHERE room = ? AND id = ?", room, id)
}

func (s *Store) text(ctx context.Context, query string, args ...any) (string, error) {
	var v string
	err := s.read.QueryRowContext(ctx, query, args...).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return v, err
}

// SaveMessageID implements bot.Journal.
func (s *Store) SaveMessageID(ctx context.Context, room, key, id string) error {
	return s.do(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO posts (room, key, id) VALUES (?, ?, ?) ON CONFLICT (room, key) DO UPDATE SET id = excluded.id", room, key, id)
		return err
	})
}

// Append implements bot.AppendLog.
func (s *Store) Append(ctx context.Context, stream, key string, body []byte) (position int64, err error) {
	if body == nil {
		body = []byte{}
	}
	err = s.do(ctx, func(tx *sql.Tx) error {
		if key != "" {
			err := tx.QueryRow("SELECT position FROM memory WHERE stream = ? AND key = ?", stream, key).Scan(&position)
			if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		if err := tx.QueryRow("SELECT coalesce(max(position), 0) + 1 FROM memory WHERE stream = ?", stream).Scan(&position); err != nil {
			return err
		}
		_, err := tx.Exec("INSERT INTO memory (stream, position, key, body) VALUES (?, ?, ?, ?)", stream, position, sql.NullString{String: key, Valid: key != ""}, body)
		return err
	})
	if err != nil {
		return 0, err
	}
	return position, nil
}

// Read implements bot.AppendLog.
func (s *Store) Read(ctx context.Context, stream string, after int64, limit int) ([]bot.Entry, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT position, coalesce(key, ''), body FROM memory WHERE stream = ? AND position > ? ORDER BY position LIMIT ?", stream, after, limit)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	defer rows.Close()
	var out []bot.Entry
	for rows.Next() {
		var e bot.Entry
		if err := rows.Scan(&e.Position, &e.Key, &e.Body); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// SaveFile implements bot.Files.
func (s *Store) SaveFile(ctx context.Context, name, mediaType string, r io.Reader) (bot.File, error) {
	data, err := io.ReadAll(io.LimitReader(r, s.maxFile+1))
	if err != nil {
		return bot.File{}, err
	}
	if int64(len(data)) > s.maxFile {
		return bot.File{}, bot.ErrTooLarge
	}
	sum := sha256.Sum256(data)
	f := bot.File{ID: rand.Text(), Name: name, Type: mediaType, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
	return f, s.do(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO files (id, name, type, size, sha256, bytes) VALUES (?, ?, ?, ?, ?, ?)", f.ID, f.Name, f.Type, f.Size, f.SHA256, data)
		return err
	})
}

// StatFile implements bot.Files. The bytes stay where they are.
func (s *Store) StatFile(ctx context.Context, id string) (bot.File, error) {
	f := bot.File{ID: id}
	err := s.read.QueryRowContext(ctx, "SELECT name, type, size, sha256 FROM files WHERE id = ?", id).Scan(&f.Name, &f.Type, &f.Size, &f.SHA256)
	if errors.Is(err, sql.ErrNoRows) {
		return bot.File{}, bot.ErrNoFile
	} else if err != nil {
		return bot.File{}, fmt.Errorf("sqlite: %w", err)
	}
	return f, nil
}

// OpenFile implements bot.Files.
func (s *Store) OpenFile(ctx context.Context, id string) (bot.File, io.ReadCloser, error) {
	f := bot.File{ID: id}
	var data []byte
	err := s.read.QueryRowContext(ctx, "SELECT name, type, size, sha256, bytes FROM files WHERE id = ?", id).Scan(&f.Name, &f.Type, &f.Size, &f.SHA256, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return bot.File{}, nil, bot.ErrNoFile
	} else if err != nil {
		return bot.File{}, nil, fmt.Errorf("sqlite: %w", err)
	}
	return f, io.NopCloser(bytes.NewReader(data)), nil
}

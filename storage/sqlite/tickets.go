package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"helptic/storage"
	"helptic/ticket"
)

// CreateTicket implements storage.Store. The writer is alone, so last + 1 is nobody else's.
func (s *Store) CreateTicket(ctx context.Context, t *ticket.Ticket, fill func(*ticket.Ticket)) (bool, error) {
	fresh := false
	made := exact(*t) // the caller keeps its own while the writer works
	err := s.do(ctx, func(tx *sql.Tx) error {
		there, err := scan(tx.QueryRow("SELECT doc FROM tickets WHERE draft = ?", made.Draft))
		if err == nil {
			made = *there
			return nil
		} else if !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		if err := tx.QueryRow("SELECT coalesce(max(number), 0) + 1 FROM tickets").Scan(&made.Number); err != nil {
			return err
		}
		made.Version = 1
		fill(&made)
		made = exact(made)
		doc, err := json.Marshal(&made)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO tickets (number, draft, version, requester, assignee, official, state, owed_at, lease_until, wake_at, doc)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, append(columns(&made), doc)...)
		fresh = err == nil
		return err
	})
	if err != nil {
		return false, err
	}
	*t = made
	return fresh, nil
}

// columns are what a ticket is searched by.
func columns(t *ticket.Ticket) []any {
	assignee, official := "", ""
	if t.Assignee != nil {
		assignee = t.Assignee.ID
	}
	if t.Escalation != nil {
		official = t.Escalation.Official.ID
	}
	return []any{t.Number, t.Draft, t.Version, t.Requester.ID, assignee, official, string(t.State), millis(t.NotifyAt), millis(t.LeaseUntil), millis(t.WakeAt)}
}

// Ticket implements storage.Store.
func (s *Store) Ticket(ctx context.Context, number int64) (*ticket.Ticket, error) {
	return scan(s.read.QueryRowContext(ctx, "SELECT doc FROM tickets WHERE number = ?", number))
}

type row interface{ Scan(...any) error }

func scan(r row) (*ticket.Ticket, error) {
	var doc []byte
	if err := r.Scan(&doc); errors.Is(err, sql.ErrNoRows) {
		return nil, storage.ErrNotFound
	} else if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	t := new(ticket.Ticket)
	if err := json.Unmarshal(doc, t); err != nil {
		return nil, fmt.Errorf("sqlite: ticket cannot be read: %w", err)
	}
	return t, nil
}

// UpdateTicket implements storage.Store.
func (s *Store) UpdateTicket(ctx context.Context, number int64, change func(*ticket.Ticket) error) (*ticket.Ticket, error) {
	for range storage.Attempts {
		t, err := s.Ticket(ctx, number)
		if err != nil {
			return nil, err
		}
		read := t.Version
		t.Version++
		if err := change(t); errors.Is(err, storage.ErrUnchanged) {
			return s.Ticket(ctx, number)
		} else if err != nil {
			return nil, err
		}
		t = exact(t)
		switch err := s.replace(ctx, t, read); {
		case err == nil:
			return t, nil
		case !errors.Is(err, storage.ErrConflict):
			return nil, err
		}
	}
	return nil, storage.ErrConflict
}

// replace writes a ticket where the version that was read still stands.
func (s *Store) replace(ctx context.Context, t *ticket.Ticket, read int64) error {
	doc, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return s.do(ctx, func(tx *sql.Tx) error {
		r, err := tx.Exec(`UPDATE tickets SET number = ?, draft = ?, version = ?, requester = ?, assignee = ?, official = ?, state = ?,
			owed_at = ?, lease_until = ?, wake_at = ?, doc = ? WHERE number = ? AND version = ?`, append(columns(t), doc, t.Number, read)...)
		return changedOne(r, err)
	})
}

func changedOne(r sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return storage.ErrConflict
}

// Tickets implements storage.Store.
func (s *Store) Tickets(ctx context.Context, q storage.Query) ([]*ticket.Ticket, error) {
	where, args := []string{"1 = 1"}, []any{}
	for column, v := range map[string]string{"requester": q.Requester, "assignee": q.Assignee, "official": q.Official, "draft": q.Draft} {
		if v != "" {
			where, args = append(where, column+" = ?"), append(args, v)
		}
	}
	if len(q.States) > 0 {
		where = append(where, "state IN (?"+strings.Repeat(", ?", len(q.States)-1)+")")
		for _, st := range q.States {
			args = append(args, string(st))
		}
	}
	if q.Before > 0 {
		where, args = append(where, "number < ?"), append(args, q.Before)
	}
	limit := q.Limit
	if limit == 0 {
		limit = 100
	}
	return list(s.read.QueryContext(ctx, "SELECT doc FROM tickets WHERE "+strings.Join(where, " AND ")+" ORDER BY number DESC LIMIT ?", append(args, limit)...))
}

func list(rows *sql.Rows, err error) ([]*ticket.Ticket, error) {
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	defer rows.Close()
	var out []*ticket.Ticket
	for rows.Next() {
		t, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

// LeaseNotifications implements storage.Store.
func (s *Store) LeaseNotifications(ctx context.Context, now, until time.Time, limit int) ([]*ticket.Ticket, error) {
	found, err := list(s.read.QueryContext(ctx, `SELECT doc FROM tickets
		WHERE owed_at > 0 AND owed_at <= ? AND lease_until <= ? ORDER BY owed_at LIMIT ?`, millis(now), millis(now), limit))
	if err != nil {
		return nil, err
	}
	var leased []*ticket.Ticket
	for _, t := range found {
		read := t.Version
		t.Version++
		t.LeaseUntil = until.UTC().Truncate(time.Millisecond)
		switch err := s.replace(ctx, t, read); {
		case err == nil:
			leased = append(leased, t)
		case !errors.Is(err, storage.ErrConflict): // else somebody changed it: it is found next time
			return leased, err
		}
	}
	return leased, nil
}

// Due implements storage.Store.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]int64, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT number FROM tickets WHERE wake_at > 0 AND wake_at <= ? ORDER BY wake_at LIMIT ?", millis(now), limit)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

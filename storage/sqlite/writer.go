package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
)

// groupSize is how many writes one commit takes at most.
const groupSize = 256

// errClosed is the answer to a write after Close.
var errClosed = errors.New("the database is closed")

// job is a write that waits for the commit of its group.
type job struct {
	do   func(*sql.Tx) error
	done chan error
	// taken is set once: by the writer, or by who asked and waits no longer.
	taken atomic.Bool
}

// do runs a write in the next group and returns when it is on the disk. When the context
// ends before its turn it does not happen; a write that has begun is waited for.
func (s *Store) do(ctx context.Context, write func(*sql.Tx) error) error {
	j := &job{do: write, done: make(chan error, 1)}
	select {
	case <-s.closed:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	default:
	}
	select {
	case s.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.closed:
		return errClosed
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
		if j.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
	case <-s.done:
	}
	select {
	case err := <-j.done:
		return err
	case <-s.done:
		select {
		case err := <-j.done:
			return err
		default:
			return errClosed
		}
	}
}

// writer commits groups of writes until the store is closed and nothing is left.
func (s *Store) writer() {
	defer close(s.done)
	for {
		var first *job
		select {
		case first = <-s.jobs:
		default:
			select {
			case first = <-s.jobs:
			case <-s.closed:
				return
			}
		}
		group := []*job{first}
	fill:
		for len(group) < groupSize {
			select {
			case j := <-s.jobs:
				group = append(group, j)
			default:
				break fill
			}
		}
		s.commit(group)
	}
}

// commit writes a group in one transaction. One that fails is undone by itself and the
// rest is written; nobody is answered before the commit stands.
func (s *Store) commit(group []*job) {
	group = slices.DeleteFunc(group, func(j *job) bool { return !j.taken.CompareAndSwap(false, true) })
	if len(group) == 0 {
		return
	}
	results := make([]error, len(group))
	err := func() error {
		tx, err := s.write.BeginTx(context.Background(), nil)
		if err != nil {
			return err
		}
		for i, j := range group {
			if results[i], err = savepoint(tx, j.do, len(group) > 1); err != nil {
				return errors.Join(err, tx.Rollback())
			}
		}
		if len(group) == 1 && results[0] != nil {
			return tx.Rollback()
		}
		return tx.Commit()
	}()
	for i, j := range group {
		if err != nil && results[i] == nil {
			results[i] = fmt.Errorf("sqlite: %w", err)
		}
		j.done <- results[i]
	}
}

// savepoint runs one write of several; its own failure undoes it alone.
func savepoint(tx *sql.Tx, write func(*sql.Tx) error, several bool) (result, broken error) {
	if !several {
		return write(tx), nil
	}
	if _, err := tx.Exec("SAVEPOINT one"); err != nil {
		return nil, err
	}
	if result = write(tx); result != nil {
		_, broken = tx.Exec("ROLLBACK TO one")
	}
	if broken == nil {
		_, broken = tx.Exec("RELEASE one")
	}
	return result, broken
}

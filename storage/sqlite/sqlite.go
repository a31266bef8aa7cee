// Package sqlite keeps the help desk in one file, with nothing to install: SQLite in the
// process, in WAL mode with every commit on the disk before it is reported
// (synchronous=FULL). One writer groups what comes at the same time into one
// commit; reads run beside it. What is searched by is a column, the rest is the
// document beside it, as JSON.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gofrs/flock"
	_ "modernc.org/sqlite" // the driver

	"helptic/storage"
)

// Store is a storage.Store.
type Store struct {
	read    *sql.DB
	write   *sql.DB
	lock    *flock.Flock
	maxFile int64

	jobs    chan *job
	closed  chan struct{}
	done    chan struct{}
	once    sync.Once
	closing error
}

var _ storage.Store = (*Store)(nil)

const fileName = "helptic.db"

// Open opens the database in a folder, which it makes if need be. maxFile is the size
// of the largest attachment in bytes. A folder that another process uses is refused.
func Open(ctx context.Context, dir string, maxFile int64) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{lock: lock, maxFile: maxFile, jobs: make(chan *job, 4096), closed: make(chan struct{}), done: make(chan struct{})}
	if err := s.open(ctx, filepath.Join(dir, fileName)); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), s.closeFiles())
	}
	go s.writer()
	return s, nil
}

// OpenReadOnly opens a database that is there to read it, beside a process that may be
// writing to it.
func OpenReadOnly(ctx context.Context, dir string) (*Store, error) {
	path := filepath.Join(dir, fileName)
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	s := &Store{closed: make(chan struct{}), done: make(chan struct{})}
	close(s.closed)
	var err error
	if s.read, err = sql.Open("sqlite", address(path)+"?_pragma=busy_timeout(5000)&_pragma=query_only(ON)"); err != nil {
		return nil, err
	}
	return s, s.read.PingContext(ctx)
}

// address is the path as the driver wants it.
func address(path string) string {
	return "file:" + strings.ReplaceAll(strings.ReplaceAll(path, "%", "%25"), "?", "%3F")
}

// lockFolder keeps other processes out; the lock ends with the process, however that ends.
func lockFolder(dir string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(dir, "lock"), flock.SetPermissions(0o600))
	switch locked, err := lock.TryLock(); {
	case err != nil:
		return nil, fmt.Errorf("write to the folder: %w", err)
	case !locked:
		return nil, storage.ErrInUse
	}
	return lock, nil
}

func (s *Store) open(ctx context.Context, path string) error {
	const pragmas = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)"
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	name := address(path)
	if s.write, err = sql.Open("sqlite", name+pragmas); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if err := migrate(ctx, s.write); err != nil {
		return err
	}
	// The folder is ours alone: whoever held a lease is dead, and nobody has to wait for it.
	for _, free := range []string{"UPDATE events SET until = 0 WHERE done = 0", "UPDATE tickets SET lease_until = 0 WHERE owed_at > 0"} {
		if _, err := s.write.ExecContext(ctx, free); err != nil {
			return err
		}
	}
	if s.read, err = sql.Open("sqlite", name+pragmas+"&_pragma=query_only(ON)"); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(4)
	return s.read.PingContext(ctx)
}

// migrations bring the schema from each version to the next.
var migrations = []string{`
CREATE TABLE tickets (
	number INTEGER PRIMARY KEY, draft TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
	requester TEXT NOT NULL, assignee TEXT NOT NULL, official TEXT NOT NULL, state TEXT NOT NULL,
	owed_at INTEGER NOT NULL, lease_until INTEGER NOT NULL, wake_at INTEGER NOT NULL, -- 0: never
	doc BLOB NOT NULL
) STRICT;
CREATE INDEX tickets_requester ON tickets (requester, number); -- whose tickets are these?
CREATE INDEX tickets_assignee ON tickets (assignee, number) WHERE assignee <> '';
CREATE INDEX tickets_official ON tickets (official, number) WHERE official <> '';
CREATE INDEX tickets_state ON tickets (state, number);
CREATE INDEX tickets_owed ON tickets (owed_at) WHERE owed_at > 0; -- what is owed now?
CREATE INDEX tickets_wake ON tickets (wake_at) WHERE wake_at > 0; -- what is due now?
CREATE TABLE conversations (
	person TEXT PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL, touched_at INTEGER NOT NULL, doc BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX conversations_idle ON conversations (touched_at) WHERE id <> '';
CREATE TABLE events (
	seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, lane TEXT NOT NULL, body BLOB, answer BLOB,
	at INTEGER NOT NULL, until INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX events_pending ON events (until) WHERE done = 0; -- what did a dead process leave?
CREATE TABLE posts (room TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (room, key)) STRICT, WITHOUT ROWID;
CREATE INDEX posts_id ON posts (room, id); -- which post is this message?
CREATE TABLE memory (
	stream TEXT NOT NULL, position INTEGER NOT NULL, key TEXT, body BLOB NOT NULL, PRIMARY KEY (stream, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX memory_key ON memory (stream, key) WHERE key IS NOT NULL;
CREATE TABLE files (
	id TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, bytes BLOB NOT NULL
) STRICT;
`}

func migrate(ctx context.Context, db *sql.DB) error {
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > len(migrations) {
		return fmt.Errorf("it was written by a newer version of helptic (schema %d, this one knows %d)", version, len(migrations))
	}
	for ; version < len(migrations); version++ {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, migrations[version]+fmt.Sprintf("; PRAGMA user_version = %d", version+1))
		if err != nil {
			return errors.Join(err, tx.Rollback())
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// Ping tells whether the database answers and can be written to.
func (s *Store) Ping(ctx context.Context) error {
	return s.do(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM events WHERE seq < 0")
		return err
	})
}

// Close writes what was taken and closes the files.
func (s *Store) Close() error {
	s.once.Do(func() {
		if s.write != nil {
			close(s.closed)
			<-s.done
		}
		s.closing = s.closeFiles()
	})
	return s.closing
}

func (s *Store) closeFiles() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

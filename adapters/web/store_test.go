package web

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"helptic/bot"
	"helptic/storage/sqlite"
)

// database is a real database that can fail on demand. It outlives the adapters, as a database
// outlives processes.
type database struct {
	*sqlite.Store
	down        atomic.Bool
	journalDown atomic.Bool  // only Accept fails: a crash between the two writes of a message
	accepted    atomic.Int64 // new events
}

func newDatabase(t testing.TB) *database {
	t.Helper()
	store, err := sqlite.Open(t.Context(), t.TempDir(), 64<<20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return &database{Store: store}
}

var errDown = errors.New("database is down")

// fail switches the failure of every call.
func (d *database) fail(down bool) { d.down.Store(down) }

func (d *database) check() error {
	if d.down.Load() {
		return errDown
	}
	return nil
}

func (d *database) Append(ctx context.Context, stream, key string, body []byte) (int64, error) {
	if err := d.check(); err != nil {
		return 0, err
	}
	return d.Store.Append(ctx, stream, key, body)
}

func (d *database) Read(ctx context.Context, stream string, after int64, limit int) ([]bot.Entry, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	return d.Store.Read(ctx, stream, after, limit)
}

func (d *database) SaveFile(ctx context.Context, name, mediaType string, r io.Reader) (bot.File, error) {
	if err := d.check(); err != nil {
		return bot.File{}, err
	}
	return d.Store.SaveFile(ctx, name, mediaType, r)
}

func (d *database) OpenFile(ctx context.Context, id string) (bot.File, io.ReadCloser, error) {
	if err := d.check(); err != nil {
		return bot.File{}, nil, err
	}
	return d.Store.OpenFile(ctx, id)
}

func (d *database) Accept(ctx context.Context, e bot.StoredEvent) (bool, error) {
	if err := d.check(); err != nil {
		return false, err
	}
	if d.journalDown.Load() {
		return false, errDown
	}
	fresh, err := d.Store.Accept(ctx, e)
	if fresh {
		d.accepted.Add(1)
	}
	return fresh, err
}

func (d *database) LeaseEvents(ctx context.Context, now, until time.Time, limit int) ([]bot.StoredEvent, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	return d.Store.LeaseEvents(ctx, now, until, limit)
}

func (d *database) MarkHandled(ctx context.Context, key string, answer []byte) error {
	if err := d.check(); err != nil {
		return err
	}
	return d.Store.MarkHandled(ctx, key, answer)
}

func (d *database) MarkDone(ctx context.Context, key string) error {
	if err := d.check(); err != nil {
		return err
	}
	return d.Store.MarkDone(ctx, key)
}

// length is how many entries a stream has.
func (d *database) length(t testing.TB, stream string) int {
	t.Helper()
	all, err := d.Store.Read(t.Context(), stream, 0, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// typeOf is the media type that a file was stored with.
func (d *database) typeOf(t testing.TB, id string) string {
	t.Helper()
	f, content, err := d.Store.OpenFile(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := content.Close(); err != nil {
		t.Fatal(err)
	}
	return f.Type
}

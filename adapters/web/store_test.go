package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"sync"
	"time"

	"helptic/bot"
)

// database is what storage does, in memory: it outlives the adapters that use it, as a
// database outlives processes.
type database struct {
	mu      sync.Mutex
	down    bool
	streams map[string][]bot.Entry
	keys    map[string]int64
	files   map[string]bot.File
	bytes   map[string][]byte
	events  map[string]*bot.Stored
	order   []string
	done    map[string]bool
	posted  map[[2]string]string
	back    map[[2]string]string
}

func newDatabase() *database {
	return &database{
		streams: map[string][]bot.Entry{}, keys: map[string]int64{}, files: map[string]bot.File{}, bytes: map[string][]byte{},
		events: map[string]*bot.Stored{}, done: map[string]bool{}, posted: map[[2]string]string{}, back: map[[2]string]string{},
	}
}

var errDown = errors.New("database is down")

// fail makes every call fail, or work again.
func (d *database) fail(down bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.down = down
}

// use locks the database for one call.
func (d *database) use() (func(), error) {
	d.mu.Lock()
	if d.down {
		d.mu.Unlock()
		return nil, errDown
	}
	return d.mu.Unlock, nil
}

func (d *database) Append(_ context.Context, stream, key string, body []byte) (int64, error) {
	unlock, err := d.use()
	if err != nil {
		return 0, err
	}
	defer unlock()
	if position, ok := d.keys[stream+"\x00"+key]; ok && key != "" {
		return position, nil
	}
	position := int64(len(d.streams[stream])) + 1
	d.streams[stream] = append(d.streams[stream], bot.Entry{Position: position, Key: key, Body: bytes.Clone(body)})
	d.keys[stream+"\x00"+key] = position
	return position, nil
}

func (d *database) Read(_ context.Context, stream string, after int64, limit int) ([]bot.Entry, error) {
	unlock, err := d.use()
	if err != nil {
		return nil, err
	}
	defer unlock()
	all := d.streams[stream]
	if after >= int64(len(all)) {
		return nil, nil
	}
	all = all[after:]
	return append([]bot.Entry(nil), all[:min(limit, len(all))]...), nil
}

func (d *database) SaveFile(_ context.Context, name, mediaType string, r io.Reader) (bot.File, error) {
	body, err := io.ReadAll(r)
	if err != nil {
		return bot.File{}, err
	}
	unlock, err := d.use()
	if err != nil {
		return bot.File{}, err
	}
	defer unlock()
	sum := sha256.Sum256(body)
	f := bot.File{ID: fmt.Sprintf("f%d", len(d.files)+1), Name: name, Type: mediaType, Size: int64(len(body)), SHA256: hex.EncodeToString(sum[:])}
	d.files[f.ID], d.bytes[f.ID] = f, body
	return f, nil
}

func (d *database) OpenFile(_ context.Context, id string) (bot.File, io.ReadCloser, error) {
	unlock, err := d.use()
	if err != nil {
		return bot.File{}, nil, err
	}
	defer unlock()
	f, ok := d.files[id]
	if !ok {
		return bot.File{}, nil, bot.ErrNoFile
	}
	return f, io.NopCloser(bytes.NewReader(d.bytes[id])), nil
}

func (d *database) Accept(_ context.Context, e bot.Stored) (bool, error) {
	unlock, err := d.use()
	if err != nil {
		return false, err
	}
	defer unlock()
	if _, known := d.events[e.Key]; known {
		return false, nil
	}
	d.events[e.Key] = &e
	d.order = append(d.order, e.Key)
	return true, nil
}

func (d *database) Pending(_ context.Context, now, until time.Time, limit int) ([]bot.Stored, error) {
	unlock, err := d.use()
	if err != nil {
		return nil, err
	}
	defer unlock()
	var pending []bot.Stored
	for _, key := range d.order {
		if e := d.events[key]; !d.done[key] && e.Until.Before(now) && len(pending) < limit {
			e.Until = until
			pending = append(pending, *e)
		}
	}
	return pending, nil
}

func (d *database) Renew(_ context.Context, keys []string, until time.Time) error {
	unlock, err := d.use()
	if err != nil {
		return err
	}
	defer unlock()
	for _, key := range keys {
		if e, ok := d.events[key]; ok {
			e.Until = until
		}
	}
	return nil
}

func (d *database) Handled(_ context.Context, key string, answer []byte) error {
	unlock, err := d.use()
	if err != nil {
		return err
	}
	defer unlock()
	d.events[key].Answer = answer
	return nil
}

func (d *database) Done(_ context.Context, key string) error {
	unlock, err := d.use()
	if err != nil {
		return err
	}
	defer unlock()
	d.done[key] = true
	return nil
}

func (d *database) Posted(_ context.Context, room, key string) (string, error) {
	unlock, err := d.use()
	if err != nil {
		return "", err
	}
	defer unlock()
	return d.posted[[2]string{room, key}], nil
}

func (d *database) SetPosted(_ context.Context, room, key, id string) error {
	unlock, err := d.use()
	if err != nil {
		return err
	}
	defer unlock()
	d.posted[[2]string{room, key}], d.back[[2]string{room, id}] = id, key
	return nil
}

func (d *database) PostedKey(_ context.Context, room, id string) (string, error) {
	unlock, err := d.use()
	if err != nil {
		return "", err
	}
	defer unlock()
	return d.back[[2]string{room, id}], nil
}

// accepted are the keys of the events that the inbox ever stored.
func (d *database) accepted() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.order...)
}

// forgetEvents is a death between the two writes of a message: the chat has it, the inbox not.
func (d *database) forgetEvents() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.order = nil
	maps.DeleteFunc(d.events, func(string, *bot.Stored) bool { return true })
}

func (d *database) length(stream string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.streams[stream])
}

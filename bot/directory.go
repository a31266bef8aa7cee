package bot

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// cacheTime is how long an answer of a chat about people is believed.
const (
	cacheTime = 5 * time.Minute
	cacheSize = 10_000
)

// Directory asks the chats who people are and where they belong, and remembers it for
// minutes. Where a chat cannot answer, nobody is a member: it never fails open.
type Directory struct {
	adapters map[string]Adapter
	now      func() time.Time

	mu      sync.Mutex
	people  map[string]known[Person]
	members map[[2]string]known[bool]
}

type known[T any] struct {
	value T
	until time.Time
}

// NewDirectory returns a directory over the given chats.
func NewDirectory(adapters []Adapter, now func() time.Time) *Directory {
	d := &Directory{adapters: map[string]Adapter{}, now: now, people: map[string]known[Person]{}, members: map[[2]string]known[bool]{}}
	for _, a := range adapters {
		d.adapters[a.Name()] = a
	}
	return d
}

// Person looks somebody up.
func (d *Directory) Person(ctx context.Context, address string) (Person, error) {
	return recall(d, d.people, address, address, func(a Adapter) (Person, error) { return a.Person(ctx, address) })
}

// Member tells whether a person is in a channel; people of another chat never are.
func (d *Directory) Member(ctx context.Context, channel, person string) (bool, error) {
	if Chat(channel) != Chat(person) {
		return false, nil
	}
	return recall(d, d.members, [2]string{channel, person}, channel, func(a Adapter) (bool, error) { return a.Member(ctx, channel, person) })
}

func recall[K comparable, T any](d *Directory, cache map[K]known[T], key K, address string, ask func(Adapter) (T, error)) (T, error) {
	var none T
	d.mu.Lock()
	k, ok := cache[key]
	d.mu.Unlock()
	if ok && d.now().Before(k.until) {
		return k.value, nil
	}
	a, ok := d.adapters[Chat(address)]
	if !ok {
		return none, fmt.Errorf("chat %q is not configured", Chat(address))
	}
	value, err := ask(a)
	if err != nil {
		return none, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(cache) >= cacheSize {
		clear(cache)
	}
	cache[key] = known[T]{value, d.now().Add(cacheTime)}
	return value, nil
}

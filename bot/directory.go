package bot

import (
	"context"
	"fmt"
	"time"
)

// The directory's caches.
const (
	directoryTTL  = 5 * time.Minute
	directorySize = 10_000
)

// Directory asks the chats who people are and which channels they belong to, and caches
// the answers. If a chat does not answer, nobody is a member: it never fails open.
type Directory struct {
	adapters map[string]Adapter
	people   *cache[Person]
	members  *cache[bool]
}

// NewDirectory returns a directory over the given chats.
func NewDirectory(adapters []Adapter, now func() time.Time) *Directory {
	d := &Directory{adapters: map[string]Adapter{},
		people: newCache[Person](directorySize, directoryTTL, now), members: newCache[bool](directorySize, directoryTTL, now)}
	for _, a := range adapters {
		d.adapters[a.Name()] = a
	}
	return d
}

// Person looks up a person by address.
func (d *Directory) Person(ctx context.Context, address string) (Person, error) {
	return d.people.get(ctx, address, func(ctx context.Context) (Person, error) {
		a, err := d.adapter(address)
		if err != nil {
			return Person{}, err
		}
		return a.Person(ctx, address)
	})
}

// Member reports whether a person is in a channel. People of another chat never are.
func (d *Directory) Member(ctx context.Context, channel, person string) (bool, error) {
	if Chat(channel) != Chat(person) {
		return false, nil
	}
	return d.members.get(ctx, channel+"\x00"+person, func(ctx context.Context) (bool, error) {
		a, err := d.adapter(channel)
		if err != nil {
			return false, err
		}
		return a.Member(ctx, channel, person)
	})
}

func (d *Directory) adapter(address string) (Adapter, error) {
	a, ok := d.adapters[Chat(address)]
	if !ok {
		return nil, fmt.Errorf("chat %q is not configured", Chat(address))
	}
	return a, nil
}

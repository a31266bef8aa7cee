// Package bottest is a chat for tests: it keeps the messages of each room as a person
// sees them, and refuses messages that no chat accepts.
package bottest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"helptic/bot"
)

// Chat is a bot.Adapter without a platform behind it. The zero value is ready for use.
type Chat struct {
	AdapterName string                // "" is "chat"
	People      map[string]bot.Person // by address
	Members     map[string][]string   // addresses of people, by address of the channel

	mu       sync.Mutex
	shown    []*Shown
	byKey    map[[2]string]*Shown // by room and key
	byID     map[string]*Shown
	changes  []Change
	fail     func(bot.Outgoing) error
	repeated int
}

// Shown is a message as it stands in a room.
type Shown struct {
	ID string
	bot.Outgoing
}

// Change is a message that was posted or edited.
type Change struct {
	Shown
	Before *bot.Message // nil for a new one
}

// Name implements bot.Adapter.
func (c *Chat) Name() string { return cmp.Or(c.AdapterName, "chat") }

// Pace implements bot.Adapter.
func (c *Chat) Pace() time.Duration { return 0 }

// Ready implements bot.Adapter.
func (c *Chat) Ready() bool { return true }

// Run implements bot.Adapter. The test gives the events to the inbox.
func (c *Chat) Run(ctx context.Context, _ *bot.Inbox) error {
	<-ctx.Done()
	return nil
}

// Fail makes Send and Edit call f first and return its error. Nil ends that.
func (c *Chat) Fail(f func(bot.Outgoing) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail = f
}

// Send implements bot.Adapter. If the room has a message under the key, it returns that one's id.
func (c *Chat) Send(_ context.Context, o bot.Outgoing) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.validate(o); err != nil {
		return "", err
	}
	at := [2]string{o.Room.String(), o.Key}
	if s := c.byKey[at]; s != nil {
		c.repeated++
		return s.ID, nil
	}
	s := &Shown{ID: "m" + strconv.Itoa(len(c.shown)+1), Outgoing: o}
	if c.byKey == nil {
		c.byKey, c.byID = map[[2]string]*Shown{}, map[string]*Shown{}
	}
	c.shown, c.byKey[at], c.byID[s.ID] = append(c.shown, s), s, s
	c.changes = append(c.changes, Change{Shown: *s})
	return s.ID, nil
}

// Edit implements bot.Adapter.
func (c *Chat) Edit(_ context.Context, id string, o bot.Outgoing) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.validate(o); err != nil {
		return err
	}
	s := c.byID[id]
	if s == nil || s.Room != o.Room {
		return bot.ErrGone
	}
	before := s.Message
	s.Message = o.Message
	c.changes = append(c.changes, Change{Shown: *s, Before: &before})
	return nil
}

// Repeated returns how many messages were sent again under a key that the room already
// had. A chat that does not detect that would have shown them twice.
func (c *Chat) Repeated() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.repeated
}

// Person implements bot.Adapter.
func (c *Chat) Person(_ context.Context, address string) (bot.Person, error) {
	p, ok := c.People[address]
	if !ok {
		return bot.Person{}, errors.New("no such person")
	}
	return p, nil
}

// Member implements bot.Adapter.
func (c *Chat) Member(_ context.Context, channel, person string) (bool, error) {
	return slices.Contains(c.Members[channel], person), nil
}

// Changes returns the messages that were posted or edited since the last call.
func (c *Chat) Changes() []Change {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.changes
	c.changes = nil
	return out
}

// Room returns the messages of a room, oldest first.
func (c *Chat) Room(room string) []Shown {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []Shown
	for _, s := range c.shown {
		if s.Room.String() == room {
			out = append(out, *s)
		}
	}
	return out
}

// validate returns the error of Fail, or what no chat accepts in a message.
func (c *Chat) validate(o bot.Outgoing) error {
	if c.fail != nil {
		if err := c.fail(o); err != nil {
			return err
		}
	}
	m := o.Message
	rooms := 0
	for _, address := range []string{o.Room.Direct, o.Room.Channel, o.Room.Home} {
		if address != "" {
			rooms++
		}
	}
	switch {
	case o.Key == "":
		return errors.New("message without a key")
	case rooms != 1:
		return errors.New("message needs one room")
	case strings.TrimSpace(m.Text) == "":
		return errors.New("message without text")
	case !utf8.ValidString(fmt.Sprint(m.Text, m.Files)):
		return errors.New("message is not valid UTF-8")
	}
	if m.Card != nil {
		return validateCard(*m.Card)
	}
	return nil
}

func validateCard(c bot.Card) error {
	if c.Title == "" {
		return errors.New("card without title")
	}
	if !utf8.ValidString(fmt.Sprint(c)) {
		return errors.New("card is not valid UTF-8")
	}
	if n := len(c.Buttons); n > 25 {
		return fmt.Errorf("%d buttons", n)
	}
	for _, b := range c.Buttons {
		if b.Label == "" || b.Do == "" || utf8.RuneCountInString(b.Label) > 150 || len(b.Do) > 2000 {
			return fmt.Errorf("button %q %q", b.Label, b.Do)
		}
	}
	for _, s := range c.Selects {
		if len(s.Options) == 0 || len(s.Options) > 100 {
			return fmt.Errorf("list with %d options", len(s.Options))
		}
	}
	for _, f := range c.Facts {
		if f.Label == "" || f.Value == "" {
			return fmt.Errorf("fact %q without a value", f.Label)
		}
	}
	return nil
}

// Package web is the chat that has no server of its own: a page, embedded in the
// binary, in which one can be a user, an agent and the official side by side. It
// implements bot.Adapter over an append-only stream of bot.AppendLog. What the process
// holds of that stream is a cache, rebuilt at start and followed from then on, so
// several processes over one database show the same. Nobody is authenticated here,
// and the page says so; what one person may not see is still never served to another.
package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"helptic/bot"
)

const (
	chat                = "web"
	defaultAgentChannel = "web:mesa-de-ayuda"
	defaultMaxFileBytes = 20 << 20
	startAgain          = time.Second
)

// Config is what the chat needs of the program.
type Config struct {
	AppendLog bot.AppendLog
	Files     bot.Files
	// AgentChannel is where agents and supervisors talk, "web:mesa-de-ayuda" where it is
	// empty. A channel of another chat leaves this one with direct messages only.
	AgentChannel string
	// SecurityChannel is their second channel; empty, or of another chat: none here.
	SecurityChannel string
	Now             func() time.Time
	Log             zerolog.Logger
	// MaxFileBytes is the size of the largest attachment, 20 MB where it is 0.
	MaxFileBytes int64
	// AllowedHosts are the names, besides those of the loopback, under which the page
	// may be asked for; "*" is any name, and gives up the defence against DNS rebinding.
	AllowedHosts []string
}

// Adapter is the chat.
type Adapter struct {
	config   Config
	log      zerolog.Logger
	channels []channel
	formKey  []byte
	patience patience

	starting sync.Mutex // guards started and formKey until the first start
	started  atomic.Bool

	following sync.Mutex // one reader of the stream at a time
	fold      *fold
	streams   atomic.Int64 // event streams that are open

	running atomic.Pointer[connection]
}

// channel is a room of several people.
type channel struct {
	Address string
	Name    string
}

// patience is how long one waits for others.
type patience struct {
	answer time.Duration // for what the flows answer, inside a request
	write  time.Duration // for a page to take what changed, before it is cut
}

var usual = patience{answer: 10 * time.Second, write: 10 * time.Second}

// connection is the inbox that requests are given to, for as long as Run runs.
type connection struct {
	accept func(context.Context, bot.Event) (answer, error)
	done   <-chan struct{}
}

// answer is what *bot.Answer does.
type answer interface {
	Wait(context.Context) (bot.Reply, bool)
}

// New checks the configuration; it reads nothing yet.
func New(c Config) (*Adapter, error) {
	if c.AppendLog == nil || c.Files == nil || c.Now == nil {
		return nil, errors.New("web chat: memory, files and clock are required")
	}
	if c.MaxFileBytes < 0 {
		return nil, fmt.Errorf("web chat: file limit %d is negative", c.MaxFileBytes)
	}
	c.MaxFileBytes = cmp.Or(c.MaxFileBytes, defaultMaxFileBytes)
	c.AgentChannel = cmp.Or(c.AgentChannel, defaultAgentChannel)
	a := &Adapter{config: c, patience: usual, log: c.Log.With().Str("chat", chat).Logger()}
	if err := a.addChannel(c.AgentChannel, "Mesa de ayuda"); err != nil {
		return nil, err
	}
	if c.SecurityChannel != c.AgentChannel {
		if err := a.addChannel(c.SecurityChannel, "Incidentes de seguridad"); err != nil {
			return nil, err
		}
	}
	a.fold = newFold(a.channels)
	return a, nil
}

func (a *Adapter) addChannel(address, name string) error {
	if bot.Chat(address) != chat {
		return nil
	}
	id := strings.TrimPrefix(address, chat+":")
	if id == "" || slug(id) != id {
		return fmt.Errorf("web chat: channel %q: use small letters, digits and hyphens, as in %q", address, defaultAgentChannel)
	}
	a.channels = append(a.channels, channel{Address: address, Name: name})
	return nil
}

// Name implements bot.Adapter.
func (a *Adapter) Name() string { return chat }

// Pace implements bot.Adapter: nothing holds this chat back.
func (a *Adapter) Pace() time.Duration { return 0 }

// Ready implements bot.Adapter.
func (a *Adapter) Ready() bool { return a.running.Load() != nil }

// Run gives what people do to the inbox and shows what other processes append, until
// the context ends. Where the memory cannot be read at the start it tries again.
func (a *Adapter) Run(ctx context.Context, inbox *bot.Inbox) error {
	return a.run(ctx, func(ctx context.Context, e bot.Event) (answer, error) { return inbox.Accept(ctx, e) })
}

func (a *Adapter) run(ctx context.Context, accept func(context.Context, bot.Event) (answer, error)) error {
	for err := a.start(ctx); err != nil; err = a.start(ctx) {
		a.log.Warn().Err(err).Msg("the chat cannot be read now")
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(startAgain):
		}
	}
	c := &connection{accept: accept, done: ctx.Done()}
	a.running.Store(c)
	defer a.running.CompareAndSwap(c, nil)
	if err := a.acceptLate(ctx, c); err != nil {
		a.log.Warn().Err(err).Msg("messages of before the start were not given to the inbox again")
	}
	a.follow(ctx)
	return nil
}

// start appends what every chat begins with and reads the stream, once.
func (a *Adapter) start(ctx context.Context) error {
	if a.started.Load() {
		return nil
	}
	a.starting.Lock()
	defer a.starting.Unlock()
	if a.started.Load() {
		return nil
	}
	key, err := secret(ctx, a.config.AppendLog)
	if err != nil {
		return err
	}
	a.formKey = key
	if err := a.appendFirstPeople(ctx); err != nil {
		return err
	}
	if err := a.sync(ctx); err != nil {
		return err
	}
	a.started.Store(true)
	return nil
}

// Person implements bot.Adapter.
func (a *Adapter) Person(ctx context.Context, address string) (bot.Person, error) {
	p, err := a.lookUp(ctx, address)
	if err != nil {
		return bot.Person{}, err
	}
	return bot.Person{ID: p.ID, Name: p.Name}, nil
}

// Role tells what somebody is in this chat.
func (a *Adapter) Role(ctx context.Context, address string) (Role, error) {
	p, err := a.lookUp(ctx, address)
	return p.Role, err
}

// Member implements bot.Adapter: agents and supervisors are in every channel.
func (a *Adapter) Member(ctx context.Context, channel, address string) (bool, error) {
	p, err := a.lookUp(ctx, address)
	switch {
	case errors.Is(err, errNobody):
		return false, nil
	case err != nil:
		return false, &bot.RetryError{Err: err} // the database is away, not the channel
	}
	return a.fold.inRoom(p, channel) && channel != p.ID, nil
}

var errNobody = errors.New("web chat: nobody has that address")

// lookUp finds somebody who may have been added by another process just now.
func (a *Adapter) lookUp(ctx context.Context, address string) (person, error) {
	if err := a.start(ctx); err != nil {
		return person{}, &bot.RetryError{Err: err}
	}
	if p, ok := a.fold.person(address); ok {
		return p, nil
	}
	if bot.Chat(address) != chat {
		return person{}, errNobody
	}
	if err := a.sync(ctx); err != nil {
		return person{}, &bot.RetryError{Err: err}
	}
	if p, ok := a.fold.person(address); ok {
		return p, nil
	}
	return person{}, errNobody
}

// Handler serves the page and what it asks for.
func (a *Adapter) Handler() http.Handler { return a.routes() }

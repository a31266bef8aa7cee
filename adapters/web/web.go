// Package web is a chat of its own: a page, embedded in the binary, in which one person can
// act as a user, an agent and the official side by side. It implements bot.Adapter over an
// append-only log. A process holds a projection of that log in memory, builds it at start and
// follows the log from then on, so all processes over one database show the same chat.
// Nobody is authenticated here, and the page says so. Even so, a person is never sent what
// that person may not read.
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

	"github.com/cenkalti/backoff/v5"
	"github.com/rs/zerolog"

	"helptic/bot"
)

const (
	chat                = "web"
	defaultAgentChannel = "web:mesa-de-ayuda"
	defaultMaxFileBytes = 20 << 20
)

// Config is what the chat needs of the program.
type Config struct {
	AppendLog bot.AppendLog
	Files     bot.Files
	// AgentChannel is the channel of agents and supervisors. Empty is "web:mesa-de-ayuda".
	// With a channel of another chat, this chat has direct messages only.
	AgentChannel string
	// SecurityChannel is their second channel. Empty, or of another chat: this chat has none.
	SecurityChannel string
	Now             func() time.Time
	Log             zerolog.Logger
	// MaxFileBytes is the size of the largest attachment. 0 is 20 MB.
	MaxFileBytes int64
	// AllowedHosts are the host names under which the page is served, besides those of the
	// loopback. "*" allows every name and gives up the defence against DNS rebinding.
	AllowedHosts []string
}

// Adapter is the chat.
type Adapter struct {
	config   Config
	log      zerolog.Logger
	channels []channel
	formKey  []byte // signs the tokens of forms; set by start
	timeouts timeouts

	startMu sync.Mutex // guards formKey until started is set
	started atomic.Bool

	syncMu     sync.Mutex // one reader of the log at a time
	projection *projection
	streams    atomic.Int64 // open streams of server-sent events

	running atomic.Pointer[connection]
}

// channel is a room of several people.
type channel struct {
	Address string
	Name    string
}

// timeouts are how long the adapter waits for others.
type timeouts struct {
	retry time.Duration // before the first retry of start
	reply time.Duration // for the reply of the flows, inside a request
	write time.Duration // for a page to receive an event; then its stream is closed
}

var defaultTimeouts = timeouts{retry: time.Second, reply: 10 * time.Second, write: 10 * time.Second}

// connection gives events to the inbox as long as Run runs.
type connection struct {
	accept func(context.Context, bot.Event) (pendingReply, error)
	done   <-chan struct{}
}

// pendingReply is the part of *bot.Answer that this package uses.
type pendingReply interface {
	Wait(context.Context) (bot.Reply, bool)
}

// New checks the configuration. It reads nothing yet.
func New(c Config) (*Adapter, error) {
	if c.AppendLog == nil || c.Files == nil || c.Now == nil {
		return nil, errors.New("web chat: append-only log, files and clock are required")
	}
	if c.MaxFileBytes < 0 {
		return nil, fmt.Errorf("web chat: file limit %d is negative", c.MaxFileBytes)
	}
	c.MaxFileBytes = cmp.Or(c.MaxFileBytes, defaultMaxFileBytes)
	c.AgentChannel = cmp.Or(c.AgentChannel, defaultAgentChannel)
	a := &Adapter{config: c, timeouts: defaultTimeouts, log: c.Log.With().Str("chat", chat).Logger()}
	if err := a.addChannel(c.AgentChannel, nameAgentChannel); err != nil {
		return nil, err
	}
	if c.SecurityChannel != c.AgentChannel {
		if err := a.addChannel(c.SecurityChannel, nameSecurityChannel); err != nil {
			return nil, err
		}
	}
	a.projection = newProjection(a.channels)
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

// Pace implements bot.Adapter: this chat has no rate limit.
func (a *Adapter) Pace() time.Duration { return 0 }

// Ready implements bot.Adapter.
func (a *Adapter) Ready() bool { return a.running.Load() != nil }

// Run gives the events of the page to the inbox and reads what other processes append,
// until the context ends. While the log cannot be read at start, it retries.
func (a *Adapter) Run(ctx context.Context, inbox *bot.Inbox) error {
	return a.run(ctx, func(ctx context.Context, e bot.Event) (pendingReply, error) { return inbox.Accept(ctx, e) })
}

func (a *Adapter) run(ctx context.Context, accept func(context.Context, bot.Event) (pendingReply, error)) error {
	if err := a.startWithRetry(ctx); err != nil {
		return nil // the context ended before the log could be read
	}
	c := &connection{accept: accept, done: ctx.Done()}
	a.running.Store(c)
	defer a.running.CompareAndSwap(c, nil)
	if err := a.reacceptRecent(ctx, c); err != nil {
		a.log.Warn().Err(err).Msg("recent messages not given to the inbox again, the page retries those without an answer")
	}
	a.poll(ctx)
	return nil
}

// startWithRetry retries start until it succeeds. It fails only when the context ends.
func (a *Adapter) startWithRetry(ctx context.Context) error {
	policy := backoff.NewExponentialBackOff()
	policy.InitialInterval, policy.MaxInterval = a.timeouts.retry, 10*a.timeouts.retry
	_, err := backoff.Retry(ctx, func() (struct{}, error) { return struct{}{}, a.start(ctx) },
		backoff.WithBackOff(policy), backoff.WithMaxElapsedTime(0),
		backoff.WithNotify(func(err error, after time.Duration) {
			a.log.Warn().Err(err).Dur("after", after).Msg("append-only log not read at start, retrying")
		}))
	return err
}

// start appends what every chat begins with and reads the log, once.
func (a *Adapter) start(ctx context.Context) error {
	if a.started.Load() {
		return nil
	}
	a.startMu.Lock()
	defer a.startMu.Unlock()
	if a.started.Load() {
		return nil
	}
	key, err := loadFormKey(ctx, a.config.AppendLog)
	if err != nil {
		return err
	}
	a.formKey = key
	if err := a.appendInitialPeople(ctx); err != nil {
		return err
	}
	if err := a.sync(ctx); err != nil {
		return err
	}
	a.started.Store(true)
	return nil
}

// Handler serves the page and its requests.
func (a *Adapter) Handler() http.Handler { return a.routes() }

// Package googlechat connects the bot to Google Chat. It implements bot.Adapter over
// google.golang.org/api/chat/v1. Interaction events, of classic apps and of Workspace add-ons,
// arrive as verified HTTPS requests or from a Pub/Sub subscription. The inbox stores each event
// before it is acknowledged, and the response is written in the dialect of the event. Membership
// and the bytes of attachments are fetched afterwards, in Enrich. The adapter keeps no state in memory
// that matters, so any number of processes may serve one app.
package googlechat

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"google.golang.org/api/chat/v1"
	"google.golang.org/api/option"

	"helptic/bot"
)

const (
	name                = "googlechat"
	defaultMaxFileBytes = 20 << 20
	// writePace is the pace that Google Chat allows in one space, one write a second, with a margin
	// for clocks and networks.
	writePace = 1050 * time.Millisecond
	// callTimeout bounds one call of the API, downloads included.
	callTimeout = time.Minute
	// eventsPath is the path that Google Chat posts its events to.
	eventsPath = "/googlechat/events"
)

// Adapter is the chat.
type Adapter struct {
	config    Config
	log       zerolog.Logger
	api       *chat.Service
	verifier  *verifier
	people    people
	domains   domains
	pace      spacePace
	responses responseCache
	uploads   uploadBreaker
	updates   updateCache

	inbox        atomic.Pointer[bot.Inbox]
	receiving    atomic.Bool
	receiveTimes receiveTimes
	replyTimeout time.Duration
	addonWarning sync.Once
	background   sync.WaitGroup
}

var (
	_ bot.Adapter  = (*Adapter)(nil)
	_ bot.Enricher = (*Adapter)(nil)
)

// New returns the chat. It reads the credentials and does not call Google yet.
func New(ctx context.Context, c Config) (*Adapter, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	c.MaxFileBytes = cmp.Or(c.MaxFileBytes, defaultMaxFileBytes)
	if c.Now == nil {
		c.Now = time.Now
	}
	a := &Adapter{
		config: c, log: c.Log.With().Str("chat", name).Logger(),
		people: newPeople(c.Now), pace: newSpacePace(writePace), responses: newResponseCache(c.Now),
		uploads: uploadBreaker{now: c.Now}, updates: newUpdateCache(c.Now),
		replyTimeout: replyTimeout,
		receiveTimes: receiveTimes{connect: connectTimeout, grace: receiveGrace, retry: receiveRetry, drain: drainTimeout},
	}
	if !a.usesPubSub() {
		a.verifier = newVerifier(c)
	}
	var options []option.ClientOption
	if c.HTTPClient != nil {
		options = append(options, option.WithHTTPClient(c.HTTPClient))
	} else {
		options = append(options, c.credentials()...)
		options = append(options, option.WithScopes(chat.ChatBotScope))
	}
	if c.APIURL != "" {
		options = append(options, option.WithEndpoint(c.APIURL))
	}
	var err error
	if a.api, err = chat.NewService(ctx, options...); err != nil {
		return nil, fmt.Errorf("google chat: %w", err)
	}
	a.api.UserAgent = "helptic"
	return a, nil
}

// Name implements bot.Adapter.
func (a *Adapter) Name() string { return name }

// Pace implements bot.Adapter.
func (a *Adapter) Pace() time.Duration { return a.pace.interval }

// Ready implements bot.Adapter.
func (a *Adapter) Ready() bool {
	return a.inbox.Load() != nil && (!a.usesPubSub() || a.receiving.Load())
}

// usesPubSub reports whether events come from Pub/Sub. Then no response can be given in a request.
func (a *Adapter) usesPubSub() bool { return a.config.Subscription != "" }

// Run accepts events until the context ends. Then it waits for what was acknowledged and
// is not finished. Before Run is called, requests are answered 503.
func (a *Adapter) Run(ctx context.Context, inbox *bot.Inbox) error {
	a.inbox.Store(inbox)
	if a.usesPubSub() {
		a.receive(ctx)
	}
	<-ctx.Done()
	a.background.Wait()
	return nil
}

// Handlers are the HTTP handlers by pattern; none with Pub/Sub.
func (a *Adapter) Handlers() map[string]http.Handler {
	if a.usesPubSub() {
		return nil
	}
	return map[string]http.Handler{"POST " + eventsPath: http.HandlerFunc(a.serveEvent)}
}

// function is the function of an action. Add-ons need the URL of the endpoint; a
// classic app only receives the name back.
func (a *Adapter) function() string {
	if httpURL(a.config.Audience) {
		return a.config.Audience
	}
	return "helptic"
}

func (a *Adapter) renderer() renderer {
	return renderer{function: a.function(), dialogs: !a.usesPubSub()}
}

// address is the address of a person or space of this chat.
func address(resource string) string { return name + ":" + resource }

// resourceName is the resource name in an address of this chat, "" for an address of another chat.
func resourceName(address string) string {
	if bot.Chat(address) != name {
		return ""
	}
	return strings.TrimPrefix(address, name+":")
}

// Package googlechat is the chat of a Google Workspace. It implements bot.Adapter over
// google.golang.org/api/chat/v1: interaction events, classic ones and those of Workspace
// add-ons, come by verified HTTPS requests or from a Pub/Sub subscription, are given to the
// inbox as they came and acknowledged once it stored them, and are answered in the dialect in
// which they asked. Whether somebody is of the organization and the bytes of files
// are asked for afterwards (Complete). Nothing in memory matters, so any number of
// processes may serve one app.
package googlechat

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
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
	// pace is what Google Chat allows in one space, a write a second, and a little for clocks and networks.
	writePace = 1050 * time.Millisecond
	// callTime bounds one call of the API, downloads included.
	callTimeout = time.Minute
	// eventsPath is where Google Chat posts its events.
	eventsPath = "/googlechat/events"
)

// Config is what the chat needs of the program.
type Config struct {
	// Audience is whom the tokens of Google's requests must be meant for: the URL of the
	// endpoint or, for a classic app, the number of its project.
	Audience string
	// AddonEmail is the service account that signs the events of an app that is a
	// Workspace add-on; empty for a classic app.
	AddonEmail string
	// Subscription is the Pub/Sub subscription, "projects/P/subscriptions/S", that events
	// are pulled from instead of coming over HTTPS.
	Subscription string
	// APIURL and CertsURL are bases for a proxy or a test, Google's own where they are empty.
	APIURL   string
	CertsURL string
	// Credentials is a service account's key file; empty: application default credentials.
	Credentials string
	AppendLog   bot.AppendLog
	Files       bot.Files
	// AgentChannel and SecurityChannel are addresses, which may be of another chat.
	AgentChannel    string
	SecurityChannel string
	// MaxFileBytes is the size of the largest attachment, 20 MB where it is 0.
	MaxFileBytes int64
	Now          func() time.Time
	Log          zerolog.Logger

	// HTTPClient calls the API and authenticates by itself; nil: one over Credentials.
	HTTPClient *http.Client
	// PubSub is how the subscription is reached, for tests; nil: over Credentials.
	PubSub []option.ClientOption
}

// Adapter is the chat.
type Adapter struct {
	config    Config
	log       zerolog.Logger
	api       *chat.Service
	verifier  *verifier
	people    people
	pace      gates
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

var (
	digits           = regexp.MustCompile(`^[0-9]+$`)
	subscriptionName = regexp.MustCompile(`^projects/([^/]+)/subscriptions/([^/]+)$`)
)

// New returns the chat. Credentials are read; Google is not called yet.
func New(ctx context.Context, c Config) (*Adapter, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	c.MaxFileBytes = cmp.Or(c.MaxFileBytes, defaultMaxFileBytes)
	if c.Now == nil {
		c.Now = time.Now
	}
	a := &Adapter{config: c, log: c.Log.With().Str("chat", name).Logger()}
	a.people.now, a.pace.every, a.uploads.now = c.Now, writePace, c.Now
	a.replyTimeout, a.receiveTimes = replyTimeout, receiveTimes{connect: connectTimeout, grace: receiveGrace, retry: receiveRetry, drain: drainTimeout}
	if c.Subscription == "" {
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

func (c Config) validate() error {
	switch {
	case c.AppendLog == nil || c.Files == nil:
		return errors.New("google chat: memory and files are needed")
	case c.Audience == "" && c.Subscription == "":
		return errors.New("google chat: neither an audience (HTTPS) nor a subscription (Pub/Sub)")
	case c.Subscription != "" && !subscriptionName.MatchString(c.Subscription):
		return fmt.Errorf("google chat: subscription %q is not projects/PROJECT/subscriptions/NAME", c.Subscription)
	case c.Subscription == "" && c.AddonEmail != "" && digits.MatchString(c.Audience):
		return errors.New("google chat: the audience of an add-on is the endpoint's URL")
	case c.Subscription == "" && !digits.MatchString(c.Audience) && !httpURL(c.Audience):
		return fmt.Errorf("google chat: audience %q is neither a URL nor the number of a project", c.Audience)
	case c.APIURL != "" && !httpURL(c.APIURL):
		return fmt.Errorf("google chat: API URL %q is not one", c.APIURL)
	case c.CertsURL != "" && !httpURL(c.CertsURL):
		return fmt.Errorf("google chat: certificates URL %q is not one", c.CertsURL)
	}
	for _, channel := range []string{c.AgentChannel, c.SecurityChannel} {
		if bot.Chat(channel) == name && !spaceName.MatchString(resourceName(channel)) {
			return fmt.Errorf("google chat: channel %q is not like %q", channel, "googlechat:spaces/AAAA")
		}
	}
	return nil
}

func (c Config) credentials() []option.ClientOption {
	if c.Credentials == "" {
		return nil
	}
	return []option.ClientOption{option.WithAuthCredentialsFile(option.ServiceAccount, c.Credentials)}
}

func httpURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// Name implements bot.Adapter.
func (a *Adapter) Name() string { return name }

// Pace implements bot.Adapter.
func (a *Adapter) Pace() time.Duration { return a.pace.every }

// Ready implements bot.Adapter.
func (a *Adapter) Ready() bool {
	return a.inbox.Load() != nil && (!a.usesPubSub() || a.receiving.Load())
}

// pulls tells whether events come from Pub/Sub: then nothing can be answered inside a request.
func (a *Adapter) usesPubSub() bool { return a.config.Subscription != "" }

// Run takes what people do until the context ends; then it waits for what it has
// acknowledged and not finished. Requests are answered 503 before it is called.
func (a *Adapter) Run(ctx context.Context, inbox *bot.Inbox) error {
	a.inbox.Store(inbox)
	if a.usesPubSub() {
		a.receive(ctx)
	}
	<-ctx.Done()
	a.background.Wait()
	return nil
}

// Handlers are what the program serves, by path; none where events are pulled.
func (a *Adapter) Handlers() map[string]http.Handler {
	if a.usesPubSub() {
		return nil
	}
	return map[string]http.Handler{"POST " + eventsPath: http.HandlerFunc(a.serveEvent)}
}

// function is what a button calls: the endpoint where its URL is known, which add-ons
// need; classic apps are only told the name again.
func (a *Adapter) function() string {
	if httpURL(a.config.Audience) {
		return a.config.Audience
	}
	return "helptic"
}

// address of a person or channel of this chat.
func address(resource string) string { return name + ":" + resource }

// local is the resource name in an address of this chat, "" for one of another.
func resourceName(address string) string {
	if bot.Chat(address) != name {
		return ""
	}
	return strings.TrimPrefix(address, name+":")
}

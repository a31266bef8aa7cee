// Package slack connects a Slack workspace. It implements bot.Adapter over
// github.com/slack-go/slack. Payloads arrive as signed HTTP requests or through Socket
// Mode; the inbox stores each of them before it is acknowledged. The sender's name and the
// bytes of files are fetched when the event is handled (Enrich). No state that matters is
// in memory, so several processes can serve one workspace.
package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/rs/zerolog"
	"github.com/slack-go/slack"

	"helptic/bot"
)

const (
	chat                = "slack"
	defaultAPIURL       = "https://slack.com/api/"
	defaultMaxFileBytes = 20 << 20
	// pace is Slack's limit for one channel: a message a second.
	pace = time.Second
	// cacheSize bounds each cache.
	cacheSize = 10_000
)

// Config is what the adapter needs from the program.
type Config struct {
	BotToken string
	// SigningSecret verifies requests, in HTTP mode.
	SigningSecret string
	// AppToken selects Socket Mode instead of HTTP mode.
	AppToken string
	// APIURL is the base of the Web API; empty: Slack's own.
	APIURL    string
	AppendLog bot.AppendLog
	Files     bot.Files
	// AgentChannel and SecurityChannel are addresses, possibly of another chat. Only Check
	// looks at them.
	AgentChannel    string
	SecurityChannel string
	// MaxFileBytes is the size of the largest attachment; 0: 20 MB.
	MaxFileBytes int64
	Now          func() time.Time
	Log          zerolog.Logger
	// HTTPClient calls the Web API; nil: one with many connections.
	HTTPClient *http.Client
}

// Adapter connects the workspace.
type Adapter struct {
	config     Config
	log        zerolog.Logger
	api        *slack.Client
	http       *http.Client
	rateLimits rateLimits

	// people caches the users that Enrich looks up.
	people *bot.Directory
	// directChannels are the channels of direct messages by user. They never change.
	directChannels *lru.Cache[string, string]
	// notPosted has the messages whose last attempt certainly posted nothing: the next
	// attempt need not look for them. An evicted one is looked for, which is safe.
	notPosted *lru.Cache[string, struct{}]

	self        atomic.Pointer[identity]
	inbox       atomic.Pointer[bot.Inbox]
	revoked     atomic.Bool
	connections atomic.Int64 // open Socket Mode connections
	background  background
}

var (
	_ bot.Adapter  = (*Adapter)(nil)
	_ bot.Enricher = (*Adapter)(nil)
)

// New returns the adapter. It does not call Slack yet.
func New(c Config) (*Adapter, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	a := &Adapter{config: c, log: c.Log.With().Str("chat", chat).Logger(), http: c.HTTPClient}
	options := []slack.Option{slack.OptionAPIURL(c.APIURL), slack.OptionHTTPClient(a.http)}
	if c.AppToken != "" {
		options = append(options, slack.OptionAppLevelToken(c.AppToken))
	}
	a.api = slack.New(c.BotToken, options...)
	a.rateLimits.now = c.Now
	a.people = bot.NewDirectory([]bot.Adapter{a}, c.Now)
	if a.directChannels, err = lru.New[string, string](cacheSize); err != nil {
		return nil, err
	}
	if a.notPosted, err = lru.New[string, struct{}](cacheSize); err != nil {
		return nil, err
	}
	return a, nil
}

// withDefaults checks the configuration and fills in what was left out.
func (c Config) withDefaults() (Config, error) {
	switch {
	case c.BotToken == "":
		return c, errors.New("slack: no bot token")
	case c.SigningSecret == "" && c.AppToken == "":
		return c, errors.New("slack: neither a signing secret (HTTP) nor an app token (Socket Mode)")
	case c.AppendLog == nil || c.Files == nil:
		return c, errors.New("slack: no append-only log or no files")
	}
	if c.APIURL == "" {
		c.APIURL = defaultAPIURL
	}
	if u, err := url.Parse(c.APIURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return c, fmt.Errorf("slack: API URL %q is not one", c.APIURL)
	}
	if !strings.HasSuffix(c.APIURL, "/") {
		c.APIURL += "/"
	}
	if c.MaxFileBytes == 0 {
		c.MaxFileBytes = defaultMaxFileBytes
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.HTTPClient == nil {
		c.HTTPClient = newHTTPClient()
	}
	return c, nil
}

// Name implements bot.Adapter.
func (a *Adapter) Name() string { return chat }

// Pace implements bot.Adapter.
func (a *Adapter) Pace() time.Duration { return pace }

// Ready implements bot.Adapter: the bot's identity is known and, in Socket Mode, a
// connection is open.
func (a *Adapter) Ready() bool {
	if a.inbox.Load() == nil || a.self.Load() == nil || a.revoked.Load() {
		return false
	}
	return !a.socketMode() || a.connections.Load() > 0
}

func (a *Adapter) socketMode() bool { return a.config.AppToken != "" }

// Run receives events until the context ends. Then it waits for the background tasks.
// Before it is called, requests are answered 503.
func (a *Adapter) Run(ctx context.Context, inbox *bot.Inbox) error {
	a.loadIdentity(ctx)
	a.inbox.Store(inbox)
	var running sync.WaitGroup
	identified := make(chan struct{})
	running.Go(func() {
		defer close(identified)
		a.identifyWithRetry(ctx)
	})
	if a.socketMode() {
		if a.self.Load() == nil {
			// Without an identity an envelope cannot be accepted, and Slack sends
			// interactions only once.
			<-identified
		}
		a.connect(ctx)
	}
	<-ctx.Done()
	running.Wait()
	a.background.close()
	return nil
}

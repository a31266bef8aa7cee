// Package slack is the chat of a Slack workspace. It implements bot.Adapter over
// github.com/slack-go/slack: what Slack delivers, by signed requests or through Socket
// Mode, is given to the inbox as it came and acknowledged once that stored it; who wrote
// and the bytes of files are asked for afterwards (Complete). Nothing in memory matters,
// so any number of processes may serve one workspace.
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
	// pace is what Slack allows in one channel: a message a second.
	pace = time.Second
	// cacheSize bounds each cache.
	cacheSize = 10_000
	// callTime bounds one call of the Web API, downloads included.
	callTime = time.Minute
)

// Config is what the chat needs of the program.
type Config struct {
	BotToken string
	// SigningSecret verifies the requests of Slack, in HTTP mode.
	SigningSecret string
	// AppToken turns Socket Mode on instead of HTTP.
	AppToken string
	// APIURL is the base of the Web API, Slack's own where it is empty.
	APIURL    string
	AppendLog bot.AppendLog
	Files     bot.Files
	// AgentChannel and SecurityChannel are addresses, which may be of another chat; they
	// are only looked at by Check.
	AgentChannel    string
	SecurityChannel string
	// MaxFileBytes is the size of the largest attachment, 20 MB where it is 0.
	MaxFileBytes int64
	Now          func() time.Time
	Log          zerolog.Logger
	// HTTPClient calls the Web API; one with many connections where it is nil.
	HTTPClient *http.Client
}

// Adapter is the chat.
type Adapter struct {
	config Config
	log    zerolog.Logger
	api    *slack.Client
	http   *http.Client
	limits limits
	// people are cached for what Enrich adds to events.
	people *bot.Directory
	// direct are the channels of direct messages, by user. They never change.
	direct *lru.Cache[string, string]
	// notPosted are the messages of which the last attempt certainly posted nothing, so that
	// the next one need not look for them. What is evicted is looked for, which is safe.
	notPosted *lru.Cache[string, struct{}]

	self    atomic.Pointer[identity]
	inbox   atomic.Pointer[bot.Inbox]
	revoked atomic.Bool
	live    atomic.Int64 // Socket Mode connections that are up
	crew    crew
}

var (
	_ bot.Adapter  = (*Adapter)(nil)
	_ bot.Enricher = (*Adapter)(nil)
)

// New returns the chat; nothing is called yet.
func New(c Config) (*Adapter, error) {
	switch {
	case c.BotToken == "":
		return nil, errors.New("slack: no bot token")
	case c.SigningSecret == "" && c.AppToken == "":
		return nil, errors.New("slack: neither a signing secret (HTTP) nor an app token (Socket Mode)")
	case c.AppendLog == nil || c.Files == nil:
		return nil, errors.New("slack: memory and files are needed")
	}
	if c.APIURL == "" {
		c.APIURL = defaultAPIURL
	}
	if u, err := url.Parse(c.APIURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("slack: API URL %q is not one", c.APIURL)
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
	a := &Adapter{config: c, log: c.Log.With().Str("chat", chat).Logger(), http: c.HTTPClient}
	options := []slack.Option{slack.OptionAPIURL(c.APIURL), slack.OptionHTTPClient(a.http)}
	if c.AppToken != "" {
		options = append(options, slack.OptionAppLevelToken(c.AppToken))
	}
	a.api = slack.New(c.BotToken, options...)
	var err error
	a.limits.now = c.Now
	a.people = bot.NewDirectory([]bot.Adapter{a}, c.Now)
	if a.direct, err = lru.New[string, string](cacheSize); err != nil {
		return nil, err
	}
	if a.notPosted, err = lru.New[string, struct{}](cacheSize); err != nil {
		return nil, err
	}
	return a, nil
}

// newHTTPClient keeps more connections than Go's own, for posts to many channels at once.
func newHTTPClient() *http.Client {
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return &http.Client{Timeout: callTime}
	}
	t = t.Clone()
	t.MaxIdleConnsPerHost = 1024
	t.MaxIdleConns = 1024
	return &http.Client{Transport: t, Timeout: callTime}
}

// Name implements bot.Adapter.
func (a *Adapter) Name() string { return chat }

// Pace implements bot.Adapter.
func (a *Adapter) Pace() time.Duration { return pace }

// Ready implements bot.Adapter: the workspace is known and, in Socket Mode, a connection is up.
func (a *Adapter) Ready() bool {
	if a.inbox.Load() == nil || a.self.Load() == nil || a.revoked.Load() {
		return false
	}
	return !a.socketMode() || a.live.Load() > 0
}

func (a *Adapter) socketMode() bool { return a.config.AppToken != "" }

// Run takes what people do until the context ends; then it waits for what it has
// acknowledged and not finished. Requests are answered 503 before it is called.
func (a *Adapter) Run(ctx context.Context, inbox *bot.Inbox) error {
	a.recall(ctx)
	a.inbox.Store(inbox)
	var running sync.WaitGroup
	introduced := make(chan struct{})
	running.Go(func() {
		defer close(introduced)
		a.introduce(ctx)
	})
	if a.socketMode() {
		if a.self.Load() == nil { // what comes before could not be taken, and presses come once
			<-introduced
		}
		a.connect(ctx)
	}
	<-ctx.Done()
	running.Wait()
	a.crew.finish()
	return nil
}

// crew is the work that goes on after Slack was answered.
type crew struct {
	mu   sync.Mutex
	over bool
	busy sync.WaitGroup
}

// later does f beside the caller, or at once where the crew has finished.
func (c *crew) later(f func()) {
	c.mu.Lock()
	if c.over {
		c.mu.Unlock()
		f()
		return
	}
	c.busy.Add(1)
	c.mu.Unlock()
	go func() {
		defer c.busy.Done()
		f()
	}()
}

func (c *crew) finish() {
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	c.busy.Wait()
}

// address of a person or channel of this chat.
func address(id string) string { return chat + ":" + id }

// local is the id in an address of this chat, "" for one of another.
func local(address string) string {
	if bot.Chat(address) != chat {
		return ""
	}
	return strings.TrimPrefix(address, chat+":")
}

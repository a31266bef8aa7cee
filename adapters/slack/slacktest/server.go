// Package slacktest is a Slack for tests, on the loopback: the Web API, response URLs, files,
// signed deliveries over HTTP, Socket Mode, and the users of a workspace. They see only what
// the app posted, and press only what they see. It is stricter than Slack: it refuses unknown
// fields, messages without a text, and what exceeds a documented limit.
//
//	ws := slacktest.New(t, slacktest.Config{})
//	user := ws.User("U1", "Usuario 1", "usuario1@example.com")
//	// start the app with ws.APIURL(), ws.Config().BotToken and ws.Config().SigningSecret
//	ws.PointAt(app.URL)
//	user.Says(user.DM(), "No puedo entrar al correo")
//	m := ws.AwaitMessage(user.DM(), "N.º 1")
//	user.Presses(m, "Confirmar")
//
// At its end the test fails for mistakes of the app, unless it read them with Refusals or
// Troubles.
package slacktest

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Config configures the workspace and the app in it. Every field has a default.
type Config struct {
	BotToken      string
	AppToken      string // for Socket Mode
	SigningSecret string
	TeamID        string
	Domain        string
	AppID         string
	BotUser       string // the bot's user id
	BotID         string
	BotName       string

	// SocketMode delivers everything over the app's websockets and nothing over HTTP.
	SocketMode bool
	// Scopes that the bot's token has, and Events that the app is subscribed to, by the names of the
	// manifest ("message.im"). Nil: DefaultScopes, and every event whose scope is granted.
	Scopes []string
	Events []string
	// Commands and Shortcuts (by callback_id) that the app has. Nil: any.
	Commands  []string
	Shortcuts []string
	// What the app's settings switch off: direct messages, the home tab, and interactions.
	NoMessagesTab, NoHomeTab, NoInteractivity bool
	// Clock defaults to a ManualClock at the time of New.
	Clock Clock
	// SignedAt is the time for signatures, by the clock of the app. It defaults to the real time, which slack-go's
	// verifier uses.
	SignedAt func() time.Time
	// RateLimits enforces Slack's rate limits, on the clock.
	RateLimits bool
	// Count counts characters: UTF16 by default, or Runes.
	Count func(string) int
	// NoEcho leaves out the events of the bot's own messages, for benchmarks.
	NoEcho bool
	// Connections is how many deliveries over HTTP are in progress at once; 0: one for each conversation.
	Connections int
	// Patience is the real time after which an Await fails, 10 s by default.
	Patience time.Duration
}

// DefaultScopes are those of a help desk with direct messages, channels, files and reactions.
func DefaultScopes() []string {
	return []string{
		"app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "files:read", "files:write",
		"groups:history", "groups:read", "im:history", "im:read", "im:write", "reactions:read", "reactions:write",
		"usergroups:read", "users:read", "users:read.email",
	}
}

func (c Config) filled() Config {
	c.BotToken = cmp.Or(c.BotToken, "xoxb-slacktest")
	c.AppToken = cmp.Or(c.AppToken, "xapp-slacktest")
	c.SigningSecret = cmp.Or(c.SigningSecret, "slacktest-signing-secret")
	c.TeamID = cmp.Or(c.TeamID, "T0TEST")
	c.Domain = cmp.Or(c.Domain, "slacktest")
	c.AppID = cmp.Or(c.AppID, "A0TEST")
	c.BotUser = cmp.Or(c.BotUser, "U0BOT")
	c.BotID = cmp.Or(c.BotID, "B0BOT")
	c.BotName = cmp.Or(c.BotName, "helptic")
	c.Patience = cmp.Or(c.Patience, 10*time.Second)
	if c.Scopes == nil {
		c.Scopes = DefaultScopes()
	}
	if c.Clock == nil {
		c.Clock = NewClock(time.Now())
	}
	if c.SignedAt == nil {
		c.SignedAt = time.Now
	}
	if c.Count == nil {
		c.Count = UTF16
	}
	return c
}

// Workspace is a Slack with one workspace and one app. Its methods are safe for concurrent use;
// those that can fail the test must be called in the test's own goroutine.
type Workspace struct {
	tb     testing.TB
	config Config
	clock  Clock
	server *httptest.Server
	client *http.Client
	ctx    context.Context

	mu      sync.Mutex
	changed chan struct{} // closed and replaced by every change
	ids     int
	lastTS  int64 // microseconds
	apps    []string
	turn    int    // the next of them
	revoked string // the error code for every call

	users        map[string]*User
	order        []string // of users
	channels     map[string]*channel
	groups       map[string][]string // user groups
	files        map[string]*file
	uploads      map[string]*file // by upload path
	triggers     map[string]*trigger
	responseURLs map[string]*responseURL
	views        map[string]*view
	buckets      map[string]*bucket
	used         map[string]bool // scopes
	faults       []*fault
	calls        []Call
	refusals     []Call
	troubles     []Trouble
	delivery     deliveries
	socketMode   socketMode
}

// New starts an empty workspace. It stops at the end of the test.
func New(t testing.TB, c Config) *Workspace {
	ws := &Workspace{
		tb: t, config: c.filled(), changed: make(chan struct{}), ctx: t.Context(),
		users: map[string]*User{}, channels: map[string]*channel{}, groups: map[string][]string{}, files: map[string]*file{},
		uploads: map[string]*file{}, triggers: map[string]*trigger{}, responseURLs: map[string]*responseURL{}, views: map[string]*view{},
		buckets: map[string]*bucket{}, used: map[string]bool{},
	}
	ws.clock = ws.config.Clock
	ws.delivery.lanes = map[string][]*queuedEvent{}
	ws.socketMode.on = ws.config.SocketMode
	ws.socketMode.tickets = map[string]bool{}
	ws.socketMode.pending = map[string]*envelope{}
	ws.users[ws.config.BotUser] = &User{ws: ws, ID: ws.config.BotUser, name: ws.config.BotName, team: ws.config.TeamID, bot: true}
	ws.order = append(ws.order, ws.config.BotUser)

	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", ws.serveMethod)
	mux.HandleFunc("/hooks/{kind}/{id}", ws.serveResponseURL)
	mux.HandleFunc("/upload/{id}", ws.serveUpload)
	mux.HandleFunc("/files-pri/{id}/{rest...}", ws.serveFile)
	mux.HandleFunc("/signin", signIn)
	mux.HandleFunc("/link", ws.serveSocket)
	ws.server = httptest.NewServer(mux)
	ws.client = &http.Client{
		Transport: &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256, MaxConnsPerHost: ws.config.Connections},
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > 2 {
				return errRedirects
			}
			return nil
		},
	}
	t.Cleanup(ws.close)
	return ws
}

// Config is the configuration with its defaults.
func (ws *Workspace) Config() Config { return ws.config }

// APIURL is the base of the Web API, with the slash that slack-go's OptionAPIURL needs.
func (ws *Workspace) APIURL() string { return ws.server.URL + "/api/" }

// Advance moves the clock, which must be a ManualClock.
func (ws *Workspace) Advance(d time.Duration) {
	ws.tb.Helper()
	manual, ok := ws.clock.(*ManualClock)
	if !ok {
		ws.tb.Fatal("slacktest: the workspace has a clock that cannot be advanced")
	}
	manual.Advance(d)
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.notifyWaiters()
}

func (ws *Workspace) close() {
	ws.mu.Lock()
	for _, f := range ws.faults {
		f.Release()
	}
	for _, s := range ws.socketMode.sockets {
		s.close()
	}
	refusals, troubles := slices.Clone(ws.refusals), slices.Clone(ws.troubles)
	ws.mu.Unlock()
	ws.server.CloseClientConnections()
	ws.server.Close()
	ws.client.CloseIdleConnections()
	if ws.tb.Failed() {
		return
	}
	for _, c := range refusals {
		if c.isMistake() {
			ws.tb.Errorf("slacktest: the app's %s was refused: %s %s", c.Method, c.Answer, strings.Join(c.Messages, "; "))
		}
	}
	for _, trouble := range troubles {
		ws.tb.Errorf("slacktest: %s saw a failure of the app: %s", trouble.User, trouble.What)
	}
}

// notifyWaiters wakes those that Await a change. The lock is held.
func (ws *Workspace) notifyWaiters() {
	close(ws.changed)
	ws.changed = make(chan struct{})
}

// Await waits until the condition holds, and fails the test if that takes too long. It checks
// the condition after every change of the workspace; a change in the app alone is not noticed.
func (ws *Workspace) Await(what string, holds func() bool) {
	ws.tb.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ws.ctx), ws.config.Patience)
	defer cancel()
	for {
		ws.mu.Lock()
		changed := ws.changed
		ws.mu.Unlock()
		if holds() {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			ws.tb.Fatalf("slacktest: timed out waiting for %s\n%s", what, ws.Transcript())
		}
	}
}

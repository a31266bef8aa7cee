// Package slacktest is a Slack for tests: the Web API, response URLs, files, signed
// deliveries over HTTP and Socket Mode on the loopback, and the people of a workspace, who
// see only what the app posted and press only what they see. Where Slack forgives, it refuses:
// unknown fields, missing summaries, anything beyond a documented limit.
//
//	ws := slacktest.New(t, slacktest.Config{})
//	user := ws.User("U1", "Usuario 1", "usuario1@example.com")
//	// start the app with ws.APIURL(), ws.Config().BotToken and ws.Config().SigningSecret
//	ws.PointAt(app.URL)
//	user.Says(user.DM(), "No puedo entrar al correo")
//	m := ws.AwaitMessage(user.DM(), "N.º 1")
//	user.Presses(m, "Confirmar")
//
// What the app did wrong fails the test at its end, unless the test asked for it with
// Refusals or Troubles.
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

// Config is how the workspace and the app in it are set up. What is left out has a value that works.
type Config struct {
	BotToken      string
	AppToken      string // for Socket Mode
	SigningSecret string
	TeamID        string
	Domain        string
	AppID         string
	BotUser       string // the bot's id as a person
	BotID         string
	BotName       string

	// SocketMode delivers everything over the app's websockets and nothing over HTTP.
	SocketMode bool
	// Scopes that the bot's token has, and Events that the app is subscribed to, by the names of the
	// manifest ("message.im"). Nil: DefaultScopes, and every event whose scope is granted.
	Scopes []string
	Events []string
	// Commands and Shortcuts (by callback_id) that the app has. Nil: whatever people try.
	Commands  []string
	Shortcuts []string
	// What the app's settings switch off: writing to the bot, its home, and everything that is pressed.
	NoMessagesTab, NoHomeTab, NoInteractivity bool
	// Clock defaults to one that stands at the time of New until it is advanced.
	Clock Clock
	// SignedAt is the time that deliveries are signed with: the one the app compares with. It defaults to the
	// real time, by which slack-go's verifier goes.
	SignedAt func() time.Time
	// RateLimits holds the app to Slack's pace all the time, on the clock.
	RateLimits bool
	// Count is how characters are counted: UTF16 by default, or Runes.
	Count func(string) int
	// NoEcho leaves out the events of the bot's own messages, for measurements.
	NoEcho bool
	// Connections is how many deliveries over HTTP may be under way at once; 0: as many as there are conversations.
	Connections int
	// Patience is the real time after which an Await gives up, 10 s by default.
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

// Workspace is one fake Slack with one workspace and one app. Its methods may be called by
// several goroutines, but fail the test only in the test's own.
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
	turn    int    // which of them is next
	revoked string // why the token is refused

	users    map[string]*User
	order    []string // of users
	channels map[string]*channel
	groups   map[string][]string // user groups
	files    map[string]*file
	uploads  map[string]*file // by upload path
	triggers map[string]*trigger
	hooks    map[string]*hook
	views    map[string]*view
	paces    map[string]*pace
	used     map[string]bool // scopes
	faults   []*fault
	calls    []Call
	refusals []Call
	troubles []Trouble
	delivery deliveries
	link     link
}

// New starts an empty workspace, which the test's end stops.
func New(t testing.TB, c Config) *Workspace {
	ws := &Workspace{
		tb: t, config: c.filled(), changed: make(chan struct{}), ctx: t.Context(),
		users: map[string]*User{}, channels: map[string]*channel{}, groups: map[string][]string{}, files: map[string]*file{},
		uploads: map[string]*file{}, triggers: map[string]*trigger{}, hooks: map[string]*hook{}, views: map[string]*view{},
		paces: map[string]*pace{}, used: map[string]bool{},
	}
	ws.clock = ws.config.Clock
	ws.delivery.lanes = map[string][]*parcel{}
	ws.link.on = ws.config.SocketMode
	ws.link.tickets = map[string]bool{}
	ws.link.pending = map[string]*envelope{}
	ws.users[ws.config.BotUser] = &User{ws: ws, ID: ws.config.BotUser, name: ws.config.BotName, team: ws.config.TeamID, bot: true}
	ws.order = append(ws.order, ws.config.BotUser)

	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", ws.serveMethod)
	mux.HandleFunc("/hooks/{kind}/{id}", ws.serveHook)
	mux.HandleFunc("/upload/{id}", ws.serveUpload)
	mux.HandleFunc("/files-pri/{id}/{rest...}", ws.serveFile)
	mux.HandleFunc("/signin", signIn)
	mux.HandleFunc("/link", ws.serveLink)
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

// Config is what the workspace runs with, defaults filled in.
func (ws *Workspace) Config() Config { return ws.config }

// APIURL is the base of the Web API, with the slash that slack-go's OptionAPIURL needs.
func (ws *Workspace) APIURL() string { return ws.server.URL + "/api/" }

// Advance moves the clock, where it is a ManualClock.
func (ws *Workspace) Advance(d time.Duration) {
	ws.tb.Helper()
	manual, ok := ws.clock.(*ManualClock)
	if !ok {
		ws.tb.Fatal("slacktest: the workspace goes by a clock that cannot be advanced")
	}
	manual.Advance(d)
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.touch()
}

func (ws *Workspace) close() {
	ws.mu.Lock()
	for _, f := range ws.faults {
		f.free()
	}
	for _, s := range ws.link.sockets {
		s.cut()
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
		if c.mistake() {
			ws.tb.Errorf("slacktest: the app's %s was refused: %s %s", c.Method, c.Answer, strings.Join(c.Messages, "; "))
		}
	}
	for _, trouble := range troubles {
		ws.tb.Errorf("slacktest: %s saw a failure of the app: %s", trouble.User, trouble.What)
	}
}

// touch tells whoever waits that something is different. The lock is held.
func (ws *Workspace) touch() {
	close(ws.changed)
	ws.changed = make(chan struct{})
}

// Await waits until the condition holds, asking again after every change of the
// workspace, and fails the test when that takes too long. What changes only in
// the app is not noticed: let the app say it over a channel instead.
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
			ws.tb.Fatalf("slacktest: waited in vain for %s\n%s", what, ws.Transcript())
		}
	}
}

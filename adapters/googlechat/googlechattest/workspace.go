// Package googlechattest is a Google Chat for tests, stricter than the real one: the API, files,
// certificates and tokens, signed events in both dialects or over Pub/Sub, and people who
// read, write and press what the app shows them, and nothing else. Every body that the app
// sends is checked against Google's discovery document and against what it does not
// say, and every answer against what it answers; a fault fails the test, unless it is gathered (Refusals).
// A second of its limits lasts Config.Pace. What goes wrong in the world goes wrong when it is told to:
// calls, connections, certificates, histories, names.
package googlechattest

import (
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Dialect is the form of events and of their answers.
type Dialect int

// The dialects.
const (
	Classic Dialect = iota // interaction events, signed for the number of the project
	ClassicURL
	Addon // events of Workspace add-ons
)

// Config is what a workspace is like.
type Config struct {
	Dialect Dialect
	// Pace is the least time between two writes to one space, a second where it is 0.
	Pace time.Duration
	Now  func() time.Time
	// Patience is how long Chat waits for an answer, 30 seconds where it is 0.
	Patience time.Duration
	// Publish takes events instead of the endpoint: a topic of Pub/Sub.
	Publish func(data []byte)
	// NoUploads refuses files of the app, as Google does where it is not allowed to send them.
	NoUploads bool
}

// What the app is called.
const (
	AppName       = "HELPTIC"
	ProjectNumber = "123456789012"
	Endpoint      = "https://helptic.example/googlechat/events"
	AddonEmail    = "service-" + ProjectNumber + "@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
	appUser       = "users/900000000000000000009"
	homeDomain    = "home0domain"
)

// Workspace is the Google Chat of an organization with one app.
type Workspace struct {
	t       testing.TB
	config  Config
	server  *httptest.Server
	client  *http.Client
	account *rsa.PrivateKey // the app's service account

	mu        sync.Mutex
	changed   chan struct{} // closed at the next change
	app       string
	n         int
	spaces    map[string]*Space
	users     map[string]*User
	messages  []*stored
	requests  map[string]string      // requestId to name
	media     map[string]File        // by resource name
	uploads   map[string]*uploaded   // by token
	recent    map[string][]time.Time // calls, by limit
	quotas    map[string]int         // of a minute, by limit
	revoked   bool
	presses   int
	faults    map[string][]Fault
	latency   time.Duration
	calls     []Call
	asked     map[string]int // requests that are no calls of the API
	delivered []Delivery
	keys      keyring
	couriers  couriers
	gathering bool // faults are gathered, not failures
	gathered  []string
}

// Space is where people write: a room or the direct messages of one person with the app.
type Space struct {
	ws      *Workspace
	Name    string
	Title   string
	direct  *User
	removed bool // the app is not in it
	forgets bool // its history is off
	install bool // an administrator installed the app
	members map[*User]string
	group   map[*User]bool // members by way of a Google group
	invited map[*User]bool // members who have not answered
}

// File is an attachment.
type File struct {
	Name  string
	Type  string
	Bytes []byte
	Drive bool // it is in Google Drive
	// Length is what a download says of its size: 0 the truth, -1 nothing, else this.
	Length int
}

// Upload keeps a file without a message, and returns the resource that it is downloaded as.
func (s *Space) Upload(f File) string {
	s.ws.mu.Lock()
	defer s.ws.mu.Unlock()
	ref := fmt.Sprintf("%s/messages/M%d/attachments/A0", s.Name, s.ws.next())
	s.ws.media[ref] = f
	return ref
}

// New starts a workspace, which ends with the test.
func New(t testing.TB, c Config) *Workspace {
	t.Helper()
	if c.Pace == 0 {
		c.Pace = time.Second
	}
	if c.Patience == 0 {
		c.Patience = 30 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	ws := &Workspace{t: t, config: c, changed: make(chan struct{}), spaces: map[string]*Space{}, users: map[string]*User{}, requests: map[string]string{},
		media: map[string]File{}, uploads: map[string]*uploaded{}, recent: map[string][]time.Time{}, quotas: quotas(), faults: map[string][]Fault{}, asked: map[string]int{}}
	ws.keys.add(t)
	ws.account = ws.keys.signs().key
	ws.server = httptest.NewServer(ws.routes())
	t.Cleanup(ws.server.Close)
	ws.client = &http.Client{Transport: bearer{ws.server.Client().Transport}}
	return ws
}

// APIURL is the base of the API.
func (ws *Workspace) APIURL() string { return ws.server.URL + "/" }

// CertsURL is where the keys are that events are signed with.
func (ws *Workspace) CertsURL() string { return ws.server.URL + "/certs" }

// Client calls the API as the app.
func (ws *Workspace) Client() *http.Client { return ws.client }

// Audience is whom the tokens are for.
func (ws *Workspace) Audience() string {
	if ws.config.Dialect == Classic {
		return ProjectNumber
	}
	return Endpoint
}

// AddonEmail is the account that signs, "" for a classic app.
func (ws *Workspace) AddonEmail() string {
	if ws.config.Dialect == Addon {
		return AddonEmail
	}
	return ""
}

// PointAt says where the app is served: the URL of its endpoint.
func (ws *Workspace) PointAt(endpoint string) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.app = endpoint
}

// next is a number that was not used before.
func (ws *Workspace) next() int {
	ws.n++
	return ws.n
}

// touch wakes whoever waits for something to change.
func (ws *Workspace) touch() {
	close(ws.changed)
	ws.changed = make(chan struct{})
}

// Await returns when something holds, and fails the test where that takes too long.
func (ws *Workspace) Await(what string, holds func() bool) {
	ws.t.Helper()
	late := time.NewTimer(20 * time.Second)
	defer late.Stop()
	look := time.NewTicker(50 * time.Millisecond) // for what changes elsewhere
	defer look.Stop()
	for {
		ws.mu.Lock()
		changed := ws.changed
		ws.mu.Unlock()
		if holds() {
			return
		}
		select {
		case <-changed:
		case <-look.C:
		case <-late.C:
			ws.t.Fatalf("waited too long for %s\n%s", what, ws.Transcript())
		}
	}
}

// fault reports what the app did that Google would not take. The lock is held.
func (ws *Workspace) fault(where string, faults []string) bool {
	if len(faults) == 0 {
		return false
	}
	if ws.gathering {
		for _, f := range faults {
			ws.gathered = append(ws.gathered, where+": "+f)
		}
		return true
	}
	ws.t.Errorf("Google Chat would refuse %s:\n  %s", where, strings.Join(faults, "\n  "))
	return true
}

// bearer puts the app's token on requests.
type bearer struct{ next http.RoundTripper }

const accessToken = "googlechattest-token"

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+accessToken)
	return b.next.RoundTrip(r)
}

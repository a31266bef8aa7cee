package googlechat_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"helptic/adapters/googlechat"
	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
	"helptic/flows"
	"helptic/flows/card"
	"helptic/storage"
	"helptic/storage/sqlite"
	"helptic/ticket"
)

// testPace is the interval between two writes to a space in tests, for the adapter and for the workspace.
const testPace = 20 * time.Millisecond

// desk is the help desk in a workspace, over a real database.
type desk struct {
	t        *testing.T
	ws       *googlechattest.Workspace
	agents   *googlechattest.Space
	store    storage.Store
	adapter  *googlechat.Adapter
	inbox    *bot.Inbox
	outbox   *bot.Outbox
	endpoint string
	log      *lockedBuffer
	observer *googlechattest.User
	cancel   func() // ends the context of the process
	stop     func() // and waits for the process
}

type setup struct {
	config  googlechattest.Config
	change  func(*googlechat.Config)
	handle  bot.Handler // nil: the real desk
	find    bot.Finder
	spaces  func(*desk) // adds spaces
	store   storage.Store
	members []string
	wrap    func(http.Handler) http.Handler // wraps the endpoint
	before  func(*googlechat.Adapter)       // it is called before the adapter runs
	unready bool                            // do not wait for the chat to be ready
}

// newDesk starts a desk, with the named members in the agents' space.
func newDesk(t *testing.T, s setup) *desk {
	t.Helper()
	d := &desk{t: t, log: &lockedBuffer{}}
	s.config.Pace = testPace
	d.ws = googlechattest.New(t, s.config)
	var members []*googlechattest.User
	for _, m := range s.members {
		members = append(members, d.ws.User(m))
	}
	d.agents = d.ws.Space("Mesa de ayuda", members...)
	if s.spaces != nil {
		s.spaces(d)
	}
	d.start(s)
	return d
}

// start starts a process over the workspace.
func (d *desk) start(s setup) {
	t := d.t
	t.Helper()
	if s.store == nil {
		store, err := sqlite.Open(t.Context(), t.TempDir(), 20<<20)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
		s.store = store
	}
	d.store = s.store
	log := zerolog.New(d.log)
	c := googlechat.Config{Audience: d.ws.Audience(), AddonEmail: d.ws.AddonEmail(), APIURL: d.ws.APIURL(), CertsURL: d.ws.CertsURL(), HTTPClient: d.ws.Client(),
		AppendLog: d.store, Files: d.store, AgentChannel: d.agents.Address(), Now: time.Now, Log: log}
	if s.change != nil {
		s.change(&c)
	}
	var err error
	if d.adapter, err = googlechat.New(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	d.adapter.SetPace(testPace + testPace/4)
	d.adapter.SetReceiveTimes(testPace, testPace)
	if s.before != nil {
		s.before(d.adapter)
	}
	adapters := []bot.Adapter{d.adapter}
	d.outbox = bot.NewOutbox(d.store, adapters, time.Now, log)
	handle := s.handle
	var debts bot.Notifications = noNotifications{}
	if handle == nil {
		text, err := os.ReadFile("../../catalog.json")
		if err != nil {
			t.Fatal(err)
		}
		catalog, err := ticket.LoadCatalog(text)
		if err != nil {
			t.Fatal(err)
		}
		desk := &flows.Desk{Store: d.store, Catalog: catalog, Directory: bot.NewDirectory(adapters, time.Now), Now: time.Now, Log: log,
			WakeOutbox: d.outbox.Wake, Send: d.outbox.Send, AgentChannel: d.agents.Address()}
		handle, debts, s.find = desk.Handle, desk, desk.Find
	}
	d.inbox = bot.NewInbox(d.store, handle, d.outbox, card.InboxTexts, time.Now, log)
	d.inbox.Find = s.find
	mux := http.NewServeMux()
	for pattern, h := range d.adapter.Handlers() {
		mux.Handle(pattern, h)
	}
	var served http.Handler = mux
	if s.wrap != nil {
		served = s.wrap(mux)
	}
	server := httptest.NewServer(served)
	d.endpoint = server.URL + "/googlechat/events"
	d.ws.PointAt(d.endpoint)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := d.adapter.Run(ctx, d.inbox); err != nil {
			t.Error(err)
		}
	})
	running.Go(func() {
		if err := d.outbox.Run(ctx, debts, 200*time.Millisecond); err != nil {
			t.Error(err)
		}
	})
	d.cancel = cancel
	d.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		d.inbox.Close()
		server.Close()
	})
	t.Cleanup(d.stop)
	for !s.unready && !d.adapter.Ready() {
		select {
		case <-t.Context().Done():
			t.Fatal("the chat is not ready")
		case <-time.After(time.Millisecond):
		}
	}
}

// noNotifications is an empty outbox.
type noNotifications struct{}

func (noNotifications) Lease(context.Context, time.Time, time.Time, int) ([]bot.Leased, error) {
	return nil, nil
}

type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (d *desk) user(name string) *googlechattest.User { return d.ws.User(name) }

// logText is the log of the program so far.
func (d *desk) logText() string {
	d.log.mu.Lock()
	defer d.log.mu.Unlock()
	return d.log.b.String()
}

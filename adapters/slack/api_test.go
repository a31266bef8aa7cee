package slack

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"helptic/bot"
	"helptic/storage/sqlite"
)

const (
	testSecret = "signing secret of the tests"
	testTeam   = "T111"
	testBot    = "UBOT00001"
	testUser   = "U00000001"
)

// webAPI is a small Web API: it records its calls and answers as the test sets it.
type webAPI struct {
	*httptest.Server
	mu     sync.Mutex
	calls  []call
	answer map[string]func(call, http.ResponseWriter)
	called chan struct{}
	ts     int
}

type call struct {
	method string
	token  string
	form   url.Values
}

func newWebAPI(t testing.TB) *webAPI {
	w := &webAPI{answer: map[string]func(call, http.ResponseWriter){}, called: make(chan struct{}, 1000)}
	w.Server = httptest.NewServer(w)
	t.Cleanup(w.Close)
	return w
}

// ServeHTTP answers a call of the Web API.
func (w *webAPI) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	c := call{method: strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/api"), "/"), token: strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), form: url.Values{}}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var fields map[string]json.RawMessage
		if json.Unmarshal(body, &fields) == nil {
			for name, value := range fields {
				var text string
				if json.Unmarshal(value, &text) != nil {
					text = string(value)
				}
				c.form.Set(name, text)
			}
		}
	} else if form, err := url.ParseQuery(string(body)); err == nil && !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		c.form = form
	}
	if c.token == "" {
		c.token = c.form.Get("token")
	}
	w.mu.Lock()
	w.calls = append(w.calls, c)
	answer := w.answer[c.method]
	w.ts++
	ts := fmt.Sprintf("1700000000.%06d", w.ts)
	w.mu.Unlock()
	defer func() {
		select {
		case w.called <- struct{}{}:
		default:
		}
	}()
	out.Header().Set("Content-Type", "application/json")
	if answer != nil {
		answer(c, out)
		return
	}
	switch c.method {
	case "auth.test":
		fmt.Fprintf(out, `{"ok":true,"team":"Equipo","user":"helptic","team_id":%q,"user_id":%q,"bot_id":"BBOT00001"}`, testTeam, testBot)
	case "users.info":
		fmt.Fprintf(out, `{"ok":true,"user":{"id":%q,"team_id":%q,"profile":{"real_name":"Usuario 1","email":"usuario1@example.org"}}}`, c.form.Get("user"), testTeam)
	case "conversations.open":
		fmt.Fprintf(out, `{"ok":true,"channel":{"id":"D%s"}}`, c.form.Get("users"))
	case "conversations.history", "conversations.replies":
		fmt.Fprint(out, `{"ok":true,"messages":[]}`)
	default:
		fmt.Fprintf(out, `{"ok":true,"channel":%q,"ts":%q,"message_ts":%q,"message":{"ts":%q},"view":{"id":"V1"}}`, c.form.Get("channel"), ts, ts, ts)
	}
}

// on sets the answer to a method.
func (w *webAPI) on(method string, f func(call, http.ResponseWriter)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer[method] = f
}

// answerText answers every call with the same text.
func answerText(text string) func(call, http.ResponseWriter) {
	return func(_ call, w http.ResponseWriter) { fmt.Fprint(w, text) }
}

// of returns the calls of a method.
func (w *webAPI) of(method string) []call {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []call
	for _, c := range w.calls {
		if c.method == method {
			out = append(out, c)
		}
	}
	return out
}

// wait returns the first call of a method, once there is one.
func (w *webAPI) wait(t *testing.T, method string) call {
	t.Helper()
	for {
		if calls := w.of(method); len(calls) > 0 {
			return calls[0]
		}
		select {
		case <-w.called:
		case <-t.Context().Done():
			t.Fatalf("%s was never called", method)
		}
	}
}

// bench is an adapter with a real store and an inbox. It records the events that the flows
// handle.
type bench struct {
	t       testing.TB
	adapter *Adapter
	api     *webAPI
	store   *sqlite.Store
	inbox   *bot.Inbox
	log     *lockedBuffer
	now     func() time.Time
	mux     *http.ServeMux

	mu      sync.Mutex
	events  []bot.Event
	handled chan bot.Event
	denied  chan struct{} // the broken journal did not take one
	reply   func(bot.Event) (bot.Reply, error)
	broken  bool // the journal takes nothing
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var errDiskFull = errors.New("disk is full")

// Accept fails while the journal is broken.
func (b *bench) Accept(ctx context.Context, e bot.StoredEvent) (bool, error) {
	b.mu.Lock()
	broken := b.broken
	b.mu.Unlock()
	if broken {
		b.denied <- struct{}{}
		return false, errDiskFull
	}
	return b.store.Accept(ctx, e)
}

type breakableJournal struct {
	*sqlite.Store
	b *bench
}

func (j breakableJournal) Accept(ctx context.Context, e bot.StoredEvent) (bool, error) {
	return j.b.Accept(ctx, e)
}

func newBench(t testing.TB, change ...func(*Config)) *bench {
	t.Helper()
	b := &bench{t: t, api: newWebAPI(t), log: &lockedBuffer{}, now: time.Now, handled: make(chan bot.Event, 1000), denied: make(chan struct{}, 1000)}
	var err error
	if b.store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "data"), 1<<20); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	c := Config{BotToken: "xoxb-test", SigningSecret: testSecret, APIURL: b.api.URL + "/api", AppendLog: b.store, Files: b.store, MaxFileBytes: 1 << 20,
		Log: zerolog.New(b.log), Now: func() time.Time { return b.now() }}
	for _, f := range change {
		f(&c)
	}
	if b.adapter, err = New(c); err != nil {
		t.Fatal(err)
	}
	b.adapter.self.Store(&identity{Team: testTeam, User: testBot, Bot: "BBOT00001"})
	log := zerolog.Nop()
	delivery := bot.NewOutbox(b.store, []bot.Adapter{b.adapter}, time.Now, log)
	b.inbox = bot.NewInbox(breakableJournal{b.store, b}, func(_ context.Context, e bot.Event) (bot.Reply, error) {
		b.mu.Lock()
		b.events = append(b.events, e)
		reply := b.reply
		b.mu.Unlock()
		defer func() {
			select {
			case b.handled <- e:
			default:
			}
		}()
		if reply != nil {
			return reply(e)
		}
		return bot.Reply{}, nil
	}, delivery, bot.Texts{}, time.Now, log)
	b.adapter.inbox.Store(b.inbox)
	b.mux = http.NewServeMux()
	for pattern, h := range b.adapter.Handlers() {
		b.mux.Handle(pattern, h)
	}
	t.Cleanup(func() {
		b.adapter.background.close()
		b.inbox.Close()
	})
	return b
}

// answers sets the handler of the flows.
func (b *bench) answers(f func(bot.Event) (bot.Reply, error)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reply = f
}

func (b *bench) breakJournal(broken bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = broken
}

// event waits for the next event that the flows handle.
func (b *bench) event() bot.Event {
	b.t.Helper()
	select {
	case e := <-b.handled:
		return e
	case <-b.t.Context().Done():
		b.t.Fatal("no event was handled")
		return bot.Event{}
	}
}

// handledEvents waits until nothing is in progress and returns all events so far.
func (b *bench) handledEvents() []bot.Event {
	b.adapter.background.mu.Lock()
	b.adapter.background.mu.Unlock() //nolint:staticcheck // tasks that were being added are counted now
	b.adapter.background.tasks.Wait()
	b.inbox.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]bot.Event(nil), b.events...)
}

// signed is a request as Slack makes it.
func signed(path string, body []byte, at time.Time) *http.Request {
	kind := "application/x-www-form-urlencoded"
	if path == "/slack/events" {
		kind = "application/json"
	}
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	stamp := strconv.FormatInt(at.Unix(), 10)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(signature(testSecret, stamp, body)))
	return r
}

func (b *bench) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.mux.ServeHTTP(w, r)
	return w
}

func (b *bench) post(path string, body []byte) *httptest.ResponseRecorder {
	return b.do(signed(path, body, b.now()))
}

// deliver posts an event of the Events API.
func (b *bench) deliver(event string) *httptest.ResponseRecorder {
	return b.post("/slack/events", fmt.Appendf(nil, `{"type":"event_callback","team_id":%q,"event_id":"Ev1","event":%s}`, testTeam, event))
}

// interact posts the payload of an interaction.
func (b *bench) interact(path, payload string) *httptest.ResponseRecorder {
	return b.post(path, []byte(url.Values{"payload": {payload}}.Encode()))
}

func directMessage(text string, n int) string {
	return fmt.Sprintf(`{"type":"message","channel":"D%s","channel_type":"im","user":%q,"text":%q,"ts":"1600000000.%06d"}`, testUser, testUser, text, n)
}

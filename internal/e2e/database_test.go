package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"helptic/storage/mongodb/ferrettest"
)

// proxy forwards connections to a server until it is cut.
type proxy struct {
	listener net.Listener
	to       string
	mu       sync.Mutex
	cut      bool
	open     []net.Conn
}

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, to: to}
	t.Cleanup(func() {
		l.Close()
		p.setCut(true)
	})
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			p.forward(near)
		}
	}()
	return p
}

func (p *proxy) forward(near net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	far, err := net.Dial("tcp", p.to)
	if p.cut || err != nil {
		near.Close()
		return
	}
	p.open = append(p.open, near, far)
	for _, ends := range [][2]net.Conn{{near, far}, {far, near}} {
		go func() {
			_, _ = io.Copy(ends[0], ends[1]) // a cut connection ends with an error
			ends[0].Close()
		}()
	}
}

func (p *proxy) setCut(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = cut
	for _, conn := range p.open {
		conn.Close()
	}
	p.open = nil
}

// While the database is away the bot is not ready and accepts no event; the page sends it
// again. When the database is back the work continues without a restart.
func TestDatabaseAway(t *testing.T) {
	uri := ferrettest.Start(t)
	database := newProxy(t, strings.Trim(strings.TrimPrefix(uri, "mongodb://"), "/"))
	bot := start(t, map[string]string{"MONGODB_URI": "mongodb://" + database.listener.Addr().String() + "/", "MONGODB_DATABASE": "away"})
	client := &http.Client{Timeout: 15 * time.Second}
	send := func() int {
		body, err := json.Marshal(map[string]any{"person": "web:usuario-1", "once": "00000000-0000-4000-8000-000000000001", "room": "web:usuario-1", "text": "hola", "files": []string{}})
		if err != nil {
			t.Fatal(err)
		}
		return status(t, client, http.MethodPost, bot.url+"/web/messages", body)
	}
	await(t, "ready", func() bool { return status(t, client, http.MethodGet, bot.url+"/readyz", nil) == http.StatusOK })
	database.setCut(true)
	await(t, "not ready", func() bool {
		return status(t, client, http.MethodGet, bot.url+"/readyz", nil) == http.StatusServiceUnavailable
	})
	if code := send(); code < 500 {
		t.Fatalf("a message that cannot be stored was answered with %d", code)
	}
	if code := status(t, client, http.MethodGet, bot.url+"/healthz", nil); code != http.StatusOK {
		t.Fatalf("liveness is %d, so the process would be killed to no use\n%s", code, bot.stderr)
	}
	database.setCut(false)
	await(t, "accepted", func() bool { return send() == http.StatusOK })
	await(t, "answered", func() bool {
		answer, err := client.Get(bot.url + "/web/state?person=web:usuario-1")
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		page, err := io.ReadAll(answer.Body)
		if err != nil {
			return false
		}
		if n := bytes.Count(page, []byte("En qué le podemos ayudar?")); n > 2 { // card and summary
			t.Fatalf("answered %d times", n)
		} else {
			return n > 0
		}
		return false
	})
	if counts := get(t, client, bot.url+"/metrics"); !strings.Contains(counts, `helptic_message_seconds_count{chat="web",result="ok"}`) {
		t.Errorf("sent messages are not counted:\n%s", counts)
	}
	if code := bot.stop(); code != 0 {
		t.Errorf("ended with %d\n%s", code, bot.stderr)
	}
}

package main

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

// cable is the way to a server, which can be cut and joined again.
type cable struct {
	listener net.Listener
	to       string
	mu       sync.Mutex
	cut      bool
	open     []net.Conn
}

func newCable(t *testing.T, to string) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{listener: l, to: to}
	t.Cleanup(func() {
		l.Close()
		c.set(true)
	})
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			c.join(near)
		}
	}()
	return c
}

func (c *cable) join(near net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	far, err := net.Dial("tcp", c.to)
	if c.cut || err != nil {
		near.Close()
		return
	}
	c.open = append(c.open, near, far)
	for _, ends := range [][2]net.Conn{{near, far}, {far, near}} {
		go func() {
			_, _ = io.Copy(ends[0], ends[1]) // cut when it ends, however it ends
			ends[0].Close()
		}()
	}
}

func (c *cable) set(cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = cut
	for _, conn := range c.open {
		conn.Close()
	}
	c.open = nil
}

// While the database is away the bot is not ready and takes nothing, which the page sends
// again; when it is back the work goes on by itself.
func TestDatabaseAway(t *testing.T) {
	uri := ferrettest.Start(t)
	c := newCable(t, strings.Trim(strings.TrimPrefix(uri, "mongodb://"), "/"))
	bot := start(t, map[string]string{"MONGODB_URI": "mongodb://" + c.listener.Addr().String() + "/", "MONGODB_DATABASE": "away"})
	client := &http.Client{Timeout: 15 * time.Second}
	say := func() int {
		body, err := json.Marshal(map[string]any{"person": "web:usuario-1", "once": "00000000-0000-4000-8000-000000000001", "room": "web:usuario-1", "text": "hola", "files": []string{}})
		if err != nil {
			t.Fatal(err)
		}
		return status(t, client, http.MethodPost, bot.url+"/web/messages", body)
	}
	await(t, "ready", func() bool { return status(t, client, http.MethodGet, bot.url+"/readyz", nil) == http.StatusOK })
	c.set(true)
	await(t, "not ready", func() bool {
		return status(t, client, http.MethodGet, bot.url+"/readyz", nil) == http.StatusServiceUnavailable
	})
	if code := say(); code < 500 {
		t.Fatalf("a message that cannot be stored was answered with %d", code)
	}
	if code := status(t, client, http.MethodGet, bot.url+"/healthz", nil); code != http.StatusOK {
		t.Fatalf("liveness is %d: nobody gains by killing the process\n%s", code, bot.stderr)
	}
	c.set(false)
	await(t, "taken", func() bool { return say() == http.StatusOK })
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
		t.Errorf("what was said is not counted:\n%s", counts)
	}
	if code := bot.stop(); code != 0 {
		t.Errorf("ended with %d\n%s", code, bot.stderr)
	}
}

func status(t *testing.T, client *http.Client, method, url string, body []byte) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		return 599
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

func get(t *testing.T, client *http.Client, url string) string {
	t.Helper()
	answer, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// await asks until something holds, for a minute at most.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range 300 {
		if holds() {
			return
		}
		<-tick.C
	}
	t.Fatalf("never %s", what)
}

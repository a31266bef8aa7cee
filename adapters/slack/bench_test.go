package slack

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"helptic/bot"
	"helptic/storage/sqlite"
)

// served is the adapter behind a real server, with durable storage.
type served struct {
	adapter *Adapter
	inbox   *bot.Inbox
	url     string
	client  *http.Client
	people  int64
}

func serve(b *testing.B, apiURL string, handle bot.Handler) *served {
	b.Helper()
	store, err := sqlite.Open(context.Background(), filepath.Join(b.TempDir(), "data"), 1<<20)
	if err != nil {
		b.Fatal(err)
	}
	log := zerolog.Nop()
	a, err := New(Config{BotToken: "xoxb-bench", SigningSecret: testSecret, APIURL: apiURL, AppendLog: store, Files: store, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	a.self.Store(&identity{Team: testTeam, User: testBot})
	delivery := bot.NewOutbox(store, []bot.Adapter{a}, time.Now, log)
	inbox := bot.NewInbox(store, handle, delivery, bot.Texts{}, time.Now, log)
	a.inbox.Store(inbox)
	mux := http.NewServeMux()
	for pattern, h := range a.Handlers() {
		mux.Handle(pattern, h)
	}
	server := httptest.NewServer(mux)
	b.Cleanup(func() {
		server.Close()
		a.background.close()
		inbox.Wait()
		inbox.Close()
		_ = store.Close()
	})
	return &served{a, inbox, server.URL, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}, 1000}
}

// send posts the n-th event as Slack does.
func (s *served) send(n int64) error {
	who := fmt.Sprintf("U%07d", n%s.people)
	body := fmt.Appendf(nil, `{"token":"x","team_id":%q,"api_app_id":"A1","event":{"client_msg_id":"a8744611-0210-4f85-9f15-%012d","type":"message","text":"La impresora del piso 3 no imprime","user":%q,"ts":"%d.%06d","team":%q,"channel":"D%s","channel_type":"im",
		"blocks":[{"type":"rich_text","block_id":"b","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"La impresora del piso 3 no imprime"}]}]}]},"type":"event_callback","event_id":"Ev%d","event_time":1700000000}`,
		testTeam, n, who, 1700000000+n/1000000, n%1000000, testTeam, who, n)
	r, err := http.NewRequest(http.MethodPost, s.url+"/slack/events", bytes.NewReader(body))
	if err != nil {
		return err
	}
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(signature(testSecret, stamp, body)))
	w, err := s.client.Do(r)
	if err != nil {
		return err
	}
	defer w.Body.Close()
	_, _ = io.Copy(io.Discard, w.Body)
	if w.StatusCode != http.StatusOK {
		return errors.New(w.Status)
	}
	return nil
}

// load sends b.N events over some connections and reports how many a second, and the
// 99th percentile of the time to the 200.
func (s *served) load(b *testing.B, connections int) {
	b.Helper()
	var next atomic.Int64
	times := make([][]time.Duration, connections)
	b.ResetTimer()
	began := time.Now()
	var all sync.WaitGroup
	for c := range connections {
		all.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				start := time.Now()
				if err := s.send(n); err != nil {
					b.Error(err)
					return
				}
				times[c] = append(times[c], time.Since(start))
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	b.StopTimer()
	every := slices.Concat(times...)
	slices.Sort(every)
	if len(every) > 0 {
		b.ReportMetric(float64(len(every))/took.Seconds(), "events/s")
		b.ReportMetric(float64(every[len(every)*99/100].Microseconds())/1000, "p99-ms")
		b.ReportMetric(float64(every[len(every)/2].Microseconds())/1000, "p50-ms")
	}
}

// BenchmarkAck is the time from a signed event to the 200, over loopback HTTP, with the
// load generator on the same machine and every event on disk before it is answered. The
// events are handled meanwhile.
func BenchmarkAck(b *testing.B) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"ok":true,"user":{"id":%q,"team_id":%q,"real_name":"Usuario 1"}}`, r.FormValue("user"), testTeam)
	}))
	defer api.Close()
	for _, n := range []int{1, 16, 64} {
		b.Run(fmt.Sprint("connections=", n), func(b *testing.B) {
			s := serve(b, api.URL, func(context.Context, bot.Event) (bot.Reply, error) { return bot.Reply{}, nil })
			s.load(b, n)
		})
	}
}

// BenchmarkPost is the time from signed events to their chat.postMessage, with an API that
// takes 100 ms.
func BenchmarkPost(b *testing.B) {
	var posted atomic.Int64
	done := make(chan struct{}, 1)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-time.After(100 * time.Millisecond)
		switch r.URL.Path {
		case "/users.info":
			fmt.Fprintf(w, `{"ok":true,"user":{"id":%q,"team_id":%q,"real_name":"Usuario 1"}}`, r.FormValue("user"), testTeam)
		case "/chat.postMessage":
			n := posted.Add(1)
			fmt.Fprintf(w, `{"ok":true,"channel":%q,"ts":"1700000000.%06d"}`, r.FormValue("channel"), n)
			select {
			case done <- struct{}{}:
			default:
			}
		}
	}))
	defer api.Close()
	b.Run("connections=16", func(b *testing.B) {
		posted.Store(0)
		s := serve(b, api.URL, func(_ context.Context, e bot.Event) (bot.Reply, error) {
			return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "answer/" + e.Key, Message: bot.Message{Text: "Recibido"}}}}, nil
		})
		s.people = int64(b.N) // a person has a message a second at most
		began := time.Now()
		s.load(b, 16)
		for posted.Load() < int64(b.N) {
			<-done
		}
		b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "posts/s")
	})
}

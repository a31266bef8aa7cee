package googlechat_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"helptic/adapters/googlechat"
	"helptic/adapters/googlechat/googlechattest"
	"helptic/bot"
	"helptic/storage/sqlite"
)

// BenchmarkAck measures the time from a signed event to the 200, over loopback HTTP, with the load
// generator on the same machine, every signature verified and every event on disk before it is
// answered. Events are handled at the same time. Tokens are signed beforehand.
func BenchmarkAck(b *testing.B) {
	const tokens, people = 200, 1000
	for name, dialect := range map[string]googlechattest.Dialect{"classic": googlechattest.Classic, "add-on": googlechattest.Addon} {
		for _, connections := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("%s/connections=%d", name, connections), func(b *testing.B) {
				ws := googlechattest.New(b, googlechattest.Config{Dialect: dialect})
				api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					fmt.Fprint(w, `{"state":"JOINED","affiliation":"INTERNAL","member":{"type":"HUMAN"}}`)
				}))
				b.Cleanup(api.Close)
				signed := make([]string, tokens)
				for i := range signed {
					claims := ws.Claims()
					claims["jti"] = i
					signed[i] = "Bearer " + ws.Token(ws.Header(), claims)
				}
				send := ackServer(b, googlechat.Config{Audience: ws.Audience(), AddonEmail: ws.AddonEmail(), CertsURL: ws.CertsURL(), APIURL: api.URL + "/", HTTPClient: api.Client()})
				var next atomic.Int64
				times := make([][]time.Duration, connections)
				b.ResetTimer()
				began := time.Now()
				var all sync.WaitGroup
				for c := range connections {
					all.Go(func() {
						for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
							start := time.Now()
							if err := send(ackEvent(dialect, n, n%people), signed[n%tokens]); err != nil {
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
			})
		}
	}
}

// ackServer starts the adapter behind a real server, with durable storage. It returns a function that sends events to it.
func ackServer(b *testing.B, c googlechat.Config) func(body []byte, authorization string) error {
	b.Helper()
	store, err := sqlite.Open(context.Background(), filepath.Join(b.TempDir(), "data"), 1<<20)
	if err != nil {
		b.Fatal(err)
	}
	log := zerolog.Nop()
	c.AppendLog, c.Files, c.Log = store, store, log
	a, err := googlechat.New(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	delivery := bot.NewOutbox(store, []bot.Adapter{a}, time.Now, log)
	inbox := bot.NewInbox(store, func(context.Context, bot.Event) (bot.Reply, error) { return bot.Reply{}, nil }, delivery, bot.Texts{}, time.Now, log)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := a.Run(ctx, inbox); err != nil {
			b.Error(err)
		}
	})
	mux := http.NewServeMux()
	for pattern, h := range a.Handlers() {
		mux.Handle(pattern, h)
	}
	server := httptest.NewServer(mux)
	b.Cleanup(func() {
		server.Close()
		cancel()
		running.Wait()
		inbox.Wait()
		inbox.Close()
		_ = store.Close()
	})
	for !a.Ready() {
		<-time.After(time.Millisecond)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	return func(body []byte, authorization string) error {
		r, err := http.NewRequest(http.MethodPost, server.URL+"/googlechat/events", bytes.NewReader(body))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", authorization)
		w, err := client.Do(r)
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
}

// ackEvent is the n-th message, with all the fields that Google sends.
func ackEvent(d googlechattest.Dialect, n, who int64) []byte {
	user := fmt.Sprintf(`{"name":"users/1%020d","displayName":"Usuario %d","email":"usuario.%d@entidad.example","type":"HUMAN","domainId":"d1","avatarUrl":"https://lh3.example/a"}`, who, who, who)
	space := fmt.Sprintf(`{"name":"spaces/D%06d","type":"DM","singleUserBotDm":true,"spaceType":"DIRECT_MESSAGE","spaceThreadingState":"THREADED_MESSAGES","spaceHistoryState":"HISTORY_ON"}`, who)
	message := fmt.Sprintf(`{"name":"spaces/D%06d/messages/M%d.M%d","sender":%s,"createTime":"2026-11-23T15:00:00Z","text":"La impresora del piso 3 no imprime","argumentText":"La impresora del piso 3 no imprime","thread":{"name":"spaces/D%06d/threads/M%d"},"space":%s,"messageHistoryState":"HISTORY_ON"}`,
		who, n, n, user, who, n, space)
	if d == googlechattest.Addon {
		return fmt.Appendf(nil, `{"commonEventObject":{"userLocale":"es","hostApp":"CHAT","platform":"WEB","timeZone":{"id":"America/Bogota","offset":-1.8E7}},"chat":{"user":%s,"space":%s,"eventTime":"2026-11-23T15:00:00.%06dZ","messagePayload":{"message":%s,"space":%s}}}`,
			user, space, n%1000000, message, space)
	}
	return fmt.Appendf(nil, `{"type":"MESSAGE","eventTime":"2026-11-23T15:00:00.%06dZ","message":%s,"user":%s,"space":%s,"common":{"userLocale":"es","hostApp":"CHAT"}}`, n%1000000, message, user, space)
}

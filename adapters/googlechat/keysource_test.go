package googlechat

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// keyServer serves Google's keys, or what a test wants, and counts the fetches.
type keyServer struct {
	fetches atomic.Int64
	mu      sync.Mutex
	handler func(w http.ResponseWriter, r *http.Request)
}

func (g *keyServer) respond(answer func(w http.ResponseWriter, r *http.Request)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.handler = answer
}

func (g *keyServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.fetches.Add(1)
	g.mu.Lock()
	answer := g.handler
	g.mu.Unlock()
	answer(w, r)
}

// RoundTrip responds without a network, so that the clock of a bubble advances.
func (g *keyServer) RoundTrip(r *http.Request) (*http.Response, error) {
	answered := make(chan *http.Response, 1)
	go func() {
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		answered <- w.Result()
	}()
	select {
	case response := <-answered:
		return response, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // unreachable: rand.Reader does not fail
	}
	return key
})

// keySet is a JWKS in which one key has these ids.
func keySet(ids ...string) []byte {
	public := testKey().PublicKey
	set := map[string][]map[string]string{"keys": {}}
	for _, id := range ids {
		set["keys"] = append(set["keys"], map[string]string{"kid": id, "kty": "RSA",
			"n": base64.RawURLEncoding.EncodeToString(public.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(public.E)).Bytes())})
	}
	body, err := json.Marshal(set)
	if err != nil {
		panic(err) // unreachable: strings
	}
	return body
}

func serveKeys(ids ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=3600, must-revalidate")
		_, _ = w.Write(keySet(ids...))
	}
}

func serveStatus(code int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// keyTest asks a key source for keys.
type keyTest struct {
	t      *testing.T
	server *keyServer
	source *keySource
}

// inBubble runs a test with a fake clock.
func inBubble(t *testing.T, test func(keyTest)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := &keyServer{}
		test(keyTest{t, g, &keySource{url: "https://keys.example", client: &http.Client{Transport: g, Timeout: keysTimeout}, now: time.Now, log: zerolog.Nop()}})
	})
}

// wantKey asks for a key and checks the error and the time it took.
func (q keyTest) wantKey(id string, want error, most time.Duration) {
	q.t.Helper()
	began := time.Now()
	k, err := q.source.key(q.t.Context(), id)
	if !errors.Is(err, want) || (err == nil) != (k != nil) {
		q.t.Errorf("%s: %v, want %v", id, err, want)
	}
	if took := time.Since(began); took > most {
		q.t.Errorf("%s: took %v", id, took)
	}
}

// advance advances the clock.
func (q keyTest) advance(d time.Duration) { <-time.After(d) }

func (q keyTest) wantFetches(want int64) {
	q.t.Helper()
	if n := q.server.fetches.Load(); n != want {
		q.t.Errorf("%d fetches, want %d", n, want)
	}
}

// Keys are unavailable while the first fetch fails, and there as soon as one succeeds.
func TestKeysUnavailableAtStart(t *testing.T) {
	inBubble(t, func(q keyTest) {
		q.server.respond(serveStatus(http.StatusBadGateway))
		for range 5 {
			q.wantKey("a", errKeysUnavailable, 0)
		}
		q.wantFetches(1)
		q.advance(failedFetchInterval)
		q.server.respond(serveKeys("a"))
		for range 5 {
			q.wantKey("a", nil, 0)
		}
		q.wantKey("b", errInvalidToken, 0)
		q.wantFetches(2)
	})
}

// While fetches fail, the cached keys are returned at once, and the fetch is repeated at its interval.
func TestKeysUnavailableLater(t *testing.T) {
	inBubble(t, func(q keyTest) {
		q.server.respond(serveKeys("a"))
		q.wantKey("a", nil, 0)
		q.server.respond(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }) // no response
		q.advance(2 * time.Hour)
		q.wantKey("a", nil, keysTimeout) // the first caller waits
		for range 60 {
			q.advance(time.Second)
			q.wantKey("a", nil, 0)
		}
		if n := q.server.fetches.Load(); n > 8 {
			q.t.Errorf("%d fetches in a minute", n)
		}
		// It may be a new key: the event is to be delivered again.
		q.wantKey("b", errKeysUnavailable, keysTimeout)
		q.server.respond(serveKeys("b"))
		q.advance(failedFetchInterval + keysTimeout)
		q.wantKey("b", nil, 0)
		q.wantKey("a", errInvalidToken, 0)
	})
}

// A new key is fetched when it is first needed, and a withdrawn key is refused.
func TestKeyRotation(t *testing.T) {
	inBubble(t, func(q keyTest) {
		q.server.respond(serveKeys("a"))
		q.wantKey("a", nil, 0)
		q.advance(30 * time.Minute)
		q.server.respond(serveKeys("a", "b"))
		q.wantKey("b", nil, 0)
		q.wantKey("a", nil, 0)
		q.wantFetches(2)
		q.server.respond(serveKeys("b"))
		q.advance(time.Hour)
		q.wantKey("a", errInvalidToken, 0)
		q.wantKey("b", nil, 0)
		q.wantFetches(3)
	})
}

// A response without usable keys leaves the cached ones.
func TestInvalidKeysAreIgnored(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter, *http.Request){
		"empty":   func(http.ResponseWriter, *http.Request) {},
		"a page":  func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>Sign in</html>")) },
		"null":    func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("null")) },
		"no keys": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"keys":[]}`)) },
		"of other kinds": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"keys":[{"kid":"a","kty":"EC"}]}`))
		},
		"cut": func(w http.ResponseWriter, _ *http.Request) {
			body := keySet("a")
			_, _ = w.Write(body[:len(body)/2])
		},
		"short keys": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"keys":[{"kid":"a","kty":"RSA","n":"AQAB","e":"AQAB"}]}`))
		},
		"huge": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"keys":[`))
			blank := []byte(strings.Repeat(" ", 1<<16))
			for range 2 * maxKeysBytes / len(blank) {
				_, _ = w.Write(blank)
			}
			_, _ = w.Write(append(keySet("a")[len(`{"keys":[`):], '\n'))
		},
		"elsewhere": serveStatus(http.StatusNotFound),
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(q keyTest) {
				q.server.respond(answer)
				q.wantKey("a", errKeysUnavailable, 0)
				q.server.respond(serveKeys("a"))
				q.advance(failedFetchInterval)
				q.wantKey("a", nil, 0)
				q.server.respond(answer)
				q.advance(2 * time.Hour)
				q.wantKey("a", nil, 0)
				q.wantKey("b", errKeysUnavailable, 0)
			})
		})
	}
}

// During a slow fetch, callers with a known key do not wait, and those with an unknown key
// share the fetch.
func TestSlowFetchDelaysOnlyUnknownKeys(t *testing.T) {
	inBubble(t, func(q keyTest) {
		const slow = 3 * time.Second
		q.server.respond(func(w http.ResponseWriter, r *http.Request) {
			<-time.After(slow)
			serveKeys("a")(w, r)
		})
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { q.wantKey("a", nil, slow) })
		}
		all.Wait()
		q.wantFetches(1)
		q.advance(10 * time.Minute)
		for range 20 {
			all.Go(func() { q.wantKey("unknown", errInvalidToken, slow) })
		}
		synctest.Wait()
		for range 20 {
			q.wantKey("a", nil, 0)
		}
		all.Wait()
		q.wantFetches(2)
		// A caller that gives up does not end the fetch.
		q.advance(2 * time.Hour)
		ctx, cancel := context.WithCancel(q.t.Context())
		all.Go(func() {
			if _, err := q.source.key(ctx, "a"); err != nil {
				q.t.Errorf("a stale key during a slow fetch: %v", err)
			}
		})
		synctest.Wait()
		cancel()
		all.Go(func() { q.wantKey("a", nil, slow) })
		all.Wait()
		q.wantFetches(3)
	})
}

// Any number of unknown keys causes one fetch in five minutes.
func TestUnknownKeysDoNotCauseFetches(t *testing.T) {
	inBubble(t, func(q keyTest) {
		q.server.respond(serveKeys("a"))
		q.wantKey("a", nil, 0)
		for minute := range 30 {
			for n := range 200 {
				q.wantKey("forged-"+strconv.Itoa(minute*1000+n), errInvalidToken, 0)
			}
			q.wantKey("a", nil, 0)
			q.advance(time.Minute)
		}
		if n := q.server.fetches.Load(); n > 7 {
			q.t.Errorf("%d fetches in half an hour", n)
		}
	})
}

func TestMaxAge(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"": minKeyAge, "no-store": minKeyAge, "max-age=": minKeyAge, "max-age=x": minKeyAge, "max-age=-5": minKeyAge, "max-age=0": minKeyAge, "max-age=59": minKeyAge,
		"public, max-age=3600, must-revalidate, no-transform": time.Hour, "MAX-AGE=3600": time.Hour, "s-maxage=7200,max-age=3600": time.Hour,
		"max-age=99999999": maxKeyAge, "max-age=99999999999999999999": minKeyAge,
	} {
		if got := maxAge(header); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
}

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

// google is where Google's keys are: it counts the questions and answers as it is told to.
type google struct {
	asked  atomic.Int64
	mu     sync.Mutex
	answer func(w http.ResponseWriter, r *http.Request)
}

func (g *google) says(answer func(w http.ResponseWriter, r *http.Request)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answer = answer
}

func (g *google) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.asked.Add(1)
	g.mu.Lock()
	answer := g.answer
	g.mu.Unlock()
	answer(w, r)
}

// RoundTrip answers without a network, so that the clock of a bubble goes on.
func (g *google) RoundTrip(r *http.Request) (*http.Response, error) {
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

var aKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // unreachable: rand.Reader does not fail
	}
	return key
})

// keySet is a JWK set in which one key has these ids.
func keySet(ids ...string) []byte {
	public := aKey().PublicKey
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

func hasKeys(ids ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=3600, must-revalidate")
		_, _ = w.Write(keySet(ids...))
	}
}

func refuses(code int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// questions are questions to a source of keys.
type questions struct {
	t      *testing.T
	google *google
	source *keySource
}

// inBubble runs a test in a bubble, whose time passes by itself.
func inBubble(t *testing.T, test func(questions)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := &google{}
		test(questions{t, g, &keySource{url: "https://keys.example", client: &http.Client{Transport: g, Timeout: keysTimeout}, now: time.Now, log: zerolog.Nop()}})
	})
}

// wants asks for a key and holds the answer against what is wanted, and the time it took against the most it may take.
func (q questions) wants(id string, want error, most time.Duration) {
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

// passes lets time pass.
func (q questions) passes(d time.Duration) { <-time.After(d) }

func (q questions) asked(want int64) {
	q.t.Helper()
	if n := q.google.asked.Load(); n != want {
		q.t.Errorf("Google was asked %d times, want %d", n, want)
	}
}

// Google is down at the start: events are asked for again (503), and taken as soon as it is back.
func TestKeysDownAtStart(t *testing.T) {
	inBubble(t, func(q questions) {
		q.google.says(refuses(http.StatusBadGateway))
		for range 5 {
			q.wants("a", errKeysUnavailable, 0)
		}
		q.asked(1)
		q.passes(failedFetchInterval)
		q.google.says(hasKeys("a"))
		for range 5 {
			q.wants("a", nil, 0)
		}
		q.wants("b", errInvalidToken, 0)
		q.asked(2)
	})
}

// Google is down later: the keys that are there are served, at once, and Google is asked now and then.
func TestKeysDownLater(t *testing.T) {
	inBubble(t, func(q questions) {
		q.google.says(hasKeys("a"))
		q.wants("a", nil, 0)
		q.google.says(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }) // it hangs
		q.passes(2 * time.Hour)
		q.wants("a", nil, keysTimeout) // the first waits in vain
		for range 60 {
			q.passes(time.Second)
			q.wants("a", nil, 0)
		}
		if n := q.google.asked.Load(); n > 8 {
			q.t.Errorf("Google was asked %d times in a minute", n)
		}
		// Who can tell whether it is a new one? Chat is to deliver again.
		q.wants("b", errKeysUnavailable, keysTimeout)
		q.google.says(hasKeys("b"))
		q.passes(failedFetchInterval + keysTimeout)
		q.wants("b", nil, 0)
		q.wants("a", errInvalidToken, 0)
	})
}

// Google changes its keys: the new one is found when it is first met, the old one goes.
func TestKeysRotate(t *testing.T) {
	inBubble(t, func(q questions) {
		q.google.says(hasKeys("a"))
		q.wants("a", nil, 0)
		q.passes(30 * time.Minute)
		q.google.says(hasKeys("a", "b"))
		q.wants("b", nil, 0)
		q.wants("a", nil, 0)
		q.asked(2)
		q.google.says(hasKeys("b"))
		q.passes(time.Hour)
		q.wants("a", errInvalidToken, 0)
		q.wants("b", nil, 0)
		q.asked(3)
	})
}

// What Google answers is no set of keys: those that are there stay.
func TestKeysAreGarbage(t *testing.T) {
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
		"elsewhere": refuses(http.StatusNotFound),
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(q questions) {
				q.google.says(answer)
				q.wants("a", errKeysUnavailable, 0)
				q.google.says(hasKeys("a"))
				q.passes(failedFetchInterval)
				q.wants("a", nil, 0)
				q.google.says(answer)
				q.passes(2 * time.Hour)
				q.wants("a", nil, 0)
				q.wants("b", errKeysUnavailable, 0)
			})
		})
	}
}

// Google is slow: whoever has a key that is known does not wait for somebody else's, and of all
// who wait one asks.
func TestKeysAreSlow(t *testing.T) {
	inBubble(t, func(q questions) {
		const slow = 3 * time.Second
		q.google.says(func(w http.ResponseWriter, r *http.Request) {
			<-time.After(slow)
			hasKeys("a")(w, r)
		})
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { q.wants("a", nil, slow) })
		}
		all.Wait()
		q.asked(1)
		q.passes(10 * time.Minute)
		for range 20 {
			all.Go(func() { q.wants("unknown", errInvalidToken, slow) })
		}
		synctest.Wait()
		for range 20 {
			q.wants("a", nil, 0)
		}
		all.Wait()
		q.asked(2)
		// Whoever hangs up does not take the answer away from the others.
		q.passes(2 * time.Hour)
		ctx, cancel := context.WithCancel(q.t.Context())
		all.Go(func() {
			if _, err := q.source.key(ctx, "a"); err != nil {
				q.t.Errorf("a key that is believed no longer, and Google is slow: %v", err)
			}
		})
		synctest.Wait()
		cancel()
		all.Go(func() { q.wants("a", nil, slow) })
		all.Wait()
		q.asked(3)
	})
}

// A flood of keys that nobody knows makes one question in five minutes.
func TestKeysAttacked(t *testing.T) {
	inBubble(t, func(q questions) {
		q.google.says(hasKeys("a"))
		q.wants("a", nil, 0)
		for minute := range 30 {
			for n := range 200 {
				q.wants("forged-"+strconv.Itoa(minute*1000+n), errInvalidToken, 0)
			}
			q.wants("a", nil, 0)
			q.passes(time.Minute)
		}
		if n := q.google.asked.Load(); n > 7 {
			q.t.Errorf("Google was asked %d times in half an hour", n)
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

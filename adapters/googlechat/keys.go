package googlechat

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/singleflight"
)

const (
	minKeyAge           = time.Minute
	maxKeyAge           = 24 * time.Hour
	unknownKeyInterval  = 5 * time.Minute  // between two fetches for unknown key ids
	failedFetchInterval = 10 * time.Second // between two fetches while they fail, or the keys are stale
	keysTimeout         = 5 * time.Second
	maxKeysBytes        = 1 << 20
)

var errKeysUnavailable = errors.New("google chat: keys not available")

// keySource caches the public keys of Google for the time that Google says, and for longer
// while they cannot be fetched.
type keySource struct {
	url     string
	client  *http.Client
	now     func() time.Time
	log     zerolog.Logger
	fetches singleflight.Group

	mu        sync.Mutex
	keys      map[string]publicKey
	expires   time.Time
	fetchedAt time.Time // start of the last fetch
	failed    bool      // the last fetch
}

type publicKey struct {
	*rsa.PublicKey
	notBefore, notAfter time.Time // of the certificate; zero for a key of a JWKS
}

// key returns the key with an id; errInvalidToken: there is none. An unknown key and stale keys cause a fetch, of which one
// runs at a time. The caller waits for it, since Google may have withdrawn a stale key. After a failed fetch
// a caller with a stale key does not wait.
func (s *keySource) key(ctx context.Context, id string) (*rsa.PublicKey, error) {
	s.mu.Lock()
	_, known := s.keys[id]
	stale, failed := !s.now().Before(s.expires), s.failed
	s.mu.Unlock()
	if !known || stale {
		fetched := s.fetches.DoChan("keys", func() (any, error) {
			s.fetchIfDue(context.WithoutCancel(ctx)) // the keys are for all callers
			return nil, nil
		})
		if !known || !failed {
			select {
			case <-fetched:
			case <-ctx.Done():
			}
		}
	}
	return s.cached(id)
}

func (s *keySource) cached(id string) (*rsa.PublicKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.keys[id]
	switch {
	case !ok && (s.failed || len(s.keys) == 0):
		return nil, errKeysUnavailable // it may be a new key: Google Chat is asked to send the event again
	case !ok || !k.validAt(s.now()):
		return nil, errInvalidToken
	}
	return k.PublicKey, nil
}

func (k publicKey) validAt(now time.Time) bool {
	return (k.notBefore.IsZero() || !now.Add(clockSkew).Before(k.notBefore)) && (k.notAfter.IsZero() || !now.Add(-clockSkew).After(k.notAfter))
}

// fetchIfDue fetches the keys if the interval has passed since the last fetch. A failed fetch leaves the keys as they are.
func (s *keySource) fetchIfDue(ctx context.Context) {
	s.mu.Lock()
	now := s.now()
	interval := unknownKeyInterval
	if s.failed || !now.Before(s.expires) {
		interval = failedFetchInterval
	}
	due := s.fetchedAt.IsZero() || now.Sub(s.fetchedAt) >= interval
	if due {
		s.fetchedAt = now
	}
	s.mu.Unlock()
	if !due {
		return
	}
	keys, age, err := s.fetch(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed = err != nil; s.failed {
		s.log.Warn().Err(err).Bool("cached", len(s.keys) > 0).Msg("google chat: keys not fetched, retried with a later request")
		return
	}
	s.keys, s.expires = keys, now.Add(age)
}

func (s *keySource) fetch(ctx context.Context) (keys map[string]publicKey, age time.Duration, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return nil, 0, err
	}
	response, err := s.client.Do(r)
	if err != nil {
		return nil, 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, 0, fmt.Errorf("status %d", response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxKeysBytes))
	if err != nil {
		return nil, 0, err
	}
	keys, err = parseKeys(body)
	return keys, maxAge(response.Header.Get("Cache-Control")), err
}

// maxAge is the max-age of a Cache-Control header, within bounds.
func maxAge(header string) time.Duration {
	for directive := range strings.SplitSeq(header, ",") {
		if value, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(directive)), "max-age="); ok {
			if seconds, err := strconv.Atoi(value); err == nil {
				return min(max(time.Duration(min(seconds, 1<<20))*time.Second, minKeyAge), maxKeyAge)
			}
		}
	}
	return minKeyAge
}

package googlechat

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// How long Google's keys are believed.
const (
	minKeyAge           = time.Minute
	maxKeyAge           = 24 * time.Hour
	unknownKeyInterval  = 5 * time.Minute  // a key that is not known makes us ask, but not more often
	failedFetchInterval = 10 * time.Second // after Google did not answer
	keysTimeout         = 5 * time.Second  // one question
	maxKeysBytes        = 1 << 20
)

var errKeysUnavailable = errors.New("keys of Google cannot be had now")

// keySource has Google's public keys: cached as long as Google says, and longer where it
// does not answer.
type keySource struct {
	url    string
	client *http.Client
	now    func() time.Time
	log    zerolog.Logger

	mu        sync.Mutex
	keys      map[string]publicKey
	expires   time.Time     // believed until
	fetchedAt time.Time     // at the last try
	failed    bool          // that one
	asking    chan struct{} // closed when the question that is under way is answered; nil: none is
}

type publicKey struct {
	*rsa.PublicKey
	from, to time.Time // of the certificate; zero for a bare key
}

// key is the one with the id. errToken: there is none. Google is asked by one at a time, and only
// who needs what is not known waits for it, or what is believed no longer: Google may have withdrawn
// it. Where the last question got no answer, these do not wait either.
func (s *keySource) key(ctx context.Context, id string) (*rsa.PublicKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	_, known := s.keys[id]
	stale := !now.Before(s.expires)
	every := unknownKeyInterval
	if stale || s.failed {
		every = failedFetchInterval
	}
	if s.asking == nil && (!known || stale) && (s.fetchedAt.IsZero() || now.Sub(s.fetchedAt) >= every) {
		s.fetchedAt, s.asking = now, make(chan struct{})
		go s.ask(context.WithoutCancel(ctx), now) // whoever asked may hang up; the keys are for everybody
	}
	if asking := s.asking; asking != nil && (!known || stale && !s.failed) {
		s.mu.Unlock()
		select {
		case <-asking:
		case <-ctx.Done():
		}
		s.mu.Lock()
	}
	k, ok := s.keys[id]
	if !ok && (s.failed || len(s.keys) == 0) {
		return nil, errKeysUnavailable // it may be a new one: Chat is to deliver again
	}
	if !ok || !k.from.IsZero() && now.Add(clockSkew).Before(k.from) || !k.to.IsZero() && now.Add(-clockSkew).After(k.to) {
		return nil, errInvalidToken
	}
	return k.PublicKey, nil
}

// ask takes what Google answers; what it does not answer leaves the keys as they were.
func (s *keySource) ask(ctx context.Context, now time.Time) {
	keys, age, err := s.fetch(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed = err != nil; s.failed {
		s.log.Warn().Err(err).Bool("stale", len(s.keys) > 0).Msg("google chat: keys cannot be had now")
	} else {
		s.keys, s.expires = keys, now.Add(age)
	}
	close(s.asking)
	s.asking = nil
}

func (s *keySource) fetch(ctx context.Context) (keys map[string]publicKey, age time.Duration, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return nil, 0, err
	}
	answer, err := s.client.Do(r)
	if err != nil {
		return nil, 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, 0, fmt.Errorf("status %d", answer.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxKeysBytes))
	if err != nil {
		return nil, 0, err
	}
	keys, err = parseKeys(body)
	return keys, maxAge(answer.Header.Get("Cache-Control")), err
}

// parseKeys reads a JWK set, or an object of key ids and certificates.
func parseKeys(body []byte) (map[string]publicKey, error) {
	var set struct {
		Keys []struct{ Kid, Kty, N, E string }
	}
	keys := map[string]publicKey{}
	if json.Unmarshal(body, &set) == nil && set.Keys != nil {
		for _, k := range set.Keys {
			n, errN := base64.RawURLEncoding.DecodeString(k.N)
			e, errE := base64.RawURLEncoding.DecodeString(k.E)
			if k.Kty != "RSA" || k.Kid == "" || errN != nil || errE != nil || len(e) == 0 || len(e) > 4 {
				continue
			}
			p := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
			if validKeySize(p) {
				keys[k.Kid] = publicKey{PublicKey: p}
			}
		}
	} else {
		var certs map[string]string
		if err := json.Unmarshal(body, &certs); err != nil {
			return nil, errors.New("neither a key set nor certificates")
		}
		for id, text := range certs {
			block, _ := pem.Decode([]byte(text))
			if block == nil {
				continue
			}
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				continue
			}
			if p, ok := cert.PublicKey.(*rsa.PublicKey); ok && id != "" && validKeySize(p) {
				keys[id] = publicKey{p, cert.NotBefore, cert.NotAfter}
			}
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("no RSA key")
	}
	return keys, nil
}

func validKeySize(k *rsa.PublicKey) bool {
	bits := k.N.BitLen()
	return bits >= minKeyBits && bits <= maxKeyBits && k.E > 1
}

// maxAge is what a Cache-Control header says, within bounds.
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

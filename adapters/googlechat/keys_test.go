package googlechat_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"helptic/adapters/googlechat"
	"helptic/adapters/googlechat/googlechattest"
)

// clock is a clock that tests advance.
type clock struct {
	mu sync.Mutex
	by time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.by)
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by += d
}

func newKeyDesk(t *testing.T) (d *desk, c *clock, request func() int) {
	t.Helper()
	c = &clock{}
	d = newDesk(t, setup{config: googlechattest.Config{Dialect: googlechattest.Addon, Now: c.now}, change: func(g *googlechat.Config) { g.Now = c.now }})
	return d, c, func() int {
		t.Helper()
		status, _ := post(t, d.endpoint, "Bearer "+d.ws.Token(d.ws.Header(), d.ws.Claims()), []byte(addonEvent))
		return status
	}
}

// Google signs with another key every few days, and publishes it before.
func TestRotatedKeyIsFetched(t *testing.T) {
	t.Parallel()
	d, c, request := newKeyDesk(t)
	if status := request(); status != http.StatusOK {
		t.Fatalf("the first key: %d", status)
	}
	d.ws.RotateKeys(true)
	c.forward(6 * time.Minute)
	if status := request(); status != http.StatusOK {
		t.Errorf("a key that is new: %d", status)
	}
	if n := d.ws.Count("certs"); n != 2 {
		t.Errorf("%d fetches", n)
	}
}

// While the keys cannot be fetched, the cached ones are used.
func TestKeysAreServedStale(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]googlechattest.Certificates{"down": googlechattest.CertificatesDown, "cut": googlechattest.CertificatesCut, "garbage": googlechattest.CertificatesGarbage,
		"foreign": googlechattest.CertificatesForeign, "of other kinds": googlechattest.CertificatesOther, "empty": googlechattest.CertificatesEmpty, "hangs": googlechattest.CertificatesHang} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, c, request := newKeyDesk(t)
			if status := request(); status != http.StatusOK {
				t.Fatalf("the keys are there: %d", status)
			}
			d.ws.Certificates(how)
			for range 3 {
				c.forward(2 * time.Hour)
				if status := request(); status != http.StatusOK {
					t.Errorf("%d", status)
				}
			}
			d.ws.Certificates(googlechattest.CertificatesFine) // releases the hanging fetch
		})
	}
}

// Before the first successful fetch requests are answered 503, so that Google Chat repeats them.
func TestKeysNeverFetchedAnswer503(t *testing.T) {
	t.Parallel()
	d, c, request := newKeyDesk(t)
	d.ws.Certificates(googlechattest.CertificatesDown)
	if status := request(); status != http.StatusServiceUnavailable {
		t.Errorf("%d", status)
	}
	d.ws.Certificates(googlechattest.CertificatesFine)
	c.forward(11 * time.Second)
	if status := request(); status != http.StatusOK {
		t.Errorf("once they are there: %d", status)
	}
}

// Concurrent requests with an unknown key cause one fetch.
func TestKeysAreFetchedOnceForConcurrentRequests(t *testing.T) {
	t.Parallel()
	d, _, _ := newKeyDesk(t)
	header := d.ws.Header()
	header["kid"] = "unknown"
	token := d.ws.Token(header, d.ws.Claims())
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if status, _ := post(t, d.endpoint, "Bearer "+token, []byte(addonEvent)); status != http.StatusUnauthorized {
				t.Errorf("%d", status)
			}
		})
	}
	all.Wait()
	if n := d.ws.Count("certs"); n != 1 {
		t.Errorf("%d fetches", n)
	}
}

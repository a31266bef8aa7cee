package googlechat_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"helptic/adapters/googlechat"
	"helptic/adapters/googlechat/googlechattest"
)

// An event of each dialect that is answered 200 with a valid token.
const (
	classicEvent = `{"type":"REMOVED_FROM_SPACE","eventTime":"2026-11-23T15:00:00Z","user":{"name":"users/1","type":"HUMAN"},"space":{"name":"spaces/A","type":"ROOM"}}`
	addonEvent   = `{"chat":{"user":{"name":"users/1","type":"HUMAN"},"eventTime":"2026-11-23T15:00:00Z","removedFromSpacePayload":{"space":{"name":"spaces/A","type":"ROOM"}}}}`
)

func eventOf(d googlechattest.Dialect) []byte {
	if d == googlechattest.Addon {
		return []byte(addonEvent)
	}
	return []byte(classicEvent)
}

func post(t *testing.T, url, authorization string, body []byte) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(answer)
}

// A request with an invalid token is refused, with the same text for every fault.
func TestTokensAreRefused(t *testing.T) {
	another, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, dialect := range map[string]googlechattest.Dialect{"classic": googlechattest.Classic, "classic by URL": googlechattest.ClassicURL, "add-on": googlechattest.Addon} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, setup{config: googlechattest.Config{Dialect: dialect}})
			ws := d.ws
			with := func(m map[string]any, key string, value any) map[string]any {
				m = maps.Clone(m)
				if value == nil {
					delete(m, key)
				} else {
					m[key] = value
				}
				return m
			}
			claim := func(key string, value any) string {
				return "Bearer " + ws.Token(ws.Header(), with(ws.Claims(), key, value))
			}
			header := func(key string, value any) string {
				return "Bearer " + ws.Token(with(ws.Header(), key, value), ws.Claims())
			}
			good := "Bearer " + ws.Token(ws.Header(), ws.Claims())
			now := time.Now().Unix()
			parts := strings.Split(strings.TrimPrefix(good, "Bearer "), ".")
			tokens := map[string]string{
				"none":                 "",
				"basic":                "Basic dTpw",
				"no token":             "Bearer ",
				"small letters":        strings.Replace(good, "Bearer", "bearer", 1),
				"two tokens":           good + " " + good,
				"two parts":            "Bearer " + parts[0] + "." + parts[1],
				"four parts":           good + ".x",
				"empty signature":      "Bearer " + parts[0] + "." + parts[1] + ".",
				"cut signature":        good[:len(good)-20],
				"other signature":      "Bearer " + parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(make([]byte, 256)),
				"claims exchanged":     "Bearer " + parts[0] + "." + strings.Split(claim("sub", "2"), ".")[1] + "." + parts[2],
				"not JSON":             "Bearer e30.bm9wZQ." + parts[2],
				"wrong key":            "Bearer " + ws.Token(ws.Header(), ws.Claims(), another),
				"unknown key id":       header("kid", "key-2"),
				"no key id":            header("kid", nil),
				"issuer":               claim("iss", "https://evil.example"),
				"no issuer":            claim("iss", nil),
				"issuer of the others": claim("iss", map[googlechattest.Dialect]string{googlechattest.Classic: "https://accounts.google.com"}[dialect]),
				"audience":             claim("aud", "https://other.example/googlechat/events"),
				"audience, longer":     claim("aud", ws.Audience()+"/"),
				"audience in a list":   claim("aud", []string{ws.Audience()}),
				"no audience":          claim("aud", nil),
				"expired":              claim("exp", now-61),
				"never expires":        claim("exp", nil),
				"lives a year":         claim("exp", now+365*86400),
				"of the future":        "Bearer " + ws.Token(ws.Header(), with(with(ws.Claims(), "iat", now+120), "exp", now+3000)),
				"not before":           claim("nbf", now+120),
				"no issue time":        claim("iat", nil),
				"alg none":             "Bearer " + strings.Join([]string{encode(t, with(ws.Header(), "alg", "none")), parts[1], ""}, "."),
				"alg none, signed":     header("alg", "none"),
				"alg HS256":            header("alg", "HS256"),
				"alg RS512":            header("alg", "RS512"),
				"alg in small letters": header("alg", "rs256"),
				"ES256":                es256(t, ws, 0),
				"ES256, cut":           es256(t, ws, 20),
				"critical":             header("crit", []string{"exp"}),
				"too long":             claim("pad", strings.Repeat("x", 9000)),
			}
			if dialect != googlechattest.Classic {
				tokens["e-mail of another add-on"] = claim("email", "service-999@gcp-sa-gsuiteaddons.iam.gserviceaccount.com")
				tokens["e-mail that begins alike"] = claim("email", ws.Claims()["email"].(string)+".evil.example")
				tokens["no e-mail"] = claim("email", nil)
				tokens["unverified e-mail"] = claim("email_verified", false)
				tokens["e-mail verified by word"] = claim("email_verified", "true")
				tokens["no email_verified"] = claim("email_verified", nil)
			}
			for fault, token := range tokens {
				if status, body := post(t, d.endpoint, token, eventOf(dialect)); status != http.StatusUnauthorized || body != "unauthorized\n" {
					t.Errorf("%s: %d %q", fault, status, body)
				}
			}
			for fine, token := range map[string]string{"good": good, "clock of Google is behind": claim("exp", now-30), "clock of Google is ahead": claim("iat", now+30)} {
				if status, body := post(t, d.endpoint, token, eventOf(dialect)); status != http.StatusOK || body != "{}" {
					t.Errorf("%s: %d %q", fine, status, body)
				}
			}
			// A valid token is not valid for the other dialect.
			other := googlechattest.Addon
			if dialect == googlechattest.Addon {
				other = googlechattest.Classic
			}
			if status, body := post(t, d.endpoint, good, eventOf(other)); status != http.StatusUnauthorized || body != "unauthorized\n" {
				t.Errorf("the other dialect: %d %q", status, body)
			}
		})
	}
}

// An app that is converted to an add-on is served before and after: each signer signs its own dialect.
func TestAppConvertedToAnAddon(t *testing.T) {
	d := newDesk(t, setup{config: googlechattest.Config{Dialect: googlechattest.Addon}})
	claims := d.ws.Claims()
	claims["email"] = "chat@system.gserviceaccount.com"
	before := "Bearer " + d.ws.Token(d.ws.Header(), claims)
	if status, _ := post(t, d.endpoint, before, eventOf(googlechattest.ClassicURL)); status != http.StatusOK {
		t.Errorf("a classic event: %d", status)
	}
	if status, _ := post(t, d.endpoint, before, eventOf(googlechattest.Addon)); status != http.StatusUnauthorized {
		t.Errorf("an add-on's event under Chat's own signature: %d", status)
	}
}

func encode(t *testing.T, v any) string {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(body)
}

// es256 is a token signed with another kind of key, without the last bytes of its signature.
func es256(t *testing.T, ws *googlechattest.Workspace, cut int) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	header := ws.Header()
	header["alg"] = "ES256"
	signed := encode(t, header) + "." + encode(t, ws.Claims())
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	signature := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	return "Bearer " + signed + "." + base64.RawURLEncoding.EncodeToString(signature[:64-cut])
}

// Google's keys are fetched once an hour, stale keys are used while fetches fail, and an unknown
// key does not cause repeated fetches.
func TestKeysAreCached(t *testing.T) {
	var asked atomic.Int64
	var down atomic.Bool
	var shift atomic.Int64 // seconds
	now := func() time.Time { return time.Now().Add(time.Duration(shift.Load()) * time.Second) }
	var certs *httptest.Server
	d := newDesk(t, setup{config: googlechattest.Config{Dialect: googlechattest.Addon, Now: now}, change: func(c *googlechat.Config) {
		from := c.CertsURL
		certs = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			if down.Load() {
				http.Error(w, "down", http.StatusBadGateway)
				return
			}
			response, err := http.Get(from)
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			w.Header().Set("Cache-Control", response.Header.Get("Cache-Control"))
			if _, err := io.Copy(w, response.Body); err != nil {
				t.Error(err)
			}
		}))
		t.Cleanup(certs.Close)
		c.CertsURL, c.Now = certs.URL, now
	}})
	request := func(kid string, want int) {
		t.Helper()
		header := d.ws.Header()
		header["kid"] = kid
		if status, _ := post(t, d.endpoint, "Bearer "+d.ws.Token(header, d.ws.Claims()), []byte(addonEvent)); status != want {
			t.Errorf("%s: %d, want %d", kid, status, want)
		}
	}
	count := func(want int64) {
		t.Helper()
		d.ws.Await(fmt.Sprintf("%d fetches", want), func() bool { return asked.Load() >= want })
		if n := asked.Load(); n != want {
			t.Errorf("%d fetches, want %d", n, want)
		}
	}
	down.Store(true)
	request("key-1", http.StatusServiceUnavailable)
	request("key-1", http.StatusServiceUnavailable)
	count(1)
	down.Store(false)
	shift.Add(11)
	for range 5 {
		request("key-1", http.StatusOK)
	}
	count(2)
	for range 5 {
		request("unknown", http.StatusUnauthorized)
	}
	count(2)
	shift.Add(301)
	for range 5 {
		request("unknown", http.StatusUnauthorized)
	}
	count(3)
	down.Store(true)
	shift.Add(2 * 3600)
	for range 3 {
		request("key-1", http.StatusOK) // stale
	}
	count(4)
}

package googlechattest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"sync"
	"testing"
	"time"
)

// Certificates is how the place answers where the keys are that events are signed with.
type Certificates int

// The ways it answers.
const (
	CertificatesFine    Certificates = iota
	CertificatesDown                 // 503
	CertificatesCut                  // the connection is closed
	CertificatesGarbage              // 200 and no JSON
	CertificatesForeign              // 200 and JSON that nobody knows
	CertificatesOther                // 200 and keys of other kinds and of no use
	CertificatesEmpty                // 200 and no keys
	CertificatesHang                 // no answer until whoever asked is gone, or that is changed
)

// signing is a key that events are signed with, and its certificate in PEM.
type signing struct {
	id   string
	key  *rsa.PrivateKey
	cert []byte
}

// keyring is what Google publishes: the newest key signs.
type keyring struct {
	all     []signing
	how     Certificates
	changed chan struct{} // closed when how changes
	age     time.Duration // of Cache-Control
	made    int
}

const certificateAge = time.Hour

func newKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) }

var firstKey = sync.OnceValues(newKey)

func (k *keyring) add(t testing.TB) {
	t.Helper()
	fresh := firstKey // dear to make, and the same does for all workspaces
	if k.made > 0 {
		fresh = newKey
	} else {
		k.changed, k.age = make(chan struct{}), certificateAge
	}
	key, err := fresh()
	if err != nil {
		t.Fatal(err)
	}
	k.made++
	id := "key-1"
	if k.made > 1 {
		id = fmt.Sprintf("rotated-%d", k.made)
	}
	k.all = append(k.all, signing{id, key, certificate(t, key)})
}

func (k *keyring) signs() signing { return k.all[len(k.all)-1] }

func (ws *Workspace) signer() signing {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return ws.keys.signs()
}

// RotateKeys signs with a new key from now on. The ones before stay published where that is asked for.
func (ws *Workspace) RotateKeys(keep bool) {
	ws.t.Helper()
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.keys.add(ws.t)
	if !keep {
		ws.keys.all = ws.keys.all[len(ws.keys.all)-1:]
	}
}

// Certificates changes how the keys are answered.
func (ws *Workspace) Certificates(how Certificates) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.keys.how = how
	close(ws.keys.changed)
	ws.keys.changed = make(chan struct{})
}

// CertificatesAge is how long the keys may be kept from now on, an hour unless it is changed; 0: nothing is said of it.
func (ws *Workspace) CertificatesAge(age time.Duration) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.keys.age = age
}

func certificate(t testing.TB, key *rsa.PrivateKey) []byte {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "chat@system.gserviceaccount.com"}, NotBefore: time.Unix(0, 0), NotAfter: time.Now().AddDate(100, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// serveCerts answers as Google does: certificates for a project number, a key set for a URL.
func (ws *Workspace) serveCerts(w http.ResponseWriter, r *http.Request) {
	ws.mu.Lock()
	ws.asked["certs"]++
	how, changed, age, all := ws.keys.how, ws.keys.changed, ws.keys.age, append([]signing(nil), ws.keys.all...)
	ws.touch()
	ws.mu.Unlock()
	if how == CertificatesHang {
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
	if age > 0 {
		w.Header().Set("Cache-Control", fmt.Sprintf("public, max-age=%d, must-revalidate, no-transform", int(age/time.Second)))
	}
	switch how {
	case CertificatesDown:
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	case CertificatesCut:
		hangUp(w)
		return
	case CertificatesGarbage:
		_, _ = w.Write([]byte("<html>not JSON"))
		return
	case CertificatesForeign:
		answer(w, http.StatusOK, map[string]any{"version": 2, "bundles": []any{map[string]any{"spki": "AAAA"}}})
		return
	case CertificatesOther:
		answer(w, http.StatusOK, otherKeys(ws.t, all[0].id))
		return
	case CertificatesEmpty:
		answer(w, http.StatusOK, map[string]any{"keys": []any{}})
		return
	}
	if ws.config.Dialect == Classic {
		certs := map[string]string{}
		for _, k := range all {
			certs[k.id] = string(k.cert)
		}
		answer(w, http.StatusOK, certs)
		return
	}
	var set []any
	for _, k := range all {
		public := k.key.PublicKey
		set = append(set, map[string]any{"kid": k.id, "kty": "RSA", "alg": "RS256", "use": "sig", "n": base64.RawURLEncoding.EncodeToString(public.N.Bytes()),
			"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(public.E)).Bytes())})
	}
	answer(w, http.StatusOK, map[string]any{"keys": set})
}

// otherKeys are an elliptic one under the id of the right one, one of too few bits, and nonsense.
func otherKeys(t testing.TB, id string) map[string]any {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Error(err)
		return nil
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Error(err)
		return nil
	}
	short := base64.RawURLEncoding.EncodeToString(make([]byte, 64))
	return map[string]any{"keys": []any{
		map[string]any{"kid": id, "kty": "EC", "crv": "P-256", "alg": "ES256", "x": base64.RawURLEncoding.EncodeToString(der), "y": "AA"},
		map[string]any{"kid": "short", "kty": "RSA", "n": short, "e": "AQAB"},
		map[string]any{"kid": "none", "kty": "RSA", "n": json.Number("7"), "e": "!"},
	}}
}

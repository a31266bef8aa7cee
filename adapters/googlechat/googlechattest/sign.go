package googlechattest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

const keyID = "key-1"

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
func (ws *Workspace) serveCerts(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	if ws.config.Dialect == Classic {
		answer(w, http.StatusOK, map[string]string{keyID: string(ws.cert)})
		return
	}
	public := ws.key.PublicKey
	answer(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{"kid": keyID, "kty": "RSA", "alg": "RS256", "use": "sig",
		"n": base64.RawURLEncoding.EncodeToString(public.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(public.E)).Bytes())}}})
}

// Claims are those of a good token now.
func (ws *Workspace) Claims() map[string]any {
	now := ws.config.Now().Unix()
	switch ws.config.Dialect {
	case Classic:
		return map[string]any{"iss": "chat@system.gserviceaccount.com", "aud": ProjectNumber, "iat": now, "exp": now + 3600}
	case Addon:
		return map[string]any{"iss": "https://accounts.google.com", "aud": Endpoint, "iat": now, "exp": now + 3600, "email": AddonEmail, "email_verified": true, "azp": "1", "sub": "1"}
	}
	return map[string]any{"iss": "https://accounts.google.com", "aud": Endpoint, "iat": now, "exp": now + 3600, "email": "chat@system.gserviceaccount.com", "email_verified": true}
}

// Header is that of a good token.
func (ws *Workspace) Header() map[string]any {
	return map[string]any{"alg": "RS256", "kid": keyID, "typ": "JWT"}
}

// Token signs claims; with another key where one is given.
func (ws *Workspace) Token(header, claims map[string]any, with ...*rsa.PrivateKey) string {
	key := ws.key
	for _, k := range with {
		key = k
	}
	signed := segment(header) + "." + segment(claims)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		ws.t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func segment(v any) string {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // unreachable: maps of plain values
	}
	return base64.RawURLEncoding.EncodeToString(body)
}

// Credentials writes the key file of the app's service account, whose tokens come from here.
func (ws *Workspace) Credentials() string {
	key := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(ws.key)})
	body, err := json.Marshal(map[string]string{"type": "service_account", "project_id": "helptic", "private_key_id": keyID, "private_key": string(key),
		"client_email": "helptic@helptic.iam.gserviceaccount.com", "client_id": "1", "token_uri": ws.server.URL + "/token", "universe_domain": "googleapis.com"})
	if err != nil {
		ws.t.Fatal(err)
	}
	path := filepath.Join(ws.t.TempDir(), "service-account.json")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		ws.t.Fatal(err)
	}
	return path
}

func (ws *Workspace) serveToken(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.PostForm.Get("assertion") == "" {
		answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	answer(w, http.StatusOK, map[string]any{"access_token": accessToken, "token_type": "Bearer", "expires_in": 3600})
}

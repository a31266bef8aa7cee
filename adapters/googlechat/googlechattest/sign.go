package googlechattest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
)

// accountEmail is the app's service account.
const accountEmail = "helptic@helptic.iam.gserviceaccount.com"

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
	return map[string]any{"alg": "RS256", "kid": ws.signer().id, "typ": "JWT"}
}

// Token signs claims; with another key where one is given.
func (ws *Workspace) Token(header, claims map[string]any, with ...*rsa.PrivateKey) string {
	key := ws.signer().key
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
	key := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(ws.account)})
	body, err := json.Marshal(map[string]string{"type": "service_account", "project_id": "helptic", "private_key_id": "account-1", "private_key": string(key),
		"client_email": accountEmail, "client_id": "1", "token_uri": ws.server.URL + "/token", "universe_domain": "googleapis.com"})
	if err != nil {
		ws.t.Fatal(err)
	}
	path := filepath.Join(ws.t.TempDir(), "service-account.json")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		ws.t.Fatal(err)
	}
	return path
}

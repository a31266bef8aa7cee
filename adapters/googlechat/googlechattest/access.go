package googlechattest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

// botScope is the only one that an app without a user needs: others need an administrator.
const botScope = "https://www.googleapis.com/auth/chat.bot"

// authorized takes a token that was issued here, or one that the service account signed itself. The lock is held.
func (ws *Workspace) authorized(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && !ws.revoked && (token == accessToken || ws.vouched(token))
}

// RevokeAccess lets every token and key of the app's be refused, or accepted again.
func (ws *Workspace) RevokeAccess(revoked bool) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.revoked = revoked
}

// vouched tells whether the service account signed a token for the scope of apps and no other.
func (ws *Workspace) vouched(token string) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return false
	}
	var says struct{ Iss, Scope string }
	if json.Unmarshal(claims, &says) != nil || says.Iss != accountEmail {
		return false
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err != nil || rsa.VerifyPKCS1v15(&ws.account.PublicKey, crypto.SHA256, sum[:], signature) != nil {
		return false
	}
	if says.Scope != botScope {
		ws.fault("a token", []string{"asks for the scopes " + says.Scope + ", and an app without a user has " + botScope})
		return false
	}
	return true
}

func (ws *Workspace) serveToken(w http.ResponseWriter, r *http.Request) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.asked["token"]++
	if err := r.ParseForm(); err != nil || ws.revoked || !ws.vouched(r.PostForm.Get("assertion")) {
		answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	answer(w, http.StatusOK, map[string]any{"access_token": accessToken, "token_type": "Bearer", "expires_in": 3600})
}

package googlechat

import (
	"cmp"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The signers of events, and the URLs of their keys.
const (
	chatEmail     = "chat@system.gserviceaccount.com"
	projectCerts  = "https://www.googleapis.com/service_accounts/v1/metadata/x509/" + chatEmail
	endpointCerts = "https://www.googleapis.com/oauth2/v3/certs"
)

const (
	clockSkew     = time.Minute // clocks differ
	maxTokenLife  = time.Hour
	maxTokenBytes = 8 << 10
	minKeyBits    = 2048
	maxKeyBits    = 8192 // more would only cost time
)

// errInvalidToken is the only error for all faults of a token.
var errInvalidToken = errors.New("request is not from Google Chat")

// verifier verifies the tokens of requests. The e-mail claim must be equal: every project owns
// an address of the same form as that of the add-on, and Google signs tokens for our URL for anybody.
type verifier struct {
	keys     *keySource
	audience string
	issuers  []string
	emails   map[string]dialect // signer and the dialect that it signs; nil: the issuer is the signer
	now      func() time.Time
}

func newVerifier(c Config) *verifier {
	v := &verifier{audience: c.Audience, now: c.Now}
	certs := endpointCerts
	switch {
	case digits.MatchString(c.Audience):
		v.issuers, certs = []string{chatEmail}, projectCerts
	default:
		// Both: a classic app that is made an add-on changes the signer for everybody at once.
		v.issuers, v.emails = []string{"https://accounts.google.com", "accounts.google.com"}, map[string]dialect{chatEmail: classic}
		if c.AddonEmail != "" {
			v.emails[c.AddonEmail] = addon
		}
	}
	v.keys = &keySource{url: cmp.Or(c.CertsURL, certs), client: &http.Client{Timeout: keysTimeout}, now: c.Now, log: c.Log}
	return v
}

type claims struct {
	Issuer        string `json:"iss"`
	Audience      string `json:"aud"` // a list is not accepted
	Email         string `json:"email"`
	EmailVerified bool   `json:"email_verified"`
	Expires       number `json:"exp"`
	Issued        number `json:"iat"`
	NotBefore     number `json:"nbf"`
}

// verify returns the dialect that the token of an Authorization header is signed for. The error is errInvalidToken, or
// errKeysUnavailable if there is no key to verify it with.
func (v *verifier) verify(ctx context.Context, authorization string) (dialect, error) {
	token, ok := strings.CutPrefix(authorization, "Bearer ")
	if !ok || len(token) > maxTokenBytes {
		return 0, errInvalidToken
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return 0, errInvalidToken
	}
	var header struct {
		Algorithm string          `json:"alg"`
		Key       string          `json:"kid"`
		Critical  json.RawMessage `json:"crit"`
	}
	if !decodeSegment(parts[0], &header) || header.Algorithm != "RS256" || header.Key == "" || header.Critical != nil {
		return 0, errInvalidToken
	}
	var c claims
	if !decodeSegment(parts[1], &c) || !v.validClaims(c) {
		return 0, errInvalidToken
	}
	signature, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil {
		return 0, errInvalidToken
	}
	key, err := v.keys.key(ctx, header.Key)
	if err != nil {
		return 0, err
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) != nil {
		return 0, errInvalidToken
	}
	if v.emails == nil {
		return classic, nil
	}
	return v.emails[c.Email], nil
}

// validClaims reports whether the claims are valid now, and meant for this app.
func (v *verifier) validClaims(c claims) bool {
	now := v.now()
	expires, issued := time.Unix(int64(c.Expires), 0), time.Unix(int64(c.Issued), 0)
	return slices.Contains(v.issuers, c.Issuer) && c.Audience == v.audience &&
		(v.emails == nil || v.emails[c.Email] != 0 && c.EmailVerified) &&
		c.Expires > 0 && c.Issued > 0 && now.Before(expires.Add(clockSkew)) && !issued.After(now.Add(clockSkew)) &&
		expires.Sub(issued) <= maxTokenLife+clockSkew && !time.Unix(int64(c.NotBefore), 0).After(now.Add(clockSkew))
}

func decodeSegment(part string, to any) bool {
	data, err := base64.RawURLEncoding.Strict().DecodeString(part)
	return err == nil && json.Unmarshal(data, to) == nil
}

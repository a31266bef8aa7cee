package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxClockSkew is how far the timestamp of a signed request may be from now.
const maxClockSkew = 5 * time.Minute

var (
	errNoSignature      = errors.New("request without a signature")
	errInvalidSignature = errors.New("signature does not match")
	errExpiredSignature = errors.New("timestamp is too old or in the future")
)

// verify checks that Slack signed a request: over the bytes as they arrived, in constant time.
func verify(secret string, h http.Header, body []byte, now time.Time) error {
	timestamp, header := h.Get("X-Slack-Request-Timestamp"), h.Get("X-Slack-Signature")
	if secret == "" || timestamp == "" || header == "" {
		return errNoSignature
	}
	digits, ok := strings.CutPrefix(header, "v0=")
	if !ok {
		return errInvalidSignature
	}
	mac, err := hex.DecodeString(digits)
	if err != nil || !hmac.Equal(mac, signature(secret, timestamp, body)) {
		return errInvalidSignature
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || seconds < 0 || now.Sub(time.Unix(seconds, 0)).Abs() > maxClockSkew {
		return errExpiredSignature
	}
	return nil
}

func signature(secret, timestamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + timestamp + ":"))
	mac.Write(body)
	return mac.Sum(nil)
}

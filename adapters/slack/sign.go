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

// window is how old, or how far ahead, a signed request may be.
const window = 5 * time.Minute

var (
	errUnsigned = errors.New("request without a signature")
	errForged   = errors.New("signature does not fit")
	errOld      = errors.New("request is too old or ahead of time")
)

// verify checks that Slack signed a request, over the bytes as they came and in constant time.
func verify(secret string, h http.Header, body []byte, now time.Time) error {
	stamp, signature := h.Get("X-Slack-Request-Timestamp"), h.Get("X-Slack-Signature")
	if secret == "" || stamp == "" || signature == "" {
		return errUnsigned
	}
	digits, ok := strings.CutPrefix(signature, "v0=")
	if !ok {
		return errForged
	}
	given, err := hex.DecodeString(digits)
	if err != nil || !hmac.Equal(given, sign(secret, stamp, body)) {
		return errForged
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || seconds < 0 || now.Sub(time.Unix(seconds, 0)).Abs() > window {
		return errOld
	}
	return nil
}

func sign(secret, stamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":"))
	mac.Write(body)
	return mac.Sum(nil)
}

package slacktest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"syscall"
	"time"
)

// answerTimeout is how long an app has to answer.
const answerTimeout = 3 * time.Second

var errRedirects = errors.New("too many redirects")

// Sign signs a request as Slack does: the values of X-Slack-Request-Timestamp and X-Slack-Signature.
func Sign(secret string, at time.Time, body []byte) (timestamp, signature string) {
	timestamp = strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + timestamp + ":"))
	mac.Write(body)
	return timestamp, "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// Request is a signed request to the app. A test can change it and send it late or twice.
func (ws *Workspace) Request(path, contentType string, body []byte) *http.Request {
	ws.tb.Helper()
	r, err := http.NewRequestWithContext(ws.ctx, http.MethodPost, ws.base()+path, bytes.NewReader(body))
	if err != nil {
		ws.tb.Fatalf("slacktest: %v", err)
	}
	ws.sign(r, contentType, body)
	return r
}

func (ws *Workspace) sign(r *http.Request, contentType string, body []byte) {
	timestamp, signature := Sign(ws.config.SigningSecret, ws.config.SignedAt(), body)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	r.Header.Set("X-Slack-Request-Timestamp", timestamp)
	r.Header.Set("X-Slack-Signature", signature)
}

// reply is the app's answer.
type reply struct {
	status int
	body   []byte
	header http.Header
	reason string // why the request failed
	// refused is set if the app does not listen.
	refused bool
}

// send posts to the app and waits for its answer, at most three seconds on the clock.
func (ws *Workspace) send(path, contentType string, body []byte, headers map[string]string) reply {
	ws.mu.Lock()
	replicas := len(ws.apps)
	ws.mu.Unlock()
	got := ws.sendTo(ws.base(), path, contentType, body, headers)
	for n := 1; n < replicas && got.refused; n++ { // as a load balancer does
		got = ws.sendTo(ws.base(), path, contentType, body, headers)
	}
	return got
}

func (ws *Workspace) sendTo(base, path, contentType string, body []byte, headers map[string]string) reply {
	ctx, cancel := context.WithTimeout(ws.ctx, ws.config.Patience)
	defer cancel()
	defer ws.clock.AfterFunc(answerTimeout, cancel)()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+path, bytes.NewReader(body))
	if err != nil {
		return reply{reason: "connection_failed"}
	}
	ws.sign(r, contentType, body)
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	response, err := ws.client.Do(r)
	if err != nil {
		return reply{reason: failureReason(ctx, err), refused: errors.Is(err, syscall.ECONNREFUSED)}
	}
	defer func() { _ = response.Body.Close() }()
	got, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return reply{status: response.StatusCode, header: response.Header, reason: failureReason(ctx, err)}
	}
	answer := reply{status: response.StatusCode, body: got, header: response.Header}
	if response.StatusCode/100 != 2 {
		answer.reason = "http_error"
	}
	return answer
}

func failureReason(ctx context.Context, err error) string {
	var failed *url.Error
	switch {
	case errors.Is(err, errRedirects):
		return "too_many_redirects"
	case ctx.Err() != nil, errors.As(err, &failed) && failed.Timeout():
		return "http_timeout"
	}
	return "connection_failed"
}

// base is the URL of the next replica.
func (ws *Workspace) base() string {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if len(ws.apps) == 0 {
		return ""
	}
	ws.turn++
	return ws.apps[ws.turn%len(ws.apps)]
}

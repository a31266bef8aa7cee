package googlechat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"cloud.google.com/go/auth"
	"google.golang.org/api/googleapi"

	"helptic/bot"
)

// mostWait is the longest pause that an answer of Google's may ask for.
const maxRetryAfter = 10 * time.Minute

// apiError is an answer of Google's that is not the one asked for. Its own words are left
// out: they may repeat what was sent.
type apiError struct {
	code   int
	reason string
}

func (e *apiError) Error() string {
	return fmt.Sprintf("google chat: status %d %s", e.code, e.reason)
}

// codeOf is the HTTP status of an error, 0 for one that is no answer.
func statusOf(err error) int {
	var e *apiError
	if errors.As(err, &e) {
		return e.code
	}
	return 0
}

// write calls something that changes a space, at the space's pace.
func (a *Adapter) writeSpace(ctx context.Context, space string, call func(context.Context) error) error {
	if err := a.pace.pass(ctx, space); err != nil {
		return &bot.RetryError{Err: err}
	}
	return a.call(ctx, call)
}

// read calls the API once, which by itself never tries again. What may work later is a *bot.RetryError.
func (a *Adapter) call(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := call(ctx)
	if err == nil {
		return nil
	}
	var answer *googleapi.Error
	if !errors.As(err, &answer) {
		return &bot.RetryError{Err: transportError(err)}
	}
	said := &apiError{code: answer.Code}
	for _, item := range answer.Errors {
		said.reason = item.Reason
	}
	switch answer.Code {
	case http.StatusTooManyRequests, http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return &bot.RetryError{After: retryAfter(answer.Header, a.config.Now()), Err: said}
	}
	return said
}

// errNoToken says that Google gives no token for the credentials. They may be put in order while messages wait.
var errCredentials = errors.New("google chat: no token is given for the credentials")

// unanswered is why there is no answer, without the URL, which names people, and without what Google says of a key.
func transportError(err error) error {
	var denied *auth.Error
	if errors.As(err, &denied) {
		if denied.Response != nil && denied.Response.StatusCode >= http.StatusInternalServerError {
			return errors.New("google chat: tokens are not given now")
		}
		return errCredentials
	}
	var asked *url.Error
	if errors.As(err, &asked) {
		err = asked.Err
	}
	return fmt.Errorf("google chat does not answer: %w", err)
}

// retryAfter reads the header of that name, 0 for none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil && seconds > 0 {
		return min(time.Duration(min(seconds, 1<<20))*time.Second, maxRetryAfter)
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(at.Sub(now), 0), maxRetryAfter)
	}
	return 0
}

// gates keep the writes of this process to one space apart. Those of other processes and
// apps count for Chat too: it answers 429, and the delivery waits.
type gates struct {
	every time.Duration
	mu    sync.Mutex
	next  map[string]time.Time
}

// pass returns when the space may be written to.
func (g *gates) pass(ctx context.Context, space string) error {
	g.mu.Lock()
	now := time.Now()
	if g.next == nil {
		g.next = map[string]time.Time{}
	}
	if len(g.next) >= maxCached {
		for s, at := range g.next {
			if at.Before(now) {
				delete(g.next, s)
			}
		}
	}
	at := g.next[space]
	if at.Before(now) {
		at = now
	}
	if deadline, ok := ctx.Deadline(); ok && at.After(deadline) {
		g.mu.Unlock()
		return errors.New("google chat: the space has much to say")
	}
	g.next[space] = at.Add(g.every)
	g.mu.Unlock()
	wait := time.NewTimer(at.Sub(now))
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

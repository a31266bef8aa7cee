package googlechat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"cloud.google.com/go/auth"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
	"google.golang.org/api/googleapi"

	"helptic/bot"
)

// maxRetryAfter bounds the wait that a Retry-After header may ask for.
const maxRetryAfter = 10 * time.Minute

// apiError is an error response of the API. Its message is left out, since it may repeat
// what was sent.
type apiError struct {
	code   int
	reason string
}

func (e *apiError) Error() string {
	return fmt.Sprintf("google chat: status %d %s", e.code, e.reason)
}

// statusOf is the HTTP status of an error, 0 for an error without a response.
func statusOf(err error) int {
	if e, ok := errors.AsType[*apiError](err); ok {
		return e.code
	}
	return 0
}

// retryable reports whether an error may pass.
func retryable(err error) bool {
	_, ok := errors.AsType[*bot.RetryError](err)
	return ok
}

// writeSpace makes a call that changes a space, at the pace of the space.
func (a *Adapter) writeSpace(ctx context.Context, space string, do func(context.Context) error) error {
	if err := a.pace.wait(ctx, space); err != nil {
		return &bot.RetryError{Err: err}
	}
	return a.call(ctx, do)
}

// call calls the API once. A failure that may pass is a *bot.RetryError.
func (a *Adapter) call(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := do(ctx)
	if err == nil {
		return nil
	}
	response, ok := errors.AsType[*googleapi.Error](err)
	if !ok {
		return &bot.RetryError{Err: transportError(err)}
	}
	refusal := &apiError{code: response.Code}
	for _, item := range response.Errors {
		refusal.reason = item.Reason
	}
	switch response.Code {
	case http.StatusTooManyRequests, http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return &bot.RetryError{After: retryAfter(response.Header, a.config.Now()), Err: refusal}
	}
	return refusal
}

// errCredentials says that Google issues no access token for the credentials. They may be
// corrected while messages wait.
var errCredentials = errors.New("google chat: no access token is issued for the credentials")

// transportError is the cause of a call without a response. It leaves out the URL, which names people, and
// what the token endpoint says of a key.
func transportError(err error) error {
	if denied, ok := errors.AsType[*auth.Error](err); ok {
		if denied.Response != nil && denied.Response.StatusCode >= http.StatusInternalServerError {
			return errors.New("google chat: the token endpoint fails")
		}
		return errCredentials
	}
	if request, ok := errors.AsType[*url.Error](err); ok {
		err = request.Err
	}
	return fmt.Errorf("google chat: no response: %w", err)
}

// retryAfter is the time in a Retry-After header, 0 for none.
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

// spacePace limits the rate at which this process writes to each space. Google Chat counts the writes of
// other processes and apps too: it answers 429, and the outbox waits.
type spacePace struct {
	interval time.Duration
	limiters *lru.Cache[string, *rate.Limiter]
}

func newSpacePace(interval time.Duration) spacePace {
	return spacePace{interval, newLRU[string, *rate.Limiter](maxCached)}
}

// wait returns when the space may be written to, or at once with an error where that is after
// the context's deadline.
func (p spacePace) wait(ctx context.Context, space string) error {
	limiter, ok := p.limiters.Get(space)
	if !ok {
		limiter = rate.NewLimiter(rate.Every(p.interval), 1)
		if other, ok, _ := p.limiters.PeekOrAdd(space, limiter); ok {
			limiter = other
		}
	}
	if err := limiter.Wait(ctx); err != nil {
		return fmt.Errorf("google chat: pace of the space: %w", err)
	}
	return nil
}

package slack

import (
	"context"
	"net/http"
	"sync"
	"time"

	"helptic/bot"
)

const (
	// callTimeout bounds one call of the Web API, downloads included.
	callTimeout = time.Minute
	// defaultRetryAfter is for a method that Slack refuses without a Retry-After.
	defaultRetryAfter = 30 * time.Second
	// repairWait is how long calls wait after a refused token or scope.
	repairWait = time.Minute
)

// newHTTPClient keeps more idle connections than Go's default, for messages to many
// channels at once.
func newHTTPClient() *http.Client {
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return &http.Client{Timeout: callTimeout}
	}
	t = t.Clone()
	t.MaxIdleConnsPerHost = 1024
	t.MaxIdleConns = 1024
	return &http.Client{Transport: t, Timeout: callTimeout}
}

// rateLimits has the methods that Slack has rate limited, and until when. The token is of
// one workspace, so the method alone is the key.
type rateLimits struct {
	now   func() time.Time
	mu    sync.Mutex
	until map[string]time.Time
}

// wait returns how long a method is still limited; not positive: it is not.
func (l *rateLimits) wait(method string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.until[method].Sub(l.now())
}

func (l *rateLimits) limit(method string, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.until == nil {
		l.until = map[string]time.Time{}
	}
	if until := l.now().Add(d); until.After(l.until[method]) {
		l.until[method] = until
	}
}

// call calls a method of the Web API. Its error is a *bot.RetryError if the call may work
// later, else an *apiError, which is final. A rate limited method is not called.
func (a *Adapter) call(ctx context.Context, method string, f func(context.Context) error) error {
	if wait := a.rateLimits.wait(method); wait > 0 {
		return &bot.RetryError{After: wait, Err: &apiError{method: method, code: codeRateLimited}}
	}
	if err := f(ctx); err != nil {
		return a.classify(method, err)
	}
	return nil
}

func (a *Adapter) rateLimited(method string, after time.Duration) error {
	if after <= 0 {
		after = defaultRetryAfter
	}
	a.rateLimits.limit(method, after)
	a.log.Warn().Str("method", method).Dur("after", after).Msg("method is rate limited, calling it again after the wait")
	return &bot.RetryError{After: after, Err: &apiError{method: method, code: codeRateLimited}}
}

package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// pauseUnsaid is how long a method rests when Slack refuses it without saying for how long.
const (
	pauseUnsaid = 30 * time.Second
	repairTime  = time.Minute
)

// Codes of Slack that say more than no.
var (
	// Slack's own trouble: the call may have had its effect.
	codesUncertain = []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
	// The app is badly set up: what is owed waits until somebody repairs that.
	codesRepair = []string{"invalid_auth", "not_authed", "token_revoked", "token_expired", "missing_scope", "not_allowed_token_type", "org_login_required"}
	codesPace   = []string{"ratelimited", "rate_limited", "message_limit_exceeded"}
	codesGone   = []string{"message_not_found", "cant_update_message", "edit_window_closed", "block_mismatch"}
	// Slack does not like how the message looks: it is said in plain words instead.
	codesShape = []string{"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_attachments", "invalid_arguments", "msg_too_long"}
)

// apiError is what Slack said no to.
type apiError struct {
	method string
	code   string   // Slack's, or "" where there was no answer
	where  []string // what it points at, for our log
	needed string   // scope
	// uncertain is set where the call may have had its effect all the same.
	uncertain bool
	err       error
}

func (e *apiError) Error() string {
	switch {
	case e.code == "":
		return fmt.Sprintf("slack %s: %v", e.method, e.err)
	case e.needed != "":
		return fmt.Sprintf("slack %s: %s (scope %s)", e.method, e.code, e.needed)
	}
	return fmt.Sprintf("slack %s: %s", e.method, e.code)
}

func (e *apiError) Unwrap() error { return e.err }

// codeOf is Slack's code for an error, "" where it is not Slack's.
func codeOf(err error) string {
	var e *apiError
	if errors.As(err, &e) {
		return e.code
	}
	return ""
}

func coded(err error, codes ...string) bool {
	code := codeOf(err)
	return code != "" && slices.Contains(codes, code)
}

// limits remembers which methods Slack wants to rest. One token is one workspace, so
// the map is of methods alone.
type limits struct {
	now  func() time.Time
	mu   sync.Mutex
	rest map[string]time.Time
}

func (l *limits) wait(method string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rest[method].Sub(l.now())
}

func (l *limits) pause(method string, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rest == nil {
		l.rest = map[string]time.Time{}
	}
	if until := l.now().Add(d); until.After(l.rest[method]) {
		l.rest[method] = until
	}
}

// call makes a call of the Web API and says what its failure means: a *bot.RetryError
// where it may work later, else an *apiError, which is final. A method that Slack wants
// to rest is not called at all; the others are.
func (a *Adapter) call(ctx context.Context, method string, f func(context.Context) error) error {
	if wait := a.limits.wait(method); wait > 0 {
		return &bot.RetryError{After: wait, Err: &apiError{method: method, code: "ratelimited"}}
	}
	if err := f(ctx); err != nil {
		return a.judge(method, err)
	}
	return nil
}

func (a *Adapter) judge(method string, err error) error {
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return a.paced(method, limited.RetryAfter)
	}
	var status slack.StatusCodeError
	if errors.As(err, &status) {
		if status.Code == http.StatusTooManyRequests {
			return a.paced(method, 0)
		}
		e := &apiError{method: method, err: err, uncertain: status.Code >= 500}
		if status.Code >= 500 || status.Code == http.StatusRequestTimeout {
			return &bot.RetryError{Err: e}
		}
		return e
	}
	var said slack.SlackErrorResponse
	if !errors.As(err, &said) { // no answer, or one that is not Slack's
		return &bot.RetryError{Err: &apiError{method: method, uncertain: true, err: withoutURL(err)}}
	}
	e := &apiError{method: method, code: said.Err, where: said.ResponseMetadata.Messages, needed: said.Needed}
	switch {
	case slices.Contains(codesPace, said.Err):
		return a.paced(method, 0)
	case slices.Contains(codesUncertain, said.Err):
		e.uncertain = true
		return &bot.RetryError{Err: e}
	case slices.Contains(codesRepair, said.Err):
		a.log.Error().Str("method", method).Str("code", said.Err).Str("scope", said.Needed).Msg("Slack refuses the token: run «helptic check»")
		return &bot.RetryError{After: repairTime, Err: e}
	}
	return e
}

func (a *Adapter) paced(method string, after time.Duration) error {
	if after <= 0 {
		after = pauseUnsaid
	}
	a.limits.pause(method, after)
	a.log.Warn().Str("method", method).Dur("after", after).Msg("Slack asks to wait")
	return &bot.RetryError{After: after, Err: &apiError{method: method, code: "ratelimited"}}
}

// withoutURL keeps addresses, which may hold secrets, out of the log.
func withoutURL(err error) error {
	var in interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &in) && in.Timeout():
		return context.DeadlineExceeded
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}

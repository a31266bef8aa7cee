package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/slack-go/slack"

	"helptic/bot"
)

const codeRateLimited = "ratelimited"

// Error codes of Slack, by what they mean for the adapter.
var (
	codesRateLimited = []string{codeRateLimited, "rate_limited", "message_limit_exceeded"}
	// Slack itself failed: the call may have had its effect.
	codesUncertain = []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
	// The app is set up wrongly: calls are retried until somebody repairs it.
	codesMisconfigured = []string{"invalid_auth", "not_authed", "token_revoked", "token_expired", "missing_scope", "not_allowed_token_type", "org_login_required"}
	// The message cannot be updated any more: another is posted in its place.
	codesGone = []string{"message_not_found", "cant_update_message", "edit_window_closed", "block_mismatch"}
	// The blocks or attachments are refused: the text is sent without them.
	codesInvalidBlocks = []string{"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_attachments", "invalid_arguments", "msg_too_long"}
)

// Errors of payloads and addresses.
var (
	errMalformed = errors.New("not what Slack sends")
	errTeam      = errors.New("payload of another workspace")
	errNotReady  = errors.New("adapter is not running yet")
	errNoUser    = errors.New("slack: no active user with that address")
	errNoChannel = errors.New("slack: no channel with that address")
)

// apiError is a call of the Web API that failed.
type apiError struct {
	method   string
	code     string   // Slack's, "" if there was no answer
	messages []string // response_metadata.messages, for the log
	needed   string   // the missing scope
	// uncertain is set if the call may have had its effect all the same.
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

// codeOf is Slack's code in an error, "" if the error is not Slack's.
func codeOf(err error) string {
	if e, ok := errors.AsType[*apiError](err); ok {
		return e.code
	}
	return ""
}

// hasCode reports whether an error has one of these codes.
func hasCode(err error, codes ...string) bool {
	code := codeOf(err)
	return code != "" && slices.Contains(codes, code)
}

// isRetryable reports whether the call may work later.
func isRetryable(err error) bool {
	_, ok := errors.AsType[*bot.RetryError](err)
	return ok
}

// classify decides whether a call may work later.
func (a *Adapter) classify(method string, err error) error {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return a.rateLimited(method, limited.RetryAfter)
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		if status.Code == http.StatusTooManyRequests {
			return a.rateLimited(method, 0)
		}
		e := &apiError{method: method, err: err, uncertain: status.Code >= 500}
		if status.Code >= 500 || status.Code == http.StatusRequestTimeout {
			return &bot.RetryError{Err: e}
		}
		return e
	}
	answer, ok := errors.AsType[slack.SlackErrorResponse](err)
	if !ok { // no answer, or none of Slack's
		return &bot.RetryError{Err: &apiError{method: method, uncertain: true, err: withoutURL(err)}}
	}
	e := &apiError{method: method, code: answer.Err, messages: answer.ResponseMetadata.Messages, needed: answer.Needed}
	switch {
	case slices.Contains(codesRateLimited, answer.Err):
		return a.rateLimited(method, 0)
	case slices.Contains(codesUncertain, answer.Err):
		e.uncertain = true
		return &bot.RetryError{Err: e}
	case slices.Contains(codesMisconfigured, answer.Err):
		a.log.Error().Str("method", method).Str("code", answer.Err).Str("scope", answer.Needed).Msg("token or scope refused, retrying in a minute: run «helptic check»")
		return &bot.RetryError{After: repairWait, Err: e}
	}
	return e
}

// withoutURL removes the URL from an error, because it may hold a secret.
func withoutURL(err error) error {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return context.DeadlineExceeded
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}

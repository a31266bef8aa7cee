package slack

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"helptic/bot"
)

func TestRateLimitedMethodIsNotCalled(t *testing.T) {
	b := newBench(t)
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	b.now = func() time.Time { return now }
	b.api.on("chat.postMessage", func(_ call, w http.ResponseWriter) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	wait := func() time.Duration {
		t.Helper()
		_, err := b.adapter.Send(t.Context(), outgoing(agents, "Hola"))
		var retry *bot.RetryError
		if !errors.As(err, &retry) {
			t.Fatalf("%v", err)
		}
		return retry.After
	}
	if d := wait(); d != 7*time.Second {
		t.Errorf("wait %s", d)
	}
	now = now.Add(3 * time.Second)
	if d := wait(); d != 4*time.Second {
		t.Errorf("later wait %s", d)
	}
	if n := len(b.api.of("chat.postMessage")); n != 1 {
		t.Errorf("called %d times while rate limited", n)
	}
	if err := b.adapter.Edit(t.Context(), "1.2", outgoing(agents, "x")); err != nil {
		t.Errorf("another method is limited too: %v", err)
	}
	now = now.Add(4 * time.Second)
	b.api.on("chat.postMessage", nil)
	if _, err := b.adapter.Send(t.Context(), outgoing(agents, "Hola")); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	if n := len(b.api.of("conversations.history")); n != 0 {
		t.Errorf("looked %d times for what Slack had refused", n)
	}
}

func TestErrorCodesAreFinalOrRetried(t *testing.T) {
	for code, want := range map[string]string{
		"channel_not_found": "final", "not_in_channel": "final", "is_archived": "final", "account_inactive": "final", "restricted_action": "final", "user_not_found": "final",
		"internal_error": "later", "fatal_error": "later", "service_unavailable": "later", "ratelimited": "later", "token_revoked": "later", "invalid_auth": "later", "missing_scope": "later",
	} {
		b := newBench(t)
		b.api.on("chat.postMessage", answerText(`{"ok":false,"error":"`+code+`"}`))
		_, err := b.adapter.Send(t.Context(), outgoing(agents, "Hola"))
		var retry *bot.RetryError
		if err == nil || errors.As(err, &retry) != (want == "later") {
			t.Errorf("%s: %v", code, err)
		}
		if codeOf(err) != code {
			t.Errorf("code %s is %q in the error", code, codeOf(err))
		}
	}
	for code, gone := range map[string]bool{"message_not_found": true, "cant_update_message": true, "edit_window_closed": true, "channel_not_found": false} {
		b := newBench(t)
		b.api.on("chat.update", answerText(`{"ok":false,"error":"`+code+`"}`))
		if err := b.adapter.Edit(t.Context(), "1.2", outgoing(agents, "x")); errors.Is(err, bot.ErrGone) != gone || err == nil {
			t.Errorf("%s: %v", code, err)
		}
	}
}

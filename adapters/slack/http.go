package slack

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"
)

// maxBody is for the largest request of Slack, a form with a view of 250 kB.
const maxBody = 1 << 20

var (
	errBodyTooLarge  = errors.New("body is too large")
	errBodyTruncated = errors.New("body is truncated")
)

// ack is the answer to a request or envelope: empty, a text, or JSON.
type ack struct {
	text string
	json any
}

// Handlers are the endpoints of HTTP mode by pattern; there are none in Socket Mode.
func (a *Adapter) Handlers() map[string]http.Handler {
	if a.socketMode() {
		return map[string]http.Handler{}
	}
	interactions := a.endpoint(func(ctx context.Context, body []byte, at time.Time) (ack, error) {
		payload, err := formPayload(body)
		if err != nil {
			return ack{}, err
		}
		return a.receiveInteraction(ctx, payload, at)
	})
	return map[string]http.Handler{
		"POST /slack/events":       a.endpoint(a.receiveEvent),
		"POST /slack/interactions": interactions,
		"POST /slack/options":      interactions,
		"POST /slack/commands": a.endpoint(func(ctx context.Context, body []byte, at time.Time) (ack, error) {
			c, sslCheck, err := formCommand(body)
			if err != nil || sslCheck {
				return ack{}, err
			}
			return a.receiveCommand(ctx, c, at)
		}),
	}
}

// receiver handles a verified body. Without an error the body is stored, or is nothing for
// the bot.
type receiver func(ctx context.Context, body []byte, at time.Time) (ack, error)

func (a *Adapter) endpoint(receive receiver) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := a.config.Now()
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
				a.refuse(w, r, http.StatusRequestEntityTooLarge, errBodyTooLarge)
			} else {
				a.refuse(w, r, http.StatusBadRequest, errBodyTruncated)
			}
			return
		}
		if err := verify(a.config.SigningSecret, r.Header, body, at); err != nil {
			a.refuse(w, r, http.StatusUnauthorized, err)
			return
		}
		answer, err := receive(r.Context(), body, at)
		switch {
		case errors.Is(err, errMalformed):
			a.refuse(w, r, http.StatusBadRequest, err)
		case errors.Is(err, errTeam):
			a.refuse(w, r, http.StatusForbidden, err)
		case err != nil: // not stored: Slack delivers it again
			a.refuse(w, r, http.StatusServiceUnavailable, err)
		default:
			answer.write(w)
		}
	})
}

func (answer ack) write(w http.ResponseWriter) {
	switch {
	case answer.json != nil:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_ = json.NewEncoder(w).Encode(answer.json)
	case answer.text != "":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = io.WriteString(w, answer.text)
	default:
		w.WriteHeader(http.StatusOK)
	}
}

// refuse answers with a status. Nothing of the request's content is in the answer or the log.
func (a *Adapter) refuse(w http.ResponseWriter, r *http.Request, status int, reason error) {
	a.log.Warn().Str("path", r.URL.Path).Int("status", status).Str("retry", digit(r.Header.Get("X-Slack-Retry-Num"))).AnErr("reason", reason).Msg("request refused")
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(status)
}

// digit is a header's value if it is one digit, else "".
func digit(s string) string {
	if len(s) == 1 && s[0] >= '0' && s[0] <= '9' {
		return s
	}
	return ""
}

// formPayload is the JSON in the field "payload" of a form.
func formPayload(body []byte) ([]byte, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("payload") == "" {
		return nil, errMalformed
	}
	return []byte(form.Get("payload")), nil
}

// formCommand reads a slash command. With ssl_check Slack only tests the endpoint.
func formCommand(body []byte) (c slashCommand, sslCheck bool, err error) {
	form, err := url.ParseQuery(string(body))
	switch {
	case err != nil:
		return c, false, errMalformed
	case form.Get("ssl_check") == "1":
		return c, true, nil
	}
	c = slashCommand{
		Text: form.Get("text"), UserID: form.Get("user_id"), ChannelID: form.Get("channel_id"), TeamID: form.Get("team_id"),
		EnterpriseID: form.Get("enterprise_id"), TriggerID: form.Get("trigger_id"), ResponseURL: form.Get("response_url"),
	}
	return c, false, nil
}

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

// maxBody bounds a request of Slack, whose largest is a view of 250 kB in a form.
const maxBody = 1 << 20

// Why a request or envelope is not taken.
var (
	errMalformed = errors.New("not what Slack sends")
	errTeam      = errors.New("of another workspace")
	errNotReady  = errors.New("not running yet")
)

// ack is what a request is answered with: nothing, a text, or JSON.
type ack struct {
	text string
	json any
}

// Handlers are the endpoints of HTTP mode, by pattern of http.ServeMux; none in Socket Mode.
func (a *Adapter) Handlers() map[string]http.Handler {
	if a.socketMode() {
		return map[string]http.Handler{}
	}
	return map[string]http.Handler{
		"POST /slack/events": a.endpoint(a.takeEvent),
		"POST /slack/interactions": a.endpoint(func(ctx context.Context, body []byte, at time.Time) (ack, error) {
			payload, err := formPayload(body)
			if err != nil {
				return ack{}, err
			}
			return a.takeInteraction(ctx, payload, at)
		}),
		"POST /slack/options": a.endpoint(func(ctx context.Context, body []byte, at time.Time) (ack, error) {
			payload, err := formPayload(body)
			if err != nil {
				return ack{}, err
			}
			return a.takeInteraction(ctx, payload, at)
		}),
		"POST /slack/commands": a.endpoint(func(ctx context.Context, body []byte, at time.Time) (ack, error) {
			c, probe, err := formCommand(body)
			if err != nil || probe {
				return ack{}, err
			}
			return a.takeCommand(ctx, c, at)
		}),
	}
}

// take handles a verified body. It returns nil when whatever it holds is stored or is
// nothing to the bot.
type take func(ctx context.Context, body []byte, at time.Time) (ack, error)

func (a *Adapter) endpoint(t take) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := a.config.Now()
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			a.refuse(w, r, http.StatusRequestEntityTooLarge, errors.New("body is too large"))
			return
		case err != nil:
			a.refuse(w, r, http.StatusBadRequest, errors.New("body was cut off"))
			return
		}
		if err := verify(a.config.SigningSecret, r.Header, body, at); err != nil {
			a.refuse(w, r, http.StatusUnauthorized, err)
			return
		}
		answer, err := t(r.Context(), body, at)
		switch {
		case errors.Is(err, errMalformed):
			a.refuse(w, r, http.StatusBadRequest, err)
		case errors.Is(err, errTeam):
			a.refuse(w, r, http.StatusForbidden, err)
		case err != nil: // not stored: Slack is to deliver it again
			a.refuse(w, r, http.StatusServiceUnavailable, err)
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
	})
}

// refuse answers without a word of what was sent, here or in the log.
func (a *Adapter) refuse(w http.ResponseWriter, r *http.Request, status int, why error) {
	a.log.Warn().Str("path", r.URL.Path).Int("status", status).Str("retry", number(r.Header.Get("X-Slack-Retry-Num"))).AnErr("why", why).Msg("request refused")
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(status)
}

// number is a header that may be logged.
func number(s string) string {
	if len(s) == 1 && s[0] >= '0' && s[0] <= '9' {
		return s
	}
	return ""
}

// formPayload is the JSON in a form's field "payload".
func formPayload(body []byte) ([]byte, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("payload") == "" {
		return nil, errMalformed
	}
	return []byte(form.Get("payload")), nil
}

// formCommand reads a slash command; a probe is Slack's look whether anybody is there.
func formCommand(body []byte) (c command, probe bool, err error) {
	form, err := url.ParseQuery(string(body))
	switch {
	case err != nil:
		return c, false, errMalformed
	case form.Get("ssl_check") == "1":
		return c, true, nil
	}
	c = command{
		Text: form.Get("text"), UserID: form.Get("user_id"), ChannelID: form.Get("channel_id"), TeamID: form.Get("team_id"),
		EnterpriseID: form.Get("enterprise_id"), TriggerID: form.Get("trigger_id"), ResponseURL: form.Get("response_url"),
	}
	return c, false, nil
}

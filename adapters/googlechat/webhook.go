package googlechat

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"helptic/bot"
)

const (
	maxBody = 1 << 20
	// replyTimeout is how long a click waits for the reply of the desk. Google Chat waits 30 seconds.
	replyTimeout  = 8 * time.Second
	searchTimeout = 3 * time.Second
	clickTimeout  = 25 * time.Second // for all that a click does
)

// serveEvent accepts an event and writes the response. The event is acknowledged once it is stored. After 503 Google Chat
// sends it again. An event that can never be used is acknowledged too, or Google Chat would repeat it.
func (a *Adapter) serveEvent(w http.ResponseWriter, r *http.Request) {
	inbox := a.inbox.Load()
	if inbox == nil {
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	signedFor, err := a.verifier.verify(r.Context(), r.Header.Get("Authorization"))
	switch {
	case errors.Is(err, errKeysUnavailable):
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	case err != nil:
		a.unauthorized(w, "request refused: not signed by Google Chat for this app")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		a.log.Warn().Msg("event too large, acknowledged and dropped")
		_ = writeResponse(w, nil) // without the response nothing is lost
		return
	}
	if err != nil {
		return // the connection is closed
	}
	i, err := decodeEvent(body)
	if err != nil {
		a.log.Warn().Err(err).Int("bytes", len(body)).Msg("event not decoded, acknowledged and dropped")
		_ = writeResponse(w, nil) // without the response nothing is lost
		return
	}
	if i.dialect != signedFor {
		a.unauthorized(w, "request refused: signed for another dialect than that of its event")
		return
	}
	response, err := a.respond(r.Context(), inbox, i)
	if err != nil {
		a.log.Error().Err(err).Msg("event not stored, answered 503 for Google Chat to send it again")
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	if err := writeResponse(w, response.body); err != nil && response.update != nil {
		a.log.Warn().Err(err).Msg("response not written, message updated by a call")
		ctx := context.WithoutCancel(r.Context())
		a.background.Go(func() { a.applyOutcome(ctx, i, outcome{update: response.update}) })
	}
}

// respond accepts an event and encodes the response. A click is handled to the end even if Google Chat closes the connection: it
// asks again, and the person still waits for the result of the first click.
func (a *Adapter) respond(ctx context.Context, inbox *bot.Inbox, i interaction) (response, error) {
	handle := func(ctx context.Context) (response, error) {
		o, err := a.accept(ctx, inbox, i)
		if err != nil {
			return response{}, err
		}
		var r response
		if o.outboxRepeats && i.updatesMessage(o) {
			r.update = o.update
			a.updates.add(i.message.Name, o.update)
		}
		r.body, err = i.encodeResponse(o)
		return r, err
	}
	if i.eventType != eventCardClicked && i.eventType != eventAppCommand {
		return handle(ctx)
	}
	return a.respondOnce(i, func() (response, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), clickTimeout)
		defer cancel()
		return handle(ctx)
	})
}

// unauthorized logs the reason and does not tell it to the sender.
func (a *Adapter) unauthorized(w http.ResponseWriter, reason string) {
	a.log.Warn().Msg(reason)
	http.Error(w, "unauthorized", http.StatusUnauthorized)
}

// writeResponse returns an error if the response has certainly not left.
func writeResponse(w http.ResponseWriter, body []byte) error {
	if body == nil {
		body = []byte("{}")
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if _, err := w.Write(body); err != nil {
		return err
	}
	if err := http.NewResponseController(w).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

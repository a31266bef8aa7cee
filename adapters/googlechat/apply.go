package googlechat

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"
	"google.golang.org/api/chat/v1"

	"helptic/bot"
)

const (
	outcomeTimeout  = time.Minute // for the attempts to apply an outcome
	outcomeRetry    = time.Second // grows up to maxOutcomeRetry
	maxOutcomeRetry = 10 * time.Second
	// jitter is how far a wait may be from the exact one, as a fraction of it.
	jitter = 0.2
)

func newBackOff(first, last time.Duration) *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{InitialInterval: first, RandomizationFactor: jitter, Multiplier: 2, MaxInterval: last}
}

// applyOutcome does by API calls what a response to a request would have done.
func (a *Adapter) applyOutcome(ctx context.Context, i interaction, o outcome) {
	ctx, cancel := context.WithTimeout(ctx, outcomeTimeout)
	defer cancel()
	var last error
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := a.applyOutcomeOnce(ctx, i, o)
		last = err
		retry, ok := errors.AsType[*bot.RetryError](err)
		switch {
		case err != nil && !ok:
			err = backoff.Permanent(err)
		case ok && retry.After > 0:
			err = errors.Join(err, &backoff.RetryAfterError{Duration: retry.After})
		}
		return struct{}{}, err
	}, backoff.WithBackOff(newBackOff(outcomeRetry, maxOutcomeRetry)), backoff.WithMaxElapsedTime(0))
	if err != nil {
		a.log.Warn().Err(last).Msg("outcome of an interaction not shown, given up")
	}
}

func (a *Adapter) applyOutcomeOnce(ctx context.Context, i interaction, o outcome) error {
	m := o.message
	viewer := ""
	switch {
	case o.update != nil:
		return a.patch(ctx, i.message.Name, o.update)
	case o.notice != "":
		m = textMessage(o.notice)
		if !i.space.direct() {
			viewer = i.user.Name
		}
	case m == nil:
		return nil
	case m.PrivateMessageViewer != nil:
		viewer = m.PrivateMessageViewer.Name
	}
	room := bot.Channel(address(i.space.Name))
	if i.space.direct() {
		room = bot.Direct(address(i.user.Name))
	}
	plain := &chat.Message{Text: m.Text, CardsV2: m.CardsV2, FallbackText: m.FallbackText, MarkupSyntax: m.MarkupSyntax}
	_, err := a.create(ctx, room, i.space.Name, messageID(room, contentKey(keyResponse, i), 0), i.message.Name, viewer, plain)
	return err
}

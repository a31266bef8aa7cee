package googlechat

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/api/chat/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"helptic/bot"
)

const (
	// performTime is how long what a person is told beside the posts is tried.
	outcomeTimeout = time.Minute
	receiveRetry   = 5 * time.Second
	maxOutstanding = 100
	// settledAfter is when Pub/Sub would have refused: it does not say that it receives.
	receiveGrace   = 2 * time.Second
	connectTimeout = 10 * time.Second
	drainTimeout   = 8 * time.Second // the program waits ten
)

// pulling are the times of receiving a subscription.
type receiveTimes struct{ connect, grace, retry, drain time.Duration }

// pull takes events from the subscription until the context ends. Who may publish there is
// the topic's business: only Chat.
func (a *Adapter) receive(ctx context.Context) {
	for ctx.Err() == nil {
		err := a.receiveOnce(ctx)
		a.receiving.Store(false)
		if ctx.Err() != nil {
			return
		}
		a.log.Error().Err(err).Msg("the subscription is not received")
		select {
		case <-ctx.Done():
		case <-time.After(a.receiveTimes.retry):
		}
	}
}

func (a *Adapter) receiveOnce(ctx context.Context) error {
	client, err := a.subscriber(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := a.checkReachable(ctx, client); err != nil {
		return err
	}
	from := client.Subscriber(a.config.Subscription)
	from.ReceiveSettings.MaxOutstandingMessages = maxOutstanding
	settled := time.NewTimer(a.receiveTimes.grace)
	ended := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		defer settled.Stop()
		select {
		case <-settled.C:
			a.receiving.Store(true)
		case <-ended:
		}
	})
	defer watching.Wait()
	defer close(ended)
	received := make(chan error, 1)
	go func() {
		received <- from.Receive(ctx, func(_ context.Context, m *pubsub.Message) {
			a.receiving.Store(true)
			// What was received is finished though no more is.
			if a.acceptPubSub(context.WithoutCancel(ctx), m.Data) {
				m.Ack()
			} else {
				m.Nack()
			}
		})
	}()
	select {
	case err := <-received:
		return err
	case <-ctx.Done():
	}
	// The library waits for what is in hand, but also for a server that is not there.
	late := time.NewTimer(a.receiveTimes.drain)
	defer late.Stop()
	select {
	case err := <-received:
		return err
	case <-late.C:
		a.log.Warn().Msg("the subscription did not end in time; what was not acknowledged comes again")
		return ctx.Err()
	}
}

// reach asks for the subscription, since receiving from a server that is not there only waits.
// Who may receive may not always see what.
func (a *Adapter) checkReachable(ctx context.Context, client *pubsub.Client) error {
	ctx, cancel := context.WithTimeout(ctx, a.receiveTimes.connect)
	defer cancel()
	_, err := client.SubscriptionAdminClient.GetSubscription(ctx, &pubsubpb.GetSubscriptionRequest{Subscription: a.config.Subscription})
	if status.Code(err) == codes.PermissionDenied {
		return nil
	}
	return err
}

func (a *Adapter) subscriber(ctx context.Context) (*pubsub.Client, error) {
	options := a.config.PubSub
	if options == nil && os.Getenv("PUBSUB_EMULATOR_HOST") == "" { // with an emulator the library refuses credentials
		options = a.config.credentials()
	}
	project := subscriptionName.FindStringSubmatch(a.config.Subscription)[1]
	return pubsub.NewClient(ctx, project, options...)
}

// pulled takes one event and tells whether Pub/Sub may forget it: it is stored, or never can be used.
func (a *Adapter) acceptPubSub(ctx context.Context, data []byte) bool {
	if len(data) > maxBody {
		a.log.Warn().Msg("an event is too large")
		return true
	}
	i, err := decodeEvent(data)
	if err != nil {
		a.log.Warn().Err(err).Int("bytes", len(data)).Msg("an event was not understood")
		return true
	}
	if i.dialect == addon {
		a.addonWarning.Do(func() {
			a.log.Error().Msg("the app is built as a Workspace add-on, whose buttons do not work over Pub/Sub: create the app anew with that box cleared")
		})
	}
	take := func() (response, error) {
		o, err := a.accept(ctx, a.inbox.Load(), i)
		if err != nil {
			return response{}, err
		}
		a.applyOutcome(ctx, i, o)
		return response{body: []byte("{}")}, nil
	}
	if i.eventType == eventCardClicked {
		// Of a repeated press the inbox would know nothing new, and a form that was sent back would look sent.
		_, err = a.respondOnce(ctx, i, take)
	} else {
		_, err = take()
	}
	if err != nil {
		a.log.Error().Err(err).Msg("an event was not stored; Pub/Sub sends it again")
		return false
	}
	return true
}

// perform does by calls what an answer to a request would have done.
func (a *Adapter) applyOutcome(ctx context.Context, i interaction, o outcome) {
	ctx, cancel := context.WithTimeout(ctx, outcomeTimeout)
	defer cancel()
	for {
		err := a.applyOutcomeOnce(ctx, i, o)
		var again *bot.RetryError
		if err == nil {
			return
		}
		if !errors.As(err, &again) || ctx.Err() != nil {
			a.log.Warn().Err(err).Msg("a person was not told what only they were to be told")
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(max(again.After, time.Second)):
		}
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
	_, err := a.create(ctx, room, i.space.Name, messageID(room, contentKey("answer", i), 0), i.message.Name, viewer, plain)
	return err
}

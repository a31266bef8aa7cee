package googlechat

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/cenkalti/backoff/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	maxOutstanding = 100
	// receiveGrace is the time in which Pub/Sub refuses. The library does not report that it receives.
	receiveGrace    = 2 * time.Second
	connectTimeout  = 10 * time.Second
	receiveRetry    = 5 * time.Second // grows up to maxReceiveRetry
	maxReceiveRetry = time.Minute
	drainTimeout    = 8 * time.Second // less than the program's own shutdown timeout
)

// receiveTimes are the times of receiving from a subscription.
type receiveTimes struct{ connect, grace, retry, drain time.Duration }

var errReceiveEnded = errors.New("google chat: the subscription ended")

// receive receives events from the subscription until the context ends. Who may publish there is a setting of the
// topic: only Google Chat.
func (a *Adapter) receive(ctx context.Context) {
	retries := newBackOff(a.receiveTimes.retry, maxReceiveRetry)
	_, _ = backoff.Retry(ctx, func() (struct{}, error) {
		err := a.receiveOnce(ctx)
		if a.receiving.Swap(false) {
			retries.Reset()
		}
		if err == nil {
			err = errReceiveEnded
		}
		return struct{}{}, err
	}, backoff.WithBackOff(retries), backoff.WithMaxElapsedTime(0), backoff.WithNotify(func(err error, wait time.Duration) {
		a.log.Error().Err(err).Dur("wait", wait).Msg("subscription not received, retrying")
	}))
}

func (a *Adapter) receiveOnce(ctx context.Context) error {
	client, err := a.newPubSubClient(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := a.checkReachable(ctx, client); err != nil {
		return err
	}
	subscriber := client.Subscriber(a.config.Subscription)
	subscriber.ReceiveSettings.MaxOutstandingMessages = maxOutstanding
	stopGrace := a.receivingAfterGrace()
	defer stopGrace()
	received := make(chan error, 1)
	go func() {
		received <- subscriber.Receive(ctx, func(_ context.Context, m *pubsub.Message) {
			a.receiving.Store(true)
			// A message that was received is handled to the end after the context.
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
	// The library waits for the messages in hand, but also for a server that does not answer.
	timeout := time.NewTimer(a.receiveTimes.drain)
	defer timeout.Stop()
	select {
	case err := <-received:
		return err
	case <-timeout.C:
		a.log.Warn().Msg("subscription not closed in time, unacknowledged events are delivered again")
		return ctx.Err()
	}
}

// receivingAfterGrace makes the chat ready after the time in which Pub/Sub refuses, unless it is stopped before.
func (a *Adapter) receivingAfterGrace() (stop func()) {
	grace, ended := time.NewTimer(a.receiveTimes.grace), make(chan struct{})
	var waiting sync.WaitGroup
	waiting.Go(func() {
		defer grace.Stop()
		select {
		case <-grace.C:
			a.receiving.Store(true)
		case <-ended:
		}
	})
	return func() {
		close(ended)
		waiting.Wait()
	}
}

// checkReachable reads the subscription, since receiving from a server that does not answer only waits. An account that may
// receive may lack the permission to read.
func (a *Adapter) checkReachable(ctx context.Context, client *pubsub.Client) error {
	ctx, cancel := context.WithTimeout(ctx, a.receiveTimes.connect)
	defer cancel()
	_, err := client.SubscriptionAdminClient.GetSubscription(ctx, &pubsubpb.GetSubscriptionRequest{Subscription: a.config.Subscription})
	if status.Code(err) == codes.PermissionDenied {
		return nil
	}
	return err
}

func (a *Adapter) newPubSubClient(ctx context.Context) (*pubsub.Client, error) {
	options := a.config.PubSub
	if options == nil && os.Getenv("PUBSUB_EMULATOR_HOST") == "" { // with an emulator the library refuses credentials
		options = a.config.credentials()
	}
	project := subscriptionPattern.FindStringSubmatch(a.config.Subscription)[1]
	return pubsub.NewClient(ctx, project, options...)
}

// acceptPubSub accepts an event and reports whether to acknowledge it: it is stored, or can never be used.
func (a *Adapter) acceptPubSub(ctx context.Context, data []byte) bool {
	if len(data) > maxBody {
		a.log.Warn().Msg("event too large, acknowledged and dropped")
		return true
	}
	i, err := decodeEvent(data)
	if err != nil {
		a.log.Warn().Err(err).Int("bytes", len(data)).Msg("event not decoded, acknowledged and dropped")
		return true
	}
	if i.dialect == addon {
		a.addonWarning.Do(func() {
			a.log.Error().Msg("the app is built as a Workspace add-on, whose buttons do not work over Pub/Sub: create the app anew with that box cleared")
		})
	}
	handle := func() (response, error) {
		o, err := a.accept(ctx, a.inbox.Load(), i)
		if err != nil {
			return response{}, err
		}
		a.applyOutcome(ctx, i, o)
		return response{}, nil
	}
	if i.eventType == eventCardClicked {
		// The inbox knows that a redelivered click is a duplicate, and not its reply: a rejected form would look sent.
		_, err = a.respondOnce(i, handle)
	} else {
		_, err = handle()
	}
	if err != nil {
		a.log.Error().Err(err).Msg("event not stored, Pub/Sub delivers it again")
		return false
	}
	return true
}

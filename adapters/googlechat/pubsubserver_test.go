package googlechat_test

import (
	"sync"
	"testing"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"helptic/adapters/googlechat"
)

const (
	topicName        = "projects/helptic/topics/chat"
	subscriptionName = "projects/helptic/subscriptions/desk"
)

// pubSub is a Pub/Sub server with the topic that Google Chat publishes to.
type pubSub struct {
	*pstest.Server
	close func() // stops the server
}

func newPubSub(t *testing.T, options ...pstest.ServerReactorOption) *pubSub {
	t.Helper()
	p := &pubSub{Server: pstest.NewServer(options...)}
	p.close = sync.OnceFunc(func() { _ = p.Close() })
	t.Cleanup(p.close)
	if _, err := p.GServer.CreateTopic(t.Context(), &pubsubpb.Topic{Name: topicName}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *pubSub) subscribe(t *testing.T) {
	t.Helper()
	if _, err := p.GServer.CreateSubscription(t.Context(), &pubsubpb.Subscription{Name: subscriptionName, Topic: topicName, AckDeadlineSeconds: 10}); err != nil {
		t.Error(err)
	}
}

func (p *pubSub) publishEvent(data []byte) string { return p.Publish(topicName, data, nil) }

// configure returns the setup of a desk that receives its events from the server.
func (p *pubSub) configure(s setup) setup {
	s.config.Publish = func(data []byte) { p.publishEvent(data) }
	more := s.change
	s.change = func(c *googlechat.Config) {
		c.Subscription, c.Audience, c.AddonEmail = subscriptionName, "", ""
		c.PubSub = []option.ClientOption{option.WithEndpoint(p.Addr), option.WithoutAuthentication(), option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials()))}
		if more != nil {
			more(c)
		}
	}
	return s
}

// awaitAck waits for the acknowledgement of a message.
func (p *pubSub) awaitAck(d *desk, id string) {
	d.t.Helper()
	d.ws.Await("message "+id+" acknowledged", func() bool { m := p.Message(id); return m != nil && m.Acks > 0 })
}

// refusal is a reactor that fails a method.
type refusal struct{ err error }

func (r refusal) React(any) (bool, any, error) { return true, nil, r.err }

func failMethod(method string, code codes.Code) pstest.ServerReactorOption {
	return pstest.ServerReactorOption{FuncName: method, Reactor: refusal{status.Error(code, "fault of the test")}}
}

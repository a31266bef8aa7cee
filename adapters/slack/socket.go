package slack

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"sync"
	"time"

	"github.com/slack-go/slack/socketmode"
)

const (
	socketConnections = 2  // of this process: one stays open while Slack renews the other
	maxEnvelopes      = 64 // handled at once by one connection
	ackTimeout        = 2 * time.Second
	drainTimeout      = 3 * time.Second // Slack waits no longer for an acknowledgement
	lastAcks          = 200 * time.Millisecond
	maxSocketMessage  = 4 << 20
)

// connect keeps the Socket Mode connections open until the context ends. Then the envelopes
// in progress are acknowledged before they close.
func (a *Adapter) connect(ctx context.Context) {
	var connections sync.WaitGroup
	for range socketConnections {
		connections.Go(func() {
			_ = connectRetries.do(ctx, func() error { return a.serveConnection(ctx) }, func(err error, wait time.Duration) {
				a.log.Error().Err(withoutURL(err)).Dur("wait", wait).Msg("Socket Mode connection failed, retrying: check SLACK_APP_TOKEN with «helptic check»")
			})
		})
	}
	connections.Wait()
}

// serveConnection runs one Socket Mode client. The client reconnects by itself, and ends
// when its token is refused.
func (a *Adapter) serveConnection(ctx context.Context) error {
	client := socketmode.New(a.api, socketmode.OptionReadLimit(maxSocketMessage), socketmode.OptionLog(log.New(io.Discard, "", 0)))
	clientCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	ended := make(chan error, 1)
	go func() {
		ended <- client.RunContext(clientCtx)
		stop()
	}()
	c := &connection{adapter: a, client: client, slots: make(chan struct{}, maxEnvelopes)}
	defer c.setOpen(false)
	done := ctx.Done()
	for {
		select {
		case e := <-client.Events:
			c.receive(clientCtx, e)
		case err := <-ended:
			return err
		case <-done:
			done = nil
			go func() {
				c.drain()
				stop()
			}()
		}
	}
}

// connection is a client and the envelopes that it handles.
type connection struct {
	adapter *Adapter
	client  *socketmode.Client
	slots   chan struct{} // one for each envelope in progress
	open    bool          // used by serveConnection only
}

func (c *connection) setOpen(open bool) {
	switch {
	case open && !c.open:
		c.adapter.connections.Add(1)
	case !open && c.open:
		c.adapter.connections.Add(-1)
	}
	c.open = open
}

// receive handles one event of the client. It must not block: a client whose events are
// not read loses its connection.
func (c *connection) receive(ctx context.Context, e socketmode.Event) {
	a := c.adapter
	switch e.Type {
	case socketmode.EventTypeConnecting:
		c.setOpen(false)
	case socketmode.EventTypeHello:
		c.setOpen(true)
		if e.Request != nil {
			a.log.Info().Int("connections", e.Request.NumConnections).Msg("Socket Mode connection is open")
		}
	case socketmode.EventTypeConnectionError, socketmode.EventTypeInvalidAuth:
		c.setOpen(false)
		a.log.Warn().Msg("Socket Mode connection failed, reconnecting")
	case socketmode.EventTypeEventsAPI, socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand:
		c.start(ctx, e.Request)
	case socketmode.EventTypeErrorBadMessage:
		// The client knows fewer kinds of events and blocks than Slack has, so the
		// envelope is read here.
		if bad, ok := e.Data.(*socketmode.ErrorBadMessage); ok {
			var r socketmode.Request
			if json.Unmarshal(bad.Message, &r) == nil && r.EnvelopeID != "" {
				c.start(ctx, &r)
			}
		}
	}
}

// start handles an envelope in a goroutine. If too many are in progress it is not
// acknowledged, so that Slack delivers it again.
func (c *connection) start(ctx context.Context, r *socketmode.Request) {
	if r == nil || r.EnvelopeID == "" {
		return
	}
	select {
	case c.slots <- struct{}{}:
	default:
		c.adapter.log.Warn().Msg("too many envelopes in progress, waiting for Slack to deliver this one again")
		return
	}
	at := c.adapter.config.Now()
	go func() {
		defer func() { <-c.slots }()
		c.handle(ctx, r, at)
	}()
}

// handle receives an envelope. It acknowledges it if it was stored, or cannot be accepted.
func (c *connection) handle(ctx context.Context, r *socketmode.Request, at time.Time) {
	a := c.adapter
	answer, err := a.receiveEnvelope(ctx, r, at)
	switch {
	case errors.Is(err, errMalformed), errors.Is(err, errTeam):
		a.log.Warn().Str("type", r.Type).AnErr("reason", err).Msg("envelope refused, acknowledging it")
	case err != nil:
		a.log.Error().Str("type", r.Type).Err(err).Msg("storing an envelope failed, waiting for Slack to deliver it again")
		return
	}
	var payload any
	if answer.json != nil {
		payload = answer.json
	}
	ctx, cancel := context.WithTimeout(ctx, ackTimeout)
	defer cancel()
	if err := c.client.AckCtx(ctx, r.EnvelopeID, payload); err != nil {
		a.log.Warn().Str("type", r.Type).Err(err).Msg("acknowledging an envelope failed: Slack delivers it again")
	}
}

func (a *Adapter) receiveEnvelope(ctx context.Context, r *socketmode.Request, at time.Time) (ack, error) {
	switch r.Type {
	case socketmode.RequestTypeEventsAPI:
		return a.receiveEvent(ctx, r.Payload, at)
	case socketmode.RequestTypeInteractive:
		return a.receiveInteraction(ctx, r.Payload, at)
	case socketmode.RequestTypeSlashCommands:
		var c slashCommand
		if json.Unmarshal(r.Payload, &c) != nil {
			return ack{}, errMalformed
		}
		return a.receiveCommand(ctx, c, at)
	}
	return ack{}, nil
}

// drain waits for the envelopes in progress, and gives the last acknowledgements time to
// be sent. It fills all slots, so that no new envelope starts.
func (c *connection) drain() {
	late := time.After(drainTimeout)
	for range maxEnvelopes {
		select {
		case c.slots <- struct{}{}:
		case <-late:
			return
		}
	}
	<-time.After(lastAcks)
}

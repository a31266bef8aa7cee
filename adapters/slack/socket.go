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
	connections  = 2  // of this process: one stays while Slack renews the other
	atOnce       = 64 // envelopes of one connection
	ackTime      = 2 * time.Second
	drainTime    = 3 * time.Second // Slack waits no longer for an answer
	lastAcks     = 200 * time.Millisecond
	maxSocketMsg = 4 << 20
)

// connect keeps the connections of Socket Mode until the context ends: then what was
// being taken is answered before they are closed.
func (a *Adapter) connect(ctx context.Context) {
	var all sync.WaitGroup
	for range connections {
		all.Go(func() { a.stayConnected(ctx) })
	}
	all.Wait()
}

// stayConnected runs one connection, again and again.
func (a *Adapter) stayConnected(ctx context.Context) {
	_ = connectRetries.do(ctx, func() error { return a.socket(ctx) }, func(err error, wait time.Duration) {
		a.log.Error().Err(withoutURL(err)).Dur("wait", wait).Msg("Socket Mode connection failed, retrying: check SLACK_APP_TOKEN with «helptic check»")
	})
}

// socket is one client of Socket Mode, which reconnects by itself; it returns when that
// makes no sense.
func (a *Adapter) socket(ctx context.Context) error {
	client := socketmode.New(a.api, socketmode.OptionReadLimit(maxSocketMsg), socketmode.OptionLog(log.New(io.Discard, "", 0)))
	open, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	over := make(chan error, 1)
	go func() {
		over <- client.RunContext(open)
		end()
	}()
	s := &connection{adapter: a, client: client, slots: make(chan struct{}, atOnce)}
	defer s.down()
	stop := ctx.Done()
	for {
		select {
		case e := <-client.Events:
			s.take(open, e)
		case err := <-over:
			return err
		case <-stop:
			stop = nil
			go func() {
				s.drain()
				end()
			}()
		}
	}
}

// connection is one client and what it is taking.
type connection struct {
	adapter *Adapter
	client  *socketmode.Client
	slots   chan struct{}
	up      bool // only touched by the loop of socket
}

func (s *connection) raise() {
	if !s.up {
		s.up = true
		s.adapter.live.Add(1)
	}
}

func (s *connection) down() {
	if s.up {
		s.up = false
		s.adapter.live.Add(-1)
	}
}

// take looks at one event of the client. It must not wait: a client whose events are not
// read dies.
func (s *connection) take(ctx context.Context, e socketmode.Event) {
	a := s.adapter
	switch e.Type {
	case socketmode.EventTypeConnecting:
		s.down()
	case socketmode.EventTypeHello:
		s.raise()
		if e.Request != nil {
			a.log.Info().Int("connections", e.Request.NumConnections).Msg("Socket Mode is connected")
		}
	case socketmode.EventTypeConnectionError, socketmode.EventTypeInvalidAuth:
		s.down()
		a.log.Warn().Msg("Socket Mode does not connect")
	case socketmode.EventTypeEventsAPI, socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand:
		s.start(ctx, e.Request)
	case socketmode.EventTypeErrorBadMessage:
		// The client knows fewer events and blocks than Slack; the envelope is read here.
		if bad, ok := e.Data.(*socketmode.ErrorBadMessage); ok {
			var r socketmode.Request
			if json.Unmarshal(bad.Message, &r) == nil && r.EnvelopeID != "" {
				s.start(ctx, &r)
			}
		}
	}
}

// start handles an envelope beside the others. Where there are too many the envelope is
// left: Slack delivers it again.
func (s *connection) start(ctx context.Context, r *socketmode.Request) {
	if r == nil || r.EnvelopeID == "" {
		return
	}
	select {
	case s.slots <- struct{}{}:
	default:
		s.adapter.log.Warn().Msg("too many envelopes at once: Slack is to deliver one again")
		return
	}
	at := s.adapter.config.Now()
	go func() {
		defer func() { <-s.slots }()
		s.handle(ctx, r, at)
	}()
}

// handle takes an envelope and acknowledges it once it is stored, or where it never will be.
func (s *connection) handle(ctx context.Context, r *socketmode.Request, at time.Time) {
	a := s.adapter
	answer, err := a.takeEnvelope(ctx, r, at)
	switch {
	case errors.Is(err, errMalformed), errors.Is(err, errTeam):
		a.log.Warn().Str("type", r.Type).AnErr("why", err).Msg("envelope refused")
	case err != nil:
		a.log.Error().Str("type", r.Type).Err(err).Msg("an envelope was not stored: Slack is to deliver it again")
		return
	}
	var payload any
	if answer.json != nil {
		payload = answer.json
	}
	ctx, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	if err := s.client.AckCtx(ctx, r.EnvelopeID, payload); err != nil {
		a.log.Warn().Str("type", r.Type).Err(err).Msg("an envelope was not acknowledged")
	}
}

func (a *Adapter) takeEnvelope(ctx context.Context, r *socketmode.Request, at time.Time) (ack, error) {
	switch r.Type {
	case socketmode.RequestTypeEventsAPI:
		return a.takeEvent(ctx, r.Payload, at)
	case socketmode.RequestTypeInteractive:
		return a.takeInteraction(ctx, r.Payload, at)
	case socketmode.RequestTypeSlashCommands:
		var c command
		if json.Unmarshal(r.Payload, &c) != nil {
			return ack{}, errMalformed
		}
		return a.takeCommand(ctx, c, at)
	}
	return ack{}, nil
}

// drain waits for what is being taken, and lets the last answers out.
func (s *connection) drain() {
	late := time.After(drainTime)
	for range atOnce { // every slot taken: nothing is in hand and nothing new begins
		select {
		case s.slots <- struct{}{}:
		case <-late:
			return
		}
	}
	<-time.After(lastAcks)
}

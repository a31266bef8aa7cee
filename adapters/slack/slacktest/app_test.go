package slacktest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"helptic/adapters/slack/slacktest"
)

// app is a small app over slack-go, with functions that the test sets. It works over both transports.
type app struct {
	api *slack.Client

	mu      sync.Mutex
	inner   []slackevents.EventsAPIInnerEvent
	ids     []string // event ids in the order in which they arrived
	retries []string // X-Slack-Retry-Num, or the attempt of the envelope

	onEvent  func(slackevents.EventsAPIInnerEvent)
	onAct    func(slack.InteractionCallback) any // the answer; nil: an empty one
	onSlash  func(slack.SlashCommand) any
	onStatus func(path string) int // a status other than 200 for this request
}

func (a *app) event(raw []byte, retry string) error {
	e, err := slackevents.ParseEvent(raw, slackevents.OptionNoVerifyToken())
	if err != nil {
		return err
	}
	outer := struct {
		ID string `json:"event_id"`
	}{}
	if err := json.Unmarshal(raw, &outer); err != nil {
		return err
	}
	a.mu.Lock()
	a.inner = append(a.inner, e.InnerEvent)
	a.ids = append(a.ids, outer.ID)
	a.retries = append(a.retries, retry)
	a.mu.Unlock()
	if a.onEvent != nil {
		a.onEvent(e.InnerEvent)
	}
	return nil
}

func (a *app) kinds() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []string
	for _, e := range a.inner {
		all = append(all, e.Type)
	}
	return all
}

// serve is the app over HTTP. It verifies signatures.
func (a *app) serve(secret string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		verifier, err := slack.NewSecretsVerifier(r.Header, secret)
		if err == nil {
			_, _ = verifier.Write(raw)
			err = verifier.Ensure()
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		if a.onStatus != nil {
			if status := a.onStatus(r.URL.Path); status != 0 {
				w.WriteHeader(status)
				return
			}
		}
		r.Body = io.NopCloser(bytes.NewReader(raw))
		var answer any
		switch r.URL.Path {
		case "/slack/events":
			var first struct{ Type, Challenge string }
			if err := json.Unmarshal(raw, &first); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			if first.Type == "url_verification" {
				_, _ = io.WriteString(w, first.Challenge)
				return
			}
			err = a.event(raw, r.Header.Get("X-Slack-Retry-Num"))
		case "/slack/interactions", "/slack/options":
			var c slack.InteractionCallback
			if c, err = slack.InteractionCallbackParse(r); err == nil && a.onAct != nil {
				answer = a.onAct(c)
			}
		case "/slack/commands":
			var c slack.SlashCommand
			if c, err = slack.SlashCommandParse(r); err == nil && a.onSlash != nil {
				answer = a.onSlash(c)
			}
		}
		switch {
		case err != nil:
			http.Error(w, err.Error(), http.StatusBadRequest)
		case answer != nil:
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(answer)
		}
	}
}

// run is the app over Socket Mode.
func (a *app) run(ctx context.Context, t *testing.T) {
	client := socketmode.New(a.api)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-client.Events:
				var answer any
				switch e.Type {
				case socketmode.EventTypeEventsAPI:
					if err := a.event(e.Request.Payload, string(rune('0'+e.Request.RetryAttempt))); err != nil {
						t.Error(err)
					}
				case socketmode.EventTypeInteractive:
					if c, ok := e.Data.(slack.InteractionCallback); ok && a.onAct != nil {
						answer = a.onAct(c)
					}
				case socketmode.EventTypeSlashCommand:
					if c, ok := e.Data.(slack.SlashCommand); ok && a.onSlash != nil {
						answer = a.onSlash(c)
					}
				default:
					continue
				}
				_ = client.AckCtx(ctx, e.Request.EnvelopeID, answer)
			}
		}
	}()
	go func() { _ = client.RunContext(ctx) }()
}

// start runs the app over the transport of the workspace.
func (a *app) start(t *testing.T, ws *slacktest.Workspace) {
	t.Helper()
	a.api = client(ws)
	if ws.Config().SocketMode {
		a.run(t.Context(), t)
		ws.AwaitSockets(1)
		return
	}
	server := httptest.NewServer(a.serve(ws.Config().SigningSecret))
	t.Cleanup(server.Close)
	ws.PointAt(server.URL)
}

// both runs a test over HTTP and over Socket Mode.
func both(t *testing.T, test func(t *testing.T, ws *slacktest.Workspace)) {
	for name, sockets := range map[string]bool{"HTTP": false, "Socket Mode": true} {
		t.Run(name, func(t *testing.T) { test(t, slacktest.New(t, slacktest.Config{SocketMode: sockets})) })
	}
}

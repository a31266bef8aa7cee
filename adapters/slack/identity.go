package slack

import (
	"context"
	"encoding/json"
	"time"

	"github.com/slack-go/slack"
)

// serves reports whether a payload for this team or enterprise is for the bot: it is
// installed in one workspace, or in an organization.
func (i identity) serves(team, enterprise string) bool {
	return team != "" && team == i.Team || enterprise != "" && enterprise == i.Enterprise
}

// loadIdentity reads the identity of the last run. With it, payloads are accepted even if
// the Web API does not answer at the start.
func (a *Adapter) loadIdentity(ctx context.Context) {
	key := a.tokenKey()
	entries, err := a.config.AppendLog.Read(ctx, streamIdentity, 0, 1000)
	if err != nil {
		a.log.Warn().Err(err).Msg("reading the bot's identity failed, asking Slack for it")
	}
	for _, e := range entries {
		var i identity
		if e.Key == key && json.Unmarshal(e.Body, &i) == nil && i.Team != "" {
			a.self.Store(&i)
		}
	}
}

func (a *Adapter) identifyWithRetry(ctx context.Context) {
	_ = identifyRetries.do(ctx, func() error { return a.identify(ctx) }, func(err error, wait time.Duration) {
		a.log.Error().Err(err).Dur("wait", wait).Msg("auth.test failed, retrying: check the token with «helptic check»")
	})
}

// identify asks Slack who the bot is, and stores the answer.
func (a *Adapter) identify(ctx context.Context) error {
	var r *slack.AuthTestResponse
	err := a.call(ctx, "auth.test", func(ctx context.Context) (err error) {
		r, err = a.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return err
	}
	i := identity{Team: r.TeamID, Enterprise: r.EnterpriseID, User: r.UserID, Bot: r.BotID}
	a.self.Store(&i)
	body, err := json.Marshal(i)
	if err != nil {
		return err
	}
	if _, err := a.config.AppendLog.Append(ctx, streamIdentity, a.tokenKey(), body); err != nil {
		a.log.Warn().Err(err).Msg("storing the bot's identity failed: the next start depends on the Web API")
	}
	a.log.Info().Str("team", i.Team).Bool("socket", a.socketMode()).Msg("bot is identified")
	return nil
}

// tokenKey tells tokens apart without revealing one.
func (a *Adapter) tokenKey() string { return digest("token", a.config.BotToken) }

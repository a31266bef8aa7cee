package slack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/slack-go/slack"
)

const streamSelf = "slack/self"

// identity is who the bot is, and where.
type identity struct {
	Team       string `json:"team"`
	Enterprise string `json:"enterprise,omitempty"`
	User       string `json:"user"`
	Bot        string `json:"bot,omitempty"`
}

// ours tells whether something was delivered for the bot's workspace, or for the
// organization that it was installed in.
func (i identity) ours(team, enterprise string) bool {
	return team != "" && team == i.Team || enterprise != "" && enterprise == i.Enterprise
}

// recall reads who the bot was last time, so that a start while the Web API is down
// refuses nothing.
func (a *Adapter) recall(ctx context.Context) {
	key := a.tokenKey()
	entries, err := a.config.AppendLog.Read(ctx, streamSelf, 0, 1000)
	if err != nil {
		a.log.Warn().Err(err).Msg("who the bot is cannot be read")
	}
	for _, e := range entries {
		var i identity
		if e.Key == key && json.Unmarshal(e.Body, &i) == nil && i.Team != "" {
			a.self.Store(&i)
		}
	}
}

// introduce asks Slack who the bot is, until it answers.
func (a *Adapter) introduce(ctx context.Context) {
	_ = identifyRetries.do(ctx, func() error { return a.identify(ctx) }, func(err error, wait time.Duration) {
		a.log.Error().Err(err).Dur("wait", wait).Msg("auth.test failed, retrying: check the token with «helptic check»")
	})
}

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
	if _, err := a.config.AppendLog.Append(ctx, streamSelf, a.tokenKey(), body); err != nil {
		a.log.Warn().Err(err).Msg("who the bot is cannot be kept")
	}
	a.log.Info().Str("team", i.Team).Bool("socket", a.socketMode()).Msg("Slack knows the bot")
	return nil
}

// tokenKey tells tokens apart without holding one.
func (a *Adapter) tokenKey() string { return digest("token", a.config.BotToken) }

// digest names something by its content.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

package slack

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// Finding is one result of Check: whether it is well, and what was found or what to do.
type Finding struct {
	OK   bool
	Text string
}

// Check asks Slack whether the bot can work: about its token and scopes, the app token of
// Socket Mode, and the agents' channels.
func (a *Adapter) Check(ctx context.Context) []Finding {
	var r *slack.AuthTestResponse
	err := a.call(ctx, "auth.test", func(ctx context.Context) (err error) {
		r, err = a.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return []Finding{{Text: tokenFault("SLACK_BOT_TOKEN", textBotTokenExpected, err)}}
	}
	findings := []Finding{{OK: true, Text: textTokenWorks(r.User, r.Team)}}
	findings = append(findings, checkScopes(r.Header.Get("X-Oauth-Scopes")))
	findings = append(findings, a.checkTransport(ctx))
	for _, c := range []struct{ variable, address string }{{"AGENT_CHANNEL", a.config.AgentChannel}, {"SECURITY_CHANNEL", a.config.SecurityChannel}} {
		if id := local(c.address); id != "" {
			findings = append(findings, a.checkChannel(ctx, c.variable, id, r.UserID))
		}
	}
	return findings
}

func checkScopes(header string) Finding {
	if header == "" {
		return Finding{OK: true, Text: textScopesUnknown}
	}
	var granted, missing []string
	for s := range strings.SplitSeq(header, ",") {
		granted = append(granted, strings.TrimSpace(s))
	}
	for _, s := range scopes {
		if !slices.Contains(granted, s) {
			missing = append(missing, s)
		}
	}
	if len(missing) > 0 {
		return Finding{Text: textScopesMissing(missing)}
	}
	return Finding{OK: true, Text: textScopesComplete}
}

func (a *Adapter) checkTransport(ctx context.Context) Finding {
	if !a.socketMode() {
		return Finding{OK: true, Text: textHTTPMode}
	}
	err := a.call(ctx, "apps.connections.open", func(ctx context.Context) error {
		_, _, err := a.api.StartSocketModeContext(ctx)
		return err
	})
	if err != nil {
		return Finding{Text: tokenFault("SLACK_APP_TOKEN", textAppTokenExpected, err)}
	}
	return Finding{OK: true, Text: textSocketModeWorks}
}

func (a *Adapter) checkChannel(ctx context.Context, variable, id, self string) Finding {
	var c *slack.Channel
	err := a.call(ctx, "conversations.info", func(ctx context.Context) (err error) {
		c, err = a.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
		return err
	})
	switch code := codeOf(err); {
	case code == "channel_not_found":
		return Finding{Text: textChannelNotFound(variable, id)}
	case err != nil:
		return Finding{Text: textChannelUnknown(variable, id, reason(err))}
	case c.IsArchived:
		return Finding{Text: textChannelArchived(variable, c.Name)}
	case c.IsMember:
		return Finding{OK: true, Text: textBotInChannel(variable, c.Name)}
	}
	if member, err := a.Member(ctx, address(id), address(self)); err == nil && member {
		return Finding{OK: true, Text: textBotInChannel(variable, c.Name)}
	}
	return Finding{Text: textBotNotInChannel(variable, c.Name)}
}

func tokenFault(variable, expected string, err error) string {
	switch code := codeOf(err); code {
	case "":
		return textNoAnswer(reason(err))
	case "account_inactive", "token_revoked":
		return textTokenRevoked(variable, code)
	default:
		return textTokenInvalid(variable, code, expected)
	}
}

// reason is Slack's code, or else the error.
func reason(err error) string { return cmp.Or(codeOf(err), err.Error()) }

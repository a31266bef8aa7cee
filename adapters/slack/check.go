package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"helptic/bot"
)

// Finding is something that Check looked at: whether it is well, and what it is or what to do.
type Finding struct {
	OK   bool
	Text string
}

// Check asks Slack whether the bot can work: its token and scopes, the app token of
// Socket Mode, and the channels of the agents.
func (a *Adapter) Check(ctx context.Context) []Finding {
	var r *slack.AuthTestResponse
	err := a.call(ctx, "auth.test", func(ctx context.Context) (err error) {
		r, err = a.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return []Finding{{Text: tokenTrouble("SLACK_BOT_TOKEN", "el token del bot (xoxb-…), en «OAuth & Permissions»", err)}}
	}
	found := []Finding{{OK: true, Text: fmt.Sprintf("el token es del bot %s en el espacio de trabajo %s", r.User, r.Team)}}
	found = append(found, checkScopes(r.Header.Get("X-Oauth-Scopes")))
	found = append(found, a.checkTransport(ctx))
	for _, c := range []struct{ variable, address string }{{"AGENT_CHANNEL", a.config.AgentChannel}, {"SECURITY_CHANNEL", a.config.SecurityChannel}} {
		if id := local(c.address); id != "" {
			found = append(found, a.checkChannel(ctx, c.variable, id, r.UserID))
		}
	}
	return found
}

func checkScopes(header string) Finding {
	if header == "" {
		return Finding{OK: true, Text: "Slack no dijo qué permisos tiene el token; compárelos con «helptic slack-manifest»"}
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
		return Finding{Text: "faltan permisos: " + strings.Join(missing, ", ") + ". Copie el manifiesto de «helptic slack-manifest» en «App Manifest» de api.slack.com/apps y reinstale la aplicación"}
	}
	return Finding{OK: true, Text: "el token tiene todos los permisos"}
}

func (a *Adapter) checkTransport(ctx context.Context) Finding {
	if !a.socketMode() {
		return Finding{OK: true, Text: "se atiende por HTTP en /slack/events, /slack/interactions, /slack/commands y /slack/options; la firma se prueba cuando Slack escribe"}
	}
	err := a.call(ctx, "apps.connections.open", func(ctx context.Context) error {
		_, _, err := a.api.StartSocketModeContext(ctx)
		return err
	})
	if err != nil {
		return Finding{Text: tokenTrouble("SLACK_APP_TOKEN", "el token de aplicación (xapp-…) con el permiso connections:write, en «Basic Information»; Socket Mode debe estar encendido", err)}
	}
	return Finding{OK: true, Text: "Socket Mode se puede conectar"}
}

func (a *Adapter) checkChannel(ctx context.Context, variable, id, self string) Finding {
	invite := "Entre al canal en Slack y escriba /invite @helptic"
	var c *slack.Channel
	err := a.call(ctx, "conversations.info", func(ctx context.Context) (err error) {
		c, err = a.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
		return err
	})
	switch code := codeOf(err); {
	case code == "channel_not_found":
		return Finding{Text: fmt.Sprintf("%s: el canal %s no existe, o es privado y el bot no está en él. %s, o corrija %s", variable, id, invite, variable)}
	case err != nil:
		return Finding{Text: fmt.Sprintf("%s: no se pudo consultar el canal %s (%s). Intente de nuevo", variable, id, reason(err))}
	case c.IsArchived:
		return Finding{Text: fmt.Sprintf("%s: el canal #%s está archivado. Desarchívelo o cambie %s", variable, c.Name, variable)}
	case c.IsMember:
		return Finding{OK: true, Text: fmt.Sprintf("%s: el bot está en #%s", variable, c.Name)}
	}
	if member, err := a.Member(ctx, address(id), address(self)); err == nil && member {
		return Finding{OK: true, Text: fmt.Sprintf("%s: el bot está en #%s", variable, c.Name)}
	}
	return Finding{Text: fmt.Sprintf("%s: el bot no está en #%s. %s", variable, c.Name, invite)}
}

func tokenTrouble(variable, what string, err error) string {
	switch code := codeOf(err); code {
	case "":
		return fmt.Sprintf("Slack no responde (%s). Revise la conexión y SLACK_API_URL", reason(err))
	case "account_inactive", "token_revoked":
		return fmt.Sprintf("%s fue anulado (%s). Reinstale la aplicación y cópielo de nuevo", variable, code)
	default:
		return fmt.Sprintf("%s no sirve (%s). Ponga %s", variable, code, what)
	}
}

// reason is why a call failed, in a word.
func reason(err error) string {
	if code := codeOf(err); code != "" {
		return code
	}
	var again *bot.RetryError
	if errors.As(err, &again) {
		return again.Error()
	}
	return err.Error()
}

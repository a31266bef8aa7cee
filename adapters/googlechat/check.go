package googlechat

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/api/chat/v1"

	"helptic/bot"
)

// Finding is something that Check looked at: whether it is well, and what it is or what to do.
type Finding struct {
	OK   bool
	Text string
}

// Check asks Google whether the bot can work: its credentials, how events reach it, and
// the spaces of the agents.
func (a *Adapter) Check(ctx context.Context) []Finding {
	found := []Finding{a.checkCredentials(ctx)}
	if !found[0].OK {
		return found
	}
	if a.pulls() {
		found = append(found, a.checkSubscription(ctx))
	} else {
		found = append(found, a.checkEndpoint(ctx))
	}
	for _, c := range []struct{ variable, address string }{{"AGENT_CHANNEL", a.config.AgentChannel}, {"SECURITY_CHANNEL", a.config.SecurityChannel}} {
		if space := local(c.address); space != "" {
			found = append(found, a.checkSpace(ctx, c.variable, space))
		}
	}
	return found
}

func (a *Adapter) checkCredentials(ctx context.Context) Finding {
	err := a.read(ctx, func(ctx context.Context) error {
		_, err := a.api.Spaces.List().PageSize(1).Context(ctx).Do()
		return err
	})
	switch codeOf(err) {
	case http.StatusUnauthorized:
		return Finding{Text: "Google no acepta las credenciales. Ponga en GOOGLE_APPLICATION_CREDENTIALS la llave de una cuenta de servicio del proyecto de la aplicación"}
	case http.StatusForbidden:
		return Finding{Text: "las credenciales no sirven para Google Chat. Deben ser de una cuenta de servicio (no de una persona) del mismo proyecto en que está configurada la aplicación, con «Google Chat API» habilitada"}
	}
	if err != nil {
		return Finding{Text: fmt.Sprintf("Google Chat no responde (%s). Revise la conexión, GOOGLE_APPLICATION_CREDENTIALS y GOOGLE_CHAT_API_URL", reason(err))}
	}
	return Finding{OK: true, Text: "las credenciales sirven para Google Chat"}
}

func (a *Adapter) checkEndpoint(ctx context.Context) Finding {
	if _, err := a.verifier.keys.key(ctx, "-"); errors.Is(err, errNoKeys) {
		return Finding{Text: "no se pueden leer las llaves con que Google firma. Revise la conexión y GOOGLE_CHAT_CERTS_URL"}
	}
	switch {
	case a.config.AddonEmail != "":
		return Finding{OK: true, Text: "se atiende como complemento de Google Workspace en " + a.config.Audience + "; solo valen eventos firmados por la cuenta de GOOGLE_CHAT_ADDON_EMAIL"}
	case digits.MatchString(a.config.Audience):
		return Finding{OK: true, Text: "se atiende como aplicación clásica del proyecto " + a.config.Audience + " en " + eventsPath + ". En la configuración, «Authentication Audience» debe ser «Project number»"}
	}
	return Finding{OK: true, Text: "se atiende como aplicación clásica en " + a.config.Audience + ". En la configuración, «Authentication Audience» debe ser «HTTP endpoint URL»; si la aplicación es un complemento de Google Workspace, ponga su cuenta en GOOGLE_CHAT_ADDON_EMAIL"}
}

func (a *Adapter) checkSubscription(ctx context.Context) Finding {
	trouble := "GOOGLE_CHAT_SUBSCRIPTION: %s. Cree la suscripción (pull) y dé a la cuenta de servicio el permiso «Pub/Sub Subscriber» en ella"
	client, err := a.subscriber(ctx)
	if err != nil {
		return Finding{Text: fmt.Sprintf(trouble, "no se puede conectar con Pub/Sub")}
	}
	defer client.Close()
	s, err := client.SubscriptionAdminClient.GetSubscription(ctx, &pubsubpb.GetSubscriptionRequest{Subscription: a.config.Subscription})
	switch {
	case err != nil:
		return Finding{Text: fmt.Sprintf(trouble, "no se puede leer "+a.config.Subscription)}
	case s.GetPushConfig().GetPushEndpoint() != "":
		return Finding{Text: "GOOGLE_CHAT_SUBSCRIPTION: la suscripción es de tipo push. Cree una de tipo pull"}
	}
	return Finding{OK: true, Text: "se reciben eventos de " + a.config.Subscription + ". En la configuración de la aplicación, «Build this Chat app as a Workspace add-on» debe estar desmarcada"}
}

func (a *Adapter) checkSpace(ctx context.Context, variable, space string) Finding {
	var s *chat.Space
	err := a.read(ctx, func(ctx context.Context) (err error) {
		s, err = a.api.Spaces.Get(space).Context(ctx).Do()
		return err
	})
	switch code := codeOf(err); {
	case code == http.StatusNotFound || code == http.StatusForbidden:
		return Finding{Text: fmt.Sprintf("%s: el espacio %s no existe o la aplicación no está en él. Abra el espacio en Google Chat, agregue la aplicación en «Aplicaciones e integraciones», o corrija %s", variable, space, variable)}
	case err != nil:
		return Finding{Text: fmt.Sprintf("%s: no se pudo consultar %s (%s). Intente de nuevo", variable, space, reason(err))}
	case s.SpaceType == "DIRECT_MESSAGE":
		return Finding{Text: fmt.Sprintf("%s: %s es un mensaje directo. Cree un espacio para los agentes y use su nombre", variable, space)}
	}
	people, more, err := a.count(ctx, space)
	switch {
	case err != nil:
		return Finding{Text: fmt.Sprintf("%s: no se pudo consultar quién está en %s (%s). Intente de nuevo", variable, space, reason(err))}
	case people == 0:
		return Finding{Text: fmt.Sprintf("%s: en %s no hay personas por su nombre. Agréguelas una por una: las que entran con un grupo de Google no se pueden asignar", variable, s.DisplayName)}
	}
	text := fmt.Sprintf("%s: la aplicación está en «%s», con %d personas", variable, s.DisplayName, people)
	if more > 0 {
		text += fmt.Sprintf(" (%d de fuera de la entidad, que no podrán atender)", more)
	}
	return Finding{OK: true, Text: text}
}

// count is how many people are members of a space, and how many of them are of elsewhere.
func (a *Adapter) count(ctx context.Context, space string) (people, foreign int, err error) {
	err = a.eachMember(ctx, space, func(m *chat.Membership) {
		people++
		if m.Affiliation != internal && m.Affiliation != "" {
			foreign++
		}
	})
	return people, foreign, err
}

// reason is why a call failed, in a word.
func reason(err error) string {
	if code := codeOf(err); code != 0 {
		return fmt.Sprint(code)
	}
	var again *bot.RetryError
	if errors.As(err, &again) {
		return again.Error()
	}
	return err.Error()
}

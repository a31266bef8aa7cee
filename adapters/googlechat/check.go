package googlechat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/api/chat/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// checkTime bounds what is asked of Pub/Sub, whose client tries again by itself.
const checkTime = 15 * time.Second

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
	if a.usesPubSub() {
		found = append(found, a.checkSubscription(ctx))
	} else {
		found = append(found, a.checkEndpoint(ctx))
	}
	for _, c := range []struct{ variable, address string }{{"AGENT_CHANNEL", a.config.AgentChannel}, {"SECURITY_CHANNEL", a.config.SecurityChannel}} {
		if space := resourceName(c.address); space != "" {
			found = append(found, a.checkSpace(ctx, c.variable, space))
		}
	}
	return found
}

func (a *Adapter) checkCredentials(ctx context.Context) Finding {
	err := a.call(ctx, func(ctx context.Context) error {
		_, err := a.api.Spaces.List().PageSize(1).Context(ctx).Do()
		return err
	})
	switch code := statusOf(err); {
	case code == http.StatusUnauthorized || errors.Is(err, errCredentials):
		return Finding{Text: "Google no acepta las credenciales. Ponga en GOOGLE_APPLICATION_CREDENTIALS la llave de una cuenta de servicio del proyecto de la aplicación"}
	case code == http.StatusForbidden:
		return Finding{Text: "las credenciales no sirven para Google Chat. Deben ser de una cuenta de servicio (no de una persona) del mismo proyecto en que está configurada la aplicación, con «Google Chat API» habilitada"}
	case code != 0:
		return Finding{Text: fmt.Sprintf("Google Chat no atiende ahora (%d). Intente de nuevo en unos minutos; si sigue igual, revise GOOGLE_CHAT_API_URL", code)}
	case err != nil:
		return Finding{Text: "Google Chat no responde. Revise la conexión a Internet, GOOGLE_APPLICATION_CREDENTIALS y GOOGLE_CHAT_API_URL"}
	}
	return Finding{OK: true, Text: "las credenciales sirven para Google Chat"}
}

func (a *Adapter) checkEndpoint(ctx context.Context) Finding {
	if _, err := a.verifier.keys.key(ctx, "-"); errors.Is(err, errKeysUnavailable) {
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
	const variable = "GOOGLE_CHAT_SUBSCRIPTION: "
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	client, err := a.subscriber(ctx)
	if err != nil {
		return Finding{Text: variable + "no se puede conectar con Pub/Sub. Revise GOOGLE_APPLICATION_CREDENTIALS"}
	}
	defer client.Close()
	s, err := client.SubscriptionAdminClient.GetSubscription(ctx, &pubsubpb.GetSubscriptionRequest{Subscription: a.config.Subscription})
	if status.Code(err) == codes.PermissionDenied {
		err = a.checkPull(ctx, client) // who may only pull may not read how the subscription is set up
	}
	switch code := status.Code(err); {
	case code == codes.NotFound:
		return Finding{Text: variable + "la suscripción " + a.config.Subscription + " no existe. Créela, de tipo pull, en el tema al que publica Google Chat, o corrija el nombre"}
	case code == codes.PermissionDenied || code == codes.Unauthenticated:
		return Finding{Text: variable + "la cuenta de servicio no puede recibir de " + a.config.Subscription + ". Dele en ella el permiso «Pub/Sub Subscriber»"}
	case err != nil:
		return Finding{Text: variable + "Pub/Sub no responde (" + code.String() + "). Revise la conexión y que «Cloud Pub/Sub API» esté habilitada"}
	case s.GetPushConfig().GetPushEndpoint() != "":
		return Finding{Text: variable + "la suscripción es de tipo push. Cree una de tipo pull"}
	}
	return Finding{OK: true, Text: "se reciben eventos de " + a.config.Subscription + ". En la configuración de la aplicación, «Build this Chat app as a Workspace add-on» debe estar desmarcada"}
}

// pullable tells whether messages may be received, and gives back those that come.
func (a *Adapter) checkPull(ctx context.Context, client *pubsub.Client) error {
	ctx, cancel := context.WithTimeout(ctx, a.receiveTimes.grace)
	defer cancel()
	got, err := client.SubscriptionAdminClient.Pull(ctx, &pubsubpb.PullRequest{Subscription: a.config.Subscription, MaxMessages: 1})
	if status.Code(err) == codes.DeadlineExceeded || errors.Is(err, context.DeadlineExceeded) {
		return nil // nothing came, and nobody refused
	}
	if err != nil {
		return err
	}
	var back []string
	for _, m := range got.GetReceivedMessages() {
		back = append(back, m.GetAckId())
	}
	if len(back) == 0 {
		return nil
	}
	return client.SubscriptionAdminClient.ModifyAckDeadline(ctx, &pubsubpb.ModifyAckDeadlineRequest{Subscription: a.config.Subscription, AckIds: back})
}

func (a *Adapter) checkSpace(ctx context.Context, variable, space string) Finding {
	var s *chat.Space
	err := a.call(ctx, func(ctx context.Context) (err error) {
		s, err = a.api.Spaces.Get(space).Context(ctx).Do()
		return err
	})
	switch code := statusOf(err); {
	case code == http.StatusNotFound || code == http.StatusForbidden:
		return Finding{Text: fmt.Sprintf("%s: el espacio %s no existe o la aplicación no está en él. Abra el espacio en Google Chat, agregue la aplicación en «Aplicaciones e integraciones», o corrija %s", variable, space, variable)}
	case err != nil:
		return Finding{Text: fmt.Sprintf("%s: no se pudo consultar %s (%s). Intente de nuevo", variable, space, reason(err))}
	case s.SpaceType == "DIRECT_MESSAGE":
		return Finding{Text: fmt.Sprintf("%s: %s es un mensaje directo. Cree un espacio para los agentes y use su nombre", variable, space)}
	}
	people, more, err := a.countMembers(ctx, space)
	switch {
	case err != nil:
		return Finding{Text: fmt.Sprintf("%s: no se pudo consultar quién está en %s (%s). Intente de nuevo", variable, space, reason(err))}
	case people == 0:
		return Finding{Text: fmt.Sprintf("%s: en «%s» no hay personas por su nombre. Agréguelas una por una: las que entran con un grupo de Google no se pueden asignar", variable, s.DisplayName)}
	}
	text := fmt.Sprintf("%s: la aplicación está en «%s», con %d personas", variable, s.DisplayName, people)
	if people == 1 {
		text = fmt.Sprintf("%s: la aplicación está en «%s», con 1 persona", variable, s.DisplayName)
	}
	switch {
	case more == people:
		return Finding{Text: fmt.Sprintf("%s: en «%s» solo hay personas de fuera de la entidad, que no pueden atender. Agregue a los agentes", variable, s.DisplayName)}
	case more == 1:
		text += " (1 de fuera de la entidad, que no podrá atender)"
	case more > 1:
		text += fmt.Sprintf(" (%d de fuera de la entidad, que no podrán atender)", more)
	}
	return Finding{OK: true, Text: text}
}

// count is how many people are members of a space, and how many of them are of elsewhere.
func (a *Adapter) countMembers(ctx context.Context, space string) (people, foreign int, err error) {
	err = a.eachMember(ctx, space, func(m *chat.Membership) {
		people++
		if isExternal(m) {
			foreign++
		}
	})
	return people, foreign, err
}

// reason is why a call failed, in a word.
func reason(err error) string {
	if code := statusOf(err); code != 0 {
		return fmt.Sprint(code)
	}
	return "sin respuesta"
}

package config

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"os"
	"regexp"
	"strings"
)

func (c *Config) audienceFault() string {
	switch u, err := url.Parse(c.GoogleChatAudience); {
	case c.GoogleChatAudience == "":
		return ""
	case c.GoogleChatSubscription != "":
		return "está definida junto con GOOGLE_CHAT_SUBSCRIPTION; deje la primera para recibir por HTTPS o la segunda para Pub/Sub"
	case projectNumber.MatchString(c.GoogleChatAudience):
		if c.GoogleChatAddonEmail != "" {
			return "un complemento de Google Workspace firma para una dirección, no para el número del proyecto; escriba https://servidor/googlechat/events"
		}
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return fmt.Sprintf("«%s» no es una dirección ni el número de un proyecto; se escribe https://servidor/googlechat/events o 123456789012", c.GoogleChatAudience)
	}
	return ""
}

// projectNumber is a Google Cloud project's number; a project's id has letters.
var projectNumber = regexp.MustCompile(`^[0-9]{5,20}$`)

func (c *Config) addonFault() string {
	address, err := mail.ParseAddress(c.GoogleChatAddonEmail)
	switch {
	case c.GoogleChatAddonEmail == "":
		return ""
	case err != nil || address.Address != c.GoogleChatAddonEmail || !strings.HasSuffix(address.Address, ".iam.gserviceaccount.com"):
		return fmt.Sprintf("«%s» no es una cuenta de servicio; cópiela de la configuración de la aplicación: service-NÚMERO@gcp-sa-gsuiteaddons.iam.gserviceaccount.com", c.GoogleChatAddonEmail)
	case c.GoogleChatSubscription != "":
		return "los botones de un complemento no funcionan por Pub/Sub; haga una aplicación clásica, o reciba por HTTPS con GOOGLE_CHAT_AUDIENCE"
	case c.GoogleChatAudience == "":
		return "falta GOOGLE_CHAT_AUDIENCE, la dirección pública de /googlechat/events"
	}
	return ""
}

var subscriptionName = regexp.MustCompile(`^projects/[^/\s]+/subscriptions/[^/\s]+$`)

func (c *Config) subscriptionFault() string {
	if c.GoogleChatSubscription != "" && !subscriptionName.MatchString(c.GoogleChatSubscription) {
		return fmt.Sprintf("«%s» no es una suscripción; se escribe projects/PROYECTO/subscriptions/NOMBRE", c.GoogleChatSubscription)
	}
	return ""
}

// certsFault accepts the empty address, which stands for Google's own.
func certsFault(base string) string {
	if base == "" {
		return ""
	}
	return baseFault(base)
}

// credentialsFault reads the key's file only where Google Chat is on: other programs use
// the same variable.
func (c *Config) credentialsFault() string {
	if !c.GoogleChatOn() || c.GoogleApplicationCredentials == "" {
		return ""
	}
	text, err := os.ReadFile(inDir(c.dir, c.GoogleApplicationCredentials))
	if err != nil {
		return unreadable(c.GoogleApplicationCredentials, err)
	}
	var key struct{ Type string }
	if json.Unmarshal(text, &key) != nil || key.Type != "service_account" {
		return fmt.Sprintf("«%s» no es la llave JSON de una cuenta de servicio; créela en Google Cloud, «Cuentas de servicio», «Claves»", c.GoogleApplicationCredentials)
	}
	return ""
}

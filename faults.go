package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	smtp "helptic/adapters/mail"

	"github.com/rs/zerolog"

	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// faults are all that is wrong with the configuration, each with the variable's name
// and what to do. No secret is repeated in them.
func (c *config) faults() []string {
	var all []string
	for _, f := range []struct{ variable, fault string }{
		{"MONGODB_URI", mongoFault(string(c.MongoDBURI))},
		{"MONGODB_DATABASE", databaseFault(c.MongoDBDatabase)},
		{"DATA_DIR", folderFault(inDir(c.dir, c.DataDir), c.DataDir)},
		{"HTTP_ADDR", c.addrFault()},
		{"LOG_LEVEL", levelFault(c.LogLevel)},
		{"LOG_FORMAT", oneOf(c.LogFormat, "json", "console", "")},
		{"AGENT_CHANNEL", cmp.Or(c.agentChannelFault(), c.channelFault(c.AgentChannel))},
		{"SECURITY_CHANNEL", c.channelFault(c.SecurityChannel)},
		{"OFFICIALS", peopleFault(c.Officials)},
		{"SUPERVISORS", peopleFault(c.Supervisors)},
		{"SLACK_BOT_TOKEN", c.slackTokenFault()},
		{"SLACK_SIGNING_SECRET", c.slackSecretFault()},
		{"SLACK_APP_TOKEN", c.slackAppFault()},
		{"SLACK_API_URL", baseFault(c.SlackAPIURL)},
		{"GOOGLE_CHAT_AUDIENCE", c.audienceFault()},
		{"GOOGLE_CHAT_ADDON_EMAIL", c.addonFault()},
		{"GOOGLE_CHAT_SUBSCRIPTION", c.subscriptionFault()},
		{"GOOGLE_CHAT_API_URL", baseFault(c.GoogleChatAPIURL)},
		{"GOOGLE_CHAT_CERTS_URL", certsFault(c.GoogleChatCertsURL)},
		{"GOOGLE_APPLICATION_CREDENTIALS", c.credentialsFault()},
		{"SMTP_URL", c.smtpFault()},
		{"MAIL_FROM", c.mailFromFault()},
		{"MAIL_DESK", c.mailDeskFault()},
		{"WEB_CHAT", c.webChatFault()},
		{"CATALOG", c.catalogFault()},
		{"MAX_FILE_MIB", sizeFault(c.MaxFileMiB)},
	} {
		if f.fault != "" {
			all = append(all, f.variable+": "+f.fault)
		}
	}
	return all
}

// mongoFault says which part of an address is wrong, in words of its own: the driver's
// may repeat a part of the password. The servers' names of mongodb+srv are not looked up.
func mongoFault(uri string) string {
	const (
		scheme  = "mongodb://"
		cluster = "mongodb+srv://"
	)
	works := func(uri string) bool { return options.Client().ApplyURI(uri).Validate() == nil }
	switch {
	case uri == "":
		return ""
	case strings.HasPrefix(uri, cluster):
		address, err := url.Parse(uri)
		if err != nil || address.Hostname() == "" || address.Port() != "" || strings.Contains(address.Host, ",") {
			return "no se entiende; después de mongodb+srv:// va un solo servidor, sin puerto, y en el usuario y la clave los signos especiales se escriben con %"
		}
		return ""
	case !strings.HasPrefix(uri, scheme):
		return "debe empezar por mongodb:// o mongodb+srv://"
	case works(uri):
		return ""
	}
	address, _, hasOptions := strings.Cut(uri, "?")
	withoutUser := scheme + uri[max(strings.LastIndex(uri, "@")+1, len(scheme)):]
	switch {
	case hasOptions && works(address):
		return "hay una opción que no vale después de «?»; revise su nombre, su valor y los archivos que nombra"
	case works(withoutUser):
		return "en el usuario y la clave, los signos especiales se escriben con %: por ejemplo, @ es %40 y / es %2F"
	}
	return "no se entiende; se escribe mongodb://usuario:clave@servidor:27017/?replicaSet=rs0"
}

func databaseFault(name string) string {
	if name == "" || len(name) > 63 || strings.ContainsAny(name, "/\\. \"$*<>:|?\x00") {
		return fmt.Sprintf("«%s» no sirve como nombre; use letras, números, guiones y _, 63 como máximo", name)
	}
	return ""
}

// folderFault leaves alone a folder that is not there: the store makes it.
func folderFault(path, typed string) string {
	info, err := os.Stat(path)
	if typed == "" || err == nil && !info.IsDir() {
		return fmt.Sprintf("«%s» no es una carpeta", typed)
	}
	return ""
}

func (c *config) addrFault() string {
	_, port, err := net.SplitHostPort(c.HTTPAddr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	switch {
	case err != nil:
		return fmt.Sprintf("«%s» no es una dirección; se escribe equipo:puerto, por ejemplo 127.0.0.1:8080", c.HTTPAddr)
	case c.WebChat == "auto" && c.webChat() && !c.loopback():
		return fmt.Sprintf("a «%s» llegan otros equipos, y en el chat web se entra sin contraseña; ponga WEB_CHAT=on si así lo quiere, o HTTP_ADDR=127.0.0.1:8080", c.HTTPAddr)
	}
	return ""
}

func levelFault(name string) string {
	level, err := zerolog.ParseLevel(name)
	// ParseLevel also takes numbers and nothing.
	if err != nil || level == zerolog.NoLevel || level.String() != strings.ToLower(name) {
		return fmt.Sprintf("«%s» no es un nivel; use trace, debug, info, warn o error", name)
	}
	return ""
}

// oneOf is for values that are words; the last one is left out of the sentence where it is empty.
func oneOf(value string, words ...string) string {
	if slices.Contains(words, value) {
		return ""
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	last := len(words) - 1
	return fmt.Sprintf("«%s» no vale; use %s o %s", value, strings.Join(words[:last], ", "), words[last])
}

func (c *config) channelFault(address string) string {
	chat, id, _ := strings.Cut(address, ":")
	switch {
	case address == "":
		return ""
	case chat == "" || id == "":
		return fmt.Sprintf("«%s» no es un canal; se escribe chat:canal, por ejemplo %s", address, webAgentChannel)
	case !slices.Contains(c.chats(), chat):
		return fmt.Sprintf("«%s» es de un chat que no está configurado; encendidos: %s", address, cmp.Or(strings.Join(c.chats(), ", "), "ninguno"))
	case chat == "googlechat" && !spaceName.MatchString(id):
		return fmt.Sprintf("«%s» no es un espacio de Google Chat; se escribe googlechat:spaces/ y lo que sigue a «space/» en su dirección", address)
	}
	return ""
}

// spaceName is what Google Chat calls a space.
var spaceName = regexp.MustCompile(`^spaces/[A-Za-z0-9_-]{1,100}$`)

// agentChannelFault asks for the channel where another chat than the web's is on, as nobody can guess it.
func (c *config) agentChannelFault() string {
	if chats := c.chats(); c.AgentChannel == "" && len(chats) > 0 && !slices.Equal(chats, []string{"web"}) {
		return "falta; escriba el canal en que trabaja la Mesa de ayuda, por ejemplo slack:C0123456789 o googlechat:spaces/AAAA1234567"
	}
	return ""
}

func (c *config) slackTokenFault() string {
	switch {
	case c.SlackBotToken == "" && (c.SlackSigningSecret != "" || c.SlackAppToken != ""):
		return "falta; es el «Bot User OAuth Token» de la aplicación de Slack y empieza por xoxb-"
	case c.SlackBotToken != "" && !strings.HasPrefix(string(c.SlackBotToken), "xoxb-"):
		return "debe empezar por xoxb-: es el «Bot User OAuth Token», no otro"
	}
	return ""
}

func (c *config) slackSecretFault() string {
	n := len(c.SlackSigningSecret)
	switch {
	case n == 0 && c.SlackBotToken != "" && c.SlackAppToken == "":
		return "falta; póngalo para recibir por HTTP, o ponga SLACK_APP_TOKEN para Socket Mode"
	case n > 0 && n < 16:
		return "está incompleto; cópielo entero de «Basic Information», «Signing Secret»"
	}
	return ""
}

func (c *config) slackAppFault() string {
	if c.SlackAppToken != "" && !strings.HasPrefix(string(c.SlackAppToken), "xapp-") {
		return "debe empezar por xapp-: es un «App-Level Token» con el permiso connections:write"
	}
	return ""
}

// baseFault is about the address of a service.
func baseFault(base string) string {
	u, err := url.Parse(base)
	switch {
	case err != nil || u.User != nil:
		return "no se entiende; se escribe https://servidor/ruta/, sin usuario ni clave"
	case u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "":
		return fmt.Sprintf("«%s» no es una dirección; se escribe https://servidor/ruta/", base)
	}
	return ""
}

func (c *config) audienceFault() string {
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

// projectNumber is what Google Cloud calls a project's number; its id has letters.
var projectNumber = regexp.MustCompile(`^[0-9]{5,20}$`)

func (c *config) addonFault() string {
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

func (c *config) subscriptionFault() string {
	if c.GoogleChatSubscription != "" && !subscriptionName.MatchString(c.GoogleChatSubscription) {
		return fmt.Sprintf("«%s» no es una suscripción; se escribe projects/PROYECTO/subscriptions/NOMBRE", c.GoogleChatSubscription)
	}
	return ""
}

// certsFault is about an address that is empty where Google's own holds.
func certsFault(base string) string {
	if base == "" {
		return ""
	}
	return baseFault(base)
}

// credentialsFault looks at the key's file while Google Chat is on: other programs read the same variable.
func (c *config) credentialsFault() string {
	if !c.googleChat() || c.GoogleApplicationCredentials == "" {
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

func (c *config) smtpFault() string {
	if c.SMTPURL == "" {
		if c.MailFrom != "" || c.MailDesk != "" {
			return "falta; sin ella no se envía correo"
		}
		return ""
	}
	if _, err := smtp.ParseURL(string(c.SMTPURL)); err != nil {
		return err.Error()
	}
	return ""
}

func (c *config) mailFromFault() string {
	switch _, err := mail.ParseAddress(c.MailFrom); {
	case c.SMTPURL != "" && c.MailFrom == "":
		return "falta; es el remitente de los correos, por ejemplo mesa@entidad.gov.co"
	case c.MailFrom != "" && err != nil:
		return fmt.Sprintf("«%s» no es una dirección de correo", c.MailFrom)
	}
	return ""
}

func (c *config) mailDeskFault() string {
	if address, err := mail.ParseAddress(c.MailDesk); c.MailDesk != "" && (err != nil || address.Address != c.MailDesk) {
		return fmt.Sprintf("«%s» no es una dirección de correo sola, como mesa@entidad.gov.co", c.MailDesk)
	}
	return ""
}

// chatNames are the chats that a person's address may begin with, on or not.
var chatNames = []string{"slack", "googlechat", "web"}

func peopleFault(all people) string {
	var wrong []string
	for _, address := range all {
		chat, id, _ := strings.Cut(address, ":")
		mailbox, err := mail.ParseAddress(address)
		isMail := err == nil && mailbox.Address == address
		if !isMail && (id == "" || !slices.Contains(chatNames, chat)) {
			wrong = append(wrong, "«"+address+"»")
		}
	}
	if wrong == nil {
		return ""
	}
	return strings.Join(wrong, ", ") + ": escriba chat:persona, por ejemplo web:funcionario, o un correo electrónico"
}

func (c *config) webChatFault() string {
	if fault := oneOf(c.WebChat, "on", "off", "auto"); fault != "" {
		return fault
	}
	if len(c.chats()) == 0 {
		return "está en off y no hay otro chat configurado; use on o auto"
	}
	return ""
}

func (c *config) catalogFault() string {
	if _, err := c.catalog(); err != nil {
		return unreadable(c.Catalog, err)
	}
	return ""
}

func sizeFault(size mebibytes) string {
	if size < 1 || size > maxFileMiB {
		return fmt.Sprintf("debe ser un número entero de 1 a %d", maxFileMiB)
	}
	return ""
}

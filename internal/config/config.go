// Package config reads how the program is set up: the flags, the environment, the file
// .env and files with secrets. It reports everything that is wrong with them at once.
package config

import (
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// Config is how the program is set up. Each field is a flag and a variable of the
// environment, which kong fills in by the tags. README.md has the same list, and a test
// compares the two.
type Config struct {
	MongoDBURI                   Secret    `name:"mongodb-uri" placeholder:"URI" help:"MongoDB 4.4 o posterior: mongodb://… o mongodb+srv://…. Sin ella se usa la base de datos incorporada."`
	MongoDBDatabase              string    `name:"mongodb-database" default:"helptic" placeholder:"NOMBRE" help:"Nombre de la base de datos en MongoDB (${default})."`
	DataDir                      string    `name:"data-dir" default:"data" placeholder:"CARPETA" help:"Carpeta de la base de datos incorporada (${default})."`
	HTTPAddr                     string    `name:"http-addr" default:"127.0.0.1:8080" placeholder:"DIRECCIÓN" help:"Equipo y puerto en que se atiende por HTTP (${default})."`
	LogLevel                     string    `name:"log-level" default:"info" placeholder:"NIVEL" help:"Nivel del registro: trace, debug, info, warn o error (${default})."`
	LogFormat                    string    `name:"log-format" placeholder:"FORMATO" help:"Formato del registro: json o console (console en una terminal; si no, json)."`
	AgentChannel                 string    `name:"agent-channel" placeholder:"CHAT:ID" help:"Canal en que se publican las solicitudes, por ejemplo web:mesa-de-ayuda, que es el que vale cuando solo está el chat web."`
	SecurityChannel              string    `name:"security-channel" placeholder:"CHAT:ID" help:"Segundo canal de los incidentes de seguridad."`
	Officials                    Addresses `name:"officials" placeholder:"PERSONAS" help:"Quiénes pueden recibir escalamientos, separados por comas: chat:id o correo electrónico. Sin ella, cualquiera."`
	Supervisors                  Addresses `name:"supervisors" placeholder:"PERSONAS" help:"Supervisores, separados por comas: chat:id o correo electrónico."`
	SlackBotToken                Secret    `name:"slack-bot-token" placeholder:"TOKEN" help:"Token del bot (xoxb-…): enciende Slack."`
	SlackSigningSecret           Secret    `name:"slack-signing-secret" placeholder:"SECRETO" help:"Con él se verifica lo que Slack envía por HTTP."`
	SlackAppToken                Secret    `name:"slack-app-token" placeholder:"TOKEN" help:"Token de aplicación (xapp-…): Socket Mode, sin dirección pública, en vez de HTTP."`
	SlackAPIURL                  string    `name:"slack-api-url" default:"https://slack.com/api/" placeholder:"URL" help:"Base de la Web API de Slack, para un proxy (${default})."`
	GoogleChatAudience           string    `name:"google-chat-audience" placeholder:"URL|NÚMERO" help:"Enciende Google Chat por HTTPS: la dirección pública de /googlechat/events o, si es una aplicación clásica, el número del proyecto."`
	GoogleChatAddonEmail         string    `name:"google-chat-addon-email" placeholder:"CORREO" help:"Cuenta de servicio que firma los eventos, si la aplicación es un complemento de Google Workspace."`
	GoogleChatSubscription       string    `name:"google-chat-subscription" placeholder:"SUSCRIPCIÓN" help:"Enciende Google Chat por Pub/Sub, sin dirección pública: projects/…/subscriptions/…."`
	GoogleChatAPIURL             string    `name:"google-chat-api-url" default:"https://chat.googleapis.com/" placeholder:"URL" help:"Base de la API de Google Chat, para un proxy (${default})."`
	GoogleChatCertsURL           string    `name:"google-chat-certs-url" placeholder:"URL" help:"Dónde están las llaves con que Google firma. Sin ella, donde Google las publica."`
	GoogleApplicationCredentials string    `name:"google-application-credentials" placeholder:"ARCHIVO" help:"Llave JSON de la cuenta de servicio de la aplicación de Google Chat. Sin ella, las credenciales de la máquina en Google Cloud."`
	SMTPURL                      Secret    `name:"smtp-url" placeholder:"URL" help:"Servidor de correo: smtps://usuario:clave@servidor:465, o smtp://servidor:587 (STARTTLS). Sin ella no se envía correo."`
	MailFrom                     string    `name:"mail-from" placeholder:"CORREO" help:"Remitente de los correos, por ejemplo Mesa de ayuda <mesa@entidad.gov.co>."`
	MailDesk                     string    `name:"mail-desk" placeholder:"CORREO" help:"Correo de la Mesa de ayuda, que recibe las encuestas respondidas."`
	WebChat                      string    `name:"web-chat" default:"auto" placeholder:"on|off|auto" help:"Chat web: on, off, o auto, que lo enciende cuando no hay otro chat (${default})."`
	Catalog                      string    `name:"catalog" placeholder:"ARCHIVO" help:"Catálogo de servicios en JSON. Sin ella se usa el incorporado."`
	MaxFileMiB                   Mebibytes `name:"max-file-mib" default:"25" placeholder:"MIB" help:"Tamaño máximo de un adjunto, en Mebibytes (${default})."`

	dir string // relative paths start here
}

// Complete checks what kong has filled in and derives the rest of the configuration.
// The error is an *Error with everything that is wrong, the environment's own faults included.
func (c *Config) Complete(e *Environment) error {
	c.dir = e.dir
	if all := append(e.faults, c.faults()...); len(all) > 0 {
		return &Error{all}
	}
	if c.AgentChannel == "" && slices.Equal(c.chats(), []string{"web"}) {
		c.AgentChannel = webAgentChannel
	}
	c.DataDir = inDir(c.dir, c.DataDir)
	if c.GoogleApplicationCredentials != "" {
		c.GoogleApplicationCredentials = inDir(c.dir, c.GoogleApplicationCredentials)
	}
	return nil
}

// webAgentChannel receives the requests where the web chat is the only chat.
const webAgentChannel = "web:mesa-de-ayuda"

// SlackOn reports whether Slack is on.
func (c Config) SlackOn() bool { return c.SlackBotToken != "" }

// GoogleChatOn reports whether Google Chat is on.
func (c Config) GoogleChatOn() bool {
	return c.GoogleChatAudience != "" || c.GoogleChatSubscription != ""
}

// WebChatOn reports whether the web chat is on. "auto" turns it on where no other chat
// is configured.
func (c Config) WebChatOn() bool {
	return c.WebChat == "on" || c.WebChat == "auto" && !c.SlackOn() && !c.GoogleChatOn()
}

// MailOn reports whether e-mail is sent.
func (c Config) MailOn() bool { return c.SMTPURL != "" }

// chats are the names of the chats that are on.
func (c Config) chats() []string {
	var on []string
	for _, chat := range []struct {
		name string
		on   bool
	}{{"slack", c.SlackOn()}, {"googlechat", c.GoogleChatOn()}, {"web", c.WebChatOn()}} {
		if chat.on {
			on = append(on, chat.name)
		}
	}
	return on
}

// SupervisorAddresses are the supervisors that can be reached: those of a chat that is on,
// and those with an e-mail address where e-mail is sent.
func (c Config) SupervisorAddresses() []string {
	var all []string
	for _, s := range c.Supervisors {
		switch chat, _, _ := strings.Cut(s, ":"); {
		case slices.Contains(c.chats(), chat):
			all = append(all, s)
		case strings.Contains(s, "@") && c.MailOn():
			all = append(all, "mail:"+s)
		}
	}
	return all
}

// Loopback reports whether HTTP_ADDR is reached from this machine only.
func (c Config) Loopback() bool {
	host, _, err := net.SplitHostPort(c.HTTPAddr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// ReadCatalog returns the text of the catalogue: the file that CATALOG names, or the
// built-in one.
func (c Config) ReadCatalog(builtin []byte) ([]byte, error) {
	if c.Catalog == "" {
		return builtin, nil
	}
	return os.ReadFile(inDir(c.dir, c.Catalog))
}

// MongoServers is MONGODB_URI without user, password and options, so that it may be shown.
func (c Config) MongoServers() string {
	scheme, rest, _ := strings.Cut(string(c.MongoDBURI), "://")
	rest = rest[strings.LastIndex(rest, "@")+1:]
	rest, _, _ = strings.Cut(rest, "?")
	rest, _, _ = strings.Cut(rest, "/")
	return scheme + "://" + rest
}

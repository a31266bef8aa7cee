package main

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

// config is how the program is set up. Each field is a flag and a variable of the
// environment; README.md has the same list, and a test compares the two.
type config struct {
	MongoDBURI                   secret    `name:"mongodb-uri" placeholder:"URI" help:"MongoDB 4.4 o posterior: mongodb://… o mongodb+srv://…. Sin ella se usa la base de datos incorporada."`
	MongoDBDatabase              string    `name:"mongodb-database" default:"helptic" placeholder:"NOMBRE" help:"Nombre de la base de datos en MongoDB (${default})."`
	DataDir                      string    `name:"data-dir" default:"data" placeholder:"CARPETA" help:"Carpeta de la base de datos incorporada (${default})."`
	HTTPAddr                     string    `name:"http-addr" default:"127.0.0.1:8080" placeholder:"DIRECCIÓN" help:"Equipo y puerto en que se atiende por HTTP (${default})."`
	LogLevel                     string    `name:"log-level" default:"info" placeholder:"NIVEL" help:"Nivel del registro: trace, debug, info, warn o error (${default})."`
	LogFormat                    string    `name:"log-format" placeholder:"FORMATO" help:"Formato del registro: json o console (console en una terminal; si no, json)."`
	AgentChannel                 string    `name:"agent-channel" placeholder:"CHAT:ID" help:"Canal en que se publican las solicitudes, por ejemplo web:mesa-de-ayuda, que es el que vale cuando solo está el chat web."`
	SecurityChannel              string    `name:"security-channel" placeholder:"CHAT:ID" help:"Segundo canal de los incidentes de seguridad."`
	Officials                    people    `name:"officials" placeholder:"PERSONAS" help:"Quiénes pueden recibir escalamientos, separados por comas: chat:id o correo electrónico. Sin ella, cualquiera."`
	Supervisors                  people    `name:"supervisors" placeholder:"PERSONAS" help:"Supervisores, separados por comas: chat:id o correo electrónico."`
	SlackBotToken                secret    `name:"slack-bot-token" placeholder:"TOKEN" help:"Token del bot (xoxb-…): enciende Slack."`
	SlackSigningSecret           secret    `name:"slack-signing-secret" placeholder:"SECRETO" help:"Con él se verifica lo que Slack envía por HTTP."`
	SlackAppToken                secret    `name:"slack-app-token" placeholder:"TOKEN" help:"Token de aplicación (xapp-…): Socket Mode, sin dirección pública, en vez de HTTP."`
	SlackAPIURL                  string    `name:"slack-api-url" default:"https://slack.com/api/" placeholder:"URL" help:"Base de la Web API de Slack, para un proxy (${default})."`
	GoogleChatAudience           string    `name:"google-chat-audience" placeholder:"URL|NÚMERO" help:"Enciende Google Chat por HTTPS: la dirección pública de /googlechat/events o, si es una aplicación clásica, el número del proyecto."`
	GoogleChatAddonEmail         string    `name:"google-chat-addon-email" placeholder:"CORREO" help:"Cuenta de servicio que firma los eventos, si la aplicación es un complemento de Google Workspace."`
	GoogleChatSubscription       string    `name:"google-chat-subscription" placeholder:"SUSCRIPCIÓN" help:"Enciende Google Chat por Pub/Sub, sin dirección pública: projects/…/subscriptions/…."`
	GoogleChatAPIURL             string    `name:"google-chat-api-url" default:"https://chat.googleapis.com/" placeholder:"URL" help:"Base de la API de Google Chat, para un proxy (${default})."`
	GoogleChatCertsURL           string    `name:"google-chat-certs-url" placeholder:"URL" help:"Dónde están las llaves con que Google firma. Sin ella, donde Google las publica."`
	GoogleApplicationCredentials string    `name:"google-application-credentials" placeholder:"ARCHIVO" help:"Llave JSON de la cuenta de servicio de la aplicación de Google Chat. Sin ella, las credenciales de la máquina en Google Cloud."`
	SMTPURL                      secret    `name:"smtp-url" placeholder:"URL" help:"Servidor de correo: smtps://usuario:clave@servidor:465, o smtp://servidor:587 (STARTTLS). Sin ella no se envía correo."`
	MailFrom                     string    `name:"mail-from" placeholder:"CORREO" help:"Remitente de los correos, por ejemplo Mesa de ayuda <mesa@entidad.gov.co>."`
	MailDesk                     string    `name:"mail-desk" placeholder:"CORREO" help:"Correo de la Mesa de ayuda, que recibe las encuestas respondidas."`
	WebChat                      string    `name:"web-chat" default:"auto" placeholder:"on|off|auto" help:"Chat web: on, off, o auto, que lo enciende cuando no hay otro chat (${default})."`
	Catalog                      string    `name:"catalog" placeholder:"ARCHIVO" help:"Catálogo de servicios en JSON. Sin ella se usa el incorporado."`
	MaxFileMiB                   mebibytes `name:"max-file-mib" default:"25" placeholder:"MIB" help:"Tamaño máximo de un adjunto, en mebibytes (${default})."`

	dir string // where relative paths start
}

// configError is everything that is wrong with the configuration, one line each.
type configError struct{ faults []string }

func (e *configError) Error() string {
	if len(e.faults) == 1 {
		return "hay una falla en la configuración:\n  " + e.faults[0]
	}
	return fmt.Sprintf("hay %d fallas en la configuración:\n  %s", len(e.faults), strings.Join(e.faults, "\n  "))
}

// secret is text that prints as *** wherever it goes by mistake; string(s) is the text.
type secret string

func (s secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// GoString is for %#v.
func (s secret) GoString() string { return strconv.Quote(s.String()) }

// MarshalText is for JSON and the log.
func (s secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// people are addresses, "chat:id" or e-mail.
type people []string

// UnmarshalText reads a list with commas.
func (p *people) UnmarshalText(text []byte) error {
	*p = nil
	for entry := range strings.SplitSeq(string(text), ",") {
		if entry = strings.TrimSpace(entry); entry != "" {
			*p = append(*p, entry)
		}
	}
	return nil
}

// mebibytes is a size of files.
type mebibytes int64

const maxFileMiB mebibytes = 512

// UnmarshalText makes what is no number a size out of bounds, so that it is reported
// together with whatever else is wrong.
func (m *mebibytes) UnmarshalText(text []byte) error {
	n, err := strconv.ParseInt(string(text), 10, 32)
	if err != nil {
		n = -1
	}
	*m = mebibytes(n)
	return nil
}

// bytes is the same size in bytes.
func (m mebibytes) bytes() int64 { return int64(m) << 20 }

// complete fills in what follows from the rest.
func (c *config) complete() {
	if c.AgentChannel == "" && slices.Equal(c.chats(), []string{"web"}) {
		c.AgentChannel = webAgentChannel
	}
	c.DataDir = inDir(c.dir, c.DataDir)
}

// webAgentChannel is where requests are posted while the web chat is alone.
const webAgentChannel = "web:mesa-de-ayuda"

// slackChat tells whether Slack is on.
func (c config) slackChat() bool { return c.SlackBotToken != "" }

// googleChat tells whether Google Chat is on.
func (c config) googleChat() bool {
	return c.GoogleChatAudience != "" || c.GoogleChatSubscription != ""
}

// webChat tells whether the web chat is on. "auto" turns it on while no other chat is
// configured.
func (c config) webChat() bool {
	return c.WebChat == "on" || c.WebChat == "auto" && !c.slackChat() && !c.googleChat()
}

// chats are the names of the chats that are on.
func (c config) chats() []string {
	var on []string
	for _, chat := range []struct {
		name string
		on   bool
	}{{"slack", c.slackChat()}, {"googlechat", c.googleChat()}, {"web", c.webChat()}} {
		if chat.on {
			on = append(on, chat.name)
		}
	}
	return on
}

// supervisors are the addresses of those who are told of broken promises: by mail, where they are given so.
func (c config) supervisors() []string {
	var all []string
	for _, s := range c.Supervisors {
		switch chat, _, _ := strings.Cut(s, ":"); {
		case slices.Contains(c.chats(), chat):
			all = append(all, s)
		case strings.Contains(s, "@") && c.SMTPURL != "":
			all = append(all, "mail:"+s)
		}
	}
	return all
}

// loopback tells whether only this machine reaches HTTP_ADDR.
func (c config) loopback() bool {
	host, _, err := net.SplitHostPort(c.HTTPAddr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// catalog is the text of the catalogue that holds.
func (c config) catalog() ([]byte, error) {
	if c.Catalog == "" {
		return builtinCatalog, nil
	}
	return os.ReadFile(inDir(c.dir, c.Catalog))
}

// mongoServers is MONGODB_URI as it may be shown: no user, no password, no options.
func (c config) mongoServers() string {
	scheme, rest, _ := strings.Cut(string(c.MongoDBURI), "://")
	rest = rest[strings.LastIndex(rest, "@")+1:]
	rest, _, _ = strings.Cut(rest, "?")
	rest, _, _ = strings.Cut(rest, "/")
	return scheme + "://" + rest
}

// newLogger writes to w, for people where that is a terminal and LOG_FORMAT does not say.
func newLogger(c config, w io.Writer) zerolog.Logger {
	if c.LogFormat == "console" || c.LogFormat == "" && terminal(w) {
		w = zerolog.ConsoleWriter{Out: w, TimeFormat: time.DateTime}
	}
	level, err := zerolog.ParseLevel(c.LogLevel)
	if err != nil {
		level = zerolog.InfoLevel
	}
	return zerolog.New(w).Level(level).With().Timestamp().Logger()
}

func terminal(w io.Writer) bool {
	file, isFile := w.(*os.File)
	if !isFile {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

package config

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/rs/zerolog"
)

// Error is everything that is wrong with the configuration, one line for each fault.
type Error struct{ faults []string }

func (e *Error) Error() string {
	if len(e.faults) == 1 {
		return "hay una falla en la configuración:\n  " + e.faults[0]
	}
	return fmt.Sprintf("hay %d fallas en la configuración:\n  %s", len(e.faults), strings.Join(e.faults, "\n  "))
}

// faults lists everything that is wrong with the configuration. Each line begins with the
// variable and says what to do; none repeats a secret.
func (c *Config) faults() []string {
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

func (c *Config) addrFault() string {
	_, port, err := net.SplitHostPort(c.HTTPAddr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	switch {
	case err != nil:
		return fmt.Sprintf("«%s» no es una dirección; se escribe equipo:puerto, por ejemplo 127.0.0.1:8080", c.HTTPAddr)
	case c.WebChat == "auto" && c.WebChatOn() && !c.Loopback():
		return fmt.Sprintf("a «%s» llegan otros equipos, y en el chat web se entra sin contraseña; ponga WEB_CHAT=on si así lo quiere, o HTTP_ADDR=127.0.0.1:8080", c.HTTPAddr)
	}
	return ""
}

func levelFault(name string) string {
	level, err := zerolog.ParseLevel(name)
	// ParseLevel also accepts numbers and the empty text.
	if err != nil || level == zerolog.NoLevel || level.String() != strings.ToLower(name) {
		return fmt.Sprintf("«%s» no es un nivel; use trace, debug, info, warn o error", name)
	}
	return ""
}

// oneOf is the fault of a value that is none of the options. An empty option is valid and
// not named in the sentence.
func oneOf(value string, options ...string) string {
	if slices.Contains(options, value) {
		return ""
	}
	options = slices.DeleteFunc(options, func(o string) bool { return o == "" })
	last := len(options) - 1
	return fmt.Sprintf("«%s» no vale; use %s o %s", value, strings.Join(options[:last], ", "), options[last])
}

// baseFault is the fault of the base address of a service.
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

func (c *Config) catalogFault() string {
	if _, err := c.ReadCatalog(nil); err != nil {
		return unreadable(c.Catalog, err)
	}
	return ""
}

func sizeFault(size Mebibytes) string {
	if size < 1 || size > maxFileMiB {
		return fmt.Sprintf("debe ser un número entero de 1 a %d", maxFileMiB)
	}
	return ""
}

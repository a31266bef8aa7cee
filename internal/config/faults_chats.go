package config

import (
	"cmp"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
)

func (c *Config) channelFault(address string) string {
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

// spaceName is the resource name of a space in Google Chat.
var spaceName = regexp.MustCompile(`^spaces/[A-Za-z0-9_-]{1,100}$`)

// agentChannelFault requires the channel where a chat other than the web chat is on: it has
// no default there.
func (c *Config) agentChannelFault() string {
	if chats := c.chats(); c.AgentChannel == "" && len(chats) > 0 && !slices.Equal(chats, []string{"web"}) {
		return "falta; escriba el canal en que trabaja la Mesa de ayuda, por ejemplo slack:C0123456789 o googlechat:spaces/AAAA1234567"
	}
	return ""
}

// chatNames are the chats that a person's address may begin with, whether they are on or not.
var chatNames = []string{"slack", "googlechat", "web"}

func peopleFault(all Addresses) string {
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

func (c *Config) webChatFault() string {
	if fault := oneOf(c.WebChat, "on", "off", "auto"); fault != "" {
		return fault
	}
	if len(c.chats()) == 0 {
		return "está en off y no hay otro chat configurado; use on o auto"
	}
	return ""
}

func (c *Config) slackTokenFault() string {
	switch {
	case c.SlackBotToken == "" && (c.SlackSigningSecret != "" || c.SlackAppToken != ""):
		return "falta; es el «Bot User OAuth Token» de la aplicación de Slack y empieza por xoxb-"
	case c.SlackBotToken != "" && !strings.HasPrefix(string(c.SlackBotToken), "xoxb-"):
		return "debe empezar por xoxb-: es el «Bot User OAuth Token», no otro"
	}
	return ""
}

func (c *Config) slackSecretFault() string {
	n := len(c.SlackSigningSecret)
	switch {
	case n == 0 && c.SlackBotToken != "" && c.SlackAppToken == "":
		return "falta; póngalo para recibir por HTTP, o ponga SLACK_APP_TOKEN para Socket Mode"
	case n > 0 && n < 16:
		return "está incompleto; cópielo entero de «Basic Information», «Signing Secret»"
	}
	return ""
}

func (c *Config) slackAppFault() string {
	if c.SlackAppToken != "" && !strings.HasPrefix(string(c.SlackAppToken), "xapp-") {
		return "debe empezar por xapp-: es un «App-Level Token» con el permiso connections:write"
	}
	return ""
}

package slack

import (
	"fmt"
	"strings"
)

// The adapter's Spanish: what Slack itself makes necessary. Everything else that people
// read comes from the flows.

// Labels of blocks and views.
const (
	textConfirmTitle   = "¿Está seguro?"
	textConfirmDeny    = "No, volver"
	textCancel         = "Cancelar"
	textClose          = "Cerrar"
	textNoticeTitle    = "Mesa de ayuda"
	textChoosePerson   = "Elija una persona"
	textChooseOption   = "Elija una opción"
	textTypeToSearch   = "Escriba para buscar"
	textNoOptions      = ": no hay opciones para elegir."
	textValueTruncated = "El texto propuesto no cabía completo."
	textOtherOptions   = "Otras"
	textHomeTooLong    = "No cabe todo en esta página. Escríbame en la pestaña «Mensajes» para ver el resto."
)

// textOptionRange is the heading of a part of a long list without headings.
func textOptionRange(from, to int) string { return fmt.Sprintf("De la %d a la %d", from, to) }

// Notices, which only the person who acted sees.
const (
	textViewNotOpened   = "El formulario no se pudo abrir a tiempo. Pulse el botón otra vez."
	textSeeMessagesTab  = "Le escribí en la pestaña «Mensajes». Continúe allá."
	textAnsweredInDM    = "Le respondí por mensaje directo."
	commandWithoutText  = "hola" // what "/helptic" alone means, as if it were typed
	defaultFileName     = "archivo"
	unknownFileName     = "sin nombre"
	textFileUnreadable  = "no se puede leer desde aquí. Envíelo por mensaje directo."
	textFileExternal    = "está en otro servicio y no se recibió. Descárguelo y adjúntelo."
	textFileDeleted     = "ya no está en Slack. Adjúntelo de nuevo."
	textFileNotReceived = "no se pudo recibir. Adjúntelo de nuevo."
)

// textOpenBot links to the bot.
func textOpenBot(botUser string) string { return " Pulse <@" + botUser + "> para abrirlo." }

// textFile says why a file was not received.
func textFile(name, reason string) string { return fmt.Sprintf("El archivo «%s» %s", name, reason) }

func textFileTooLarge(limit string) string {
	return fmt.Sprintf("pesa más de %s y no se recibió. Envíelo en partes o más pequeño.", limit)
}

// Findings of «helptic check».
const (
	textScopesUnknown    = "Slack no dijo qué permisos tiene el token; compárelos con «helptic slack-manifest»"
	textScopesComplete   = "el token tiene todos los permisos"
	textHTTPMode         = "se atiende por HTTP en /slack/events, /slack/interactions, /slack/commands y /slack/options; la firma se prueba cuando Slack escribe"
	textSocketModeWorks  = "Socket Mode se puede conectar"
	textBotTokenExpected = "el token del bot (xoxb-…), en «OAuth & Permissions»"
	textAppTokenExpected = "el token de aplicación (xapp-…) con el permiso connections:write, en «Basic Information»; Socket Mode debe estar encendido"
	textInvite           = "Entre al canal en Slack y escriba /invite @helptic"
)

func textTokenWorks(bot, team string) string {
	return fmt.Sprintf("el token es del bot %s en el espacio de trabajo %s", bot, team)
}

func textScopesMissing(missing []string) string {
	return "faltan permisos: " + strings.Join(missing, ", ") + ". Copie el manifiesto de «helptic slack-manifest» en «App Manifest» de api.slack.com/apps y reinstale la aplicación"
}

func textNoAnswer(reason string) string {
	return fmt.Sprintf("Slack no responde (%s). Revise la conexión y SLACK_API_URL", reason)
}

func textTokenRevoked(variable, code string) string {
	return fmt.Sprintf("%s fue anulado (%s). Reinstale la aplicación y cópielo de nuevo", variable, code)
}

func textTokenInvalid(variable, code, expected string) string {
	return fmt.Sprintf("%s no sirve (%s). Ponga %s", variable, code, expected)
}

func textChannelNotFound(variable, id string) string {
	return fmt.Sprintf("%s: el canal %s no existe, o es privado y el bot no está en él. %s, o corrija %s", variable, id, textInvite, variable)
}

func textChannelUnknown(variable, id, reason string) string {
	return fmt.Sprintf("%s: no se pudo consultar el canal %s (%s). Intente de nuevo", variable, id, reason)
}

func textChannelArchived(variable, name string) string {
	return fmt.Sprintf("%s: el canal #%s está archivado. Desarchívelo o cambie %s", variable, name, variable)
}

func textBotInChannel(variable, name string) string {
	return fmt.Sprintf("%s: el bot está en #%s", variable, name)
}

func textBotNotInChannel(variable, name string) string {
	return fmt.Sprintf("%s: el bot no está en #%s. %s", variable, name, textInvite)
}

// The manifest: what Slack shows of the app.
const (
	manifestName        = "HELPTIC"
	manifestDescription = "Mesa de ayuda: registre sus solicitudes de soporte y siga su estado"
	manifestLong        = "HELPTIC es la Mesa de ayuda de la Entidad. Escríbale por mensaje directo qué pasa o qué necesita: le ayuda a clasificar la solicitud, " +
		"le dice para cuándo se promete la solución y le avisa de cada cambio. La Mesa de ayuda atiende las solicitudes desde su canal."
	manifestShortcutName        = "Crear solicitud"
	manifestShortcutDescription = "Registra este mensaje como solicitud a la Mesa de ayuda"
	manifestCommandDescription  = "Registrar una solicitud o consultar las suyas"
	manifestCommandHint         = "[nueva | mis | 123 | ayuda]"
)

func textManifestAddress(address string) string {
	return fmt.Sprintf("la dirección %q no sirve: debe comenzar por https:// y ser la que Slack alcanza", address)
}

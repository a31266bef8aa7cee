package mail

// All the Spanish of the adapter but the heading of mail.html.

// Mails.
const (
	textDefaultSubject = "Mesa de ayuda"
	textFileLeftOut    = "No cabe en el correo: %s. Véalo en el chat."
	nameUnnamedFile    = "adjunto"
)

// Configuration.
const (
	textInvalidSender      = "el remitente no es una dirección de correo"
	textURLMalformed       = "no se entiende; se escribe smtps://usuario:clave@servidor:465 o smtp://servidor:587, y en el usuario y la clave los signos especiales van con %: @ es %40"
	textURLScheme          = "debe empezar por smtps:// (TLS desde el comienzo) o smtp:// (STARTTLS)"
	textURLTooMuch         = "después del servidor y el puerto no va nada más; se escribe smtps://usuario:clave@servidor:465"
	textURLPort            = "el puerto debe ser un número de 1 a 65535"
	textURLPasswordMissing = "con usuario va también la clave: smtps://usuario:clave@servidor:465"
)

// Lines of check. The first %s is the server.
const (
	textCheckNoAuth     = "%s no ofrece entrar con usuario y clave: revise SMTP_URL"
	textCheckAuthFailed = "%s no acepta el usuario o la clave: revise SMTP_URL"
	textCheckNoTLS      = "no hay conexión segura con %s: revise SMTP_URL y que el servidor ofrezca TLS (%w)"
)

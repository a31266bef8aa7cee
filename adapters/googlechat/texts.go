package googlechat

// The adapter's own Spanish: what people read of this chat and type into it, and the lines of Check.

// Answers to what somebody pressed or sent.
const (
	textDone             = "Listo."
	textStaleButton      = "Ese botón ya no sirve. Escriba «hola» para ver qué puede hacer."
	textStaleForm        = "Este formulario ya no sirve. Ábralo otra vez con su botón."
	textFormNotOpened    = "El formulario no se pudo abrir. Pulse el botón otra vez."
	textFormUncertain    = "No sabemos si esto llegó. Mire la tarjeta: si no cambió, envíelo otra vez."
	textInProgress       = "Estamos en eso; en un momento lo verá aquí."
	textNoDirectMessages = "Para responderle hace falta un mensaje directo: abra esta aplicación en Google Chat, escríbale «hola» y siga allí."
	textSentDirect       = "Le respondí por mensaje directo."
	textFormSent         = "Enviado."
	textFormCancelled    = "No se envió nada."
	textNotConfirmed     = "No se hizo nada."
	textConfirmTitle     = "Confirme, por favor"
)

// Greetings of a space that the app was added to.
const (
	textAgentSpace    = "En este espacio se publican las solicitudes. Para escribir bajo una de ellas, mencione a esta aplicación o use los botones de su tarjeta."
	textSecuritySpace = "En este espacio se publican los incidentes de seguridad."
	textOtherSpace    = "Para que las solicitudes se publiquen en este espacio, configure AGENT_CHANNEL=%s. Para pedir ayuda, escríbame por mensaje directo."
)

// Parts of cards and forms.
const (
	textMoreWidgets    = "Y %d cosas más que no caben aquí."
	textMoreOptions    = "Hay %d opciones más: escriba el nombre de la que busca."
	textMoreFormItems  = "Hay %d opciones más que no caben en esta lista."
	textListPart       = "%s (%d de %d: de «%s» a «%s»)"
	textOptional       = " (opcional)"
	textSubmitCancel   = "Cancelar"
	textDecline        = "No, volver"
	textValueClipped   = "Este texto no cabía y está cortado. Complételo o adjúntelo en un archivo."
	textNoUploadInForm = "Aquí no se pueden adjuntar. Envíelos en un mensaje, debajo del de la solicitud; en un espacio, mencione en él a esta aplicación."
)

// Files that were not received or not sent. The first three end a sentence that begins with textFile.
const (
	textFile         = "El archivo «%s» %s"
	textFileUnnamed  = "sin nombre"
	textFileName     = "archivo"
	textFileInDrive  = "está en Google Drive y no se recibió. Descárguelo y adjúntelo."
	textFileOverMany = "no se recibió: caben %d por mensaje. Envíelo en otro."
	textFileUnread   = "no se pudo recibir. Adjúntelo de nuevo."
	textFileTooLarge = "pesa más de %s y no se recibió. Envíelo en partes o más pequeño."
	textFileNotSent  = "📎 «%s» (%s) está guardado con la solicitud, pero Google Chat no dejó enviarlo aquí."
)

// quickCommands are the commands of the app, by their number in its configuration. A slash
// command that brings its name needs no number.
var quickCommands = map[number]string{1: "nueva", 2: "mis solicitudes", 3: "estado", 4: "ayuda"}

// slashCommands are the slash commands that stand for a command of the desk. Any other, such as
// "/helptic", is followed by one.
var slashCommands = map[string]string{"/nueva": "nueva", "/mis-solicitudes": "mis solicitudes", "/estado": "estado", "/ayuda": "ayuda", "/hola": "hola", "/menu": "menú", "/cancelar": "cancelar"}

// commandStart is the command that begins a conversation.
const commandStart = "hola"

// Lines of Check about the credentials.
const (
	checkCredentialsFine    = "las credenciales sirven para Google Chat"
	checkCredentialsRefused = "Google no acepta las credenciales. Ponga en GOOGLE_APPLICATION_CREDENTIALS la llave de una cuenta de servicio del proyecto de la aplicación"
	checkCredentialsScope   = "las credenciales no sirven para Google Chat. Deben ser de una cuenta de servicio (no de una persona) del mismo proyecto en que está configurada la aplicación, con «Google Chat API» habilitada"
	checkChatFails          = "Google Chat no atiende ahora (%d). Intente de nuevo en unos minutos; si sigue igual, revise GOOGLE_CHAT_API_URL"
	checkChatUnreachable    = "Google Chat no responde. Revise la conexión a Internet, GOOGLE_APPLICATION_CREDENTIALS y GOOGLE_CHAT_API_URL"
)

// Lines of Check about the endpoint.
const (
	checkNoKeys          = "no se pueden leer las llaves con que Google firma. Revise la conexión y GOOGLE_CHAT_CERTS_URL"
	checkAddonEndpoint   = "se atiende como complemento de Google Workspace en %s; solo valen eventos firmados por la cuenta de GOOGLE_CHAT_ADDON_EMAIL"
	checkProjectEndpoint = "se atiende como aplicación clásica del proyecto %s en " + eventsPath + ". En la configuración, «Authentication Audience» debe ser «Project number»"
	checkURLEndpoint     = "se atiende como aplicación clásica en %s. En la configuración, «Authentication Audience» debe ser «HTTP endpoint URL»; si la aplicación es un complemento de Google Workspace, ponga su cuenta en GOOGLE_CHAT_ADDON_EMAIL"
)

// Lines of Check about the subscription.
const (
	checkSubscriptionFine    = "se reciben eventos de %s. En la configuración de la aplicación, «Build this Chat app as a Workspace add-on» debe estar desmarcada"
	checkPubSubUnreachable   = "GOOGLE_CHAT_SUBSCRIPTION: no se puede conectar con Pub/Sub. Revise GOOGLE_APPLICATION_CREDENTIALS"
	checkNoSubscription      = "GOOGLE_CHAT_SUBSCRIPTION: la suscripción %s no existe. Créela, de tipo pull, en el tema al que publica Google Chat, o corrija el nombre"
	checkSubscriptionRefused = "GOOGLE_CHAT_SUBSCRIPTION: la cuenta de servicio no puede recibir de %s. Dele en ella el permiso «Pub/Sub Subscriber»"
	checkPubSubFails         = "GOOGLE_CHAT_SUBSCRIPTION: Pub/Sub no responde (%s). Revise la conexión y que «Cloud Pub/Sub API» esté habilitada"
	checkPushSubscription    = "GOOGLE_CHAT_SUBSCRIPTION: la suscripción es de tipo push. Cree una de tipo pull"
)

// Lines of Check about a space. They begin with the name of its variable.
const (
	checkNoSpace       = "%[1]s: el espacio %[2]s no existe o la aplicación no está en él. Abra el espacio en Google Chat, agregue la aplicación en «Aplicaciones e integraciones», o corrija %[1]s"
	checkSpaceFails    = "%s: no se pudo consultar %s (%s). Intente de nuevo"
	checkSpaceDirect   = "%s: %s es un mensaje directo. Cree un espacio para los agentes y use su nombre"
	checkMembersFail   = "%s: no se pudo consultar quién está en %s (%s). Intente de nuevo"
	checkNoMembers     = "%s: en «%s» no hay personas por su nombre. Agréguelas una por una: las que entran con un grupo de Google no se pueden asignar"
	checkOnlyExternal  = "%s: en «%s» solo hay personas de fuera de la entidad, que no pueden atender. Agregue a los agentes"
	checkOneMember     = "%s: la aplicación está en «%s», con 1 persona"
	checkMembers       = "%s: la aplicación está en «%s», con %d personas"
	checkOneExternal   = " (1 de fuera de la entidad, que no podrá atender)"
	checkManyExternal  = " (%d de fuera de la entidad, que no podrán atender)"
	checkCauseNoAnswer = "sin respuesta"
)

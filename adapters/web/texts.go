package web

// All the Spanish of the server side. The page has its own texts in page/.

// Names that people see.
const (
	nameBot             = "HELPTIC"
	nameAgentChannel    = "Mesa de ayuda"
	nameSecurityChannel = "Incidentes de seguridad"
	nameUnnamedFile     = "archivo"
	slugUnnamedPerson   = "persona"
)

// roleLabels are the names of the roles.
var roleLabels = map[Role]string{
	User:       "Usuario",
	Agent:      "Mesa de ayuda",
	Official:   "Oficina de Tecnología",
	Supervisor: "Supervisor",
}

// initialPeople are in the chat from its first start.
var initialPeople = []person{
	{ID: "web:usuario-1", Name: "Usuario 1", Role: User},
	{ID: "web:usuario-2", Name: "Usuario 2", Role: User},
	{ID: "web:agente-1", Name: "Agente 1", Role: Agent},
	{ID: "web:agente-2", Name: "Agente 2", Role: Agent},
	{ID: "web:oficial-1", Name: "Oficina de Tecnología 1", Role: Official},
	{ID: "web:supervisor-1", Name: "Supervisor 1", Role: Supervisor},
}

// Requests that the server refuses before it reads them.
const (
	textCrossOriginAction  = "Esta acción viene de otra página. Ábrala desde el chat."
	textCrossOriginRequest = "Esta petición viene de otra página. Ábrala desde el chat."
	textUnknownHost        = "Este chat no se abre con ese nombre de servidor. Use la dirección con la que se inició."
	textMethodNotAllowed   = "Esa dirección no admite esta operación."
	textNotFound           = "Aquí no hay nada. Vuelva al inicio del chat."
	textStarting           = "El chat está iniciando. Espere un momento."
	textTooManyPages       = "Hay demasiadas páginas abiertas. Cierre alguna."
	textForeignRequest     = "La petición no viene de esta página. Recárguela."
	textMalformedRequest   = "La petición no se entiende. Recargue la página."
)

// Failures of the server. The page repeats most of these requests by itself.
const (
	textUnavailable        = "El chat no responde. Intente de nuevo en un momento."
	textUnreadable         = "El chat no se puede leer ahora. Se intentará de nuevo."
	textMessageNotStored   = "El mensaje no se pudo guardar. Se intentará de nuevo."
	textMessageNotAccepted = "El mensaje no se pudo entregar. Se intentará de nuevo."
	textEventNotStored     = "No se pudo guardar lo que hizo. Se intentará de nuevo."
	textPersonNotAdded     = "No se pudo agregar a la persona. Intente de nuevo."
	textFileNotStored      = "El archivo no se pudo guardar. Intente de nuevo."
	textFileNotRead        = "El archivo no se puede leer ahora. Intente de nuevo."
)

// Messages, buttons and forms.
const (
	textBodyTooLarge    = "El mensaje es muy largo. Acórtelo o adjunte un archivo."
	textMessageEmpty    = "Escriba un mensaje o adjunte un archivo."
	textMessageTooLong  = "El mensaje es muy largo: el máximo es de %d caracteres. Divídalo o adjunte un archivo."
	textTooManyFiles    = "Adjunte %d archivos o menos en cada mensaje."
	textValueTooLong    = "El texto es muy largo. Acórtelo."
	textUnknownPerson   = "Esa persona no está en este chat. Elija otra."
	textUnknownRoom     = "Usted no está en esa conversación. Elija una de la lista."
	textUnknownThread   = "El mensaje al que responde no está en esta conversación."
	textKeyReused       = "Ese envío ya se usó para otro mensaje. Escríbalo de nuevo."
	textUnknownMessage  = "Ese mensaje no está en su conversación. Recargue la página."
	textUnknownAction   = "Ese mensaje no ofrece esa opción. Recargue la página."
	textInvalidToken    = "Este formulario no se abrió para usted. Ábralo de nuevo con su botón."
	textFieldFilesLimit = "Adjunte %d archivos o menos."
)

// People.
const (
	textNameMissing       = "Escriba un nombre."
	textNameTooLong       = "El nombre es muy largo; use %d caracteres o menos."
	textNameInvisible     = "El nombre tiene caracteres que no se ven. Escríbalo de nuevo."
	textNameWithoutLetter = "Escriba un nombre con letras o números."
	textNameTaken         = "Ya hay una persona con ese nombre. Escriba otro."
	textRoleMissing       = "Elija qué es esta persona."
	textTooManyPeople     = "Ya hay %d personas en este chat; no se pueden agregar más."
)

// Files.
const (
	textFileTooLarge    = "El archivo es muy grande: el máximo es de %s."
	textFileEmpty       = "El archivo está vacío. Elija otro."
	textFileUnavailable = "Un archivo ya no está disponible. Adjúntelo de nuevo."
	textUnknownFile     = "Ese archivo no está en sus conversaciones."
	textFileGone        = "Ese archivo ya no está."
)

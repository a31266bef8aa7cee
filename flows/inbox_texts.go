package flows

import "helptic/bot"

// InboxTexts are the sentences that the inbox itself says to people.
var InboxTexts = bot.Texts{
	EventFailed: "Algo falló de nuestro lado y no pudimos atender su mensaje. Inténtelo de nuevo; si sigue fallando, dé a la Mesa de ayuda la referencia {reference}.",
	FormLate:    "El formulario no se pudo abrir a tiempo. Pulse el botón otra vez.",
}

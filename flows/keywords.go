package flows

import (
	"regexp"
	"strconv"

	"helptic/bot"
)

// keyword is a typed text that always means the same, whatever is being asked.
type keyword string

const (
	keyMenu   keyword = "menu"
	keyNew    keyword = "new"
	keyMine   keyword = "mine"
	keyStatus keyword = "status" // with a number
	keyHelp   keyword = "help"
	keyCancel keyword = "cancel"
	keyBack   keyword = "back"
	keyThanks keyword = "thanks"
	// As the buttons of a solution say it.
	keySolved    keyword = "solved"
	keyNotSolved keyword = "not_solved"
)

// keywords are the texts, folded.
var keywords = map[string]keyword{
	"hola": keyMenu, "menu": keyMenu, "inicio": keyMenu, "buenos dias": keyMenu, "buenas tardes": keyMenu, "buenas": keyMenu, "buen dia": keyMenu, "buenas noches": keyMenu, "hola buenos dias": keyMenu, "hola buenas tardes": keyMenu, "hola buenas": keyMenu,
	"nueva": keyNew, "nueva solicitud": keyNew, "nuevo": keyNew,
	"mis solicitudes": keyMine, "mis": keyMine, "mis casos": keyMine, "mis tickets": keyMine,
	"estado":   keyMine,
	"ayuda":    keyHelp,
	"cancelar": keyCancel, "salir": keyCancel,
	"atras": keyBack, "volver": keyBack,
	"si quedo resuelta": keySolved, "quedo resuelta": keySolved,
	"no el problema sigue": keyNotSolved, "el problema sigue": keyNotSolved,
	"gracias": keyThanks, "muchas gracias": keyThanks, "mil gracias": keyThanks, "ok": keyThanks, "okay": keyThanks, "vale": keyThanks, "listo": keyThanks, "listo gracias": keyThanks, "ok gracias": keyThanks, "perfecto": keyThanks, "de acuerdo": keyThanks,
}

// statusPattern is "estado 123" and what people write for it, folded.
var statusPattern = regexp.MustCompile(`^(?:estado(?: de)?(?: la| mi)?(?: solicitud| caso| ticket)?|solicitud|caso|ticket)(?: n| no| nro| numero| n o)? ([0-9]{1,15})$`)

// keywordOf finds the keyword in what somebody typed, with the number of "estado 123"; "" for none.
func keywordOf(text string) (keyword, int64) {
	folded := bot.FoldText(text)
	if k, ok := keywords[folded]; ok {
		return k, 0
	}
	if m := statusPattern.FindStringSubmatch(folded); m != nil {
		if n, err := strconv.ParseInt(m[1], 10, 64); err == nil && n > 0 {
			return keyStatus, n
		}
	}
	return "", 0
}

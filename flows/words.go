package flows

import (
	"regexp"
	"strconv"
	"strings"

	"helptic/bot"
)

// command is a word that always works.
type command string

const (
	cmdMenu   command = "menu"
	cmdNew    command = "new"
	cmdMine   command = "mine"
	cmdStatus command = "status"
	cmdHelp   command = "help"
	cmdCancel command = "cancel"
	cmdBack   command = "back"
	cmdThanks command = "thanks"
)

var commands = map[string]command{
	"hola": cmdMenu, "menu": cmdMenu, "inicio": cmdMenu, "buenos dias": cmdMenu, "buenas tardes": cmdMenu, "buenas": cmdMenu, "buen dia": cmdMenu, "buenas noches": cmdMenu, "hola buenos dias": cmdMenu, "hola buenas tardes": cmdMenu, "hola buenas": cmdMenu,
	"nueva": cmdNew, "nueva solicitud": cmdNew, "nuevo": cmdNew,
	"mis solicitudes": cmdMine, "mis": cmdMine, "mis casos": cmdMine, "mis tickets": cmdMine,
	"estado":   cmdMine,
	"ayuda":    cmdHelp,
	"cancelar": cmdCancel, "salir": cmdCancel,
	"atras": cmdBack, "volver": cmdBack,
	"gracias": cmdThanks, "muchas gracias": cmdThanks, "mil gracias": cmdThanks, "ok": cmdThanks, "okay": cmdThanks, "vale": cmdThanks, "listo": cmdThanks, "listo gracias": cmdThanks, "ok gracias": cmdThanks, "perfecto": cmdThanks, "de acuerdo": cmdThanks,
}

// statusForm is "estado 123" and what people write for it.
var statusForm = regexp.MustCompile(`^(?:estado(?: de)?(?: la| mi)?(?: solicitud| caso| ticket)?|solicitud|caso|ticket)(?: n| no| nro| numero| n o)? ([0-9]{1,15})$`)

// commandOf finds the command in what somebody typed, with the number of "estado 123".
func commandOf(text string) (command, int64) {
	p := bot.FoldText(text)
	if c, ok := commands[p]; ok {
		return c, 0
	}
	if m := statusForm.FindStringSubmatch(p); m != nil {
		if n, err := strconv.ParseInt(m[1], 10, 64); err == nil && n > 0 {
			return cmdStatus, n
		}
	}
	return "", 0
}

// choose finds what somebody typed among options: its number, its name, or a part of
// one name only. several holds the options that fit where more than one does.
func choose(options []bot.Option, text string) (chosen bot.Option, several []bot.Option) {
	p := bot.FoldText(text)
	if p == "" {
		return bot.Option{}, nil
	}
	if n, err := strconv.Atoi(p); err == nil && n >= 1 && n <= len(options) {
		return options[n-1], nil
	}
	for _, fits := range []func(label string) bool{
		func(label string) bool { return label == p },
		func(label string) bool { return strings.HasPrefix(label, p) },
		func(label string) bool { return strings.Contains(label, p) },
	} {
		var found []bot.Option
		for _, o := range options {
			if fits(bot.FoldText(o.Label)) {
				found = append(found, o)
			}
		}
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return bot.Option{}, found
		}
	}
	return bot.Option{}, nil
}

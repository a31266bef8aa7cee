package flows

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"helptic/bot"
)

// plain reduces words to what they have in common however they are typed: small
// letters without accents, single spaces, no punctuation.
func plain(s string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		default:
			space = true
		}
	}
	return b.String()
}

// inert takes out what has no place in a text: control characters (but line breaks
// and tabs) and the marks that turn the direction of writing.
func inert(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F:
			return -1
		}
		return r
	}, s))
}

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
	p := plain(text)
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
	p := plain(text)
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
			if fits(plain(o.Label)) {
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

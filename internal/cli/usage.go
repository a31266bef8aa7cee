package cli

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// usageError is a command line that is not valid.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// spanishHelp writes kong's help with its English parts in Spanish.
func spanishHelp(options kong.HelpOptions, ctx *kong.Context) error {
	var text bytes.Buffer
	out := ctx.Stdout
	ctx.Stdout = &text
	err := kong.DefaultHelpPrinter(options, ctx)
	ctx.Stdout = out
	if err != nil {
		return err
	}
	_, err = helpReplacer.WriteString(out, text.String())
	return err
}

var helpReplacer = strings.NewReplacer(
	"Usage:", "Uso:",
	"<command>", "<comando>",
	"[flags]", "[opciones]",
	"\nArguments:\n", "\nArgumentos:\n",
	"\nCommands:\n", "\nComandos:\n",
	"\nFlags:\n", "\nOpciones:\n",
	`Run "`, `Escriba "`,
	`" for more information on a command.`, `" para saber más de un comando.`,
	`" for more information.`, `" para saber más.`,
)

// usageMessages are kong's messages in Spanish. They are matched by their text, because
// kong's errors have no types.
var usageMessages = []struct {
	kong    *regexp.Regexp
	spanish string
}{
	{regexp.MustCompile(`^unknown flag (\S+), did you mean (?:one of )?(.+)\?$`), `la opción $1 no existe; ¿quiso decir $2?`},
	{regexp.MustCompile(`^unknown flag (\S+)$`), `la opción $1 no existe`},
	{regexp.MustCompile(`^unexpected argument (.+), did you mean (?:one of )?(.+)\?$`), `no hay comando ni argumento «$1»; ¿quiso decir $2?`},
	{regexp.MustCompile(`^unexpected argument (.+)$`), `no hay comando ni argumento «$1»`},
	{regexp.MustCompile(`^expected "<(.+)>"$`), `falta el $1`},
	{regexp.MustCompile(`^(--[a-z-]+): (?:missing value, )?expected?(?:ing)? .*$`), `a la opción $1 le falta el valor`},
	{regexp.MustCompile(`^(--[a-z-]+): bool value must be .*$`), `la opción $1 no lleva valor`},
}

// password matches the user and password of a URI, which are never repeated.
var password = regexp.MustCompile(`://\S*@`)

// spanishUsage is the text of a usage error in Spanish.
func spanishUsage(message string) string {
	for _, m := range usageMessages {
		if m.kong.MatchString(message) {
			message = m.kong.ReplaceAllString(message, m.spanish)
			break
		}
	}
	return password.ReplaceAllString(message, "://***@") + "\nPara ver los comandos y las opciones: helptic --help"
}

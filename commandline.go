package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
)

// asked is what the command line and the environment ask for.
type asked struct {
	config  config
	command string // "serve", "check", "ticket"…
	number  int64  // of the ticket to show
	suggest asksSuggest
	url     string // of the bot, for Slack's manifest
	year    int    // whose calendar to show
	promise asksPromise
	json    bool
}

// grammar is the command line; every field of config is a flag of all commands.
type grammar struct {
	Config config `embed:""`

	Serve  struct{} `cmd:"" default:"1" help:"Atiende los chats configurados; si no hay ninguno, el chat web. Es lo que hace helptic sin comando."`
	Check  struct{} `cmd:"" help:"Revisa la configuración, el catálogo y la base de datos, y dice qué hay que corregir."`
	Ticket struct {
		Number ticketNumber `arg:"" name:"número" help:"Número de la solicitud."`
		JSON   bool         `name:"json" help:"Escribe JSON en vez de texto."`
	} `cmd:"" help:"Muestra la hoja de vida de una solicitud: cada actividad de TI-PR-001, con quién y cuándo."`
	Calendar struct {
		Year holidayYear `arg:"" name:"año" help:"Año, de 1984 a 2100."`
		JSON bool        `name:"json" help:"Escribe JSON en vez de texto."`
	} `cmd:"" help:"Muestra los festivos nacionales de un año y cuántos días hábiles tiene."`
	SlackManifest struct {
		URL string `name:"url" placeholder:"URL" help:"Dirección pública del bot, por ejemplo https://mesa.entidad.gov.co. Sin ella, Socket Mode."`
	} `cmd:"" name:"slack-manifest" help:"Escribe el manifiesto de la aplicación de Slack, con los permisos y eventos que se usan."`
	Suggest asksSuggest `cmd:"" help:"Dice hasta tres subcategorías para lo que alguien escribe, como las ofrecería el bot."`
	Promise asksPromise `cmd:"" help:"Dice cuándo vence una solicitud y explica por qué."`
}

const description = `Mesa de ayuda HELPTIC en el chat, según el procedimiento TI-PR-001.

Cada opción se puede dar también como variable de entorno, o en un archivo .env de la carpeta de trabajo: --log-level es LOG_LEVEL. Manda la opción; después, el entorno; por último, el archivo .env.`

// errHelped is the answer to --help: it was written, and nothing else is to be done.
var errHelped = errors.New("help was shown")

// usageError is a command line that cannot be understood.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// parse reads the command line, the environment and the file .env of dir, to which
// relative paths refer. Errors are errHelped, a *usageError, or a *configError with
// everything that is wrong.
func parse(args []string, env lookup, dir string, stdout io.Writer) (*asked, error) {
	var (
		g      grammar
		help   bool
		vars   = readEnvironment(env, dir)
		parser = kong.Must(&g,
			kong.Name("helptic"),
			kong.Description(description),
			kong.Writers(stdout, io.Discard),
			kong.Exit(func(int) { help = true }),
			kong.Help(spanishHelp),
			kong.Resolvers(kong.ResolverFunc(vars.resolve)),
			kong.PostBuild(func(k *kong.Kong) error {
				k.Model.HelpFlag.Help = "Muestra esta ayuda."
				return nil
			}))
	)
	parsed, err := parser.Parse(args)
	if help {
		return nil, errHelped
	}
	if err != nil {
		return nil, &usageError{spanishUsage(err.Error())}
	}
	g.Config.dir = dir
	if all := append(vars.faults, g.Config.faults()...); len(all) > 0 {
		return nil, &configError{all}
	}
	g.Config.complete()
	return &asked{
		config:  g.Config,
		command: parsed.Selected().Name,
		number:  int64(g.Ticket.Number),
		suggest: g.Suggest,
		url:     g.SlackManifest.URL,
		json:    g.Ticket.JSON || g.Calendar.JSON,
		year:    int(g.Calendar.Year),
		promise: g.Promise,
	}, nil
}

// variable is the name in the environment of the variable that a flag is.
func variable(flag string) string { return strings.ToUpper(strings.ReplaceAll(flag, "-", "_")) }

// resolve is what kong asks for each flag that was not given.
func (e *environment) resolve(_ *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
	if parent.App == nil || flag.Name == "help" {
		return nil, nil // a flag of one command, which is no variable
	}
	_, isSecret := flag.Target.Interface().(secret)
	if value := e.value(variable(flag.Name), isSecret); value != "" {
		return value, nil
	}
	return nil, nil
}

// ticketNumber is a positive number.
type ticketNumber int64

// UnmarshalText reads what was typed.
func (n *ticketNumber) UnmarshalText(text []byte) error {
	typed, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || typed < 1 {
		return fmt.Errorf("«%s» no es el número de una solicitud; escriba, por ejemplo: helptic ticket 123", text)
	}
	*n = ticketNumber(typed)
	return nil
}

// spanishHelp writes kong's help with its fixed words in Spanish.
func spanishHelp(options kong.HelpOptions, ctx *kong.Context) error {
	var text bytes.Buffer
	out := ctx.Stdout
	ctx.Stdout = &text
	err := kong.DefaultHelpPrinter(options, ctx)
	ctx.Stdout = out
	if err != nil {
		return err
	}
	_, err = helpWords.WriteString(out, text.String())
	return err
}

var helpWords = strings.NewReplacer(
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

// usageFaults are kong's complaints, which have no types of their own, in Spanish.
var usageFaults = []struct {
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

// password matches what stands before the host of an address, which is never repeated.
var password = regexp.MustCompile(`://\S*@`)

func spanishUsage(complaint string) string {
	for _, f := range usageFaults {
		if f.kong.MatchString(complaint) {
			complaint = f.kong.ReplaceAllString(complaint, f.spanish)
			break
		}
	}
	return password.ReplaceAllString(complaint, "://***@") + "\nPara ver los comandos y las opciones: helptic --help"
}

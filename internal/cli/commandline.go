package cli

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/alecthomas/kong"

	"helptic/internal/config"
)

// invocation is a command with its configuration and its arguments.
type invocation struct {
	config  config.Config
	command string // "serve", "check", "ticket"…
	number  int64  // of the ticket to show
	suggest suggestOptions
	url     string // of the bot, for Slack's manifest
	year    int    // of the calendar
	promise promiseOptions
	json    bool
}

// grammar is the command line for kong. Every field of Config is a flag of all commands.
type grammar struct {
	Config config.Config `embed:""`

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
	Suggest suggestOptions `cmd:"" help:"Dice hasta tres subcategorías para lo que alguien escribe, como las ofrecería el bot."`
	Promise promiseOptions `cmd:"" help:"Dice cuándo vence una solicitud y explica por qué."`
}

const description = `Mesa de ayuda HELPTIC en el chat, según el procedimiento TI-PR-001.

Cada opción se puede dar también como variable de entorno, o en un archivo .env de la carpeta de trabajo: --log-level es LOG_LEVEL. Manda la opción; después, el entorno; por último, el archivo .env.`

// errHelpShown ends a command line with --help: the help is already written.
var errHelpShown = errors.New("help was shown")

// parse reads the command line, the environment and the file .env of dir. Relative paths
// start at dir. Errors are errHelpShown, a *usageError or a *config.Error.
func parse(args []string, env config.Lookup, dir string, stdout io.Writer) (*invocation, error) {
	var (
		g           grammar
		helped      bool
		environment = config.ReadEnvironment(env, dir)
		parser      = kong.Must(&g,
			kong.Name("helptic"),
			kong.Description(description),
			kong.Writers(stdout, io.Discard),
			kong.Exit(func(int) { helped = true }),
			kong.Help(spanishHelp),
			kong.Resolvers(environment),
			kong.PostBuild(func(k *kong.Kong) error {
				k.Model.HelpFlag.Help = "Muestra esta ayuda."
				return nil
			}))
	)
	parsed, err := parser.Parse(args)
	if helped {
		return nil, errHelpShown
	}
	if err != nil {
		return nil, &usageError{spanishUsage(err.Error())}
	}
	if err := g.Config.Complete(environment); err != nil {
		return nil, err
	}
	return &invocation{
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

// ticketNumber is a positive number.
type ticketNumber int64

// UnmarshalText reads an argument.
func (n *ticketNumber) UnmarshalText(text []byte) error {
	typed, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || typed < 1 {
		return fmt.Errorf("«%s» no es el número de una solicitud; escriba, por ejemplo: helptic ticket 123", text)
	}
	*n = ticketNumber(typed)
	return nil
}

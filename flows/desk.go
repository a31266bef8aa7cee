// Package flows is what people can do: the conversation in which a request is put
// together, the actions of the agents and the official, the user's answers and the
// survey, and what each of them is told. It is the only place where the desk speaks:
// every Spanish sentence that the bot says is here or in the catalogue.
package flows

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/rs/zerolog"

	"helptic/bot"
	"helptic/storage"
	"helptic/suggest"
	"helptic/ticket"
)

// Desk is the help desk at work: it answers events (Handle), says what is owed (Owing)
// and does what time brings (Sweep).
type Desk struct {
	Store     storage.Store
	Catalog   *ticket.Catalog
	Directory *bot.Directory
	Now       func() time.Time
	Log       zerolog.Logger
	// Nudge is called when something new is owed.
	WakeOutbox func()
	// Say shows a post that no event asked for and no ticket owes.
	Send func(context.Context, bot.Post) error

	AgentChannel    string   // address
	SecurityChannel string   // address; empty: none
	Officials       []string // addresses or e-mails; empty: anybody can be named
	Supervisors     []string // addresses: they are told of promises that are broken
	Homes           []string // chats whose people have a home page
	Mail            bool     // mail can be sent
	MailDesk        string   // the help desk's own address, told of surveys; empty: none

	// Accept takes an event that time causes, as the inbox takes those of people; nil: there are none.
	Accept func(context.Context, bot.Event) error

	finder   atomic.Pointer[suggest.Index]
	digested atomic.Value // the day whose digest this process has seen to, a string
}

// Handle answers an event: it is the bot.Handler of the desk.
func (d *Desk) Handle(ctx context.Context, e bot.Event) (bot.Reply, error) {
	if bot.Chat(e.From.ID) == clock {
		return d.clockEvent(ctx, e)
	}
	if e.From.Guest {
		return bot.Reply{Notice: "La Mesa de ayuda atiende a servidores y contratistas de la Entidad. Si usted lo es, escriba desde su cuenta institucional."}, nil
	}
	switch verb, args := verbOf(e.Do); {
	case verb == "intake":
		return d.intakePress(ctx, e, args)
	case verb == "act":
		return d.act(ctx, e, args)
	case verb == "show":
		return d.show(ctx, e, args)
	case verb == "why":
		return d.why(ctx, e, args)
	case e.Do == startDo:
		return d.start(ctx, e)
	case e.Do == bot.DoHome:
		return d.showHome(ctx, e)
	case e.Do == bot.DoFromMessage:
		return d.adopt(ctx, e)
	case e.Do == bot.DoReaction:
		return d.react(ctx, e)
	case e.Do != "":
		return bot.Reply{Notice: "Ese botón ya no existe. Escriba «hola» para ver qué puede hacer."}, nil
	case e.Room.Direct == "":
		return d.channelWords(ctx, e)
	}
	return d.directWords(ctx, e)
}

func verbOf(do string) (verb string, args []string) {
	words := strings.Fields(do)
	if len(words) == 0 {
		return "", nil
	}
	return words[0], words[1:]
}

// directWords answers what somebody wrote to the bot alone.
func (d *Desk) directWords(ctx context.Context, e bot.Event) (bot.Reply, error) {
	cmd, number := commandOf(e.Text)
	about := cmd == cmdHelp || cmd == cmdMine || cmd == cmdStatus || cmd == cmdNew
	if e.ThreadKey != "" && !about {
		t, err := d.threadTicket(ctx, e)
		switch {
		case err == nil:
			return d.ticketWords(ctx, e, t)
		case !errors.Is(err, storage.ErrNotFound):
			return bot.Reply{}, err
		}
	}
	switch cmd {
	case cmdHelp:
		return say(e, helpMessage()), nil
	case cmdMine:
		return d.mine(ctx, e)
	case cmdStatus:
		return d.status(ctx, e, number)
	}
	return d.intakeWords(ctx, e, cmd)
}

// threadTicket finds the ticket under whose message somebody wrote.
func (d *Desk) threadTicket(ctx context.Context, e bot.Event) (*ticket.Ticket, error) {
	if n, ok := numberOfKey(e.ThreadKey); ok {
		return d.Store.Ticket(ctx, n)
	}
	mine, err := d.Store.Tickets(ctx, storage.Query{Requester: e.From.ID})
	if err != nil {
		return nil, err
	}
	for _, t := range mine {
		if userCard(t) == e.ThreadKey {
			return t, nil
		}
	}
	return nil, storage.ErrNotFound
}

// ticketWords takes words written under a message about a ticket as words to the desk,
// or of the official to the desk.
func (d *Desk) ticketWords(ctx context.Context, e bot.Event, t *ticket.Ticket) (bot.Reply, error) {
	action := ticket.Note
	if t.Requester.ID == e.From.ID {
		action = ticket.Comment
	}
	return d.write(ctx, e, t.Number, action)
}

// channelWords keeps what an agent writes under a card as an internal note. Words
// elsewhere in a channel are for the bot only where they call it.
func (d *Desk) channelWords(ctx context.Context, e bot.Event) (bot.Reply, error) {
	n, ok := numberOfKey(e.ThreadKey)
	if !ok {
		if e.Mention {
			return d.mentioned(e), nil
		}
		return bot.Reply{}, nil
	}
	return d.write(ctx, e, n, ticket.Note)
}

// write applies words and files to a ticket.
func (d *Desk) write(ctx context.Context, e bot.Event, number int64, action ticket.Action) (bot.Reply, error) {
	text := bot.CleanText(e.Text)
	if text == "" && len(e.Files) == 0 {
		return bot.Reply{}, nil
	}
	cmd, _ := commandOf(text)
	t, err := d.apply(ctx, e, number, ticket.Change{Action: action, Fields: map[string]string{"text": text}, Files: ticketFiles(e.Files), Courtesy: cmd == cmdThanks && len(e.Files) == 0})
	if err != nil {
		return bot.Reply{}, err
	}
	if action == ticket.Comment && t.State == ticket.Resolved {
		if cmd != cmdThanks && !t.Validated() {
			return bot.Reply{Notice: "Agregamos sus palabras a la solicitud N.º " + strconv.FormatInt(number, 10) + ", que está resuelta. Si el problema continúa, pulse «No, el problema sigue» en el mensaje de la solución."}, nil
		}
	}
	return bot.Reply{}, nil
}

// apply makes a change to a ticket, with the notices that it owes, in one write.
func (d *Desk) apply(ctx context.Context, e bot.Event, number int64, c ticket.Change) (*ticket.Ticket, error) {
	c.By, c.Event = ticketPerson(e.From), e.Key
	for field, text := range c.Fields {
		if n := utf8.RuneCountInString(text); n > longest {
			return nil, &bot.UserError{Field: field, Text: fmt.Sprintf("El texto tiene %d caracteres y caben %d. Resúmalo o adjúntelo en un archivo.", n, longest)}
		}
	}
	if len(c.Fields) > mostWords || len(c.Files) > mostFiles {
		return nil, bot.UserErrorf("Eso es demasiado para una sola vez. Envíelo en partes.")
	}
	var last *ticket.Ticket
	t, err := d.Store.UpdateTicket(ctx, number, func(t *ticket.Ticket) error {
		last = t
		if _, done := t.Applied(e.Key); done {
			return storage.ErrUnchanged // before who may is asked: an act can end the part that somebody had
		}
		roles, err := d.roles(ctx, t, e.From.ID)
		if err != nil {
			return err
		}
		if len(roles) == 0 {
			return notTheirs(t, e.From.ID)
		}
		now := d.Now()
		c.Roles, c.At = roles, now
		before := len(t.History)
		if err := t.Apply(d.Catalog, c); err != nil {
			return err
		}
		for _, r := range t.History[before:] {
			d.owe(t, r, now, e)
		}
		return nil
	})
	if err != nil {
		return last, d.said(err, last)
	}
	d.WakeOutbox()
	d.Log.Info().Int64("ticket", number).Str("action", string(c.Action)).Str("state", string(t.State)).Str("event", e.Key).Msg("ticket changed")
	return t, nil
}

// notTheirs tells somebody that a ticket is not theirs, or not any more.
func notTheirs(t *ticket.Ticket, person string) error {
	if t.Escalation != nil && t.Escalation.Official.ID == person {
		return bot.UserErrorf("El escalamiento de la solicitud N.º %d ya terminó. La Mesa de ayuda continúa con ella.", t.Number)
	}
	return bot.UserErrorf("Esta solicitud no es suya. La atiende la Mesa de ayuda.")
}

// roles is what somebody is to a ticket now.
func (d *Desk) roles(ctx context.Context, t *ticket.Ticket, person string) ([]ticket.Role, error) {
	var roles []ticket.Role
	agent, err := d.agent(ctx, t, person)
	if err != nil && t.Requester.ID != person { // what is theirs does not wait for a chat that is away
		return nil, err
	}
	if t.Requester.ID == person {
		roles = append(roles, ticket.Requester)
	}
	if agent {
		roles = append(roles, ticket.Agent)
	}
	if t.Escalated() && t.Escalation.Official.ID == person {
		roles = append(roles, ticket.Official)
	}
	return roles, nil
}

// agent tells whether somebody works at the desk: for a security incident, the people
// of its channel do too.
func (d *Desk) agent(ctx context.Context, t *ticket.Ticket, person string) (bool, error) {
	yes, err := d.member(ctx, d.AgentChannel, person)
	if err != nil || yes || t == nil || !t.Security || d.SecurityChannel == "" {
		return yes, err
	}
	return d.member(ctx, d.SecurityChannel, person)
}

// member asks the chat. Of a channel that it will never tell about, as one that the bot was
// taken out of, nobody is a member.
func (d *Desk) member(ctx context.Context, channel, person string) (bool, error) {
	yes, err := d.Directory.Member(ctx, channel, person)
	var again *bot.RetryError
	if err == nil || errors.As(err, &again) || ctx.Err() != nil {
		return yes, err
	}
	d.Log.Error().Str("channel", channel).Err(err).Msg("members of the channel cannot be told: nobody is taken for one (helptic check says what to do)")
	return false, nil
}

// say answers in the room of the event with a message of its own.
func say(e bot.Event, m bot.Message) bot.Reply {
	return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: "answer/" + e.Key, Message: m}}}
}

func ticketPerson(p bot.Person) ticket.Person {
	return ticket.Person{ID: p.ID, Name: p.Name, Email: p.Email}
}

func ticketFiles(files []bot.File) []ticket.File {
	var out []ticket.File
	for _, f := range files {
		out = append(out, ticket.File(f))
	}
	return out
}

func botFiles(files []ticket.File) []bot.File {
	var out []bot.File
	for _, f := range files {
		out = append(out, bot.File(f))
	}
	return out
}

// number of a ticket in a button's command.
func numberOf(args []string, i int) (int64, bool) {
	if len(args) <= i {
		return 0, false
	}
	n, err := strconv.ParseInt(args[i], 10, 64)
	return n, err == nil && n > 0
}

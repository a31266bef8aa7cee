// Package flows is the help desk at work: events become changes of tickets, and changes become
// notifications. What people are asked is in flows/intake, what they are shown in flows/card.
package flows

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"helptic/bot"
	"helptic/flows/card"
	"helptic/flows/command"
	"helptic/flows/intake"
	"helptic/storage"
	"helptic/suggest"
	"helptic/ticket"
)

// Desk is the help desk: it answers events (Handle), writes the notifications that are due
// (Lease) and does what time brings (Sweep).
type Desk struct {
	Store     storage.Store
	Catalog   *ticket.Catalog
	Directory *bot.Directory
	Now       func() time.Time
	Log       zerolog.Logger
	// WakeOutbox is called when a notification was enqueued.
	WakeOutbox func()
	// Send shows a post that answers no event and belongs to no ticket.
	Send func(context.Context, bot.Post) error

	AgentChannel    string   // address
	SecurityChannel string   // address; empty: none
	Officials       []string // addresses or e-mails; empty: anybody can be named
	Supervisors     []string // addresses: they are notified of promises that are broken
	Homes           []string // chats whose people have a home page
	Mail            bool     // mail can be sent
	MailDesk        string   // the help desk's own address, which gets the surveys; empty: none

	// Accept takes an event that time causes, as the inbox takes those of people; nil: there are none.
	Accept func(context.Context, bot.Event) error

	finder   atomic.Pointer[suggest.Index]
	digested atomic.Value // the day whose digest this process has seen to, a string
}

// Handle answers an event: it is the bot.Handler of the desk.
func (d *Desk) Handle(ctx context.Context, e bot.Event) (bot.Reply, error) {
	if bot.Chat(e.From.ID) == clockChat {
		return d.clockEvent(ctx, e)
	}
	if e.From.Guest {
		return bot.Reply{Notice: card.Guest}, nil
	}
	switch e.Do {
	case "":
		if e.Room.Direct == "" {
			return d.channelText(ctx, e)
		}
		return d.directText(ctx, e)
	case bot.DoHome:
		return d.showHome(ctx, e)
	case bot.DoFromMessage:
		return d.fromMessage(ctx, e)
	case bot.DoReaction:
		return d.reaction(ctx, e)
	}
	c, ok := command.Parse(e.Do)
	if !ok {
		return bot.Reply{Notice: card.ButtonGone}, nil
	}
	switch c.Verb {
	case command.Intake:
		return d.intakePress(ctx, e, c)
	case command.Act:
		return d.act(ctx, e, c)
	case command.Show:
		if c.Ticket == 0 {
			return d.myTickets(ctx, e)
		}
		return d.status(ctx, e, c.Ticket)
	case command.Why:
		return d.why(ctx, e, c.Ticket)
	case command.Undo:
		return d.undo(ctx, e, c)
	case command.Start:
		return d.start(ctx, e)
	}
	return bot.Reply{Notice: card.ButtonGone}, nil // of the clock alone
}

// view is what the cards of this moment depend on.
func (d *Desk) view() card.View {
	return card.View{Catalog: d.Catalog, Now: d.Now(), HasMail: d.Mail}
}

// intake asks the questions of this moment.
func (d *Desk) intake() *intake.Intake {
	return &intake.Intake{View: d.view(), Find: d.index().Find}
}

// answer shows a message of its own in the room of the event.
func answer(e bot.Event, m bot.Message) bot.Reply {
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

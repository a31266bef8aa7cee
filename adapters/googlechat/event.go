package googlechat

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"helptic/bot"
)

const (
	messageAction = "MESSAGE_ACTION" // appCommandType of a command on a message
	authorValue   = "author"         // of bot.DoFromMessage
)

// newEvent returns an event with what all interactions have.
func (a *Adapter) newEvent(i interaction) bot.Event {
	e := bot.Event{At: a.parseEventTime(i.eventTime), From: i.user.person(), Room: bot.Channel(address(i.space.Name))}
	if i.space.direct() {
		e.Room = bot.Direct(address(i.user.Name))
	}
	return e
}

func (u user) person() bot.Person {
	p := bot.Person{ID: address(u.Name), Name: clip(oneLine(u.DisplayName), maxLabel), Email: u.Email}
	if p.Name == "" {
		p.Name, _, _ = strings.Cut(u.Email, "@")
	}
	return p
}

// parseEventTime parses the time of an event. An event without one happens now.
func (a *Adapter) parseEventTime(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t = a.config.Now()
	}
	return t.UTC()
}

// messageEvent returns the event of a message. A command is answered in the direct messages,
// wherever it was given.
func (a *Adapter) messageEvent(i interaction) (e bot.Event, isCommand bool) {
	e = a.newEvent(i)
	e.Key = address(i.message.Name)
	e.Thread = threadRoot(i.message)
	e.Files = attachedFiles(i.message.Attachment)
	e.Mention = e.Room.Channel != ""
	if slash := i.message.slashCommandName(); slash != "" {
		e.Room, e.Thread, e.Mention = bot.Direct(address(i.user.Name)), "", false
		e.Text = slashText(i, slash)
		return e, true
	}
	switch m := i.message; {
	case m.ArgumentText != nil:
		e.Text = strings.TrimSpace(*m.ArgumentText)
	case !m.mentionsUser():
		e.Text = strings.TrimSpace(m.Text)
	}
	return e, false
}

// slashText is the text that a slash command stands for.
func slashText(i interaction, slash string) string {
	argument := strings.TrimSpace(strings.TrimPrefix(i.message.Text, slash))
	if i.message.ArgumentText != nil {
		argument = strings.TrimSpace(*i.message.ArgumentText)
	}
	text, known := slashCommands[strings.ToLower(slash)]
	if !known && argument == "" {
		id := i.command.AppCommandID
		if i.message.SlashCommand != nil && id == 0 {
			id = i.message.SlashCommand.CommandID
		}
		text = quickCommands[id]
	}
	if text = strings.TrimSpace(text + " " + argument); text != "" {
		return text
	}
	return commandStart
}

// commandEvent returns the event of a quick command or a message action.
func (a *Adapter) commandEvent(i interaction) bot.Event {
	e := a.newEvent(i)
	e.Key = contentKey(keyCommand, i)
	if i.command.AppCommandType == messageAction && i.message.Name != "" {
		e.Key = contentKey(keyMessageAction, i)
		e.Do, e.Message = bot.DoFromMessage, i.message.Name
		e.Text = strings.TrimSpace(i.message.Text)
		e.Files = attachedFiles(i.message.Attachment)
		author := i.message.Sender.Name
		if !userPattern.MatchString(author) {
			author = i.user.Name
		}
		e.Values = map[string]string{authorValue: address(author)}
		return e
	}
	e.Room = bot.Direct(address(i.user.Name))
	e.Text = quickCommands[i.command.AppCommandID]
	if e.Text == "" {
		e.Text = commandStart
	}
	return e
}

// addedEvent begins a conversation with a person who has opened the direct messages.
func (a *Adapter) addedEvent(i interaction) bot.Event {
	e := a.newEvent(i)
	e.Key, e.Text = contentKey(keyAdded, i), commandStart
	return e
}

// clickEvent returns the event of a button or of an option of a list.
func (a *Adapter) clickEvent(i interaction) bot.Event {
	e, p := a.newEvent(i), i.actionParameters()
	e.Key, e.Do, e.Message = contentKey(keyClick, i), p.Do, i.targetMessage()
	if p.Select != "" {
		e.Values = map[string]string{"value": firstString(i.formInputs[p.Select])}
	}
	return e
}

func (i interaction) actionParameters() actionParameters { return decodeParameters(i.parameters) }

// targetMessage is the message that a click is about: the one with the button, or the one that opened its form.
func (i interaction) targetMessage() string {
	if target := i.actionParameters().Message; messagePattern.MatchString(target) {
		return target
	}
	return i.message.Name
}

// Prefixes of content keys. They are part of stored keys.
const (
	keyCommand       = "order"
	keyMessageAction = "adopt"
	keyAdded         = "added"
	keyClick         = "press"
	keyResponse      = "answer"
	keyForm          = "form"
)

// contentKey is the idempotency key of an event for which Google Chat sends none: a hash of all that
// distinguishes it from other events. A redelivery has the same event time.
func contentKey(prefix string, i interaction) string {
	body, err := json.Marshal([]any{prefix, i.user.Name, i.space.Name, i.message.Name, i.eventTime, i.dialogEvent, i.parameters, i.formInputs, i.command})
	if err != nil {
		panic(err) // unreachable: strings and numbers
	}
	sum := sha256.Sum256(body)
	return address(hex.EncodeToString(sum[:16]))
}

package googlechat

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"helptic/bot"
)

// The commands of the app, as they are numbered in its configuration. A slash command that
// brings its name needs no number.
var quickCommands = map[number]string{1: "nueva", 2: "mis solicitudes", 3: "estado", 4: "ayuda"}

// commandWords are the slash commands that are words of the desk by themselves; every other,
// "/helptic", is followed by them.
var slashCommands = map[string]string{"/nueva": "nueva", "/mis-solicitudes": "mis solicitudes", "/estado": "estado", "/ayuda": "ayuda", "/hola": "hola", "/menu": "menú", "/cancelar": "cancelar"}

// base is what all events of an interaction have.
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

// instant reads an event's time; one that is not there is now.
func (a *Adapter) parseEventTime(at string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		t = a.config.Now()
	}
	return t.UTC()
}

// words is what somebody wrote. Commands are answered in the direct messages, wherever they were given.
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

// slashText are the words that a slash command stands for.
func slashText(i interaction, slash string) string {
	rest := strings.TrimSpace(strings.TrimPrefix(i.message.Text, slash))
	if i.message.ArgumentText != nil {
		rest = strings.TrimSpace(*i.message.ArgumentText)
	}
	word, known := slashCommands[strings.ToLower(slash)]
	if !known {
		id := i.command.AppCommandID
		if i.message.SlashCommand != nil && id == 0 {
			id = i.message.SlashCommand.CommandID
		}
		if rest == "" {
			word = quickCommands[id]
		}
	}
	if text := strings.TrimSpace(word + " " + rest); text != "" {
		return text
	}
	return "hola"
}

// rootOf is the message under which one stands, "" for one that stands by itself: the first
// message of a thread has its name.
func threadRoot(m message) string {
	thread, ok := strings.CutPrefix(m.Thread.Name, m.spaceName()+"/threads/")
	if !ok || m.Name == rootMessageName(m.spaceName(), thread) {
		return ""
	}
	return rootMessageName(m.spaceName(), thread)
}

func rootMessageName(space, thread string) string {
	return space + "/messages/" + thread + "." + thread
}

// space of the message, by its name.
func (m message) spaceName() string {
	s, _, _ := strings.Cut(m.Name, "/messages/")
	return s
}

// order is a quick command, or an action on a message.
func (a *Adapter) commandEvent(i interaction) bot.Event {
	e := a.newEvent(i)
	e.Key = contentKey("order", i)
	if i.command.AppCommandType == "MESSAGE_ACTION" && i.message.Name != "" {
		e.Key = contentKey("adopt", i)
		e.Do, e.Message = bot.DoFromMessage, i.message.Name
		e.Text = strings.TrimSpace(i.message.Text)
		e.Files = attachedFiles(i.message.Attachment)
		author := i.message.Sender.Name
		if !userName.MatchString(author) {
			author = i.user.Name
		}
		e.Values = map[string]string{"author": address(author)}
		return e
	}
	e.Room = bot.Direct(address(i.user.Name))
	e.Text = quickCommands[i.command.AppCommandID]
	if e.Text == "" {
		e.Text = "hola"
	}
	return e
}

// greeting is what somebody says who has just opened the direct messages.
func (a *Adapter) addedEvent(i interaction) bot.Event {
	e := a.newEvent(i)
	e.Key, e.Text = contentKey("added", i), "hola"
	return e
}

// press is a button used, or an option chosen.
func (a *Adapter) clickEvent(i interaction) bot.Event {
	e := a.newEvent(i)
	e.Key, e.Do, e.Message = contentKey("press", i), i.parameters[paramDo], i.targetMessage()
	if list := i.parameters[paramSelect]; list != "" {
		e.Values = map[string]string{"value": firstString(i.formInputs[list])}
	}
	return e
}

// pressedOn is the message that a press is about: that of the button, or the one that opened its form.
func (i interaction) targetMessage() string {
	if on := i.parameters[paramMessage]; messageName.MatchString(on) {
		return on
	}
	return i.message.Name
}

// digest is the key of an event that Chat does not name: all that tells it from others. The
// delivery's own time of day is part of it, which a repeated delivery keeps.
func contentKey(what string, i interaction) string {
	body, err := json.Marshal([]any{what, i.user.Name, i.space.Name, i.message.Name, i.eventTime, i.dialogEvent, i.parameters, i.formInputs, i.command})
	if err != nil {
		panic(err) // unreachable: strings and numbers
	}
	sum := sha256.Sum256(body)
	return address(hex.EncodeToString(sum[:16]))
}

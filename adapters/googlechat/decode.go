package googlechat

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"strings"
)

// Resource names. They become parts of URLs.
var (
	userPattern    = regexp.MustCompile(`^users/[0-9]{1,40}$`) // no e-mail address, no "all", no "app"
	spacePattern   = regexp.MustCompile(`^spaces/[A-Za-z0-9_-]{1,100}$`)
	messagePattern = regexp.MustCompile(`^spaces/[A-Za-z0-9_-]{1,100}/messages/[A-Za-z0-9_.-]{1,150}$`)
	threadPattern  = regexp.MustCompile(`^spaces/[A-Za-z0-9_-]{1,100}/threads/[A-Za-z0-9_-]{1,100}$`)
)

var errUnknownShape = errors.New("event of an unknown shape")

// decodeEvent decodes an event of either dialect. It refuses an unknown shape.
func decodeEvent(body []byte) (interaction, error) {
	var shape struct {
		Type string          `json:"type"`
		Chat json.RawMessage `json:"chat"`
	}
	if err := json.Unmarshal(body, &shape); err != nil {
		return interaction{}, errUnknownShape
	}
	var i interaction
	var err error
	switch {
	case len(shape.Chat) > 0 && !bytes.Equal(shape.Chat, []byte("null")):
		i, err = decodeAddon(body)
	case shape.Type != "":
		i, err = decodeClassic(body)
	default:
		err = errUnknownShape
	}
	if err != nil {
		return interaction{}, err
	}
	// Google Chat sends an empty widget in three ways, one of which is to leave it out.
	maps.DeleteFunc(i.formInputs, func(_ string, in input) bool {
		return firstString(in) == "" && in.DateInput == nil && in.DateTimeInput == nil
	})
	return i, i.validate()
}

func decodeClassic(body []byte) (interaction, error) {
	var e classicEvent
	if err := json.Unmarshal(body, &e); err != nil {
		return interaction{}, errUnknownShape
	}
	i := interaction{dialect: classic, eventTime: e.EventTime, user: e.User, space: e.Space, parameters: e.Common.Parameters, formInputs: e.Common.FormInputs, command: e.AppCommandMetadata}
	if e.Message != nil {
		i.message = *e.Message
		i.space = mergeSpace(i.space, e.Message.Space)
		if i.user.Name == "" {
			i.user = e.Message.Sender
		}
	}
	switch e.Type {
	case "MESSAGE":
		i.eventType = eventMessage
	case "ADDED_TO_SPACE":
		i.eventType = eventAddedToSpace
		if e.Message != nil {
			i.eventType = eventMessage // the message that added the app has no event of its own
		}
	case "REMOVED_FROM_SPACE":
		i.eventType = eventRemovedFromSpace
	case "CARD_CLICKED", "SUBMIT_FORM":
		i.eventType = eventCardClicked
		i.parameters = e.parameters()
	case "WIDGET_UPDATED":
		i.eventType = eventWidgetUpdated
	case "APP_COMMAND":
		i.eventType = eventAppCommand
	default:
		return interaction{}, errUnknownShape
	}
	if e.IsDialogEvent {
		i.dialogEvent = e.DialogEventType
	}
	return i, nil
}

// parameters are those of the event. Some events have them only in the older field.
func (e classicEvent) parameters() map[string]string {
	if len(e.Action.Parameters) == 0 {
		return e.Common.Parameters
	}
	all := map[string]string{}
	for _, p := range e.Action.Parameters {
		if _, ok := all[p.Key]; !ok {
			all[p.Key] = p.Value
		}
	}
	maps.Copy(all, e.Common.Parameters)
	return all
}

func decodeAddon(body []byte) (interaction, error) {
	var e addonEvent
	if err := json.Unmarshal(body, &e); err != nil || e.Chat == nil {
		return interaction{}, errUnknownShape
	}
	i := interaction{dialect: addon, eventTime: e.Chat.EventTime, user: e.Chat.User, parameters: e.CommonEventObject.Parameters, formInputs: e.CommonEventObject.FormInputs}
	var p *payload
	for t, candidate := range map[eventType]*payload{
		eventMessage: e.Chat.Message, eventAddedToSpace: e.Chat.AddedToSpace, eventRemovedFromSpace: e.Chat.RemovedFromSpace,
		eventCardClicked: e.Chat.ButtonClicked, eventWidgetUpdated: e.Chat.WidgetUpdated, eventAppCommand: e.Chat.AppCommand,
	} {
		if candidate == nil {
			continue
		}
		if p != nil {
			return interaction{}, errUnknownShape
		}
		p, i.eventType = candidate, t
	}
	if p == nil {
		return interaction{}, errUnknownShape
	}
	i.space = mergeSpace(p.Space, e.Chat.Space)
	if p.Message != nil {
		i.message = *p.Message
		i.space = mergeSpace(i.space, p.Message.Space)
	}
	i.command, i.messageFollows = p.AppCommandMetadata, p.InteractionAdd
	if i.eventType == eventAppCommand && p.Message != nil && i.command.AppCommandType == "SLASH_COMMAND" {
		i.eventType = eventMessage
	}
	if p.IsDialogEvent {
		i.dialogEvent = p.DialogEventType
	}
	return i, nil
}

// mergeSpace returns the more complete of two descriptions of a space.
func mergeSpace(s, other space) space {
	if s.Name == "" {
		return other
	}
	if s.Name == other.Name && s.SpaceType == "" && s.Type == "" && !s.SingleUserBotDM {
		return other
	}
	return s
}

// validate refuses an event without its person, space or message, and resource names of another form.
func (i interaction) validate() error {
	switch {
	case !userPattern.MatchString(i.user.Name), !spacePattern.MatchString(i.space.Name):
		return errUnknownShape
	case i.message.Name != "" && !messagePattern.MatchString(i.message.Name):
		return errUnknownShape
	case i.message.Name != "" && spaceName(i.message.Name) != i.space.Name:
		return errUnknownShape // a message of another space may not be changed from here
	case i.message.Thread.Name != "" && !threadPattern.MatchString(i.message.Thread.Name):
		return errUnknownShape
	case i.eventType == eventMessage && i.message.Name == "":
		return errUnknownShape
	}
	return nil
}

// slashCommandName is the slash command in a message, as it was typed: "/nueva".
func (m message) slashCommandName() string {
	for _, raw := range m.Annotations {
		var a struct {
			SlashCommand struct {
				CommandName string `json:"commandName"`
			} `json:"slashCommand"`
		}
		if json.Unmarshal(raw, &a) == nil && a.SlashCommand.CommandName != "" {
			return a.SlashCommand.CommandName
		}
	}
	if m.SlashCommand != nil || strings.HasPrefix(m.Text, "/") {
		first, _, _ := strings.Cut(m.Text, " ")
		return first
	}
	return ""
}

// mentionsUser reports whether the text mentions a user or app.
func (m message) mentionsUser() bool {
	for _, raw := range m.Annotations {
		var a struct {
			Type string `json:"type"`
		}
		if json.Unmarshal(raw, &a) == nil && a.Type == "USER_MENTION" {
			return true
		}
	}
	return false
}

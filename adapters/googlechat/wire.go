package googlechat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// The events as they come. They are not decoded into the API's own types, which refuse
// the numbers that Google Chat really sends; what is not needed here is not read.

type dialect int

const (
	classic dialect = iota + 1
	addon
)

// kind is what happened.
type eventType int

const (
	eventMessage       eventType = iota + 1 // words, or a slash command
	eventCardClicked                        // a button, a list or a form
	eventAppCommand                         // a command without words, or a message's action
	eventWidgetUpdated                      // options are asked for while somebody types
	eventAddedToSpace
	eventRemovedFromSpace
)

// interaction is an event of either dialect.
type interaction struct {
	dialect        dialect
	eventType      eventType
	eventTime      string
	user           user
	space          space
	message        message
	parameters     map[string]string
	formInputs     map[string]input
	dialogEvent    string // requestDialog, submitDialog, cancelDialog or nothing
	command        command
	messageFollows bool // another event tells what was said when the app was added
}

// Values of dialogEventType.
const (
	requestDialog = "REQUEST_DIALOG"
	submitDialog  = "SUBMIT_DIALOG"
	cancelDialog  = "CANCEL_DIALOG"
)

type user struct {
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
	Email       string `json:"email"`
	Type        string `json:"type"`
	DomainID    string `json:"domainId"`
}

type space struct {
	Name            string `json:"name"`
	Type            string `json:"type"`
	SpaceType       string `json:"spaceType"`
	SingleUserBotDM bool   `json:"singleUserBotDm"`
}

// direct tells whether the space is that of the bot and one person.
func (s space) direct() bool {
	if s.SpaceType != "" {
		return s.SpaceType == "DIRECT_MESSAGE"
	}
	return s.SingleUserBotDM || s.Type == "DM"
}

type message struct {
	Name         string  `json:"name"`
	Sender       user    `json:"sender"`
	Text         string  `json:"text"`
	ArgumentText *string `json:"argumentText"`
	Thread       struct {
		Name string `json:"name"`
	} `json:"thread"`
	Space        space             `json:"space"`
	Attachment   []attachment      `json:"attachment"`
	Annotations  []json.RawMessage `json:"annotations"`
	SlashCommand *struct {
		CommandID number `json:"commandId"`
	} `json:"slashCommand"`
	ClientAssignedMessageID string `json:"clientAssignedMessageId"`
}

type attachment struct {
	ContentName       string `json:"contentName"`
	ContentType       string `json:"contentType"`
	Source            string `json:"source"`
	AttachmentDataRef struct {
		ResourceName string `json:"resourceName"`
	} `json:"attachmentDataRef"`
}

type command struct {
	AppCommandID   number `json:"appCommandId"`
	AppCommandType string `json:"appCommandType"`
}

// input is what a widget holds.
type input struct {
	StringInputs struct {
		Value []string `json:"value"`
	} `json:"stringInputs"`
	DateInput     *instant `json:"dateInput"`
	DateTimeInput *instant `json:"dateTimeInput"`
}

type instant struct {
	MsSinceEpoch number `json:"msSinceEpoch"`
}

// number is an integer however it is written: 42, "42", 42.0, 4.2E1.
type number int64

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(b), `"`)
	if text == "null" || text == "" {
		return nil
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		*n = number(i)
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Trunc(f) != f || math.Abs(f) > 1<<53 {
		return fmt.Errorf("%d characters are no integer", len(text))
	}
	*n = number(f)
	return nil
}

type classicEvent struct {
	Type      string   `json:"type"`
	EventTime string   `json:"eventTime"`
	Message   *message `json:"message"`
	User      user     `json:"user"`
	Space     space    `json:"space"`
	Action    struct {
		Parameters []struct {
			Key   string `json:"key"`
			Value string `json:"value"`
		} `json:"parameters"`
	} `json:"action"`
	Common             common  `json:"common"`
	IsDialogEvent      bool    `json:"isDialogEvent"`
	DialogEventType    string  `json:"dialogEventType"`
	AppCommandMetadata command `json:"appCommandMetadata"`
}

type common struct {
	Parameters map[string]string `json:"parameters"`
	FormInputs map[string]input  `json:"formInputs"`
}

type addonEvent struct {
	CommonEventObject common `json:"commonEventObject"`
	Chat              *struct {
		User      user     `json:"user"`
		Space     space    `json:"space"`
		EventTime string   `json:"eventTime"`
		Message   *payload `json:"messagePayload"`
		Added     *payload `json:"addedToSpacePayload"`
		Removed   *payload `json:"removedFromSpacePayload"`
		Pressed   *payload `json:"buttonClickedPayload"`
		Typing    *payload `json:"widgetUpdatedPayload"`
		Command   *payload `json:"appCommandPayload"`
	} `json:"chat"`
}

type payload struct {
	Message            *message `json:"message"`
	Space              space    `json:"space"`
	InteractionAdd     bool     `json:"interactionAdd"`
	IsDialogEvent      bool     `json:"isDialogEvent"`
	DialogEventType    string   `json:"dialogEventType"`
	AppCommandMetadata command  `json:"appCommandMetadata"`
}

// Resource names, which later stand in URLs.
var (
	userName          = regexp.MustCompile(`^users/[0-9]{1,40}$`) // people have numbers: no address, no "all", no "app"
	spaceName         = regexp.MustCompile(`^spaces/[A-Za-z0-9_-]{1,100}$`)
	messageName       = regexp.MustCompile(`^spaces/[A-Za-z0-9_-]{1,100}/messages/[A-Za-z0-9_.-]{1,150}$`)
	threadNamePattern = regexp.MustCompile(`^spaces/[A-Za-z0-9_-]{1,100}/threads/[A-Za-z0-9_-]{1,100}$`)
)

var errUnknownShape = errors.New("event of an unknown shape")

// read decodes an event of either dialect. A shape that it does not know is refused, never guessed.
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
	// An empty widget is told in three ways, of which one is not at all.
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
			i.eventType = eventMessage // what was said is told in this one event
		}
	case "REMOVED_FROM_SPACE":
		i.eventType = eventRemovedFromSpace
	case "CARD_CLICKED", "SUBMIT_FORM":
		i.eventType = eventCardClicked
		for _, p := range e.Action.Parameters {
			if _, told := i.parameters[p.Key]; !told {
				if i.parameters == nil {
					i.parameters = map[string]string{}
				}
				i.parameters[p.Key] = p.Value
			}
		}
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

func decodeAddon(body []byte) (interaction, error) {
	var e addonEvent
	if err := json.Unmarshal(body, &e); err != nil || e.Chat == nil {
		return interaction{}, errUnknownShape
	}
	i := interaction{dialect: addon, eventTime: e.Chat.EventTime, user: e.Chat.User, parameters: e.CommonEventObject.Parameters, formInputs: e.CommonEventObject.FormInputs}
	var p *payload
	for k, candidate := range map[eventType]*payload{eventMessage: e.Chat.Message, eventAddedToSpace: e.Chat.Added, eventRemovedFromSpace: e.Chat.Removed, eventCardClicked: e.Chat.Pressed, eventWidgetUpdated: e.Chat.Typing, eventAppCommand: e.Chat.Command} {
		if candidate == nil {
			continue
		}
		if p != nil {
			return interaction{}, errUnknownShape
		}
		p, i.eventType = candidate, k
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

// same fills in what one description of a space tells and the other does not.
func mergeSpace(s, other space) space {
	if s.Name == "" {
		return other
	}
	if s.Name == other.Name && s.SpaceType == "" && s.Type == "" && !s.SingleUserBotDM {
		return other
	}
	return s
}

// check refuses events without what they are about, and names that are no names.
func (i interaction) validate() error {
	switch {
	case !userName.MatchString(i.user.Name), !spaceName.MatchString(i.space.Name):
		return errUnknownShape
	case i.message.Name != "" && !messageName.MatchString(i.message.Name):
		return errUnknownShape
	case i.message.Name != "" && i.message.spaceName() != i.space.Name:
		return errUnknownShape // what is pressed stands where it is pressed: it may be changed there
	case i.message.Thread.Name != "" && !threadNamePattern.MatchString(i.message.Thread.Name):
		return errUnknownShape
	case i.eventType == eventMessage && i.message.Name == "":
		return errUnknownShape
	}
	return nil
}

// slash is the name of the slash command in a message, as it was typed: "/nueva".
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

// mentions tells whether the text calls somebody by name.
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

package googlechat

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Events are not decoded into the types of the API, which refuse the numbers that Google Chat
// sends. Fields that are not needed are not read.

// dialect is the format of an event and of its response.
type dialect int

const (
	classic dialect = iota + 1 // interaction events of Chat apps
	addon                      // event objects of Workspace add-ons
)

type eventType int

const (
	eventMessage       eventType = iota + 1 // a message, or a slash command
	eventCardClicked                        // a button, a list or a form
	eventAppCommand                         // a quick command, or a message action
	eventWidgetUpdated                      // a query for the options of a list
	eventAddedToSpace
	eventRemovedFromSpace
)

// interaction is an interaction event of either dialect.
type interaction struct {
	dialect        dialect
	eventType      eventType
	eventTime      string
	user           user
	space          space
	message        message
	parameters     map[string]string
	formInputs     map[string]input
	dialogEvent    string // dialogEventType: requestDialog, submitDialog, cancelDialog or ""
	command        command
	messageFollows bool // the app was added by a message, which is another event
}

// Values of interaction.dialogEvent.
const (
	requestDialog = "REQUEST_DIALOG"
	submitDialog  = "SUBMIT_DIALOG"
	cancelDialog  = "CANCEL_DIALOG"
)

const (
	userTypeBot     = "BOT"
	spaceTypeDirect = "DIRECT_MESSAGE"
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

// direct reports whether the space is the direct messages between the app and one person.
func (s space) direct() bool {
	if s.SpaceType != "" {
		return s.SpaceType == spaceTypeDirect
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

// input is the value of a widget.
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

// number is an integer in any notation: 42, "42", 42.0, 4.2E1.
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
		return fmt.Errorf("%d characters are not an integer", len(text))
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
		User             user     `json:"user"`
		Space            space    `json:"space"`
		EventTime        string   `json:"eventTime"`
		Message          *payload `json:"messagePayload"`
		AddedToSpace     *payload `json:"addedToSpacePayload"`
		RemovedFromSpace *payload `json:"removedFromSpacePayload"`
		ButtonClicked    *payload `json:"buttonClickedPayload"`
		WidgetUpdated    *payload `json:"widgetUpdatedPayload"`
		AppCommand       *payload `json:"appCommandPayload"`
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

package slack

import (
	"encoding/json"
	"errors"
)

// Payloads of Slack are read into these types. They have only the fields that the adapter
// uses, so that a new kind of block or field cannot make a message unreadable.

// envelope is a request to /slack/events. Its event is first read as a message, as nearly
// all are; another event is then read again as its own type.
type envelope struct {
	Type         string  `json:"type"`
	Challenge    string  `json:"challenge"`
	TeamID       string  `json:"team_id"`
	EnterpriseID string  `json:"enterprise_id"`
	EventID      string  `json:"event_id"`
	Event        message `json:"event"`
}

// read reads an envelope. It reports whether the event has a message's types; it fails if
// the body is not JSON.
func (e *envelope) read(body []byte) (isMessage bool, err error) {
	err = json.Unmarshal(body, e)
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return false, nil
	}
	return true, err
}

// message is a message, in an event or in the payload of a message shortcut.
type message struct {
	Type         string          `json:"type"`
	Subtype      string          `json:"subtype"`
	Hidden       bool            `json:"hidden"`
	Channel      string          `json:"channel"`
	ChannelType  string          `json:"channel_type"`
	User         string          `json:"user"`
	BotID        string          `json:"bot_id"`
	Text         string          `json:"text"`
	TS           string          `json:"ts"`
	ThreadTS     string          `json:"thread_ts"`
	ParentUserID string          `json:"parent_user_id"` // who wrote the first message of the thread
	Files        []sharedFile    `json:"files"`
	Blocks       json.RawMessage `json:"blocks"`
}

// sharedFile is a file in a message or in a file input.
type sharedFile struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Title    string `json:"title"`
	Mimetype string `json:"mimetype"`
	Size     int64  `json:"size"`
}

// appHomeOpened is the event of that name.
type appHomeOpened struct {
	User    string `json:"user"`
	Tab     string `json:"tab"`
	EventTS string `json:"event_ts"`
}

// reactionAdded is the event of that name.
type reactionAdded struct {
	User     string `json:"user"`
	Reaction string `json:"reaction"`
	ItemUser string `json:"item_user"` // who wrote the message
	EventTS  string `json:"event_ts"`
	Item     struct {
		Type    string `json:"type"`
		Channel string `json:"channel"`
		TS      string `json:"ts"`
	} `json:"item"`
}

// interaction is the payload of /slack/interactions and /slack/options.
type interaction struct {
	Type        string `json:"type"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	ActionTS    string `json:"action_ts"`
	MessageTS   string `json:"message_ts"`
	CallbackID  string `json:"callback_id"`
	ActionID    string `json:"action_id"`
	Value       string `json:"value"`
	Team        struct {
		ID           string `json:"id"`
		EnterpriseID string `json:"enterprise_id"`
	} `json:"team"`
	Enterprise struct {
		ID string `json:"id"`
	} `json:"enterprise"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Container struct {
		Type      string `json:"type"`
		MessageTS string `json:"message_ts"`
		ChannelID string `json:"channel_id"`
		ThreadTS  string `json:"thread_ts"`
	} `json:"container"`
	Message message  `json:"message"`
	Actions []action `json:"actions"`
	View    view     `json:"view"`
}

type action struct {
	Type           string `json:"type"`
	ActionID       string `json:"action_id"`
	Value          string `json:"value"`
	ActionTS       string `json:"action_ts"`
	SelectedOption struct {
		Value string `json:"value"`
	} `json:"selected_option"`
}

type view struct {
	ID              string `json:"id"`
	Type            string `json:"type"`
	CallbackID      string `json:"callback_id"`
	PrivateMetadata string `json:"private_metadata"`
	State           struct {
		// Values are by block_id and action_id.
		Values map[string]map[string]stateValue `json:"values"`
	} `json:"state"`
}

// stateValue is the value of one element of a view. A digest of its JSON is part of an event's
// key, so the order of the fields may not change.
type stateValue struct {
	Type           string `json:"type"`
	Value          string `json:"value"`
	SelectedUser   string `json:"selected_user"`
	SelectedDate   string `json:"selected_date"`
	SelectedOption *struct {
		Value string `json:"value"`
	} `json:"selected_option"`
	Files []sharedFile `json:"files"`
}

// slashCommand is a request to /slack/commands: a form over HTTP, JSON in Socket Mode.
type slashCommand struct {
	Text         string `json:"text"`
	UserID       string `json:"user_id"`
	ChannelID    string `json:"channel_id"`
	TeamID       string `json:"team_id"`
	EnterpriseID string `json:"enterprise_id"`
	TriggerID    string `json:"trigger_id"`
	ResponseURL  string `json:"response_url"`
}

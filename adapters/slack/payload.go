package slack

import (
	"encoding/json"
	"errors"
)

// What Slack sends is read into these, which hold what the adapter uses and no more: a
// block or field that nobody here knows cannot make a message unreadable.

// envelope is a request to /slack/events. Nearly all are messages, so that is how the
// event is read first; the others are read again as what they are.
type envelope struct {
	Type         string  `json:"type"`
	Challenge    string  `json:"challenge"`
	TeamID       string  `json:"team_id"`
	EnterpriseID string  `json:"enterprise_id"`
	EventID      string  `json:"event_id"`
	Event        message `json:"event"`
}

// read reads an envelope. It tells whether every field was of the type that a message
// has there; it fails for what is no JSON.
func (e *envelope) read(body []byte) (fits bool, err error) {
	err = json.Unmarshal(body, e)
	var odd *json.UnmarshalTypeError
	if errors.As(err, &odd) {
		return false, nil
	}
	return true, err
}

// message is a message, in an event or in the payload of a shortcut.
type message struct {
	Type        string          `json:"type"`
	Subtype     string          `json:"subtype"`
	Hidden      bool            `json:"hidden"`
	Channel     string          `json:"channel"`
	ChannelType string          `json:"channel_type"`
	User        string          `json:"user"`
	BotID       string          `json:"bot_id"`
	Text        string          `json:"text"`
	TS          string          `json:"ts"`
	ThreadTS    string          `json:"thread_ts"`
	ThreadBegan string          `json:"parent_user_id"` // who began the thread
	Files       []sharedFile    `json:"files"`
	Blocks      json.RawMessage `json:"blocks"`
}

// sharedFile is a file as a message names it.
type sharedFile struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Title    string `json:"title"`
	Mimetype string `json:"mimetype"`
	Size     int64  `json:"size"`
}

// opened is app_home_opened.
type opened struct {
	User    string `json:"user"`
	Tab     string `json:"tab"`
	EventTS string `json:"event_ts"`
}

// reacted is reaction_added.
type reacted struct {
	User     string `json:"user"`
	Reaction string `json:"reaction"`
	Author   string `json:"item_user"`
	EventTS  string `json:"event_ts"`
	Item     struct {
		Type    string `json:"type"`
		Channel string `json:"channel"`
		TS      string `json:"ts"`
	} `json:"item"`
}

// interaction is what /slack/interactions and /slack/options carry.
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
		ID         string `json:"id"`
		Enterprise string `json:"enterprise_id"`
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
	Type     string `json:"type"`
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
	ActionTS string `json:"action_ts"`
	Selected struct {
		Value string `json:"value"`
	} `json:"selected_option"`
}

type view struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	CallbackID string `json:"callback_id"`
	Metadata   string `json:"private_metadata"`
	State      struct {
		Values map[string]map[string]input `json:"values"`
	} `json:"state"`
}

// input is what somebody put into one field of a modal.
type input struct {
	Type     string `json:"type"`
	Value    string `json:"value"`
	User     string `json:"selected_user"`
	Date     string `json:"selected_date"`
	Selected *struct {
		Value string `json:"value"`
	} `json:"selected_option"`
	Files []sharedFile `json:"files"`
}

// command is what /slack/commands carries: form fields over HTTP, JSON in Socket Mode.
type command struct {
	Text         string `json:"text"`
	UserID       string `json:"user_id"`
	ChannelID    string `json:"channel_id"`
	TeamID       string `json:"team_id"`
	EnterpriseID string `json:"enterprise_id"`
	TriggerID    string `json:"trigger_id"`
	ResponseURL  string `json:"response_url"`
}

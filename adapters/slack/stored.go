package slack

import (
	"time"

	"github.com/slack-go/slack"
)

// The shapes of stored data. Later versions read what earlier ones wrote, so names in the
// tags, names of streams and formats of keys may not change (stored_test.go).

// Streams of the append-only log.
const (
	streamIdentity   = "slack/self"  // identity, by token
	streamLongValues = "slack/words" // values that are too long for Slack, by content
	streamSends      = "slack/sends" // sendAttempt, by room and key of the post
	streamFiles      = "slack/files" // fileSource, by id of the stored file
)

// longValuePrefix begins the reference that replaces a long value. Its position in
// streamLongValues follows.
const longValuePrefix = "~"

// identity is who the bot is, and in which workspace.
type identity struct {
	Team       string `json:"team"`
	Enterprise string `json:"enterprise,omitempty"`
	User       string `json:"user"`
	Bot        string `json:"bot,omitempty"`
}

// sendAttempt says that a message may have been posted.
type sendAttempt struct {
	At time.Time `json:"at"`
	ID string    `json:"once"` // of the attempt; the first one is kept
}

// fileSource is where a stored file was shared in Slack; empty if it came from elsewhere.
type fileSource struct {
	User    string `json:"user,omitempty"`
	Channel string `json:"channel,omitempty"`
}

// viewMetadata is the private_metadata of a modal: what it was opened for, and where.
type viewMetadata struct {
	Do      string `json:"do"`
	Channel string `json:"channel,omitempty"`
	Thread  string `json:"thread,omitempty"`
	Message string `json:"message,omitempty"`
}

// metadataType is the event_type of the metadata in the bot's messages.
const metadataType = "helptic_post"

// messageMetadata is the event_payload of that metadata. Everybody in the workspace can
// read it, so it has only a digest of the post's key.
type messageMetadata struct{ key string }

func (m messageMetadata) slack() slack.SlackMetadata {
	return slack.SlackMetadata{EventType: metadataType, EventPayload: map[string]any{"key": m.key}}
}

// isOf reports whether a message has this metadata.
func (m messageMetadata) isOf(message slack.Message) bool {
	return message.Metadata.EventType == metadataType && message.Metadata.EventPayload["key"] == m.key
}

// Prefixes of action ids: the command of a button, select or list follows.
const (
	actionButton = "do:"   // and the button's number; the command is its value
	actionSelect = "pick:" // and the command
	actionSearch = "find:" // and the name of the list
	actionInput  = "ask"   // of every element in a modal that is no search
)

// Callback ids.
const (
	callbackForm     = "form"  // of modals
	callbackShortcut = "adopt" // of the message shortcut
)

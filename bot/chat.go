// Package bot is what chats and flows share: the vocabulary of a conversation (events
// that people cause, messages that they are shown), the inbox, which handles each event
// once, and the outbox, which sends each notification at least once. It knows no platform
// and no help desk: a term of Slack's or of a ticket's here is a mistake.
//
// The address of a person or a channel is "chat:id" ("slack:U024BE7LH",
// "web:mesa-de-ayuda"). The part before the colon is the name of the adapter.
package bot

import (
	"strings"
	"time"
)

// Person is somebody who can write to the bot, as the chat knows them.
type Person struct {
	ID    string `json:"id" bson:"id"` // address: "slack:U024BE7LH"
	Name  string `json:"name" bson:"name"`
	Email string `json:"email,omitempty" bson:"email,omitempty"`
	// Guest is set for people of another organization and for guests of a
	// workspace. They may not use the desk.
	Guest bool `json:"guest,omitempty" bson:"guest,omitempty"`
}

// Room is where messages stand: a channel, the direct messages between the bot and one
// person, or that person's home page. Exactly one field is set.
type Room struct {
	Channel string `json:"channel,omitempty" bson:"channel,omitempty"` // address: "slack:C024BE91L"
	Direct  string `json:"direct,omitempty" bson:"direct,omitempty"`   // address of the person
	Home    string `json:"home,omitempty" bson:"home,omitempty"`       // address of the person
}

// Direct returns the room of the bot's direct messages with a person.
func Direct(person string) Room { return Room{Direct: person} }

// Home returns the room of the page that the bot keeps for a person, in chats that have
// such pages. Every post there replaces the whole page. A button that is pressed on the
// page causes an event in the person's direct messages.
func Home(person string) Room { return Room{Home: person} }

// Channel returns the room of a channel.
func Channel(address string) Room { return Room{Channel: address} }

// Chat returns the name of the adapter that serves the room.
func (r Room) Chat() string { return Chat(r.String()) }

// String returns the address of the room's channel or person, with "#home" after it for a page.
func (r Room) String() string {
	switch {
	case r.Home != "":
		return r.Home + "#home"
	case r.Direct != "":
		return r.Direct
	}
	return r.Channel
}

// Chat returns the part of an address that names the adapter.
func Chat(address string) string {
	chat, _, _ := strings.Cut(address, ":")
	return chat
}

// Commands that a chat itself puts in Event.Do. Every other command comes from the Do of a
// button, a select or a form.
const (
	// DoHome: the person opened their home page.
	DoHome = "home"
	// DoReaction: the person reacted to Event.Message. The value is the emoji, "👀" or "✅".
	DoReaction = "react"
	// DoFromMessage: the person asks for a request made from the message in Text and
	// Files. Values has the address of its "author", who may be another person.
	DoFromMessage = "adopt"
)

// Address returns the part of an address after the name of the adapter.
func Address(address string) string {
	_, id, _ := strings.Cut(address, ":")
	return id
}

// Event is one thing that a person did. Two deliveries of one event have the same Key;
// two different events never have.
type Event struct {
	// Key is the idempotency key. It is made from the content, never from the id of
	// the delivery: chats send one message under several of those.
	Key  string    `json:"key"`
	At   time.Time `json:"at"`
	From Person    `json:"from"`
	Room Room      `json:"room"`

	// Thread and Message are the chat's ids of the message under which the person
	// wrote, and of the message whose button they pressed. The inbox sets ThreadKey
	// and MessageKey to the keys of the posts that those messages show; they stay empty
	// for a message that is not the bot's.
	Thread     string `json:"thread,omitempty"`
	Message    string `json:"message,omitempty"`
	ThreadKey  string `json:"-"`
	MessageKey string `json:"-"`

	Text  string `json:"text,omitempty"`
	Files []File `json:"files,omitempty"`
	// Mention is set for a message in a channel that mentions the bot. The mention is
	// not part of Text.
	Mention bool `json:"mention,omitempty"`

	// Do is the command of the button, select or form that was used. Values has the
	// fields of the form, or "value" for a select.
	Do     string            `json:"do,omitempty"`
	Values map[string]string `json:"values,omitempty"`
	// Form is set when a form was submitted. Reply.Reject can then keep it open.
	Form bool `json:"form,omitempty"`
}

// Value returns the option that was chosen in a select.
func (e Event) Value() string { return e.Values["value"] }

// File describes a stored attachment. Files has its bytes under ID.
type File struct {
	ID     string `json:"id" bson:"_id"`
	Name   string `json:"name" bson:"name"`
	Type   string `json:"type" bson:"type"` // media type
	Size   int64  `json:"size" bson:"size"` // bytes
	SHA256 string `json:"sha256" bson:"sha256"`
}

// Reply answers an event. Posts are sent through the outbox and retried; Open, Reject and
// Notice are given to the chat inside its request, while the person waits.
type Reply struct {
	Posts []Post `json:"posts,omitempty"`
	// Open is a form to show, as a dialog in chats that have them.
	Open *Form `json:"open,omitempty"`
	// Reject keeps the submitted form open. It maps the names of fields to what is
	// wrong with them.
	Reject map[string]string `json:"reject,omitempty"`
	// Notice is a sentence that only the person who acted sees.
	Notice string `json:"notice,omitempty"`
}

// Post is what a message in a room must show. If the room has a message under the same
// key, the post replaces it in place, so that sending a post twice changes nothing.
type Post struct {
	Room    Room    `json:"room"`
	Key     string  `json:"key,omitempty"`
	Message Message `json:"message"`
	// Thread is the key of the post in the same room whose thread this one belongs
	// to. If that post was never sent, this one stands in the room itself.
	Thread string `json:"thread,omitempty"`
	// EphemeralFor is the address of the only person who sees the post, in a room of
	// several people.
	EphemeralFor string `json:"only,omitempty"`
	// EditOnly sends nothing if the room has no message under Key.
	EditOnly bool `json:"editOnly,omitempty"`

	sequence int64 // when this process wrote it; 0 until it is registered
}

// Message is a text or a card. All texts are inert: the adapter escapes them, so nothing
// that a user typed mentions, links or formats.
type Message struct {
	// Text is the whole message, or the summary of the card for notifications and
	// screen readers. It is never empty.
	Text  string `json:"text,omitempty"`
	Card  *Card  `json:"card,omitempty"`
	Files []File `json:"files,omitempty"`
}

// Tone is the meaning of a card's colour or a button's emphasis. Each adapter has its own
// colours.
type Tone string

// The tones.
const (
	Neutral Tone = ""
	Info    Tone = "info"
	Working Tone = "working"
	Waiting Tone = "waiting"
	Good    Tone = "good"
	Danger  Tone = "danger"
)

// Card is a structured message. Its fields are rendered from top to bottom.
type Card struct {
	Title    string   `json:"title,omitempty"`
	Subtitle string   `json:"subtitle,omitempty"` // the progress or the state
	Tone     Tone     `json:"tone,omitempty"`
	Text     string   `json:"text,omitempty"` // paragraphs, separated by line breaks
	Facts    []Fact   `json:"facts,omitempty"`
	Files    []File   `json:"files,omitempty"`
	Selects  []Select `json:"selects,omitempty"`
	Buttons  []Button `json:"buttons,omitempty"`
	Note     string   `json:"note,omitempty"` // small print under the buttons
}

// Fact is a labelled value. A long one takes the whole width of the card.
type Fact struct {
	Label string `json:"label,omitempty"`
	Value string `json:"value,omitempty"`
	Long  bool   `json:"long,omitempty"`
}

// Button causes an event with Do when it is pressed.
type Button struct {
	Label   string `json:"label,omitempty"`
	Do      string `json:"do,omitempty"`
	Tone    Tone   `json:"tone,omitempty"`    // Good for the step forward, Danger for what cannot be undone
	Confirm string `json:"confirm,omitempty"` // question before the event is caused; "" for none
	// Form is set if the reply to the event opens a form. Some chats open a dialog only
	// for such a button.
	Form bool `json:"form,omitempty"`
}

// Select is a list in a card. Choosing an option causes an event with Do and the value.
type Select struct {
	Label   string   `json:"label,omitempty"`
	Do      string   `json:"do,omitempty"`
	Options []Option `json:"options,omitempty"`
}

// Option is one choice of a list. Options with the same Group stand under it as a heading.
type Option struct {
	Label  string `json:"label,omitempty"`
	Value  string `json:"value,omitempty"`
	Detail string `json:"detail,omitempty"` // second line, in chats that show one
	Group  string `json:"group,omitempty"`
}

// Form asks for several fields at once. Submitting it causes an event with Form set, Do,
// and the values by name of field. A Reply with Reject keeps it open with what was typed.
type Form struct {
	Title  string  `json:"title,omitempty"`
	Text   string  `json:"text,omitempty"` // explanation above the fields
	Do     string  `json:"do,omitempty"`
	Submit string  `json:"submit,omitempty"` // label of the button that submits it
	Fields []Field `json:"fields,omitempty"`
}

// Kind is the type of a field's input.
type Kind string

// The kinds of field. The value of a Choice is the option's value, of a PersonPicker an
// address, of a DatePicker "2006-01-02", and of a FileUpload the ids of stored files,
// separated by spaces.
const (
	Line         Kind = "line"   // one line of text
	Long         Kind = "long"   // several lines
	Choice       Kind = "pick"   // one of few options
	Search       Kind = "search" // one of many options, filtered by typing
	PersonPicker Kind = "who"    // a person: one of Options if there are any, else anybody in the chat
	DatePicker   Kind = "day"    // a date
	FileUpload   Kind = "attach" // files
)

// Field is one question of a form.
type Field struct {
	Name     string   `json:"name,omitempty"`
	Label    string   `json:"label,omitempty"`
	Hint     string   `json:"hint,omitempty"`
	Kind     Kind     `json:"kind,omitempty"`
	Options  []Option `json:"options,omitempty"`
	List     string   `json:"list,omitempty"`  // of Search: the list that Inbox.Find is asked for, in chats that load options while a person types
	Value    string   `json:"value,omitempty"` // initial value
	Optional bool     `json:"optional,omitempty"`
	Max      int      `json:"max,omitempty"` // most runes of a text; 0: the adapter's limit
}

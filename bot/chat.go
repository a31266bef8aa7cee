// Package bot is what chats and flows share: the vocabulary of a conversation
// (events that people cause, messages that they are shown), the inbox that makes
// each event happen once, and the delivery of what is owed. It knows no platform
// and no help desk: a word of Slack's or of a ticket's here is a mistake.
//
// People and channels are addressed as "chat:id" ("slack:U024BE7LH",
// "web:mesa-de-ayuda"); the part before the colon is the name of the adapter.
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
	// workspace, who may not use the desk.
	Guest bool `json:"guest,omitempty" bson:"guest,omitempty"`
}

// Room is a place where things are said: a channel, the direct messages between the
// bot and one person, or that person's home page. Exactly one of them is set.
type Room struct {
	Channel string `json:"channel,omitempty" bson:"channel,omitempty"` // address: "slack:C024BE91L"
	Direct  string `json:"direct,omitempty" bson:"direct,omitempty"`   // address of the person
	Home    string `json:"home,omitempty" bson:"home,omitempty"`       // address of the person
}

// Direct is the room of the bot's direct messages with a person.
func Direct(person string) Room { return Room{Direct: person} }

// Home is the page that the bot keeps for a person, in the chats that have one
// (an Event with DoHome says so). Every post there replaces the whole page. What is
// pressed on it is an event of the person's direct messages.
func Home(person string) Room { return Room{Home: person} }

// Channel is the room of a channel.
func Channel(address string) Room { return Room{Channel: address} }

// Chat is the name of the adapter that serves the room.
func (r Room) Chat() string { return Chat(r.String()) }

// String names the room: the address of its channel or person, with "#home" after it for a page.
func (r Room) String() string {
	switch {
	case r.Home != "":
		return r.Home + "#home"
	case r.Direct != "":
		return r.Direct
	}
	return r.Channel
}

// Chat is the part of an address that names the adapter.
func Chat(address string) string {
	chat, _, _ := strings.Cut(address, ":")
	return chat
}

// Commands that chats themselves give: what else an Event does is the Do of a card's
// button, select or form.
const (
	// DoHome: the person opened their home page, which is to be shown as it is now.
	DoHome = "home"
	// DoReact: the person put a sign on Event.Message; the value is the sign, "👀" or "✅".
	DoReaction = "react"
	// DoAdopt: the person wants the message in Text and Files made a request. Values
	// has its "author", an address, which may be of somebody else.
	DoFromMessage = "adopt"
)

// Address is the part of an address that its chat knows.
func Address(address string) string {
	_, id, _ := strings.Cut(address, ":")
	return id
}

// Event is one thing that a person did. The same thing delivered twice has the
// same Key; two different things never have.
type Event struct {
	// Key identifies what happened by its content, never by the delivery's own
	// id: chats send one message under several event ids.
	Key  string    `json:"key"`
	At   time.Time `json:"at"`
	From Person    `json:"from"`
	Room Room      `json:"room"`

	// Thread and Message are ids of the chat: the message that the words
	// were written under, and the message whose button was pressed. The inbox
	// puts the bot's own key for them in ThreadKey and MessageKey, empty for a
	// message that is not the bot's.
	Thread     string `json:"thread,omitempty"`
	Message    string `json:"message,omitempty"`
	ThreadKey  string `json:"-"`
	MessageKey string `json:"-"`

	Text  string `json:"text,omitempty"`
	Files []File `json:"files,omitempty"`
	// Mention is set for words in a channel that call the bot by its name, which is
	// not in Text any more.
	Mention bool `json:"mention,omitempty"`

	// Do is the command of the button, select or form that was used; Values the
	// fields of the form sent, or "value" for a select.
	Do     string            `json:"do,omitempty"`
	Values map[string]string `json:"values,omitempty"`
	// Form is set when a form was sent, so that complaints can be shown in it.
	Form bool `json:"form,omitempty"`
}

// Value of a select that was used.
func (e Event) Value() string { return e.Values["value"] }

// File is an attachment as it is stored. The bytes are in Files under ID.
type File struct {
	ID     string `json:"id" bson:"_id"`
	Name   string `json:"name" bson:"name"`
	Type   string `json:"type" bson:"type"` // media type
	Size   int64  `json:"size" bson:"size"` // bytes
	SHA256 string `json:"sha256" bson:"sha256"`
}

// Reply is all that an event is answered with. Posts can wait and are repeated
// until they are delivered; Open, Reject and Notice only make sense while the
// person waits, inside the request.
type Reply struct {
	Posts []Post `json:"posts,omitempty"`
	// Open asks several fields at once, in a dialog where the chat has them.
	Open *Form `json:"open,omitempty"`
	// Reject keeps the form that was sent open: field name to complaint.
	Reject map[string]string `json:"reject,omitempty"`
	// Notice is a sentence that only the person who acted sees.
	Notice string `json:"notice,omitempty"`
}

// Post says how a message in a room must look. A post with a key that was posted
// before in that room replaces that message in place, so showing the same thing
// twice changes nothing.
type Post struct {
	Room    Room    `json:"room"`
	Key     string  `json:"key,omitempty"`
	Message Message `json:"message"`
	// Thread is the key of the post in the same room under which this one
	// stands; where that post is unknown it stands in the room itself.
	Thread string `json:"thread,omitempty"`
	// Only is the person who alone sees the post, in a room with others.
	EphemeralFor string `json:"only,omitempty"`
	// EditOnly leaves the room alone when nothing was posted under Key there.
	EditOnly bool `json:"editOnly,omitempty"`

	sequence int64 // when this process wrote it; 0 until it is registered
}

// Message is what is shown: words, or a card. All texts are inert: the adapter
// escapes them, so nothing that a user typed mentions, links or formats.
type Message struct {
	// Text stands alone, or is the summary of the card for notifications and
	// screen readers. Never empty.
	Text  string `json:"text,omitempty"`
	Card  *Card  `json:"card,omitempty"`
	Files []File `json:"files,omitempty"`
}

// Tone is how a card or button feels; each adapter has its own colours.
type Tone string

// The tones: of a state's colour, and of a button's weight.
const (
	Neutral Tone = ""
	Info    Tone = "info"
	Working Tone = "working"
	Waiting Tone = "waiting"
	Good    Tone = "good"
	Danger  Tone = "danger"
)

// Card is a message with structure, drawn top to bottom in the order of the fields.
type Card struct {
	Title    string   `json:"title,omitempty"`
	Subtitle string   `json:"subtitle,omitempty"` // progress or state: "Paso 2 de 5", "En espera"
	Tone     Tone     `json:"tone,omitempty"`
	Text     string   `json:"text,omitempty"` // paragraphs, separated by line breaks
	Facts    []Fact   `json:"facts,omitempty"`
	Files    []File   `json:"files,omitempty"`
	Selects  []Select `json:"selects,omitempty"`
	Buttons  []Button `json:"buttons,omitempty"`
	Note     string   `json:"note,omitempty"` // small print under the buttons
}

// Fact is a labelled value. Long ones (a description) take the card's whole width.
type Fact struct {
	Label string `json:"label,omitempty"`
	Value string `json:"value,omitempty"`
	Long  bool   `json:"long,omitempty"`
}

// Button does something when pressed: its event carries Do.
type Button struct {
	Label   string `json:"label,omitempty"`
	Do      string `json:"do,omitempty"`
	Tone    Tone   `json:"tone,omitempty"` // Good for the step forward, Danger for what cannot be undone
	Confirm string `json:"confirm,omitempty"`
	// Form says that pressing it is answered with a form, for chats in which only such a
	// button can open a dialog.
	Form bool `json:"form,omitempty"`
}

// Select offers a list in the card; choosing sends an event with Do and the value.
type Select struct {
	Label   string   `json:"label,omitempty"`
	Do      string   `json:"do,omitempty"`
	Options []Option `json:"options,omitempty"`
}

// Option is one choice. Group gathers options under a heading.
type Option struct {
	Label  string `json:"label,omitempty"`
	Value  string `json:"value,omitempty"`
	Detail string `json:"detail,omitempty"` // second line where the chat shows one
	Group  string `json:"group,omitempty"`
}

// Form asks several fields at once. Sending it causes an event with Form set, Do
// and the values by field name; a Reply with Reject keeps it open as it was typed.
type Form struct {
	Title  string  `json:"title,omitempty"`
	Text   string  `json:"text,omitempty"` // what is asked and why, above the fields
	Do     string  `json:"do,omitempty"`
	Submit string  `json:"submit,omitempty"` // label of the button that sends it
	Fields []Field `json:"fields,omitempty"`
}

// Kind is how a field is asked.
type Kind string

// The kinds of field. Values of Pick are the option's value; of Who an address; of
// Day "2006-01-02"; of Attach the ids of stored files, separated by spaces.
const (
	Line         Kind = "line"   // one line of text
	Long         Kind = "long"   // several lines
	Choice       Kind = "pick"   // one of few options
	Search       Kind = "search" // one of many options, found by typing
	PersonPicker Kind = "who"    // a person: of Options where given, else anyone of the chat
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
	List     string   `json:"list,omitempty"`  // of Search: what Inbox.Find calls the options, where a chat asks for them as one types
	Value    string   `json:"value,omitempty"` // proposed
	Optional bool     `json:"optional,omitempty"`
	Max      int      `json:"max,omitempty"` // runes, for texts; 0: the adapter's limit
}

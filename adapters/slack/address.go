package slack

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"helptic/bot"
)

// address is the address of a user, channel or file.
func address(id string) string { return chat + ":" + id }

// local is the id in an address, "" if the address is of another chat.
func local(address string) string {
	if bot.Chat(address) != chat {
		return ""
	}
	return strings.TrimPrefix(address, chat+":")
}

// person is a user of whom only the id is known yet.
func person(user string) bot.Person { return bot.Person{ID: address(user)} }

// room is the room of a channel. The ids of direct messages begin with D.
func room(channel, user string) bot.Room {
	if strings.HasPrefix(channel, "D") {
		return bot.Direct(address(user))
	}
	return bot.Channel(address(channel))
}

// eventKey is the idempotency key of an event. It is made from the content, because Slack
// sends one message under several event ids.
func eventKey(parts ...string) string { return chat + "/" + strings.Join(parts, "/") }

// digest identifies a value by its content.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

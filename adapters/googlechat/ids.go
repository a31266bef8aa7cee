package googlechat

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/api/chat/v1"

	"helptic/bot"
)

// messageID is the id that the app gives a post: the same for the same post. Google Chat does not accept
// the id of a deleted message again, so a post that was deleted n times has generation n.
func messageID(r bot.Room, key string, generation int64) string {
	text := r.String() + "\x00" + key
	if generation > 0 {
		text += "\x00" + strconv.FormatInt(generation, 10)
	}
	sum := sha256.Sum256([]byte(text))
	return "client-" + hex.EncodeToString(sum[:24])
}

// requestID is a UUID of a message and its content. Google Chat creates the same message once;
// other content under the same message id is refused, and then patched.
func requestID(id string, m *chat.Message) (string, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return "", err
	}
	return uuid.NewHash(sha256.New(), uuid.Nil, append([]byte(id+"\x00"), body...), 8).String(), nil
}

// spaceName is the space of a message.
func spaceName(message string) string {
	space, _, _ := strings.Cut(message, "/messages/")
	return space
}

// threadRoot is the first message of the thread that a message replies in, "" for a message that is
// no reply. Google Chat names that message after the thread.
func threadRoot(m message) string {
	space := spaceName(m.Name)
	thread, ok := strings.CutPrefix(m.Thread.Name, space+"/threads/")
	if !ok || m.Name == rootMessageName(space, thread) {
		return ""
	}
	return rootMessageName(space, thread)
}

func rootMessageName(space, thread string) string {
	return space + "/messages/" + thread + "." + thread
}

// threadName is the thread of a message.
func threadName(space, message string) (string, bool) {
	id, ok := strings.CutPrefix(message, space+"/messages/")
	thread, _, dotted := strings.Cut(id, ".")
	if !ok || !dotted || !messagePattern.MatchString(message) {
		return "", false
	}
	return space + "/threads/" + thread, true
}

package googlechattest

import (
	"fmt"
	"strconv"
	"strings"
)

// Says writes a message: in the direct messages, or in a room, where the app hears nothing of it.
func (u *User) Says(s *Space, text string, files ...File) Message {
	u.ws.t.Helper()
	return u.write(s, "", text, false, files)
}

// SaysUnder writes in the thread of a message.
func (u *User) SaysUnder(m Message, text string, files ...File) Message {
	u.ws.t.Helper()
	return u.write(m.space, m.Thread, text, false, files)
}

// Mentions writes in a room and calls the app by name.
func (u *User) Mentions(s *Space, text string, files ...File) Message {
	u.ws.t.Helper()
	return u.write(s, "", text, true, files)
}

// MentionsUnder does so in the thread of a message.
func (u *User) MentionsUnder(m Message, text string, files ...File) Message {
	u.ws.t.Helper()
	return u.write(m.space, m.Thread, text, true, files)
}

func (u *User) write(s *Space, thread, text string, mention bool, files []File) Message {
	u.ws.t.Helper()
	sent, resource := u.written(s, thread, text, mention, files)
	if mention || s.direct != nil {
		u.ws.deliver(u, s, &happened{kind: "said", thread: sent.Thread}, u.ws.event(u, s, "MESSAGE", "messagePayload", map[string]any{"message": resource}))
	}
	return sent
}

// written keeps what a person wrote, and returns it as events tell it.
func (u *User) written(s *Space, thread, text string, mention bool, files []File) (Message, map[string]any) {
	argument := text
	var annotations []any
	if mention {
		if argument = strings.Repeat(" ", 1+len(text)%2) + text; bare(text) {
			argument = ""
		}
		text = strings.TrimSpace("@" + AppName + " " + text)
		annotations = []any{map[string]any{"type": "USER_MENTION", "startIndex": 0, "length": len(AppName) + 1,
			"userMention": map[string]any{"user": map[string]any{"name": appUser, "displayName": AppName, "type": "BOT"}, "type": "MENTION"}}}
	}
	u.ws.mu.Lock()
	defer u.ws.mu.Unlock()
	m := u.ws.post(s, u.id, thread, map[string]any{"text": text})
	for i, f := range files {
		attachment := map[string]any{"name": fmt.Sprintf("%s/attachments/A%d", m.name, i), "contentName": f.Name, "contentType": f.Type,
			"downloadUri": u.ws.server.URL + neverPath, "thumbnailUri": u.ws.server.URL + neverPath, "source": "UPLOADED_CONTENT"}
		if f.Drive {
			attachment["source"], attachment["driveDataRef"] = "DRIVE_FILE", map[string]any{"driveFileId": "d1"}
		} else {
			ref := fmt.Sprintf("%s/attachments/A%d", m.name, i)
			attachment["attachmentDataRef"] = map[string]any{"resourceName": ref}
			u.ws.media[ref] = f
		}
		m.body["attachment"] = append(list(m.body, "attachment"), attachment)
	}
	m.files = files
	resource := m.resource()
	u.ws.touch()
	resource["formattedText"], resource["markupSyntax"], resource["retentionSettings"] = text, "MARKUP_SYNTAX_CHAT", map[string]any{"state": "PERMANENT"}
	if argument != "" {
		resource["argumentText"] = argument
	}
	if annotations != nil {
		resource["annotations"] = annotations
	}
	return m.snapshot(), resource
}

// Slash gives a slash command, "/nueva", with what is written after it.
func (u *User) Slash(s *Space, command, words string) {
	u.ws.t.Helper()
	u.SlashNumber(s, command, words, 9)
}

// SlashNumber gives a slash command that has that number in the app's configuration.
func (u *User) SlashNumber(s *Space, command, words string, number int) {
	u.ws.t.Helper()
	u.ws.mu.Lock()
	m := u.ws.post(s, u.id, "", map[string]any{"text": strings.TrimSpace(command + " " + words)})
	resource := m.resource()
	u.ws.touch()
	u.ws.mu.Unlock()
	resource["slashCommand"] = map[string]any{"commandId": strconv.Itoa(number)}
	if words != "" {
		resource["argumentText"] = strings.Repeat(" ", len(words)%2) + words
	}
	resource["annotations"] = []any{map[string]any{"type": "SLASH_COMMAND", "startIndex": 0, "length": len(command),
		"slashCommand": map[string]any{"bot": map[string]any{"name": appUser, "displayName": AppName, "type": "BOT"}, "commandName": command, "commandId": strconv.Itoa(number), "type": "INVOKE"}}}
	more := map[string]any{"message": resource}
	payload := "messagePayload"
	if u.ws.config.Dialect == Addon {
		payload = "appCommandPayload"
		more["thread"] = resource["thread"]
		more["appCommandMetadata"] = map[string]any{"appCommandId": number, "appCommandType": "SLASH_COMMAND"}
	}
	u.ws.deliver(u, s, &happened{kind: "said", thread: m.thread}, u.ws.event(u, s, "MESSAGE", payload, more))
}

// Quick gives the quick command with a number.
func (u *User) Quick(s *Space, id int) {
	u.ws.t.Helper()
	u.ws.deliver(u, s, &happened{kind: "ordered"}, u.ws.event(u, s, "APP_COMMAND", "appCommandPayload", map[string]any{"appCommandMetadata": map[string]any{"appCommandId": id, "appCommandType": "QUICK_COMMAND"}}))
}

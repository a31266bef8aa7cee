package googlechattest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// stored is a message as Google keeps it.
type stored struct {
	name      string
	client    string
	sender    string
	thread    string
	threadKey string
	viewer    string
	space     *Space
	body      map[string]any
	edits     int
	deleted   bool
	forgotten bool // with its thread: the space keeps no history
	files     []File
}

// post keeps a message, in a thread or as the first of its own.
func (ws *Workspace) post(space *Space, sender, thread string, body map[string]any) *stored {
	id := fmt.Sprintf("M%06d", ws.next())
	if thread == "" {
		thread = space.Name + "/threads/" + id
	}
	s := &stored{name: space.Name + "/messages/" + strings.TrimPrefix(thread, space.Name+"/threads/") + "." + id, sender: sender, thread: thread, space: space, body: body}
	for _, a := range list(body, "attachment") {
		token, _ := obj(a, "attachmentDataRef", "attachmentUploadToken").(string)
		if up := ws.uploads[token]; up != nil {
			s.files = append(s.files, up.File)
		}
	}
	ws.messages = append(ws.messages, s)
	return s
}

// keep forgets what people typed into widgets that are not there any more.
func (s *stored) keep(body map[string]any) {
	for _, u := range s.space.ws.users {
		if typed := u.typed[s.name]; typed != nil {
			fresh := map[string][]string{}
			for _, c := range list(body, "cardsV2") {
				maps.Copy(fresh, initial(asMap(obj(c, "card"))))
			}
			u.typed[s.name] = fresh
		}
	}
}

func (ws *Workspace) find(name string) *stored {
	for _, s := range ws.messages {
		if s.name == name || s.client != "" && s.space.Name+"/messages/"+s.client == name {
			return s
		}
	}
	return nil
}

func (ws *Workspace) threadByKey(space *Space, key string) string {
	for _, s := range ws.messages {
		if s.space == space && s.threadKey == key && !s.forgotten {
			return s.thread
		}
	}
	return ""
}

func (ws *Workspace) threadExists(space *Space, thread string) bool {
	return slices.ContainsFunc(ws.messages, func(s *stored) bool { return s.space == space && s.thread == thread && !s.forgotten })
}

// resource is the message as the API and events show it.
func (s *stored) resource() map[string]any {
	m := maps.Clone(s.body)
	delete(m, "privateMessageViewer")
	m["name"], m["createTime"] = s.name, "2026-11-23T15:00:00.123456Z"
	m["thread"] = map[string]any{"name": s.thread, "retentionSettings": map[string]any{"state": "PERMANENT"}}
	space := s.space.resource()
	m["space"], m["messageHistoryState"] = space, space["spaceHistoryState"]
	if s.client != "" {
		m["clientAssignedMessageId"] = s.client
	}
	if s.viewer != "" {
		m["privateMessageViewer"] = map[string]any{"name": s.viewer}
	}
	if s.sender == appUser {
		m["sender"] = map[string]any{"name": appUser, "displayName": AppName, "type": "BOT"}
	} else {
		m["sender"] = s.space.ws.users[s.sender].resource()
	}
	return m
}

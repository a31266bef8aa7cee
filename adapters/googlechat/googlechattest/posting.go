package googlechattest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// The options of a message that stands in a thread.
const (
	replyOrNew  = "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"
	replyOrFail = "REPLY_MESSAGE_OR_FAIL"
)

func (ws *Workspace) create(space *Space, r *http.Request, body []byte) (int, any) {
	q := r.URL.Query()
	id, request, option := q.Get("messageId"), q.Get("requestId"), q.Get("messageReplyOption")
	if name, ok := ws.requests[space.Name+" "+request]; ok && request != "" {
		return http.StatusOK, ws.find(name).resource() // whatever the body says
	}
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		ws.fault("messages.create", []string{"not JSON: " + err.Error()})
		return refused(http.StatusBadRequest, "not JSON")
	}
	faults := Validate(body)
	if id != "" {
		faults = append(faults, MessageID(id)...)
	}
	if id == "" || !requestIDForm.MatchString(request) {
		faults = append(faults, "a message that can be posted twice: a messageId and a UUID as requestId are needed")
	}
	if option != "" && option != replyOrNew && option != replyOrFail {
		faults = append(faults, fmt.Sprintf("messageReplyOption %q", option))
	}
	if kind := q.Get("createMessageNotificationOptions.notificationType"); kind != "" && kind != "NOTIFICATION_TYPE_FORCE_NOTIFY" && kind != "NOTIFICATION_TYPE_SILENT" {
		faults = append(faults, fmt.Sprintf("notificationType %q", kind))
	}
	if m["name"] != nil {
		faults = append(faults, "name is given by Google")
	}
	faults = append(faults, threadFaults(space, m, option)...)
	viewer := str(asMap(m["privateMessageViewer"]), "name")
	if viewer != "" && space.direct != nil {
		faults = append(faults, "private messages are of named spaces only")
	}
	if ws.fault("messages.create in "+space.Name, append(faults, ws.functions(m)...)) {
		return refused(http.StatusBadRequest, "invalid message")
	}
	if ws.find(space.Name+"/messages/"+id) != nil {
		return refused(http.StatusConflict, "messageId is taken")
	}
	if viewer != "" && !space.has(ws.users[viewer]) {
		return refused(http.StatusBadRequest, "privateMessageViewer is not in the space")
	}
	thread, key := str(asMap(m["thread"]), "name"), str(asMap(m["thread"]), "threadKey")
	if key != "" {
		thread = ws.threadByKey(space, key)
	}
	if thread != "" && !ws.threadExists(space, thread) {
		if option == replyOrFail {
			return refused(http.StatusNotFound, "no such thread")
		}
		thread = ""
	}
	if text := ws.spend(space, m); text != "" {
		return refused(http.StatusBadRequest, text)
	}
	s := ws.post(space, appUser, thread, m)
	s.client, s.viewer, s.threadKey = id, viewer, key
	ws.requests[space.Name+" "+request] = s.name
	return http.StatusOK, s.resource()
}

// spend uses up the uploads that a message refers to, or says what is wrong with them.
func (ws *Workspace) spend(space *Space, m map[string]any) string {
	var used []string
	for _, a := range list(m, "attachment") {
		token, _ := obj(a, "attachmentDataRef", "attachmentUploadToken").(string)
		up, ok := ws.uploads[token]
		if !ok || up.space != space || up.spent || slices.Contains(used, token) {
			return "no such upload for this space"
		}
		used = append(used, token)
	}
	for _, token := range used {
		ws.uploads[token].spent = true
	}
	return ""
}

func (ws *Workspace) message(space *Space, r *http.Request, _ []byte) (int, any) {
	m := ws.find(space.Name + "/messages/" + r.PathValue("message"))
	if m == nil || m.deleted {
		return refused(http.StatusNotFound, "no such message")
	}
	return http.StatusOK, m.resource()
}

func (ws *Workspace) patch(space *Space, r *http.Request, body []byte) (int, any) {
	s := ws.find(space.Name + "/messages/" + r.PathValue("message"))
	switch {
	case s == nil || s.deleted:
		return refused(http.StatusNotFound, "no such message")
	case s.sender != appUser:
		ws.fault("messages.patch", []string{"an app changes its own messages only"})
		return refused(http.StatusForbidden, "not the app's message")
	}
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		ws.fault("messages.patch", []string{"not JSON: " + err.Error()})
		return refused(http.StatusBadRequest, "not JSON")
	}
	mask := r.URL.Query().Get("updateMask")
	faults := append(Validate(body), maskFaults(mask, m)...)
	if ws.fault("messages.patch", append(faults, ws.functions(m)...)) {
		return refused(http.StatusBadRequest, "invalid message")
	}
	if text := ws.spend(space, m); text != "" {
		return refused(http.StatusBadRequest, text)
	}
	for name := range strings.SplitSeq(mask, ",") {
		field := masks[name]
		if value, ok := m[field]; ok {
			s.body[field] = value
		} else {
			delete(s.body, field)
		}
	}
	s.edits++
	s.keep(s.body)
	return http.StatusOK, s.resource()
}

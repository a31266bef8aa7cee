package googlechattest

import (
	"encoding/json"
	"fmt"
)

// happened is where something was done, for the answer.
type happened struct {
	user    *User
	space   *Space
	host    *stored // the message pressed
	thread  string
	kind    string // said, pressed, ordered, typing, added, removed
	dialog  string // dialogEventType
	widget  string
	options func([]any)
}

// The kinds of dialog events.
const (
	requestDialog = "REQUEST_DIALOG"
	submitDialog  = "SUBMIT_DIALOG"
	cancelDialog  = "CANCEL_DIALOG"
)

func (h *happened) inDialog() bool { return h.dialog == requestDialog || h.dialog == submitDialog }

// answered does what the app answered. The lock is held.
func (ws *Workspace) answered(h *happened, body []byte) {
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		ws.fault("an answer", []string{"not JSON: " + err.Error()})
		return
	}
	if len(m) == 0 {
		if h.inDialog() {
			ws.fault("an answer", []string{"a dialog must be answered"})
		}
		return
	}
	if ws.fault("an answer", append(tooLarge(body), ws.functions(m)...)) {
		return
	}
	switch {
	case h.kind == "removed":
		ws.fault("an answer", []string{"the app is not in the space any more"})
	case h.dialog == cancelDialog:
		ws.fault("an answer", []string{"the dialog is closed already"})
	case ws.config.Dialect == Addon:
		ws.answeredAddon(h, m)
	default:
		ws.answeredClassic(h, m)
	}
}

// carried are the fields of an actionResponse that go with a type.
var carried = map[string]string{"DIALOG": "dialogAction", "UPDATE_WIDGET": "updatedWidget", "REQUEST_CONFIG": "url"}

func (ws *Workspace) answeredClassic(h *happened, m map[string]any) {
	if m["hostAppDataAction"] != nil || m["action"] != nil {
		ws.fault("an answer", []string{"an add-on's answer to a classic event"})
		return
	}
	if ws.fault("an answer", Schema("Message", m)) {
		return
	}
	response := asMap(m["actionResponse"])
	delete(m, "actionResponse")
	kind := str(response, "type")
	for field := range response {
		if field != "type" && field != carried[kind] {
			ws.fault("an answer", []string{fmt.Sprintf("%s in an actionResponse of type %q", field, kind)})
			return
		}
	}
	if (kind == "DIALOG" || kind == "UPDATE_WIDGET") && len(m) > 0 {
		ws.fault("an answer", []string{fmt.Sprintf("a message together with %s: only one of them is seen", kind)})
		return
	}
	if h.kind == "typing" && kind != "UPDATE_WIDGET" {
		ws.fault("an answer", []string{"only UPDATE_WIDGET answers what is being typed"})
		return
	}
	switch kind {
	case "", "NEW_MESSAGE":
		ws.newMessage(h, m)
	case "UPDATE_MESSAGE":
		ws.updateMessage(h, m)
	case "DIALOG":
		ws.dialogAction(h, asMap(response["dialogAction"]))
	case "UPDATE_WIDGET":
		updated := asMap(response["updatedWidget"])
		ws.suggest(h, str(updated, "widget"), obj(updated, "suggestions", "items"))
	default:
		ws.fault("an answer", []string{"actionResponse " + kind})
	}
}

func (ws *Workspace) dialogAction(h *happened, action map[string]any) {
	if !h.inDialog() {
		ws.fault("an answer", []string{"a dialog to what neither opened one nor came from one"})
		return
	}
	dialog, status := action["dialog"], asMap(action["actionStatus"])
	if (dialog != nil) == (status != nil) {
		ws.fault("an answer", []string{"a dialogAction has either a dialog or an actionStatus"})
		return
	}
	if dialog != nil {
		ws.showDialog(h, asMap(obj(dialog, "body")))
		return
	}
	if str(status, "statusCode") == "" {
		ws.fault("an answer", []string{"an actionStatus without statusCode"})
		return
	}
	ws.toast(h, str(status, "userFacingMessage"))
	h.user.dialog = nil
}

func (ws *Workspace) toast(h *happened, text string) {
	if bare(text) {
		ws.fault("an answer", []string{"the person is told nothing"})
		return
	}
	h.user.toasts = append(h.user.toasts, text)
}

func (ws *Workspace) suggest(h *happened, widget string, v any) {
	items, _ := v.([]any)
	switch {
	case h.kind != "typing":
		ws.fault("an answer", []string{"options to what was not typed"})
		return
	case widget != h.widget:
		ws.fault("an answer", []string{fmt.Sprintf("options for the widget %q, and %q was typed in", widget, h.widget)})
		return
	case len(items) > mostItems:
		ws.fault("an answer", []string{fmt.Sprintf("%d options", len(items))})
		return
	}
	for _, i := range items {
		if bare(str(asMap(i), "text")) || str(asMap(i), "value") == "" {
			ws.fault("an answer", []string{"an option without text or value"})
			return
		}
	}
	h.options(items)
}

func (ws *Workspace) answeredAddon(h *happened, m map[string]any) {
	if m["actionResponse"] != nil || m["text"] != nil || m["cardsV2"] != nil {
		ws.fault("an add-on's answer", []string{"a classic answer to an add-on's event"})
		return
	}
	if ws.fault("an add-on's answer", envelope(m)) {
		return
	}
	if len(m) > 1 {
		ws.fault("an add-on's answer", []string{"an event has one answer"})
		return
	}
	if data := asMap(obj(m["hostAppDataAction"], "chatDataAction")); m["hostAppDataAction"] != nil {
		create, update := data["createMessageAction"], data["updateMessageAction"]
		switch {
		case (create == nil) == (update == nil):
			ws.fault("an add-on's answer", []string{"a chatDataAction has one action"})
		case h.kind == "typing" || h.inDialog():
			ws.fault("an add-on's answer", []string{"whether a message may answer this is not documented"})
		case create != nil:
			ws.newMessage(h, asMap(obj(create, "message")))
		default:
			ws.updateMessage(h, asMap(obj(update, "message")))
		}
		return
	}
	action := asMap(m["action"])
	closes := false
	for _, n := range list(action, "navigations") {
		closes = ws.navigate(h, asMap(n)) || closes
	}
	if action["notification"] != nil {
		if !closes {
			ws.fault("an add-on's answer", []string{"a notification without the closing of a dialog"})
			return
		}
		ws.toast(h, str(asMap(action["notification"]), "text"))
	}
	for _, o := range list(action, "modifyOperations") {
		update := asMap(asMap(o)["updateWidget"])
		ws.suggest(h, str(update, "widgetId"), obj(update, "selectionInputWidgetSuggestions", "suggestions"))
	}
}

// navigate opens, changes or closes a dialog, and tells whether it closed it.
func (ws *Workspace) navigate(h *happened, n map[string]any) bool {
	if len(n) != 1 {
		ws.fault("an add-on's answer", []string{"a navigation goes one way"})
		return false
	}
	if !h.inDialog() {
		ws.fault("an add-on's answer", []string{"a dialog to what neither opened one nor came from one"})
		return false
	}
	switch {
	case n["pushCard"] != nil:
		ws.showDialog(h, asMap(n["pushCard"]))
	case n["updateCard"] != nil:
		if h.user.dialog == nil {
			ws.fault("an add-on's answer", []string{"updateCard where no dialog is open"})
			return false
		}
		ws.showDialog(h, asMap(n["updateCard"]))
	default:
		if end := str(asMap(n["endNavigation"]), "action"); end != "CLOSE_DIALOG" && end != "CLOSE_DIALOG_AND_EXECUTE" {
			ws.fault("an add-on's answer", []string{fmt.Sprintf("endNavigation %q", end)})
			return false
		}
		h.user.dialog = nil
		return true
	}
	return false
}

// said are the faults of a message in an answer.
func said(m map[string]any) []string {
	faults := contents(m)
	if m["thread"] != nil {
		faults = append(faults, "thread in an answer is refused: it goes where the question came from")
	}
	for _, field := range []string{"name", "createTime", "clientAssignedMessageId", "attachment", "actionResponse"} {
		if m[field] != nil {
			faults = append(faults, field+" is not for answers")
		}
	}
	return faults
}

func (ws *Workspace) newMessage(h *happened, m map[string]any) {
	faults := said(m)
	viewer := str(asMap(m["privateMessageViewer"]), "name")
	switch {
	case viewer == "":
	case h.space.direct != nil:
		faults = append(faults, "private messages are of named spaces only")
	case !h.space.has(ws.users[viewer]):
		faults = append(faults, "privateMessageViewer is not in the space")
	}
	if ws.fault("an answer", faults) {
		return
	}
	if h.dialog == submitDialog {
		h.user.dialog = nil
	}
	s := ws.post(h.space, appUser, h.thread, m)
	s.viewer = viewer
}

func (ws *Workspace) updateMessage(h *happened, m map[string]any) {
	if h.kind != "pressed" || h.host == nil || h.host.sender != appUser {
		ws.fault("an answer", []string{"UPDATE_MESSAGE where no message of the app was pressed"})
		return
	}
	faults := said(m)
	if m["privateMessageViewer"] != nil {
		faults = append(faults, "an update cannot change who sees it")
	}
	if ws.fault("an answer", faults) {
		return
	}
	h.user.dialog = nil
	h.host.body = m
	h.host.edits++
	h.host.keep(m)
}

func (ws *Workspace) showDialog(h *happened, card map[string]any) {
	if ws.fault("a dialog", append(Schema("GoogleAppsCardV1Card", card), Card(card, true)...)) {
		return
	}
	h.user.dialog = &Dialog{ws: ws, user: h.user, body: card, on: h.host}
	h.user.typed["dialog"] = initial(card)
}

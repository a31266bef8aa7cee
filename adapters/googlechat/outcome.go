package googlechat

import (
	"encoding/json"
	"unicode/utf8"

	"google.golang.org/api/chat/v1"
)

// outcome is the result of an interaction, before it is encoded in a dialect. Google Chat takes one
// response for an event: the first of these that is set.
type outcome struct {
	dialog        *chat.GoogleAppsCardV1Card // opens, or replaces the open one
	suggestions   *suggestionList
	notice        string        // for the person alone
	message       *chat.Message // new
	update        *chat.Message // the clicked message as it is now
	outboxRepeats bool          // the outbox is going to send the update too
}

// suggestionList are the options of a list that is searched.
type suggestionList struct {
	widget string
	items  []*chat.GoogleAppsCardV1SelectionItem
}

// maxToast is the longest notice that a classic dialog shows as a toast. Longer ones become messages.
const maxToast = 150

// encodeResponse encodes an outcome in the dialect of the interaction.
func (i interaction) encodeResponse(o outcome) ([]byte, error) {
	if i.noticeIsMessage(o) {
		o.message = textMessage(o.notice)
		if !i.space.direct() {
			o.message.PrivateMessageViewer = &chat.User{Name: i.user.Name}
		}
		o.notice, o.update = "", nil
	}
	if i.dialect == addon {
		return json.Marshal(i.addonResponse(o))
	}
	m := i.classicResponse(o)
	if m == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(m)
}

// noticeIsMessage reports whether a notice cannot be a toast. Only a dialog shows toasts.
func (i interaction) noticeIsMessage(o outcome) bool {
	if o.notice == "" || o.dialog != nil {
		return false
	}
	return i.dialogEvent == "" || i.dialect == classic && utf8.RuneCountInString(o.notice) > maxToast
}

// inDialog reports whether the event opens a dialog or was sent by one: then the response must say what
// becomes of the dialog.
func (i interaction) inDialog() bool {
	return i.dialogEvent == requestDialog || i.dialogEvent == submitDialog
}

// classicResponse is a message with an actionResponse, nil for an empty response.
func (i interaction) classicResponse(o outcome) *chat.Message {
	switch {
	case o.dialog != nil:
		return withAction(&chat.Message{}, &chat.ActionResponse{Type: "DIALOG", DialogAction: &chat.DialogAction{Dialog: &chat.Dialog{Body: o.dialog}}})
	case o.suggestions != nil:
		return withAction(&chat.Message{}, &chat.ActionResponse{Type: "UPDATE_WIDGET", UpdatedWidget: &chat.UpdatedWidget{Widget: o.suggestions.widget, Suggestions: &chat.SelectionItems{Items: o.suggestions.items}}})
	case o.notice != "":
		return toast(clean(o.notice))
	case o.message != nil:
		return withAction(o.message, &chat.ActionResponse{Type: "NEW_MESSAGE"})
	case o.update != nil:
		return withAction(o.update, &chat.ActionResponse{Type: "UPDATE_MESSAGE"})
	case i.inDialog():
		return toast(textDone)
	}
	return nil
}

// withAction returns a copy of a message with an actionResponse.
func withAction(m *chat.Message, r *chat.ActionResponse) *chat.Message {
	out := *m
	out.ActionResponse = r
	return &out
}

// toast closes the dialog and shows a text for a moment.
func toast(text string) *chat.Message {
	status := &chat.ActionStatus{StatusCode: "OK", UserFacingMessage: text}
	return withAction(&chat.Message{}, &chat.ActionResponse{Type: "DIALOG", DialogAction: &chat.DialogAction{ActionStatus: status}})
}

// updatesMessage reports whether the response itself updates the clicked message. Google does not document
// whether the response to a dialog of an add-on may do so.
func (i interaction) updatesMessage(o outcome) bool {
	return o.update != nil && o.dialog == nil && o.suggestions == nil && o.notice == "" && o.message == nil &&
		(i.dialect == classic || !i.inDialog())
}

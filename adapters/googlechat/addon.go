package googlechat

import (
	"cmp"

	"google.golang.org/api/chat/v1"
)

// The responses of Workspace add-ons, for which the API has no types.
type (
	addonResponse struct {
		Action            *renderAction      `json:"action,omitempty"`
		HostAppDataAction *hostAppDataAction `json:"hostAppDataAction,omitempty"`
	}
	renderAction struct {
		Navigations      []navigation      `json:"navigations,omitempty"`
		Notification     *notification     `json:"notification,omitempty"`
		ModifyOperations []modifyOperation `json:"modifyOperations,omitempty"`
	}
	navigation struct {
		PushCard      *chat.GoogleAppsCardV1Card `json:"pushCard,omitempty"`
		UpdateCard    *chat.GoogleAppsCardV1Card `json:"updateCard,omitempty"`
		EndNavigation *endNavigation             `json:"endNavigation,omitempty"`
	}
	endNavigation struct {
		Action string `json:"action"`
	}
	notification struct {
		Text string `json:"text"`
	}
	modifyOperation struct {
		UpdateWidget updateWidget `json:"updateWidget"`
	}
	updateWidget struct {
		WidgetID    string            `json:"widgetId"`
		Suggestions widgetSuggestions `json:"selectionInputWidgetSuggestions"`
	}
	widgetSuggestions struct {
		Suggestions []*chat.GoogleAppsCardV1SelectionItem `json:"suggestions"`
	}
	hostAppDataAction struct {
		ChatDataAction chatDataAction `json:"chatDataAction"`
	}
	chatDataAction struct {
		CreateMessageAction *messageDataAction `json:"createMessageAction,omitempty"`
		UpdateMessageAction *messageDataAction `json:"updateMessageAction,omitempty"`
	}
	messageDataAction struct {
		Message *chat.Message `json:"message"`
	}
)

const closeDialog = "CLOSE_DIALOG"

func (i interaction) addonResponse(o outcome) addonResponse {
	switch {
	case o.dialog != nil && i.dialogEvent == submitDialog:
		return navigate(navigation{UpdateCard: o.dialog}, nil)
	case o.dialog != nil:
		return navigate(navigation{PushCard: o.dialog}, nil)
	case o.suggestions != nil:
		items := o.suggestions.items
		if items == nil {
			items = []*chat.GoogleAppsCardV1SelectionItem{} // encoded as a list, not as null
		}
		return addonResponse{Action: &renderAction{ModifyOperations: []modifyOperation{{updateWidget{o.suggestions.widget, widgetSuggestions{items}}}}}}
	case i.inDialog():
		// Google does not document whether a message may be updated here: the outbox patches it.
		return navigate(navigation{EndNavigation: &endNavigation{closeDialog}}, &notification{clean(cmp.Or(o.notice, textDone))})
	case o.message != nil:
		return addonResponse{HostAppDataAction: &hostAppDataAction{chatDataAction{CreateMessageAction: &messageDataAction{o.message}}}}
	case o.update != nil:
		return addonResponse{HostAppDataAction: &hostAppDataAction{chatDataAction{UpdateMessageAction: &messageDataAction{o.update}}}}
	}
	return addonResponse{}
}

func navigate(to navigation, n *notification) addonResponse {
	return addonResponse{Action: &renderAction{Navigations: []navigation{to}, Notification: n}}
}

package googlechat

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"
	"unicode/utf8"

	"google.golang.org/api/chat/v1"
)

// outcome is what an interaction is answered with, in neither dialect yet. Chat takes one
// answer for an event: the first of these that is set.
type outcome struct {
	dialog        *chat.GoogleAppsCardV1Card // a dialog to open, or the one that stays open
	notice        string                     // a sentence for the person alone
	message       *chat.Message              // a new message
	update        *chat.Message              // the message that was pressed, as it is now
	outboxRepeats bool                       // the delivery is going to show the update too
	suggestions   *suggestionList            // options for what is being typed
}

// found are the options for a widget.
type suggestionList struct {
	widget string
	items  []*chat.GoogleAppsCardV1SelectionItem
}

// longestToast is what is read at a glance; longer notices are messages.
const maxToast = 150

const textDone = "Listo."

var errUnanswered = errors.New("google chat: the first delivery of the event was not answered")

// answer writes an outcome in the dialect of the question.
func (i interaction) encodeResponse(o outcome) ([]byte, error) {
	if o.notice != "" && o.dialog == nil && (i.dialogEvent == "" || i.dialect == classic && utf8.RuneCountInString(o.notice) > maxToast) {
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

func (i interaction) classicResponse(o outcome) *chat.Message {
	respond := func(m *chat.Message, r *chat.ActionResponse) *chat.Message {
		out := *m
		out.ActionResponse = r
		return &out
	}
	empty := &chat.Message{}
	status := func(text string) *chat.Message {
		return respond(empty, &chat.ActionResponse{Type: "DIALOG", DialogAction: &chat.DialogAction{ActionStatus: &chat.ActionStatus{StatusCode: "OK", UserFacingMessage: text}}})
	}
	switch {
	case o.dialog != nil:
		return respond(empty, &chat.ActionResponse{Type: "DIALOG", DialogAction: &chat.DialogAction{Dialog: &chat.Dialog{Body: o.dialog}}})
	case o.suggestions != nil:
		return respond(empty, &chat.ActionResponse{Type: "UPDATE_WIDGET", UpdatedWidget: &chat.UpdatedWidget{Widget: o.suggestions.widget, Suggestions: &chat.SelectionItems{Items: o.suggestions.items}}})
	case o.notice != "":
		return status(clean(o.notice))
	case o.message != nil:
		return respond(o.message, &chat.ActionResponse{Type: "NEW_MESSAGE"})
	case o.update != nil:
		return respond(o.update, &chat.ActionResponse{Type: "UPDATE_MESSAGE"})
	case i.dialogEvent == requestDialog || i.dialogEvent == submitDialog:
		return status(textDone)
	}
	return nil
}

// The answers of add-ons, for which the API has no types.
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
		CreateMessageAction *messageAction `json:"createMessageAction,omitempty"`
		UpdateMessageAction *messageAction `json:"updateMessageAction,omitempty"`
	}
	messageAction struct {
		Message *chat.Message `json:"message"`
	}
)

func (i interaction) addonResponse(o outcome) addonResponse {
	switch {
	case o.dialog != nil && i.dialogEvent == submitDialog:
		return addonResponse{Action: &renderAction{Navigations: []navigation{{UpdateCard: o.dialog}}}}
	case o.dialog != nil:
		return addonResponse{Action: &renderAction{Navigations: []navigation{{PushCard: o.dialog}}}}
	case o.suggestions != nil:
		items := o.suggestions.items
		if items == nil {
			items = []*chat.GoogleAppsCardV1SelectionItem{} // null is no list
		}
		return addonResponse{Action: &renderAction{ModifyOperations: []modifyOperation{{updateWidget{o.suggestions.widget, widgetSuggestions{items}}}}}}
	case i.dialogEvent == requestDialog || i.dialogEvent == submitDialog:
		// Whether a card may be changed by the answer to a dialog is not documented: it is patched.
		text := o.notice
		if text == "" {
			text = textDone
		}
		return addonResponse{Action: &renderAction{Navigations: []navigation{{EndNavigation: &endNavigation{"CLOSE_DIALOG"}}}, Notification: &notification{clean(text)}}}
	case o.message != nil:
		return addonResponse{HostAppDataAction: &hostAppDataAction{chatDataAction{CreateMessageAction: &messageAction{o.message}}}}
	case o.update != nil:
		return addonResponse{HostAppDataAction: &hostAppDataAction{chatDataAction{UpdateMessageAction: &messageAction{o.update}}}}
	}
	return addonResponse{}
}

// updates tells whether the answer shows the update itself. Whether the answer to an add-on's
// dialog may is not documented.
func (i interaction) updatesMessage(o outcome) bool {
	return o.update != nil && o.dialog == nil && o.suggestions == nil && o.notice == "" && o.message == nil &&
		(i.dialect == classic || i.dialogEvent != requestDialog && i.dialogEvent != submitDialog)
}

// answers repeats what an event was answered with when Chat asks again, as it does where
// the answer was lost, even while the first is being found.
type responseCache struct {
	mu  sync.Mutex
	all map[string]*given
}

// answer is what an event is answered with; shows is what the pressed message is by it, where the
// delivery is to show the same.
type response struct {
	body   []byte
	update *chat.Message
}

// given is an answer once done is closed; without a body there was none.
type given struct {
	response
	until time.Time
	done  chan struct{}
}

const (
	mostAnswers   = 2000
	answersLiveOn = 10 * time.Minute // repeated deliveries come within minutes
	formsLiveOn   = 5 * time.Second  // a button that was pressed twice in a hurry
)

// once finds the answer under a key, or has it from whoever does so now or did a while ago.
func (a *responseCache) once(ctx context.Context, key string, now time.Time, life time.Duration, find func() (response, error)) (response, error) {
	a.mu.Lock()
	g, ok := a.all[key]
	if ok && now.Before(g.until) {
		a.mu.Unlock()
		select {
		case <-g.done:
		case <-ctx.Done():
			return response{}, ctx.Err()
		}
		if g.body == nil {
			return response{}, errUnanswered
		}
		return g.response, nil
	}
	g = &given{until: now.Add(life), done: make(chan struct{})}
	a.keep(key, g, now)
	a.mu.Unlock()
	defer func() {
		if g.body == nil { // it failed: the next delivery tries again
			a.mu.Lock()
			delete(a.all, key)
			a.mu.Unlock()
		}
		close(g.done)
	}()
	var err error
	g.response, err = find()
	return g.response, err
}

func (a *responseCache) keep(key string, fresh *given, now time.Time) {
	if a.all == nil {
		a.all = map[string]*given{}
	}
	if len(a.all) >= mostAnswers {
		for k, g := range a.all {
			if !now.Before(g.until) {
				delete(a.all, k)
			}
		}
	}
	if len(a.all) >= mostAnswers {
		clear(a.all)
	}
	a.all[key] = fresh
}

// answerOnce finds the answer to a press once, however often it is delivered. A form that comes again
// from the same person with the same answers within seconds was sent by a second press in a
// hurry, and is the same.
func (a *Adapter) respondOnce(ctx context.Context, i interaction, find func() (response, error)) (response, error) {
	now := a.config.Now()
	return a.responses.once(ctx, contentKey("answer", i), now, answersLiveOn, func() (response, error) {
		if i.parameters[paramForm] == "" || i.parameters[paramCancel] != "" {
			return find()
		}
		timeless := i
		timeless.eventTime = ""
		return a.responses.once(ctx, contentKey("form", timeless), now, formsLiveOn, find)
	})
}

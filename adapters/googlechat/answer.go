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
	card    *chat.GoogleAppsCardV1Card // a dialog to open, or the one that stays open
	notice  string                     // a sentence for the person alone
	message *chat.Message              // a new message
	update  *chat.Message              // the message that was pressed, as it is now
	repeats bool                       // the delivery is going to show the update too
	found   *found                     // options for what is being typed
}

// found are the options for a widget.
type found struct {
	widget string
	items  []*chat.GoogleAppsCardV1SelectionItem
}

// longestToast is what is read at a glance; longer notices are messages.
const longestToast = 150

const done = "Listo."

var errUnanswered = errors.New("google chat: the first delivery of the event was not answered")

// answer writes an outcome in the dialect of the question.
func (i interaction) answer(o outcome) ([]byte, error) {
	if o.notice != "" && o.card == nil && (i.dialog == "" || i.dialect == classic && utf8.RuneCountInString(o.notice) > longestToast) {
		o.message = plainMessage(o.notice)
		if !i.space.direct() {
			o.message.PrivateMessageViewer = &chat.User{Name: i.user.Name}
		}
		o.notice, o.update = "", nil
	}
	if i.dialect == addon {
		return json.Marshal(i.addonAnswer(o))
	}
	m := i.classicAnswer(o)
	if m == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(m)
}

func (i interaction) classicAnswer(o outcome) *chat.Message {
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
	case o.card != nil:
		return respond(empty, &chat.ActionResponse{Type: "DIALOG", DialogAction: &chat.DialogAction{Dialog: &chat.Dialog{Body: o.card}}})
	case o.found != nil:
		return respond(empty, &chat.ActionResponse{Type: "UPDATE_WIDGET", UpdatedWidget: &chat.UpdatedWidget{Widget: o.found.widget, Suggestions: &chat.SelectionItems{Items: o.found.items}}})
	case o.notice != "":
		return status(clean(o.notice))
	case o.message != nil:
		return respond(o.message, &chat.ActionResponse{Type: "NEW_MESSAGE"})
	case o.update != nil:
		return respond(o.update, &chat.ActionResponse{Type: "UPDATE_MESSAGE"})
	case i.dialog == requestDialog || i.dialog == submitDialog:
		return status(done)
	}
	return nil
}

// The answers of add-ons, for which the API has no types.
type (
	addonAnswer struct {
		Action            *addonAction `json:"action,omitempty"`
		HostAppDataAction *hostAction  `json:"hostAppDataAction,omitempty"`
	}
	addonAction struct {
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
		WidgetID    string      `json:"widgetId"`
		Suggestions suggestions `json:"selectionInputWidgetSuggestions"`
	}
	suggestions struct {
		Suggestions []*chat.GoogleAppsCardV1SelectionItem `json:"suggestions"`
	}
	hostAction struct {
		ChatDataAction chatAction `json:"chatDataAction"`
	}
	chatAction struct {
		CreateMessageAction *messageAction `json:"createMessageAction,omitempty"`
		UpdateMessageAction *messageAction `json:"updateMessageAction,omitempty"`
	}
	messageAction struct {
		Message *chat.Message `json:"message"`
	}
)

func (i interaction) addonAnswer(o outcome) addonAnswer {
	switch {
	case o.card != nil && i.dialog == submitDialog:
		return addonAnswer{Action: &addonAction{Navigations: []navigation{{UpdateCard: o.card}}}}
	case o.card != nil:
		return addonAnswer{Action: &addonAction{Navigations: []navigation{{PushCard: o.card}}}}
	case o.found != nil:
		items := o.found.items
		if items == nil {
			items = []*chat.GoogleAppsCardV1SelectionItem{} // null is no list
		}
		return addonAnswer{Action: &addonAction{ModifyOperations: []modifyOperation{{updateWidget{o.found.widget, suggestions{items}}}}}}
	case i.dialog == requestDialog || i.dialog == submitDialog:
		// Whether a card may be changed by the answer to a dialog is not documented: it is patched.
		text := o.notice
		if text == "" {
			text = done
		}
		return addonAnswer{Action: &addonAction{Navigations: []navigation{{EndNavigation: &endNavigation{"CLOSE_DIALOG"}}}, Notification: &notification{clean(text)}}}
	case o.message != nil:
		return addonAnswer{HostAppDataAction: &hostAction{chatAction{CreateMessageAction: &messageAction{o.message}}}}
	case o.update != nil:
		return addonAnswer{HostAppDataAction: &hostAction{chatAction{UpdateMessageAction: &messageAction{o.update}}}}
	}
	return addonAnswer{}
}

// updates tells whether the answer shows the update itself. Whether the answer to an add-on's
// dialog may is not documented.
func (i interaction) updates(o outcome) bool {
	return o.update != nil && o.card == nil && o.found == nil && o.notice == "" && o.message == nil &&
		(i.dialect == classic || i.dialog != requestDialog && i.dialog != submitDialog)
}

// answers repeats what an event was answered with when Chat asks again, as it does where
// the answer was lost, even while the first is being found.
type answers struct {
	mu  sync.Mutex
	all map[string]*given
}

// answer is what an event is answered with; shows is what the pressed message is by it, where the
// delivery is to show the same.
type answer struct {
	body  []byte
	shows *chat.Message
}

// given is an answer once done is closed; without a body there was none.
type given struct {
	answer
	until time.Time
	done  chan struct{}
}

const (
	mostAnswers   = 2000
	answersLiveOn = 10 * time.Minute // repeated deliveries come within minutes
	formsLiveOn   = 5 * time.Second  // a button that was pressed twice in a hurry
)

// once finds the answer under a key, or has it from whoever does so now or did a while ago.
func (a *answers) once(ctx context.Context, key string, now time.Time, life time.Duration, find func() (answer, error)) (answer, error) {
	a.mu.Lock()
	g, ok := a.all[key]
	if ok && now.Before(g.until) {
		a.mu.Unlock()
		select {
		case <-g.done:
		case <-ctx.Done():
			return answer{}, ctx.Err()
		}
		if g.body == nil {
			return answer{}, errUnanswered
		}
		return g.answer, nil
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
	g.answer, err = find()
	return g.answer, err
}

func (a *answers) keep(key string, fresh *given, now time.Time) {
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
func (a *Adapter) answerOnce(ctx context.Context, i interaction, find func() (answer, error)) (answer, error) {
	now := a.config.Now()
	return a.answers.once(ctx, digest("answer", i), now, answersLiveOn, func() (answer, error) {
		if i.params[paramForm] == "" || i.params[paramCancel] != "" {
			return find()
		}
		timeless := i
		timeless.at = ""
		return a.answers.once(ctx, digest("form", timeless), now, formsLiveOn, find)
	})
}

package googlechattest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// Delivery is an event as it was delivered, and what it was answered with.
type Delivery struct {
	Body   []byte
	Status int
	Answer []byte
	Late   bool // Chat had stopped waiting
}

// event is what both dialects tell of something that a person did.
func (ws *Workspace) event(u *User, s *Space, kind, payload string, more map[string]any) map[string]any {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	at := ws.config.Now().UTC().Add(time.Duration(ws.next()) * time.Microsecond).Format(time.RFC3339Nano)
	space := s.resource()
	if ws.config.Dialect == Addon {
		inner := map[string]any{"space": space}
		if payload != "removedFromSpacePayload" && payload != "widgetUpdatedPayload" {
			inner["configCompleteRedirectUri"] = "https://chat.google.com/api/bot_config_complete?token=secret"
		}
		common := map[string]any{"userLocale": "es", "hostApp": "CHAT", "platform": "WEB", "timeZone": map[string]any{"id": "America/Bogota", "offset": -18000000}}
		for key, value := range more {
			switch key {
			case "parameters", "formInputs":
				common[key] = value
			default:
				inner[key] = value
			}
		}
		chat := map[string]any{"user": u.resource(), "eventTime": at, payload: inner}
		return map[string]any{"commonEventObject": common, "chat": chat, "authorizationEventObject": map[string]any{"systemIdToken": "secret"}}
	}
	e := map[string]any{"type": kind, "eventTime": at, "user": u.resource(), "space": space, "configCompleteRedirectUrl": "https://chat.google.com/api/bot_config_complete?token=secret"}
	common := map[string]any{"userLocale": "es", "hostApp": "CHAT", "timeZone": map[string]any{"id": "America/Bogota", "offset": -18000000}}
	for key, value := range more {
		switch key {
		case "parameters":
			common[key] = value
			var list []any
			params, _ := value.(map[string]string)
			for k, v := range params {
				list = append(list, map[string]any{"key": k, "value": v})
			}
			e["action"] = map[string]any{"actionMethodName": "helptic", "parameters": list}
			common["invokedFunction"] = "helptic"
		case "formInputs":
			common[key] = value
		default:
			e[key] = value
		}
	}
	e["common"] = common
	return e
}

// happened is where something was done, for the answer.
type happened struct {
	user    *User
	space   *Space
	host    *stored // the message pressed
	thread  string
	kind    string
	dialog  string
	widget  string
	options func([]any)
}

// request posts an event with an Authorization header.
func (ws *Workspace) request(body []byte, authorization string) Delivery {
	ws.t.Helper()
	ws.mu.Lock()
	app := ws.app
	ws.mu.Unlock()
	r, err := http.NewRequestWithContext(ws.t.Context(), http.MethodPost, app, bytes.NewReader(body))
	if err != nil {
		ws.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Google-Dynamite")
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	client := *ws.server.Client()
	client.Timeout = ws.config.Patience
	response, err := client.Do(r)
	if err != nil {
		var late interface{ Timeout() bool }
		return Delivery{Body: body, Status: http.StatusBadGateway, Late: errors.As(err, &late) && late.Timeout()}
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return Delivery{Body: body, Status: http.StatusBadGateway}
	}
	return Delivery{Body: body, Status: response.StatusCode, Answer: answer}
}

// Post posts an event of the test's own with a token of the test's own.
func (ws *Workspace) Post(body []byte, token string) Delivery {
	return ws.request(body, "Bearer "+token)
}

// Deliveries are the events so far.
func (ws *Workspace) Deliveries() []Delivery {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return append([]Delivery(nil), ws.delivered...)
}

// Redeliver delivers an event again, as Chat does where the answer was lost.
func (ws *Workspace) Redeliver(d Delivery) Delivery {
	return ws.request(d.Body, "Bearer "+ws.Token(ws.Header(), ws.Claims()))
}

// answered does what the app answered.
func (ws *Workspace) answered(h *happened, body []byte) {
	if strings.TrimSpace(string(body)) == "{}" {
		if h.dialog == "REQUEST_DIALOG" || h.dialog == "SUBMIT_DIALOG" {
			ws.fault("the answer to a dialog", []string{"a dialog must be answered"})
		}
		return
	}
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		ws.fault("an answer", []string{err.Error()})
		return
	}
	if ws.config.Dialect == Addon {
		ws.answeredAddon(h, m, body)
		return
	}
	ws.answeredClassic(h, m, body)
}

func (ws *Workspace) answeredClassic(h *happened, m map[string]any, body []byte) {
	if ws.fault("an answer", Schema("Message", m)) {
		return
	}
	response := asMap(m["actionResponse"])
	delete(m, "actionResponse")
	switch kind := str(response, "type"); kind {
	case "", "NEW_MESSAGE":
		ws.newMessage(h, m)
	case "UPDATE_MESSAGE":
		ws.updateMessage(h, m)
	case "DIALOG":
		if h.dialog == "" {
			ws.fault("an answer", []string{"a dialog to a button without OPEN_DIALOG"})
			return
		}
		action := asMap(response["dialogAction"])
		if card := asMap(obj(action["dialog"], "body")); card != nil {
			ws.showDialog(h, card)
			return
		}
		if status := asMap(action["actionStatus"]); status != nil {
			h.user.dialog = nil
			h.user.toasts = append(h.user.toasts, str(status, "userFacingMessage"))
			return
		}
		ws.fault("an answer", []string{"a dialog answer without dialog or status"})
	case "UPDATE_WIDGET":
		if h.kind != "typing" || str(asMap(response["updatedWidget"]), "widget") != h.widget {
			ws.fault("an answer", []string{"UPDATE_WIDGET to something else"})
			return
		}
		items, _ := obj(response, "updatedWidget", "suggestions", "items").([]any)
		h.options(items)
	default:
		ws.fault("an answer", []string{"actionResponse " + kind})
	}
	_ = body
}

func (ws *Workspace) answeredAddon(h *happened, m map[string]any, body []byte) {
	if faults := envelope(m); ws.fault("an add-on's answer "+string(body[:min(len(body), 200)]), append(faults, ws.functions(m)...)) {
		return
	}
	if data := asMap(obj(m["hostAppDataAction"], "chatDataAction")); data != nil {
		if create := asMap(obj(data["createMessageAction"], "message")); create != nil {
			ws.newMessage(h, create)
		}
		if update := asMap(obj(data["updateMessageAction"], "message")); update != nil {
			ws.updateMessage(h, update)
		}
		return
	}
	action := asMap(m["action"])
	if text, ok := obj(action["notification"], "text").(string); ok {
		h.user.toasts = append(h.user.toasts, text)
	}
	for _, n := range list(action, "navigations") {
		navigation := asMap(n)
		for _, key := range []string{"pushCard", "updateCard"} {
			if card := asMap(navigation[key]); card != nil {
				if h.dialog == "" || key == "updateCard" && h.user.dialog == nil {
					ws.fault("an add-on's answer", []string{key + " where no dialog can be"})
					return
				}
				ws.showDialog(h, card)
			}
		}
		if end := asMap(navigation["endNavigation"]); end != nil {
			h.user.dialog = nil
		}
	}
	for _, o := range list(action, "modifyOperations") {
		update := asMap(asMap(o)["updateWidget"])
		if h.kind != "typing" || str(update, "widgetId") != h.widget {
			ws.fault("an add-on's answer", []string{"updateWidget to something else"})
			return
		}
		items, _ := obj(update, "selectionInputWidgetSuggestions", "suggestions").([]any)
		h.options(items)
	}
}

// envelope checks what wraps an add-on's answer; Google's discovery document has no words for it.
func envelope(m map[string]any) []string {
	var faults []string
	var walk func(path string, v map[string]any, allowed map[string]any)
	walk = func(path string, v map[string]any, allowed map[string]any) {
		for key, child := range v {
			rule, ok := allowed[key]
			if !ok {
				faults = append(faults, path+key+": unknown field")
				continue
			}
			switch r := rule.(type) {
			case string: // a schema
				faults = append(faults, Schema(r, child)...)
			case map[string]any:
				inner, isMap := child.(map[string]any)
				if !isMap {
					faults = append(faults, path+key+": no object")
					continue
				}
				walk(path+key+".", inner, r)
			case []any:
				all, isList := child.([]any)
				if !isList {
					faults = append(faults, path+key+": no list")
				}
				for _, entry := range all {
					if rules, ok := r[0].(map[string]any); ok {
						walk(path+key+".", asMap(entry), rules)
					} else if name, ok := r[0].(string); ok {
						faults = append(faults, Schema(name, entry)...)
					}
				}
			case nil:
				if _, isText := child.(string); !isText {
					faults = append(faults, path+key+": no text")
				}
			}
		}
	}
	message := map[string]any{"message": "Message"}
	walk("", m, map[string]any{
		"hostAppDataAction": map[string]any{"chatDataAction": map[string]any{"createMessageAction": message, "updateMessageAction": message}},
		"action": map[string]any{
			"notification": map[string]any{"text": nil},
			"navigations":  []any{map[string]any{"pushCard": "GoogleAppsCardV1Card", "updateCard": "GoogleAppsCardV1Card", "endNavigation": map[string]any{"action": nil}}},
			"modifyOperations": []any{map[string]any{"updateWidget": map[string]any{"widgetId": nil,
				"selectionInputWidgetSuggestions": map[string]any{"suggestions": []any{"GoogleAppsCardV1SelectionItem"}}}}},
		},
	})
	return faults
}

func (ws *Workspace) newMessage(h *happened, m map[string]any) {
	if m["thread"] != nil {
		ws.fault("an answer", []string{"thread in an answer is ignored"})
	}
	if ws.fault("an answer", append(contents(m), ws.functions(m)...)) {
		return
	}
	if h.dialog == "SUBMIT_DIALOG" {
		h.user.dialog = nil
	}
	s := ws.post(h.space, appUser, h.thread, m)
	s.viewer = str(asMap(m["privateMessageViewer"]), "name")
}

func (ws *Workspace) updateMessage(h *happened, m map[string]any) {
	if h.kind != "pressed" || h.host == nil || h.host.sender != appUser {
		ws.fault("an answer", []string{"UPDATE_MESSAGE where no message of the app was pressed"})
		return
	}
	if m["thread"] != nil || m["privateMessageViewer"] != nil {
		ws.fault("an answer", []string{"an update cannot change the thread or who sees it"})
	}
	if ws.fault("an answer", append(contents(m), ws.functions(m)...)) {
		return
	}
	h.user.dialog = nil
	h.host.body = m
	h.host.edits++
	h.host.keep(m)
}

func (ws *Workspace) showDialog(h *happened, card map[string]any) {
	if ws.fault("a dialog", append(append(Schema("GoogleAppsCardV1Card", card), Card(card, true)...), ws.functions(card)...)) {
		return
	}
	h.user.dialog = &Dialog{ws: ws, user: h.user, body: card, on: h.host}
	h.user.typed["dialog"] = initial(card)
}

package googlechattest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// Delivery is an event as it was delivered, and what it was answered with.
type Delivery struct {
	Body   []byte
	Status int
	Answer []byte
	Type   string // Content-Type of the answer
	Late   bool   // Chat had stopped waiting
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
		if payload == "buttonClickedPayload" {
			chat["space"] = space
		}
		return map[string]any{"commonEventObject": common, "chat": chat, "authorizationEventObject": map[string]any{"systemIdToken": "secret"}}
	}
	e := map[string]any{"type": kind, "eventTime": at, "user": u.resource(), "space": space, "token": "secret", "configCompleteRedirectUrl": "https://chat.google.com/api/bot_config_complete?token=secret"}
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

// request posts an event with an Authorization header.
func (ws *Workspace) request(body []byte, authorization string) Delivery {
	ws.t.Helper()
	return ws.requestIn(ws.t.Context(), body, authorization)
}

func (ws *Workspace) requestIn(ctx context.Context, body []byte, authorization string) Delivery {
	ws.t.Helper()
	ws.mu.Lock()
	app := ws.app
	ws.mu.Unlock()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, app, bytes.NewReader(body))
	if err != nil {
		ws.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	agent := "Google-Dynamite"
	if ws.config.Dialect == Addon {
		agent = "Google-gsuiteaddons"
	}
	r.Header.Set("User-Agent", agent)
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
	return Delivery{Body: body, Status: response.StatusCode, Answer: answer, Type: response.Header.Get("Content-Type")}
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
